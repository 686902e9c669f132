//! Whoever comes later reads what was there before, as far as the terms allow; and threads that came in part are filled in.
//!
//! Source: FEP-7888, FEP-f228, `membership.md` 6, security.md S119.

use super::alliance::{eager, in_force, usable};
use crate::acquaintance::{holding, id, sees};
use anyhow::{Context, Result, ensure};
use federation_tests::community::{Community, find_post};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::partners::Founded;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, NodeOptions, World, quickly};
use serde_json::{Value, json};

/// Posts that were there before: several pages of an outbox.
const BEFORE: usize = 50;

/// The administrator of acme offers `other` an agreement with this history; its administrator approves.
async fn agree(ada: &Person, acme: &Node, (other, their): (&Node, &Person), history: Value) -> Result<()> {
    let mut terms = json!({"communities": ["valves"], "stakeholder": "supplier", "most_role": "contributor"});
    for (name, value) in history.as_object().context("terms are an object")? {
        terms[name] = value.clone();
    }
    ada.api.propose(other.authority(), terms).await?;
    quickly("the offer arriving", async || Ok(when(their.api.partner(acme.authority()).await?["state"] == "offered"))).await?;
    their.api.with_partner(acme.authority(), "approve").await?;
    in_force(ada, other, true).await?;
    in_force(their, acme, true).await.map(drop)
}

/// Finds the community from elsewhere, joins and waits for the seat.
async fn comes(person: &Person, acme: &Node) -> Result<Community> {
    let here = person.api.lookup_community(&format!("@valves@{}", acme.authority())).await?;
    person.api.join_with(&here.id, "I make the valves").await?;
    usable(person, &here, true).await?;
    Ok(here)
}

/// Every post of a community, as one of its members has it.
async fn shelf(person: &Person, community: &Community) -> Result<Vec<Value>> {
    person.api.all_pages(&format!("/api/intermoot/v1/communities/{}/posts?limit=40", community.id), 400).await
}

/// "Valve quality" at acme, for partners, whose newcomers may read everything.
async fn founded(acme: &Node) -> Result<(Person, Community)> {
    let ada = acme.administrator("ada").await?;
    let valves = ada.api.found_as(Founded { name: "valves", title: "Valve quality", stage: "partners", join: "agreement" }).await?;
    let path = format!("/api/intermoot/v1/communities/{}", valves.id);
    let changed = ada.api.call(reqwest::Method::PATCH, &path, Some(json!({"history": "all"})), &[]).await?;
    ensure!(changed.status == 200, "{}", changed.text);
    Ok((ada, valves))
}

async fn all_of_it(world: &World, postgres: bool) -> Result<()> {
    let [acme, boltco, cobalt] = ["acme", "boltco", "cobalt"].map(|name| world.node_with(name, eager(postgres)));
    let (acme, boltco, cobalt) = (acme.await?, boltco.await?, cobalt.await?);
    let (ada, valves) = founded(&acme).await?;
    let (bea, cleo) = (boltco.administrator("bea").await?, cobalt.administrator("cleo").await?);
    agree(&ada, &acme, (&cobalt, &cleo), json!({"history": "all"})).await?;
    let cy = cobalt.employee("cy", "Seals", &cleo).await?;
    let at_cobalt = comes(&cy, &acme).await?;
    let theirs = cy.api.post_into(&at_cobalt.id, "which seal goes with batch 7?").await?;
    let question = sees("ada", "which seal goes", async || ada.api.community_posts(&valves.id).await).await?;
    cy.api.edit(id(&theirs)?, "which seal goes with batch 8?").await?;
    sees("ada reading the edit", "batch 8", async || ada.api.community_posts(&valves.id).await).await?;
    ada.api.answer(id(&question)?, "the green one").await?;
    for n in 0..BEFORE {
        ada.api.post_into(&valves.id, &format!("report {n:03}.")).await?;
    }

    agree(&ada, &acme, (&boltco, &bea), json!({"history": "all"})).await?;
    let bo = boltco.employee("bo", "Valve engineer", &bea).await?;
    let here = comes(&bo, &acme).await?;
    boltco.kill()?;
    boltco.resume().await?;
    quickly("bo reading everything that was there before", async || Ok(when(shelf(&bo, &here).await?.len() > BEFORE))).await?;
    let all = shelf(&bo, &here).await?;
    for n in 0..BEFORE {
        let times = holding(&all, &format!("report {n:03}.")).len();
        ensure!(times == 1, "report {n} is there {times} times");
    }
    let read = find_post(&all, "batch 8").context("the question of a third company is not there in its present words")?;
    ensure!(read["uri"] == theirs["uri"] && read["visibility"] == "private", "{read}");
    let context = bo.api.context(id(read)?).await?;
    ensure!(find_post(context["descendants"].as_array().context("no descendants")?, "the green one").is_some(), "{context}");
    let first = find_post(all.get(..1).unwrap_or_default(), "report 049.");
    ensure!(first.is_some(), "the newest does not stand first: {:?}", all.first());
    let told = bo.api.notifications().await?;
    ensure!(told.iter().all(|note| note["type"] != "mention" && note["type"] != "status"), "old posts were told as news: {told:?}");
    // and what is new comes as ever, above what is old
    ada.api.post_into(&valves.id, "the audit is on Monday").await?;
    sees("bo's home", "the audit is on Monday", async || bo.api.home().await).await?;
    let home = bo.api.home().await?;
    ensure!(find_post(home.get(..1).unwrap_or_default(), "the audit").is_some(), "something old stands above it: {:?}", home.first());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_who_comes_later_reads_everything_before_also_when_its_node_dies_meanwhile() -> Result<()> {
    scenario(ALONE, async |world| all_of_it(world, false).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_who_comes_later_reads_everything_before_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(ALONE, async |world| all_of_it(world, true).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s119_a_partner_reads_what_was_posted_since_the_terms_say_and_nothing_older() -> Result<()> {
    scenario(2, async |world| {
        let (acme, boltco) = (world.node_with("acme", eager(false)).await?, world.node_with("boltco", eager(false)).await?);
        let (ada, valves) = founded(&acme).await?;
        let bea = boltco.administrator("bea").await?;
        ada.api.post_into(&valves.id, "what we paid for the last batch").await?;
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let later = ada.api.post_into(&valves.id, "how to order the next").await?;
        let since = json!({"history": "since", "history_from": later["created_at"]});
        agree(&ada, &acme, (&boltco, &bea), since).await?;
        let bo = boltco.employee("bo", "Valve engineer", &bea).await?;
        let here = comes(&bo, &acme).await?;
        sees("bo", "how to order", async || bo.api.community_posts(&here.id).await).await?;
        ada.api.post_into(&valves.id, "a mark").await?;
        sees("bo", "a mark", async || bo.api.community_posts(&here.id).await).await?;
        let all = shelf(&bo, &here).await?;
        ensure!(holding(&all, "what we paid").is_empty(), "something older arrived: {all:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_one_company_never_got_is_there_once_somebody_opens_the_thread() -> Result<()> {
    scenario(ALONE, async |world| {
        let acme = world.node_with("acme", NodeOptions::default()).await?;
        let boltco = world.node_with("boltco", NodeOptions::default()).await?;
        let cobalt = world.node_with("cobalt", NodeOptions::default()).await?;
        let (ada, bo, cy) = (acme.person("ada").await?, boltco.person("bo").await?, cobalt.person("cy").await?);
        let question = ada.api.say("does anybody know this valve?").await?;
        let uri = question["uri"].as_str().context("a post has an id")?;
        let at_boltco = bo.api.resolve_status(uri).await?.context("bo cannot find it")?;
        let at_cobalt = cy.api.resolve_status(uri).await?.context("cy cannot find it")?;
        cy.api.answer(id(&at_cobalt)?, "we make it").await?;
        quickly("the answer at acme", async || {
            let context = ada.api.context(id(&question)?).await?;
            Ok(when(find_post(context["descendants"].as_array().context("no descendants")?, "we make it").is_some()))
        })
        .await?;
        quickly("bo reading the answer", async || {
            let context = bo.api.context(id(&at_boltco)?).await?;
            Ok(when(find_post(context["descendants"].as_array().context("no descendants")?, "we make it").is_some()))
        })
        .await
    })
    .await
}
