//! A scripted peer on loopback: several hosts, each path answers what the test says, and every request is counted.

use crate::{base::keys::KeyPair, tests::support::keys::lent_rsa};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

/// Two pairs serve all tests.
static KEYS: LazyLock<[(KeyPair, KeyPair); 2]> =
    LazyLock::new(|| std::array::from_fn(|_| (lent_rsa(), KeyPair::generate_ed25519().unwrap())));

/// Whether the headers of a request are of somebody whom it knows.
type Recognises = fn(&HeaderMap) -> bool;
type Answers = Arc<Mutex<HashMap<String, (u16, String, String)>>>;

/// The peer's server.
#[derive(Clone)]
pub struct Peer {
    pub port: u16,
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
    heads: Arc<Mutex<Vec<HeaderMap>>>,
    recognises: Arc<Mutex<Option<Recognises>>>,
}

/// Somebody at a peer.
#[derive(Clone)]
pub struct Somebody {
    pub uri: String,
    pub key_id: String,
    pub rsa: KeyPair,
    pub ed25519: KeyPair,
}

impl Peer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = Self {
            port: listener.local_addr().unwrap().port(),
            answers: Arc::default(),
            asked: Arc::default(),
            heads: Arc::default(),
            recognises: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(peer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        peer
    }

    /// The origin of a host of this peer: `p` is `http://p.localhost:PORT`.
    pub fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}.localhost:{}{path}", self.port)
    }

    /// What `url` answers from now on.
    pub fn says(&self, url: &str, status: u16, kind: &str, body: &Value) {
        self.answers.lock().unwrap().insert(url.to_owned(), (status, kind.to_owned(), body.to_string()));
    }

    /// Answers 401 unless the headers are such.
    pub fn recognises(&self, such: Recognises) {
        *self.recognises.lock().unwrap() = Some(such);
    }

    /// `document` is at its id from now on.
    pub fn serves(&self, document: &Value) {
        self.says(document["id"].as_str().unwrap(), 200, "application/activity+json", document);
    }

    /// What is served at `url` says this too from now on.
    pub fn amend(&self, url: &str, more: Value) {
        let mut answers = self.answers.lock().unwrap();
        let (_, _, body) = answers.get_mut(url).unwrap();
        let mut document: Value = serde_json::from_str(body).unwrap();
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        *body = document.to_string();
    }

    /// How often anything whose URL contains `part` was asked for (NodeInfo and WebFinger left out).
    pub fn asked_for(&self, part: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|url| url.contains(part) && !url.contains("/.well-known/")).count()
    }

    /// Everything that was asked for, discovery included.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The headers of every request that came.
    pub fn heads(&self) -> Vec<HeaderMap> {
        self.heads.lock().unwrap().clone()
    }

    /// A person with the first or second pair of keys; its document is served.
    pub fn person(&self, host: &str, name: &str, pair: usize) -> Somebody {
        self.actor("Person", host, name, pair)
    }

    /// An actor of any type.
    pub fn actor(&self, kind: &str, host: &str, name: &str, pair: usize) -> Somebody {
        self.actor_with(kind, (host, name), KEYS[pair].clone())
    }

    /// An actor of any type with these keys, RSA and Ed25519.
    pub fn actor_with(&self, kind: &str, (host, name): (&str, &str), (rsa, ed25519): (KeyPair, KeyPair)) -> Somebody {
        let uri = self.at(host, &format!("/u/{name}"));
        let somebody = Somebody { key_id: format!("{uri}#main-key"), uri: uri.clone(), rsa, ed25519 };
        self.serves(&json!({
            "type": kind, "id": uri, "preferredUsername": name, "inbox": format!("{uri}/inbox"), "outbox": format!("{uri}/outbox"),
            "followers": format!("{uri}/followers"),
            "publicKey": {"id": somebody.key_id, "owner": uri, "publicKeyPem": somebody.rsa.public().unwrap().to_pem().unwrap()},
            "assertionMethod": [{"id": format!("{uri}#ed25519-key"), "type": "Multikey", "controller": uri, "publicKeyMultibase": somebody.ed25519.public().unwrap().to_multibase()}],
        }));
        somebody
    }
}

async fn answer(State(peer): State<Peer>, request: Request) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let url = format!("http://{host}{}", request.uri());
    peer.asked.lock().unwrap().push(url.clone());
    peer.heads.lock().unwrap().push(request.headers().clone());
    let found = peer.answers.lock().unwrap().get(&url).cloned();
    let is_known = peer.recognises.lock().unwrap().is_none_or(|recognises| recognises(request.headers()));
    let found = if is_known { found } else { Some((401, "text/plain".into(), "who are you?".into())) };
    let (status, kind, body) = found.unwrap_or((404, "text/plain".into(), "nothing".into()));
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
    response
}
