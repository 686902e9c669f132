//! What is told of seats: records to our own nodes, the follow's answers to others, asks to communities elsewhere.

use super::{
    draw,
    ground::{Row, community, follower, kinds, proven, told},
};
use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, OfferId},
        words::{AccountKind, Level, Role, SeatStatus, Shape},
    },
    features::{
        communities::{self, seats},
        memberships::{self, Decision, News},
        moderation::{self, Deed, Said},
        relationships::FollowOptions,
    },
    federation::{deliver::tests::stage::Stage as Node, objects::Member, seats::header},
    store::{
        Insert, Tx,
        event::Event,
        tables::{Account, Seat},
    },
};
use serde_json::{Value, json};

async fn happened(node: &Node, event: Event) -> Vec<Row> {
    let tx = node.app().store.begin().await.unwrap();
    tx.record(event);
    tx.commit().await.unwrap();
    told(node).await
}

async fn change(node: &Node, group: &Account, of: &Account, change: impl FnOnce(Seat) -> Seat) -> (Seat, Vec<Row>) {
    let tx = node.app().store.begin().await.unwrap();
    let before = seats::seat(&tx, group.id, of.id).await.unwrap();
    let before = before.unwrap_or_else(|| seats::fresh(&tx, group.id, of.id, SeatStatus::Requested));
    let seat = seats::keep(&tx, change(before), group.is_local()).await.unwrap();
    tx.commit().await.unwrap();
    (seat, told(node).await)
}

fn of_kind<'a>(rows: &'a [Row], kind: &str) -> Vec<&'a Value> {
    rows.iter().map(|row| &row.activity).filter(|activity| activity["type"] == kind).collect()
}

/// A community here, and bo of a node like ours who follows it.
async fn scene() -> (Node, Account, Account) {
    let node = Node::new(600).await;
    let (group, _) = community(&node).await;
    node.understands("bolt.test", Level::Intermoot).await;
    let bo = follower(&node, ("bo", "bolt.test"), &group).await;
    (node, group, bo)
}

#[tokio::test]
async fn a_follow_between_our_nodes_is_answered_with_accept_and_record_and_each_time_again() {
    let (node, group, bo) = scene().await;
    let rows = told(&node).await;
    assert_eq!(kinds(&rows), ["any Accept{Follow}", "any Update{Member}"]);
    let update = of_kind(&rows, "Update")[0];
    let record = Member::read(&update["object"]).unwrap();
    assert_eq!((record.record.account.as_str(), record.record.status), ("http://bolt.test/u/bo", SeatStatus::Active));
    proven(&node, &record.document, group.id).await;
    proven(&node, update, group.id).await;
    assert_eq!(update["to"], json!(["http://bolt.test/u/bo"]));
    let tx = node.app().store.begin().await.unwrap();
    let fresh = Some("http://bolt.test/follows/bo/again");
    memberships::follow_or_join(&tx, &bo, &group, FollowOptions::default(), fresh).await.unwrap();
    tx.commit().await.unwrap();
    let again = told(&node).await;
    assert_eq!(kinds(&again), ["any Accept{Follow}", "any Update{Member}"]);
    assert_eq!(of_kind(&again, "Update")[0]["object"], update["object"], "one revision has one text");
}

#[tokio::test]
async fn every_change_and_every_late_ask_brings_the_record_as_it_stands() {
    let (node, group, bo) = scene().await;
    told(&node).await;
    let (seat, rows) = change(&node, &group, &bo, |seat| Seat { role: Role::Contributor, ..seat }).await;
    assert_eq!(kinds(&rows), ["any Update{Member}"]);
    assert_eq!(of_kind(&rows, "Update")[0]["object"]["rev"], json!(seat.rev));
    let answer = happened(&node, Event::SeatAnswered { community: group.id, account: bo.id }).await;
    assert_eq!(of_kind(&answer, "Update")[0]["object"], of_kind(&rows, "Update")[0]["object"]);
    let (ended, rows) = change(&node, &group, &bo, |seat| Seat { status: SeatStatus::Ended, reason: "left".into(), ..seat }).await;
    let record = &of_kind(&rows, "Update")[0]["object"];
    assert_eq!((&record["status"], &record["summary"], &record["rev"]), (&json!("ended"), &json!("left"), &json!(ended.rev)));
    assert_eq!(rows[0].targets, [bo.delivery_inbox.unwrap()], "an ending is sent though there is no seat to read by");
}

#[tokio::test]
async fn a_refusal_is_told_with_its_sentence_and_leaves_nothing() {
    let (node, group, _) = scene().await;
    told(&node).await;
    let eve = node.stranger(AccountKind::Person, ("eve", "bolt.test"), "http://bolt.test/inbox".into()).await;
    let refused =
        Event::AskRefused { community: group.id, account: eve.id, code: "by_invitation".into(), sentence: "By invitation.".into() };
    let rows = happened(&node, refused.clone()).await;
    let record = Member::read(&of_kind(&rows, "Update")[0]["object"]).unwrap();
    assert_eq!((record.record.status, record.record.reason.as_str()), (SeatStatus::Ended, "By invitation."));
    proven(&node, &record.document, group.id).await;
    assert!(seats::seat(&node.app().store, group.id, eve.id).await.unwrap().is_none());
    let (seat, _) = change(&node, &group, &eve, |seat| Seat { status: SeatStatus::Active, ..seat }).await;
    let late = happened(&node, refused).await;
    assert_eq!(of_kind(&late, "Update")[0]["object"]["rev"], json!(seat.rev), "were there a seat by now, that is the answer");
}

#[tokio::test]
async fn other_software_gets_no_records_and_a_host_not_known_yet_only_if_it_turns_out_to_be_ours() {
    let (node, group, _) = scene().await;
    told(&node).await;
    for (host, level) in [("plain.test", Level::Plain), ("group.test", Level::Group)] {
        let kay = node.stranger(AccountKind::Person, ("kay", host), format!("http://{host}/inbox")).await;
        node.understands(host, level).await;
        let (_, rows) = change(&node, &group, &kay, |seat| Seat { status: SeatStatus::Active, ..seat }).await;
        assert!(kinds(&rows).is_empty(), "{host}");
    }
    let new = node.stranger(AccountKind::Person, ("new", "new.test"), "http://new.test/inbox".into()).await;
    let (_, rows) = change(&node, &group, &new, |seat| Seat { status: SeatStatus::Active, ..seat }).await;
    assert_eq!(rows.iter().map(|row| row.shape).collect::<Vec<_>>(), [Shape::Group], "it waits for what the host runs");
}

#[tokio::test]
async fn ap039_new_moderators_and_former_ones_are_told_to_the_followers_hosts() {
    let (node, group, bo) = scene().await;
    told(&node).await;
    let (_, rows) = change(&node, &group, &bo, |seat| Seat { role: Role::Moderator, ..seat }).await;
    let add = of_kind(&rows, "Add")[0];
    assert_eq!((&add["object"], &add["target"]), (&json!("http://bolt.test/u/bo"), &json!("http://acme.test/c/valves/moderators")));
    proven(&node, add, group.id).await;
    let (_, rows) = change(&node, &group, &bo, |seat| Seat { role: Role::Owner, ..seat }).await;
    assert!(of_kind(&rows, "Add").is_empty(), "they moderate as before");
    let (_, rows) = change(&node, &group, &bo, |seat| Seat { status: SeatStatus::Ended, ..seat }).await;
    assert_eq!(of_kind(&rows, "Remove")[0]["object"], json!("http://bolt.test/u/bo"));
}

#[tokio::test]
async fn whom_a_moderator_of_ours_appoints_is_told_by_them_inside_the_communitys_announce() {
    let (node, group, bo) = scene().await;
    told(&node).await;
    for (role, kind) in [(Role::Moderator, "Add"), (Role::Member, "Remove")] {
        let tx = node.app().store.begin().await.unwrap();
        memberships::appoint(&tx, &node.ada, &bo, &group, role).await.unwrap();
        tx.commit().await.unwrap();
        let rows = told(&node).await;
        assert!(of_kind(&rows, kind).is_empty(), "not by the community itself");
        let announce = of_kind(&rows, "Announce")[0];
        let inner = &announce["object"];
        assert_eq!((&inner["type"], &inner["actor"]), (&json!(kind), &json!("http://acme.test/u/ada")));
        assert_eq!((&inner["object"], &inner["target"]), (&json!("http://bolt.test/u/bo"), &json!("http://acme.test/c/valves/moderators")));
        proven(&node, announce, group.id).await;
        proven(&node, inner, node.ada.id).await;
    }
}

#[tokio::test]
async fn a_ban_is_told_to_hosts_that_know_groups_with_its_end() {
    let (node, group, bo) = scene().await;
    told(&node).await;
    let tx = node.app().store.begin().await.unwrap();
    let until = tx.now.plus(std::time::Duration::from_secs(3600));
    let said = Said { by: &node.ada, community: &group, reason: "spam", uri: None };
    moderation::perform(&tx, said, Deed::Ban { account: &bo, until: Some(until), removes_data: false }).await.unwrap();
    tx.commit().await.unwrap();
    let rows = told(&node).await;
    let block = rows.iter().find(|row| row.activity["object"]["type"] == "Block").unwrap();
    assert_eq!((block.shape, &block.activity["actor"]), (Shape::Group, &json!("http://acme.test/c/valves")));
    let block = &block.activity["object"];
    assert_eq!((&block["actor"], &block["target"]), (&json!("http://acme.test/u/ada"), &json!("http://acme.test/c/valves")));
    assert_eq!((&block["summary"], &block["endTime"]), (&json!("spam"), &json!(until)));
    assert_eq!(of_kind(&rows, "Reject").len(), 1, "plain peers read that");
}

/// A community elsewhere, on a node like ours.
async fn elsewhere(node: &Node) -> Account {
    node.understands("bolt.test", Level::Intermoot).await;
    let group = node.stranger(AccountKind::Community, ("pumps", "bolt.test"), "http://bolt.test/inbox".into()).await;
    let tx = node.app().store.begin().await.unwrap();
    let facts = communities::RemoteFacts {
        purpose: "Pumps.".into(),
        stage: crate::base::words::Stage::Federated,
        join_rule: crate::base::words::JoinRule::Ask,
        question: "Why?".into(),
        members_count: 1,
    };
    communities::keep_remote(&tx, group.id, &facts).await.unwrap();
    tx.commit().await.unwrap();
    group
}

#[tokio::test]
async fn an_ask_of_ours_is_signed_by_the_person_and_repeated_under_a_fresh_id() {
    let node = Node::new(600).await;
    let group = elsewhere(&node).await;
    let (seat, rows) =
        change(&node, &group, &node.ada, |seat| Seat { answer: "I pump.".into(), asked_at: Stamp(1_700_000_000_123), ..seat }).await;
    assert!(rows.is_empty());
    let ask = |again| Event::SeatAsked { community: group.id, account: node.ada.id, again };
    let first = happened(&node, ask(0)).await;
    let join = of_kind(&first, "Join")[0];
    assert_eq!((&join["actor"], &join["object"]), (&json!("http://acme.test/u/ada"), &json!("http://bolt.test/u/pumps")));
    assert_eq!((&join["askedAt"], &join["answers"]), (&json!(seat.asked_at), &json!("I pump.")));
    proven(&node, join, node.ada.id).await;
    assert_eq!(first[0].targets, [group.delivery_inbox.unwrap()]);
    let second = happened(&node, ask(1)).await;
    let again = of_kind(&second, "Join")[0];
    assert_ne!(again["id"], join["id"], "an inbox takes each id once");
    assert_eq!(again["askedAt"], join["askedAt"], "and it is the same ask");
    let left = happened(&node, Event::SeatLeft { community: group.id, account: node.ada.id }).await;
    proven(&node, of_kind(&left, "Leave")[0], node.ada.id).await;
    node.understands("bolt.test", Level::Group).await;
    assert!(happened(&node, ask(2)).await.is_empty(), "other software reads the Follow");
}

async fn keep_offer(tx: &Tx, (group, by, about): (AccountId, AccountId, AccountId), decision: &Decision) -> OfferId {
    let id = OfferId(tx.id());
    Insert::into("offers")
        .set("id", id)
        .set("community_id", group)
        .set("by_id", by)
        .set("account_id", about)
        .set("body", serde_json::to_string(decision).unwrap())
        .set("based_on", 7_i64)
        .set("asked_at", tx.now)
        .run(tx)
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn a_decision_of_our_moderator_goes_to_the_communitys_node_until_it_is_answered() {
    let node = Node::new(600).await;
    let group = elsewhere(&node).await;
    let cora = node.stranger(AccountKind::Person, ("cora", "cobalt.test"), "http://cobalt.test/inbox".into()).await;
    let tx = node.app().store.begin().await.unwrap();
    let refuse = Decision::Refuse { reason: "not yet".into() };
    let offer = keep_offer(&tx, (group.id, node.ada.id, cora.id), &refuse).await;
    tx.commit().await.unwrap();
    let rows = happened(&node, Event::Offered { offer, again: 0 }).await;
    let told = of_kind(&rows, "Offer")[0];
    assert_eq!((&told["decision"], &told["basedOn"], &told["target"]), (&json!("refuse"), &json!(7), &json!("http://bolt.test/u/pumps")));
    assert_eq!((&told["object"]["actor"], &told["object"]["summary"]), (&json!("http://cobalt.test/u/cora"), &json!("not yet")));
    proven(&node, told, node.ada.id).await;
    let tx = node.app().store.begin().await.unwrap();
    let seat = Seat { rev: 6, ..seats::fresh(&tx, group.id, cora.id, SeatStatus::Requested) };
    let older = memberships::records::of(&tx, &group, &cora, &seat).await.unwrap();
    let tell = async |record, answers| {
        memberships::offer_answered(&tx, &cora, &group, News { record, raw: "{}", answers }).await.unwrap();
    };
    tell(&older, None).await;
    let is_open = async |tx: &Tx| memberships::records::offer(tx, offer).await.unwrap().unwrap().answered_at.is_none();
    assert!(is_open(&tx).await, "closed by what is older than what the decision looked at");
    let same = memberships::record::Record { rev: 7, ..older.clone() };
    tell(&same, None).await;
    assert!(is_open(&tx).await, "closed by news of the very request that it decides");
    let asked_at = memberships::records::offer(&tx, offer).await.unwrap().unwrap().asked_at;
    tell(&same, Some((cora.id, asked_at))).await;
    tell(&same, Some((node.ada.id, Stamp(asked_at.0 - 1)))).await;
    assert!(is_open(&tx).await, "closed by the answer to another decision");
    tell(&same, Some((node.ada.id, asked_at))).await;
    assert!(!is_open(&tx).await, "not closed by its answer, which leaves all as it was");
}

#[tokio::test]
async fn a_moderator_elsewhere_gets_the_record_as_the_answer() {
    let (node, group, bo) = scene().await;
    told(&node).await;
    let kim = follower(&node, ("kay", "plain.test"), &group).await;
    told(&node).await;
    let rows =
        happened(&node, Event::OfferAnswered { community: group.id, by: bo.id, account: kim.id, asked_at: Stamp(1_795_341_600_000) }).await;
    let update = of_kind(&rows, "Update")[0];
    assert_eq!((&update["to"], &update["object"]["actor"]), (&json!(["http://bolt.test/u/bo"]), &json!("http://plain.test/u/kay")));
    assert_eq!((&update["inAnswerTo"], &rows[0].targets), (&json!("2026-11-22T10:00:00.000Z"), &vec![bo.delivery_inbox.unwrap()]));
}

#[tokio::test]
async fn what_looked_at_something_older_than_the_record_is_closed_by_it() {
    let node = Node::new(600).await;
    let group = elsewhere(&node).await;
    let cora = node.stranger(AccountKind::Person, ("cora", "cobalt.test"), "http://cobalt.test/inbox".into()).await;
    let tx = node.app().store.begin().await.unwrap();
    let offer = keep_offer(&tx, (group.id, node.ada.id, cora.id), &Decision::Admit).await;
    let seat = Seat { rev: 8, ..seats::fresh(&tx, group.id, cora.id, SeatStatus::Requested) };
    let record = memberships::records::of(&tx, &group, &cora, &seat).await.unwrap();
    memberships::offer_answered(&tx, &cora, &group, News { record: &record, raw: "{}", answers: None }).await.unwrap();
    assert!(memberships::records::offer(&tx, offer).await.unwrap().unwrap().answered_at.is_some());
    tx.commit().await.unwrap();
    assert!(happened(&node, Event::Offered { offer, again: 1 }).await.is_empty());
}

#[tokio::test]
async fn the_highest_revision_is_named_to_each_host_for_its_own_people() {
    let (node, group, bo) = scene().await;
    draw(&node).await;
    let (seat, _) = change(&node, &group, &bo, |seat| Seat { role: Role::Contributor, ..seat }).await;
    let named = async |host: &str| header(&node.federation, group.id, host).await.unwrap().map(|rev| rev.to_str().unwrap().to_owned());
    assert_eq!(named("bolt.test").await, Some(seat.rev.to_string()));
    assert_eq!(named("nobody.test").await, None);
    assert_eq!(header(&node.federation, node.ada.id, "bolt.test").await.unwrap(), None, "people have no seats in them");
}
