//! What activities do here, and what they may not: S34 to S37, S45, S46, R14; and order.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    base::words::{JoinRule, Level, Stage},
    features::{communities, memberships, relationships},
    federation::process,
};
use serde_json::{Value, json};

async fn world() -> (World, Somebody) {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    (world, pat)
}

#[tokio::test]
async fn ap049_ap050_ap052_ap060_ap063_a_create_becomes_a_post_with_its_edits_likes_and_end() {
    let (world, pat) = world().await;
    let (id, at) = (world.peer.at("p", "/n/1"), |n: &str| world.peer.at("p", &format!("/a/{n}")));
    world.tell(&pat, &activity("Create", &at("1"), &pat.uri, note(&id, &pat.uri, "<p>one</p>"))).await;
    assert_eq!(world.post(&id).await.unwrap().content, "<p>one</p>");
    world.tell(&pat, &activity("Like", &at("2"), &pat.uri, json!(id))).await;
    assert_eq!(world.post(&id).await.unwrap().favourites_count, 1);
    let like = json!({"type": "Like", "id": at("2"), "actor": pat.uri, "object": id});
    world.tell(&pat, &activity("Undo", &at("3"), &pat.uri, like)).await;
    assert_eq!(world.post(&id).await.unwrap().favourites_count, 0);
    let mut edited = note(&id, &pat.uri, "<p>two</p>");
    edited["updated"] = json!("2026-02-01T00:00:00Z");
    world.tell(&pat, &activity("Update", &at("4"), &pat.uri, edited)).await;
    assert_eq!(world.post(&id).await.unwrap().content, "<p>two</p>");
    world.tell(&pat, &activity("Delete", &at("5"), &pat.uri, json!({"type": "Tombstone", "id": id}))).await;
    assert!(world.post(&id).await.unwrap().deleted_at.is_some());
}

#[tokio::test]
async fn ap054_ap063_a_follow_is_kept_and_taken_back() {
    let (world, pat) = world().await;
    let ada = world.person("ada").await;
    let follow = activity("Follow", &world.peer.at("p", "/f/1"), &pat.uri, json!(format!("{HERE}/u/ada")));
    world.tell(&pat, &follow).await;
    let store = &world.federation.app.store;
    let follower = world.account(&pat.uri).await.unwrap();
    assert!(relationships::queries::find(store, follower.id, ada.id).await.unwrap().is_some());
    world.tell(&pat, &activity("Undo", &world.peer.at("p", "/u/1"), &pat.uri, follow)).await;
    assert!(relationships::queries::find(store, follower.id, ada.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_follow_of_a_public_community_is_accepted_even_where_asking_gives_no_seat() {
    let (world, pat) = world().await;
    let ada = world.person("ada").await;
    let store = &world.federation.app.store;
    let founding = communities::Founding {
        name: "valves".into(),
        title: "Valves".into(),
        purpose: "Valves.".into(),
        stage: Stage::Public,
        join_rule: JoinRule::Invite,
        question: String::new(),
        least_level: Level::Plain,
        keys: world.federation.app.new_keys().await.unwrap(),
    };
    let tx = store.begin().await.unwrap();
    let (group, _) = communities::found(&tx, &ada, founding).await.unwrap();
    tx.commit().await.unwrap();
    let id = world.peer.at("p", "/f/1");
    world.tell(&pat, &activity("Follow", &id, &pat.uri, json!(format!("{HERE}/c/valves")))).await;
    let follower = world.account(&pat.uri).await.unwrap();
    let follow = relationships::queries::find(store, follower.id, group.id).await.unwrap().unwrap();
    assert_eq!((follow.state.word(), world.verdict(&id).await.as_str()), ("accepted", ""));
    assert!(memberships::queries::seats_of(store, follower.id, &[group.id]).await.unwrap().is_empty());
}

#[tokio::test]
async fn ap063_ap064_a_block_ends_follows_both_ways_until_it_is_taken_back() {
    let (world, pat) = world().await;
    let ada = world.person("ada").await;
    let store = &world.federation.app.store;
    world.tell(&pat, &activity("Follow", &world.peer.at("p", "/f/1"), &pat.uri, json!(format!("{HERE}/u/ada")))).await;
    let blocker = world.account(&pat.uri).await.unwrap();
    let options = relationships::FollowOptions { show_boosts: true, notify: false };
    let tx = store.begin().await.unwrap();
    relationships::follow(&tx, &ada, &blocker, options, None).await.unwrap();
    tx.commit().await.unwrap();
    let block = activity("Block", &world.peer.at("p", "/b/1"), &pat.uri, json!(format!("{HERE}/u/ada")));
    world.tell(&pat, &block).await;
    for (follower, target) in [(blocker.id, ada.id), (ada.id, blocker.id)] {
        assert!(relationships::queries::find(store, follower, target).await.unwrap().is_none());
    }
    assert!(relationships::queries::is_blocked_either_way(store, ada.id, blocker.id).await.unwrap());
    world.tell(&pat, &activity("Undo", &world.peer.at("p", "/u/1"), &pat.uri, block)).await;
    assert!(!relationships::queries::is_blocked_either_way(store, ada.id, blocker.id).await.unwrap());
}

#[tokio::test]
async fn s034_nobody_ends_a_post_for_a_few_by_pointing_at_what_its_origin_hides() {
    let (world, pat) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let (hidden, public) = (world.peer.at("p", "/n/1"), world.peer.at("p", "/n/2"));
    let mut letter = note(&hidden, &pat.uri, "<p>for a few</p>");
    letter["to"] = json!([format!("{}/followers", pat.uri)]);
    for (n, note) in [letter, note(&public, &pat.uri, "<p>for all</p>")].into_iter().enumerate() {
        world.tell(&pat, &activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, note)).await;
    }
    // neither is served: 404
    for (n, id) in [&hidden, &public].into_iter().enumerate() {
        world.tell(&eve, &activity("Update", &world.peer.at("e", &format!("/x/{n}")), &eve.uri, json!(id))).await;
    }
    assert!(world.post(&hidden).await.unwrap().deleted_at.is_none());
    assert!(world.post(&public).await.unwrap().deleted_at.is_some(), "what was public is over");
}

#[tokio::test]
async fn s034_s035_ap051_ap052_nobody_changes_or_deletes_what_another_wrote() {
    let (world, pat) = world().await;
    let id = world.peer.at("p", "/n/1");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&id, &pat.uri, "<p>mine</p>"))).await;
    world.peer.serves(&note(&id, &pat.uri, "<p>mine</p>"));
    for (n, eve) in [world.peer.person("e", "eve", 1), world.peer.person("p", "pia", 1)].iter().enumerate() {
        let host = if n == 0 { "e" } else { "p" };
        let mut forged = note(&id, &pat.uri, "<p>forged</p>");
        forged["updated"] = json!("2026-03-01T00:00:00Z");
        for (kind, object) in [
            ("Update", forged),
            ("Delete", json!(id)),
            ("Delete", json!(pat.uri)),
            ("Undo", json!({"type": "Create", "id": world.peer.at("p", "/a/1"), "actor": pat.uri})),
        ] {
            let at = world.peer.at(host, &format!("/x/{kind}{n}/{}", object.is_string()));
            world.tell(eve, &activity(kind, &at, &eve.uri, object)).await;
        }
    }
    let post = world.post(&id).await.unwrap();
    assert_eq!((post.content.as_str(), post.deleted_at), ("<p>mine</p>", None));
    assert!(world.account(&pat.uri).await.unwrap().gone_at.is_none());
}

#[tokio::test]
async fn s036_nobody_else_writes_on_this_server() {
    let (world, pat) = world().await;
    let at = world.peer.at("p", "/a/1");
    world.tell(&pat, &activity("Create", &at, &pat.uri, note(&format!("{HERE}/p/1"), &pat.uri, "ours?"))).await;
    assert!(world.post("/p/1").await.is_none() && !world.verdict(&at).await.is_empty());
}

#[tokio::test]
async fn s037_ap008_an_embedded_post_of_another_origin_is_fetched_or_dropped() {
    let (world, pat) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let id = world.peer.at("p", "/n/1");
    world.tell(&eve, &activity("Create", &world.peer.at("e", "/a/1"), &eve.uri, note(&id, &pat.uri, "forged"))).await;
    assert!(world.post(&id).await.is_none());
    world.peer.serves(&note(&id, &pat.uri, "<p>real</p>"));
    world.tell(&eve, &activity("Announce", &world.peer.at("e", "/a/2"), &eve.uri, note(&id, &pat.uri, "forged"))).await;
    assert_eq!(world.post(&id).await.unwrap().content, "<p>real</p>");
}

#[tokio::test]
async fn s045_s046_ap056_ap057_only_the_one_who_was_asked_answers_an_ask() {
    let (world, pat) = world().await;
    let ada = world.person("ada").await;
    let eve = world.peer.person("e", "eve", 1);
    // both become known
    for (somebody, host) in [(&pat, "p"), (&eve, "e")] {
        world
            .tell(
                somebody,
                &activity("Create", &world.peer.at(host, "/a/1"), &somebody.uri, note(&world.peer.at(host, "/n/1"), &somebody.uri, "hi")),
            )
            .await;
    }
    let target = world.account(&pat.uri).await.unwrap();
    let follow =
        |target: &str| json!({"type": "Follow", "id": format!("{HERE}/activities/1"), "actor": format!("{HERE}/u/ada"), "object": target});
    let store = &world.federation.app.store;
    // never asked
    world.tell(&eve, &activity("Accept", &world.peer.at("e", "/a/2"), &eve.uri, follow(&eve.uri))).await;
    let options = relationships::FollowOptions { show_boosts: true, notify: false };
    let tx = store.begin().await.unwrap();
    relationships::follow(&tx, &ada, &target, options, None).await.unwrap();
    tx.commit().await.unwrap();
    // somebody else's to give
    world.tell(&eve, &activity("Accept", &world.peer.at("e", "/a/3"), &eve.uri, follow(&pat.uri))).await;
    let state = || async { relationships::queries::find(store, ada.id, target.id).await.unwrap().unwrap().state.word() };
    assert_eq!(state().await, "requested");
    let stranger = world.account(&eve.uri).await.unwrap();
    assert!(relationships::queries::find(store, ada.id, stranger.id).await.unwrap().is_none());
    world.tell(&pat, &activity("Accept", &world.peer.at("p", "/a/4"), &pat.uri, follow(&pat.uri))).await;
    assert_eq!(state().await, "accepted");
}

#[tokio::test]
async fn r14_whatever_the_order_deleted_stays_deleted_and_the_newest_words_win() {
    let (world, pat) = world().await;
    for (n, order) in [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [1, 3, 0, 2]].into_iter().enumerate() {
        for with_end in [true, false] {
            let id = world.peer.at("p", &format!("/n/{n}{with_end}"));
            let at = |step: usize| world.peer.at("p", &format!("/a/{n}{with_end}{step}"));
            let reworded = |words: &str, time: &str| {
                let mut note = note(&id, &pat.uri, words);
                note["updated"] = json!(time);
                note
            };
            let last = if with_end {
                activity("Delete", &at(3), &pat.uri, json!(id))
            } else {
                activity("Update", &at(3), &pat.uri, reworded("<p>3</p>", "2026-02-03T00:00:00Z"))
            };
            let steps: [Value; 4] = [
                activity("Create", &at(0), &pat.uri, note(&id, &pat.uri, "<p>0</p>")),
                activity("Update", &at(1), &pat.uri, reworded("<p>1</p>", "2026-02-01T00:00:00Z")),
                activity("Update", &at(2), &pat.uri, reworded("<p>2</p>", "2026-02-02T00:00:00Z")),
                last,
            ];
            for step in order {
                assert_eq!(world.deliver(&pat, &steps[step]).await, 202);
                assert_eq!(world.deliver(&pat, &steps[step]).await, 202);
            }
            process::drain(&world.federation).await.unwrap();
            let post = world.post(&id).await;
            if with_end {
                assert!(post.is_none_or(|post| post.deleted_at.is_some()), "{order:?}");
            } else {
                assert_eq!(post.unwrap().content, "<p>3</p>", "{order:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_host_that_does_not_answer_holds_up_nobody_else() {
    let (world, pat) = world().await;
    let slow = world.peer.at("p", "/n/broken");
    world.peer.says(&slow, 500, "text/plain", &json!("no"));
    let (announce, create) = (world.peer.at("p", "/a/1"), world.peer.at("p", "/a/2"));
    assert_eq!(world.deliver(&pat, &activity("Announce", &announce, &pat.uri, json!(slow))).await, 202);
    let id = world.peer.at("p", "/n/2");
    assert_eq!(world.deliver(&pat, &activity("Create", &create, &pat.uri, note(&id, &pat.uri, "hi"))).await, 202);
    process::drain(&world.federation).await.unwrap();
    assert!(world.post(&id).await.is_some());
    let waiting = crate::store::inbox::count(&world.federation.app.store).await.unwrap();
    assert_eq!(waiting, 1, "the announcement is tried again later");
}
