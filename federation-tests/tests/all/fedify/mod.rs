//! Fedify (npm) as an independent peer: it signs, verifies, fetches and reads JSON-LD with its own code.
//!
//! Everything that reaches it must have a good HTTP signature and a good proof (FEP-8b32) in its eyes, and lose no term on a
//! reader of JSON-LD. The peer is `fedify/peer.mjs`; which version of Fedify stands in `fedify/package.json`.

mod signatures;

use crate::acquaintance::{holding, id, is_gone, joins, names, sees};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Fedify, Node, NodeOptions, World, quickly};
use serde_json::{Value, json};

const CAVAGE: &str = "draft-cavage-http-signatures-12";

/// ada on our node, fred on Fedify; they follow each other.
struct Meeting {
    acme: Node,
    ada: Person,
    fedify: Fedify,
    fred: String,
    /// fred's account at acme.
    fred_here: String,
}

impl Meeting {
    async fn of(world: &World, more: &[&str]) -> Result<Option<Self>> {
        let Some(fedify) = world.fedify("fedify", more).await? else { return Ok(None) };
        let acme = world.node_with("acme", NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "200")).await?;
        let (ada, fred) = (acme.person("ada").await?, fedify.person("fred").await?);
        let found = ada.api.resolve_account(&format!("@fred@{}", fedify.authority())).await?;
        let fred_here = id(&found)?.to_owned();
        ada.api.follow(&fred_here).await?;
        quickly("ada following fred", async || Ok(when(ada.api.relationship(&fred_here).await?["following"] == true))).await?;
        fedify.follows("fred", &ada.uri).await?;
        Ok(Some(Self { acme, ada, fedify, fred, fred_here }))
    }

    /// fred posts to his followers; answers the note's id and ada's view of it.
    async fn fred_says(&self, words: &str) -> Result<(String, Value)> {
        let note = self.fedify.makes("note", json!({"as": "fred", "content": format!("<p>{words}</p>")})).await?;
        let seen = sees("home", words, async || self.ada.api.home().await).await?;
        ensure!(seen["uri"] == note.as_str() && seen["account"]["id"] == self.fred_here.as_str(), "{seen}");
        Ok((note, seen))
    }

    /// ada posts; answers the post once Fedify heard and read it.
    async fn ada_says(&self, words: &str) -> Result<Value> {
        let post = self.ada.api.say(words).await?;
        let heard = self.fedify.hears_of("Create", text(&post, "uri")?).await?;
        let content = heard["read"]["content"].as_str().context("no content was read")?;
        ensure!(content.contains(words) && heard["read"]["attributedTo"] == self.ada.uri.as_str(), "{heard}");
        Ok(post)
    }

    /// Waits until a number beside a post of ada's is `count`.
    async fn counts(&self, post: &Value, field: &str, count: u64) -> Result<()> {
        let what = format!("{field} to be {count}");
        quickly(&what, async || Ok(when(self.ada.api.status(id(post)?).await?[field] == count))).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fedify_follows_posts_replies_likes_and_boosts_and_so_do_we_there() -> Result<()> {
    scenario(1, async |world| {
        let Some(meeting) = Meeting::of(world, &[]).await? else { return Ok(()) };
        let Meeting { ada, fedify, .. } = &meeting;
        let post = meeting.ada_says("hello over there").await?;
        let uri = text(&post, "uri")?;
        let (note, seen) = meeting.fred_says("hello over here").await?;

        let reply = json!({"as": "fred", "content": "<p>well met</p>", "inReplyTo": uri});
        fedify.makes("note", reply).await?;
        quickly("fred's reply below ada's post", async || {
            let context = ada.api.context(id(&post)?).await?;
            Ok(when(!holding(context["descendants"].as_array().context("no descendants")?, "well met").is_empty()))
        })
        .await?;
        ada.api.answer(id(&seen)?, "likewise").await?;
        fedify.hears("Create", |got| got["read"]["inReplyTo"] == note.as_str()).await?;

        let like = fedify.makes("like", json!({"as": "fred", "id": uri})).await?;
        meeting.counts(&post, "favourites_count", 1).await?;
        let boost = fedify.makes("boost", json!({"as": "fred", "id": uri})).await?;
        meeting.counts(&post, "reblogs_count", 1).await?;
        fedify.act("unlike", json!({"as": "fred", "id": uri, "like": like})).await?;
        meeting.counts(&post, "favourites_count", 0).await?;
        fedify.act("unboost", json!({"as": "fred", "id": uri, "boost": boost})).await?;
        meeting.counts(&post, "reblogs_count", 0).await?;

        ada.api.favourite(id(&seen)?).await?;
        fedify.hears("Like", |got| got["activity"]["object"] == note.as_str()).await?;
        ada.api.reblog(id(&seen)?).await?;
        fedify.hears_of("Announce", &note).await?;
        for (undo, kind) in [("unfavourite", "Like"), ("unreblog", "Announce")] {
            ada.api.act(&format!("/api/v1/statuses/{}/{undo}", id(&seen)?)).await?;
            fedify.hears("Undo", |got| got["read"]["type"] == kind).await?;
        }
        fedify.judges_all_sound().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_deletions_and_unfollows_go_both_ways_with_fedify() -> Result<()> {
    scenario(1, async |world| {
        let Some(meeting) = Meeting::of(world, &[]).await? else { return Ok(()) };
        let Meeting { ada, fedify, .. } = &meeting;
        let post = meeting.ada_says("first words").await?;
        ada.api.edit(id(&post)?, "better words").await?;
        fedify.hears("Update", |got| got["read"]["content"].as_str().is_some_and(|content| content.contains("better words"))).await?;
        ada.api.erase(id(&post)?).await?;
        fedify.hears("Delete", |got| got["activity"]["object"]["id"] == post["uri"]).await?;

        let (note, seen) = meeting.fred_says("fred begins").await?;
        fedify.act("edit", json!({"as": "fred", "id": note, "content": "<p>fred ends</p>"})).await?;
        sees("the edit", "fred ends", async || Ok(vec![ada.api.status(id(&seen)?).await?])).await?;
        fedify.act("delete", json!({"as": "fred", "id": note})).await?;
        quickly("the deletion", async || Ok(when(is_gone(&ada.api, id(&seen)?).await?))).await?;

        let narrow = json!({"as": "fred", "content": "<p>for ada alone</p>", "mentions": [ada.uri], "narrow": true});
        fedify.makes("note", narrow).await?;
        let told =
            quickly("the notification", async || Ok(ada.api.notifications().await?.into_iter().find(|one| one["type"] == "mention")))
                .await?;
        ensure!(told["status"]["visibility"] == "direct", "{told}");

        fedify.act("unfollow", json!({"as": "fred", "id": ada.uri})).await?;
        quickly("no followers", async || Ok(when(ada.api.me().await?["followers_count"] == 0))).await?;
        ada.api.act(&format!("/api/v1/accounts/{}/unfollow", meeting.fred_here)).await?;
        fedify.hears("Undo", |got| got["activity"]["object"]["type"] == "Follow").await?;

        fedify.act("manners", json!({"follows": "reject"})).await?;
        let asked = ada.api.follow(&meeting.fred_here).await?;
        ensure!(asked["requested"] == true, "{asked}");
        quickly("the rejection", async || {
            let stands = ada.api.relationship(&meeting.fred_here).await?;
            Ok(when(stands["requested"] == false && stands["following"] == false))
        })
        .await?;
        fedify.judges_all_sound().await
    })
    .await
}

/// Waits until the community, as `person` sees it, has a post with these words; answers it.
async fn in_community(person: &Person, community: &Community, words: &str) -> Result<Value> {
    sees("the community", words, async || person.api.community_posts(&community.id).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_on_fedify_joins_a_community_takes_part_and_leaves() -> Result<()> {
    scenario(2, async |world| {
        let Some(meeting) = Meeting::of(world, &[]).await? else { return Ok(()) };
        let Meeting { acme, ada, fedify, fred, .. } = &meeting;
        let boltco = world.node("boltco").await?;
        let bo = boltco.person("bo").await?;
        let valves = ada.api.found_community("valves").await?;
        let valves_there = joins(&bo, &valves, "valves", acme).await?;
        fedify.follows("fred", &valves.uri).await?;
        let members = async || ada.api.members(&valves.id).await;
        ensure!(members().await?.iter().any(|member| names(member, fred)), "fred is not listed");

        let ours = ada.api.post_into(&valves.id, "valve day").await?;
        fedify.hears("Announce", |got| got["read"]["id"] == ours["uri"] && got["activity"]["actor"] == valves.uri.as_str()).await?;
        let note = json!({"as": "fred", "content": "<p>fred asks about gaskets</p>", "mentions": [valves.uri], "audience": valves.uri});
        let note = fedify.makes("note", note).await?;
        let here = in_community(ada, &valves, "about gaskets").await?;
        let there = in_community(&bo, &valves_there, "about gaskets").await?;
        fedify.hears("Announce", |got| got["read"]["id"] == note.as_str() && got["activity"]["actor"] == valves.uri.as_str()).await?;

        fedify.act("edit", json!({"as": "fred", "id": note, "content": "<p>fred asks about flanges</p>"})).await?;
        in_community(&bo, &valves_there, "about flanges").await?;
        // Fedify's proof inside what the community passes on was enough: nobody asked fred's server but that server itself
        let path = note.strip_prefix(&fedify.url).context("a foreign note")?;
        let fetched = fedify.fetched().await?;
        let asked = |got: &&Value| got["path"] == path && got["scheme"] != "none" && got["signer"] != fred.as_str();
        ensure!(!fetched.iter().any(|got| asked(&got)), "the note was fetched: {fetched:#?}");

        bo.api.answer(id(&there)?, "which size?").await?;
        fedify.hears("Create", |got| got["read"]["inReplyTo"] == note.as_str()).await?;
        fedify.makes("like", json!({"as": "fred", "id": ours["uri"]})).await?;
        meeting.counts(&ours, "favourites_count", 1).await?;

        ada.api.remove_post(&valves.id, id(&here)?, "answered elsewhere").await?;
        fedify.hears("Undo", |got| got["activity"]["actor"] == valves.uri.as_str()).await?;
        let gone = async || Ok(when(holding(&bo.api.community_posts(&valves_there.id).await?, "about flanges").is_empty()));
        quickly("the removal at the other node", gone).await?;

        fedify.act("unfollow", json!({"as": "fred", "id": valves.uri})).await?;
        quickly("fred listed no longer", async || Ok(when(!members().await?.iter().any(|member| names(member, fred))))).await?;
        fedify.judges_all_sound().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fedify_missed_arrives_when_it_is_back_and_its_new_keys_are_learnt() -> Result<()> {
    scenario(1, async |world| {
        let Some(meeting) = Meeting::of(world, &[]).await? else { return Ok(()) };
        let Meeting { ada, fedify, .. } = &meeting;
        let (_, seen) = meeting.fred_says("off for a while").await?;
        fedify.judges_all_sound().await?;
        fedify.kill()?;
        let mut missed = Vec::new();
        for n in 0..5 {
            missed.push(text(&ada.api.say(&format!("news {n}")).await?, "uri")?.to_owned());
        }
        ada.api.favourite(id(&seen)?).await?;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        fedify.resume().await?;
        for uri in &missed {
            fedify.hears_of("Create", uri).await?;
        }
        fedify.hears("Like", |got| got["activity"]["object"] == seen["uri"]).await?;
        let creates = fedify.received().await?.iter().filter(|got| got["heard"] == "Create").count();
        ensure!(creates == missed.len(), "{creates} posts came instead of {}", missed.len());

        fedify.act("rotate", json!({"as": "fred"})).await?;
        meeting.fred_says("with new keys").await?;
        fedify.judges_all_sound().await
    })
    .await
}
