//! One host at a round trip of 300 ms, both ways.

use crate::backlog::{first_post, queue, rest_from_federation};
use crate::inbound::{presign, replay, writers};
use crate::machine::rest;
use crate::outbound::drain;
use crate::posting::all_follow;
use crate::settings::Run;
use crate::table::Table;
use anyhow::Result;
use federation_tests::dice::Dice;
use federation_tests::eventually::when;
use federation_tests::{Farm, Fault, FaultProxy, Software, database, eventually};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// One way.
const WAY: Duration = Duration::from_millis(150);
/// Connections that the distant host sends by.
const CONNECTIONS: usize = 64;
/// Activities each way.
const IN: usize = 3000;
const OUT: usize = 1000;

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, dice: &mut Dice, table: &mut Table) -> Result<()> {
    incoming(run, dice, table).await?;
    outgoing(run, table).await
}

async fn incoming(run: Run<'_>, dice: &mut Dice, table: &mut Table) -> Result<()> {
    let node = run.node;
    let reader = node.person("far").await?;
    let (farm, proxy) = Farm::behind(&["distant".to_owned()], Software::Mastodon).await?;
    let mut writers = writers(&reader, &farm).await?;
    let requests = Arc::new(presign(&mut writers, &farm, &node.inbox(), (IN, dice)).await?);
    // what the node asks of that host takes as long, and so does what that host sends
    proxy.set(Fault::Delays(WAY));
    let way_in = FaultProxy::start(node.port).await?;
    way_in.set(Fault::Delays(WAY));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (started, next, to) = (Instant::now(), Arc::new(AtomicUsize::new(0)), SocketAddr::from((Ipv4Addr::LOCALHOST, way_in.port())));
    let mut replaying = JoinSet::new();
    for _ in 0..CONNECTIONS {
        replaying.spawn(replay(requests.clone(), next.clone(), to));
    }
    while let Some(part) = replaying.join_next().await {
        part??;
    }
    let answered = started.elapsed().as_secs_f64();
    let left = || database::count(node, "SELECT COUNT(*) FROM inbox WHERE done_at IS NULL");
    eventually(Duration::from_secs(60), "all of it being processed", async || Ok(when(left()? == 0))).await?;
    let processed = started.elapsed().as_secs_f64();
    table.row(
        &format!("one host at a round trip of 300 ms, {IN} Creates by {CONNECTIONS} connections: in"),
        &format!("{:.0}/s answered, {:.0}/s processed", IN as f64 / answered, IN as f64 / processed),
        &format!("{:.2} of what so many connections can carry", IN as f64 / answered * 0.3 / CONNECTIONS as f64),
    );
    Ok(())
}

async fn outgoing(run: Run<'_>, table: &mut Table) -> Result<()> {
    let writer = run.node.person("afar").await?;
    let (farm, proxy) = Farm::behind(&["distant".to_owned()], Software::Mastodon).await?;
    let peers = farm.peers()?;
    all_follow(&peers, run.node, &writer.uri, "reader").await?;
    farm.be_brief();
    let post = first_post(&writer, &peers).await?;
    rest_from_federation(run.node, true).await?;
    queue(run.node, &post, OUT)?;
    rest(run.node).await?;
    proxy.set(Fault::Delays(WAY));
    let rate = OUT as f64 / drain(&farm, OUT, rest_from_federation(run.node, false)).await?;
    table.row(
        &format!("the same, {OUT} activities: out"),
        &format!("{rate:.0}/s"),
        &format!("{:.2} of what 16 on their way at a time can carry", rate * 0.3 / 16.0),
    );
    Ok(())
}
