//! A partner is broken into: one command keeps it apart, nothing is lost, and one more takes it back.

use super::alliance::{Alliance, alliance, eager, stays_away, took, travels, usable, walks_in};
use anyhow::{Result, ensure};
use federation_tests::World;
use federation_tests::world::scenario;
use std::time::{Duration, Instant};

async fn tell(world: &World) -> Result<()> {
    let cast = alliance(world, eager(false)).await?;
    let Alliance { acme, boltco, ada, bo, valves, .. } = &cast;
    let there = walks_in(bo, &cast).await?;
    travels((bo, &there), (ada, valves), "before the break-in").await?;
    let started = Instant::now();
    acme.cli(&["partner", "quarantine", boltco.authority(), "--reason", "a break-in"], "").await?;
    let listed = acme.cli(&["partner", "list"], "").await?;
    ensure!(listed.contains("in quarantine"), "{listed}");
    // a block counts within a second
    tokio::time::sleep(Duration::from_secs(1)).await;
    bo.api.post_into(&there.id, "by whoever broke in").await.ok();
    ada.api.post_into(&valves.id, "not for boltco").await?;
    stays_away("ada", "by whoever broke in", async || ada.api.community_posts(&valves.id).await).await?;
    stays_away("bo", "not for boltco", async || bo.api.community_posts(&there.id).await).await?;
    let kept = ada.api.community_posts(&valves.id).await?;
    ensure!(federation_tests::community::find_post(&kept, "before the break-in").is_some(), "something was deleted: {kept:?}");
    let shown = ada.api.partner(boltco.authority()).await?;
    ensure!(shown["quarantine"]["reason"] == "a break-in" && shown["in_force"] == false, "{shown}");
    acme.cli(&["partner", "release", boltco.authority()], "").await?;
    usable(bo, &there, true).await?;
    travels((ada, valves), (bo, &there), "all is well again").await?;
    took("quarantine, and back", started);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s113_one_command_keeps_a_partner_apart_and_one_takes_it_back() -> Result<()> {
    scenario(2, async |world| tell(world).await).await
}
