//! S65, S70: what is slow or large is cut off, and nobody else waits for it.

use super::servers::{OUTSIDE, client, names, ok, plain, serve, serve_with, short};
use crate::net::{Budget, Client, FetchError, Limits, Policy};
use std::{sync::Arc, time::Duration};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::Instant};
use url::Url;

/// Sends `start`, then `again` every 20 ms until the other side has had enough.
async fn drip(mut stream: TcpStream, start: &'static [u8], again: &'static [u8]) -> Option<TcpStream> {
    stream.write_all(start).await.ok()?;
    while stream.write_all(again).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    None
}

/// gzip (RFC 1952) of `bytes` zeros, without its trailer: one literal, then copies of 258 bytes at distance 1 in fixed
/// Huffman codes (RFC 1951 §3.2.6), 13 bits each.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false]; // last block, fixed codes
    bits.extend([false, false, true, true, false, false, false, false]); // literal 0
    for _ in 0..bytes / 258 {
        bits.extend([true, true, false, false, false, true, false, true]); // length 258
        bits.extend([false; 5]); // distance 1
    }
    bits.extend([false; 7]); // end of block
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.chunks(8).map(|chunk| chunk.iter().enumerate().fold(0, |byte, (at, &bit)| byte | (u8::from(bit) << at))));
    out
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

#[tokio::test]
async fn s065_slow_answers_end_at_the_deadline() {
    let body = serve_with(OUTSIDE, |stream, _| drip(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x")).await;
    let head = serve_with(OUTSIDE, |stream, _| drip(stream, b"HTTP/1.1 200 OK\r\nx-slow: ", b"x")).await;
    let silent = serve_with(OUTSIDE, |stream, _| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Some(stream)
    })
    .await;
    let client = client(names(), &[&body, &head, &silent], short());
    for peer in [&body, &head, &silent] {
        let began = Instant::now();
        let error = client.get(plain(&peer.url("a.test", "/")), &Budget::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::TimedOut) && error.is_passing(), "{error:?}");
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn s065_a_stalled_tls_handshake_ends_at_the_deadline() {
    let stalled = tokio::net::TcpListener::bind((OUTSIDE, 0)).await.unwrap();
    let port = stalled.local_addr().unwrap().port();
    let ports = super::servers::Seen::at(port);
    let client = client(names(), &[&ports], short());
    let began = Instant::now();
    let url = Url::parse(&format!("https://a.test:{port}/")).unwrap();
    let error = client.get(plain(&url), &Budget::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn s065_a_slow_peer_holds_its_own_slots_and_nobody_elses() {
    let slow = serve_with(OUTSIDE, |stream, _| drip(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x")).await;
    let quick = serve(OUTSIDE, |_| ok("{}")).await;
    let limits = Limits { fetches_per_host: 2, total: Duration::from_secs(2), ..short() };
    let client = client(names(), &[&slow, &quick], limits);
    let waiting: Vec<_> = (0..6)
        .map(|_| {
            let (client, url) = (client.clone(), slow.url("a.test", "/"));
            tokio::spawn(async move { client.get(plain(&url), &Budget::default()).await.is_ok() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;

    let fetched = tokio::time::timeout(Duration::from_secs(1), client.get(plain(&quick.url("a.test", "/")), &Budget::default())).await;

    assert!(fetched.expect("not kept waiting").is_ok());
    assert_eq!(slow.connections(), 2, "at most two at a time to one host");
    for task in waiting {
        assert!(!task.await.unwrap());
    }
}

#[tokio::test]
async fn s065_the_time_of_the_budget_ends_a_fetch_too() {
    let slow = serve_with(OUTSIDE, |stream, _| drip(stream, b"HTTP/1.1 200 OK\r\nx: ", b"x")).await;
    let client = client(names(), &[&slow], Limits { total: Duration::from_secs(30), ..short() });
    let began = Instant::now();
    let outcome = client.get(plain(&slow.url("a.test", "/")), &Budget::new(5, Duration::from_millis(200))).await;
    assert!(matches!(outcome, Err(FetchError::TimedOut)) && began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn s070_a_body_that_unpacks_beyond_the_limit_is_dropped_there() {
    let bomb = bomb(64 * 1024 * 1024);
    assert!(bomb.len() < 1024 * 1024, "small on the wire: {}", bomb.len());
    let bomb = Arc::new(packed(&bomb));
    let peer = serve(OUTSIDE, move |_| bomb.to_vec()).await;
    let client = client(names(), &[&peer], Limits { total: Duration::from_secs(10), ..short() });
    let outcome = client.get(plain(&peer.url("a.test", "/")), &Budget::default()).await;
    assert!(matches!(outcome, Err(FetchError::TooLarge(1_048_576))), "{:?}", outcome.map(|fetched| fetched.body.len()));
    let answer = client.post(&peer.url("a.test", "/"), Default::default(), "x".into()).await.unwrap();
    assert_eq!(answer.body_start.len(), 4096);
}

#[tokio::test]
async fn a_packed_body_within_the_limit_is_unpacked() {
    let hello: &[u8] = &[31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0];
    let peer = serve(OUTSIDE, move |_| packed(hello)).await;
    let client = client(names(), &[&peer], short());
    let fetched = client.get(plain(&peer.url("a.test", "/")).at_most(5), &Budget::default()).await.unwrap();
    assert_eq!(&fetched.body[..], b"hello");
    let outcome = client.get(plain(&peer.url("a.test", "/")).at_most(4), &Budget::default()).await;
    assert!(matches!(outcome, Err(FetchError::TooLarge(4))));
}

#[tokio::test]
async fn s070_large_bodies_end_at_the_limit_announced_or_not() {
    let announced = serve(OUTSIDE, |_| b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n".to_vec()).await;
    let endless =
        serve_with(OUTSIDE, |stream, _| drip(stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n")).await;
    let client = client(names(), &[&announced, &endless], Limits { total: Duration::from_secs(20), ..short() });
    for peer in [&announced, &endless] {
        let url = peer.url("a.test", "/");
        let error = client.get(plain(&url).at_most(100), &Budget::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLarge(100)) && !error.is_passing(), "{error:?}");
    }
}

#[tokio::test]
async fn s070_too_many_or_too_large_headers_are_refused() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(100_000));
    let large = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(2 * 1024 * 1024));
    let nonsense = "SMTP ready\r\n\r\n".to_owned();
    for answer in [many, large, nonsense] {
        let peer = serve(OUTSIDE, move |_| answer.clone().into_bytes()).await;
        let client = client(names(), &[&peer], short());
        let outcome = client.get(plain(&peer.url("a.test", "/")), &Budget::default()).await;
        assert!(matches!(outcome, Err(FetchError::Garbled(_))), "{:?}", outcome.map(|fetched| fetched.headers.len()));
    }
}

#[test]
fn a_file_of_roots_that_is_missing_or_empty_is_named() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    for file in [empty.path(), std::path::Path::new("/nowhere/roots.pem")] {
        let made = Client::new(Policy::default(), names(), "intermoot-test/1", Some(file));
        let error = made.err().expect("refused").to_string();
        assert!(error.contains(&file.display().to_string()), "{error}");
    }
}
