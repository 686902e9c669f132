//! Signed Creates coming in: signed beforehand, replayed over keep-alive connections, processed to the end.

use crate::machine::{cpu, metric, rest};
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::{Context, Result, bail};
use federation_tests::api::text;
use federation_tests::dice::Dice;
use federation_tests::eventually::{eventually, when};
use federation_tests::node::Person;
use federation_tests::wire::{Connection, Place};
use federation_tests::{Farm, PeerActor, quickly, shapes};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A writer on one host, as the reader's node knows it, and the last thing it wrote.
pub struct Writer {
    actor: Arc<PeerActor>,
    account: String,
    last: String,
}

/// Ten actors on ten hosts, all followed by the reader.
pub async fn writers(reader: &Person, farm: &Arc<Farm>) -> Result<Vec<Writer>> {
    let mut writers = Vec::new();
    for peer in farm.peers()? {
        let actor = peer.person("writer")?;
        let account = text(&reader.api.resolve_account(&actor.id).await?, "id")?.to_owned();
        reader.api.follow(&account).await?;
        quickly("the follow of a writer", async || Ok(when(reader.api.relationship(&account).await?["following"] == true))).await?;
        writers.push(Writer { actor, account, last: String::new() });
    }
    Ok(writers)
}

/// The requests, ready for the wire, in a seeded order.
pub async fn presign(writers: &mut [Writer], farm: &Arc<Farm>, inbox: &str, (posts, dice): (usize, &mut Dice)) -> Result<Vec<Vec<u8>>> {
    let peers = farm.peers()?;
    let mut unsigned: Vec<(Arc<PeerActor>, Value)> = Vec::new();
    for n in 0..posts {
        let at = n % writers.len().max(1);
        let (writer, peer) = (writers.get_mut(at).context("no writer")?, peers.get(at).context("no host")?);
        let words = format!("Post number {n} of the load: {}", "a few words about valves, seals and gaskets; ".repeat(5));
        let note = shapes::note(&writer.actor, &peer.fresh_id("notes"), &words, &[]);
        writer.last = text(&note, "id")?.to_owned();
        unsigned.push((writer.actor.clone(), shapes::create(&writer.actor, &note)));
    }
    let half = unsigned.split_off(unsigned.len() / 2);
    let mut signing = JoinSet::new();
    for part in [unsigned, half] {
        let inbox = inbox.to_owned();
        signing.spawn_blocking(move || {
            part.iter().map(|(actor, activity)| Ok(actor.sign(&inbox, activity, &actor.usual())?.to_bytes())).collect::<Result<Vec<_>>>()
        });
    }
    let mut requests = Vec::new();
    while let Some(part) = signing.join_next().await {
        requests.extend(part??);
    }
    dice.shuffle(&mut requests);
    Ok(requests)
}

/// One connection's share of the load; answers the milliseconds of each exchange.
pub async fn replay(requests: Arc<Vec<Vec<u8>>>, next: Arc<AtomicUsize>, to: SocketAddr) -> Result<Vec<f64>> {
    let mut connection = Connection::open(to).await?;
    let mut samples = Vec::new();
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let started = Instant::now();
        let answer = connection.exchange(request).await?;
        samples.push(started.elapsed().as_secs_f64() * 1000.0);
        if answer.status != 202 {
            bail!("an inbound Create was answered {} {}", answer.status, answer.text());
        }
    }
    Ok(samples)
}

/// Every writer's last post is shown.
async fn all_visible(reader: &Person, writers: &[Writer]) -> Result<bool> {
    for writer in writers {
        let page = federation_tests::api::list(reader.api.get(&format!("/api/v1/accounts/{}/statuses?limit=40", writer.account)).await?)?;
        if !page.iter().any(|post| post["uri"] == writer.last.as_str()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, reader: &Person, farm: &Arc<Farm>, dice: &mut Dice, table: &mut Table) -> Result<()> {
    let Run { node, settings, ceilings } = run;
    let mut writers = writers(reader, farm).await?;
    let requests = Arc::new(presign(&mut writers, farm, &node.inbox(), (settings.posts, dice)).await?);
    let count = requests.len() as f64;
    let before = rest(node).await?;
    let statements = metric(node, "intermoot_sql_statements_total").await;
    let (started, next, to) = (Instant::now(), Arc::new(AtomicUsize::new(0)), Place::of(&node.inbox())?.address);
    let mut replaying = JoinSet::new();
    for _ in 0..settings.connections {
        replaying.spawn(replay(requests.clone(), next.clone(), to));
    }
    let mut samples = Vec::new();
    while let Some(part) = replaying.join_next().await {
        samples.extend(part??);
    }
    let accepted = started.elapsed().as_secs_f64();
    let until_answered = cpu(node)? - before;
    eventually(Duration::from_secs(300), "all of the load being shown", async || Ok(when(all_visible(reader, &writers).await?))).await?;
    let processed = started.elapsed().as_secs_f64();
    let each = (rest(node).await? - before) * 1000.0 / count;
    let (p50, p99) = (percentile(&mut samples, 0.5), percentile(&mut samples, 0.99));
    table.row(
        &format!("inbound signed Create, {count:.0} of 10 actors: answered 202"),
        &format!("{:.0}/s on one core, p50 {p50:.2} ms, p99 {p99:.2} ms", count / accepted),
        &format!("{:.2} of the RSA verifications", ceilings.rsa_verify * count / accepted / 1000.0),
    );
    table.row("the same, shown to the reader", &format!("{:.0}/s", count / processed), "");
    table.row(
        "the same, CPU of the node for each, processed to the end",
        &format!("{each:.3} ms ({:.3} until the last answer)", until_answered * 1000.0 / count),
        &format!("{:.1} verifications", each / ceilings.rsa_verify),
    );
    if let (Some(from), Some(to)) = (statements, metric(node, "intermoot_sql_statements_total").await) {
        table.row("the same, SQL statements for each", &format!("{:.2}", (to - from) / count), "");
    }
    Ok(())
}
