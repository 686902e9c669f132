//! Posts, threads, activities.

use super::desk::Desk;
use crate::{
    base::words::{Audience, Stage},
    features::{posts, reactions},
    federation::vocabulary::PUBLIC,
    tests::support::on_both_databases,
};
use axum::http::StatusCode;
use serde_json::json;

const URL: &str = "http://acme.localhost:4001";

#[tokio::test]
async fn ap002_ap004_a_public_post_its_creation_and_its_boost_answer_at_their_ids() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let (ada, bob) = (desk.person("ada").await, desk.person("bob").await);
        let post = desk.post(&ada, Audience::Public, None, None).await;
        let tx = desk.app().begin().await.unwrap();
        let boost = reactions::boost(&tx, &bob, &post, None).await.unwrap();
        tx.commit().await.unwrap();

        let note = desk.get(&post.uri).await.json();
        assert_eq!((note["type"].as_str(), note["id"].clone()), (Some("Note"), json!(format!("{URL}{}", post.uri))));
        assert_eq!((note["attributedTo"].clone(), note["to"].clone()), (json!(format!("{URL}/u/ada")), json!([PUBLIC])));
        assert!(note["@context"].is_array() && note["proof"].is_object());

        let create = desk.get(&format!("/activities/{}", post.id)).await.json();
        assert_eq!(
            (create["type"].as_str(), create["actor"].clone(), create["object"]["id"].clone()),
            (Some("Create"), json!(format!("{URL}/u/ada")), note["id"].clone())
        );
        let announce = desk.get(&boost.uri).await.json();
        assert_eq!(
            (announce["type"].as_str(), announce["id"].clone(), announce["object"].clone()),
            (Some("Announce"), json!(format!("{URL}{}", boost.uri)), note["id"].clone())
        );
        assert_eq!(desk.get(&format!("/p/{}", boost.id)).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn ap011_a_post_keeps_its_tag_while_its_proof_is_made_anew() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        let post = desk.post(&ada, Audience::Public, None, None).await;
        let first = desk.get(&post.uri).await;
        desk.app().store.clock.advance(5000);
        let second = desk.get(&post.uri).await;
        assert_ne!(first.body, second.body);
        assert_eq!(first.header("etag"), second.header("etag"));
    })
    .await;
}

#[tokio::test]
async fn ap010_a_deleted_public_post_leaves_a_tombstone_and_a_private_one_nothing() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        let (open, closed) = (desk.post(&ada, Audience::Public, None, None).await, desk.post(&ada, Audience::Followers, None, None).await);
        let tx = desk.app().begin().await.unwrap();
        posts::delete(&tx, &open).await.unwrap();
        posts::delete(&tx, &closed).await.unwrap();
        tx.commit().await.unwrap();
        let gone = desk.get(&open.uri).await;
        assert_eq!(
            (gone.status, gone.json()["type"].clone(), gone.json()["id"].clone()),
            (StatusCode::GONE, json!("Tombstone"), json!(format!("{URL}{}", open.uri)))
        );
        assert!(!String::from_utf8_lossy(&gone.body).contains("hello"));
        assert_eq!(desk.get(&closed.uri).await, desk.get("/p/7").await);
        assert_eq!(desk.get(&format!("/activities/{}", open.id)).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_listed_without_what_the_reader_may_not_see() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let (ada, bob) = (desk.person("ada").await, desk.person("bob").await);
        let valves = desk.community("valves", Stage::Public, &ada).await;
        let top = desk.post(&ada, Audience::Public, Some(&valves), None).await;
        let reply = desk.post(&ada, Audience::Public, None, Some(&top)).await;
        let deeper = desk.post(&ada, Audience::Public, None, Some(&reply)).await;
        desk.post(&bob, Audience::Direct, None, Some(&top)).await;
        let url = |post: &crate::store::tables::Post| json!(format!("{URL}{}", post.uri));
        let replies = desk.get(&format!("{}/replies", top.uri)).await.json();
        assert_eq!((replies["items"].clone(), replies["totalItems"].clone()), (json!([url(&reply)]), json!(1)));
        let first = &desk.get(&top.uri).await.json()["replies"]["first"];
        let page = desk.get(first["next"].as_str().unwrap().strip_prefix(URL).unwrap()).await.json();
        assert_eq!((page["type"].clone(), page["items"].clone()), (json!("CollectionPage"), json!([url(&reply)])));
        let context = desk.get(&format!("{}/context", top.uri)).await.json();
        assert_eq!(context["orderedItems"], json!([url(&top), url(&reply), url(&deeper)]));
        assert_eq!(context["attributedTo"], json!(format!("{URL}/c/valves")));
        assert_eq!(desk.get(&reply.uri).await.json()["context"], context["id"]);
    })
    .await;
}

#[tokio::test]
async fn s050_the_log_shows_what_was_public_and_still_is() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        let post = desk.post(&ada, Audience::Public, None, None).await;
        let object = format!("{URL}{}", post.uri);
        let sent = [
            ("/activities/secret", json!({"type": "Create", "to": [format!("{URL}/u/bob")], "object": {"content": "psst"}})),
            ("/activities/open", json!({"type": "Update", "to": [PUBLIC], "object": {"id": object, "content": "hello"}})),
            (
                "/activities/wrapped",
                json!({"type": "Announce", "to": [PUBLIC], "object": {"type": "Create", "id": "x", "object": {"id": object}}}),
            ),
            ("/activities/end", json!({"type": "Delete", "cc": [PUBLIC], "object": object})),
        ];
        for (position, (uri, body)) in (1i64..).zip(&sent) {
            let tx = desk.app().begin().await.unwrap();
            let row = crate::store::Insert::into("log")
                .set("position", position)
                .set("uri", *uri)
                .set("actor_id", ada.id)
                .set("object_key", 0i64);
            row.set("body", body.to_string()).set("targets", "[]").set("created_at", tx.now).run(&tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        let statuses = async |desk: &Desk| {
            let mut statuses = vec![];
            for (uri, _) in &sent {
                statuses.push(desk.get(uri).await.status.as_u16());
            }
            statuses
        };
        assert_eq!(statuses(&desk).await, [404, 200, 200, 200]);
        let tx = desk.app().begin().await.unwrap();
        posts::delete(&tx, &post).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(statuses(&desk).await, [404, 404, 404, 200]);
    })
    .await;
}
