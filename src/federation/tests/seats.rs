//! Seats over the real inbox: whose word counts about whose seat (S114 to S116), and drift.

use super::{
    peer::Somebody,
    world::{HERE, World, activity},
};
use crate::{
    base::{
        proof,
        words::{JoinRule, Level, SeatStatus, Stage},
    },
    features::{
        communities::{self, RemoteFacts, seats},
        relationships,
    },
    federation::{drift, process},
    sql,
    store::tables::{Account, Seat},
};
use serde_json::{Value, json};
use std::time::Duration;

/// A community at p, known here, in which ada asked for a seat.
async fn asked(stage: Stage) -> (World, Somebody, Account) {
    let world = World::new().await;
    let group = world.peer.actor("Group", "p", "valves", 0);
    let ada = world.person("ada").await;
    world.federation.app.network().unwrap().find_url(&group.uri).await.unwrap();
    let account = world.account(&group.uri).await.unwrap();
    let store = &world.federation.app.store;
    let tx = store.begin().await.unwrap();
    let facts = RemoteFacts { purpose: "Valves.".into(), stage, join_rule: JoinRule::Ask, question: String::new(), members_count: 1 };
    communities::keep_remote(&tx, account.id, &facts).await.unwrap();
    let seat = seats::fresh(&tx, account.id, ada.id, SeatStatus::Requested);
    seats::keep(&tx, Seat { asked_at: tx.now, ..seat }, false).await.unwrap();
    tx.commit().await.unwrap();
    (world, group, ada)
}

fn record(world: &World, group: &str, of: &str, rev: i64) -> Value {
    let now = world.federation.app.store.now();
    json!({"@context": "https://www.w3.org/ns/activitystreams", "type": "Member", "id": format!("{group}/seats/9"), "actor": of,
        "object": group, "role": "member", "status": "active", "stakeholder": "supplier", "rev": rev, "askedAt": now, "historyFrom": now})
}

fn prove(world: &World, document: &mut Value, by: &Somebody) {
    let at = world.federation.app.store.now().utc();
    proof::add_proof(document, &by.ed25519, &format!("{}#ed25519-key", by.uri), at).unwrap();
}

async fn seat(world: &World, group: &str, of: &Account) -> Seat {
    let group = world.account(group).await.unwrap();
    seats::seat(&world.federation.app.store, group.id, of.id).await.unwrap().unwrap()
}

fn far(world: &World) -> i64 {
    world.federation.app.store.now().0 + 1000
}

#[tokio::test]
async fn s114_s116_forged_records_are_refused_and_leave_no_trace() {
    let (world, group, ada) = asked(Stage::Federated).await;
    let before = seat(&world, &group.uri, &ada).await;
    let eve = world.peer.actor("Group", "e", "valves", 1);
    let pia = world.peer.person("p", "pia", 1);
    let (me, rev) = (format!("{HERE}/u/ada"), far(&world));
    let mut own = record(&world, &group.uri, &me, rev);
    prove(&world, &mut own, &group);
    let mut by_another_key = record(&world, &group.uri, &me, rev);
    prove(&world, &mut by_another_key, &pia);
    let unproven = record(&world, &group.uri, &me, rev);
    let mut changed = own.clone();
    changed["role"] = json!("owner");
    let mut stranger = record(&world, &group.uri, &pia.uri, rev);
    prove(&world, &mut stranger, &group);
    let mut unknown = record(&world, &group.uri, &me, rev);
    unknown["role"] = json!("king");
    prove(&world, &mut unknown, &group);
    for (n, (sender, object)) in [
        (&group, by_another_key),
        (&group, unproven),
        (&group, changed),
        (&group, stranger),
        (&group, unknown),
        // a true record, told by others
        (&eve, own.clone()),
        (&pia, own),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("{}/x/{n}", sender.uri);
        world.tell(sender, &activity("Update", &id, &sender.uri, object)).await;
        assert!(!world.verdict(&id).await.is_empty(), "{n}");
        assert_eq!(seat(&world, &group.uri, &ada).await, before, "{n}");
    }
}

#[tokio::test]
async fn s114_a_record_by_the_group_is_adopted_once_and_an_older_one_never() {
    let (world, group, ada) = asked(Stage::Federated).await;
    let (me, rev) = (format!("{HERE}/u/ada"), far(&world));
    let tell = async |n: u32, rev: i64, status: &str| {
        let mut record = record(&world, &group.uri, &me, rev);
        record["status"] = json!(status);
        prove(&world, &mut record, &group);
        world.tell(&group, &activity("Update", &format!("{}/x/{n}", group.uri), &group.uri, record)).await;
        let seat = seat(&world, &group.uri, &ada).await;
        (seat.status, seat.rev)
    };
    assert_eq!(tell(1, rev, "active").await, (SeatStatus::Active, rev));
    assert_eq!(tell(2, rev + 2, "ended").await, (SeatStatus::Ended, rev + 2));
    assert_eq!(tell(3, rev + 1, "active").await, (SeatStatus::Ended, rev + 2), "an old grant after the end");
    let kept: String =
        sql!("SELECT record FROM seats WHERE account_id = {}", ada.id).value(&world.federation.app.store).await.unwrap().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap()["rev"], json!(rev + 2), "the receipt");
}

#[tokio::test]
async fn s114_nobody_asks_leaves_or_decides_without_a_proof_of_their_own() {
    let world = World::new().await;
    let ada = world.person("ada").await;
    let store = &world.federation.app.store;
    let tx = store.begin().await.unwrap();
    let founding = communities::Founding {
        name: "valves".into(),
        title: String::new(),
        purpose: "Valves.".into(),
        stage: Stage::Public,
        join_rule: JoinRule::Open,
        question: String::new(),
        least_level: Level::Plain,
        keys: world.federation.app.new_keys().await.unwrap(),
    };
    let (valves, _) = communities::found(&tx, &ada, founding).await.unwrap();
    tx.commit().await.unwrap();
    let (bo, pia) = (world.peer.person("p", "bo", 0), world.peer.person("p", "pia", 1));
    // so that the other's key is known too
    world.federation.app.network().unwrap().find_url(&pia.uri).await.unwrap();
    let group = format!("{HERE}/c/valves");
    let member = json!({"type": "Member", "actor": bo.uri, "object": group, "role": "owner"});
    for (n, (kind, object, target)) in [
        ("Join", json!(group), json!(null)),
        ("Leave", json!(group), json!(null)),
        ("Offer", member, json!(group)),
        ("Join", json!(format!("{HERE}/c/nothing")), json!(null)),
        ("Join", json!(format!("{HERE}/u/ada")), json!(null)),
        ("Join", json!(pia.uri), json!(null)),
    ]
    .into_iter()
    .enumerate()
    {
        for signer in [None, Some(&pia)] {
            let id = world.peer.at("p", &format!("/a/{n}/{}", signer.is_some()));
            let mut ask = activity(kind, &id, &bo.uri, object.clone());
            ask["askedAt"] = json!(store.now());
            ask["target"] = target.clone();
            ask["decision"] = json!("appoint");
            ask["basedOn"] = json!(1);
            if let Some(signer) = signer {
                prove(&world, &mut ask, signer);
            }
            world.tell(&bo, &ask).await;
            assert!(!world.verdict(&id).await.is_empty(), "{kind} {n}");
        }
    }
    let seats: Option<i64> = sql!("SELECT COUNT(*) FROM seats WHERE community_id = {}", valves.id).value(store).await.unwrap();
    assert_eq!(seats, Some(1), "the founder's alone");
}

#[tokio::test]
async fn s114_what_is_pulled_is_believed_by_its_proof_alone() {
    let (world, group, ada) = asked(Stage::Federated).await;
    let before = seat(&world, &group.uri, &ada).await;
    let pia = world.peer.person("p", "pia", 1);
    let (me, rev) = (format!("{HERE}/u/ada"), far(&world));
    let mut forged = record(&world, &group.uri, &me, rev);
    prove(&world, &mut forged, &pia);
    let mut stranger = record(&world, &group.uri, &pia.uri, rev);
    prove(&world, &mut stranger, &group);
    let mut elsewhere = record(&world, &world.peer.at("p", "/u/other"), &me, rev);
    prove(&world, &mut elsewhere, &group);
    let url = format!("{}/seats?since=0", group.uri);
    world.peer.serves(&json!({"id": url, "type": "OrderedCollectionPage", "orderedItems": [forged, stranger, elsewhere, 7, {}]}));
    let community = world.account(&group.uri).await.unwrap();
    assert_eq!(drift::pull(&world.federation, &community, 0).await.unwrap(), 0);
    assert_eq!(seat(&world, &group.uri, &ada).await, before);
}

#[tokio::test]
async fn a_named_revision_that_we_lack_is_pulled_once_a_minute() {
    let (world, group, _) = asked(Stage::Federated).await;
    let deliver = async |n: u32, rev: &str| {
        let body = serde_json::to_vec(&activity("View", &format!("{}/v/{n}", group.uri), &group.uri, json!(group.uri))).unwrap();
        let mut headers = world.signed(&group, &format!("{HERE}/inbox"), &body);
        headers.insert("intermoot-seats", rev.parse().unwrap());
        assert_eq!(world.send("/inbox", headers, body).await, 202);
    };
    let asked = async |times: usize| {
        for _ in 0..200 {
            if world.peer.asked_for("/seats?since=") >= times {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        world.peer.asked_for("/seats?since=")
    };
    deliver(1, "soon").await;
    deliver(2, "-5").await;
    deliver(3, "7").await;
    assert_eq!(asked(1).await, 1);
    deliver(4, "8").await;
    process::drain(&world.federation).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(asked(1).await, 1, "once a minute");
}

#[tokio::test]
async fn an_ask_at_a_community_of_other_software_waits_for_its_accept() {
    let (world, group, ada) = asked(Stage::Federated).await;
    let account = world.account(&group.uri).await.unwrap();
    let tx = world.federation.app.store.begin().await.unwrap();
    let options = relationships::FollowOptions { show_boosts: true, notify: false };
    let follow = relationships::follow(&tx, &ada, &account, options, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seat(&world, &group.uri, &ada).await.status, SeatStatus::Requested);
    let nested = json!({"type": "Follow", "id": format!("{HERE}{}", follow.uri), "actor": format!("{HERE}/u/ada"), "object": group.uri});
    world.tell(&group, &activity("Accept", &format!("{}/a/1", group.uri), &group.uri, nested)).await;
    assert_eq!(seat(&world, &group.uri, &ada).await.status, SeatStatus::Active);
}
