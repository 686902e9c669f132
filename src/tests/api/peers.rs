//! Administration of other servers and of the mode of federation, over the wire.

use super::social::refused;
use crate::{
    base::{config::FederationMode, words::NodeRole},
    features::{accounts, audit, peers},
    server::control::{Act, PeerAct, perform},
    tests::support::{Person, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PEERS: &str = "/api/intermoot/v1/admin/peers";
const LIST: &str = "/api/intermoot/v1/admin/hosts/list";
const MODE: &str = "/api/intermoot/v1/admin/federation";

/// An administrator with a token that covers it.
pub async fn boss(node: &TestNode) -> Person {
    let boss = node.person_with("boss", "read write admin:read admin:write").await;
    let tx = node.app.begin().await.unwrap();
    accounts::set_role(&tx, boss.account.id, NodeRole::Admin).await.unwrap();
    tx.commit().await.unwrap();
    boss
}

async fn knows(node: &TestNode, hosts: &[&str]) {
    let tx = node.app.begin().await.unwrap();
    for host in hosts {
        peers::known(&tx, host).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn peers_are_paged_shown_silenced_tried_and_forgotten_by_administrators() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = boss(&node).await;
        knows(&node, &["a.example", "b.example", "c.example:8443"]).await;
        let answer = boss.ask(Method::GET, &format!("{PEERS}?limit=2")).send().await.unwrap();
        let link = answer.headers()["link"].to_str().unwrap().to_owned();
        let first: Value = answer.json().await.unwrap();
        assert_eq!((first.as_array().unwrap().len(), &first[0]["host"]), (2, &json!("c.example:8443")));
        let next = link.split(['<', '>']).nth(1).unwrap().strip_prefix(&node.url).unwrap().to_owned();
        assert_eq!(boss.get(&next).await[0]["host"], json!("a.example"));
        let one = boss.get(&format!("{PEERS}/c.example:8443")).await;
        assert_eq!((&one["state"], &one["queue"]), (&json!("active"), &json!({ "activities": 0, "at_least": false })));
        assert_eq!(one["dealings"]["follows"], json!(0));
        let silenced = boss.post(&format!("{PEERS}/b.example/silence"), json!({ "reason": "ads" })).await;
        assert!(silenced["silenced_at"].is_string());
        assert_eq!(silenced["decisions"]["silence"], json!({ "host": "b.example", "reason": "ads" }));
        let found = boss.get(&format!("{PEERS}?state=silenced")).await;
        assert_eq!((found.as_array().unwrap().len(), &found[0]["host"]), (1, &json!("b.example")));
        let (status, _) = refused(&boss, Method::GET, &format!("{PEERS}?state=asleep"), json!({})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused(&boss, Method::DELETE, &format!("{PEERS}/b.example"), json!({})).await, (StatusCode::CONFLICT, "in_use".into()));
        done(boss.ask(Method::DELETE, &format!("{PEERS}/b.example/silence"))).await;
        done(boss.ask(Method::DELETE, &format!("{PEERS}/b.example"))).await;
        assert_eq!(boss.get(PEERS).await.as_array().unwrap().len(), 2);
        assert_eq!(boss.post(&format!("{PEERS}/a.example/retry"), json!({})).await["host"], json!("a.example"));
        let ours = node.app.config.server.url.host().to_owned();
        for (method, path) in [(Method::POST, format!("{PEERS}/{ours}/silence")), (Method::GET, format!("{PEERS}/nowhere.example"))] {
            let status = refused(&boss, method, &path, json!({})).await.0;
            assert!(status.is_client_error() && status != StatusCode::FORBIDDEN, "{path}: {status}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_is_taken_whole_or_not_at_all_and_tried_before() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = boss(&node).await;
        let send = async |list: &str, how: &str| {
            let request = boss.ask(Method::POST, &format!("{LIST}{how}")).header("content-type", "text/csv").body(list.to_owned());
            let answer = request.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        };
        let list = "#domain,#severity\nspam.example,suspend\nloud.example,silence\n";
        let (status, tried) = send(list, "?dry_run=true").await;
        assert_eq!((status, &tried["blocked"], &tried["dry_run"]), (StatusCode::OK, &json!(["spam.example"]), &json!(true)));
        assert!(peers::blocks(&node.app.store, 9).await.unwrap().is_empty(), "a dry run changes nothing");
        let (status, wrong) = send("spam.example\nhttp://bad/\n", "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong["error"].as_str().unwrap().contains("line 2"), "{wrong}");
        assert!(peers::blocks(&node.app.store, 9).await.unwrap().is_empty(), "nothing is half done");
        assert_eq!(send(list, "").await.1["silenced"], json!(["loud.example"]));
        let answer = boss.ask(Method::GET, LIST).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        let text = answer.text().await.unwrap();
        assert!(text.contains("spam.example,suspend,") && text.contains("loud.example,silence,"), "{text}");
        let wide: String = (0..9_000).map(|n| format!("host-{n:0200}.example\n")).collect();
        assert_eq!(send(&wide, "?dry_run=true").await.0, StatusCode::OK, "larger than limits.body_bytes");
        let huge = "x".repeat((4 << 20) + 2);
        assert!(send_status(&boss, &huge).await.is_client_error());
    })
    .await;
}

async fn send_status(boss: &Person, list: &str) -> StatusCode {
    let request = boss.ask(Method::POST, LIST).header("content-type", "text/csv").body(list.to_owned());
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn the_mode_is_an_administrators_word_that_overrides_the_setting_until_it_is_taken_back() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = boss(&node).await;
        let mode = async || node.app.federation_mode(&node.app.store).await.unwrap();
        assert_eq!(boss.get(MODE).await, json!({ "mode": "open", "setting": "open", "override": null }));
        let before = audit::page(&node.app.store, crate::base::page::Page::first(1)).await.unwrap().pop().map_or(0, |row| row.id);
        for (word, wanted) in [("partners", FederationMode::Partners), ("off", FederationMode::Off), ("off", FederationMode::Off)] {
            let shown = done(boss.ask(Method::PUT, MODE).json(&json!({ "mode": word }))).await;
            assert_eq!((&shown["mode"], &shown["override"], mode().await), (&json!(word), &json!(word), wanted));
        }
        assert_eq!(boss.get("/api/v2/instance").await["configuration"]["limited_federation"], json!(true));
        assert_eq!(refused(&boss, Method::PUT, MODE, json!({ "mode": "closed" })).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let shown = perform(&node.app, Act::FederationMode { mode: Some("default".into()) }).await.unwrap();
        assert_eq!((shown.json, mode().await), (json!({ "mode": "open", "setting": "open", "override": null }), FederationMode::Open));
        let acts: Vec<String> = audit::after(&node.app.store, before).await.unwrap().into_iter().map(|row| row.act).collect();
        assert_eq!(acts.iter().filter(|act| *act == "federation.mode").count(), 3, "one for each change: {acts:?}");
    })
    .await;
}

#[tokio::test]
async fn the_command_line_shows_what_the_api_shows() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = boss(&node).await;
        knows(&node, &["a.example"]).await;
        let list = PeerAct::List { state: String::new(), limit: 9, before: None };
        let table = perform(&node.app, Act::Peer { step: list }).await.unwrap();
        assert_eq!((table.json, table.rows[0][1].as_str()), (boss.get(PEERS).await, "a.example"));
        let one = perform(&node.app, Act::Peer { step: PeerAct::Show { host: "A.example.".into() } }).await.unwrap();
        assert_eq!(one.json, boss.get(&format!("{PEERS}/a.example")).await);
        assert!(one.text.starts_with("a.example: active; 0 waiting"), "{}", one.text);
        let step = PeerAct::Import { list: "spam.example\n".into(), dry_run: true, force: false };
        let tried = perform(&node.app, Act::Peer { step }).await.unwrap();
        assert!(tried.text.contains("would block 1 hosts\n  spam.example"), "{}", tried.text);
    })
    .await;
}
