//! A disk that fills up while people write: an honest no, reading goes on, nothing acknowledged is lost.
//!
//! R5 of `reliability.md`. The disk is a small tmpfs; where mounting is not allowed the test says so and passes.

use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, NodeOptions, Peer, PeerActor, Software, World, eventually, shapes};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Kilobytes left free when the trouble begins.
const LEFT_KIB: u64 = 512;
/// How often each door must have refused before there is room again.
const REFUSALS: usize = 40;
/// Bytes of room made after each refusal: too little for most acts, so that they fail at every step of their way.
const MORSEL: u64 = 12 * 1024;

/// A mounted tmpfs; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Result<Option<Self>> {
        std::fs::create_dir_all(at)?;
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(at).stderr(Stdio::null()).status();
        Ok(done.is_ok_and(|status| status.success()).then(|| Self(at.to_owned())))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Fills the disk but for the last [`LEFT_KIB`].
    fn fill(&self) -> Result<()> {
        let output = Command::new("df").args(["--output=avail", "-k"]).arg(&self.0).output()?;
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let free: u64 = shown.lines().nth(1).context("odd df")?.trim().parse()?;
        let size = free.saturating_sub(LEFT_KIB) as usize * 1024;
        Ok(std::fs::write(self.ballast(), vec![1_u8; size])?)
    }

    /// Makes a little room: a few pages.
    fn give_way(&self) -> Result<()> {
        let ballast = OpenOptions::new().write(true).open(self.ballast())?;
        let size = ballast.metadata()?.len();
        Ok(ballast.set_len(size.saturating_sub(MORSEL))?)
    }

    fn relieve(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// One attempt to post: the URI when it was taken, nothing when it was refused for want of room; anything else is an error.
async fn attempt(person: &Person, n: usize) -> Result<Option<String>> {
    let words = format!("entry {n} {}", "with some more words to take up room ".repeat(100));
    let body = json!({"status": words.chars().take(490).collect::<String>(), "visibility": "public"});
    let reply = person.api.call(Method::POST, "/api/v1/statuses", Some(body), &[]).await?;
    match reply.status {
        200 => Ok(Some(text(&reply.json, "uri")?.to_owned())),
        503 | 507 => Ok(None),
        other => anyhow::bail!("status {other} on a full disk: {}", reply.text),
    }
}

/// What was acknowledged: posts written here, and posts that came in.
#[derive(Default)]
struct Kept {
    own: BTreeSet<String>,
    received: BTreeSet<String>,
}

/// Writes and receives by turns until both were refused often, while a little room comes and is used up again.
async fn write_on_the_brink(ground: &Ground, disk: &SmallDisk, kept: &mut Kept) -> Result<()> {
    let (mut own_refused, mut received_refused, mut refused) = (0_usize, 0_usize, 0_usize);
    for n in 1..20_000 {
        match attempt(&ground.ada, n).await? {
            Some(uri) => drop(kept.own.insert(uri)),
            None => own_refused += 1,
        }
        let note = ground.note(n);
        match ground.mia.send(&ground.node.inbox(), &shapes::create(&ground.mia, &note)).await?.status {
            202 => drop(kept.received.insert(text(&note, "id")?.to_owned())),
            503 | 507 => received_refused += 1,
            other => anyhow::bail!("the inbox answers {other} on a full disk"),
        }
        if own_refused + received_refused > refused {
            refused = own_refused + received_refused;
            disk.give_way()?;
        }
        if own_refused >= REFUSALS && received_refused >= REFUSALS {
            return Ok(());
        }
    }
    anyhow::bail!("20 000 posts went into {LEFT_KIB} KiB")
}

struct Ground {
    node: Node,
    ada: Person,
    peer: Peer,
    mia: Arc<PeerActor>,
}

impl Ground {
    fn note(&self, n: usize) -> Value {
        let words = format!("greeting {n} {}", "with some more words ".repeat(20));
        shapes::note(&self.mia, &format!("{}/notes/{n}", self.peer.url()), &words, &[(&self.ada.uri, "@ada")])
    }

    /// The URIs of what an account is shown to have posted.
    async fn shown(&self, account: &str) -> Result<BTreeSet<String>> {
        let posts = self.ada.api.all_statuses_of(account, 50_000).await?;
        Ok(posts.iter().filter_map(|post| post["uri"].as_str().map(str::to_owned)).collect())
    }

    async fn nothing_is_lost(&self, kept: &Kept, mia: &str) -> Result<()> {
        let me = self.ada.api.me().await?;
        let own = self.shown(text(&me, "id")?).await?;
        let lost: Vec<&String> = kept.own.difference(&own).collect();
        ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        eventually(Duration::from_secs(20), "every acknowledged delivery being shown", async || {
            let shown = self.shown(mia).await?;
            let lost: Vec<&String> = kept.received.difference(&shown).collect();
            ensure!(lost.is_empty(), "missing {} of {}: {lost:?}", lost.len(), kept.received.len());
            Ok(when(true))
        })
        .await
    }
}

async fn fills_up(world: &World, disk: &SmallDisk) -> Result<()> {
    let options = NodeOptions::default().with("DATA__DIR", &disk.0.join("data").display().to_string());
    let node: Node = world.node_with("acme", options).await?;
    let ada = node.person("ada").await?;
    let peer = world.peer("peer1", Software::Mastodon).await?;
    let mia = peer.person("mia")?;
    let ground = Ground { node, ada, peer, mia };
    let (node, ada) = (&ground.node, &ground.ada);
    ground.mia.delivers(&node.inbox(), &shapes::create(&ground.mia, &ground.note(0))).await?;
    let mia = text(&ada.api.resolve_account(&ground.mia.id).await?, "id")?.to_owned();
    disk.fill()?;
    let mut kept = Kept::default();
    write_on_the_brink(&ground, disk, &mut kept).await?;
    ada.api.home().await.context("reading on a full disk")?;
    disk.relieve()?;
    eventually(Duration::from_secs(5), "writing again once there is room", async || Ok(attempt(ada, 99_999).await?.and(when(true))))
        .await?;
    ground.nothing_is_lost(&kept, &mia).await?;
    node.kill()?;
    node.resume().await?;
    ground.nothing_is_lost(&kept, &mia).await?;
    node.cli(&["verify"], "").await.context("the database after a full disk")?;
    eprintln!("r05: {} posts and {} deliveries acknowledged on the brink, none lost", kept.own.len(), kept.received.len());
    let log = std::fs::read_to_string(node.log_path())?;
    ensure!(!log.contains("panicked"), "a panic stands in the log");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r05_a_full_disk_is_an_honest_no_and_passes() -> Result<()> {
    scenario(ALONE, async |world| {
        let Some(disk) = SmallDisk::mount(&world.path().join("disk"))? else {
            eprintln!("mounting a tmpfs is not allowed here: the test of a full disk was not run");
            return Ok(());
        };
        fills_up(world, &disk).await
    })
    .await
}
