//! The front page and what the node says of itself.

use super::public::{founds, page};
use crate::{
    base::{config::FederationMode, words::AccountKind},
    features::{accounts, policies},
    tests::support::{Browser, PASSWORD, Place},
};
use reqwest::StatusCode;

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
