//! Streams: what two thousand idle sockets cost, and how soon what comes in is told to a thousand.
//!
//! Each of a hundred people follows one of a hundred writers elsewhere and holds ten sockets; a fifth of the sockets read the
//! public stream besides. Activities come at a fixed rate whatever happens (no coordinated omission): the time of each counts from
//! when it was due, and every message of every socket is a sample.

use crate::machine::{cpu, metric, pid, rest};
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::{Context, Result, bail, ensure};
use federation_tests::api::text;
use federation_tests::ear::{Ear, Heard};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::wire::{Connection, Place};
use federation_tests::{Farm, Node, PeerActor, process, quickly, shapes};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Sockets that listen while activities come.
const LISTENING: usize = 1000;
/// Sockets that only are there.
const IDLE: usize = 2000;
/// People who hold them.
const PEOPLE: usize = 100;
/// Connections over which activities come.
const CONNECTIONS: usize = 16;
/// Stands in every post before its number.
const MARK: &str = "load-number-";
/// How long to wait for what was not heard yet after the last activity.
const TAIL: Duration = Duration::from_secs(5);

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, farm: &Arc<Farm>, table: &mut Table) -> Result<()> {
    let mut people = Vec::new();
    for nth in 0..PEOPLE {
        people.push(run.node.person(&format!("listener{nth}")).await?);
    }
    idle(run.node, &people, table).await?;
    let writers = writers(&people, farm).await?;
    let requests = presign(run, &writers, farm)?;
    loaded(run, &people, requests, table).await
}

/// What sockets cost on which nothing happens.
async fn idle(node: &Node, people: &[Person], table: &mut Table) -> Result<()> {
    // a process of its own for this: what hashing a hundred passwords took would hide it
    node.terminate().await?;
    node.resume().await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (before, _) = process::resident_mib(pid(node)?)?;
    let began = Instant::now();
    let ears = open(node, people, (IDLE, "user")).await?;
    let opened = began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (after, _) = process::resident_mib(pid(node)?)?;
    let used = cpu(node)?;
    tokio::time::sleep(Duration::from_secs(35)).await;
    let each = (cpu(node)? - used) / 35.0 * 100.0;
    let what = format!("{IDLE} idle sockets of {PEOPLE} people");
    table.row(
        &what,
        &format!("{:.1} MiB, {:.1} KiB each; opened in {opened:.2} s", after - before, (after - before) * 1024.0 / IDLE as f64),
        "",
    );
    table.row("the same, CPU of the node while nothing happens, a ping each", &format!("{each:.2} % of a core"), "");
    drop(ears);
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}

async fn open(node: &Node, people: &[Person], (count, stream): (usize, &str)) -> Result<Vec<Ear>> {
    let mut ears = Vec::new();
    for nth in 0..count {
        let token = people.get(nth % people.len().max(1)).and_then(|person| person.api.token()).context("no token")?;
        match Ear::open(&node.url, token, stream).await? {
            Ok(ear) => ears.push(ear),
            Err(refused) => bail!("socket {nth} was refused: {refused:?} (ulimit -n, limits.streams)"),
        }
    }
    Ok(ears)
}

/// One writer for each of the people, who follows them.
async fn writers(people: &[Person], farm: &Arc<Farm>) -> Result<Vec<Arc<PeerActor>>> {
    let peers = farm.peers()?;
    let mut writers = Vec::new();
    for (nth, person) in people.iter().enumerate() {
        let actor = peers.get(nth % peers.len().max(1)).context("no host")?.person(&format!("streamed{nth}"))?;
        let account = text(&person.api.resolve_account(&actor.id).await?, "id")?.to_owned();
        person.api.follow(&account).await?;
        quickly("the follow of a writer", async || Ok(when(person.api.relationship(&account).await?["following"] == true))).await?;
        writers.push(actor);
    }
    Ok(writers)
}

fn presign(run: Run<'_>, writers: &[Arc<PeerActor>], farm: &Arc<Farm>) -> Result<Vec<Vec<u8>>> {
    let (peers, inbox) = (farm.peers()?, run.node.inbox());
    let mut requests = Vec::new();
    for n in 0..run.settings.streamed {
        let at = n % writers.len().max(1);
        let (writer, peer) = (writers.get(at).context("no writer")?, peers.get(at % peers.len().max(1)).context("no host")?);
        let note = shapes::note(writer, &peer.fresh_id("notes"), &format!("{MARK}{n} {}", "some words about valves; ".repeat(8)), &[]);
        requests.push(writer.sign(&inbox, &shapes::create(writer, &note), &writer.usual())?.to_bytes());
    }
    Ok(requests)
}

/// Everything that one socket hears until nothing comes any more: numbers of posts, and when.
async fn listen(mut ear: Ear) -> Vec<(usize, Instant)> {
    let mut heard = Vec::new();
    while let Ok(Heard::Text(text)) = tokio::time::timeout(TAIL, ear.next()).await {
        let at = Instant::now();
        let number = text.split_once(MARK).map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        heard.extend(number.and_then(|number| number.parse().ok()).map(|number| (number, at)));
    }
    heard
}

async fn loaded(run: Run<'_>, people: &[Person], requests: Vec<Vec<u8>>, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let (at_home, public) = (LISTENING - LISTENING / 5, LISTENING / 5);
    let mut ears = open(node, people, (at_home, "user")).await?;
    let mut both = open(node, people, (public, "user")).await?;
    for ear in &mut both {
        ear.say(&serde_json::json!({ "type": "subscribe", "stream": "public" })).await?;
    }
    ears.extend(both);
    let mut listening = JoinSet::new();
    for ear in ears {
        listening.spawn(listen(ear));
    }
    let (count, rate) = (requests.len(), settings.rate.max(1));
    let before = rest(node).await?;
    let statements = metric(node, "intermoot_sql_statements_total").await;
    let started = Instant::now();
    let due = move |n: usize| started + Duration::from_secs_f64(n as f64 / rate as f64);
    send(requests, &node.inbox(), due).await?;
    let took = started.elapsed().as_secs_f64();
    let mut samples: Vec<f64> = Vec::new();
    while let Some(heard) = listening.join_next().await {
        samples.extend(heard?.into_iter().map(|(n, at)| at.saturating_duration_since(due(n)).as_secs_f64() * 1000.0));
    }
    let expected = count * LISTENING / PEOPLE + count * public;
    let used = (cpu(node)? - before) * 1000.0 / count as f64;
    ensure!(!samples.is_empty(), "nothing was heard");
    let heard = samples.len();
    let (p50, p99, most) = (percentile(&mut samples, 0.5), percentile(&mut samples, 0.99), percentile(&mut samples, 1.0));
    let what = format!("inbound Create to event on a socket: {count} at {:.0}/s, {LISTENING} sockets", count as f64 / took);
    table.row(&what, &format!("p50 {p50:.1} ms, p99 {p99:.1} ms, last {most:.1} ms ({heard} of {expected} messages)"), "");
    table.row("the same, CPU of the node for each Create, all of its messages included", &format!("{used:.3} ms"), "");
    if let (Some(from), Some(to)) = (statements, metric(node, "intermoot_sql_statements_total").await) {
        table.row("the same, SQL statements for each", &format!("{:.2}", (to - from) / count as f64), "");
    }
    Ok(())
}

/// Sends each request when it is due.
async fn send(requests: Vec<Vec<u8>>, inbox: &str, due: impl Fn(usize) -> Instant + Send + Sync + Copy + 'static) -> Result<()> {
    let (to, requests) = (Place::of(inbox)?.address, Arc::new(requests));
    let mut sending = JoinSet::new();
    for first in 0..CONNECTIONS {
        let requests = requests.clone();
        sending.spawn(async move {
            let mut connection = Connection::open(to).await?;
            for n in (first..requests.len()).step_by(CONNECTIONS) {
                tokio::time::sleep_until(due(n).into()).await;
                let answer = connection.exchange(requests.get(n).context("no request")?).await?;
                ensure!(answer.status == 202, "an inbound Create was answered {} {}", answer.status, answer.text());
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = sending.join_next().await {
        done??;
    }
    Ok(())
}
