//! R18: the end of a node that has much to do.

use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::wire::{Connection, OutgoingRequest};
use federation_tests::world::scenario;
use federation_tests::{Node, PeerActor, Software, eventually, shapes};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How long a node may go on taking connections after SIGTERM.
const STOPS: Duration = Duration::from_millis(100);
/// How long it may take to end.
const ENDS: Duration = Duration::from_secs(10);
const WRITERS: usize = 4;
const SENDERS: usize = 4;

fn signal(node: &Node) -> Result<()> {
    let pid = node.pid().context("it does not run")?;
    ensure!(Command::new("kill").arg("-TERM").arg(pid.to_string()).status()?.success());
    Ok(())
}

fn here(node: &Node) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, node.port))
}

/// How long after now nobody is let in any more.
async fn closes(node: &Node) -> Result<Duration> {
    let began = Instant::now();
    let closed = async || Ok(when(TcpStream::connect(here(node)).await.is_err()));
    eventually(Duration::from_secs(10), "nobody being let in", closed).await?;
    Ok(began.elapsed())
}

/// Sends posts until nobody answers; the ids of those that were acknowledged.
async fn send_on(mia: Arc<PeerActor>, requests: Vec<(String, OutgoingRequest)>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let mut connection = None;
    for (id, request) in requests {
        let open = match connection.take() {
            Some(open) => Ok(open),
            None => Connection::open(request.to).await,
        };
        let Ok(mut open) = open else { break };
        match open.exchange(&request.to_bytes()).await {
            Ok(answer) if answer.status == 202 => acknowledged.push(id),
            _ => break,
        }
        connection = Some(open);
    }
    drop(mia);
    acknowledged
}

/// Figure: after SIGTERM under load nobody is let in later than 100 ms, the process ends with code 0 within 10 s, and everything that was
/// acknowledged, to apps and to servers, is there afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_sigterm_under_load_lets_open_requests_finish_and_loses_nothing() -> Result<()> {
    scenario(2, async |world| {
        let node = world.node("acme").await?;
        let ada = node.person("ada").await?;
        let peer = world.peer("home", Software::Mastodon).await?;
        let mia = peer.person("mia")?;
        let account = text(&ada.api.resolve_account(&mia.id).await?, "id")?.to_owned();
        ada.api.follow(&account).await?;
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let api = ada.api.clone();
            writers.spawn(async move {
                let mut kept = Vec::new();
                for number in 0..2000 {
                    match api.post("/api/v1/statuses", json!({ "status": format!("post {number} of {writer}") })).await {
                        Ok(post) => kept.push(post["id"].as_str().unwrap_or_default().to_owned()),
                        Err(_) => break,
                    }
                }
                kept
            });
        }
        let mut senders = JoinSet::new();
        for _ in 0..SENDERS {
            let mut requests = Vec::new();
            for n in 0..150 {
                let note = shapes::note(&mia, &peer.fresh_id("notes"), &format!("letter {n}"), &[]);
                peer.publish(&note)?;
                requests.push((text(&note, "id")?.to_owned(), mia.sign(&node.inbox(), &shapes::create(&mia, &note), &mia.usual())?));
            }
            senders.spawn(send_on(mia.clone(), requests));
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        // `terminate` sends the same signal once more only after this one has worked
        let pid = node.pid().context("it does not run")?;
        let began = Instant::now();
        signal(&node)?;
        let closed = closes(&node).await?;
        ensure!(closed <= STOPS.mul_f64(eventually::patience()), "let in for {closed:?}");
        let gone = async || Ok(when(std::fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z "))));
        eventually(ENDS, "the end", gone).await?;
        let took = began.elapsed();
        let (posts, letters) = (writers.join_all().await.concat(), senders.join_all().await.concat());
        ensure!(!posts.is_empty() && !letters.is_empty(), "{} posts, {} letters before the end", posts.len(), letters.len());
        let (_, clean) = node.terminate().await?;
        ensure!(clean, "it did not end with exit code 0");
        eprintln!("r18: closed after {closed:?}, ended after {took:?}, {} posts and {} letters", posts.len(), letters.len());

        node.resume().await?;
        for id in &posts {
            ada.api.get(&format!("/api/v1/statuses/{id}")).await?;
        }
        eventually(Duration::from_secs(20), "every letter that was acknowledged", async || {
            let shown = ada.api.all_statuses_of(&account, 1000).await?;
            Ok(when(letters.iter().all(|id| shown.iter().any(|post| post["uri"] == **id))))
        })
        .await
    })
    .await
}

/// Figure: with a request open that never ends, the first SIGTERM waits for it, the second ends the process within a second.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_a_second_sigterm_ends_a_node_at_once() -> Result<()> {
    scenario(1, async |world| {
        let node = world.node("acme").await?;
        let ada = node.person("ada").await?;
        let mut open = TcpStream::connect(here(&node)).await?;
        open.write_all(b"POST /inbox HTTP/1.1\r\nHost: acme\r\nContent-Type: application/activity+json\r\nContent-Length: 1000\r\n\r\n{")
            .await?;
        let post = ada.api.say("before the end").await?;
        signal(&node)?;
        closes(&node).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (took, _) = node.terminate().await?;
        ensure!(took < Duration::from_secs(1), "the second signal took {took:?}");
        drop(open);
        node.resume().await?;
        ada.api.status(text(&post, "id")?).await?;
        Ok(())
    })
    .await
}
