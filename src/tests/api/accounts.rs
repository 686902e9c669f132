//! Accounts: shown, looked up, searched; hostile input.

use super::shapes::{assert_are, assert_is};
use crate::{
    app::{App, Found, ListedMember, Network},
    base::{
        config::FederationMode,
        error::{Refusal, Result},
        id::AccountId,
        words::{AccountKind, JoinRule, Level, Stage},
    },
    features::{
        accounts::{self, Remote, keep_remote},
        communities,
    },
    store::tables::Account,
    tests::support::{Person, Place, TestNode, on_both_databases, people::done},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// Somebody elsewhere, known here.
async fn known(app: &App, name: &str, host: &str) -> Account {
    let tx = app.begin().await.unwrap();
    let account = keep_remote(&tx, &remote(name, host)).await.unwrap();
    tx.commit().await.unwrap();
    account
}

fn remote(name: &str, host: &str) -> Remote {
    let uri = format!("https://{host}/users/{name}");
    Remote {
        uri: uri.clone(),
        url: format!("https://{host}/@{name}"),
        username: name.into(),
        host: host.into(),
        kind: Some(AccountKind::Person),
        inbox: format!("{uri}/inbox"),
        display_name: "Bo & <b>".into(),
        ..Remote::default()
    }
}

/// A network in which one person can be found, at one host.
struct OnePerson(App);

#[async_trait::async_trait]
impl Network for OnePerson {
    async fn find_account(&self, username: &str, host: &str) -> Result<Account> {
        if host != "far.example:8443" {
            return Err(Refusal::unavailable("unreachable", "The host did not answer the question who that is").into());
        }
        Ok(known(&self.0, username, host).await)
    }
    async fn find_url(&self, _: &str) -> Result<Found> {
        Err(Refusal::not_found().into())
    }
    async fn refresh(&self, _: AccountId) -> Result<Account> {
        Err(Refusal::not_found().into())
    }
    async fn members(&self, _: AccountId) -> Result<Vec<ListedMember>> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn an_account_has_the_shape_that_clients_expect() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let bo = known(&node.app, "Bo", "boltco.localhost:4002").await;
        let here = done(node.get(&format!("/api/v1/accounts/{}", ada.account.id))).await;
        let there = done(node.get(&format!("/api/v1/accounts/{}", bo.id))).await;
        assert_is("Account", &here);
        assert_is("Account", &there);
        assert_eq!((&here["acct"], &there["acct"]), (&json!("ada"), &json!("Bo@boltco.localhost:4002")));
        assert_eq!(here["uri"], format!("{}/u/ada", node.url));
        assert_eq!(there["uri"], "https://boltco.localhost:4002/users/Bo");
        assert_eq!(here["last_status_at"], Value::Null);
        let created = here["created_at"].as_str().unwrap();
        assert!(created.len() == "2026-11-21T10:00:00.000Z".len() && created.ends_with('Z'), "{created}");
        let several = done(node.get(&format!("/api/v1/accounts?id[]={}&id[]={}&id[]=7", bo.id, ada.account.id))).await;
        assert_are("Account", &several);
        assert_eq!(several, json!([there, here]));
    })
    .await;
}

#[tokio::test]
async fn a_handle_is_looked_up_with_its_port_and_without_regard_to_case() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let bo = known(&node.app, "Bo", "boltco.localhost:4002").await;
        let own = format!("@ada@{}", node.app.origin.authority());
        for (acct, id) in [("ada", ada.account.id), (own.as_str(), ada.account.id), ("bo@Boltco.localhost:4002", bo.id)] {
            let found = done(node.get("/api/v1/accounts/lookup").query(&[("acct", acct)])).await;
            assert_eq!(found["id"], id.to_string(), "{acct}");
        }
        for acct in ["bo@boltco.localhost", "bo", "ada@boltco.localhost:4002"] {
            let answer = node.get("/api/v1/accounts/lookup").query(&[("acct", acct)]).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{acct}");
        }
    })
    .await;
}

async fn handles(node: &TestNode, token: &str, query: &[(&str, &str)]) -> Vec<String> {
    let found = done(node.get("/api/v1/accounts/search").bearer_auth(token).query(query)).await;
    assert_are("Account", &found);
    found.as_array().unwrap().iter().map(|account| account["acct"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_search_pages_resolves_and_keeps_to_those_followed() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        for name in ["adam", "adele"] {
            node.person(name).await;
        }
        node.app.connect(Arc::new(OnePerson(node.app.clone())));
        let token = &ada.token;
        let all = handles(&node, token, &[("q", "ad")]).await;
        assert_eq!(all.len(), 3);
        assert_eq!(handles(&node, token, &[("q", "ad"), ("limit", "1"), ("offset", "1")]).await, all[1..2]);
        assert_eq!(handles(&node, token, &[("q", "ad"), ("following", "true")]).await, [""; 0]);
        assert_eq!(handles(&node, token, &[("q", "cy@far.example:8443")]).await, [""; 0]);
        assert_eq!(handles(&node, token, &[("q", "@cy@far.example:8443"), ("resolve", "true")]).await, ["cy@far.example:8443"]);
        let failed = node.get("/api/v1/accounts/search?resolve=1&q=cy@gone.example").bearer_auth(token).send().await.unwrap();
        assert_eq!(failed.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(failed.json::<Value>().await.unwrap()["error"].as_str().unwrap().contains("did not answer"));
    })
    .await;
}

#[tokio::test]
async fn who_is_suspended_is_shown_without_words_and_who_is_gone_not_at_all() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        node.person("ada").await;
        let bo = known(&node.app, "bo", "boltco.example").await;
        let path = format!("/api/v1/accounts/{}", bo.id);
        assert_eq!(done(node.get(&path)).await["display_name"], "Bo & <b>");
        let tx = node.app.begin().await.unwrap();
        accounts::suspend(&tx, bo.id).await.unwrap();
        tx.commit().await.unwrap();
        let suspended = done(node.get(&path)).await;
        assert_is("Account", &suspended);
        assert_eq!((&suspended["suspended"], &suspended["display_name"]), (&json!(true), &json!("")));
        let tx = node.app.begin().await.unwrap();
        accounts::mark_gone(&tx, bo.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(node.get(&path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_community_is_a_group_and_one_for_this_node_alone_is_not_shown_to_strangers() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let (public, local) = (found(&node, &ada, "valves", Stage::Public).await, found(&node, &ada, "pumps", Stage::Local).await);
        let shown = done(node.get(&format!("/api/v1/accounts/{}", public.id))).await;
        assert_is("Account", &shown);
        assert_eq!((&shown["group"], &shown["uri"]), (&json!(true), &json!(format!("{}/c/valves", node.url))));
        let about = &shown["intermoot"]["community"];
        assert_eq!((&about["purpose"], &about["stage"], &about["join"]), (&json!("Talk of valves"), &json!("public"), &json!("open")));
        for path in [format!("/api/v1/accounts/{}", local.id), "/api/v1/accounts/lookup?acct=pumps".into()] {
            assert_eq!(node.get(&path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(ada.get(&path).await["intermoot"]["community"]["stage"], "local");
        }
        let both = format!("/api/v1/accounts?id[]={}&id[]={}", local.id, public.id);
        assert_eq!(done(node.get(&both)).await, json!([shown]));
        assert_eq!(ada.get(&both).await.as_array().unwrap().len(), 2);
    })
    .await;
}

async fn found(node: &TestNode, founder: &Person, name: &str, stage: Stage) -> Account {
    let keys = node.app.new_keys().await.unwrap();
    let tx = node.app.begin().await.unwrap();
    let founding = communities::Founding {
        name: name.into(),
        title: String::new(),
        purpose: format!("Talk of {name}"),
        stage,
        join_rule: JoinRule::Open,
        question: String::new(),
        least_level: Level::Plain,
        keys,
    };
    let (account, _) = communities::found(&tx, &founder.account, founding).await.unwrap();
    tx.commit().await.unwrap();
    account
}

#[tokio::test]
async fn the_directory_lists_those_who_want_to_be_found() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        node.person("ada").await;
        let bo = node.person("bo").await;
        done(bo.ask(Method::PATCH, "/api/v1/accounts/update_credentials").json(&json!({ "discoverable": false }))).await;
        for order in ["active", "new"] {
            let found = done(node.get(&format!("/api/v1/directory?order={order}&local=true"))).await;
            assert_are("Account", &found);
            assert_eq!(found.as_array().unwrap().len(), 1);
            assert_eq!(found[0]["username"], "ada");
        }
        assert_eq!(done(node.get("/api/v1/directory?offset=1")).await, json!([]));
        let closed = place.node_with("bolt", |config| config.federation.mode = FederationMode::Partners).await;
        let cy = closed.person("cy").await;
        assert_eq!(done(closed.get("/api/v1/directory")).await, json!([]));
        assert_eq!(cy.get("/api/v1/directory").await[0]["username"], "cy");
    })
    .await;
}

#[tokio::test]
async fn s087_hostile_paths_and_queries_are_refused_as_json_and_break_nothing() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let long = "x".repeat(600);
        let hostile = [
            "/api/v1/accounts/x".into(),
            "/api/v1/accounts/%FF".into(),
            "/api/v1/accounts/%00".into(),
            "/api/v1/accounts/99999999999999999999".into(),
            "/api/v1/accounts/-1".into(),
            "/api/v1/accounts/1/featured_tags".into(),
            "/api/v1/accounts?id[]=x".into(),
            format!("/api/v1/accounts?{}", "id[]=1&".repeat(41)),
            "/api/v1/accounts/lookup".into(),
            "/api/v1/accounts/lookup?acct=%00@%00".into(),
            "/api/v1/accounts/lookup?acct=a@b@c".into(),
            format!("/api/v1/accounts/lookup?acct={long}"),
            format!("/api/v1/accounts/search?q={long}"),
            "/api/v1/accounts/search?q=a&limit=many".into(),
            "/api/v1/accounts/search?q=a&offset=-1".into(),
            "/api/v1/accounts/search?q=a&resolve=perhaps".into(),
            "/api/v1/directory?limit=1e9".into(),
        ];
        for path in hostile {
            let answer = ada.ask(Method::GET, &path).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
            assert!(answer.json::<Value>().await.unwrap()["error"].is_string(), "{path}");
        }
        for path in ["?q=%00%25_%5C'", "?q=@", "?q=", "?q=a%27%3B--&offset=4000000000&limit=4000000000", "?q=%FF%FE"] {
            let answer = ada.ask(Method::GET, &format!("/api/v1/accounts/search{path}")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
        assert_eq!(done(node.get("/api/v1/directory?offset=4000000000&limit=0&order=%00")).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_search_without_a_network_finds_what_is_here() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let own = format!("ada@{}", node.app.origin.authority());
    assert_eq!(handles(&node, &ada.token, &[("q", &own), ("resolve", "true")]).await, ["ada"]);
}
