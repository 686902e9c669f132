//! Communities elsewhere, over a network that is played.

use super::social::{id, refused};
use crate::{
    app::{App, Found, ListedMember, Network},
    base::{
        error::{Refusal, Result},
        id::AccountId,
        sentence::said,
        words::{AccountKind, JoinRule, Stage},
    },
    features::{
        accounts::{self, Remote},
        communities::{self, RemoteFacts},
        memberships,
    },
    store::tables::Account,
    tests::support::on_both_databases,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;

/// Knows one community, `valves@bolt.test`, with one member there and one here.
struct Played(App);

#[async_trait::async_trait]
impl Network for Played {
    async fn find_account(&self, username: &str, host: &str) -> Result<Account> {
        if (username, host) != ("valves", "bolt.test") {
            return Err(Refusal::unavailable("webfinger", said!("{host} does not answer WebFinger for {username}.", host, username)).into());
        }
        let uri = "https://bolt.test/c/valves".to_owned();
        let remote = Remote {
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            kind: Some(AccountKind::Community),
            username: username.into(),
            host: host.into(),
            uri,
            ..Remote::default()
        };
        let facts = RemoteFacts {
            purpose: "Valves.".into(),
            stage: Stage::Public,
            join_rule: JoinRule::Open,
            question: String::new(),
            members_count: 2,
        };
        let tx = self.0.begin().await?;
        let account = accounts::keep_remote(&tx, &remote).await?;
        communities::keep_remote(&tx, account.id, &facts).await?;
        tx.commit().await?;
        Ok(account)
    }

    async fn find_url(&self, _url: &str) -> Result<Found> {
        Err(Refusal::not_found().into())
    }

    async fn refresh(&self, _account: AccountId) -> Result<Account> {
        Err(Refusal::not_found().into())
    }

    async fn members(&self, _community: AccountId) -> Result<Vec<ListedMember>> {
        let ours = self.0.origin.absolute("/u/eve");
        Ok(vec![
            ListedMember { uri: "https://bolt.test/u/bo".into(), role: "owner".into() },
            ListedMember { uri: ours, role: "member".into() },
        ])
    }
}

#[tokio::test]
async fn a_community_elsewhere_is_looked_up_joined_and_shows_its_members() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let eve = node.person("eve").await;
        node.app.connect(Arc::new(Played(node.app.clone())));
        let lookup = |name: &str| format!("/api/intermoot/v1/communities/lookup?name={name}");
        assert_eq!(node.get(&lookup("@valves@bolt.test")).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        let failed = refused(&eve, Method::GET, &lookup("@pumps@bolt.test"), json!({})).await;
        assert_eq!(failed, (StatusCode::SERVICE_UNAVAILABLE, "webfinger".into()));
        let valves = eve.get(&lookup("@valves@bolt.test")).await;
        assert_eq!(
            (&valves["acct"], &valves["host"], &valves["members_count"]),
            (&json!("valves@bolt.test"), &json!("bolt.test"), &json!(2))
        );
        let path = |rest: &str| format!("/api/intermoot/v1/communities/{}{rest}", id(&valves));
        assert_eq!(eve.post(&path("/join"), json!({})).await["membership"]["status"], json!("requested"));
        assert_eq!(refused(&eve, Method::GET, &path("/members"), json!({})).await.1, "not_a_member");
        assert_eq!(eve.get("/api/v1/lists").await, json!([]), "a request is no list yet");
        let tx = node.app.begin().await.unwrap();
        memberships::admitted(&tx, eve.account.id, id(&valves).parse().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        let members = eve.get(&path("/members")).await;
        assert_eq!(
            (&members[0]["account"], &members[0]["host"], &members[0]["role"]),
            (&json!(null), &json!("bolt.test"), &json!("owner"))
        );
        assert_eq!((&members[1]["account"]["acct"], &members[1]["host"]), (&json!("eve"), &json!(node.app.origin.authority())));
        assert_eq!(eve.get("/api/v1/lists").await[0]["id"], valves["id"]);
        let ban = path(&format!("/members/{}/ban", eve.account.id));
        assert_eq!(refused(&eve, Method::POST, &ban, json!({})).await.1, "rank", "only its moderators ask its node for that");
        assert_eq!(refused(&eve, Method::PATCH, &path(""), json!({ "title": "Mine" })).await.1, "elsewhere");
        assert_eq!(eve.get("/api/intermoot/v1/communities?which=elsewhere").await[0]["id"], valves["id"]);
    })
    .await;
}
