//! Too many, too much, too slow: bounded each, and nobody else notices (R32, S79).

use super::{ear::Ear, stage::Stage};
use crate::{
    features::posts::publish,
    tests::support::{Person, Place, sized},
};
use futures::SinkExt;
use reqwest::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::tungstenite::Message;

async fn open(stage: &Stage, who: &Person) -> Result<Ear, StatusCode> {
    Ear::connect(stage.address, "/api/v1/streaming?stream=user", &[("authorization", &format!("Bearer {}", who.token))]).await
}

#[tokio::test]
async fn streams_are_counted_by_account_by_address_and_all_together() {
    let stage = Stage::with(&Place::sqlite(), |config| {
        (config.limits.streams_per_account, config.limits.streams_per_address, config.limits.streams) = (2, 4, 5);
    })
    .await;
    let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
    let mut open_ones = vec![open(&stage, &ada).await.unwrap(), open(&stage, &ada).await.unwrap()];
    assert_eq!(open(&stage, &ada).await.err(), Some(StatusCode::TOO_MANY_REQUESTS));
    open_ones.extend([open(&stage, &bo).await.unwrap(), open(&stage, &bo).await.unwrap()]);
    assert_eq!(open(&stage, &cy).await.err(), Some(StatusCode::TOO_MANY_REQUESTS), "the address has its four");
    let events =
        stage.node.client.get(format!("http://{}/api/v1/streaming/user", stage.address)).bearer_auth(&cy.token).send().await.unwrap();
    assert_eq!(events.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(events.headers().contains_key("retry-after"));
    drop(open_ones.pop());
    let began = Instant::now();
    while open(&stage, &cy).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(5), "a place that was left is free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn subscriptions_of_a_socket_are_bounded() {
    let stage = Stage::with(&Place::sqlite(), |config| config.limits.stream_subscriptions = 3).await;
    let ada = stage.node.person("ada").await;
    let mut ear = stage.ear(&ada, "stream=user").await;
    for tag in ["a", "b", "b", "c"] {
        ear.say(json!({ "type": "subscribe", "stream": "hashtag", "tag": tag })).await;
    }
    assert_eq!(ear.raw().await, json!({ "error": "Too many subscriptions", "status": 429 }));
    ear.say(json!({ "type": "unsubscribe", "stream": "hashtag", "tag": "a" })).await;
    ear.say(json!({ "type": "subscribe", "stream": "hashtag", "tag": "c" })).await;
    ear.meet().await;
}

#[tokio::test]
async fn s079_large_many_or_binary_messages_of_a_client_end_its_socket() {
    let stage = Stage::new(&Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let mut large = stage.ear(&ada, "stream=user").await;
    let _ = large.socket.send(Message::text("x".repeat(5000))).await;
    large.ends_within(Duration::from_secs(2)).await;
    let mut many = stage.ear(&ada, "stream=user").await;
    for _ in 0..150 {
        if many.socket.send(Message::text("{}")).await.is_err() {
            break;
        }
    }
    many.ends_within(Duration::from_secs(2)).await;
    let mut binary = stage.ear(&ada, "stream=user").await;
    let _ = binary.socket.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(binary.ends_within(Duration::from_secs(2)).await, Some(1003));
}

/// A connection that holds little on its own side, with the head of `path` sent.
async fn slow(stage: &Stage, who: &Person, path: &str, more: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(stage.address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {}\r\n{more}\r\n", who.token);
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn r32_whoever_reads_a_byte_a_second_is_dropped_and_others_go_on() {
    let stage = Stage::with(&Place::sqlite(), |config| config.limits.enabled = false).await;
    let (ada, bo) = (stage.node.person("ada").await, stage.node.person("bo").await);
    let upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let slow_ones =
        [slow(&stage, &bo, "/api/v1/streaming?stream=public", upgrade).await, slow(&stage, &bo, "/api/v1/streaming/public", "").await];
    let mut honest = stage.ear(&ada, "stream=public").await;
    let began = Instant::now();
    while stage.node.app.streams.count() < 3 {
        assert!(began.elapsed() < Duration::from_secs(5), "all three are open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let readers: Vec<_> = slow_ones
        .into_iter()
        .map(|mut stream| {
            tokio::spawn(async move {
                while stream.read_u8().await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            })
        })
        .collect();
    let began = Instant::now();
    let mut heard = 0;
    while stage.node.app.streams.count() > 1 {
        assert!(began.elapsed() < Duration::from_secs(30), "{} are still open", stage.node.app.streams.count());
        let tx = stage.node.app.begin().await.unwrap();
        for _ in 0..sized(5, 20) {
            let draft = crate::features::posts::tests::world::draft(&"a few words about frost ".repeat(60));
            publish::publish(&tx, &ada.account, draft).await.unwrap();
        }
        tx.commit().await.unwrap();
        for _ in 0..sized(5, 20) {
            honest.next().await;
            heard += 1;
        }
    }
    assert!(heard > 10, "{heard}");
    let id = stage.writes(&ada, "Who reads goes on.", json!({})).await;
    assert_eq!(honest.hears(json!(["public"]), "update").await, id);
    readers.iter().for_each(tokio::task::JoinHandle::abort);
}
