//! The server through its routes; the clients against small servers on 127.0.0.2.

use super::{confirm_handle, find_actor, learn_software};
use crate::{
    base::{
        error::Kind,
        words::{Level, Stage},
    },
    federation::documents::tests::desk::Desk,
    net::Budget,
    tests::support::{Place, on_both_databases},
};
use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::net::TcpListener;

const URL: &str = "http://acme.localhost:4001";
const AUTHORITY: &str = "acme.localhost:4001";

async fn finger(desk: &Desk, query: &str) -> crate::federation::documents::tests::desk::Read {
    desk.get_as(&format!("/.well-known/webfinger{query}"), "*/*").await
}

#[tokio::test]
async fn ap066_ap068_ap070_everybody_of_ours_is_found_by_handle_and_by_address() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        desk.community("valves", Stage::Public, &ada).await;
        for (resource, subject, path) in [
            ("acct:ada@acme.localhost:4001", "ada", "/u/ada"),
            ("acct%3AADA%40acme.localhost%3A4001", "ada", "/u/ada"),
            ("acct:valves@acme.localhost:4001", "valves", "/c/valves"),
            ("acct:org@acme.localhost:4001", "org", "/org"),
            ("acct:acme.localhost@acme.localhost:4001", "acme.localhost", "/actor"),
            ("acct:acme.localhost:4001@acme.localhost:4001", "acme.localhost", "/actor"),
            ("http://acme.localhost:4001/u/ada", "ada", "/u/ada"),
            ("http%3A%2F%2Facme.localhost%3A4001%2F%40ada", "ada", "/u/ada"),
            ("http://acme.localhost:4001/c/valves", "valves", "/c/valves"),
            ("http://acme.localhost:4001/", "acme.localhost", "/actor"),
        ] {
            let answer = finger(&desk, &format!("?resource={resource}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{resource}");
            assert_eq!((answer.header("content-type"), answer.header("access-control-allow-origin")), ("application/jrd+json", "*"));
            let jrd = answer.json();
            assert_eq!(jrd["subject"], json!(format!("acct:{subject}@{AUTHORITY}")));
            let types: Vec<_> = jrd["links"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|link| link["rel"] == "self")
                .map(|link| (link["type"].clone(), link["href"].clone()))
                .collect();
            let id = json!(format!("{URL}{path}"));
            assert_eq!(
                types,
                [
                    (json!("application/activity+json"), id.clone()),
                    (json!("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""), id)
                ]
            );
            let actor = desk.get(path).await.json();
            assert_eq!(actor["preferredUsername"], json!(subject), "back again");
        }
    })
    .await;
}

#[tokio::test]
async fn ap067_ap069_malformed_is_400_unknown_is_404_and_relations_are_chosen() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    desk.person("ada").await;
    for query in ["", "?resource=", "?resource=ada", "?resource=acct:ada", "?rel=self"] {
        assert_eq!(finger(&desk, query).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    for resource in [
        "acct:eve@acme.localhost:4001",
        "acct:ada@acme.localhost",
        "acct:ada@bolt.localhost:4002",
        "mailto:ada@acme.localhost:4001",
        "http://bolt.localhost/u/ada",
        "https://acme.localhost:4001/u/ada",
    ] {
        let answer = finger(&desk, &format!("?resource={resource}")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::NOT_FOUND, "*"), "{resource}");
    }
    let jrd = finger(&desk, "?rel=http%3A%2F%2Fwebfinger.net%2Frel%2Fprofile-page&resource=acct:ada@acme.localhost:4001").await.json();
    assert_eq!(jrd["links"].as_array().unwrap().len(), 1);
    assert_eq!(finger(&desk, "?resource=acct:ada@acme.localhost:4001&rel=none").await.json()["links"], json!([]));
    let meta = desk.get_as("/.well-known/host-meta", "application/xrd+xml").await;
    assert!(String::from_utf8(meta.body).unwrap().contains("template=\"http://acme.localhost:4001/.well-known/webfinger?resource={uri}\""));
}

#[tokio::test]
async fn fep_d556_fep_2677_the_server_leads_to_its_own_actor() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    desk.person("ada").await;
    let leads = async |resource: &str| {
        let jrd =
            finger(&desk, &format!("?resource={resource}&rel=https%3A%2F%2Fwww.w3.org%2Fns%2Factivitystreams%23Service")).await.json();
        jrd["links"].as_array().unwrap().iter().map(|link| link["href"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let actor = format!("{URL}/actor");
    assert_eq!(leads("http%3A%2F%2Facme.localhost%3A4001%2F").await, [actor.as_str()]);
    assert_eq!(leads("http%3A%2F%2Facme.localhost%3A4001").await, [actor.as_str()], "without the last slash");
    assert!(leads("acct:ada@acme.localhost:4001").await.is_empty());
    let links = desk.get_as("/.well-known/nodeinfo", "*/*").await.json();
    let named = links["links"].as_array().unwrap().iter().find(|link| link["rel"] == "https://www.w3.org/ns/activitystreams#Application");
    assert_eq!(named.unwrap()["href"], json!(actor));
    assert_eq!(desk.get("/actor").await.json()["type"], json!("Application"), "to a request that nobody signed");
}

#[tokio::test]
async fn ap071_fep_f1d5_fep_0151_nodeinfo_tells_both_schemas_what_we_are() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        desk.post(&ada, crate::base::words::Audience::Public, None, None).await;
        let links = desk.get_as("/.well-known/nodeinfo", "*/*").await.json();
        for (at, version) in ["2.0", "2.1"].iter().enumerate() {
            assert_eq!(links["links"][at]["href"], json!(format!("{URL}/nodeinfo/{version}")));
            let answer = desk.get_as(&format!("/nodeinfo/{version}"), "*/*").await;
            let info = answer.json();
            assert_eq!(
                (info["version"].clone(), info["software"]["name"].clone(), info["protocols"].clone()),
                (json!(version), json!("intermoot"), json!(["activitypub"]))
            );
            assert_eq!(info["metadata"], json!({"nodeName": "acme.localhost", "upstream": {"name": "mastodon"}}));
            assert_eq!((info["openRegistrations"].clone(), info["usage"]["localPosts"].clone()), (json!(false), json!(1)));
            let offered = if at == 0 { json!(null) } else { json!(format!("{URL}/source")) };
            assert_eq!(info["software"]["repository"], offered, "schema 2.0 has no place for it");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
        desk.post(&ada, crate::base::words::Audience::Public, None, None).await;
        assert_eq!(desk.get_as("/nodeinfo/2.0", "*/*").await.json()["usage"]["localPosts"], json!(1), "counted once a minute");
    })
    .await;
}

/// Status, type and body by path and query; 404 for all else.
type Script = HashMap<String, (u16, &'static str, Value)>;

/// A server on `at`; its authority and how often it was asked.
async fn peer(at: Ipv4Addr, script: impl FnOnce(&str) -> Script) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((at, 0)).await.unwrap();
    let me = listener.local_addr().unwrap().to_string();
    let script = script(&me);
    (me, play(listener, script))
}

/// Answers by `script` from now on; how often it was asked.
fn play(listener: TcpListener, script: Script) -> Arc<AtomicUsize> {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let router = Router::new().fallback(move |request: Request| {
        counter.fetch_add(1, Ordering::SeqCst);
        let found = script.get(&request.uri().to_string()).cloned();
        async move {
            let (status, kind, body) = found.unwrap_or((404, "text/plain", Value::Null));
            (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    asked
}

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const JRD: &str = "application/jrd+json";

fn path(name: &str, host: &str) -> String {
    format!("/.well-known/webfinger?resource=acct%3A{name}%40{}", host.replace(':', "%3A"))
}

fn jrd(subject: &str, actor: &str) -> (u16, &'static str, Value) {
    (
        200,
        JRD,
        json!({"subject": format!("acct:{subject}"), "links": [{"rel": "self", "type": "text/html", "href": "http://127.0.0.2/x"}, {"rel": "self", "type": "application/activity+json", "href": actor}]}),
    )
}

/// A node that may reach the ports of these authorities on 127.0.0.2.
async fn reaching(peers: &[&str]) -> Desk {
    let ports = peers.iter().map(|peer| peer.rsplit_once(':').unwrap().1.parse().unwrap()).collect();
    Desk::open(&Place::sqlite(), URL, ports).await
}

fn actor(host: &str) -> url::Url {
    format!("http://{host}/users/ada").parse().unwrap()
}

#[tokio::test]
async fn an_actor_is_found_by_handle_and_a_failure_names_its_step() {
    let (peer, _) = peer(OUTSIDE, |me| {
        Script::from([
            (path("ada", me), jrd(&format!("ada@{me}"), actor(me).as_str())),
            (path("html", me), (200, "text/html", json!({}))),
            (path("busy", me), (503, JRD, json!({}))),
            (path("empty", me), (200, JRD, json!({"links": 7}))),
        ])
    })
    .await;
    let desk = reaching(&[&peer]).await;
    let find = async |name: &str, host: &str| find_actor(&desk.federation, name, host, &Budget::default()).await;
    assert_eq!(find("ada", &peer).await.unwrap(), actor(&peer));
    for (name, sentence, kind) in [
        ("eve", format!("WebFinger at {peer} answered 404"), Kind::NotFound),
        ("html", format!("WebFinger at {peer} is not JSON"), Kind::Forbidden),
        ("busy", format!("WebFinger at {peer} answered 503"), Kind::Unavailable),
        ("empty", format!("WebFinger at {peer} names no actor for empty"), Kind::NotFound),
    ] {
        let refusal = find(name, &peer).await.unwrap_err().refusal().cloned().unwrap();
        assert_eq!((refusal.to_string(), refusal.kind), (sentence, kind));
    }
    for (name, host) in [("ada", "not a host"), ("ada", "127.0.0.2/x"), ("a b", &peer), ("ada&x=", &peer), ("ada@evil.test", &peer)] {
        assert!(find(name, host).await.is_err(), "{name} at {host}");
    }
}

#[tokio::test]
async fn s039_a_handle_is_confirmed_by_its_own_host_alone() {
    let (handles, _) = peer(OUTSIDE, |_| Script::new()).await;
    let (other, _) = {
        let handles = handles.clone();
        peer(OUTSIDE, move |me| {
            Script::from([
                (path("ada", me), jrd(&format!("ada@{me}"), actor(me).as_str())),
                // claims a handle at a host that does not know of it
                (path("eve", me), jrd(&format!("eve@{handles}"), &format!("http://{me}/users/eve"))),
                // points at somebody else's actor
                (path("mal", me), jrd(&format!("mal@{me}"), &format!("http://{handles}/users/ada"))),
            ])
        })
        .await
    };
    let desk = reaching(&[&handles, &other]).await;
    let confirm = async |name: &str, host: &str| {
        let actor = format!("http://{host}/users/{name}").parse().unwrap();
        confirm_handle(&desk.federation, &actor, (name, ""), &Budget::default()).await
    };
    assert_eq!(confirm("ada", &other).await.unwrap(), other);
    assert_eq!(confirm("eve", &other).await.unwrap(), other, "not the host that it claims");
    assert!(confirm("mal", &other).await.unwrap_err().to_string().contains("names another actor"));
    assert!(confirm("nobody", &other).await.unwrap_err().to_string().ends_with("answered 404"));
}

#[tokio::test]
async fn s039_a_split_host_counts_when_both_sides_agree() {
    let listener = TcpListener::bind((OUTSIDE, 0)).await.unwrap();
    let home = listener.local_addr().unwrap().to_string();
    let (split, _) = {
        let home = home.clone();
        peer(OUTSIDE, move |me| Script::from([(path("ada", me), jrd(&format!("ada@{home}"), actor(me).as_str()))])).await
    };
    play(listener, Script::from([(path("ada", &home), jrd(&format!("ada@{home}"), actor(&split).as_str()))]));
    let desk = reaching(&[&split, &home]).await;
    let host = confirm_handle(&desk.federation, &actor(&split), ("ada", ""), &Budget::default()).await.unwrap();
    assert_eq!(host, home);
}

#[tokio::test]
async fn fep_2c59_a_handle_that_an_actor_names_counts_when_its_host_confirms_it() {
    let listener = TcpListener::bind((OUTSIDE, 0)).await.unwrap();
    let home = listener.local_addr().unwrap().to_string();
    // the actor's own server knows only its own name for it
    let (own, _) = peer(OUTSIDE, |me| Script::from([(path("ada", me), jrd(&format!("ada@{me}"), actor(me).as_str()))])).await;
    play(listener, Script::from([(path("ada", &home), jrd(&format!("ada@{home}"), actor(&own).as_str()))]));
    let desk = reaching(&[&own, &home]).await;
    let confirm =
        async |claimed: String| confirm_handle(&desk.federation, &actor(&own), ("ada", &claimed), &Budget::default()).await.unwrap();
    assert_eq!(confirm(format!("ada@{home}")).await, home);
    for unproven in [String::new(), format!("ada@{own}"), format!("eve@{home}"), "ada@nowhere.test".into(), "ada".into()] {
        assert_eq!(confirm(unproven.clone()).await, own, "{unproven}");
    }
    assert_eq!(confirm("ada@127.0.0.1:1".into()).await, own, "a host that does not answer confirms nothing");
}

fn nodeinfo(name: &str) -> (u16, &'static str, Value) {
    (200, "application/json; charset=utf-8", json!({"version": "2.0", "software": {"name": name, "version": "1.0.0-beta.1"}}))
}

fn well_known(href: &str) -> (String, (u16, &'static str, Value)) {
    let links = json!({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": href}]});
    ("/.well-known/nodeinfo".into(), (200, "application/json", links))
}

#[tokio::test]
async fn software_is_learnt_in_two_fetches_within_a_budget() {
    let (peer, asked) = peer(OUTSIDE, |me| Script::from([well_known(&format!("http://{me}/ni")), ("/ni".into(), nodeinfo("Lemmy"))])).await;
    let desk = reaching(&[&peer]).await;
    let software = learn_software(&desk.federation, &peer, &Budget::default()).await.unwrap();
    assert_eq!((software.name.as_str(), software.version.as_str(), software.level), ("lemmy", "1.0.0-beta.1", Level::Group));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let scarce = Budget::new(1, std::time::Duration::from_secs(5));
    assert!(learn_software(&desk.federation, &peer, &scarce).await.unwrap_err().to_string().starts_with("NodeInfo at "));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn s024_a_link_to_an_inner_address_is_never_fetched() {
    let (trap, sprung) = peer(Ipv4Addr::LOCALHOST, |_| Script::from([("/ni".into(), nodeinfo("secret"))])).await;
    let (peer, _) = {
        let trap = trap.clone();
        peer(OUTSIDE, move |_| Script::from([well_known(&format!("http://{trap}/ni"))])).await
    };
    let desk = reaching(&[&peer, &trap]).await;
    let refused = learn_software(&desk.federation, &peer, &Budget::default()).await.unwrap_err();
    assert!(refused.refusal().is_some_and(|refusal| refusal.to_string().starts_with(&format!("NodeInfo at {trap} failed"))), "{refused}");
    assert_eq!(sprung.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_a_peer_runs_is_kept_and_asked_for_once_an_hour() {
    let (peer, asked) =
        peer(OUTSIDE, |me| Script::from([well_known(&format!("http://{me}/ni")), ("/ni".into(), nodeinfo("piefed"))])).await;
    let desk = reaching(&[&peer]).await;
    for _ in 0..3 {
        super::software::ask_in_background(&desk.federation, &format!("http://{peer}/u/x"));
    }
    for _ in 0..200 {
        let known = crate::features::peers::find(&desk.app().store, &peer).await.unwrap();
        if let Some(known) = known.filter(|known| known.nodeinfo_at.is_some()) {
            assert_eq!((known.software.as_str(), known.level), ("piefed", Level::Group));
            assert_eq!(asked.load(Ordering::SeqCst), 2);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nothing was kept");
}
