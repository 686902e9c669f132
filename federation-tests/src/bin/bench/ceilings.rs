//! What this machine can do at all: signatures, the disk, HTTP over loopback. One thread each.

use crate::machine;
use crate::table::{Table, percentile};
use anyhow::Result;
use federation_tests::keys::{EdKey, ParsedRsaKey, RsaKey, ed_verifies};
use federation_tests::peer::Page;
use federation_tests::wire::{Connection, OutgoingRequest};
use federation_tests::{Peer, Software, process};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// What is signed: as long as what a request's signature covers.
const MESSAGE: &[u8] = &[7; 300];

/// The ceilings, in milliseconds each: of CPU for signatures, of the clock for the rest.
#[derive(Debug, Clone, Copy)]
pub struct Ceilings {
    /// One RSA-2048 signature.
    pub rsa_sign: f64,
    /// One RSA-2048 verification, the key read beforehand.
    pub rsa_verify: f64,
    ed25519_sign: f64,
    ed_verify: f64,
    sync_p50: f64,
    sync_p99: f64,
    /// One exchange over a keep-alive connection with an empty server in this process.
    pub http: f64,
}

/// Runs `act` for about a second; answers milliseconds of CPU for each, so that others at work on the machine do not count.
fn pace(mut act: impl FnMut() -> Result<()>) -> Result<f64> {
    let (started, before) = (Instant::now(), process::thread_cpu_seconds()?);
    let mut times = 0_u32;
    while started.elapsed() < Duration::from_secs(1) {
        act()?;
        times += 1;
    }
    Ok((process::thread_cpu_seconds()? - before) * 1000.0 / f64::from(times))
}

/// What signatures are made with.
#[derive(Debug, Clone, Copy)]
pub enum Suite {
    /// RSA with 2,048 bits.
    Rsa2048,
    /// Ed25519.
    Ed25519,
}

/// Milliseconds of CPU of a signature on the node's core, over about a second. To be taken just before and after what is judged by
/// it: a core that is shared with others, unseen, is half as fast again a minute later.
pub async fn signature(suite: Suite) -> Result<f64> {
    let measured = tokio::task::spawn_blocking(move || {
        let (ours, theirs) = machine::cores();
        machine::pin_thread(theirs);
        let each = making(suite);
        machine::pin_thread(ours);
        each
    });
    measured.await?
}

/// The same, wherever this thread runs.
fn making(suite: Suite) -> Result<f64> {
    match suite {
        Suite::Rsa2048 => {
            let key = RsaKey::fresh()?;
            pace(|| key.sign(MESSAGE).map(|signature| drop(black_box(signature))))
        }
        Suite::Ed25519 => {
            let key = EdKey::fresh()?;
            pace(|| {
                drop(black_box(key.sign(MESSAGE)));
                Ok(())
            })
        }
    }
}

/// Takes them all, in about six seconds.
pub async fn take(folder: &Path) -> Result<Ceilings> {
    let (rsa, ed) = (RsaKey::fresh()?, EdKey::fresh()?);
    let (rsa_signature, ed25519_signature) = (rsa.sign(MESSAGE)?, ed.sign(MESSAGE));
    let multibase = ed.multibase();
    let rsa_sign = making(Suite::Rsa2048)?;
    let parsed = ParsedRsaKey::of(rsa.public_pem())?;
    let rsa_verify = pace(|| {
        black_box(parsed.verifies(MESSAGE, &rsa_signature));
        Ok(())
    })?;
    let ed25519_sign = making(Suite::Ed25519)?;
    let ed_verify = pace(|| {
        ed_verifies(&multibase, MESSAGE, &ed25519_signature).map(|good| {
            black_box(good);
        })
    })?;
    let mut syncs = syncs(folder)?;
    let (sync_p50, sync_p99) = (percentile(&mut syncs, 0.5), percentile(&mut syncs, 0.99));
    Ok(Ceilings { rsa_sign, rsa_verify, ed25519_sign, ed_verify, sync_p50, sync_p99, http: http().await? })
}

/// Milliseconds of each of 300 appends of 4 KiB with fdatasync, where the node keeps its data.
fn syncs(folder: &Path) -> Result<Vec<f64>> {
    let mut file = std::fs::File::create(folder.join("sync"))?;
    let block = vec![1_u8; 4096];
    let mut samples = Vec::new();
    for _ in 0..300 {
        let started = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        samples.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(samples)
}

async fn http() -> Result<f64> {
    let peer = Peer::start("ceiling", Software::Mastodon).await?;
    peer.serve("/nothing", Page::new("text/plain", "nothing"));
    let request = OutgoingRequest::new("GET", &format!("{}/nothing", peer.url()))?;
    let (bytes, mut connection) = (request.to_bytes(), Connection::open(request.to).await?);
    let (started, mut times) = (Instant::now(), 0_u32);
    while started.elapsed() < Duration::from_secs(1) {
        connection.exchange(&bytes).await?;
        times += 1;
    }
    Ok(started.elapsed().as_secs_f64() * 1000.0 / f64::from(times))
}

impl Ceilings {
    /// Shows them.
    pub fn rows(&self, table: &mut Table) {
        let each = |ms: f64| format!("{ms:.4} ms CPU each, {:.0}/s", 1000.0 / ms);
        table.row("ceiling: RSA-2048 sign (aws-lc-rs)", &each(self.rsa_sign), "1");
        table.row("ceiling: RSA-2048 verify, key read beforehand", &each(self.rsa_verify), "1");
        table.row("ceiling: Ed25519 sign", &each(self.ed25519_sign), "1");
        table.row("ceiling: Ed25519 verify", &each(self.ed_verify), "1");
        table.row("ceiling: append 4 KiB and fdatasync", &format!("p50 {:.3} ms, p99 {:.3} ms", self.sync_p50, self.sync_p99), "1");
        table.row("ceiling: HTTP exchange over loopback, one connection, both ends here", &format!("{:.4} ms", self.http), "1");
    }
}
