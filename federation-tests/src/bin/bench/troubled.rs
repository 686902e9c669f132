//! Five hundred hosts, of which a fifth is dead and a fifth slow: what that costs the rest.

use crate::live::talk;
use crate::machine::rest;
use crate::posting::all_follow;
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::Result;
use federation_tests::{Answer, Farm, Fault, Peer, Software};
use std::time::Duration;

/// A host that takes so long never fails, and has its deliveries wait all the time.
const SLOW: Duration = Duration::from_secs(5);
/// Posts that are measured, before and meanwhile.
const POSTS: usize = 40;
/// How far from one another.
const APART: Duration = Duration::from_millis(750);

fn names(prefix: &str, count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("{prefix}{n:03}")).collect()
}

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let writer = node.person("steady").await?;
    let fifth = settings.hosts / 5;
    let well = Farm::start(&names("well", settings.hosts - 2 * fifth), Software::Mastodon).await?;
    let slow = Farm::start(&names("slow", fifth), Software::Mastodon).await?;
    let (dead, proxy) = Farm::behind(&names("dead", fifth), Software::Mastodon).await?;
    for farm in [&well, &slow, &dead] {
        all_follow(&farm.peers()?, node, &writer.uri, "reader").await?;
        farm.be_brief();
    }
    let peers = well.peers()?;
    let others: Vec<Peer> = [slow.peers()?, dead.peers()?].concat();
    talk(&writer, &[peers.clone(), others].concat(), (3, APART)).await?;
    rest(node).await?;
    let mut before = talk(&writer, &peers, (POSTS, APART)).await?;
    rest(node).await?;
    proxy.set(Fault::Silent);
    slow.peers()?.iter().for_each(|peer| peer.answer_always(Answer::slow(SLOW)));
    let mut meanwhile = talk(&writer, &peers, (POSTS, APART)).await?;
    let [alone, beside] = [&mut before, &mut meanwhile].map(|samples| (percentile(samples, 0.5), percentile(samples, 0.99)));
    table.row(
        &format!(
            "{POSTS} posts to {} hosts, {fifth} of them dead and {fifth} answering after {} s: to each of the others",
            settings.hosts,
            SLOW.as_secs()
        ),
        &format!("p50 {:.0} and {:.0} ms, p99 {:.0} and {:.0} ms (all well, and so)", alone.0, beside.0, alone.1, beside.1),
        &format!("p99 {:.2} times", beside.1 / alone.1),
    );
    Ok(())
}
