//! What a community elsewhere passes on: decisions.md 4, S15, S35.

use super::{
    peer::Somebody,
    world::{World, activity, note},
};
use crate::{
    base::proof,
    features::memberships,
    federation::objects::Introduced,
    store::tables::{Account, Post},
};
use serde_json::{Value, json};

/// Ada has asked to join a community at g, which has not answered.
async fn world() -> (World, Somebody, Account) {
    let world = World::new().await;
    let group = world.peer.actor("Group", "g", "valves", 1);
    let ada = world.person("ada").await;
    let document =
        crate::federation::fetch::document(&world.federation, &group.uri.parse().unwrap(), &crate::net::Budget::default()).await.unwrap();
    let community = crate::federation::keep::actor(&world.federation, &Introduced::read(&document).unwrap()).await.unwrap();
    let tx = world.federation.app.store.begin().await.unwrap();
    memberships::join(&tx, &ada, &community, None).await.unwrap();
    tx.commit().await.unwrap();
    (world, group, ada)
}

/// A note by pat into the group, served where it is.
fn served(world: &World, group: &Somebody, pat: &Somebody, n: u32) -> Value {
    let mut note = note(&world.peer.at("p", &format!("/n/{n}")), &pat.uri, "<p>real</p>");
    note["audience"] = json!(group.uri);
    note["to"] = json!(["https://www.w3.org/ns/activitystreams#Public", group.uri]);
    world.peer.serves(&note);
    note
}

async fn announce(world: &World, group: &Somebody, n: u32, object: Value) -> String {
    let id = world.peer.at("g", &format!("/announce/{n}"));
    world.tell(group, &activity("Announce", &id, &group.uri, object)).await;
    world.verdict(&id).await
}

async fn post(world: &World, note: &Value) -> Post {
    world.post(note["id"].as_str().unwrap()).await.expect("the post is here")
}

#[tokio::test]
async fn an_announced_post_is_taken_from_its_origin_and_proves_that_we_are_in() {
    let (world, group, ada) = world().await;
    let pat = world.peer.person("p", "pat", 0);
    let note = served(&world, &group, &pat, 1);
    let mut forged = note.clone();
    forged["content"] = json!("<p>forged by the group</p>");
    let create = activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, forged);
    assert_eq!(announce(&world, &group, 1, create).await, "");
    let community = world.account(&group.uri).await.unwrap();
    let kept = post(&world, &note).await;
    assert_eq!((kept.content.as_str(), kept.community_id, kept.pending), ("<p>real</p>", Some(community.id), false));
    let seats = memberships::queries::seats_of(&world.federation.app.store, ada.id, &[community.id]).await.unwrap();
    assert_eq!(seats[0].status.word(), "active");
}

#[tokio::test]
async fn votes_count_and_moderators_act_within_the_community_alone() {
    let (world, group, _) = world().await;
    let pat = world.peer.person("p", "pat", 0);
    let inside = served(&world, &group, &pat, 1);
    announce(&world, &group, 1, inside["id"].clone()).await;
    let outside = note(&world.peer.at("p", "/n/2"), &pat.uri, "<p>elsewhere</p>");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/2"), &pat.uri, outside.clone())).await;
    for (n, (target, counted)) in [(&inside, true), (&outside, false)].into_iter().enumerate() {
        let n = n as u32;
        let like = json!({"type": "Like", "id": world.peer.at("p", &format!("/l/{n}")), "actor": pat.uri, "object": target["id"]});
        assert_eq!(announce(&world, &group, 10 + n, like).await.is_empty(), counted);
        assert_eq!(post(&world, target).await.favourites_count, i64::from(counted));
        let delete = json!({"type": "Delete", "id": world.peer.at("g", &format!("/d/{n}")), "actor": world.peer.at("g", "/u/mod"), "object": target["id"], "summary": "off topic"});
        announce(&world, &group, 20 + n, delete).await;
        let post = post(&world, target).await;
        assert_eq!((post.removed_at.is_some(), post.deleted_at), (counted, None));
    }
}

#[tokio::test]
async fn s035_a_group_neither_removes_what_it_only_boosted_nor_undoes_ids_of_others() {
    let (world, group, _) = world().await;
    let pat = world.peer.person("p", "pat", 0);
    let outside = note(&world.peer.at("p", "/n/1"), &pat.uri, "<p>elsewhere</p>");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, outside.clone())).await;
    assert_eq!(announce(&world, &group, 1, outside["id"].clone()).await, "");
    let delete = json!({"type": "Delete", "id": world.peer.at("g", "/d/1"), "actor": world.peer.at("g", "/u/mod"), "object": outside["id"], "summary": "mine now"});
    assert_ne!(announce(&world, &group, 2, delete).await, "");
    assert!(post(&world, &outside).await.removed_at.is_none());
    let inside = served(&world, &group, &pat, 2);
    announce(&world, &group, 3, inside["id"].clone()).await;
    let to_come = world.peer.at("p", "/n/3");
    let like = json!({"type": "Like", "id": to_come, "actor": pat.uri, "object": inside["id"]});
    let undo = json!({"type": "Undo", "id": world.peer.at("p", "/u/1"), "actor": pat.uri, "object": like});
    announce(&world, &group, 4, undo).await;
    let later = note(&to_come, &pat.uri, "<p>later</p>");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/3"), &pat.uri, later.clone())).await;
    assert_eq!(post(&world, &later).await.content, "<p>later</p>");
}

#[tokio::test]
async fn s015_a_delete_that_is_passed_on_counts_when_the_origin_agrees() {
    let (world, group, _) = world().await;
    let pat = world.peer.person("p", "pat", 0);
    let note = served(&world, &group, &pat, 1);
    announce(&world, &group, 1, note["id"].clone()).await;
    let delete = |n: u32| json!({"type": "Delete", "id": world.peer.at("p", &format!("/d/{n}")), "actor": pat.uri, "object": note["id"]});
    assert_ne!(announce(&world, &group, 2, delete(1)).await, "");
    assert!(post(&world, &note).await.deleted_at.is_none());
    world.peer.says(note["id"].as_str().unwrap(), 410, "text/plain", &json!("gone"));
    announce(&world, &group, 3, delete(2)).await;
    assert!(post(&world, &note).await.deleted_at.is_some());
}

#[tokio::test]
async fn s015_an_act_with_its_authors_proof_is_taken_as_it_is_and_a_forged_one_is_not() {
    let (world, group, _) = world().await;
    let pat = world.peer.person("p", "pat", 0);
    let mut create = activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, served(&world, &group, &pat, 1));
    create["object"]["content"] = json!("<p>proven</p>");
    let at = world.federation.app.store.now().utc();
    proof::add_proof(&mut create, &pat.ed25519, &format!("{}#ed25519-key", pat.uri), at).unwrap();
    let mut forged = create.clone();
    forged["object"]["content"] = json!("<p>forged</p>");
    assert_ne!(announce(&world, &group, 1, forged).await, "");
    assert!(world.post(create["object"]["id"].as_str().unwrap()).await.is_none());
    assert_eq!(announce(&world, &group, 2, create.clone()).await, "");
    assert_eq!(post(&world, &create["object"]).await.content, "<p>proven</p>");
}

#[tokio::test]
async fn s140_a_community_brings_no_former_profile_back() {
    let (world, group, _) = world().await;
    let pat = world.peer.person("p", "pat", 0);
    world.federation.app.network().unwrap().find_url(&pat.uri).await.unwrap();
    let person =
        json!({"type": "Person", "id": pat.uri, "inbox": world.peer.at("p", "/inbox"), "preferredUsername": "pat", "name": "Pat, chief"});
    let mut former = activity("Update", &world.peer.at("p", "/a/former"), &pat.uri, person);
    let at = world.federation.app.store.now().utc();
    proof::add_proof(&mut former, &pat.ed25519, &format!("{}#ed25519-key", pat.uri), at).unwrap();
    assert!(announce(&world, &group, 1, former).await.contains("posts alone"));
    assert_ne!(world.account(&pat.uri).await.unwrap().display_name, "Pat, chief");
}

#[tokio::test]
async fn a_community_in_which_nobody_here_is_passes_nothing_on() {
    let world = World::new().await;
    let group = world.peer.actor("Group", "g", "valves", 1);
    let pat = world.peer.person("p", "pat", 0);
    let note = served(&world, &group, &pat, 1);
    assert_ne!(announce(&world, &group, 1, note["id"].clone()).await, "");
    // once it is known, nothing is fetched for it
    let another = served(&world, &group, &pat, 2);
    assert_ne!(announce(&world, &group, 2, another["id"].clone()).await, "");
    assert!(world.post(another["id"].as_str().unwrap()).await.is_none());
}
