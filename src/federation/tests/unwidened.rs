//! What was for few stays for few, whoever announces, edits or asks for it (S51, S52, S131, S140).

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    base::{
        proof,
        words::{Audience, JoinRule, SeatStatus, Stage},
    },
    features::{
        communities::{self, RemoteFacts, seats},
        posts::{
            publish,
            queries::{self, Viewer},
        },
        relationships,
    },
    federation::outbox::tests::ground::draft,
    sql,
    store::tables::{Account, Post},
};
use serde_json::{Value, json};

/// A community at g, known here at that stage, in which ada holds a seat and bob none.
async fn inside(stage: Stage) -> (World, Somebody, [Account; 2]) {
    let world = World::new().await;
    let group = world.peer.actor("Group", "g", "valves", 1);
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    world.federation.app.network().unwrap().find_url(&group.uri).await.unwrap();
    let account = world.account(&group.uri).await.unwrap();
    let tx = world.federation.app.store.begin().await.unwrap();
    let facts = RemoteFacts { purpose: "Valves.".into(), stage, join_rule: JoinRule::Ask, question: String::new(), members_count: 1 };
    communities::keep_remote(&tx, account.id, &facts).await.unwrap();
    let seat = seats::fresh(&tx, account.id, ada.id, SeatStatus::Active);
    seats::keep(&tx, seat, false).await.unwrap();
    relationships::follow(&tx, &ada, &account, relationships::FollowOptions::default(), None).await.unwrap();
    relationships::accept(&tx, ada.id, account.id).await.unwrap();
    tx.commit().await.unwrap();
    (world, group, [ada, bob])
}

/// A note of pat's for these alone, served where it is.
fn letter(world: &World, pat: &Somebody, n: u32, to: &[&str]) -> Value {
    let mut letter = note(&world.peer.at("p", &format!("/n/{n}")), &pat.uri, "<p>canary</p>");
    letter["to"] = json!(to);
    letter["cc"] = json!([]);
    world.peer.serves(&letter);
    letter
}

/// A note of pat's for the members of the group, not served: its author's node is no door.
fn for_members(world: &World, group: &Somebody, pat: &Somebody, n: u32) -> Value {
    let mut inner = note(&world.peer.at("p", &format!("/n/{n}")), &pat.uri, "<p>canary</p>");
    inner["to"] = json!([group.uri, format!("{}/followers", group.uri)]);
    inner["cc"] = json!([]);
    inner["audience"] = json!(group.uri);
    let mut create = activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, inner);
    create["to"] = json!([group.uri, format!("{}/followers", group.uri)]);
    create
}

fn prove(world: &World, mut document: Value, by: &Somebody) -> Value {
    let at = world.federation.app.store.now().utc();
    proof::add_proof(&mut document, &by.ed25519, &format!("{}#ed25519-key", by.uri), at).unwrap();
    document
}

impl World {
    async fn announced(&self, by: &Somebody, object: Value) -> String {
        let id = format!("{}/announce/{}", by.uri, self.kept().await);
        self.tell(by, &activity("Announce", &id, &by.uri, object)).await;
        self.verdict(&id).await
    }

    async fn sees(&self, who: &Viewer, post: &Post) -> bool {
        queries::seen(&self.federation.app.store, who, post.id).await.unwrap().is_some()
    }

    async fn boosts(&self) -> i64 {
        sql!("SELECT COUNT(*) FROM posts WHERE boost_of_id IS NOT NULL").value(&self.federation.app.store).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn s051_an_announcement_of_what_is_not_public_shows_it_to_nobody_new() {
    let (world, group, [ada, bob]) = inside(Stage::Public).await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 0));
    let followers = format!("{}/followers", pat.uri);
    let tx = world.federation.app.store.begin().await.unwrap();
    let own = publish::publish(&tx, &ada, publish::Draft { audience: Audience::Followers, ..draft("canary") }).await.unwrap();
    tx.commit().await.unwrap();
    for (n, by) in [&group, &eve].into_iter().enumerate() {
        let n = n as u32 * 10;
        let unknown = letter(&world, &pat, n, &[&followers]);
        let known = letter(&world, &pat, n + 1, &[&followers]);
        world.tell(&pat, &activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, known.clone())).await;
        let proven = prove(&world, activity("Create", &world.peer.at("p", &format!("/b/{n}")), &pat.uri, known.clone()), &pat);
        for object in [unknown["id"].clone(), known["id"].clone(), proven, json!(format!("{HERE}{}", own.uri))] {
            assert_ne!(world.announced(by, object.clone()).await, "", "{object} by {}", by.uri);
        }
        for note in [&unknown, &known] {
            let Some(post) = world.post(note["id"].as_str().unwrap()).await else { continue };
            assert_eq!((post.audience, post.community_id), (Audience::Followers, None));
            for viewer in [Viewer::Stranger, Viewer::Account(ada.id), Viewer::Account(bob.id), Viewer::Host("e.localhost".into())] {
                assert!(!world.sees(&viewer, &post).await, "{viewer:?}");
            }
        }
    }
    assert_eq!(world.boosts().await, 0);
    assert!(!world.sees(&Viewer::Account(bob.id), &own).await && !world.sees(&Viewer::Stranger, &own).await);
}

#[tokio::test]
async fn s051_a_private_communitys_posts_are_announced_by_that_community_alone() {
    let (world, group, [ada, bob]) = inside(Stage::Federated).await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 0));
    let other = world.peer.actor("Group", "o", "pumps", 0);
    let create = prove(&world, for_members(&world, &group, &pat, 1), &pat);
    let uri = create["object"]["id"].clone();
    for by in [&eve, &other, &pat] {
        assert_ne!(world.announced(by, create.clone()).await, "");
        assert_ne!(world.announced(by, uri.clone()).await, "");
        assert!(world.post(uri.as_str().unwrap()).await.is_none(), "told by {}", by.uri);
    }
    assert_eq!(world.announced(&group, create.clone()).await, "");
    let post = world.post(uri.as_str().unwrap()).await.unwrap();
    assert_eq!(post.audience, Audience::Members);
    assert!(world.sees(&Viewer::Account(ada.id), &post).await);
    for viewer in [Viewer::Account(bob.id), Viewer::Stranger, Viewer::Host("g.localhost".into()), Viewer::Host("e.localhost".into())] {
        assert!(!world.sees(&viewer, &post).await, "{viewer:?}");
    }
    let boosts = world.boosts().await;
    for by in [&eve, &other] {
        assert_ne!(world.announced(by, uri.clone()).await, "");
    }
    assert_eq!(world.boosts().await, boosts, "what is known is boosted by nobody else either");
}

#[tokio::test]
async fn s052_an_update_that_adds_everyone_changes_words_and_no_audience() {
    let (world, group, [ada, bob]) = inside(Stage::Federated).await;
    let pat = world.peer.person("p", "pat", 0);
    let create = prove(&world, for_members(&world, &group, &pat, 1), &pat);
    assert_eq!(world.announced(&group, create.clone()).await, "");
    let uri = create["object"]["id"].as_str().unwrap();
    let wide = |n: u32| {
        let mut note = create["object"].clone();
        note["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
        note["cc"] = json!([format!("{HERE}/u/bob")]);
        note["tag"] = json!([{"type": "Mention", "href": format!("{HERE}/u/bob"), "name": "@bob"}]);
        note["content"] = json!(format!("<p>canary {n}</p>"));
        note["updated"] = json!(format!("2026-01-02T00:00:0{n}Z"));
        activity("Update", &world.peer.at("p", &format!("/u/{n}")), &pat.uri, note)
    };
    // straight from its author, and through the community
    world.tell(&pat, &wide(1)).await;
    world.announced(&group, prove(&world, wide(2), &pat)).await;
    let post = world.post(uri).await.unwrap();
    assert_eq!(post.audience, Audience::Members);
    for viewer in [Viewer::Account(bob.id), Viewer::Stranger, Viewer::Host("p.localhost".into())] {
        assert!(!world.sees(&viewer, &post).await, "{viewer:?}");
    }
    assert!(world.sees(&Viewer::Account(ada.id), &post).await);
    crate::server::worker::round(&world.federation, true).await.unwrap();
    let page = crate::base::page::Page::first(40);
    let told = crate::features::notifications::page(&world.federation.app.store, bob.id, crate::base::words::NotificationKind::ALL, page)
        .await
        .unwrap();
    assert!(told.is_empty(), "who is named there and is no member is told nothing");
}

#[tokio::test]
async fn s131_an_address_inside_a_private_community_gives_nobody_what_they_may_not_see() {
    let (world, group, [ada, bob]) = inside(Stage::Federated).await;
    let pat = world.peer.person("p", "pat", 0);
    let create = for_members(&world, &group, &pat, 1);
    // even a node that would show it: what is private comes through its community, and is fetched for nobody
    world.peer.serves(&create["object"]);
    let uri = create["object"]["id"].as_str().unwrap();
    let found = world.federation.app.network().unwrap().find_url(uri).await;
    assert!(found.is_err() && world.post(uri).await.is_none(), "{found:?}");
    assert_eq!(world.announced(&group, prove(&world, create.clone(), &pat)).await, "");
    let post = world.post(uri).await.unwrap();
    assert!(world.sees(&Viewer::Account(ada.id), &post).await && !world.sees(&Viewer::Account(bob.id), &post).await);
    // a partner that asks us for its copy, or to pass it on
    let eve = world.peer.person("e", "eve", 0);
    assert_eq!(world.look(&eve, &format!("/p/{}", post.id)).await.0, 404);
    assert_ne!(world.announced(&eve, json!(uri)).await, "");
    let told: i64 = sql!("SELECT COUNT(*) FROM log WHERE body LIKE '%canary%'").value(&world.federation.app.store).await.unwrap().unwrap();
    assert_eq!(told, 0, "nothing of it is passed on by us");
}

#[tokio::test]
async fn s140_a_communitys_node_alters_no_words_of_others_and_invents_none() {
    let (world, group, _) = inside(Stage::Federated).await;
    let pat = world.peer.person("p", "pat", 0);
    let honest = prove(&world, for_members(&world, &group, &pat, 1), &pat);
    let mut altered = honest.clone();
    altered["object"]["content"] = json!("<p>altered</p>");
    let invented = for_members(&world, &group, &pat, 2);
    let by_itself = prove(&world, for_members(&world, &group, &pat, 3), &group);
    for forged in [altered, invented, by_itself] {
        assert_ne!(world.announced(&group, forged.clone()).await, "", "{forged}");
        assert!(world.post(forged["object"]["id"].as_str().unwrap()).await.is_none());
    }
    assert_eq!(world.announced(&group, honest.clone()).await, "");
    assert_eq!(world.post(honest["object"]["id"].as_str().unwrap()).await.unwrap().content, "<p>canary</p>");
    let mut edit = honest["object"].clone();
    edit["content"] = json!("<p>put into pat's mouth</p>");
    edit["updated"] = json!("2026-01-02T00:00:00Z");
    let update = activity("Update", &world.peer.at("p", "/u/1"), &pat.uri, edit);
    for forged in [update.clone(), prove(&world, update, &group)] {
        assert_ne!(world.announced(&group, forged).await, "");
    }
    assert_eq!(world.post(honest["object"]["id"].as_str().unwrap()).await.unwrap().content, "<p>canary</p>");
}
