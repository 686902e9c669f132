//! A node with what streaming needs: the worker, the loop that tells, and the listener of production.

use super::ear::Ear;
use crate::{
    api,
    base::config::Config,
    federation::{Federation, bootstrap},
    server::{
        listener::{self, Listener, Patience, Room, Visitor},
        worker,
    },
    tests::support::{Person, Place, TestNode},
};
use axum::middleware::from_fn;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Longer than anything takes here.
const PATIENCE: Patience = Patience { head: Duration::from_secs(10), idle: Duration::from_secs(1), stall: Duration::from_secs(30) };

pub struct Stage {
    pub node: TestNode,
    /// Where the listener of production is.
    pub address: SocketAddr,
    pub end: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.end.cancel();
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Stage {
    pub async fn new(place: &Place) -> Self {
        Self::with(place, |_| {}).await
    }

    pub async fn with(place: &Place, set: impl FnOnce(&mut Config)) -> Self {
        let node = place.node_with("acme", set).await;
        bootstrap(&node.app).await.unwrap();
        let federation = Federation::start(node.app.clone()).unwrap();
        let end = CancellationToken::new();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listener = Listener::new(tcp, Room::new(3000), PATIENCE);
        let service = api::router(&node.app).layer(from_fn(listener::attend)).into_make_service_with_connect_info::<Visitor>();
        let (stop, app) = (end.clone(), node.app.clone());
        let tasks = vec![
            tokio::spawn(worker::run(federation, end.clone())),
            tokio::spawn(api::streaming::run(app, end.clone())),
            tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await.unwrap() }),
        ];
        Self { node, address, end, tasks }
    }

    /// A WebSocket of `who`, subscribed to what stands in the query `of` (`stream=user`).
    pub async fn ear(&self, who: &Person, of: &str) -> Ear {
        let query = if of.is_empty() { String::new() } else { format!("?{of}") };
        let ear =
            Ear::connect(self.address, &format!("/api/v1/streaming{query}"), &[("authorization", &format!("Bearer {}", who.token))]).await;
        ear.unwrap_or_else(|status| panic!("{of} is refused: {status}"))
    }

    /// How a WebSocket is refused.
    pub async fn refused(&self, path: &str, headers: &[(&str, &str)]) -> StatusCode {
        match Ear::connect(self.address, path, headers).await {
            Ok(_) => panic!("{path} is opened"),
            Err(status) => status,
        }
    }

    /// Writes a post; its id.
    pub async fn writes(&self, who: &Person, words: &str, more: Value) -> String {
        let mut body = json!({ "status": words });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        who.post("/api/v1/statuses", body).await["id"].as_str().unwrap().to_owned()
    }

    pub async fn follows(&self, who: &Person, whom: &Person) {
        who.post(&format!("/api/v1/accounts/{}/follow", whom.account.id), json!({})).await;
    }

    /// Until what was done before is told; streams that should have heard of it have.
    pub async fn settle(&self) {
        self.node.app.store.settle().await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}
