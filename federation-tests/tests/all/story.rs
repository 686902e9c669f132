//! The main job, told once: three companies, one community, posts that travel, a crash in between, and a forger.

use crate::acquaintance::{holding, id, is_gone, sees};
use crate::clients::{Toot, program};
use crate::companies::{Cast, cast};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::find_post;
use federation_tests::eventually::when;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{NodeOptions, Software, World, eventually, quickly, shapes};
use serde_json::Value;
use std::time::Duration;

/// `words` is seen in the community at cobalt within two seconds; answers the post there.
async fn cy_sees_in_time(cast: &Cast, words: &str) -> Result<Value> {
    eventually(Duration::from_secs(2), &format!("cobalt showing {words:?} in time"), async || {
        Ok(find_post(&cast.cy.api.community_posts(&cast.valves[2].id).await?, words).cloned())
    })
    .await
}

async fn like_and_answer(cast: &Cast, words: &str, seen: &Value) -> Result<()> {
    cast.cy.api.favourite(id(seen)?).await?;
    let answer = format!("cobalt answers {words}");
    cast.cy.api.answer(id(seen)?, &answer).await?;
    let at_home = sees("the founder", words, async || cast.ada.api.community_posts(&cast.valves[0].id).await).await?;
    quickly("the founder seeing the like and the answer", async || {
        let post = cast.ada.api.status(id(&at_home)?).await?;
        let context = cast.ada.api.context(id(&at_home)?).await?;
        let below = context["descendants"].as_array().context("no descendants")?;
        Ok(when(post["favourites_count"] == 1 && find_post(below, &answer).is_some()))
    })
    .await
}

async fn crash_and_return(cast: &Cast) -> Result<()> {
    cast.boltco.kill()?;
    // what is written while boltco is away reaches it when it is back
    cast.ada.api.post_into(&cast.valves[0].id, "written while boltco was away").await?;
    cast.boltco.resume().await?;
    sees("boltco after its crash", "written while boltco was away", async || cast.bo.api.community_posts(&cast.valves[1].id).await).await?;
    Ok(())
}

async fn edit_and_delete_travel(cast: &Cast, mine: &str, words: &str) -> Result<()> {
    let edited = format!("{words}, corrected");
    cast.bo.api.edit(mine, &edited).await?;
    for (person, community) in [(&cast.ada, &cast.valves[0]), (&cast.cy, &cast.valves[2])] {
        sees("the edit", &edited, async || person.api.community_posts(&community.id).await).await?;
    }
    let doomed = cast.bo.api.post_into(&cast.valves[1].id, "a post to be deleted").await?;
    let there = sees("cobalt", "a post to be deleted", async || cast.cy.api.community_posts(&cast.valves[2].id).await).await?;
    cast.bo.api.erase(id(&doomed)?).await?;
    quickly("the deletion reaching cobalt", async || Ok(when(is_gone(&cast.cy.api, id(&there)?).await?))).await?;
    quickly("the deletion reaching the community", async || {
        Ok(when(holding(&cast.ada.api.community_posts(&cast.valves[0].id).await?, "a post to be deleted").is_empty()))
    })
    .await
}

/// A stranger claims to be bo, and claims that bo's post now says something else, and that it is gone.
async fn a_forger_changes_nothing(world: &World, cast: &Cast, post_uri: &str, words: &str) -> Result<()> {
    let peer = world.peer("stranger", Software::Mastodon).await?;
    let eve = peer.person("eve")?;
    let mut as_bo = (*eve).clone();
    as_bo.id.clone_from(&cast.bo.uri);
    let mut note = shapes::note(&as_bo, post_uri, "forged words", &[]);
    note["to"] = serde_json::json!([cast.valves[0].uri, shapes::PUBLIC]);
    for node in [&cast.acme, &cast.cobalt] {
        for activity in [shapes::update(&as_bo, &note, "forged"), shapes::delete(&as_bo, post_uri)] {
            let answer = eve.send(&node.inbox(), &activity).await?;
            ensure!(answer.status < 500, "{} broke on a forgery: {}", node.name, answer.status);
        }
    }
    let mark = "written after the forgery";
    cast.bo.api.post_into(&cast.valves[1].id, mark).await?;
    for (person, community) in [(&cast.ada, &cast.valves[0]), (&cast.cy, &cast.valves[2])] {
        sees("after the forgery", mark, async || person.api.community_posts(&community.id).await).await?;
        let posts = person.api.community_posts(&community.id).await?;
        ensure!(find_post(&posts, "forged words").is_none(), "{} shows forged words", person.name);
        ensure!(holding(&posts, words).len() == 1, "{} shows {words:?} {} times", person.name, holding(&posts, words).len());
    }
    Ok(())
}

async fn tell(world: &World, options: NodeOptions) -> Result<()> {
    let cast = cast(world, options).await?;
    let words = "the seal on valve nine leaks";
    let mine = cast.bo.api.post_into(&cast.valves[1].id, words).await?;
    let seen = cy_sees_in_time(&cast, words).await?;
    like_and_answer(&cast, words, &seen).await?;
    crash_and_return(&cast).await?;
    edit_and_delete_travel(&cast, id(&mine)?, words).await?;
    a_forger_changes_nothing(world, &cast, text(&mine, "uri")?, words).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_spans_three_companies() -> Result<()> {
    scenario(ALONE, async |world| tell(world, NodeOptions::default()).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_spans_three_companies_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(ALONE, async |world| tell(world, NodeOptions { postgres: true, ..NodeOptions::default() }).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_by_the_unmodified_toot_program_reaches_the_other_companies() -> Result<()> {
    if program("toot")?.is_none() {
        return Ok(());
    }
    scenario(ALONE, async |world| {
        let cast = cast(world, NodeOptions::default()).await?;
        let Some(toot) = Toot::log_in(world, &cast.boltco, &cast.bo).await? else { return Ok(()) };
        let account = cast.bo.api.resolve_account(&cast.valves[0].uri).await?;
        let words = format!("@{} greetings from the command line", text(&account, "acct")?);
        toot.run(&["post", &words, "--visibility", "public"]).await?;
        cy_sees_in_time(&cast, "greetings from the command line").await?;
        sees("the founder", "greetings from the command line", async || cast.ada.api.community_posts(&cast.valves[0].id).await).await?;
        Ok(())
    })
    .await
}
