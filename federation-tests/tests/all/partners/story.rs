//! acme opens "Valve quality" to boltco as supplier; an engineer of boltco walks in and posts.

use super::alliance::{Alliance, agree, alliance, eager, in_force, listed, strangers, travels, walks_in};
use crate::acquaintance::{holding, id, is_gone, sees};
use anyhow::{Context, Result, ensure};
use federation_tests::community::{Community, find_post};
use federation_tests::eventually::when;
use federation_tests::partners::about;
use federation_tests::world::scenario;
use federation_tests::{World, quickly};
use serde_json::{Value, json};

/// The badge that an account wears.
fn badge(account: &Value) -> &Value {
    &account["intermoot"]["affiliation"]
}

async fn the_engineer_posts(cast: &Alliance, there: &Community) -> Result<()> {
    let Alliance { ada, al, bo, valves, boltco, .. } = cast;
    let words = "batch 7 of the valves leaks at the seal";
    let (written, read) = travels((bo, there), (ada, valves), words).await?;
    let worn = badge(&read["account"]);
    ensure!(worn["confirmed"] == true && worn["host"] == boltco.authority(), "no badge on bo's post: {}", read["account"]);
    ensure!(worn["title"] == "Valve engineer", "{worn}");
    ensure!(read["visibility"] == "private", "a post of a private community shown as {}", read["visibility"]);
    ensure!(read["uri"] == written["uri"], "{read}");
    sees("al, who works at acme,", words, async || al.api.community_posts(&valves.id).await).await?;
    let members = ada.api.members(&valves.id).await?;
    let seat = about(&members, &bo.uri).context("bo is not listed")?;
    ensure!(seat["role"] == "member" && seat["stakeholder"] == "supplier" && seat["status"] == "active", "{seat}");
    ensure!(seat["organisation"] == format!("{}/org", boltco.url), "{seat}");
    answers_and_changes(cast, there, (&written, &read)).await
}

async fn answers_and_changes(cast: &Alliance, there: &Community, (written, read): (&Value, &Value)) -> Result<()> {
    let Alliance { ada, bo, valves, .. } = cast;
    ada.api.answer(id(read)?, "which torque did you use?").await?;
    quickly("bo reading the answer below the post", async || {
        let context = bo.api.context(id(written)?).await?;
        let below = context["descendants"].as_array().context("no descendants")?;
        Ok(when(find_post(below, "which torque").is_some()))
    })
    .await?;
    let (hers, at_bo) = travels((ada, valves), (bo, there), "the audit is on Monday").await?;
    sees("bo's home", "the audit is on Monday", async || bo.api.home().await).await?;
    ada.api.edit(id(&hers)?, "the audit is on Tuesday").await?;
    sees("bo reading the edit", "the audit is on Tuesday", async || bo.api.community_posts(&there.id).await).await?;
    bo.api.edit(id(written)?, "batch 7 is fine, batch 8 leaks").await?;
    sees("ada reading the edit", "batch 8 leaks", async || ada.api.community_posts(&valves.id).await).await?;
    ada.api.erase(id(&hers)?).await?;
    quickly("ada's deletion at boltco", async || Ok(when(is_gone(&bo.api, id(&at_bo)?).await?))).await?;
    bo.api.erase(id(written)?).await?;
    quickly("bo's deletion at acme", async || {
        let left = ada.api.community_posts(&valves.id).await?;
        Ok(when(is_gone(&ada.api, id(read)?).await? && holding(&left, "batch 8").is_empty()))
    })
    .await
}

async fn tell(world: &World, postgres: bool) -> Result<()> {
    let cast = alliance(world, eager(postgres)).await?;
    cast.al.api.join(&cast.valves.id).await.context("a colleague of the owner joining")?;
    let there = walks_in(&cast.bo, &cast).await?;
    listed(&cast, &cast.bo.uri, true).await?;
    the_engineer_posts(&cast, &there).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engineer_of_a_supplier_walks_in_and_works_with_the_customer() -> Result<()> {
    scenario(2, async |world| tell(world, false).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engineer_of_a_supplier_walks_in_and_works_with_the_customer_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(2, async |world| tell(world, true).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_agreement_nobody_walks_in_and_with_one_only_as_far_as_it_goes() -> Result<()> {
    scenario(2, async |world| {
        let cast = strangers(world, eager(false)).await?;
        let Alliance { acme, boltco, ada, bea, bo, .. } = &cast;
        // what they might know of the community by its handle gives them nothing
        if let Ok(here) = bo.api.lookup_community(&format!("@valves@{}", acme.authority())).await {
            bo.api.join(&here.id).await.ok();
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            ensure!(bo.api.seat(&here.id).await?["usable"] != true, "bo is in without an agreement");
        }
        agree(&cast).await?;
        walks_in(bo, &cast).await?;
        // by command line, narrowed to the one who is in
        let arguments = ["partner", "renew", boltco.authority(), "--most-seats", "1", "--json"];
        let renewed: Value = serde_json::from_str(&acme.cli(&arguments, "").await?)?;
        ensure!(renewed["in_force"] == true, "{renewed}");
        quickly("the narrower terms at boltco", async || {
            Ok(when(bea.api.partner(acme.authority()).await?["current"]["terms"]["mostSeats"] == json!(1)))
        })
        .await?;
        let ben = boltco.employee("ben", "Buyer", bea).await?;
        let here = ben.api.lookup_community(&format!("@valves@{}", acme.authority())).await?;
        ben.api.join(&here.id).await?;
        let told = quickly("ben being told why not", async || {
            let seat = ben.api.seat(&here.id).await?;
            Ok(seat["reason"].as_str().filter(|reason| reason.contains("no more seats")).map(str::to_owned))
        })
        .await?;
        ensure!(told.contains("renew"), "the refusal does not say what to do: {told}");
        in_force(ada, boltco, true).await?;
        listed(&cast, &ben.uri, false).await
    })
    .await
}
