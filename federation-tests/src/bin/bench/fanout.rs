//! One post to many inboxes on as many hosts.

use crate::machine::rest;
use crate::posting::all_follow;
use crate::settings::Run;
use crate::table::Table;
use anyhow::Result;
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::{Farm, Peer, Software, eventually};
use std::time::{Duration, Instant};

/// When the Create of `uri` had reached every host; `None` while it has not.
fn all_arrived(peers: &[Peer], uri: &str) -> Option<Instant> {
    let arrival = |peer: &Peer| peer.activities("Create").iter().find(|got| got.object_id() == uri).map(|got| got.at);
    peers.iter().map(arrival).collect::<Option<Vec<Instant>>>()?.into_iter().max()
}

/// One post to hosts with one follower each.
pub async fn measure(run: Run<'_>, table: &mut Table) -> Result<()> {
    to_hosts(run, ("cy", run.settings.hosts, 1), table).await
}

/// One post to many followers on each of many hosts.
pub async fn measure_crowd(run: Run<'_>, table: &mut Table) -> Result<()> {
    to_hosts(run, ("star", run.settings.crowd / 10, 10), table).await
}

/// Measures three posts (the first opens the connections) and adds the rows.
async fn to_hosts(run: Run<'_>, (name, hosts, followers): (&str, usize, usize), table: &mut Table) -> Result<()> {
    let Run { node, ceilings, .. } = run;
    let writer = node.person(name).await?;
    let farm = Farm::of(hosts, Software::Mastodon).await?;
    // the hosts' own work must not be taken for the node's: they check no signatures while the clock runs
    farm.be_brief();
    let peers = farm.peers()?;
    for nth in 0..followers {
        all_follow(&peers, node, &writer.uri, &format!("reader{nth}")).await?;
        peers.iter().for_each(Peer::forget);
    }
    for round in ["first post", "second post", "third post"] {
        let before = rest(node).await?;
        peers.iter().for_each(Peer::forget);
        let started = Instant::now();
        let post = writer.api.say(&format!("to everybody, {round}")).await?;
        let answered = started.elapsed().as_secs_f64() * 1000.0;
        let uri = text(&post, "uri")?.to_owned();
        // looking into 500 lists is work too: first count, then look
        eventually(Duration::from_secs(120), "the post at every host", async || Ok(when(peers.iter().all(|peer| peer.count_posts() > 0))))
            .await?;
        let last = eventually(Duration::from_secs(10), "the Create at every host", async || Ok(all_arrived(&peers, &uri))).await?;
        let wall = last.duration_since(started).as_secs_f64();
        let each = (rest(node).await? - before) * 1000.0 / peers.len() as f64;
        table.row(
            &format!("fan-out to {} followers on {hosts} hosts, {round}", hosts * followers),
            &format!("all arrived in {wall:.3} s, {each:.3} ms CPU for each delivery, the writer answered in {answered:.1} ms"),
            &format!("one signature ({:.3} ms) + {:.3} ms", ceilings.rsa_sign, each - ceilings.rsa_sign),
        );
    }
    Ok(())
}
