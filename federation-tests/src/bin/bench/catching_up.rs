//! A host comes back after a long time, and somebody else is being written to meanwhile: how fast what waited goes out, and what
//! it costs the others.

use crate::backlog::{first_post, queue};
use crate::live::talk;
use crate::machine::rest;
use crate::outbound::drain;
use crate::posting::all_follow;
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::Result;
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::{Answer, Farm, Software, database, eventually};
use std::time::Duration;

/// Hosts that are written to all the time.
const LIVE: usize = 20;
/// How often.
const APART: Duration = Duration::from_millis(100);
/// So many posts: one reaches all of them nearly at once, so that p99 is the third worst of them and no single one.
const POSTS: usize = 300;

/// Measures and adds the rows. `outbound` is the rate with RSA to many hosts, where it was measured.
pub async fn measure(run: Run<'_>, outbound: Option<f64>, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let (archivist, writer) = (node.person("archivist").await?, node.person("livewriter").await?);
    let (back, live) = (Farm::of(1, Software::Mastodon).await?, Farm::of(LIVE, Software::Mastodon).await?);
    let (returning, others) = (back.peers()?, live.peers()?);
    all_follow(&returning, node, &archivist.uri, "reader").await?;
    all_follow(&others, node, &writer.uri, "reader").await?;
    back.be_brief();
    live.be_brief();
    first_post(&archivist, &returning).await?;
    // it is away when the backlog grows
    returning.iter().for_each(|peer| peer.answer_always(Answer::status(503)));
    let post = text(&archivist.api.say("what it misses").await?, "uri")?.to_owned();
    let failing = || database::count(node, "SELECT COUNT(*) FROM peers WHERE failures > 0");
    eventually(Duration::from_secs(60), "the host being seen to fail", async || Ok(when(failing()? > 0))).await?;
    queue(node, &post, settings.waiting)?;
    talk(&writer, &others, (10, APART)).await?;
    rest(node).await?;
    let mut before = talk(&writer, &others, (POSTS, APART)).await?;
    rest(node).await?;
    returning.iter().for_each(|peer| peer.answer_always(Answer::status(202)));
    let retry = async {
        for peer in &returning {
            node.cli(&["peer", "retry", peer.authority()], "").await?;
        }
        Ok(())
    };
    let (seconds, during) = tokio::join!(drain(&back, settings.waiting, retry), async {
        // it has begun
        tokio::time::sleep(Duration::from_secs(1)).await;
        talk(&writer, &others, (POSTS, APART)).await
    });
    let (rate, mut during) = (settings.waiting as f64 / seconds?, during?);
    let beside = outbound.map_or(String::new(), |outbound| format!("{:.2} of the outbound rate", rate / outbound));
    table.row(
        &format!("catching up: {} activities that waited for one host", settings.waiting),
        &format!("{rate:.0}/s on one core"),
        &beside,
    );
    let (p50, p99) = (percentile(&mut before, 0.5), percentile(&mut before, 0.99));
    let (p50_during, p99_during) = (percentile(&mut during, 0.5), percentile(&mut during, 0.99));
    table.row(
        &format!("a post to {LIVE} other hosts, alone and meanwhile: from asking to arriving"),
        &format!("p50 {p50:.1} and {p50_during:.1} ms, p99 {p99:.1} and {p99_during:.1} ms"),
        &format!("p99 {:.2} times", p99_during / p99),
    );
    Ok(())
}
