//! Posting with three remote followers: what the person waits for, and what it costs in all.

use crate::machine::rest;
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::Result;
use federation_tests::eventually::when;
use federation_tests::{Farm, Node, Peer, eventually, shapes};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A person of each peer follows `object`; waits until all are accepted.
pub async fn all_follow(peers: &[Peer], node: &Node, object: &str, name: &str) -> Result<()> {
    for peer in peers {
        let actor = peer.person(name)?;
        actor.delivers(&node.inbox(), &shapes::follow(&actor, object, &peer.fresh_id("follows"))).await?;
    }
    let accepted = |peer: &Peer| peer.activities("Accept").iter().any(|got| got.json["actor"] == object);
    eventually(Duration::from_secs(120), "every Follow accepted", async || Ok(when(peers.iter().all(accepted)))).await
}

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, farm: &Arc<Farm>, table: &mut Table) -> Result<()> {
    let Run { node, settings, ceilings } = run;
    let bo = node.person("bo").await?;
    let peers: Vec<Peer> = farm.peers()?.into_iter().take(3).collect();
    all_follow(&peers, node, &bo.uri, "reader").await?;
    bo.api.say("the first, to warm up").await?;
    farm.set_verifying(false);
    let before = rest(node).await?;
    let arrived: Vec<usize> = peers.iter().map(Peer::count_posts).collect();
    let mut samples = Vec::new();
    for n in 0..settings.writes {
        let started = Instant::now();
        bo.api.say(&format!("measured post number {n}")).await?;
        samples.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let has_all = || peers.iter().zip(&arrived).all(|(peer, before)| peer.count_posts() >= before + settings.writes);
    eventually(Duration::from_secs(120), "every post at the three followers", async || Ok(when(has_all()))).await?;
    let each = (rest(node).await? - before) * 1000.0 / settings.writes as f64;
    farm.set_verifying(true);
    let signatures = 3.0 * ceilings.rsa_sign;
    let (p50, p99) = (percentile(&mut samples, 0.5), percentile(&mut samples, 0.99));
    table.row(
        &format!("POST a status with 3 remote followers ({} posts)", settings.writes),
        &format!("{each:.3} ms CPU each, p50 {p50:.2} ms, p99 {p99:.2} ms"),
        &format!("three signatures ({signatures:.3} ms) + {:.3} ms", each - signatures),
    );
    Ok(())
}
