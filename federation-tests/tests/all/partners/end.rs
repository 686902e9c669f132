//! A suspended agreement pauses and heals by itself; an ended one ends, on both sides, at once.

use super::alliance::{Alliance, alliance, eager, in_force, stays_away, took, travels, usable, walks_in};
use crate::acquaintance::{holding, id, is_gone, sees};
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::community::Community;
use federation_tests::node::Person;
use federation_tests::partners::is_nowhere;
use federation_tests::world::scenario;
use federation_tests::{World, quickly};
use serde_json::Value;
use std::time::Instant;

/// What somebody reads in a community that they did not write: one's own words stay one's own.
async fn of_others(person: &Person, community: &Community) -> Vec<Value> {
    let posts = person.api.community_posts(&community.id).await.unwrap_or_default();
    posts.into_iter().filter(|post| post["account"]["acct"] != person.name.as_str()).collect()
}

/// The engineer's seat rests on both sides; what is written meanwhile waits, and arrives when the agreement is resumed.
async fn suspended_and_resumed(cast: &Alliance, there: &Community) -> Result<()> {
    let Alliance { acme, boltco, ada, bea, bo, valves, .. } = cast;
    let started = Instant::now();
    bea.api.with_partner(acme.authority(), "suspend").await?;
    usable(bo, there, false).await?;
    in_force(ada, boltco, false).await?;
    took("suspended by boltco: at rest on both sides", started);
    let copies = of_others(bo, there).await;
    ensure!(copies.is_empty(), "a seat at rest reads: {copies:?}");
    let refused = bo.api.post_into(&there.id, "written without a right").await;
    ensure!(refused.is_err(), "a seat at rest posts: {refused:?}");
    let words = "written while the agreement was suspended";
    ada.api.post_into(&valves.id, words).await?;
    stays_away("bo under a suspended agreement", words, async || bo.api.community_posts(&there.id).await).await?;
    let started = Instant::now();
    bea.api.with_partner(acme.authority(), "resume").await?;
    in_force(ada, boltco, true).await?;
    usable(bo, there, true).await?;
    sees("bo after the agreement was resumed", words, async || bo.api.community_posts(&there.id).await).await?;
    took("resumed: what was parked is there", started);
    travels((bo, there), (ada, valves), "written without joining anew").await?;
    Ok(())
}

/// Nothing of the community is to be read at boltco any more, whichever way.
async fn nothing_is_read_at_boltco(cast: &Alliance, there: &Community, copy: &Value) -> Result<()> {
    let Alliance { bo, .. } = cast;
    let posts = of_others(bo, there).await;
    ensure!(posts.is_empty(), "a copy is listed: {posts:?}");
    ensure!(is_gone(&bo.api, id(copy)?).await?, "a copy is shown");
    ensure!(holding(&bo.api.home().await?, "between two companies").is_empty(), "a copy is in the home timeline");
    ensure!(bo.api.resolve_status(text(copy, "uri")?).await?.is_none(), "a copy is found by its address");
    is_nowhere("the context of a copy", &bo.api.peek(&format!("/api/v1/statuses/{}/context", id(copy)?)).await?)?;
    let members = bo.api.members(&there.id).await;
    ensure!(members.is_err(), "members are listed to somebody outside: {members:?}");
    Ok(())
}

/// acme lists what boltco is to forget, boltco forgets it and says so; acme's administrator sees both.
async fn forgets(cast: &Alliance, ended: Instant) -> Result<()> {
    let Alliance { ada, boltco, .. } = cast;
    let shown = quickly("boltco to forget what it held", async || {
        let found = ada.api.partner(boltco.authority()).await?;
        let is_done =
            found["retracted"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|one| one["confirmed_at"].is_string()));
        Ok(is_done.then_some(found))
    })
    .await?;
    took("copies forgotten at boltco and confirmed", ended);
    let told = &shown["retracted"][0];
    ensure!(told["posts"].as_i64() >= Some(2) && told["forgotten"] == told["posts"], "{told}");
    ensure!(told["community"] == cast.valves.uri.as_str(), "{told}");
    Ok(())
}

async fn tell(world: &World, postgres: bool) -> Result<()> {
    let cast = alliance(world, eager(postgres)).await?;
    let Alliance { acme, boltco, ada, al, bo, bea, valves, .. } = &cast;
    al.api.join(&valves.id).await?;
    let there = walks_in(bo, &cast).await?;
    let (_, copy) = travels((ada, valves), (bo, &there), "between two companies").await?;
    travels((bo, &there), (ada, valves), "bo said so").await?;
    suspended_and_resumed(&cast, &there).await?;
    let started = Instant::now();
    let ended = ada.api.with_partner(boltco.authority(), "end").await?;
    ensure!(ended["in_force"] == false && ended["state"] == "ended", "{ended}");
    usable(bo, &there, false).await?;
    took("ended by acme: of no use at boltco", started);
    in_force(bea, acme, false).await?;
    nothing_is_read_at_boltco(&cast, &there, &copy).await?;
    forgets(&cast, started).await?;
    let words = "written after the end";
    ada.api.post_into(&valves.id, words).await?;
    sees("al", words, async || al.api.community_posts(&valves.id).await).await?;
    stays_away("bo after the end", words, async || bo.api.community_posts(&there.id).await).await?;
    ensure!(bo.api.post_into(&there.id, "after the end").await.is_err(), "bo posts after the end");
    ensure!(holding(&al.api.community_posts(&valves.id).await?, "bo said so").len() == 1, "what bo said is gone at acme");
    let again = bo.api.join(&there.id).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    ensure!(bo.api.seat(&there.id).await?["usable"] != true, "bo walked in without an agreement: {again:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s118_an_ended_agreement_ends_every_seat_under_it_on_both_sides_at_once() -> Result<()> {
    scenario(2, async |world| tell(world, false).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s118_an_ended_agreement_ends_every_seat_under_it_on_both_sides_at_once_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(2, async |world| tell(world, true).await).await
}
