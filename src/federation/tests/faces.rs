//! Who somebody is: the host of the id and the name there, and nothing that a document says beside it (S40).

use super::world::{World, activity, note};
use crate::server::routes;
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt;

/// What apps are shown of an account.
async fn shown(world: &World, uri: &str) -> Value {
    let id = world.account(uri).await.unwrap().id;
    get(world, &format!("/api/v1/accounts/{id}")).await
}

async fn get(world: &World, path: &str) -> Value {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = routes::all(&world.federation).oneshot(request).await.unwrap();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn s040_a_handle_is_made_of_the_verified_host_whatever_the_document_says() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&world.peer.at("p", "/n/1"), &pat.uri, "hi"))).await;
    let eve = world.peer.person("e", "pat", 1);
    let host = eve.uri.split('/').nth(2).unwrap().to_owned();
    let mut document: Value = json!({
        "type": "Person", "id": eve.uri, "preferredUsername": "pat", "inbox": format!("{}/inbox", eve.uri),
        "publicKey": {"id": eve.key_id, "owner": eve.uri, "publicKeyPem": eve.rsa.public().unwrap().to_pem().unwrap()},
        "name": format!("@pat@{}", pat.uri.split('/').nth(2).unwrap()), "webfinger": "pat@p.localhost", "acct": "pat@p.localhost",
    });
    for url in [
        json!(pat.uri),
        json!([pat.uri]),
        json!({"type": "Link", "href": pat.uri}),
        json!("https://acme.localhost/@ada"),
        json!(format!("http://{host}@p.localhost/@pat")),
    ] {
        document["url"] = url.clone();
        world.peer.serves(&document);
        let number = world.kept().await;
        let told = activity("Update", &world.peer.at("e", &format!("/a/{number}")), &eve.uri, document.clone());
        world.tell(&eve, &told).await;
        let face = shown(&world, &eve.uri).await;
        assert_eq!((face["acct"].as_str(), face["url"].as_str()), (Some(format!("pat@{host}").as_str()), Some(eve.uri.as_str())), "{url}");
        assert_eq!(face["uri"], json!(eve.uri));
    }
    let theirs = shown(&world, &pat.uri).await;
    assert_eq!(theirs["acct"], json!(format!("pat@{}", pat.uri.split('/').nth(2).unwrap())), "the other one is who they were");
    // the page of a post is where the post is, too
    let mut forged = note(&world.peer.at("e", "/n/9"), &eve.uri, "click me");
    forged["url"] =
        json!([world.peer.at("p", "/@pat/1"), {"type": "Link", "mediaType": "text/html", "href": "https://acme.localhost/p/1"}]);
    world.tell(&eve, &activity("Create", &world.peer.at("e", "/a/last"), &eve.uri, forged)).await;
    let post = world.post(&world.peer.at("e", "/n/9")).await.unwrap();
    assert!([post.uri.clone(), String::new()].contains(&post.url), "{}", post.url);
    let shown = get(&world, &format!("/api/v1/statuses/{}", post.id)).await;
    assert_eq!((shown["url"].as_str(), shown["account"]["acct"].as_str()), (Some(post.uri.as_str()), Some(format!("pat@{host}").as_str())));
}

#[tokio::test]
async fn s040_a_name_with_a_host_in_it_is_nobodys_name() {
    let world = World::new().await;
    let before = world.rows().await;
    for (nth, name) in
        ["pat@p.localhost", "pat@", "../pat", "a/b", "pat p", "", "p\u{202e}at", "pat\u{0}", "a?b", "a#b", "ａdmin@x"].iter().enumerate()
    {
        let eve = world.peer.person("e", &format!("eve{nth}"), 1);
        let mut document = json!({
            "type": "Person", "id": eve.uri, "preferredUsername": name, "inbox": format!("{}/inbox", eve.uri),
            "publicKey": {"id": eve.key_id, "owner": eve.uri, "publicKeyPem": eve.rsa.public().unwrap().to_pem().unwrap()},
        });
        world.peer.serves(&document);
        let create =
            activity("Create", &world.peer.at("e", &format!("/a/{nth}")), &eve.uri, note(&world.peer.at("e", "/n/1"), &eve.uri, "hi"));
        let status = world.deliver(&eve, &create).await;
        assert!([401, 503].contains(&status), "{name:?}: {status}");
        document["preferredUsername"] = json!(["pat", "admin"]);
        world.peer.serves(&document);
    }
    assert_eq!(world.rows().await, before, "nobody of them is kept");
}
