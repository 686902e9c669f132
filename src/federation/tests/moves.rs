//! Communities that go on under another id (FEP-7628): who of ours goes along, who does not, and whom nobody believes.

use super::{
    peer::Somebody,
    world::{HERE, World, activity},
};
use crate::{
    app::Network,
    base::words::{FollowState, JoinRule, Level, Role, SeatStatus, Stage},
    features::{
        communities::{self, moves, seats},
        memberships, relationships,
    },
    federation::{fetch, keep, objects::Introduced},
    net::Budget,
    server::worker,
    sql,
    store::tables::{Account, Seat},
};
use serde_json::{Value, json};

/// A community at `host`, known here.
async fn group(world: &World, host: &str, more: Value) -> (Somebody, Account) {
    let group = world.peer.actor("Group", host, "valves", 1);
    world.peer.amend(&group.uri, more);
    let document = fetch::document(&world.federation, &group.uri.parse().unwrap(), &Budget::default()).await.unwrap();
    (group, keep::actor(&world.federation, &Introduced::read(&document).unwrap()).await.unwrap())
}

/// One of ours sits in a community elsewhere.
async fn sits(world: &World, name: &str, community: &Account, seat: impl FnOnce(Seat) -> Seat) -> Account {
    let person = world.person(name).await;
    let tx = world.federation.app.store.begin().await.unwrap();
    memberships::join(&tx, &person, community, None).await.unwrap();
    let held = seats::seat(&tx, community.id, person.id).await.unwrap().unwrap();
    seats::keep(&tx, seat(Seat { status: SeatStatus::Active, ..held }), false).await.unwrap();
    relationships::accept(&tx, person.id, community.id).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn moved(world: &World, n: u32, (by, former, new): (&Somebody, &str, &str)) -> String {
    let mut act = activity("Move", &format!("{}#move-{n}", by.uri), &by.uri, json!(former));
    act["target"] = json!(new);
    world.tell(by, &act).await;
    world.verdict(act["id"].as_str().unwrap()).await
}

/// Whether somebody follows a community, in whatever state.
async fn follows(world: &World, who: &Account, community: &Account) -> Option<FollowState> {
    relationships::queries::find(&world.federation.app.store, who.id, community.id).await.unwrap().map(|follow| follow.state)
}

#[tokio::test]
async fn our_people_go_along_with_a_public_community_that_the_new_one_names() {
    let world = World::new().await;
    let (former, old) = group(&world, "g", json!({})).await;
    let (new, there) = group(&world, "n", json!({"alsoKnownAs": [former.uri]})).await;
    let ada = sits(&world, "ada", &old, |seat| Seat { role: Role::Moderator, ..seat }).await;
    let bea = sits(&world, "bea", &old, |seat| Seat { agreement_host: "g.localhost".into(), ..seat }).await;
    assert_eq!(moved(&world, 1, (&former, &former.uri, &new.uri)).await, "");
    assert_eq!((follows(&world, &ada, &old).await, follows(&world, &ada, &there).await), (None, Some(FollowState::Requested)));
    let store = &world.federation.app.store;
    let seat = seats::seat(store, there.id, ada.id).await.unwrap().unwrap();
    assert_eq!((seat.status, seat.role), (SeatStatus::Requested, Role::Member), "asked for anew: no role goes along");
    assert_eq!(
        (follows(&world, &bea, &old).await, follows(&world, &bea, &there).await),
        (Some(FollowState::Accepted), None),
        "by agreement"
    );
    assert_eq!(communities::queries::by_id(store, old.id).await.unwrap().unwrap().moved_to, new.uri);
    assert_eq!(moved(&world, 2, (&former, &former.uri, &new.uri)).await, "", "once more is once");
    assert_eq!(follows(&world, &ada, &there).await, Some(FollowState::Requested));
}

#[tokio::test]
async fn s045_nobody_moves_a_community_that_the_new_one_does_not_name_or_that_is_not_theirs() {
    let world = World::new().await;
    let (former, old) = group(&world, "g", json!({})).await;
    let (new, there) = group(&world, "n", json!({})).await;
    let (eve, _) = group(&world, "e", json!({"alsoKnownAs": [former.uri]})).await;
    let person = world.peer.person("n", "pat", 0);
    world.peer.amend(&person.uri, json!({"alsoKnownAs": [former.uri]}));
    let ada = sits(&world, "ada", &old, |seat| seat).await;
    for (n, (by, to)) in [(&former, &new.uri), (&eve, &eve.uri), (&eve, &new.uri), (&former, &person.uri)].into_iter().enumerate() {
        let act = {
            let mut act = activity("Move", &format!("{}#move-{n}", by.uri), &by.uri, json!(former.uri));
            act["target"] = json!(to);
            act
        };
        // one by neither of the two is refused at the door or afterwards
        if world.deliver(by, &act).await == 202 {
            crate::federation::process::drain(&world.federation).await.unwrap();
            assert_ne!(world.verdict(act["id"].as_str().unwrap()).await, "", "{n}");
        }
        assert_eq!(follows(&world, &ada, &old).await, Some(FollowState::Accepted), "{n}");
    }
    assert_eq!(follows(&world, &ada, &there).await, None);
}

#[tokio::test]
async fn where_the_old_or_the_new_one_is_not_open_to_all_nobody_goes_along() {
    for (before, after) in
        [(json!({"manuallyApprovesFollowers": true}), json!({})), (json!({}), json!({"manuallyApprovesFollowers": true}))]
    {
        let world = World::new().await;
        let (former, old) = group(&world, "g", before.clone()).await;
        let mut names = after.clone();
        names["alsoKnownAs"] = json!([former.uri]);
        let (new, there) = group(&world, "n", names).await;
        let ada = sits(&world, "ada", &old, |seat| seat).await;
        assert_eq!(moved(&world, 1, (&former, &former.uri, &new.uri)).await, "");
        assert!(follows(&world, &ada, &old).await.is_some(), "{before} {after}");
        assert_eq!(follows(&world, &ada, &there).await, None, "{before} {after}");
    }
}

/// A public community of ada's with a follower elsewhere.
async fn ours(world: &World) -> (Account, Account, Somebody) {
    let ada = world.person("ada").await;
    let founding = communities::Founding {
        name: "pipes".into(),
        title: "Pipes".into(),
        purpose: "Pipes.".into(),
        stage: Stage::Public,
        join_rule: JoinRule::Open,
        question: String::new(),
        least_level: Level::Plain,
        keys: world.federation.app.new_keys().await.unwrap(),
    };
    let tx = world.federation.app.begin().await.unwrap();
    let (group, _) = communities::found(&tx, &ada, founding).await.unwrap();
    tx.commit().await.unwrap();
    let pat = world.peer.person("p", "pat", 0);
    world.tell(&pat, &activity("Follow", &world.peer.at("p", "/f/1"), &pat.uri, json!(format!("{HERE}/c/pipes")))).await;
    (ada, group, pat)
}

#[tokio::test]
async fn an_owner_moves_a_community_to_one_that_names_it_and_it_says_so() {
    let world = World::new().await;
    let (ada, group_here, _) = ours(&world).await;
    let bo = world.person("bo").await;
    let (app, here) = (&world.federation.app, format!("{HERE}/c/pipes"));
    let tx = app.begin().await.unwrap();
    memberships::join(&tx, &bo, &group_here, None).await.unwrap();
    tx.commit().await.unwrap();
    let (new, there) = group(&world, "n", json!({})).await;
    let refused = world.federation.successor(&new.uri, &group_here).await.unwrap_err();
    assert!(refused.to_string().contains("alsoKnownAs"), "{refused}");
    world.peer.amend(&new.uri, json!({"alsoKnownAs": [here]}));
    let to = world.federation.successor(&new.uri, &group_here).await.unwrap();
    assert_eq!(to.id, there.id);
    let tx = app.begin().await.unwrap();
    assert!(memberships::move_community(&tx, &bo, group_here.id, &to).await.is_err(), "owners only");
    memberships::move_community(&tx, &ada, group_here.id, &to).await.unwrap();
    tx.commit().await.unwrap();
    worker::round(&world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log").column(&app.store).await.unwrap();
    let sent: Vec<Value> = bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    let told = sent.iter().find(|activity| activity["type"] == "Move").expect("its followers are told");
    assert_eq!((&told["actor"], &told["object"], &told["target"]), (&json!(here), &json!(here), &json!(new.uri)));
    let document: Value = serde_json::from_str(&world.look(&world.peer.person("p", "pat", 0), "/c/pipes").await.1).unwrap();
    assert_eq!(document["movedTo"], json!(new.uri));
    assert!(follows(&world, &bo, &there).await.is_some() && follows(&world, &bo, &group_here).await.is_none(), "our own people too");
    assert!(seats::seat(&app.store, group_here.id, ada.id).await.unwrap().unwrap().status == SeatStatus::Active, "its last owner stays");
    let audited: i64 = sql!("SELECT COUNT(*) FROM audit WHERE act = {}", "community.move").value(&app.store).await.unwrap().unwrap();
    assert_eq!(audited, 1);
}

#[tokio::test]
async fn a_community_elsewhere_moves_to_one_of_ours_that_names_it_and_to_no_other() {
    let world = World::new().await;
    let (ada, group_here, _) = ours(&world).await;
    let (former, old) = group(&world, "g", json!({})).await;
    let bo = sits(&world, "bo", &old, |seat| seat).await;
    let here = format!("{HERE}/c/pipes");
    assert_ne!(moved(&world, 1, (&former, &former.uri, &here)).await, "", "nobody here named it");
    let tx = world.federation.app.begin().await.unwrap();
    assert!(moves::set_aliases(&tx, &bo, group_here.id, std::slice::from_ref(&former.uri)).await.is_err(), "owners only");
    moves::set_aliases(&tx, &ada, group_here.id, std::slice::from_ref(&former.uri)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(moved(&world, 2, (&former, &former.uri, &here)).await, "");
    assert!(follows(&world, &bo, &old).await.is_none());
    let seat = seats::seat(&world.federation.app.store, group_here.id, bo.id).await.unwrap().unwrap();
    assert_eq!((seat.status, seat.role), (SeatStatus::Active, Role::Member));
    let document: Value = serde_json::from_str(&world.look(&world.peer.person("p", "pat", 0), "/c/pipes").await.1).unwrap();
    assert_eq!(document["alsoKnownAs"], json!([former.uri]));
}

#[tokio::test]
async fn a_community_that_is_not_public_does_not_move() {
    let world = World::new().await;
    let (ada, group_here, _) = ours(&world).await;
    let (_, there) = group(&world, "n", json!({"alsoKnownAs": [format!("{HERE}/c/pipes")]})).await;
    let tx = world.federation.app.begin().await.unwrap();
    sql!("UPDATE communities SET stage = {} WHERE account_id = {}", Stage::Federated, group_here.id).run(&tx).await.unwrap();
    let refused = memberships::move_community(&tx, &ada, group_here.id, &there).await.unwrap_err();
    assert!(refused.to_string().contains("decided anew"), "{refused}");
}
