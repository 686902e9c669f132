//! Collections: outboxes in pages, counts, moderators, members.

use super::desk::Desk;
use crate::{
    base::words::{Audience, Stage},
    features::{memberships, reactions, relationships},
    tests::support::on_both_databases,
};
use axum::http::StatusCode;
use serde_json::{Value, json};

const URL: &str = "http://acme.localhost:4001";

#[tokio::test]
async fn ap019_ap021_ap027_an_outbox_lists_what_is_public_newest_first_in_pages() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let (ada, bob) = (desk.person("ada").await, desk.person("bob").await);
        let mut expected = vec![];
        for at in 0..23 {
            let post = desk.post(&ada, if at % 10 == 3 { Audience::Followers } else { Audience::Public }, None, None).await;
            if at % 10 != 3 {
                expected.insert(0, json!(format!("{URL}/activities/{}", post.id)));
            }
        }
        let other = desk.post(&bob, Audience::Public, None, None).await;
        let tx = desk.app().begin().await.unwrap();
        let boost = reactions::boost(&tx, &ada, &other, None).await.unwrap();
        tx.commit().await.unwrap();
        expected.insert(0, json!(format!("{URL}{}", boost.uri)));

        let outbox = desk.get("/u/ada/outbox").await.json();
        assert_eq!(outbox["type"], json!("OrderedCollection"));
        let mut seen = vec![];
        let mut next = outbox["first"].as_str().map(str::to_owned);
        while let Some(url) = next {
            let page = desk.get(url.strip_prefix(URL).unwrap()).await.json();
            assert_eq!(
                (page["type"].clone(), page["id"].clone(), page["partOf"].clone()),
                (json!("OrderedCollectionPage"), json!(url), outbox["id"].clone())
            );
            seen.extend(page["orderedItems"].as_array().unwrap().iter().map(|item| item["id"].clone()));
            next = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(seen, expected);
        assert_eq!(desk.get("/org/outbox?page=true").await.json()["orderedItems"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn ap022_ap023_followers_and_following_are_counts_and_name_nobody() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        desk.community("valves", Stage::Public, &ada).await;
        let followers = desk.get("/c/valves/followers").await.json();
        assert_eq!((followers["type"].clone(), followers["totalItems"].clone()), (json!("Collection"), json!(1)));
        let following = desk.get("/u/ada/following").await.json();
        assert_eq!((following["type"].clone(), following["totalItems"].clone()), (json!("Collection"), json!(1)));
        for collection in [&followers, &following] {
            assert!(collection.get("items").is_none() && collection.get("first").is_none());
        }
        assert_eq!(desk.get("/c/valves/featured").await.json()["orderedItems"], json!([]));
        assert_eq!(desk.get("/c/valves/moderators").await.json()["orderedItems"], json!([format!("{URL}/u/ada")]));
        assert_eq!(desk.get("/u/ada/moderators").await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get("/u/eve/followers").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s053_members_are_named_to_a_host_with_a_seat_and_to_no_cache() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let (bolt, cobalt) = (
            Desk::open(&place, "http://bolt.localhost:4002", vec![]).await,
            Desk::open(&place, "http://cobalt.localhost:4003", vec![]).await,
        );
        let (ada, bo, cy) = (desk.person("ada").await, bolt.person("bo").await, cobalt.person("cy").await);
        let valves = desk.community("valves", Stage::Public, &ada).await;
        let (bo_here, _) = (desk.knows(&bolt, &bo).await, desk.knows(&cobalt, &cy).await);
        let tx = desk.app().begin().await.unwrap();
        memberships::join(&tx, &bo_here, &valves, Some("http://bolt.localhost:4002/f/1")).await.unwrap();
        tx.commit().await.unwrap();

        let path = "/c/valves/members";
        let signed = desk.signed(path, &bolt, &bo).await;
        let stranger = desk.get(path).await;
        let member = desk.ask("GET", path, signed.clone()).await;
        let other = desk.ask("GET", path, desk.signed(path, &cobalt, &cy).await).await;
        assert_eq!((stranger.json()["totalItems"].clone(), stranger.json().get("items")), (json!(2), None));
        assert_eq!((other.json(), other.header("cache-control")), (stranger.json(), "private, no-store"));
        assert_eq!((member.header("cache-control"), member.header("vary")), ("private, no-store", "Accept, Signature"));
        let group = format!("{URL}/c/valves");
        let listed: Value = member.json()["items"].clone();
        assert_eq!(
            listed,
            json!([
                {"type": "Member", "actor": "http://bolt.localhost:4002/u/bo", "object": group, "role": "member", "status": "active"},
                {"type": "Member", "actor": format!("{URL}/u/ada"), "object": group, "role": "owner", "status": "active"},
            ])
        );
        assert_eq!(desk.get("/c/valves/members?page=true").await.status, StatusCode::NOT_FOUND);
        let moved = desk.ask("GET", "/c/valves/members?page=true", signed).await;
        assert_eq!(moved.status, StatusCode::NOT_FOUND, "a signature for another address is a stranger's");
        assert_eq!(desk.get(path).await, stranger, "whoever asked before");
    })
    .await;
}

#[tokio::test]
async fn fep_8fcf_a_server_is_told_which_of_its_people_follow_and_nobody_else_is() {
    on_both_databases(async |place| {
        let acme = Desk::open(&place, URL, vec![]).await;
        let (bolt, cobalt) = (
            Desk::open(&place, "http://bolt.localhost:4002", vec![]).await,
            Desk::open(&place, "http://cobalt.localhost:4003", vec![]).await,
        );
        let (ada, bo, cora) = (acme.person("ada").await, bolt.person("bo").await, cobalt.person("cora").await);
        let (bo_here, cora_here) = (acme.knows(&bolt, &bo).await, acme.knows(&cobalt, &cora).await);
        let tx = acme.app().begin().await.unwrap();
        for (follower, n) in [(&bo_here, 1), (&cora_here, 2)] {
            let uri = format!("{}/follows/{n}", follower.uri);
            relationships::follow(&tx, follower, &ada, relationships::FollowOptions::default(), Some(&uri)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let path = "/u/ada/followers_synchronization";
        for (desk, person, here) in [(&bolt, &bo, &bo_here), (&cobalt, &cora, &cora_here)] {
            let told = acme.ask("GET", path, acme.signed(path, desk, person).await).await;
            assert_eq!((told.status, told.header("cache-control")), (StatusCode::OK, "private, no-store"));
            let list = told.json();
            assert_eq!((&list["id"], &list["orderedItems"]), (&json!(format!("{URL}{path}")), &json!([here.uri])));
        }
        let nobody = "/u/nobody/followers_synchronization";
        assert_eq!(acme.get(path).await, acme.get(nobody).await);
        assert_eq!(acme.ask("GET", nobody, acme.signed(nobody, &bolt, &bo).await).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
