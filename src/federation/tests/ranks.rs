//! Moderators made and taken back by `Add` and `Remove`: in a community of ours by rank, of one elsewhere as it says itself.

use super::{
    moderated::{Cast, cast},
    peer::Somebody,
    world::{World, activity},
};
use crate::{
    base::words::{Role, SeatStatus},
    features::{communities::seats, memberships},
    federation::{
        fetch, keep,
        objects::{Fields, Introduced},
    },
    net::Budget,
    store::tables::{Account, Seat},
};
use serde_json::{Value, json};

impl Cast {
    /// Mo adds `whom` to the moderators of valves, or takes them out; the verdict.
    async fn ranks(&self, n: u32, (kind, whom): (&str, &str)) -> String {
        let group = format!("{}/c/valves", super::world::HERE);
        let mut act = activity(kind, &self.world.peer.at("m", &format!("/rank/{n}")), &self.mo.uri, json!(whom));
        act["target"] = json!(format!("{group}/moderators"));
        act["cc"] = json!([group]);
        act["audience"] = json!(group);
        self.world.tell(&self.mo, &act).await;
        self.world.verdict(act["id"].as_str().unwrap()).await
    }

    async fn role(&self, whom: &str) -> Option<Role> {
        let account = self.world.account(whom).await?;
        seats::role(&self.world.federation.app.store, self.group.id, account.id).await.unwrap()
    }
}

#[tokio::test]
async fn ap059_an_owner_elsewhere_makes_a_moderator_and_takes_it_back_and_it_is_announced_as_it_came() {
    let cast = cast(Some(Role::Owner)).await;
    assert_eq!(cast.ranks(1, ("Add", &cast.pat.uri)).await, "");
    assert_eq!((cast.role(&cast.pat.uri).await, cast.announced("Add").await), (Some(Role::Moderator), 1));
    assert_eq!(cast.ranks(2, ("Add", &cast.pat.uri)).await, "", "once more is once");
    assert_eq!((cast.role(&cast.pat.uri).await, cast.announced("Add").await), (Some(Role::Moderator), 1));
    assert_eq!(cast.ranks(3, ("Add", &cast.mo.uri)).await, "");
    assert_eq!(cast.role(&cast.mo.uri).await, Some(Role::Owner), "who owns it is made no less by being added");
    assert_eq!(cast.ranks(4, ("Remove", &cast.pat.uri)).await, "");
    assert_eq!((cast.role(&cast.pat.uri).await, cast.announced("Remove").await), (Some(Role::Member), 1));
}

#[tokio::test]
async fn ap059_s035_whoever_has_not_the_rank_appoints_nobody_and_nobody_is_appointed_who_is_not_in() {
    for role in [None, Some(Role::Observer), Some(Role::Member), Some(Role::Curator), Some(Role::Moderator)] {
        let cast = cast(role).await;
        assert_ne!(cast.ranks(1, ("Add", &cast.pat.uri)).await, "", "{role:?}");
        assert_eq!((cast.role(&cast.pat.uri).await, cast.announced("Add").await), (Some(Role::Member), 0), "{role:?}");
        let ada = format!("{}/u/ada", super::world::HERE);
        assert_ne!(cast.ranks(2, ("Remove", &ada)).await, "", "{role:?}");
        assert_eq!(cast.role("/u/ada").await, Some(Role::Owner), "{role:?}");
    }
    let cast = cast(Some(Role::Owner)).await;
    let bo = cast.world.person("bo").await;
    let stranger = cast.world.peer.person("x", "xen", 0);
    for (n, whom) in [format!("{}{}", super::world::HERE, bo.uri), stranger.uri.clone()].iter().enumerate() {
        assert_ne!(cast.ranks(n as u32, ("Add", whom)).await, "", "{whom}");
        assert_eq!(cast.role(cast.world.federation.app.origin.stored(whom)).await, None, "{whom}");
    }
}

/// A community at g with its moderators' collection, and ada in it.
async fn elsewhere() -> (World, Somebody, Account, Account) {
    let world = World::new().await;
    let group = world.peer.actor("Group", "g", "valves", 1);
    world.peer.amend(&group.uri, json!({"attributedTo": format!("{}/moderators", group.uri)}));
    let ada = world.person("ada").await;
    let document = fetch::document(&world.federation, &group.uri.parse().unwrap(), &Budget::default()).await.unwrap();
    let community = keep::actor(&world.federation, &Introduced::read(&document).unwrap()).await.unwrap();
    let tx = world.federation.app.store.begin().await.unwrap();
    memberships::join(&tx, &ada, &community, None).await.unwrap();
    let seat = seats::seat(&tx, community.id, ada.id).await.unwrap().unwrap();
    seats::keep(&tx, Seat { status: SeatStatus::Active, ..seat }, false).await.unwrap();
    tx.commit().await.unwrap();
    (world, group, community, ada)
}

fn change(group: &Somebody, (kind, n): (&str, u32), (by, whom): (&str, &str)) -> Value {
    let mut act = activity(kind, &format!("{by}#act-{n}"), by, json!(whom));
    act["target"] = json!(format!("{}/moderators", group.uri));
    act["audience"] = json!(group.uri);
    act
}

async fn moderators(world: &World, community: &Account) -> Vec<String> {
    let found = memberships::queries::moderators(&world.federation.app.store, community.id).await.unwrap();
    found.into_iter().map(|account| account.uri).collect()
}

#[tokio::test]
async fn ap059_who_moderates_a_community_elsewhere_follows_what_it_announces_or_says() {
    let (world, group, community, ada) = elsewhere().await;
    let (mod_there, pat) = (world.peer.person("g", "mod", 0), world.peer.person("p", "pat", 0));
    let announce = |n: u32, act: Value| activity("Announce", &world.peer.at("g", &format!("/announce/{n}")), &group.uri, act);
    let ours = format!("{}{}", super::world::HERE, ada.uri);
    world.tell(&group, &announce(1, change(&group, ("Add", 1), (&mod_there.uri, &pat.uri)))).await;
    assert_eq!(moderators(&world, &community).await, [&*pat.uri], "somebody whom nobody here knew");
    world.tell(&group, &announce(2, change(&group, ("Add", 2), (&mod_there.uri, &ours)))).await;
    assert_eq!(moderators(&world, &community).await, [ada.uri.clone(), pat.uri.clone()]);
    // as our own nodes say it: the community itself
    world.tell(&group, &change(&group, ("Remove", 3), (&group.uri, &pat.uri))).await;
    world.tell(&group, &announce(4, change(&group, ("Remove", 4), (&mod_there.uri, &ours)))).await;
    assert!(moderators(&world, &community).await.is_empty());
    let seat = seats::seat(&world.federation.app.store, community.id, ada.id).await.unwrap().unwrap();
    assert_eq!((seat.status, seat.role), (SeatStatus::Active, Role::Member), "still a member");
}

#[tokio::test]
async fn ap059_nobody_else_says_who_moderates_it_and_nobody_of_ours_moderates_what_they_are_not_in() {
    let (world, group, community, _) = elsewhere().await;
    let (eve, pat) = (world.peer.person("e", "eve", 0), world.peer.person("p", "pat", 0));
    let bo = world.person("bo").await;
    let ours = format!("{}{}", super::world::HERE, bo.uri);
    let other = world.peer.actor("Group", "e", "other", 1);
    let add = change(&group, ("Add", 1), (&eve.uri, &pat.uri));
    world.tell(&eve, &add).await;
    assert_ne!(world.verdict(add["id"].as_str().unwrap()).await, "");
    let foreign = activity("Announce", &world.peer.at("e", "/announce/1"), &other.uri, change(&group, ("Add", 2), (&eve.uri, &pat.uri)));
    world.tell(&other, &foreign).await;
    assert_ne!(world.verdict(foreign["id"].as_str().unwrap()).await, "");
    let not_in = activity("Announce", &world.peer.at("g", "/announce/3"), &group.uri, change(&group, ("Add", 3), (&group.uri, &ours)));
    world.tell(&group, &not_in).await;
    assert_ne!(world.verdict(not_in["id"].as_str().unwrap()).await, "");
    assert!(moderators(&world, &community).await.is_empty());
}

#[test]
fn ap059_moderators_are_read_as_lemmy_and_mbin_write_them() {
    let folder = std::env::var("INTERMOOT_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    for file in ["lemmy/lemmy/activities/community/add_mod.json", "lemmy/lemmy/activities/community/remove_mod.json"] {
        let Ok(text) = std::fs::read(format!("{folder}/fixtures/{file}")) else {
            eprintln!("{file} is not there: not tried");
            continue;
        };
        let document: Value = serde_json::from_slice(&text).unwrap();
        let (_, deed) = crate::federation::activities::fixtures::deed(&document).unwrap();
        let crate::federation::activities::Deed::Pin(pin) = deed else { panic!("{file}") };
        let target = Fields::of(&document).unwrap().id("target").unwrap().to_owned();
        assert_eq!((pin.target, pin.adds), (target, file.contains("add_mod")));
    }
}
