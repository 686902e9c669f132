//! Polls of our people on the wire: asked, voted in from elsewhere, told of (Mastodon's `Question`).

use super::{
    peer::Somebody,
    world::{HERE, World, activity},
};
use crate::{
    base::{
        proof,
        words::{Audience, JoinRule, Level, SeatStatus, Stage},
    },
    features::{
        communities::{self, seats},
        polls::{self, asking::Question},
        posts::{self, publish, receive::Incoming},
    },
    server::{due, worker},
    sql,
    store::{
        Insert,
        tables::{Account, Details, PollOption, Post, Seat},
    },
};
use serde_json::{Value, json};
use std::time::Duration;

fn question(multiple: bool) -> Question {
    Question { options: vec!["cork".into(), "rubber".into()], multiple, hide_totals: false, lasts: Duration::from_secs(600) }
}

async fn asks(world: &World, ada: &Account, draft: publish::Draft) -> Post {
    let tx = world.federation.app.begin().await.unwrap();
    let post = publish::publish(&tx, ada, draft).await.unwrap();
    tx.commit().await.unwrap();
    post
}

fn draft(multiple: bool) -> publish::Draft {
    let beside = publish::Beside { poll: Some(question(multiple)), ..publish::Beside::default() };
    publish::Draft { beside, ..crate::federation::outbox::tests::ground::draft("Which gasket?") }
}

/// What is in the log now, newest last.
async fn sent(world: &World) -> Vec<Value> {
    due::once(&world.federation.app).await.unwrap();
    worker::round(&world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log ORDER BY position").column(&world.federation.app.store).await.unwrap();
    bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

/// A vote of `by` under a fresh id.
fn vote(by: &Somebody, n: u32, post: &str, name: &str) -> Value {
    let note = json!({"type": "Note", "id": format!("{}#votes/{n}", by.uri), "attributedTo": by.uri, "name": name, "inReplyTo": post, "to": [format!("{HERE}/u/ada")]});
    let mut create = activity("Create", &format!("{}#votes/{n}/activity", by.uri), &by.uri, note);
    create["to"] = json!([format!("{HERE}/u/ada")]);
    create
}

async fn counted(world: &World, post: &Post) -> (Vec<i64>, Option<i64>) {
    let poll = polls::by_post(&world.federation.app.store, post.id).await.unwrap().unwrap();
    (poll.options().iter().map(|option| option.votes).collect(), poll.voters_count)
}

async fn follows(world: &World, who: &Somebody, whom: &Account) {
    world.federation.app.network().unwrap().find_url(&who.uri).await.unwrap();
    let follower = world.account(&who.uri).await.unwrap();
    let tx = world.federation.app.begin().await.unwrap();
    let row = Insert::into("follows").set("id", tx.id()).set("follower_id", follower.id).set("target_id", whom.id);
    row.set("state", 1i16).set("uri", format!("{}/f", who.uri)).set("created_at", tx.now).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_poll_goes_out_as_a_question_and_its_figures_follow_when_votes_came_and_at_its_end() {
    let world = World::new().await;
    let ada = world.person("ada").await;
    let (pat, pia) = (world.peer.person("p", "pat", 0), world.peer.person("q", "pia", 1));
    follows(&world, &pat, &ada).await;
    let post = asks(&world, &ada, draft(false)).await;
    let uri = format!("{HERE}{}", post.uri);
    let create = sent(&world).await.pop().unwrap();
    assert_eq!(
        (&create["type"], &create["object"]["type"], &create["object"]["votersCount"]),
        (&json!("Create"), &json!("Question"), &json!(0))
    );
    assert_eq!(create["object"]["oneOf"][1], json!({"type": "Note", "name": "rubber", "replies": {"type": "Collection", "totalItems": 0}}));
    assert!(create["object"]["endTime"].is_string() && create["object"].get("closed").is_none());
    let read = crate::federation::objects::Written::read(&create["object"]).unwrap();
    assert_eq!(read.poll.unwrap().options.len(), 2, "we read it as we write it");

    world.tell(&pat, &vote(&pat, 1, &uri, "rubber")).await;
    world.tell(&pia, &vote(&pia, 2, &uri, "cork")).await;
    assert_eq!(counted(&world, &post).await, (vec![1, 1], Some(2)));
    for (n, name, is_taken) in [(3, "rubber", true), (4, "cork", false), (5, "felt", false)] {
        let again = vote(&pat, n, &uri, name);
        world.tell(&pat, &again).await;
        assert_eq!(world.verdict(again["id"].as_str().unwrap()).await.is_empty(), is_taken, "{name}");
    }
    assert_eq!(counted(&world, &post).await, (vec![1, 1], Some(2)), "one vote for each, once");
    let before = sent(&world).await.len();
    world.federation.app.store.clock.advance(61_000);
    let after = sent(&world).await;
    let update = after.last().unwrap();
    assert_eq!((after.len(), &update["type"], &update["object"]["votersCount"]), (before + 1, &json!("Update"), &json!(2)));
    assert_eq!((&update["object"]["oneOf"][0]["replies"]["totalItems"], update["object"].get("updated")), (&json!(1), None));
    assert_eq!(sent(&world).await.len(), before + 1, "told once");
    world.federation.app.store.clock.advance(601_000);
    let end = sent(&world).await.pop().unwrap();
    assert!(end["object"]["closed"].is_string(), "{end}");
    let late = vote(&pia, 9, &uri, "rubber");
    world.tell(&pia, &late).await;
    assert!(world.verdict(late["id"].as_str().unwrap()).await.contains("ended"));
}

#[tokio::test]
async fn several_answers_are_counted_as_one_voter_and_a_poll_for_few_takes_no_votes_of_strangers() {
    let world = World::new().await;
    let ada = world.person("ada").await;
    let pat = world.peer.person("p", "pat", 0);
    let post = asks(&world, &ada, draft(true)).await;
    for (n, name) in ["cork", "rubber", "cork"].into_iter().enumerate() {
        world.tell(&pat, &vote(&pat, n as u32, &format!("{HERE}{}", post.uri), name)).await;
    }
    assert_eq!(counted(&world, &post).await, (vec![1, 1], Some(1)));
    let few = asks(&world, &ada, publish::Draft { audience: Audience::Followers, ..draft(false) }).await;
    let stranger = vote(&pat, 9, &format!("{HERE}{}", few.uri), "cork");
    world.tell(&pat, &stranger).await;
    assert!(world.verdict(stranger["id"].as_str().unwrap()).await.contains("not known here"));
    assert_eq!(counted(&world, &few).await, (vec![0, 0], Some(0)));
}

fn prove(world: &World, document: &mut Value, by: &Somebody) {
    let at = world.federation.app.store.now().utc();
    proof::add_proof(document, &by.ed25519, &format!("{}#ed25519-key", by.uri), at).unwrap();
}

#[tokio::test]
async fn in_a_private_community_elsewhere_its_node_is_the_only_door_for_votes() {
    let world = World::new().await;
    let ada = world.person("ada").await;
    let (group, pat) = (world.peer.actor("Group", "g", "lab", 0), world.peer.person("p", "pat", 1));
    for uri in [&group.uri, &pat.uri] {
        world.federation.app.network().unwrap().find_url(uri).await.unwrap();
    }
    let lab = world.account(&group.uri).await.unwrap();
    let tx = world.federation.app.begin().await.unwrap();
    let facts = communities::RemoteFacts {
        purpose: "x".into(),
        stage: Stage::Partners,
        join_rule: JoinRule::Ask,
        question: String::new(),
        members_count: 2,
    };
    communities::keep_remote(&tx, lab.id, &facts).await.unwrap();
    let seat = seats::fresh(&tx, lab.id, ada.id, SeatStatus::Active);
    seats::keep(&tx, Seat { role: crate::base::words::Role::Member, ..seat }, false).await.unwrap();
    sql!("UPDATE peers SET level = {} WHERE host = {}", Level::Intermoot, lab.host.clone()).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let post = asks(&world, &ada, publish::Draft { community: Some(lab.id), audience: Audience::Members, ..draft(false) }).await;
    let mut vote = vote(&pat, 1, &format!("{HERE}{}", post.uri), "cork");
    prove(&world, &mut vote, &pat);
    world.tell(&pat, &vote).await;
    assert!(world.verdict(vote["id"].as_str().unwrap()).await.contains("its own node"));
    let announce = activity("Announce", &world.peer.at("g", "/announce/1"), &group.uri, vote);
    world.tell(&group, &announce).await;
    assert_eq!(world.verdict(announce["id"].as_str().unwrap()).await, "");
    assert_eq!(counted(&world, &post).await, (vec![1, 0], Some(1)));
    // and ours in a poll of pat's there goes to the community's node, not to pat's
    let told = polls::Told {
        multiple: false,
        options: ["a", "b"].map(|title| PollOption { title: title.into(), votes: 0 }).into(),
        ends_at: None,
        closed: false,
        voters_count: Some(0),
    };
    let tx = world.federation.app.begin().await.unwrap();
    let theirs = Incoming {
        community: Some(lab.id),
        through: Some(lab.id),
        audience: Audience::Members,
        details: Details { is_poll: true, ..Details::default() },
        ..posts::tests::world::incoming(&world.peer.at("p", "/n/1"), "which?", tx.now)
    };
    let theirs = posts::receive::receive(&tx, &world.account(&pat.uri).await.unwrap(), theirs).await.unwrap().unwrap();
    polls::keep(&tx, theirs.id, &told).await.unwrap();
    polls::vote(&tx, &ada, &theirs, &[1]).await.unwrap();
    tx.commit().await.unwrap();
    let create = sent(&world).await.pop().unwrap();
    assert_eq!((&create["object"]["name"], &create["audience"]), (&json!("b"), &json!(group.uri)));
    let targets: Vec<String> = sql!("SELECT targets FROM log ORDER BY position DESC").column(&world.federation.app.store).await.unwrap();
    assert_eq!(targets[0], format!("[{}]", lab.delivery_inbox.unwrap().0));
}
