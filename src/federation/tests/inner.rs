//! The inside of the network: nothing that a stranger, a person or an administrator types or sends makes this node connect to
//! it (S25, S27). A trap listens on loopback and counts.

use super::{
    agreed::{drawn, offer, world as agreeing},
    peer::Peer,
    world::World,
};
use crate::{
    api::{self, routes::Access},
    base::{config::FederationMode, words::NodeRole},
    features::{accounts, sessions},
    federation::process,
    server::routes,
};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tower::ServiceExt;

/// A world whose peer is a trap: its port is allowed, its address is not.
async fn trapped() -> World {
    World::with(|config| {
        config.federation.allow_addresses = Vec::new();
        config.limits.enabled = false;
    })
    .await
}

/// A person of that role with a token for everything.
async fn token(world: &World, name: &str, role: NodeRole) -> String {
    let account = world.person(name).await;
    let tx = world.federation.app.begin().await.unwrap();
    let user = accounts::NewUser { email: format!("{name}@x.example"), password_hash: String::new(), role, approved: true };
    accounts::enrol(&tx, account.id, user).await.unwrap();
    let scopes = "read write follow push admin:read admin:write";
    let app = sessions::NewApp { name: "test".into(), website: String::new(), redirect_uris: vec![], scopes: scopes.into() };
    let (app, _) = sessions::register_app(&tx, app).await.unwrap();
    let (_, token) = sessions::issue_token(&tx, app.id, Some(account.id), scopes).await.unwrap();
    tx.commit().await.unwrap();
    token
}

/// Ways to write an address of this machine, with and without a name.
fn inner(port: u16) -> Vec<String> {
    [
        "127.0.0.1",
        "localhost",
        "trap.localhost",
        "[::1]",
        "0.0.0.0",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
    ]
    .iter()
    .map(|host| format!("{host}:{port}"))
    .collect()
}

/// Asks with everything that could be an address; the status.
async fn ask(router: &Router, (method, path): (&Method, &str), host: &str, token: Option<&str>) -> u16 {
    let url = format!("http://{host}/u/pat?file_type=png&proxy=http://{host}/");
    let names = [
        "q",
        "uri",
        "url",
        "acct",
        "name",
        "host",
        "proxy",
        "src",
        "website",
        "redirect_uri",
        "icon",
        "avatar",
        "resource",
        "callback",
        "organisation",
        "handle",
    ];
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(
            names.iter().map(|name| (*name, if ["acct", "name", "handle"].contains(name) { format!("pat@{host}") } else { url.clone() })),
        )
        .append_pair("resolve", "true")
        .append_pair("type", "accounts")
        .finish();
    let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
    let fields: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!(if *name == "host" { host } else { &url }))).collect();
    let mut request = Request::builder().method(method).uri(format!("{}?{query}", path.join("/")));
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from(serde_json::to_vec(&fields).unwrap())).unwrap();
    router.clone().oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn s025_no_parameter_of_any_route_leads_to_a_fetch_inside() {
    let world = trapped().await;
    let (ada, admin) = (token(&world, "ada", NodeRole::Member).await, token(&world, "adele", NodeRole::Owner).await);
    let router = routes::all(&world.federation);
    let hosts = inner(world.peer.port);
    for route in api::routes().table() {
        let who = match route.access {
            Access::Open | Access::Public(_) => vec![None, Some(&ada)],
            Access::Admin(_) | Access::Moderator(_) => vec![Some(&admin)],
            Access::App | Access::User(_) => vec![Some(&ada)],
        };
        for token in who {
            // every way to write an address where addresses are looked up, one elsewhere
            let is_looked_up = ["search", "lookup", "partners", "peers"].iter().any(|part| route.path.contains(part));
            for host in hosts.iter().take(if is_looked_up { hosts.len() } else { 3 }) {
                let status = ask(&router, (&route.method, route.path), host, token.map(String::as_str)).await;
                assert!(status != 500, "{} {} with {host}", route.method, route.path);
            }
        }
    }
    for path in [
        "/.well-known/webfinger",
        "/@pat@trap.localhost",
        "/authorize_interaction",
        "/share",
        "/proxy",
        "/media_proxy",
        "/api/v1/proxy",
        "/media/proxy",
    ] {
        for host in &hosts {
            ask(&router, (&Method::GET, path), host, None).await;
        }
    }
    world.calm().await;
    assert_eq!(world.peer.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn s025_s074_what_a_stranger_asks_here_is_asked_of_nobody_else() {
    // here the peer may be reached: nothing but the answer to a stranger's question keeps it from being asked
    let world = World::with(|config| config.limits.enabled = false).await;
    world.peer.person("p", "pat", 0);
    let router = routes::all(&world.federation);
    let host = format!("p.localhost:{}", world.peer.port);
    for route in api::routes().table() {
        ask(&router, (&route.method, route.path), &host, None).await;
    }
    world.calm().await;
    assert_eq!(world.peer.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn s027_an_administrator_cannot_send_an_offer_inside_and_others_cannot_send_one_at_all() {
    let world = trapped().await;
    let (ada, admin) = (token(&world, "ada", NodeRole::Moderator).await, token(&world, "adele", NodeRole::Owner).await);
    let router = routes::all(&world.federation);
    let before = world.rows().await["agreements"];
    for host in inner(world.peer.port) {
        let path = (&Method::POST, "/api/intermoot/v1/partners");
        assert_eq!(ask(&router, path, &host, Some(&ada)).await, 403);
        let status = ask(&router, path, &host, Some(&admin)).await;
        assert!((400..500).contains(&status) || status == 503, "{host}: {status}");
    }
    world.calm().await;
    assert_eq!((world.peer.asked(), world.rows().await["agreements"]), (Vec::new(), before));
}

/// A port of this machine that counts who connects.
async fn trap() -> (u16, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    (port, count)
}

#[tokio::test]
async fn s027_an_offer_from_a_stranger_makes_us_ask_nobody_but_the_stranger() {
    let (world, bolt) = agreeing(FederationMode::Open).await;
    let (port, connected) = trap().await;
    let inside = format!("http://127.0.0.1:{port}/");
    let (mut document, _) = drawn(&world, &bolt, &bolt).await;
    document["base_url"] = json!(inside);
    document["parties"][0]["url"] = json!(inside);
    document["terms"]["communities"] = json!([format!("{inside}c/valves")]);
    document["terms"]["contacts"] = json!([inside]);
    let signature = crate::features::agreements::document::canonical(&document)
        .and_then(|bytes| crate::features::agreements::document::sign(&bytes, &bolt.ed25519))
        .unwrap();
    let mut told = offer(&world, &bolt, 1, &(document.clone(), signature.clone()));
    for name in ["url", "instrument", "target", "origin", "result", "preview", "attachment"] {
        told[name] = json!(inside);
    }
    assert_eq!(world.deliver(&bolt, &told).await, 202);
    // the same with an organisation that lives inside
    let mut foreign = offer(&world, &bolt, 2, &(document, signature));
    foreign["actor"] = json!(format!("{inside}org"));
    foreign["id"] = json!(format!("{inside}a/2"));
    world.deliver(&bolt, &foreign).await;
    process::drain(&world.federation).await.unwrap();
    world.calm().await;
    assert_eq!(connected.load(Ordering::Relaxed), 0);
    let elsewhere: Vec<String> = world.peer.asked().into_iter().filter(|url| !url.starts_with(&at_bolt(&world.peer))).collect();
    assert_eq!(elsewhere, Vec::<String>::new());
}

fn at_bolt(peer: &Peer) -> String {
    peer.at("bolt", "/")
}
