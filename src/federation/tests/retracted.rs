//! Whose word counts about what is to be forgotten here, and about who is new in a community (S118, `membership.md` 4).

use super::{
    peer::Somebody,
    world::{World, activity},
};
use crate::{
    base::{
        proof,
        words::{AccountKind, Audience, JoinRule, SeatStatus, Stage},
    },
    features::{
        accounts,
        communities::{self, RemoteFacts, seats},
    },
    sql,
    store::{Insert, tables::Account},
};
use serde_json::{Value, json};

/// A community at p in which ada holds a seat, and one post of pia's in it.
async fn member() -> (World, Somebody, Somebody, Account) {
    let world = World::new().await;
    let (group, pia) = (world.peer.actor("Group", "p", "valves", 0), world.peer.person("p", "pia", 1));
    let ada = world.person("ada").await;
    for uri in [&group.uri, &pia.uri] {
        world.federation.app.network().unwrap().find_url(uri).await.unwrap();
    }
    let (community, author) = (world.account(&group.uri).await.unwrap(), world.account(&pia.uri).await.unwrap());
    let tx = world.federation.app.store.begin().await.unwrap();
    let facts = RemoteFacts {
        purpose: "Valves.".into(),
        stage: Stage::Partners,
        join_rule: JoinRule::Ask,
        question: String::new(),
        members_count: 1,
    };
    communities::keep_remote(&tx, community.id, &facts).await.unwrap();
    seats::keep(&tx, seats::fresh(&tx, community.id, ada.id, SeatStatus::Active), false).await.unwrap();
    let user = accounts::NewUser {
        email: "ada@acme.test".into(),
        password_hash: String::new(),
        role: crate::base::words::NodeRole::Member,
        approved: true,
    };
    accounts::enrol(&tx, ada.id, user).await.unwrap();
    let uri = world.peer.at("p", "/n/1");
    let row = Insert::into("posts").set("id", tx.id()).set("uri", uri.as_str()).set("url", uri.as_str()).set("author_id", author.id);
    row.set("community_id", community.id).set("audience", Audience::Members).set("created_at", tx.now).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(community.kind, AccountKind::Community);
    (world, group, pia, ada)
}

fn list(world: &World, group: &str, number: u32, by: &Somebody) -> Value {
    let mut list = json!({"@context": "https://www.w3.org/ns/activitystreams", "type": "Retraction",
        "id": format!("{group}/retractions/{number}"), "attributedTo": group, "agreement": world.peer.at("p", "/agreements/1"),
        "items": [world.peer.at("p", "/n/1")]});
    let at = world.federation.app.store.now().utc();
    proof::add_proof(&mut list, &by.ed25519, &format!("{}#ed25519-key", by.uri), at).unwrap();
    list
}

#[tokio::test]
async fn s118_only_the_community_itself_has_its_posts_forgotten_and_in_its_own_hand() {
    let (world, group, pia, _) = member().await;
    let eve = world.peer.actor("Group", "e", "valves", 1);
    let genuine = list(&world, &group.uri, 1, &group);
    let mut changed = genuine.clone();
    changed["items"] = json!([world.peer.at("p", "/n/1"), world.peer.at("p", "/n/2")]);
    for (n, (sender, object)) in [
        (&eve, genuine.clone()),
        (&pia, genuine.clone()),
        (&group, changed),
        (&group, list(&world, &group.uri, 1, &pia)),
        (&eve, list(&world, &eve.uri, 1, &eve)),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("{}/x/{n}", sender.uri);
        world.tell(sender, &activity("Update", &id, &sender.uri, object)).await;
        assert!(!world.verdict(&id).await.is_empty(), "{n}");
        assert!(world.post(&world.peer.at("p", "/n/1")).await.is_some(), "{n}");
    }
    let id = format!("{}/x/9", group.uri);
    world.tell(&group, &activity("Update", &id, &group.uri, genuine)).await;
    assert_eq!(world.verdict(&id).await, "");
    assert!(world.post(&world.peer.at("p", "/n/1")).await.is_none());
    let lists: Option<i64> = sql!("SELECT COUNT(*) FROM retracted").value(&world.federation.app.store).await.unwrap();
    assert_eq!(lists, Some(1));
}

#[tokio::test]
async fn a_community_where_somebody_of_ours_is_says_who_is_new_and_no_other_does() {
    let (world, group, _, ada) = member().await;
    let eve = world.peer.actor("Group", "e", "valves", 1);
    let now = world.federation.app.store.now();
    let newcomer =
        |group: &str, host: &str| json!({"type": "Newcomer", "object": group, "host": host, "announcedAt": now, "admittedFrom": now});
    for (n, (sender, object)) in [
        (&eve, newcomer(&group.uri, "cobalt.test")),
        (&eve, newcomer(&eve.uri, "cobalt.test")),
        (&group, newcomer(&group.uri, "acme.localhost:1")),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("{}/x/{n}", sender.uri);
        world.tell(sender, &activity("Update", &id, &sender.uri, object)).await;
        assert!(!world.verdict(&id).await.is_empty(), "{n}");
    }
    for n in [8, 9] {
        let id = format!("{}/x/{n}", group.uri);
        world.tell(&group, &activity("Update", &id, &group.uri, newcomer(&group.uri, "cobalt.test"))).await;
        assert_eq!(world.verdict(&id).await, "");
    }
    crate::server::worker::round(&world.federation, true).await.unwrap();
    let told: Vec<i64> = sql!("SELECT from_id FROM notifications WHERE account_id = {} AND kind = 16", ada.id)
        .column(&world.federation.app.store)
        .await
        .unwrap();
    assert_eq!(told, [world.account(&group.uri).await.unwrap().id.0]);
}
