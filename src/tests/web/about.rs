//! The front page and what the node says of itself.

use super::public::{founds, page, writes};
use crate::{
    base::{config::FederationMode, words::AccountKind},
    features::{accounts, appearance::Wanted, policies},
    federation::{self, Federation},
    outreach,
    tests::support::{Browser, PASSWORD, Person, Place, TestNode},
};
use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::fs;
use tower::ServiceExt;

#[tokio::test]
async fn the_front_page_says_whose_node_it_is_and_how_to_take_part() {
    let node = Place::sqlite().node_with("acme", |config| config.organisation.name = Some("Acme Works".into())).await;
    let (status, empty) = page(&node, "/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(empty.contains("<h1>Acme Works</h1>") && empty.contains("Whoever belongs here sees more after logging in."), "{empty}");
    let ada = node.person("ada").await;
    let mut member = Browser::new(&node);
    member.log_in("ada", PASSWORD).await;
    member.open("/").await;
    assert!(member.page.contains("href=\"/communities/new\""), "{}", member.page);
    founds(&ada, "valves", "Valve quality", "public").await;
    let (_, full) = page(&node, "/").await;
    for words in
        ["The purpose of valves.", "1 member · Open to anyone", "href=\"/login\"", "1 person, ", "1 public community", "href=\"/about\""]
    {
        assert!(full.contains(words), "{words}: {full}");
    }
    assert!(!full.contains("/auth/sign_up"), "nobody signs up here");
}

#[tokio::test]
async fn what_the_node_tells_whom_follows_from_its_settings() {
    let place = Place::sqlite();
    let open = place.node("acme").await;
    let (_, text) = page(&open, "/about").await;
    assert!(text.contains("Any node may ask for what is public.") && text.contains("They come through this node"), "{text}");
    assert!(!text.contains("Letters about accounts") && !text.contains("translation"), "{text}");
    assert!(text.contains("no written rules") && text.contains("href=\"/source\"") && text.contains(env!("CARGO_PKG_VERSION")));
    let closed = place
        .node_with("bolt", |config| {
            config.federation.mode = FederationMode::Off;
            config.media.proxy = false;
            config.previews.enabled = false;
            config.mail.url = Some("smtps://ada@mail.bolt.example".parse().unwrap());
        })
        .await;
    let (_, text) = page(&closed, "/about").await;
    assert!(text.contains("Nothing is sent to other nodes.") && text.contains("go through mail.bolt.example"), "{text}");
    assert!(!text.contains("They come through this node") && !text.contains("looks at pages"), "{text}");
    assert_eq!(page(&closed, "/org").await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_policy_in_force_is_named_and_the_pages_speak_german_to_who_asks() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let keys = node.app.new_keys().await.unwrap();
    let tx = node.app.begin().await.unwrap();
    let new = accounts::New { username: "acme".into(), kind: AccountKind::Node, display_name: String::new(), locked: false, keys };
    let actor = accounts::create(&tx, new).await.unwrap();
    policies::publish(&tx, &ada.account, &actor, ("House rules", "Be kind.")).await.unwrap();
    tx.commit().await.unwrap();
    for path in ["/", "/about"] {
        assert!(page(&node, path).await.1.contains("<a href=\"/policy\" dir=\"auto\">House rules</a>"), "{path}");
    }
    let german = async |path: &str| node.get(path).header("accept-language", "de").send().await.unwrap().text().await.unwrap();
    assert!(german("/policy").await.contains("Fassung 1, seit "));
    assert!(german("/about").await.contains("<html lang=\"de\"") && german("/about").await.contains("Datenschutz in klaren Worten"));
    assert!(german("/nowhere").await.contains("Hier ist nichts"));
    assert!(german("/u/ada").await.contains("folgt 0"));
}

/// Every place where the node says its name, with what stands there.
async fn named(node: &TestNode, ada: &Person, community: &Value) -> Vec<(&'static str, String)> {
    let text = async |path: &str| node.get(path).send().await.unwrap().text().await.unwrap();
    let between =
        |text: &str, from: &str, to: &str| text.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or(text).to_owned();
    let front = text("/").await;
    let mut told = vec![
        ("title", between(&text("/login").await, " · ", "</title>")),
        ("bar", between(&front, "<a class=\"home\" href=\"/\">", "</a>")),
        ("front page", between(&front, "<h1>", "</h1>")),
        ("preview", between(&front, "property=\"og:site_name\" content=\"", "\"")),
        ("about", between(&text("/about").await, "<h1>About ", "</h1>")),
        ("policy", between(&text("/policy").await, "Policy of ", " · ")),
        ("feed", between(&text("/tags/frost.atom").await, "<title>#frost · ", "</title>")),
    ];
    for path in ["/api/v1/instance", "/api/v2/instance"] {
        told.push(("instance", ada.get(path).await["title"].as_str().unwrap().to_owned()));
    }
    let post = ada.post("/api/v1/statuses", json!({ "status": "Seen" })).await;
    let asked = format!("/api/oembed?url={}/p/{}", node.app.origin.base(), post["id"].as_str().unwrap());
    told.push(("embedding", ada.get(&asked).await["provider_name"].as_str().unwrap().to_owned()));
    let federation = Federation::start(node.app.clone()).unwrap();
    let info = federation::router(&federation).oneshot(Request::get("/nodeinfo/2.1").body(Body::empty()).unwrap()).await.unwrap();
    let info: Value = serde_json::from_slice(&to_bytes(info.into_body(), usize::MAX).await.unwrap()).unwrap();
    told.push(("nodeinfo", info["metadata"]["nodeName"].as_str().unwrap().to_owned()));
    let path = format!("/api/intermoot/v1/communities/{}/invitations", community["id"].as_str().unwrap());
    ada.post(&path, json!({ "email": format!("bo{}@mail.example", post["id"].as_str().unwrap()) })).await;
    outreach::round(&node.app).await.unwrap();
    let mut mails: Vec<_> = fs::read_dir(node.app.config.mail.sink.as_ref().unwrap()).unwrap().map(|file| file.unwrap().path()).collect();
    mails.sort();
    let mail = fs::read_to_string(mails.last().unwrap()).unwrap().replace("=\r\n", "");
    told.push(("mail", between(&mail, "=80=9D of ", ", as ")));
    told
}

#[tokio::test]
async fn the_node_has_one_name_wherever_it_is_named() {
    let place = Place::sqlite();
    let folder = place.folder("acme").join("mails");
    let node = place.node_with("acme", |config| config.mail.sink = Some(folder)).await;
    let ada = node.person("ada").await;
    let keys = node.app.new_keys().await.unwrap();
    let tx = node.app.begin().await.unwrap();
    let new = accounts::New { username: "acme".into(), kind: AccountKind::Node, display_name: String::new(), locked: false, keys };
    let actor = accounts::create(&tx, new).await.unwrap();
    policies::publish(&tx, &ada.account, &actor, ("House rules", "Be kind.")).await.unwrap();
    tx.commit().await.unwrap();
    let community = founds(&ada, "valves", "Valve quality", "public").await;
    writes(&ada, json!({ "status": "#frost tonight" })).await;
    for (at, name) in named(&node, &ada, &community).await {
        assert_eq!(name, "acme.localhost", "{at}: its host, as nobody said anything else");
    }
    node.app.present(Wanted { name: Some("Acme Works".into()), ..Wanted::default() }).await.unwrap();
    for (at, name) in named(&node, &ada, &community).await {
        assert_eq!(name, "Acme Works", "{at}");
    }
}
