//! Clients that ask for nothing, or for far too much: they cost the others nothing (S66, S70, S79).
//!
//! 2,000 half-open requests where the limit of open files allows it, else as many as it does; the run says how many.

use anyhow::{Context, Result, ensure};
use federation_tests::eventually::patience;
use federation_tests::process::{cpu_seconds, resident_mib};
use federation_tests::world::scenario;
use federation_tests::{Node, NodeOptions, wire};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How many half-open requests are wanted.
const WANTED: usize = 2000;
/// Files that this process needs for other things.
const FILES_KEPT: usize = 400;

/// As many of `wanted` as this process may have files for (proc(5)); the nodes have the same limit.
fn as_many_as(wanted: usize) -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(1024);
    wanted.min(files.saturating_sub(FILES_KEPT))
}

async fn half_open(node: &Node, count: usize) -> Result<Vec<TcpStream>> {
    let mut streams = Vec::with_capacity(count);
    for nth in 0..count {
        let mut stream = TcpStream::connect(("127.0.0.1", node.port)).await.with_context(|| format!("connection {nth} of {count}"))?;
        // some say nothing at all, some begin, some go on for ever without coming to an end
        let begun = ["", "GET /readyz HTTP/1.1\r\n", "POST /inbox HTTP/1.1\r\nHost: x\r\nX-Slow: "][nth % 3];
        stream.write_all(begun.as_bytes()).await?;
        streams.push(stream);
    }
    Ok(streams)
}

/// The slowest of a hundred requests, each over a connection of its own.
async fn slowest(node: &Node) -> Result<Duration> {
    let mut slowest = Duration::ZERO;
    for _ in 0..100 {
        let began = Instant::now();
        let answer = wire::get_as(&format!("{}/readyz", node.url), "*/*").await?;
        ensure!(answer.status == 200, "status {}", answer.status);
        slowest = slowest.max(began.elapsed());
    }
    Ok(slowest)
}

/// Fails unless the server ends the connection within `deadline`.
async fn is_ended(stream: &mut TcpStream, deadline: Duration) -> Result<()> {
    let mut bytes = [0; 1024];
    loop {
        match tokio::time::timeout(deadline, stream.read(&mut bytes)).await.context("the connection is still open")? {
            Ok(0) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// The first that the server says.
async fn said(stream: &mut TcpStream) -> Result<String> {
    let mut bytes = [0; 1024];
    let read = tokio::time::timeout(Duration::from_secs(5).mul_f64(patience()), stream.read(&mut bytes)).await.context("no answer")??;
    Ok(String::from_utf8_lossy(bytes.get(..read).unwrap_or_default()).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s066_two_thousand_half_open_requests_keep_out_nobody_and_end() -> Result<()> {
    scenario(2, async |world| {
        let node = world.node_with("acme", NodeOptions::default().with("LIMITS__HEAD_SECONDS", "6")).await?;
        let before = slowest(&node).await?;
        let memory = resident_mib(node.pid().context("it runs")?)?.0;
        let count = as_many_as(WANTED);
        let mut streams = half_open(&node, count).await?;
        let opened = Instant::now();
        let during = slowest(&node).await?;
        let grown = resident_mib(node.pid().context("it runs")?)?.0 - memory;
        eprintln!("{count} half-open requests: the slowest of 100 took {during:?}, {before:?} before; {grown:.1} MiB more");
        ensure!(during < Duration::from_secs(5).mul_f64(patience()), "{during:?}");
        ensure!(grown < 64.0, "{grown} MiB for {count} half-open requests");
        for stream in &mut streams {
            is_ended(stream, Duration::from_secs(20).mul_f64(patience()).saturating_sub(opened.elapsed()).max(Duration::from_secs(1)))
                .await?;
        }
        ensure!(slowest(&node).await? < Duration::from_secs(5).mul_f64(patience()));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s066_with_every_place_taken_whoever_asks_is_still_answered() -> Result<()> {
    scenario(1, async |world| {
        let options = NodeOptions::default().with("LIMITS__HEAD_SECONDS", "600").with("LIMITS__CONNECTIONS", "100");
        let node = world.node_with("acme", options).await?;
        let mut streams = half_open(&node, as_many_as(500)).await?;
        let during = slowest(&node).await?;
        ensure!(during < Duration::from_secs(5).mul_f64(patience()), "{during:?}");
        is_ended(&mut streams[0], Duration::from_secs(5)).await.context("the first is still there")
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s070_bodies_that_are_sent_slowly_and_together_are_bounded() -> Result<()> {
    scenario(1, async |world| {
        let options = NodeOptions::default().with("LIMITS__BODIES_BYTES", "4000000").with("LIMITS__REQUEST_SECONDS", "6");
        let node = world.node_with("acme", options).await?;
        let memory = resident_mib(node.pid().context("it runs")?)?.0;
        let mut streams = Vec::new();
        for _ in 0..60 {
            let mut stream = TcpStream::connect(("127.0.0.1", node.port)).await?;
            let head = format!(
                "POST /inbox HTTP/1.1\r\nHost: {}\r\nContent-Type: application/activity+json\r\nContent-Length: 1000000\r\n\r\n",
                node.authority()
            );
            stream.write_all(head.as_bytes()).await?;
            // whoever is refused may find the connection closed
            let _ = tokio::time::timeout(Duration::from_secs(2), stream.write_all(&vec![b' '; 900_000])).await;
            streams.push(stream);
        }
        let grown = resident_mib(node.pid().context("it runs")?)?.0 - memory;
        eprintln!("60 unfinished bodies of 0.9 MB: {grown:.1} MiB more");
        ensure!(grown < 40.0, "{grown} MiB");
        let answer = wire::get_as(&format!("{}/readyz", node.url), "*/*").await?;
        ensure!(answer.status == 200, "status {}", answer.status);
        // four fit; the others are told to come again, at once and not when their time is up
        let refused = said(streams.last_mut().context("there are some")?).await?;
        ensure!(refused.starts_with("HTTP/1.1 503") && refused.to_lowercase().contains("retry-after"), "{refused}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s079_floods_of_http2_frames_cost_no_time() -> Result<()> {
    scenario(1, async |world| {
        let node = world.node("acme").await?;
        let pid = node.pid().context("it runs")?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let idle = cpu_seconds(pid)?;
        // preface and SETTINGS, then streams that are opened and reset, and headers that never end (RFC 9113)
        let mut flood = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
        for stream in (1..40_001_u32).step_by(2) {
            flood.extend(
                [&[0, 0, 1, 1, 4][..], &stream.to_be_bytes(), b"\x82\0\0\x04\x03\0", &stream.to_be_bytes(), &[0, 0, 0, 8]].concat(),
            );
            flood.extend([&[0, 0, 1, 9, 0][..], &stream.to_be_bytes(), b"\x82"].concat());
        }
        for _ in 0..50 {
            let mut stream = TcpStream::connect(("127.0.0.1", node.port)).await?;
            let _ = stream.write_all(&flood).await;
            is_ended(&mut stream, Duration::from_secs(12)).await?;
        }
        let spent = cpu_seconds(pid)? - idle;
        eprintln!("50 floods of {} kB cost {spent:.2} s", flood.len() / 1000);
        ensure!(spent < 1.0, "{spent} s of CPU");
        ensure!(slowest(&node).await? < Duration::from_secs(5).mul_f64(patience()));
        Ok(())
    })
    .await
}
