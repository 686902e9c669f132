//! Communities and software of other makers: Follow as each sends it, the two shapes of Announce, posts from outside.
//!
//! Shapes: `federation.md` §3 P1, §4.4 and §5. A plain peer gets `Announce{object id}` for top-level posts, a group peer
//! `Announce{activity}`; one shape per inbox, each once.

use crate::acquaintance::{holding, id, is_gone, names, peer_follows, sees};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::peer::{Received, id_of};
use federation_tests::world::scenario;
use federation_tests::{Node, Peer, PeerActor, Software, World, quickly, shapes};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// One community with a founder, a plain and a group follower.
struct Square {
    acme: Node,
    ada: Person,
    valves: Community,
    plain: Peer,
    mia: Arc<PeerActor>,
    group: Peer,
    lee: Arc<PeerActor>,
}

async fn square(world: &World) -> Result<Square> {
    let acme = world.node("acme").await?;
    let ada = acme.person("ada").await?;
    let valves = ada.api.found_community("valves").await?;
    let plain = world.peer("plain", Software::Mastodon).await?;
    let group = world.peer("group", Software::Lemmy).await?;
    let (mia, lee) = (plain.person("mia")?, group.person("lee")?);
    peer_follows(&plain, &mia, &acme, &valves.uri).await?;
    let follow = shapes::lemmy_follow(&lee, &valves.uri, &group.fresh_id("activities/follow"));
    lee.delivers(&acme.inbox(), &follow).await?;
    group.awaits("the Accept", |got| got.kind() == "Accept").await?;
    Ok(Square { acme, ada, valves, plain, mia, group, lee })
}

/// Announces of `about` (a post's id) at a peer, in either shape.
fn announces(peer: &Peer, about: &str) -> Vec<Arc<Received>> {
    let is_about = |object: &Value| id_of(object) == about || id_of(&object["object"]) == about;
    peer.activities("Announce").into_iter().filter(|got| got.was_taken() && is_about(&got.json["object"])).collect()
}

/// The plain peer has the post by reference, the group peer the whole Create; each once and nothing else of it.
async fn both_shapes_once(square: &Square, post: &str) -> Result<()> {
    let create =
        |got: &Received| got.kind() == "Announce" && got.json["object"]["type"] == "Create" && id_of(&got.json["object"]["object"]) == post;
    square.plain.awaits("Announce{id}", |got| got.kind() == "Announce" && got.json["object"] == post).await?;
    let whole = square.group.awaits("Announce{Create}", create).await?;
    ensure!(whole.json["actor"] == square.valves.uri, "announced by {}", whole.json["actor"]);
    ensure!(whole.json["cc"].is_array() || whole.json["cc"].is_string(), "an Announce without cc: Lemmy refuses it");
    tokio::time::sleep(Duration::from_millis(700)).await;
    for peer in [&square.plain, &square.group] {
        let got = announces(peer, post);
        ensure!(got.len() == 1, "{} announces of {post}\n{}", got.len(), peer.summary());
    }
    Ok(())
}

async fn accept_comes_back(software: Software, build: impl Fn(&PeerActor, &str, &str) -> Value) -> Result<()> {
    scenario(1, async |world| {
        let acme = world.node("acme").await?;
        let ada = acme.person("ada").await?;
        let valves = ada.api.found_community("valves").await?;
        let peer = world.peer("peer1", software).await?;
        let mia = peer.person("mia")?;
        let follow = build(&mia, &valves.uri, &peer.fresh_id("follows"));
        mia.delivers(&valves.inbox(), &follow).await?;
        let accept = peer.awaits("the Accept", |got| got.kind() == "Accept").await?;
        ensure!(accept.json["actor"] == valves.uri, "accepted by {}", accept.json["actor"]);
        ensure!(accept.signer.as_deref() == Ok(valves.uri.as_str()), "signed by {:?}", accept.signer);
        ensure!(accept.json["object"]["id"] == follow["id"], "the Follow is not nested: {}", accept.json);
        ensure!(accept.json["object"]["object"] == valves.uri, "the nested Follow is of something else: {}", accept.json);
        quickly("the community counting its follower", async || {
            let document: Value = serde_json::from_slice(&mia.fetch(&valves.followers()).await?.body)?;
            Ok(when(document["totalItems"].as_u64() >= Some(1)))
        })
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ap053_ap054_a_follow_as_mastodon_sends_it_is_accepted() -> Result<()> {
    accept_comes_back(Software::Mastodon, shapes::follow).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_as_gotosocial_sends_it_is_accepted() -> Result<()> {
    accept_comes_back(Software::GoToSocial, shapes::gotosocial_follow).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_as_lemmy_sends_it_is_accepted() -> Result<()> {
    accept_comes_back(Software::Lemmy, shapes::lemmy_follow).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_peer_gets_a_post_once_and_in_its_own_shape() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let post = square.ada.api.post_into(&square.valves.id, "valve day").await?;
        let uri = text(&post, "uri")?;
        both_shapes_once(&square, uri).await?;
        let fetched: Value = serde_json::from_slice(&square.mia.fetch(uri).await?.body)?;
        ensure!(fetched["id"] == uri && fetched["audience"] == square.valves.uri, "what stands at the announced id: {fetched}");
        ensure!(square.plain.posts().iter().chain(&square.group.posts()).all(|got| got.signer.is_ok()), "{}", square.plain.summary());
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_and_deletes_of_a_post_travel_to_both_kinds_of_peer() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let post = square.ada.api.post_into(&square.valves.id, "valve day").await?;
        let uri = text(&post, "uri")?.to_owned();
        both_shapes_once(&square, &uri).await?;
        square.ada.api.edit(id(&post)?, "valve week").await?;
        square.plain.awaits("the Update", |got| got.kind() == "Update" && got.object_id() == uri).await?;
        let wrapped = |got: &Received, kind: &str| got.json["object"]["type"] == kind && id_of(&got.json["object"]["object"]) == uri;
        square.group.awaits("Announce{Update}", |got| wrapped(got, "Update")).await?;
        square.ada.api.erase(id(&post)?).await?;
        square.plain.awaits("the Delete", |got| got.kind() == "Delete" && got.object_id() == uri).await?;
        square.group.awaits("Announce{Delete}", |got| wrapped(got, "Delete")).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mastodon_user_posts_into_the_community_by_mention() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let handle = format!("@valves@{}", square.acme.authority());
        let note = shapes::note(&square.mia, &square.plain.fresh_id("notes"), "mia asks about gaskets", &[(&square.valves.uri, &handle)]);
        square.plain.publish(&note)?;
        square.mia.delivers(&square.valves.inbox(), &shapes::create(&square.mia, &note)).await?;
        sees("the community", "mia asks about gaskets", async || square.ada.api.community_posts(&square.valves.id).await).await?;
        both_shapes_once(&square, id_of(&note)).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lemmy_user_posts_votes_edits_and_deletes_in_the_community() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let (acme, lee, valves) = (&square.acme, &square.lee, &square.valves);
        let page = shapes::lemmy_page(lee, &square.group.fresh_id("post"), "lee on flanges", &valves.uri);
        let page_id = id_of(&page).to_owned();
        square.group.publish(&page)?;
        let create = shapes::create(lee, &page);
        lee.delivers(&acme.inbox(), &create).await?;
        let look = async || square.ada.api.community_posts(&valves.id).await;
        let post = sees("the community", "lee on flanges", look).await?;
        let back = square
            .group
            .awaits("its own Create announced", |got| got.kind() == "Announce" && got.json["object"]["id"] == create["id"])
            .await?;
        ensure!(back.json["object"]["object"] == create["object"], "the bytes of the post changed on the way: {}", back.json["object"]);
        square.plain.awaits("Announce{id} of the page", |got| got.kind() == "Announce" && got.json["object"] == page_id.as_str()).await?;

        let like = shapes::lemmy_like(lee, &page_id, &valves.uri, &square.group.fresh_id("activities/like"));
        lee.delivers(&acme.inbox(), &like).await?;
        quickly("the vote counting", async || Ok(when(square.ada.api.status(id(&post)?).await?["favourites_count"] == 1))).await?;
        lee.delivers(&acme.inbox(), &shapes::undo(lee, &like)).await?;
        quickly("the vote taken back", async || Ok(when(square.ada.api.status(id(&post)?).await?["favourites_count"] == 0))).await?;

        let edited = shapes::edited(&page, "better flanges");
        square.group.publish(&edited)?;
        lee.delivers(&acme.inbox(), &shapes::update(lee, &edited, "1")).await?;
        sees("the edit", "better flanges", look).await?;

        let comment = shapes::lemmy_comment(lee, &square.group.fresh_id("comment"), "and bolts", &page_id, &valves.uri);
        square.group.publish(&comment)?;
        lee.delivers(&acme.inbox(), &shapes::create(lee, &comment)).await?;
        quickly("the comment below its post", async || {
            let context = square.ada.api.context(id(&post)?).await?;
            Ok(when(!holding(context["descendants"].as_array().context("no descendants")?, "and bolts").is_empty()))
        })
        .await?;

        square.group.withdraw(&page_id);
        lee.delivers(&acme.inbox(), &shapes::lemmy_delete(lee, &page_id, &valves.uri, None)).await?;
        quickly("the deletion", async || Ok(when(is_gone(&square.ada.api, id(&post)?).await?))).await?;
        square
            .plain
            .awaits("Undo of the announce", |got| {
                got.kind() == "Undo" && id_of(&got.json["object"]["object"]) == page_id
                    || got.kind() == "Delete" && got.object_id() == page_id
            })
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_by_a_moderator_travels() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let page = shapes::lemmy_page(&square.lee, &square.group.fresh_id("post"), "an advertisement", &square.valves.uri);
        square.group.publish(&page)?;
        square.lee.delivers(&square.acme.inbox(), &shapes::create(&square.lee, &page)).await?;
        let look = async || square.ada.api.community_posts(&square.valves.id).await;
        let post = sees("the community", "an advertisement", look).await?;
        square.plain.awaits("the announce", |got| got.kind() == "Announce" && got.json["object"] == page["id"]).await?;
        square.ada.api.remove_post(&square.valves.id, id(&post)?, "not about valves").await?;
        let removal = square
            .group
            .awaits("Announce{Delete} with a reason", |got| {
                let inner = &got.json["object"];
                got.kind() == "Announce" && inner["type"] == "Delete" && id_of(&inner["object"]) == id_of(&page)
            })
            .await?;
        ensure!(removal.json["object"]["summary"].is_string(), "without a summary it reads as the author's own: {}", removal.json);
        square
            .plain
            .awaits("Undo of the announce", |got| got.kind() == "Undo" && id_of(&got.json["object"]["object"]) == id_of(&page))
            .await?;
        ensure!(holding(&look().await?, "an advertisement").is_empty(), "the removed post is still shown");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_follower_is_told_by_reject() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let mia = square.ada.api.resolve_account(&square.mia.id).await?;
        square.ada.api.remove_member(&square.valves.id, id(&mia)?).await?;
        let reject = square.plain.awaits("Reject{Follow}", |got| got.kind() == "Reject").await?;
        ensure!(reject.json["object"]["actor"] == square.mia.id, "the Follow is not nested: {}", reject.json);
        let post = square.ada.api.post_into(&square.valves.id, "without mia").await?;
        let uri = text(&post, "uri")?.to_owned();
        square
            .group
            .awaits("the announce elsewhere", |got| got.kind() == "Announce" && id_of(&got.json["object"]["object"]) == uri)
            .await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        ensure!(announces(&square.plain, &uri).is_empty(), "still delivered:\n{}", square.plain.summary());
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lemmy_user_leaves_by_the_undo_of_a_follow_that_was_never_sent() -> Result<()> {
    scenario(1, async |world| {
        let square = square(world).await?;
        let never_sent = shapes::lemmy_follow(&square.lee, &square.valves.uri, &square.group.fresh_id("activities/follow"));
        square.lee.delivers(&square.acme.inbox(), &shapes::undo(&square.lee, &never_sent)).await?;
        quickly("lee listed no longer", async || {
            let members = square.ada.api.members(&square.valves.id).await?;
            Ok(when(!members.iter().any(|member| names(member, &square.lee.id))))
        })
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_of_a_lemmy_community_sent_in_both_shapes_appears_once() -> Result<()> {
    scenario(1, async |world| {
        let acme = world.node("acme").await?;
        let ada = acme.person("ada").await?;
        let peer = world.peer("lemmy", Software::Lemmy).await?;
        let (lee, main) = (peer.person("lee")?, peer.group("main")?);
        crate::acquaintance::follows_peer(&ada, &main).await?;
        let page = shapes::lemmy_page(&lee, &peer.fresh_id("post"), "said over there", &main.id);
        peer.publish(&page)?;
        let whole = shapes::announce(&main, shapes::create(&lee, &page), &peer.fresh_id("activities/announce/create"));
        let compat = shapes::announce(&main, page.clone(), &peer.fresh_id("activities/announce/page"));
        let by_id = shapes::announce(&main, json!(id_of(&page)), &peer.fresh_id("activities/announce/id"));
        for activity in [&whole, &compat, &whole, &by_id] {
            main.delivers(&acme.inbox(), activity).await?;
        }
        sees("home", "said over there", async || ada.api.home().await).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let found = ada.api.home().await?;
        let times = holding(&found, "said over there").len();
        ensure!(times == 1, "shown {times} times");
        Ok(())
    })
    .await
}
