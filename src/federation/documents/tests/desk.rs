//! A node's documents and discovery behind their router, without a socket.

use crate::{
    app::App,
    base::{
        clock::Clock,
        config::Config,
        seal::Secret,
        words::{AccountKind, Audience, JoinRule, KeyKind, Level, Stage},
    },
    features::{accounts, communities, posts::publish},
    federation::{Federation, bootstrap, voices::Voice},
    net::{Client, Method, Policy, SignRequest, SystemLookup},
    store::{
        Store,
        tables::{Account, Post},
    },
    tests::support::Place,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

pub const AP: &str = "application/activity+json";

/// A node.
pub struct Desk {
    pub federation: Federation,
    pub router: Router,
    pub url: String,
    /// Kept as long as its database may be opened.
    _folder: Arc<tempfile::TempDir>,
}

/// An answer, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Read {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Desk {
    /// The node at `url`, whose client may reach these ports of loopback.
    pub async fn open(place: &Place, url: &str, ports: Vec<u16>) -> Self {
        Self::with(place, url, ports, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(place: &Place, url: &str, ports: Vec<u16>, set: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        config.server.url = url.parse().unwrap();
        config.federation.allow_http = true;
        config.data.dir = place.folder(&crate::base::secret::token());
        set(&mut config);
        let store = Store::open(&place.database().await, Clock::default()).await.unwrap();
        let secret = Secret::load_or_create(&config.data.dir.join("node.secret")).unwrap();
        let app = App::new(config, store, secret);
        bootstrap(&app).await.unwrap();
        let policy =
            Policy { allow_http: true, allow_addresses: vec!["127.0.0.2/32".parse().unwrap()], allow_ports: ports.into_iter().collect() };
        let client = Client::new(policy, Arc::new(SystemLookup::default()), "test", None).unwrap();
        let federation = Federation::with_client(app, client);
        let router = crate::federation::router(&federation);
        Self { federation, router, url: url.to_owned(), _folder: place.hold() }
    }

    pub fn app(&self) -> &App {
        &self.federation.app
    }

    pub async fn account(&self, name: &str, kind: AccountKind) -> Account {
        let keys = self.app().new_keys().await.unwrap();
        let tx = self.app().begin().await.unwrap();
        let new = accounts::New { username: name.into(), kind, display_name: name.to_uppercase(), locked: false, keys };
        let account = accounts::create(&tx, new).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    pub async fn person(&self, name: &str) -> Account {
        self.account(name, AccountKind::Person).await
    }

    pub async fn community(&self, name: &str, stage: Stage, by: &Account) -> Account {
        let keys = self.app().new_keys().await.unwrap();
        let tx = self.app().begin().await.unwrap();
        let founding = communities::Founding {
            name: name.into(),
            title: String::new(),
            purpose: "Valves.".into(),
            stage,
            join_rule: JoinRule::Open,
            question: String::new(),
            least_level: Level::Plain,
            keys,
        };
        let (account, _) = communities::found(&tx, by, founding).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    pub async fn post(&self, by: &Account, audience: Audience, within: Option<&Account>, answers: Option<&Post>) -> Post {
        let tx = self.app().begin().await.unwrap();
        let draft = publish::Draft {
            title: String::new(),
            source: "hello".into(),
            content: "<p>hello</p>".into(),
            spoiler: String::new(),
            sensitive: false,
            language: "en".into(),
            audience,
            in_reply_to: answers.map(|post| post.id),
            community: within.map(|community| community.id),
            mentions: vec![],
            tags: vec![],
            app_id: None,
            widest: crate::base::config::Widest::Public,
            media: vec![],
            beside: publish::Beside::default(),
        };
        let post = publish::publish(&tx, by, draft).await.unwrap();
        tx.commit().await.unwrap();
        post
    }

    /// Makes `person` of `other` known here, key and all, as if its document had been read.
    pub async fn knows(&self, other: &Self, person: &Account) -> Account {
        let key = accounts::queries::key_of(&other.app().store, person.id, KeyKind::Rsa).await.unwrap().unwrap();
        let absolute = |uri: &str| other.app().origin.absolute(uri);
        let remote = accounts::Remote {
            uri: absolute(&person.uri),
            kind: Some(person.kind),
            username: person.username.clone(),
            host: other.app().origin.authority().to_owned(),
            inbox: absolute("/inbox"),
            keys: vec![(absolute(&key.uri), KeyKind::Rsa, key.public_key)],
            ..accounts::Remote::default()
        };
        let tx = self.app().begin().await.unwrap();
        let account = accounts::keep_remote(&tx, &remote).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// The headers of a `GET` of `path` here, signed by an account of this node's peer `signer`.
    pub async fn signed(&self, path: &str, signer: &Self, by: &Account) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let url = format!("{}{path}", self.url).parse().unwrap();
        let signing = signer.federation.signer(by.id, Voice::Cavage).await.unwrap();
        signing.sign(&Method::GET, &url, &mut headers, None).unwrap();
        headers.insert("host", self.app().origin.authority().parse().unwrap());
        headers.insert("accept", AP.parse().unwrap());
        headers
    }

    pub async fn ask(&self, method: &str, path: &str, headers: HeaderMap) -> Read {
        let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        *request.headers_mut() = headers;
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Read { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap().to_vec() }
    }

    /// `GET` with one `Accept`.
    pub async fn get_as(&self, path: &str, accept: &str) -> Read {
        self.ask("GET", path, HeaderMap::from_iter([("accept".parse().unwrap(), accept.parse().unwrap())])).await
    }

    /// `GET` for ActivityPub.
    pub async fn get(&self, path: &str) -> Read {
        self.get_as(path, AP).await
    }
}
