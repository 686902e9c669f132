//! Moderators on another node than the community: reports, acts over posts and people, requests, the queue of newcomers, policies.

use crate::acquaintance::{id, joins, names, sees};
use anyhow::{Context, Result, ensure};
use federation_tests::community::{Community, find_post};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, NodeOptions, World, quickly};
use reqwest::Method;
use serde_json::{Value, json};

const COMMUNITIES: &str = "/api/intermoot/v1/communities";

fn options() -> NodeOptions {
    NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "200").with("COMMUNITIES__ANNOUNCE_HOURS", "0")
}

/// acme with ada's community `valves`, and boltco with mo, whom ada makes its moderator.
struct Cast {
    acme: Node,
    boltco: Node,
    ada: Person,
    mo: Person,
    home: Community,
    there: Community,
}

async fn cast(world: &World, stage: &str, join: &str) -> Result<Cast> {
    let acme = world.node_with("acme", options()).await?;
    let boltco = world.node_with("boltco", options()).await?;
    let (ada, mo) = (acme.person_with_role("ada", "owner").await?, boltco.person("mo").await?);
    let founding = json!({ "name": "valves", "title": "Valves", "purpose": "Quality.", "stage": stage, "join": "open" });
    let home = Community::of(&ada.api.post(COMMUNITIES, founding).await?)?;
    let there = joins(&mo, &home, "valves", &acme).await?;
    let known = ada.api.resolve_account(&mo.uri).await?;
    ada.api.appoint(&home.id, id(&known)?, "moderator").await?;
    quickly("mo being a moderator at boltco", async || Ok(when(mo.api.community(&there.id).await?["membership"]["role"] == "moderator")))
        .await?;
    change(&ada, &home, json!({ "join": join, "question": "What do you make?" })).await?;
    Ok(Cast { acme, boltco, ada, mo, home, there })
}

async fn change(owner: &Person, community: &Community, how: Value) -> Result<()> {
    let reply = owner.api.call(Method::PATCH, &format!("{COMMUNITIES}/{}", community.id), Some(how), &[]).await?;
    ensure!(reply.status == 200, "{} {}", reply.status, reply.text);
    Ok(())
}

async fn list(person: &Person, path: &str) -> Result<Vec<Value>> {
    federation_tests::api::list(person.api.get(path).await?)
}

/// Waits for the one thing in a list that `is` so.
async fn one(what: &str, (person, path): (&Person, &str), is: impl Fn(&Value) -> bool) -> Result<Value> {
    quickly(&format!("{}: {what}", person.name), async || Ok(list(person, path).await?.into_iter().find(|item| is(item)))).await
}

async fn is_shown(what: &str, (person, community): (&Person, &Community), words: &str, shown: bool) -> Result<()> {
    quickly(&format!("{}: {what}", person.name), async || {
        Ok(when(find_post(&person.api.community_posts(&community.id).await?, words).is_some() == shown))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_reaches_moderators_on_both_nodes_and_its_outcome_comes_back() -> Result<()> {
    scenario(2, async |world| {
        let cast = cast(world, "public", "open").await?;
        let (ann, bo) = (cast.acme.person("ann").await?, cast.boltco.person("bo").await?);
        ann.api.join(&cast.home.id).await?;
        joins(&bo, &cast.home, "valves", &cast.acme).await?;
        ann.api.post_into(&cast.home.id, "buy my valves").await?;
        let seen = sees("bo", "buy my valves", async || bo.api.community_posts(&cast.there.id).await).await?;
        let report = json!({ "account_id": seen["account"]["id"], "status_ids": [seen["id"]], "comment": "an advertisement" });
        bo.api.post("/api/v1/reports", report).await?;

        let (at_home, at_boltco) = (format!("{COMMUNITIES}/{}/reports", cast.home.id), format!("{COMMUNITIES}/{}/reports", cast.there.id));
        one("the report", (&cast.ada, &at_home), |it| it["comment"] == "an advertisement").await?;
        let copy = one("the report", (&cast.mo, &at_boltco), |it| it["comment"] == "an advertisement").await?;
        one("being told", (&cast.mo, "/api/v1/notifications"), |it| it["type"] == "admin.report").await?;
        cast.mo.api.post(&format!("{at_boltco}/{}/resolve", id(&copy)?), json!({ "outcome": "It is gone now." })).await?;
        let came = |it: &Value| it["intermoot"]["outcome"] == "It is gone now.";
        one("the outcome", (&cast.ada, &format!("{at_home}?resolved=true")), came).await?;
        one("the outcome", (&bo, "/api/intermoot/v1/reports"), came).await?;
        let told = "/api/v1/notifications?types[]=intermoot.report_resolved";
        one("being told", (&bo, told), |it| it["type"] == "intermoot.report_resolved").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_elsewhere_removes_restores_locks_warns_and_bans() -> Result<()> {
    scenario(2, async |world| {
        let cast = cast(world, "public", "open").await?;
        let ann = cast.acme.person("ann").await?;
        ann.api.join(&cast.home.id).await?;
        let mine = ann.api.post_into(&cast.home.id, "buy my valves").await?;
        let seen = sees("mo", "buy my valves", async || cast.mo.api.community_posts(&cast.there.id).await).await?;
        let (places, words) = ([(&cast.ada, &cast.home), (&cast.mo, &cast.there)], "buy my valves");

        cast.mo.api.remove_post(&cast.there.id, id(&seen)?, "an advertisement").await?;
        for place in places {
            is_shown("the removal", place, words, false).await?;
        }
        let over_post = format!("{COMMUNITIES}/{}/posts/{}", cast.there.id, id(&seen)?);
        cast.mo.api.post(&format!("{over_post}/restore"), json!({ "reason": "a mistake" })).await?;
        for place in places {
            is_shown("the post again", place, words, true).await?;
        }

        cast.mo.api.post(&format!("{over_post}/lock"), json!({ "reason": "enough said" })).await?;
        quickly("the lock at home", async || Ok(when(cast.ada.api.answer(id(&mine)?, "one more word").await.is_err()))).await?;
        cast.mo.api.post(&format!("{over_post}/unlock"), json!({})).await?;
        quickly("the lock lifted", async || Ok(when(cast.ada.api.answer(id(&mine)?, "the last word").await.is_ok()))).await?;

        let over_ann = format!("{COMMUNITIES}/{}/members/{}", cast.there.id, id(&seen["account"])?);
        cast.mo.api.post(&format!("{over_ann}/warn"), json!({ "reason": "no advertisements" })).await?;
        one("the warning", (&ann, "/api/v1/notifications"), |it| {
            it["type"] == "moderation_warning" && it["moderation_warning"]["text"] == "no advertisements"
        })
        .await?;
        cast.mo.api.post(&format!("{over_ann}/ban"), json!({ "reason": "again", "expires_in": 8 })).await?;
        quickly("the ban at home", async || Ok(when(ann.api.post_into(&cast.home.id, "buy more").await.is_err()))).await?;
        ensure!(ann.api.join(&cast.home.id).await.is_err(), "banned, and back at once");
        let log = format!("{COMMUNITIES}/{}/log", cast.there.id);
        one("the ban in the log", (&cast.mo, &log), |it| it["act"] == "ban" && it["asked"] == false && it["expires_at"].is_string())
            .await?;
        quickly("the end of the ban", async || Ok(when(ann.api.join(&cast.home.id).await.is_ok()))).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_elsewhere_hears_of_a_request_from_a_third_node_and_admits_it() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, "public", "ask").await?;
        let cobalt = world.node_with("cobalt", options()).await?;
        let (cy, cora) = (cobalt.person("cy").await?, cobalt.person("cora").await?);
        let handle = format!("@valves@{}", cast.acme.authority());
        let at_cobalt = cy.api.lookup_community(&handle).await?;
        for person in [&cy, &cora] {
            let ask = json!({ "reason": format!("{} makes seals", person.name) });
            person.api.post(&format!("{COMMUNITIES}/{}/join", at_cobalt.id), ask).await?;
        }
        let told = "/api/v1/notifications?types[]=intermoot.seat_requested";
        one("being told", (&cast.mo, told), |it| {
            it["account"]["username"] == "cy" && it["intermoot"]["community_id"] == cast.there.id.as_str()
        })
        .await?;
        one("being told", (&cast.ada, told), |it| it["account"]["username"] == "cy").await?;
        let requests = format!("{COMMUNITIES}/{}/requests", cast.there.id);
        let cys = one("the request", (&cast.mo, &requests), |it| names(it, &cy.uri)).await?;
        ensure!(cys["answer"] == "cy makes seals", "{cys}");
        let coras = one("the request", (&cast.mo, &requests), |it| names(it, &cora.uri)).await?;
        cast.mo.api.act(&format!("{requests}/{}/accept", id(&cys["account"])?)).await?;
        cast.mo.api.post(&format!("{requests}/{}/refuse", id(&coras["account"])?), json!({ "reason": "one of you is enough" })).await?;
        quickly("cy being in", async || Ok(when(cy.api.community(&at_cobalt.id).await?["membership"]["status"] == "active"))).await?;
        quickly("cora being refused with the reason", async || {
            let mine = cora.api.community(&at_cobalt.id).await?;
            Ok(when(mine["membership"]["status"] == "ended" && mine["membership"]["reason"] == "one of you is enough"))
        })
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomers_post_that_waited_reaches_members_on_third_nodes_in_a_private_community() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, "federated", "open").await?;
        let cobalt = world.node_with("cobalt", options()).await?;
        let (bo, cy) = (cast.boltco.person("bo").await?, cobalt.person("cy").await?);
        joins(&bo, &cast.home, "valves", &cast.acme).await?;
        let at_cobalt = joins(&cy, &cast.home, "valves", &cast.acme).await?;
        change(&cast.ada, &cast.home, json!({ "newcomer_posts": 1 })).await?;
        let mine = bo.api.post_into(&cast.there.id, "the first words of bo").await?;
        let queue = format!("{COMMUNITIES}/{}/queue", cast.home.id);
        let is = |words: &'static str| move |it: &Value| it["content"].as_str().is_some_and(|text| text.contains(words));
        one("the post in the queue", (&cast.ada, &queue), is("first words")).await?;
        bo.api.edit(id(&mine)?, "the second thought of bo").await?;
        let waiting = one("the edit in the queue", (&cast.ada, &queue), is("second thought")).await?;
        ensure!(find_post(&cy.api.community_posts(&at_cobalt.id).await?, "of bo").is_none(), "shown before it was let in");
        cast.ada.api.act(&format!("{queue}/{}/approve", id(&waiting)?)).await?;
        sees("cobalt", "the second thought of bo", async || cy.api.community_posts(&at_cobalt.id).await).await?;
        sees("bo's own node", "the second thought of bo", async || bo.api.community_posts(&cast.there.id).await).await?;
        bo.api.post_into(&cast.there.id, "bo is no newcomer now").await?;
        sees("cobalt", "bo is no newcomer now", async || cy.api.community_posts(&at_cobalt.id).await).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_elsewhere_posts_only_after_accepting_the_policy() -> Result<()> {
    scenario(2, async |world| {
        let cast = cast(world, "federated", "open").await?;
        let policies = |community: &Community| format!("{COMMUNITIES}/{}/policies", community.id);
        let text = json!({ "title": "House rules", "text": "Be kind.", "required": true });
        cast.ada.api.post(&policies(&cast.home), text).await?;
        let bo = cast.boltco.person("bo").await?;
        joins(&bo, &cast.home, "valves", &cast.acme).await?;
        let digest = quickly("the policy at boltco", async || {
            let mine = bo.api.get(&format!("{}/mine", policies(&cast.there))).await?;
            let binding = mine["policies"].as_array().context("no policies")?;
            Ok(binding.first().and_then(|policy| policy["digest"].as_str()).map(str::to_owned))
        })
        .await?;
        let early = bo.api.post_into(&cast.there.id, "before accepting").await;
        ensure!(early.is_err(), "posted without having accepted: {early:?}");
        bo.api.post(&format!("{}/accept", policies(&cast.there)), json!({ "digest": digest })).await?;
        quickly("posting after accepting", async || Ok(when(bo.api.post_into(&cast.there.id, "after accepting").await.is_ok()))).await?;
        sees("ada", "after accepting", async || cast.ada.api.community_posts(&cast.home.id).await).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_organisation_is_announced_to_those_present_who_may_leave_before_it_comes() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut cast = cast(world, "federated", "open").await?;
        // from now on a new organisation waits for an hour
        cast.acme.terminate().await?;
        cast.acme.set("COMMUNITIES__ANNOUNCE_HOURS", "1");
        cast.acme.resume().await?;
        let cobalt = world.node_with("cobalt", options()).await?;
        let cy = cobalt.person("cy").await?;
        let at_cobalt = cy.api.lookup_community(&format!("@valves@{}", cast.acme.authority())).await?;
        cy.api.join(&at_cobalt.id).await?;
        let waits = |mine: &Value| mine["membership"]["status"] == "requested" && mine["membership"]["reason"].is_string();
        quickly("cy being told to wait", async || Ok(when(waits(&cy.api.community(&at_cobalt.id).await?)))).await?;
        for (person, community) in [(&cast.ada, &cast.home), (&cast.mo, &cast.there)] {
            let path = format!("{COMMUNITIES}/{}/organisations", community.id);
            one("the organisation that is new", (person, &path), |it| {
                it["host"] == cobalt.authority() && it["members"] == 0 && it["admitted_from"].is_string()
            })
            .await?;
        }
        cast.mo.api.leave(&cast.there.id).await?;
        quickly("mo being out before cobalt comes", async || {
            Ok(when(cast.ada.api.members(&cast.home.id).await?.iter().all(|member| !names(member, &cast.mo.uri))))
        })
        .await
    })
    .await
}
