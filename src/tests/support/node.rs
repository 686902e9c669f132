//! A node as it runs, on a port of its own.

use super::{Person, Place};
use crate::{
    app::App,
    base::{config::Config, seal::Secret},
};
use axum::Router;
use reqwest::{Method, RequestBuilder, redirect::Policy};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::task::JoinHandle;

/// A node behind a real listener. Ends when dropped.
pub struct TestNode {
    /// The node itself.
    pub app: App,
    /// What `server.url` says: `http://NAME.localhost:PORT`.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Resolves the node's name, follows no redirects.
    pub client: reqwest::Client,
    serving: JoinHandle<()>,
}

/// Every door that is open in tests.
fn doors(app: &App) -> Router {
    crate::api::router(app).merge(crate::web::router(app))
}

impl TestNode {
    pub(super) async fn start(place: &Place, name: &str, set: impl FnOnce(&mut Config)) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{name}.localhost:{}", address.port());
        let mut config = Config::default();
        config.server.url = url.parse().unwrap();
        config.server.bind = address;
        config.federation.allow_http = true;
        config.data.dir = place.folder(name);
        set(&mut config);
        let store = crate::store::Store::open(&place.database().await, crate::base::clock::Clock::default()).await.unwrap();
        let secret = Secret::load_or_create(&config.data.dir.join("node.secret")).unwrap();
        let app = App::new(config, store, secret);
        let service = doors(&app).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let client = reqwest::Client::builder().redirect(Policy::none()).resolve(&format!("{name}.localhost"), address).build().unwrap();
        Self { app, url, address, client, serving }
    }

    /// A request to a path of this node.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// `GET` of a path, by a stranger.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.ask(Method::GET, path)
    }

    /// `POST` to a path, by a stranger.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.ask(Method::POST, path)
    }

    /// A new person with a token for everything but administration.
    pub async fn person(&self, name: &str) -> Person {
        Person::new(self, name, "read write follow push").await
    }

    /// A new person with a token for `scopes`.
    pub async fn person_with(&self, name: &str, scopes: &str) -> Person {
        Person::new(self, name, scopes).await
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
