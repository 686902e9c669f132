//! Who may end, accept, undo or change what: S35, S45, S46 of `security.md`.

use crate::acquaintance::{follows_peer, holding, id, is_gone, known_note, peer_follows, settles};
use crate::forged_senders::{Ground, ground, is_calm};
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::peer::id_of;
use federation_tests::world::scenario;
use federation_tests::{Peer, PeerActor, Software, quickly, shapes};
use serde_json::{Value, json};

/// What stands before the forgeries, and must stand after them.
struct Standing {
    valves: Community,
    note: Value,
    note_here: String,
    ours: Value,
    like: Value,
    follow: Value,
}

/// pat has posted, liked a post of ada's, follows the community; ada follows pat.
async fn standing(ground: &Ground) -> Result<Standing> {
    let valves = ground.ada.api.found_community("valves").await?;
    let (note, seen) = known_note(&ground.ada, &ground.home, &ground.pat, &ground.acme, "pats own words").await?;
    let ours = ground.ada.api.post_into(&valves.id, "adas own words").await?;
    let like = shapes::like(&ground.pat, text(&ours, "uri")?, &ground.home.fresh_id("likes"));
    ground.pat.delivers(&ground.acme.inbox(), &like).await?;
    quickly("the like", async || Ok(when(ground.ada.api.status(id(&ours)?).await?["favourites_count"] == 1))).await?;
    let follow = shapes::follow(&ground.pat, &valves.uri, &ground.home.fresh_id("follows"));
    ground.pat.delivers(&ground.acme.inbox(), &follow).await?;
    ground.home.awaits("the Accept", |got| got.kind() == "Accept" && got.object_id() == id_of(&follow)).await?;
    Ok(Standing { valves, note_here: id(&seen)?.to_owned(), note, ours, like, follow })
}

/// Every kind of activity that ends or changes something, as `forger` would send it about what is not theirs.
fn forgeries(ground: &Ground, standing: &Standing, forger: &PeerActor, peer: &Peer) -> Vec<Value> {
    let group = &standing.valves.uri;
    let ours = &standing.ours["uri"];
    let mut undo_like = shapes::undo(forger, &standing.like);
    undo_like["actor"] = json!(forger.id);
    let adas_follow = json!({"type": "Follow", "actor": ground.ada.uri, "object": ground.pat.id});
    let base = |kind: &str, object: Value| json!({"@context": shapes::CONTEXT, "type": kind, "actor": forger.id, "to": [group, shapes::PUBLIC], "cc": [group], "object": object});
    let with_target = |kind: &str, object: Value, target: &str| {
        let mut activity = base(kind, object);
        activity["target"] = json!(target);
        activity
    };
    let mut removal = base("Delete", ours.clone());
    removal["summary"] = json!("by a moderator, allegedly");
    let mut all = vec![
        shapes::delete(forger, id_of(&standing.note)),
        shapes::delete(forger, &ground.pat.id),
        shapes::delete(forger, group),
        removal,
        undo_like,
        shapes::undo(forger, &standing.follow),
        base("Undo", json!({"type": "Announce", "actor": group, "object": ours})),
        with_target("Move", json!(ground.pat.id), &forger.id),
        with_target("Add", json!(forger.id), &format!("{group}/moderators")),
        with_target("Remove", json!(ground.ada.uri), &format!("{group}/moderators")),
        with_target("Add", json!(id_of(&standing.note)), &format!("{group}/featured")),
        with_target("Remove", ours.clone(), &format!("{group}/featured")),
        with_target("Block", json!(ground.pat.id), group),
        base("Reject", adas_follow.clone()),
        base("Reject", standing.follow.clone()),
        base("Update", json!({"id": group, "type": "Group", "name": "taken over", "preferredUsername": "valves"})),
        base("Announce", base("Delete", json!(id_of(&standing.note)))),
        with_target("Lock", ours.clone(), group),
    ];
    for activity in &mut all {
        activity["id"] = json!(peer.fresh_id("activities"));
        activity["actor"] = json!(forger.id);
    }
    all
}

async fn still_stands(ground: &Ground, standing: &Standing) -> Result<()> {
    let api = &ground.ada.api;
    ensure!(!is_gone(api, &standing.note_here).await?, "pat's post is gone");
    ensure!(!is_gone(api, id(&standing.ours)?).await?, "ada's post is gone");
    let posts = api.community_posts(&standing.valves.id).await?;
    ensure!(holding(&posts, "adas own words").len() == 1, "ada's post was taken out of the community");
    let ours = api.status(id(&standing.ours)?).await?;
    ensure!(ours["favourites_count"] == 1, "the like was undone: {}", ours["favourites_count"]);
    let pat = api.resolve_account(&ground.pat.id).await?;
    let relationship = api.relationship(id(&pat)?).await?;
    ensure!(relationship["following"] == true, "the follow of pat ended: {relationship}");
    let community = api.community(&standing.valves.id).await?;
    ensure!(!community.to_string().contains("taken over"), "the community was changed: {community}");
    let members = api.members(&standing.valves.id).await?;
    let owners: Vec<&Value> = members.iter().filter(|member| matches!(member["role"].as_str(), Some("owner" | "moderator"))).collect();
    ensure!(owners.len() == 1, "moderators were changed: {owners:?}");
    ensure!(members.iter().any(|member| crate::acquaintance::names(member, &ground.pat.id)), "pat is no member any more");
    Ok(())
}

async fn nothing_changes_by(forger: impl AsyncFnOnce(&Ground, &Standing) -> Result<(std::sync::Arc<PeerActor>, Peer)>) -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let standing = standing(&ground).await?;
        let (forger, peer) = forger(&ground, &standing).await?;
        for activity in forgeries(&ground, &standing, &forger, &peer) {
            let answer = forger.send(&ground.acme.inbox(), &activity).await?;
            is_calm(answer.status).map_err(|error| error.context(activity.to_string()))?;
        }
        settles(&ground.ada, &ground.home, &ground.pat, &ground.acme).await?;
        still_stands(&ground, &standing).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s035_a_stranger_changes_nothing() -> Result<()> {
    nothing_changes_by(async |ground, _| Ok((ground.eve.clone(), ground.evil.clone()))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s035_a_neighbour_on_the_same_host_changes_nothing() -> Result<()> {
    nothing_changes_by(async |ground, _| Ok((ground.quinn.clone(), ground.home.clone()))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s035_an_ordinary_member_changes_nothing() -> Result<()> {
    nothing_changes_by(async |ground, standing| {
        peer_follows(&ground.evil, &ground.eve, &ground.acme, &standing.valves.uri).await?;
        Ok((ground.eve.clone(), ground.evil.clone()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s035_a_moderator_of_another_community_changes_nothing() -> Result<()> {
    nothing_changes_by(async |ground, standing| {
        let pumps = ground.ada.api.found_community("pumps").await?;
        for community in [&pumps, &standing.valves] {
            peer_follows(&ground.evil, &ground.eve, &ground.acme, &community.uri).await?;
        }
        let eve = ground.ada.api.resolve_account(&ground.eve.id).await?;
        let seat = ground.ada.api.appoint(&pumps.id, id(&eve)?, "moderator").await?;
        ensure!(seat["role"] == "moderator", "eve moderates nothing: {seat}");
        Ok((ground.eve.clone(), ground.evil.clone()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s035_the_rightful_actor_does_change_it() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let standing = standing(&ground).await?;
        ground.pat.delivers(&ground.acme.inbox(), &shapes::undo(&ground.pat, &standing.like)).await?;
        quickly("the like undone", async || Ok(when(ground.ada.api.status(id(&standing.ours)?).await?["favourites_count"] == 0))).await?;
        ground.home.withdraw(id_of(&standing.note));
        ground.pat.delivers(&ground.acme.inbox(), &shapes::delete(&ground.pat, id_of(&standing.note))).await?;
        quickly("the deletion", async || Ok(when(is_gone(&ground.ada.api, &standing.note_here).await?))).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s045_a_follow_stands_only_when_the_followed_said_so() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let locked = world.peer("locked", Software::Mastodon).await?;
        let pia = locked.person("pia")?;
        locked.set_accepting_follows(false);
        let account = ground.ada.api.resolve_account(&pia.id).await?;
        ground.ada.api.follow(id(&account)?).await?;
        let follow = locked.awaits("the Follow", |got| got.kind() == "Follow").await?.json.clone();
        let by_eve = shapes::accept(&ground.eve, &follow);
        let mut as_pia = shapes::accept(&ground.eve, &follow);
        as_pia["actor"] = json!(pia.id);
        for forged in [by_eve, as_pia] {
            is_calm(ground.eve.send(&ground.acme.inbox(), &forged).await?.status)?;
        }
        settles(&ground.ada, &ground.home, &ground.pat, &ground.acme).await?;
        let relationship = ground.ada.api.relationship(id(&account)?).await?;
        ensure!(relationship["following"] == false && relationship["requested"] == true, "accepted by a forger: {relationship}");
        pia.delivers(&ground.acme.inbox(), &shapes::accept(&pia, &follow)).await?;
        quickly("the rightful Accept", async || Ok(when(ground.ada.api.relationship(id(&account)?).await?["following"] == true))).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s045_an_accept_of_a_follow_never_sent_makes_no_follow() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let invented =
            json!({"id": format!("{}/activities/1", ground.acme.url), "type": "Follow", "actor": ground.ada.uri, "object": ground.eve.id});
        is_calm(ground.eve.send(&ground.acme.inbox(), &shapes::accept(&ground.eve, &invented)).await?.status)?;
        settles(&ground.ada, &ground.home, &ground.pat, &ground.acme).await?;
        let eve = ground.ada.api.resolve_account(&ground.eve.id).await?;
        let relationship = ground.ada.api.relationship(id(&eve)?).await?;
        ensure!(relationship["following"] == false && relationship["requested"] == false, "followed by accepting: {relationship}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s046_an_accept_of_somebody_elses_follow_is_ignored() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let bob = ground.acme.person("bob").await?;
        ground.evil.set_accepting_follows(false);
        let (for_ada, for_bob) = (ground.ada.api.resolve_account(&ground.eve.id).await?, bob.api.resolve_account(&ground.eve.id).await?);
        ground.ada.api.follow(id(&for_ada)?).await?;
        let follow = ground.evil.awaits("ada's Follow", |got| got.kind() == "Follow").await?.json.clone();
        // ada's follow, said to be of pat's: the followed is not who accepts
        let mut confused = follow.clone();
        confused["object"] = json!(ground.quinn.id);
        is_calm(ground.quinn.send(&ground.acme.inbox(), &shapes::accept(&ground.quinn, &follow)).await?.status)?;
        is_calm(ground.quinn.send(&ground.acme.inbox(), &shapes::accept(&ground.quinn, &confused)).await?.status)?;
        let mut for_bobs = follow.clone();
        for_bobs["actor"] = json!(bob.uri);
        is_calm(ground.eve.send(&ground.acme.inbox(), &shapes::accept(&ground.eve, &for_bobs)).await?.status)?;
        settles(&ground.ada, &ground.home, &ground.pat, &ground.acme).await?;
        let bobs = bob.api.relationship(id(&for_bob)?).await?;
        ensure!(bobs["following"] == false, "bob follows without having asked: {bobs}");
        let quinn = ground.ada.api.resolve_account(&ground.quinn.id).await?;
        let quinns = ground.ada.api.relationship(id(&quinn)?).await?;
        ensure!(quinns["following"] == false, "ada follows quinn without having asked: {quinns}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s046_only_the_follower_can_take_a_follow_back() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        follows_peer(&ground.ada, &ground.quinn).await?;
        let follow = shapes::follow(&ground.pat, &ground.ada.uri, &ground.home.fresh_id("follows"));
        ground.pat.delivers(&ground.acme.inbox(), &follow).await?;
        quickly("the follower", async || Ok(when(ground.ada.api.me().await?["followers_count"] == 1))).await?;
        let mut undo = shapes::undo(&ground.quinn, &follow);
        undo["id"] = json!(ground.home.fresh_id("undos"));
        is_calm(ground.quinn.send(&ground.acme.inbox(), &undo).await?.status)?;
        settles(&ground.ada, &ground.home, &ground.pat, &ground.acme).await?;
        ensure!(ground.ada.api.me().await?["followers_count"] == 1, "the follow was taken back by somebody else");
        Ok(())
    })
    .await
}
