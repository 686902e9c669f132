//! People of a node, with a token in hand.

use super::TestNode;
use crate::{
    base::{
        secret,
        words::{AccountKind, NodeRole},
    },
    features::{accounts, sessions},
    store::tables::Account,
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::sync::OnceCell;

/// The password of every person in tests.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody with an account and a token.
pub struct Person {
    /// The account as it was made.
    pub account: Account,
    /// A token in clear.
    pub token: String,
    client: Client,
    url: String,
}

impl Person {
    pub(super) async fn new(node: &TestNode, name: &str, scopes: &str) -> Self {
        // Hashing is slow on purpose: once for all tests.
        static HASH: OnceCell<String> = OnceCell::const_new();
        let password_hash = HASH.get_or_init(async || node.app.passwords.hash(PASSWORD).await.unwrap()).await.clone();
        let keys = node.app.new_keys().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        let new = accounts::New { username: name.into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
        let account = accounts::create(&tx, new).await.unwrap();
        let user = accounts::NewUser {
            email: format!("{name}@{}.example", secret::hex(&secret::random::<4>())),
            password_hash,
            role: NodeRole::Member,
            approved: true,
        };
        accounts::enrol(&tx, account.id, user).await.unwrap();
        let app = sessions::NewApp { name: "test".into(), website: String::new(), redirect_uris: vec![], scopes: scopes.into() };
        let (app, _) = sessions::register_app(&tx, app).await.unwrap();
        let (_, token) = sessions::issue_token(&tx, app.id, Some(account.id), scopes).await.unwrap();
        tx.commit().await.unwrap();
        Self { account, token, client: node.client.clone(), url: node.url.clone() }
    }

    /// Somebody who has an account already, with a new token for everything but administration.
    pub async fn known(node: &TestNode, name: &str) -> Self {
        let account = accounts::queries::by_handle(&node.app.store, name, "").await.unwrap().unwrap();
        let (tx, scopes) = (node.app.begin().await.unwrap(), "read write follow push");
        let app = sessions::NewApp { name: "test".into(), website: String::new(), redirect_uris: vec![], scopes: scopes.into() };
        let (app, _) = sessions::register_app(&tx, app).await.unwrap();
        let (_, token) = sessions::issue_token(&tx, app.id, Some(account.id), scopes).await.unwrap();
        tx.commit().await.unwrap();
        Self { account, token, client: node.client.clone(), url: node.url.clone() }
    }

    /// A request with this person's token.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// The JSON at `path`, which must answer 200.
    pub async fn get(&self, path: &str) -> Value {
        done(self.ask(Method::GET, path)).await
    }

    /// Sends JSON to `path`, which must answer 200.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        done(self.ask(Method::POST, path).json(&body)).await
    }
}

/// The JSON of an answer that must be 200.
pub async fn done(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}
