//! What was missed and is fetched later: histories, threads, what is answered; and the bounds of all that (S67 to S69, S119).

use super::{
    peer::Somebody,
    world::{World, activity, note},
};
use crate::{
    base::{
        proof,
        words::{Audience, FollowState, JoinRule, Missing, SeatStatus, Stage},
    },
    features::{
        backfills,
        communities::{self, RemoteFacts, seats},
    },
    federation::backfill,
    sql,
    store::{
        Insert,
        tables::{Account, Backfill, Seat},
    },
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// ada is in a community at g.
async fn member(stage: Stage) -> (World, Somebody, Account, Account) {
    let world = World::new().await;
    let group = world.peer.actor("Group", "g", "valves", 1);
    let ada = world.person("ada").await;
    world.federation.app.network().unwrap().find_url(&group.uri).await.unwrap();
    let account = world.account(&group.uri).await.unwrap();
    let tx = world.federation.app.begin().await.unwrap();
    let facts = RemoteFacts { purpose: "Valves.".into(), stage, join_rule: JoinRule::Open, question: String::new(), members_count: 1 };
    communities::keep_remote(&tx, account.id, &facts).await.unwrap();
    let seat = seats::fresh(&tx, account.id, ada.id, SeatStatus::Active);
    seats::keep(&tx, Seat { asked_at: tx.now, ..seat }, false).await.unwrap();
    let follow = Insert::into("follows").set("id", tx.id()).set("follower_id", ada.id).set("target_id", account.id);
    follow.set("state", FollowState::Accepted).set("uri", "/activities/1").set("created_at", tx.now).run(&tx).await.unwrap();
    backfill::want_history(&world.federation, &tx, account.id).await.unwrap();
    tx.commit().await.unwrap();
    (world, group, account, ada)
}

/// The Announce by the group of a Create by `author`, for its members or for everyone; `signed`: with the author's proof.
fn item(world: &World, (group, author): (&Somebody, &Somebody), nth: u32, (stage, signed): (Stage, bool)) -> Value {
    let host = author.uri.strip_prefix("http://").unwrap().split('.').next().unwrap();
    let mut note = note(&world.peer.at(host, &format!("/n/{nth}")), &author.uri, &format!("<p>number {nth}</p>"));
    let to = if stage == Stage::Public { json!([PUBLIC, group.uri]) } else { json!([group.uri, format!("{}/followers", group.uri)]) };
    note["to"] = to.clone();
    note["audience"] = json!(group.uri);
    note["published"] = json!(format!("2026-01-{:02}T00:00:00Z", nth % 28 + 1));
    note["tag"] = json!([{"type": "Mention", "href": "http://acme.localhost:1/u/ada", "name": "@ada"}]);
    let mut create = activity("Create", &world.peer.at(host, &format!("/create/{nth}")), &author.uri, note);
    create["to"] = to;
    if signed {
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        proof::add_proof(&mut create, &author.ed25519, &format!("{}#ed25519-key", author.uri), at).unwrap();
    }
    activity("Announce", &world.peer.at("g", &format!("/announce/{nth}")), &group.uri, create)
}

/// The group's outbox, of these pages, each a list of items.
fn outbox(world: &World, group: &Somebody, pages: &[Vec<Value>]) {
    let id = format!("{}/outbox", group.uri);
    let at = |n: usize| format!("{id}?page={n}");
    world.peer.serves(&json!({"type": "OrderedCollection", "id": id, "totalItems": 9, "first": at(0)}));
    for (n, items) in pages.iter().enumerate() {
        let mut page = json!({"type": "OrderedCollectionPage", "id": at(n), "partOf": id, "orderedItems": items});
        if n + 1 < pages.len() {
            page["next"] = json!(at(n + 1));
        }
        world.peer.serves(&page);
    }
}

async fn row(world: &World, kind: Missing, subject: &str) -> Backfill {
    backfills::find(&world.federation.app.store, kind, subject).await.unwrap().expect("it was wanted")
}

async fn count(world: &World, what: &str) -> i64 {
    sql!(format!("SELECT COUNT(*) FROM {what}")).value(&world.federation.app.store).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_history_of_a_private_community_comes_through_its_node_alone_and_is_no_news() {
    let (world, group, account, _) = member(Stage::Federated).await;
    let (gus, pat) = (world.peer.person("g", "gus", 0), world.peer.person("p", "pat", 0));
    let eve = world.peer.person("e", "eve", 1);
    let of = |by: &Somebody, nth, signed| item(&world, (&group, by), nth, (Stage::Federated, signed));
    let mut answer = of(&pat, 5, false);
    answer["object"]["object"]["inReplyTo"] = json!(world.peer.at("p", "/n/2"));
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    proof::add_proof(&mut answer["object"], &pat.ed25519, &format!("{}#ed25519-key", pat.uri), at).unwrap();
    let mut forged = of(&eve, 4, true);
    forged["object"]["object"]["content"] = json!("<p>not what eve signed</p>");
    let by_id = activity("Announce", &world.peer.at("g", "/announce/9"), &group.uri, json!(world.peer.at("q", "/n/9")));
    let another = activity("Announce", &world.peer.at("e", "/announce/8"), &eve.uri, json!(world.peer.at("p", "/n/2")));
    let newest = vec![answer, of(&gus, 3, false), forged, of(&eve, 7, false)];
    outbox(&world, &group, &[newest, vec![of(&pat, 2, true), by_id, another, json!("x"), Value::Null]]);
    backfill::drain(&world.federation).await.unwrap();
    for (host, nth, is_there) in [("p", 5, true), ("g", 3, true), ("p", 2, true), ("e", 4, false), ("e", 7, false)] {
        let post = world.post(&world.peer.at(host, &format!("/n/{nth}"))).await;
        assert_eq!(post.is_some(), is_there, "{host} {nth}");
        if let Some(post) = post {
            assert_eq!((post.audience, post.community_id, post.pending), (Audience::Members, Some(account.id), false), "{host} {nth}");
        }
    }
    let (top, answer) = (world.post(&world.peer.at("p", "/n/2")).await.unwrap(), world.post(&world.peer.at("p", "/n/5")).await.unwrap());
    assert_eq!(answer.in_reply_to_id, Some(top.id), "also when the answer came first");
    assert_eq!(world.peer.asked_for("/n/"), 0, "nobody but the community's node is asked for its posts");
    assert_eq!((count(&world, "notifications").await, count(&world, "events").await), (0, 0));
    let home: Vec<String> =
        sql!("SELECT o.uri FROM home h JOIN posts b ON b.id = h.entry_id JOIN posts o ON o.id = b.boost_of_id ORDER BY h.entry_id")
            .column(&world.federation.app.store)
            .await
            .unwrap();
    assert_eq!(home, [world.peer.at("p", "/n/2"), world.peer.at("g", "/n/3")], "in the order of their own times");
    assert!(row(&world, Missing::History, &group.uri).await.done_at.is_some());
}

#[tokio::test]
async fn of_a_public_community_what_has_no_proof_is_taken_from_its_origin() {
    let (world, group, account, _) = member(Stage::Public).await;
    let (pat, gus) = (world.peer.person("p", "pat", 0), world.peer.person("g", "gus", 0));
    let mut told = item(&world, (&group, &pat), 1, (Stage::Public, false));
    world.peer.serves(&told["object"]["object"].clone());
    told["object"]["object"]["content"] = json!("<p>as the group has it</p>");
    let by_id = item(&world, (&group, &pat), 2, (Stage::Public, false))["object"]["object"].clone();
    world.peer.serves(&by_id);
    let announce = activity("Announce", &world.peer.at("g", "/announce/2"), &group.uri, by_id["id"].clone());
    let own = item(&world, (&group, &gus), 3, (Stage::Public, false));
    outbox(&world, &group, &[vec![own, announce, told]]);
    backfill::drain(&world.federation).await.unwrap();
    for (host, nth) in [("p", 1), ("p", 2), ("g", 3)] {
        let post = world.post(&world.peer.at(host, &format!("/n/{nth}"))).await.expect("it is here");
        assert_eq!((post.content, post.community_id), (format!("<p>number {nth}</p>"), Some(account.id)));
    }
    assert_eq!(
        world.peer.asked_for("g.localhost"),
        5,
        "the group twice, its outbox and a page of it, gus: what stands on his own server is his word"
    );
}

#[tokio::test]
async fn what_was_broken_off_goes_on_where_it_was_and_reads_nothing_twice() {
    let (world, group, _, _) = member(Stage::Federated).await;
    let gus = world.peer.person("g", "gus", 0);
    let page = |from: u32| (from..from + 3).map(|nth| item(&world, (&group, &gus), nth, (Stage::Federated, false))).collect::<Vec<_>>();
    outbox(&world, &group, &[page(20), page(10), page(1)]);
    let second = format!("{}/outbox?page=1", group.uri);
    world.peer.says(&second, 503, "text/plain", &json!("busy"));
    backfill::drain(&world.federation).await.unwrap();
    let waiting = row(&world, Missing::History, &group.uri).await;
    assert_eq!((waiting.posts, waiting.done_at, waiting.rest), (3, None, json!([second]).to_string()));
    assert_eq!(count(&world, "posts WHERE boost_of_id IS NULL").await, 3);
    outbox(&world, &group, &[page(20), page(10), page(1)]);
    world.federation.app.store.clock.advance(3_600_000);
    backfill::drain(&world.federation).await.unwrap();
    assert_eq!(count(&world, "posts WHERE boost_of_id IS NULL").await, 9);
    assert_eq!((world.peer.asked_for("outbox?page=0"), world.peer.asked_for("outbox?page=2")), (1, 1));
    assert!(row(&world, Missing::History, &group.uri).await.done_at.is_some());
}

#[tokio::test]
async fn s069_a_history_without_end_ends() {
    let (world, group, _, _) = member(Stage::Federated).await;
    let id = format!("{}/outbox", group.uri);
    world.peer.serves(&json!({"type": "OrderedCollection", "id": id, "first": format!("{id}?page=0")}));
    for (n, next) in [(0, 1), (1, 0)] {
        let items: Vec<Value> = (0..90).map(|_| json!({"type": "Announce", "id": "x"})).collect();
        let page = json!({"type": "OrderedCollectionPage", "id": format!("{id}?page={n}"), "orderedItems": items, "next": format!("{id}?page={next}")});
        world.peer.serves(&page);
    }
    backfill::drain(&world.federation).await.unwrap();
    assert!(row(&world, Missing::History, &group.uri).await.done_at.is_some());
    let asked = world.peer.asked_for("outbox");
    assert!((10..=31).contains(&asked), "{asked}");
}

#[tokio::test]
async fn a_history_is_read_up_to_the_number_of_posts_that_is_set_and_not_at_all_where_that_is_none() {
    let (world, group, account, _) = member(Stage::Federated).await;
    let gus = world.peer.person("g", "gus", 0);
    let pages: Vec<Vec<Value>> =
        (0..5).map(|page| (0..60).map(|n| item(&world, (&group, &gus), page * 60 + n, (Stage::Federated, false))).collect()).collect();
    outbox(&world, &group, &pages);
    backfill::drain(&world.federation).await.unwrap();
    assert_eq!(count(&world, "posts WHERE boost_of_id IS NULL").await, 240, "whole pages until there are 200");
    let none = World::with(|config| config.federation.history_posts = 0).await;
    let tx = none.federation.app.begin().await.unwrap();
    backfill::want_history(&none.federation, &tx, account.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&none, "backfills").await, 0);
}

#[tokio::test]
async fn a_community_in_which_nobody_is_any_more_is_not_asked() {
    let (world, group, account, _) = member(Stage::Federated).await;
    let tx = world.federation.app.begin().await.unwrap();
    sql!("UPDATE seats SET status = {} WHERE community_id = {}", SeatStatus::Ended, account.id).run(&tx).await.unwrap();
    sql!("DELETE FROM follows").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let before = world.peer.asked_for("g.localhost");
    backfill::drain(&world.federation).await.unwrap();
    assert_eq!(world.peer.asked_for("g.localhost"), before);
    assert!(row(&world, Missing::History, &group.uri).await.done_at.is_some());
}

#[tokio::test]
async fn nothing_missed_is_fetched_while_the_node_federates_with_nobody_whatever_the_setting_says() {
    let (world, group, _, _) = member(Stage::Public).await;
    outbox(&world, &group, &[vec![]]);
    let app = &world.federation.app;
    let shutdown = CancellationToken::new();
    let asked = || world.peer.asked_for("/outbox");
    app.change_mode("off").await.unwrap();
    let filling = tokio::spawn(backfill::run(world.federation.clone(), shutdown.clone()));
    world.federation.missed.notify_one();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((asked(), row(&world, Missing::History, &group.uri).await.attempts), (0, 0), "asked while off");
    app.change_mode("open").await.unwrap();
    world.federation.missed.notify_one();
    let done = async || row(&world, Missing::History, &group.uri).await.done_at.is_some();
    for _ in 0..400 {
        if done().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(done().await && asked() > 0, "nothing is fetched once it may be");
    shutdown.cancel();
    filling.await.unwrap();
}
