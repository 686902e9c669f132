//! kill -9 at seeded random moments: nothing acknowledged is lost, nothing takes effect twice.
//!
//! Kills are tied to progress (so many answers, then a few milliseconds), hence the load always outlasts them. At least 50 in an
//! ordinary run; `INTERMOOT_KILLS` asks for more (200 and 100 by the full command).

use crate::acquaintance::{follows_peer, peer_follows};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::dice::Dice;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::wire::{Connection, OutgoingRequest};
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Farm, Node, Peer, Software, World, eventually, shapes};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const KILLS: usize = 50;
/// Requests for each kill, so that the load outlasts the kills.
const REQUESTS_PER_KILL: usize = 80;
/// Most progress between two kills.
const STRIDE: u64 = 20;
const CONNECTIONS: usize = 16;
/// Deliveries to one host that may be in flight when the sender dies (`reliability.md` B2).
const WINDOW: usize = 16;
/// No host takes anything for so long: all has come that was sent before a kill.
const QUIET: Duration = Duration::from_millis(100);
/// Deliveries that wait at most before the next post is written.
const BACKLOG: usize = 1500;

fn kills() -> usize {
    std::env::var("INTERMOOT_KILLS").ok().and_then(|text| text.parse().ok()).map_or(KILLS, |asked: usize| asked.max(KILLS))
}

/// Requests waiting to be acknowledged.
struct Load {
    waiting: Mutex<VecDeque<Arc<OutgoingRequest>>>,
    total: usize,
    acknowledged: AtomicUsize,
    refused: Mutex<Vec<String>>,
}

impl Load {
    fn is_done(&self) -> bool {
        self.acknowledged.load(Ordering::SeqCst) >= self.total || !lock(&self.refused).is_empty()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends what waits; what got no answer goes back and is sent again, byte for byte, as a real peer would.
async fn work(load: Arc<Load>) {
    let mut connection: Option<Connection> = None;
    while !load.is_done() {
        let Some(request) = lock(&load.waiting).pop_front() else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        match exchange(&mut connection, &request).await {
            Ok(202) => {
                load.acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            Ok(status) if status < 500 && status != 429 => lock(&load.refused).push(format!("status {status}")),
            _ => {
                connection = None;
                lock(&load.waiting).push_back(request);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

async fn exchange(connection: &mut Option<Connection>, request: &OutgoingRequest) -> Result<u16> {
    let mut open = match connection.take() {
        Some(open) => open,
        None => Connection::open(request.to).await?,
    };
    let status = open.exchange(&request.to_bytes()).await?.status;
    *connection = Some(open);
    Ok(status)
}

/// Kills and restarts the node `kills` times, each time after a random amount of progress and a random moment more. Before each restart
/// there is no progress for `quiet`: what was on its way at the kill has been taken, and counts to the life before it.
async fn kill_along(node: &Node, dice: &mut Dice, (kills, quiet): (usize, Duration), progress: impl Fn() -> usize) -> Result<Vec<Instant>> {
    let mut at = Vec::new();
    for n in 0..kills {
        let goal = progress() + 1 + dice.below(STRIDE) as usize;
        let moment = dice.milliseconds(0, 20);
        let what = format!("progress to {goal} before kill {n} (seed {})", dice.seed());
        eventually(Duration::from_secs(60), &what, async || Ok(when(progress() >= goal))).await?;
        tokio::time::sleep(moment).await;
        node.kill()?;
        let mut seen = None;
        while !quiet.is_zero() && seen.replace(progress()) != Some(progress()) {
            tokio::time::sleep(quiet).await;
        }
        at.push(Instant::now());
        node.resume().await.with_context(|| format!("restart after kill {n} (seed {})", dice.seed()))?;
    }
    Ok(at)
}

/// Signed Creates by actors of every host of the farm, each mentioning `reader`; answers the requests and the ids of the posts.
fn signed_creates(farm: &Arc<Farm>, node: &Node, reader: &Person, total: usize) -> Result<(Vec<Arc<OutgoingRequest>>, BTreeSet<String>)> {
    let writers: Vec<_> = farm.peers()?.into_iter().map(|peer| Ok((peer.person("writer")?, peer))).collect::<Result<_>>()?;
    let handle = format!("@{}@{}", reader.name, node.authority());
    let mut requests = Vec::new();
    let mut ids = BTreeSet::new();
    for (n, (writer, peer)) in writers.iter().cycle().take(total).enumerate() {
        let note = shapes::note(writer, &peer.fresh_id("notes"), &format!("number {n} for {handle}"), &[(&reader.uri, &handle)]);
        peer.publish(&note)?;
        ids.insert(text(&note, "id")?.to_owned());
        requests.push(Arc::new(writer.sign(&node.inbox(), &shapes::create(writer, &note), &writer.usual())?));
    }
    Ok((requests, ids))
}

/// How often each URI stands in a list.
fn counted<'a>(uris: impl Iterator<Item = Option<&'a str>>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for uri in uris.flatten() {
        *counts.entry(uri).or_insert(0) += 1;
    }
    counts
}

/// What the reader is shown is what was sent, each exactly once: among the writers' posts, and among the notifications.
pub async fn exactly_once(reader: &Person, writers: &[String], ids: &BTreeSet<String>, seed: u64) -> Result<()> {
    let most = ids.len() * 2 + 100;
    let mut posts: Vec<Value> = Vec::new();
    eventually(Duration::from_secs(120), "every acknowledged post being shown", async || {
        posts.clear();
        for writer in writers {
            posts.extend(reader.api.all_statuses_of(writer, most).await?);
        }
        Ok(when(posts.len() >= ids.len()))
    })
    .await
    .with_context(|| format!("seed {seed}: an acknowledged post is lost"))?;
    let shown = counted(posts.iter().map(|post| post["uri"].as_str()));
    let told: Vec<Value> = reader.api.all_pages("/api/v1/notifications?limit=80&types[]=mention", most).await?;
    let told = counted(told.iter().map(|note| note["status"]["uri"].as_str()));
    for (what, counts) in [("posts", &shown), ("notifications", &told)] {
        let lost: Vec<&String> = ids.iter().filter(|id| !counts.contains_key(id.as_str())).collect();
        let doubled: Vec<_> = counts.iter().filter(|(_, times)| **times > 1).collect();
        ensure!(lost.is_empty() && doubled.is_empty(), "seed {seed}, {what}: lost {lost:?}, more than once {doubled:?}");
        ensure!(counts.len() == ids.len(), "seed {seed}, {what}: {} of {} sent", counts.len(), ids.len());
    }
    Ok(())
}

async fn receiver_dies(world: &World) -> Result<()> {
    let mut dice = Dice::for_run("r01");
    let kills = kills();
    let acme = world.node("acme").await?;
    let ada = acme.person("ada").await?;
    let farm = Farm::of(4, Software::Mastodon).await?;
    let (mut requests, ids) = signed_creates(&farm, &acme, &ada, kills * REQUESTS_PER_KILL)?;
    let mut writers = Vec::new();
    for peer in farm.peers()? {
        let writer = format!("{}/users/writer", peer.url());
        writers.push(text(&ada.api.resolve_account(&writer).await?, "id")?.to_owned());
    }
    dice.shuffle(&mut requests);
    let total = requests.len();
    let load = Arc::new(Load { waiting: Mutex::new(requests.into()), total, acknowledged: AtomicUsize::new(0), refused: Mutex::default() });
    let mut workers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        workers.spawn(work(load.clone()));
    }
    let at = kill_along(&acme, &mut dice, (kills, Duration::ZERO), || load.acknowledged.load(Ordering::SeqCst)).await;
    ensure!(lock(&load.refused).is_empty(), "refused outright: {:?}", lock(&load.refused));
    let at = at?;
    eventually(Duration::from_secs(120), "every request acknowledged", async || Ok(when(load.is_done()))).await?;
    ensure!(lock(&load.refused).is_empty(), "refused outright: {:?}", lock(&load.refused));
    workers.shutdown().await;
    eprintln!("r01: {} kills, {total} requests acknowledged, seed {}", at.len(), dice.seed());
    exactly_once(&ada, &writers, &ids, dice.seed()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r01_a_killed_receiver_loses_nothing_it_acknowledged_and_does_nothing_twice() -> Result<()> {
    scenario(ALONE, async |world| receiver_dies(world).await).await
}

/// Posts until the kills are over and never far ahead of the deliveries; a post that got no answer is repeated under the same
/// Idempotency-Key.
async fn write_on(person: &Person, is_over: &AtomicBool, is_behind: impl Fn(usize) -> bool) -> Result<Vec<String>> {
    let mut said: Vec<String> = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        if is_behind(said.len()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let n = said.len();
        let (words, key) = (format!("news number {n}"), format!("key-{n}"));
        let post =
            eventually(Duration::from_secs(60), "a post being taken", async || Ok(Some(person.api.say_once(&words, &key).await?))).await?;
        said.push(text(&post, "uri")?.to_owned());
    }
    Ok(said)
}

/// Each host has each post once in effect, and no more repeats than were in flight at the kills.
fn check_host(peer: &Peer, said: &[String], kills: &[Instant], seed: u64) -> Result<()> {
    let mut creates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut repeats = vec![0_usize; kills.len() + 1];
    for got in peer.activities("Create").iter().filter(|got| got.was_taken()) {
        ensure!(got.signer.is_ok(), "{}: {:?}", peer.authority(), got.signer);
        creates.entry(got.object_id().to_owned()).or_default().insert(got.id().to_owned());
        if !seen.insert(got.id().to_owned()) {
            let life = kills.iter().filter(|kill| **kill < got.at).count();
            if let Some(count) = repeats.get_mut(life) {
                *count += 1;
            }
        }
    }
    let place = peer.authority();
    for uri in said {
        let times = creates.get(uri).map_or(0, BTreeSet::len);
        ensure!(times == 1, "seed {seed}: {place} has {times} Creates of {uri}");
    }
    ensure!(creates.len() == said.len(), "seed {seed}: {place} has {} posts, {} were made", creates.len(), said.len());
    let worst = repeats.iter().max().copied().unwrap_or(0);
    ensure!(worst <= WINDOW, "seed {seed}: {worst} repeats at {place} after one kill: {repeats:?}");
    Ok(())
}

async fn sender_dies(world: &World) -> Result<()> {
    let mut dice = Dice::for_run("r02");
    let kills = kills();
    let acme = world.node_with("acme", federation_tests::NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "200")).await?;
    let ada = acme.person("ada").await?;
    let farm = Farm::of(50, Software::Mastodon).await?;
    let peers = farm.peers()?;
    for peer in &peers {
        peer_follows(peer, &*peer.person("reader")?, &acme, &ada.uri).await?;
    }
    let arrived = || peers.iter().map(Peer::count_posts).sum::<usize>();
    let is_over = AtomicBool::new(false);
    let killing = async {
        let at = kill_along(&acme, &mut dice, (kills, QUIET), arrived).await;
        is_over.store(true, Ordering::SeqCst);
        at
    };
    let writing = write_on(&ada, &is_over, |said| said * peers.len() > arrived() + BACKLOG);
    let (at, said) = tokio::try_join!(killing, writing)?;
    eventually(Duration::from_secs(180), "every host having every post", async || {
        let has_all = |peer: &Peer| {
            peer.activities("Create").iter().filter(|got| got.was_taken()).map(|got| got.id().to_owned()).collect::<BTreeSet<_>>().len()
                >= said.len()
        };
        Ok(when(peers.iter().all(has_all)))
    })
    .await
    .with_context(|| format!("seed {}: a post is lost", dice.seed()))?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for peer in &peers {
        check_host(peer, &said, &at, dice.seed())?;
    }
    eprintln!("r02: {} kills, {} posts at {} hosts, seed {}", at.len(), said.len(), peers.len(), dice.seed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r02_a_killed_sender_leaves_every_host_with_every_post_once() -> Result<()> {
    scenario(ALONE, async |world| sender_dies(world).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_post_of_ones_own_survives_a_kill_at_once() -> Result<()> {
    scenario(1, async |world| {
        let acme = world.node("acme").await?;
        let ada = acme.person("ada").await?;
        let peer = world.peer("reader", Software::Mastodon).await?;
        let mia = peer.person("mia")?;
        follows_peer(&ada, &mia).await?;
        for n in 0..10 {
            let post = ada.api.say(&format!("kept {n}")).await?;
            acme.kill()?;
            acme.resume().await?;
            let again = ada.api.status(text(&post, "id")?).await?;
            ensure!(again["uri"] == post["uri"], "lost: {post}");
        }
        Ok(())
    })
    .await
}
