//! Emoji, votes against, polls, pins, moves, quotes and letters, as other software sends them, through the whole inbox.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    features::{
        polls,
        posts::{
            pins,
            queries::{self, Viewer},
        },
        reactions::emoji,
        relationships,
    },
    federation::backfill,
    store::tables::Post,
};
use serde_json::{Value, json};

/// A world with pat, and a public post of pat's.
async fn world() -> (World, Somebody, String) {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let id = world.peer.at("p", "/n/1");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&id, &pat.uri, "<p>one</p>"))).await;
    (world, pat, id)
}

async fn post(world: &World, id: &str) -> Post {
    world.post(id).await.unwrap()
}

#[tokio::test]
async fn an_emoji_comes_and_goes_and_so_does_a_dislike() {
    let (world, pat, id) = world().await;
    let at = |n: u32| world.peer.at("p", &format!("/r/{n}"));
    let react = |kind: &str, n: u32, content: &str| json!({"type": kind, "id": at(n), "actor": pat.uri, "object": id, "content": content});
    world.tell(&pat, &react("EmojiReact", 1, "🔥")).await;
    world.tell(&pat, &react("Like", 2, "🎉")).await;
    let now = post(&world, &id).await;
    assert_eq!((now.reactions_count, now.favourites_count), (2, 0));
    world.tell(&pat, &activity("Undo", &at(3), &pat.uri, react("EmojiReact", 1, "🔥"))).await;
    world.tell(&pat, &activity("Undo", &at(4), &pat.uri, json!(at(2)))).await;
    assert_eq!(post(&world, &id).await.reactions_count, 0);

    world.tell(&pat, &json!({"type": "Like", "id": at(5), "actor": pat.uri, "object": id})).await;
    world.tell(&pat, &json!({"type": "Dislike", "id": at(6), "actor": pat.uri, "object": id})).await;
    let now = post(&world, &id).await;
    assert_eq!((now.reactions_count, now.favourites_count), (1, 0), "one vote each");
    let tallies = emoji::tallies(&world.federation.app.store, &[now.id], None).await.unwrap();
    assert_eq!(tallies[0].emoji, emoji::DISLIKE);
    let dislike = json!({"type": "Dislike", "id": at(6), "actor": pat.uri, "object": id});
    world.tell(&pat, &activity("Undo", &at(7), &pat.uri, dislike)).await;
    assert_eq!(post(&world, &id).await.reactions_count, 0);
}

#[tokio::test]
async fn a_poll_is_read_its_figures_rise_and_a_vote_is_no_post() {
    let (world, pat, _) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let id = world.peer.at("p", "/q/1");
    let question = |votes: u32| {
        let mut question = note(&id, &pat.uri, "<p>which?</p>");
        question["type"] = json!("Question");
        question["endTime"] = json!("2036-01-01T00:00:00Z");
        question["votersCount"] = json!(votes);
        question["oneOf"] =
            json!([{"type": "Note", "name": "a", "replies": {"type": "Collection", "totalItems": votes}}, {"type": "Note", "name": "b"}]);
        question
    };
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/2"), &pat.uri, question(1))).await;
    world.tell(&pat, &activity("Update", &world.peer.at("p", "/a/3"), &pat.uri, question(7))).await;
    let store = &world.federation.app.store;
    let asked = post(&world, &id).await;
    let poll = polls::by_post(store, asked.id).await.unwrap().unwrap();
    assert_eq!((poll.options()[0].votes, poll.voters_count, asked.edited_at), (7, Some(7), None));
    let vote =
        json!({"type": "Note", "id": world.peer.at("e", "/v/1"), "attributedTo": eve.uri, "name": "a", "inReplyTo": id, "to": [pat.uri]});
    let told = world.peer.at("e", "/a/1");
    world.tell(&eve, &activity("Create", &told, &eve.uri, vote)).await;
    assert!(world.post(&world.peer.at("e", "/v/1")).await.is_none() && !world.verdict(&told).await.is_empty());
}

#[tokio::test]
async fn s034_ap059_a_profile_is_headed_by_its_owner_alone() {
    let (world, pat, id) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let document: Value = json!({"type": "Person", "id": pat.uri, "preferredUsername": "pat", "inbox": format!("{}/inbox", pat.uri), "featured": format!("{}/featured", pat.uri),
        "publicKey": {"id": pat.key_id, "owner": pat.uri, "publicKeyPem": pat.rsa.public().unwrap().to_pem().unwrap()}});
    world.tell(&pat, &activity("Update", &world.peer.at("p", "/a/2"), &pat.uri, document)).await;
    let pin = |kind: &str, n: u32, by: &Somebody, host: &str| {
        let mut add = activity(kind, &world.peer.at(host, &format!("/x/{n}")), &by.uri, json!(id));
        add["target"] = json!(format!("{}/featured", pat.uri));
        add
    };
    let store = &world.federation.app.store;
    let owner = world.account(&pat.uri).await.unwrap();
    let pinned = async || pins::of(store, &Viewer::Stranger, owner.id).await.unwrap().len();
    world.tell(&eve, &pin("Add", 1, &eve, "e")).await;
    assert_eq!(pinned().await, 0);
    world.tell(&pat, &pin("Add", 2, &pat, "p")).await;
    assert_eq!(pinned().await, 1);
    world.tell(&eve, &pin("Remove", 3, &eve, "e")).await;
    assert_eq!(pinned().await, 1);
    world.tell(&pat, &pin("Remove", 4, &pat, "p")).await;
    assert_eq!(pinned().await, 0);
}

#[tokio::test]
async fn s045_followers_go_along_only_where_the_new_account_agrees() {
    let (world, pat, _) = world().await;
    let new = world.peer.person("q", "pat", 1);
    let ada = world.person("ada").await;
    let store = &world.federation.app.store;
    let former = world.account(&pat.uri).await.unwrap();
    let tx = store.begin().await.unwrap();
    relationships::follow(&tx, &ada, &former, relationships::FollowOptions::default(), None).await.unwrap();
    relationships::accept(&tx, ada.id, former.id).await.unwrap();
    tx.commit().await.unwrap();
    let moves = |n: u32| {
        let mut moves = activity("Move", &world.peer.at("p", &format!("/m/{n}")), &pat.uri, json!(pat.uri));
        moves["target"] = json!(new.uri);
        moves
    };
    world.tell(&pat, &moves(1)).await;
    assert!(relationships::queries::find(store, ada.id, former.id).await.unwrap().is_some(), "the new account says nothing of it");
    world.peer.serves(&json!({"type": "Person", "id": new.uri, "preferredUsername": "pat", "inbox": format!("{}/inbox", new.uri), "alsoKnownAs": [pat.uri]}));
    world.tell(&pat, &moves(2)).await;
    let target = world.account(&new.uri).await.unwrap();
    assert!(relationships::queries::find(store, ada.id, former.id).await.unwrap().is_none());
    assert!(relationships::queries::find(store, ada.id, target.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_letter_is_read_by_whom_it_is_addressed_to_though_it_names_nobody() {
    let (world, pat, _) = world().await;
    let (ada, bea) = (world.person("ada").await, world.person("bea").await);
    for (n, kind) in ["Note", "ChatMessage"].into_iter().enumerate() {
        let id = world.peer.at("p", &format!("/dm/{n}"));
        let mut letter = note(&id, &pat.uri, "<p>for you</p>");
        letter["type"] = json!(kind);
        letter["to"] = json!([format!("{HERE}/u/ada")]);
        letter["cc"] = json!([]);
        world.tell(&pat, &activity("Create", &world.peer.at("p", &format!("/dm/{n}/a")), &pat.uri, letter)).await;
        let kept = post(&world, &id).await;
        let store = &world.federation.app.store;
        assert!(queries::seen(store, &Viewer::Account(ada.id), kept.id).await.unwrap().is_some(), "{kind}");
        assert!(queries::seen(store, &Viewer::Account(bea.id), kept.id).await.unwrap().is_none(), "{kind}");
    }
}

#[tokio::test]
async fn fep_e232_what_is_quoted_is_fetched_and_for_few_it_is_not() {
    let (world, pat, _) = world().await;
    let quin = world.peer.person("q", "quin", 1);
    for (n, everybody) in [(1, true), (2, false)] {
        let quoted = world.peer.at("q", &format!("/n/{n}"));
        world.peer.serves(&note(&quoted, &quin.uri, "<p>said before</p>"));
        let mut quoting = note(&world.peer.at("p", &format!("/quoting/{n}")), &pat.uri, "<p>look</p>");
        quoting["quoteUrl"] = json!(quoted);
        if !everybody {
            quoting["to"] = json!([format!("{}/followers", pat.uri)]);
        }
        world.tell(&pat, &activity("Create", &world.peer.at("p", &format!("/quoting/{n}/a")), &pat.uri, quoting)).await;
        backfill::drain(&world.federation).await.unwrap();
        assert_eq!(world.post(&quoted).await.is_some(), everybody);
        let kept = post(&world, &world.peer.at("p", &format!("/quoting/{n}"))).await;
        assert!(kept.quote_uri == quoted && kept.content.contains("quote-inline"), "{}", kept.content);
    }
    assert_eq!(world.peer.asked_for("/n/2"), 0);
}
