//! Secure mode: who may read what, asked of every route that the door has.

use super::desk::{AP, Desk, Read};
use crate::{
    base::words::{Audience, Stage},
    features::peers,
    federation::secure::{BARE, OPEN},
    store::tables::Account,
    tests::{
        leaks::surfaces,
        support::{Place, on_both_databases},
    },
};
use axum::http::{HeaderMap, StatusCode};
use std::collections::BTreeSet;

const URL: &str = "http://acme.localhost:4001";

/// A node in secure mode with a person and a community, a peer with a person whom it knows.
async fn nodes(place: &Place) -> (Desk, Desk, Account, Account) {
    let desk = Desk::with(place, URL, vec![], |config| config.federation.secure_mode = true).await;
    let bolt = Desk::open(place, "http://bolt.localhost:4002", vec![]).await;
    let (ada, bo) = (desk.person("ada").await, bolt.person("bo").await);
    desk.knows(&bolt, &bo).await;
    desk.community("valves", Stage::Public, &ada).await;
    (desk, bolt, ada, bo)
}

/// Every route that may be read, with an address that it has. Inboxes are none.
fn routes(desk: &Desk) -> Vec<(String, String)> {
    let routes: BTreeSet<String> = surfaces::paths(&desk.router);
    let at = |route: &str| {
        let name = if route.starts_with("/c/") { "valves" } else { "ada" };
        route.replace("{name}", name).replace("{id}", "1").replace("{stamp}", "1")
    };
    routes.into_iter().map(|route| (at(&route), route)).map(|(path, route)| (route, path)).collect()
}

fn is_exempt(route: &str) -> bool {
    OPEN.contains(&route) || BARE.contains(&route)
}

#[tokio::test]
async fn in_secure_mode_every_route_but_those_named_asks_who_reads() {
    on_both_databases(async |place| {
        let (desk, bolt, _, bo) = nodes(&place).await;
        let routes = routes(&desk);
        assert!(routes.len() > 40);
        for named in OPEN.iter().chain(BARE) {
            assert!(routes.iter().any(|(route, _)| route == named), "{named} is no route");
        }
        for (route, path) in &routes {
            for method in ["GET", "HEAD"] {
                let accept = HeaderMap::from_iter([("accept".parse().unwrap(), AP.parse().unwrap())]);
                let unsigned = desk.ask(method, path, accept).await;
                assert_eq!(unsigned.status == StatusCode::UNAUTHORIZED, !is_exempt(route), "{method} {route}: {}", unsigned.status);
            }
            let signed = desk.ask("GET", path, desk.signed(path, &bolt, &bo).await).await;
            assert!(!matches!(signed.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{route}: {}", signed.status);
        }
        let refused = desk.get("/p/1").await;
        assert!(refused.json()["error"].as_str().unwrap().contains("sign their requests"));
        assert_eq!((refused.header("cache-control"), refused.header("www-authenticate").is_empty()), ("private, no-store", false));
    })
    .await;
}

#[tokio::test]
async fn in_secure_mode_a_false_signature_counts_as_none() {
    let (desk, bolt, _, bo) = nodes(&Place::sqlite()).await;
    let mut forged = desk.signed("/u/ada/outbox", &bolt, &bo).await;
    assert_eq!(desk.ask("GET", "/u/ada/featured", forged.clone()).await.status, StatusCode::UNAUTHORIZED, "signed for another address");
    assert_eq!(desk.ask("GET", "/u/ada/outbox", forged.clone()).await.status, StatusCode::OK);
    forged.remove("signature");
    assert_eq!(desk.ask("GET", "/u/ada/outbox", forged).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn in_secure_mode_a_blocked_host_reads_nothing_but_who_we_are() {
    let (desk, bolt, _, bo) = nodes(&Place::sqlite()).await;
    let tx = desk.app().begin().await.unwrap();
    peers::block(&tx, "bolt.localhost:4002", ("ada", "")).await.unwrap();
    tx.commit().await.unwrap();
    for (route, path) in routes(&desk) {
        let blocked = desk.ask("GET", &path, desk.signed(&path, &bolt, &bo).await).await;
        assert_eq!(blocked.status == StatusCode::FORBIDDEN, !OPEN.contains(&route.as_str()), "{route}: {}", blocked.status);
    }
}

#[tokio::test]
async fn in_secure_mode_strangers_get_of_an_actor_what_verifies_it_and_signers_the_whole() {
    let (desk, bolt, ada, bo) = nodes(&Place::sqlite()).await;
    desk.post(&ada, Audience::Public, None, None).await;
    let names = |read: &Read| read.json().as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    for path in ["/u/ada", "/c/valves", "/org"] {
        let bare = desk.get(path).await;
        let expected = ["@context", "type", "id", "preferredUsername", "inbox", "endpoints", "publicKey", "assertionMethod"];
        assert_eq!(names(&bare), expected.map(str::to_owned).into(), "{path}");
        let whole = desk.ask("GET", path, desk.signed(path, &bolt, &bo).await).await;
        assert!(names(&whole).is_superset(&names(&bare)) && names(&whole).contains("name"), "{path}");
        assert_eq!(whole.header("cache-control"), "private, no-store");
        assert_ne!(whole.header("etag"), bare.header("etag"));
    }
    let node = desk.get("/actor").await;
    assert!(names(&node).contains("implements") || names(&node).contains("generator"), "the node shows itself whole");
    assert_eq!(desk.get("/u/nobody").await.status, StatusCode::NOT_FOUND);
    let hidden = desk.community("inside", Stage::Partners, &ada).await;
    assert_eq!(desk.get(&hidden.uri).await, desk.get("/c/nothing").await, "what is hidden is not there, keys and all");
}

#[tokio::test]
async fn without_secure_mode_what_is_public_needs_no_signature() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    let ada = desk.person("ada").await;
    let post = desk.post(&ada, Audience::Public, None, None).await;
    assert_eq!(desk.get(&post.uri).await.status, StatusCode::OK);
    assert!(desk.get("/u/ada").await.json()["outbox"].is_string());
}
