//! A node of ours with its inbox, and a peer that signs.

use super::peer::{Peer, Somebody};
use crate::{
    app::App,
    base::{clock::Clock, config::Config, seal::Secret, secret::sha256, words::AccountKind},
    features::{accounts, posts},
    federation::{Federation, bootstrap, process, router},
    net::{
        Method,
        header::HeaderMap,
        signature::{Outgoing, Scheme, Signer},
    },
    sql,
    store::{
        Store,
        tables::{Account, Post},
    },
};
use axum::{Router, body::Body, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Where the node lives; nothing listens there.
pub const HERE: &str = "http://acme.localhost:1";

pub struct World {
    pub federation: Federation,
    pub peer: Peer,
    router: Router,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(set: impl FnOnce(&mut Config)) -> Self {
        let peer = Peer::start().await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.url = HERE.parse().unwrap();
        config.data.dir = folder.path().to_owned();
        config.federation.allow_http = true;
        config.federation.allow_addresses = vec!["127.0.0.0/8".parse().unwrap()];
        config.federation.allow_ports = [peer.port].into_iter().collect();
        set(&mut config);
        let file = folder.path().join("t.sqlite");
        crate::tests::support::schema::put(&file).await;
        let store = Store::open(&format!("sqlite:{}", file.display()), Clock::default()).await.unwrap();
        let app = App::new(config, store, Secret::from_bytes(&[7; 32]).unwrap());
        bootstrap(&app).await.unwrap();
        let federation = Federation::start(app).unwrap();
        Self { router: router(&federation), federation, peer, _folder: folder }
    }

    /// One of our people.
    pub async fn person(&self, name: &str) -> Account {
        let app = &self.federation.app;
        let keys = app.new_keys().await.unwrap();
        let new = accounts::New { username: name.into(), kind: AccountKind::Person, display_name: name.into(), locked: false, keys };
        let tx = app.store.begin().await.unwrap();
        let account = accounts::create(&tx, new).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// Sends a request to a route of ours; the status.
    pub async fn send(&self, path: &str, headers: HeaderMap, body: Vec<u8>) -> u16 {
        self.answer(path, headers, body).await.0
    }

    /// The same with the headers of the answer.
    pub async fn answer(&self, path: &str, headers: HeaderMap, body: Vec<u8>) -> (u16, HeaderMap) {
        let mut request = Request::post(path).body(Body::from(body)).unwrap();
        *request.headers_mut() = headers;
        let answer = self.router.clone().oneshot(request).await.unwrap();
        (answer.status().as_u16(), answer.headers().clone())
    }

    /// Waits until nothing is fetched in the background any more.
    pub async fn calm(&self) {
        let errands = &self.federation.errands;
        let all = u32::try_from(crate::federation::context::ERRANDS_MAX).unwrap();
        let calm = tokio::time::timeout(std::time::Duration::from_secs(30), errands.acquire_many(all)).await;
        drop(calm.expect("what is fetched in the background ends").unwrap());
    }

    /// How many rows there are, in all tables.
    pub async fn rows(&self) -> std::collections::BTreeMap<String, i64> {
        let store = &self.federation.app.store;
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let tables: Vec<String> = sql!(tables).column(store).await.unwrap();
        let mut rows = std::collections::BTreeMap::new();
        for table in tables {
            let count: Option<i64> = sql!(format!("SELECT COUNT(*) FROM {table}")).value(store).await.unwrap();
            rows.insert(table, count.unwrap());
        }
        rows
    }

    /// What a path of ours answers to a `GET` signed by `sender`: status and text.
    pub async fn look(&self, sender: &Somebody, path: &str) -> (u16, String) {
        let url: url::Url = format!("{HERE}{path}").parse().unwrap();
        let signer = Signer { key_id: sender.key_id.clone(), key: sender.rsa.clone(), scheme: Scheme::Cavage };
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        let outgoing = Outgoing { method: &Method::GET, url: &url, body_sha256: None };
        signer.sign(&outgoing, request.headers_mut(), self.federation.app.store.now().utc()).unwrap();
        request.headers_mut().insert("host", "acme.localhost:1".parse().unwrap());
        request.headers_mut().insert("accept", "application/activity+json".parse().unwrap());
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The headers of a POST to `url` signed by `sender`.
    pub fn signed(&self, sender: &Somebody, url: &str, body: &[u8]) -> HeaderMap {
        self.signed_with(HeaderMap::new(), sender, url, body)
    }

    /// The same with these beside them.
    pub fn signed_with(&self, mut headers: HeaderMap, sender: &Somebody, url: &str, body: &[u8]) -> HeaderMap {
        let url: url::Url = url.parse().unwrap();
        let signer = Signer { key_id: sender.key_id.clone(), key: sender.rsa.clone(), scheme: Scheme::Cavage };
        let request = Outgoing { method: &Method::POST, url: &url, body_sha256: Some(sha256(body)) };
        signer.sign(&request, &mut headers, self.federation.app.store.now().utc()).unwrap();
        let host = url.port().map_or(url.host_str().unwrap().to_owned(), |port| format!("{}:{port}", url.host_str().unwrap()));
        headers.insert("host", host.parse().unwrap());
        headers.insert("content-type", "application/activity+json".parse().unwrap());
        headers
    }

    /// Delivers an activity to the shared inbox; the status.
    pub async fn deliver(&self, sender: &Somebody, activity: &Value) -> u16 {
        let body = serde_json::to_vec(activity).unwrap();
        let headers = self.signed(sender, &format!("{HERE}/inbox"), &body);
        self.send("/inbox", headers, body).await
    }

    /// Delivers, which must be taken, and processes everything.
    pub async fn tell(&self, sender: &Somebody, activity: &Value) {
        assert_eq!(self.deliver(sender, activity).await, 202);
        process::drain(&self.federation).await.unwrap();
    }

    /// Rows in the inbox.
    pub async fn kept(&self) -> i64 {
        sql!("SELECT COUNT(*) FROM inbox").value(&self.federation.app.store).await.unwrap().unwrap()
    }

    /// The verdict on an activity; empty when it had its effect.
    pub async fn verdict(&self, id: &str) -> String {
        let found: Option<Option<String>> = sql!("SELECT verdict FROM inbox WHERE activity_uri = {} AND done_at IS NOT NULL", id)
            .value(&self.federation.app.store)
            .await
            .unwrap();
        found.flatten().expect("the activity was processed")
    }

    pub async fn post(&self, uri: &str) -> Option<Post> {
        posts::queries::by_uri(&self.federation.app.store, self.federation.app.origin.stored(uri)).await.unwrap()
    }

    pub async fn account(&self, uri: &str) -> Option<Account> {
        accounts::queries::by_uri(&self.federation.app.store, uri).await.unwrap()
    }
}

/// A public note.
pub fn note(id: &str, author: &str, content: &str) -> Value {
    json!({"type": "Note", "id": id, "attributedTo": author, "content": content, "published": "2026-01-01T00:00:00Z",
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [format!("{author}/followers")]})
}

/// An activity of `kind` by `actor`.
pub fn activity(kind: &str, id: &str, actor: &str, object: Value) -> Value {
    json!({"@context": "https://www.w3.org/ns/activitystreams", "type": kind, "id": id, "actor": actor, "object": object,
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": []})
}
