//! What is fetched: security.md S28, S30, S31.

use super::world::{HERE, World, activity, note};
use crate::{
    federation::fetch::{self, Failure},
    net::Budget,
};
use serde_json::json;

async fn get(world: &World, url: &str) -> Result<serde_json::Value, Failure> {
    fetch::document(&world.federation, &url.parse().unwrap(), &Budget::default()).await
}

#[tokio::test]
async fn s030_fetched_id_is_checked() {
    let world = World::new().await;
    let (at, elsewhere) = (world.peer.at("e", "/n/1"), world.peer.at("p", "/n/1"));
    world.peer.says(&at, 200, "application/activity+json", &note(&elsewhere, &world.peer.at("p", "/u/pat"), "forged"));
    assert!(matches!(get(&world, &at).await, Err(Failure::Refused(_))));
    // the same server names another id: what is there counts
    let page = world.peer.at("p", "/@pat/1");
    world.peer.says(&page, 200, "application/activity+json", &note(&elsewhere, &world.peer.at("p", "/u/pat"), "by its page"));
    assert!(matches!(get(&world, &page).await, Err(Failure::Gone(_, false))));
    world.peer.serves(&note(&elsewhere, &world.peer.at("p", "/u/pat"), "the real one"));
    assert_eq!(get(&world, &page).await.unwrap()["content"], "the real one");
}

#[tokio::test]
async fn s031_other_content_types_are_refused() {
    let world = World::new().await;
    let at = world.peer.at("p", "/n/1");
    let document = note(&at, &world.peer.at("p", "/u/pat"), "hi");
    for kind in
        ["application/json", "text/plain", "text/html", "application/octet-stream", "application/activity+jsonx", "application/ld+json"]
    {
        world.peer.says(&at, 200, kind, &document);
        assert!(matches!(get(&world, &at).await, Err(Failure::Refused(_))), "{kind}");
    }
    world.peer.says(&at, 200, "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", &document);
    assert!(get(&world, &at).await.is_ok());
}

#[tokio::test]
async fn s028_our_own_addresses_are_not_fetched_and_tombstones_are_gone() {
    let world = World::new().await;
    assert!(matches!(get(&world, &format!("{HERE}/u/ada")).await, Err(Failure::Refused(_))));
    let at = world.peer.at("p", "/n/1");
    world.peer.serves(&json!({"type": "Tombstone", "id": at}));
    assert!(matches!(get(&world, &at).await, Err(Failure::Gone(_, true))));
    let failure = get(&world, &world.peer.at("p", "/nothing")).await.unwrap_err();
    assert!(failure.to_string().ends_with("answered 404"), "{failure}");
}

#[tokio::test]
async fn a_post_for_few_stays_when_its_origin_only_hides_it_from_us() {
    let world = World::new().await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 1));
    world.person("ada").await;
    for (n, to, after) in
        [(1, format!("{HERE}/u/ada"), [false, true]), (2, "https://www.w3.org/ns/activitystreams#Public".into(), [true, true])]
    {
        let id = world.peer.at("p", &format!("/n/{n}"));
        let mut words = note(&id, &pat.uri, "<p>mine</p>");
        words["to"] = json!([to]);
        world.tell(&pat, &activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, words)).await;
        assert!(world.post(&id).await.unwrap().deleted_at.is_none());
        for (status, is_deleted) in [404, 410].into_iter().zip(after) {
            world.peer.says(&id, status, "text/plain", &json!("no"));
            let forged = note(&id, &pat.uri, "<p>forged</p>");
            world.tell(&eve, &activity("Update", &world.peer.at("e", &format!("/x/{n}/{status}")), &eve.uri, forged)).await;
            let post = world.post(&id).await.unwrap();
            assert_eq!((post.deleted_at.is_some(), post.content.contains("forged")), (is_deleted, false), "{n} {status}");
        }
    }
}

#[tokio::test]
async fn a_host_that_wants_rfc_9421_is_asked_so_from_the_second_time_on_and_one_that_knows_nobody_is_not_pestered() {
    let world = World::new().await;
    let at = |n: u8| world.peer.at("p", &format!("/n/{n}"));
    for n in 1..=2 {
        world.peer.serves(&note(&at(n), &world.peer.at("p", "/u/pat"), "hi"));
    }
    world.peer.recognises(|headers| headers.contains_key("signature-input"));
    assert!(get(&world, &at(1)).await.is_ok());
    assert_eq!(world.peer.asked_for("/n/1"), 2);
    assert!(get(&world, &at(2)).await.is_ok());
    assert_eq!(world.peer.asked_for("/n/2"), 1);
    world.peer.recognises(|_| false);
    for n in 3..=4 {
        let failure = get(&world, &world.peer.at("q", &format!("/n/{n}"))).await.unwrap_err();
        assert!(failure.to_string().ends_with("answered 401"), "{failure}");
    }
    assert_eq!((world.peer.asked_for("q.localhost"), world.peer.asked_for("/n/4")), (3, 1));
}
