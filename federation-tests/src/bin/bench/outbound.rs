//! Sending at full speed: a backlog for fifty hosts, from the first delivery to the last, the node on one core.

use crate::backlog::{first_post, queue, rest_from_federation};
use crate::ceilings::{Suite, signature};
use crate::machine::rest;
use crate::posting::all_follow;
use crate::settings::Run;
use crate::table::Table;
use anyhow::{Result, ensure};
use federation_tests::eventually::when;
use federation_tests::{Farm, Software, eventually};
use std::time::{Duration, Instant};

/// Hosts that everything goes to.
const HOSTS: usize = 50;

/// Seconds from the first delivery to the last of `count`, after `start` has them go.
pub async fn drain(farm: &Farm, count: usize, start: impl Future<Output = Result<()>>) -> Result<f64> {
    let before = farm.taken();
    let arrived = || farm.taken() - before;
    start.await?;
    eventually(Duration::from_secs(60), "the first delivery", async || Ok(when(arrived() > 0))).await?;
    let started = Instant::now();
    while arrived() < count {
        ensure!(started.elapsed() < Duration::from_secs(600), "only {} of {count} were delivered in ten minutes", arrived());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(started.elapsed().as_secs_f64())
}

/// Measures with RSA and with Ed25519 and adds the rows; answers the rate with RSA.
pub async fn measure(run: Run<'_>, table: &mut Table) -> Result<f64> {
    let Run { node, settings, .. } = run;
    let mut rates = Vec::new();
    for (software, suite, name) in [(Software::Mastodon, Suite::Rsa2048, "RSA-2048"), (Software::Intermoot, Suite::Ed25519, "Ed25519")] {
        let writer = node.person(&format!("sender{}", rates.len())).await?;
        let farm = Farm::of(HOSTS, software).await?;
        let peers = farm.peers()?;
        all_follow(&peers, node, &writer.uri, "reader").await?;
        farm.be_brief();
        let post = first_post(&writer, &peers).await?;
        rest_from_federation(node, true).await?;
        queue(node, &post, settings.backlog / HOSTS)?;
        rest(node).await?;
        let sign = signature(suite).await?;
        let (count, before) = (settings.backlog / HOSTS * HOSTS, rest(node).await?);
        let seconds = drain(&farm, count, rest_from_federation(node, false)).await?;
        let each = (rest(node).await? - before) * 1000.0 / count as f64;
        let (rate, sign) = (count as f64 / seconds, f64::midpoint(sign, signature(suite).await?));
        table.row(
            &format!("outbound, a backlog of {count} deliveries to {HOSTS} hosts, signed with {name}"),
            &format!("{rate:.0}/s on one core, {each:.3} ms CPU each"),
            &format!(
                "{:.2} of the signatures of that core, before and after; one signature ({sign:.3} ms) + {:.3} ms",
                rate * sign / 1000.0,
                each - sign
            ),
        );
        rates.push(rate);
    }
    Ok(rates.first().copied().unwrap_or(f64::NAN))
}
