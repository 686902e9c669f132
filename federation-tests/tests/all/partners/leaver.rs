//! An engineer leaves boltco while acme's node is down: out at once at home, out at acme as soon as it is back.

use super::alliance::{Alliance, SOON, alliance, eager, listed, stays_away, took, travels, usable, walks_in};
use crate::acquaintance::{holding, id, sees};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::world::scenario;
use federation_tests::{World, eventually, quickly};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Waits until the receipts of an act say this.
async fn receipts(cast: &Alliance, act: &Value, say: &str) -> Result<Value> {
    quickly(&format!("receipts: {say}"), async || {
        let found = cast.bea.api.off_boarding(id(act)?).await?;
        ensure!(found["receipts"] == say, "{found}");
        Ok(Some(found))
    })
    .await
}

/// bea off-boards bo; his log-in is dead at once.
async fn off_boards(cast: &Alliance) -> Result<Value> {
    let account = cast.bo.api.me().await?;
    let act = cast.bea.api.off_board(text(&account, "id")?).await?;
    for path in ["/api/v1/accounts/verify_credentials", "/api/v1/timelines/home"] {
        let reply = cast.bo.api.peek(path).await?;
        ensure!(reply.status == 401, "{path} answers a leaver {}", reply.status);
    }
    let fresh = cast.boltco.cli(&["token", "create", "bo", "--scopes", "read"], "").await;
    ensure!(fresh.is_err(), "a leaver was given a token: {fresh:?}");
    Ok(act)
}

/// Nobody of boltco reads, and nothing goes there.
async fn boltco_is_out(cast: &Alliance, there: &Community) -> Result<()> {
    let Alliance { ada, bea, valves, .. } = cast;
    let words = "written after the engineer left";
    ada.api.post_into(&valves.id, words).await?;
    stays_away("bea, with no seat, at boltco", words, async || bea.api.community_posts(&there.id).await).await?;
    ensure!(bea.api.resolve_status(text(&ada.api.community_posts(&valves.id).await?[0], "uri")?).await?.is_none(), "boltco fetched it");
    let copies = bea.api.community_posts(&there.id).await.unwrap_or_default();
    ensure!(copies.is_empty(), "boltco shows copies to one without a seat: {copies:?}");
    Ok(())
}

async fn tell(world: &World, postgres: bool) -> Result<()> {
    let cast = alliance(world, eager(postgres)).await?;
    let there = walks_in(&cast.bo, &cast).await?;
    travels((&cast.ada, &cast.valves), (&cast.bo, &there), "a word between us").await?;
    cast.acme.kill()?;
    let started = Instant::now();
    let act = off_boards(&cast).await?;
    took("off-boarded: log-in and token dead at home", started);
    receipts(&cast, &act, "0 of 1 confirmed").await?;
    let started = Instant::now();
    cast.acme.resume().await?;
    listed(&cast, &cast.bo.uri, false).await?;
    took("acme back: the seat is gone there", started);
    let receipt = receipts(&cast, &act, "1 of 1 confirmed").await?;
    took("acme back: the receipt is its signed record", started);
    ensure!(receipt["seats"][0]["confirmed_at"].is_string(), "{receipt}");
    boltco_is_out(&cast, &there).await?;
    ensure!(holding(&cast.ada.api.community_posts(&cast.valves.id).await?, "a word between us").len() == 1, "what was said is gone");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s117_who_left_while_the_partner_was_down_is_out_there_when_it_is_back() -> Result<()> {
    scenario(2, async |world| tell(world, false).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s117_who_left_while_the_partner_was_down_is_out_there_when_it_is_back_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(2, async |world| tell(world, true).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s117_who_left_is_out_at_once_where_the_partner_is_up_and_comes_back_only_by_a_new_grant() -> Result<()> {
    scenario(2, async |world| {
        let cast = alliance(world, eager(false)).await?;
        let there = walks_in(&cast.bo, &cast).await?;
        let words = "said before leaving";
        travels((&cast.bo, &there), (&cast.ada, &cast.valves), words).await?;
        let started = Instant::now();
        let act = off_boards(&cast).await?;
        eventually(SOON, "the seat gone at acme", async || {
            let members = cast.ada.api.members(&cast.valves.id).await?;
            Ok(when(federation_tests::partners::about(&members, &cast.bo.uri).is_none()))
        })
        .await?;
        took("off-boarded: seat ended at acme", started);
        receipts(&cast, &act, "1 of 1 confirmed").await?;
        took("off-boarded: the receipt is its signed record", started);
        sees("the post of a leaver", words, async || cast.ada.api.community_posts(&cast.valves.id).await).await?;
        hired_anew(&cast, &there).await
    })
    .await
}

/// Hired again, bo has no seat until he asks, and then a new one.
async fn hired_anew(cast: &Alliance, there: &Community) -> Result<()> {
    cast.boltco.cli(&["account", "restore", "bo"], "").await?;
    let token = cast.boltco.cli(&["token", "create", "bo", "--scopes", "read write follow"], "").await?;
    let api = federation_tests::Api::new(&cast.boltco.url, Some(&token))?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let seat = api.seat(&there.id).await?;
    ensure!(seat["usable"] != true, "a role came back by itself: {seat}");
    let account = api.me().await?;
    cast.bea.api.affiliate(text(&account, "id").context("no account")?, "Valve engineer").await?;
    let bo = federation_tests::node::Person { api, ..cast.bo.clone() };
    bo.api.join(&there.id).await?;
    usable(&bo, there, true).await?;
    listed(cast, &bo.uri, true).await
}
