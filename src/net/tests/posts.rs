//! Deliveries: connections are used again, answers are read whatever they say, redirects are not followed.

use super::servers::{OUTSIDE, Seen, client, names, redirect, serve, serve_with, short, trap};
use crate::net::{FetchError, header::HeaderMap};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::io::AsyncWriteExt;

const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}";

#[tokio::test]
async fn deliveries_to_one_host_use_its_connections_again() {
    let peer = serve(OUTSIDE, |_| ACCEPTED.to_vec()).await;
    let client = client(names(), &[&peer], short());
    let url = peer.url("a.test", "/inbox");
    for _ in 0..50 {
        let posts = (0..8).map(|_| client.post(&url, HeaderMap::new(), "{}".into()));
        for answer in futures::future::join_all(posts).await {
            assert_eq!(answer.unwrap().status.as_u16(), 202);
        }
    }
    assert_eq!(peer.heads().len(), 400);
    assert!(peer.connections() <= 16, "{} connections for 400 requests, 8 at a time", peer.connections());
}

#[tokio::test]
async fn a_delivery_sends_the_callers_headers_and_our_name() {
    let peer = serve(OUTSIDE, |_| ACCEPTED.to_vec()).await;
    let client = client(names(), &[&peer], short());
    let mut headers = HeaderMap::new();
    headers.insert("signature", "s".parse().unwrap());
    let answer = client.post(&peer.url("a.test", "/inbox"), headers, "{}".into()).await.unwrap();
    assert_eq!(&answer.body_start[..], b"{}");
    let head = &peer.heads()[0];
    assert!(head.starts_with("post /inbox http/1.1\r\n") && head.contains("content-length: 2\r\n"), "{head}");
    assert!(head.contains("signature: s\r\n") && head.contains("user-agent: intermoot-test/1\r\n"), "{head}");
    assert!(!head.contains("cookie") && !head.contains("referer"), "{head}");
}

#[tokio::test]
async fn s023_a_delivery_never_follows_a_redirect() {
    let trap = trap().await;
    let target = trap.url("127.0.0.1", "/").to_string();
    let peer = serve(OUTSIDE, move |_| redirect(307, &target)).await;
    let client = client(names(), &[&peer, &trap], short());
    let answer = client.post(&peer.url("a.test", "/inbox"), HeaderMap::new(), "{}".into()).await.unwrap();
    assert_eq!((answer.status.as_u16(), trap.connections()), (307, 0));
}

#[tokio::test]
async fn a_busy_peer_says_how_long_to_wait() {
    let peer = serve(OUTSIDE, |_| b"HTTP/1.1 503 Busy\r\nretry-after: 90\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    let client = client(names(), &[&peer], short());
    let answer = client.post(&peer.url("a.test", "/inbox"), HeaderMap::new(), "{}".into()).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.retry_after), (503, Some(Duration::from_secs(90))));
}

#[tokio::test]
async fn a_status_counts_even_when_the_body_never_ends() {
    let peer = serve_with(OUTSIDE, |mut stream, _| async move {
        stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nsome").await.ok()?;
        tokio::time::sleep(Duration::from_secs(60)).await;
        None
    })
    .await;
    let client = client(names(), &[&peer], short());
    let answer = client.post(&peer.url("a.test", "/inbox"), HeaderMap::new(), "{}".into()).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body_start[..]), (202, &b"some"[..]));
}

#[tokio::test]
async fn a_kept_connection_that_closes_under_a_delivery_is_replaced_once() {
    let requests = AtomicUsize::new(0);
    let peer = serve(OUTSIDE, move |_| match requests.fetch_add(1, Ordering::SeqCst) {
        1 => Vec::new(), // hangs up on the second request
        _ => ACCEPTED.to_vec(),
    })
    .await;
    let client = client(names(), &[&peer], short());
    for _ in 0..2 {
        let answer = client.post(&peer.url("a.test", "/inbox"), HeaderMap::new(), "{}".into()).await.unwrap();
        assert_eq!(answer.status.as_u16(), 202);
    }
    assert_eq!((peer.heads().len(), peer.connections()), (3, 2));
}

#[tokio::test]
async fn a_peer_that_always_hangs_up_is_unreachable() {
    let peer = serve(OUTSIDE, |_| Vec::new()).await;
    let client = client(names(), &[&peer], short());
    let error = client.post(&peer.url("a.test", "/inbox"), HeaderMap::new(), "{}".into()).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable(_)) && error.is_passing(), "{error:?}");
    assert_eq!(peer.heads().len(), 2, "tried twice and no more");
}

#[tokio::test]
async fn a_peer_that_does_not_listen_is_unreachable() {
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    held.bind((OUTSIDE, 0).into()).unwrap(); // takes the port and does not listen
    let gone = Seen::at(held.local_addr().unwrap().port());
    let client = client(names(), &[&gone], short());
    let error = client.post(&gone.url("a.test", "/inbox"), HeaderMap::new(), "{}".into()).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable(_)), "{error:?}");
}
