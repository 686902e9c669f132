//! A federated private community with a question: asks, refusals, invitations, leaving, and messages that are lost.

use super::alliance::{eager, took, travels, usable};
use crate::acquaintance::id;
use anyhow::{Context, Result, ensure};
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::partners::{Founded, about};
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, World, quickly};
use serde_json::Value;
use std::time::Instant;

/// A community for whom its moderators admit, at acme; bo of boltco moderates it, cy of cobalt would like to be in it.
struct Ladder {
    acme: Node,
    boltco: Node,
    cobalt: Node,
    ada: Person,
    bo: Person,
    cy: Person,
    seals: Community,
}

impl Ladder {
    async fn found(world: &World, postgres: bool) -> Result<Self> {
        let acme = world.node_with("acme", eager(postgres)).await?;
        let boltco = world.node_with("boltco", eager(postgres)).await?;
        let cobalt = world.node_with("cobalt", eager(postgres)).await?;
        let (ada, bo, cy) = (acme.person("ada").await?, boltco.person("bo").await?, cobalt.person("cy").await?);
        let seals = ada.api.found_as(Founded { name: "seals", title: "Seals", stage: "federated", join: "ask" }).await?;
        Ok(Self { acme, boltco, cobalt, ada, bo, cy, seals })
    }

    async fn known_to(&self, person: &Person) -> Result<Community> {
        let here = person.api.lookup_community(&format!("@seals@{}", self.acme.authority())).await?;
        ensure!(here.uri == self.seals.uri, "{here:?}");
        Ok(here)
    }

    /// Waits until `moderator` sees the request of `who`; answers the id of their account on the moderator's node.
    async fn request_of(&self, (moderator, community): (&Person, &Community), who: &Person, answer: &str) -> Result<String> {
        let request = quickly(&format!("{} seeing the request of {}", moderator.name, who.name), async || {
            let request = about(&moderator.api.requests(&community.id).await?, &who.uri).cloned();
            ensure!(request.as_ref().is_none_or(|request| request["answer"] == answer), "{request:?}");
            Ok(request)
        })
        .await?;
        Ok(id(&request["account"])?.to_owned())
    }

    /// `who` asks and ada admits them; the community as they see it.
    async fn admitted(&self, who: &Person) -> Result<Community> {
        let here = self.known_to(who).await?;
        who.api.join_with(&here.id, "I make seals").await?;
        let account = self.request_of((&self.ada, &self.seals), who, "I make seals").await?;
        self.ada.api.admit(&self.seals.id, &account).await?;
        usable(who, &here, true).await?;
        Ok(here)
    }
}

/// Waits until the person's own seat has this status.
async fn status(person: &Person, community: &Community, is: &str) -> Result<Value> {
    quickly(&format!("the seat of {}: {is}", person.name), async || {
        let seat = person.api.seat(&community.id).await?;
        ensure!(seat["status"] == is, "{seat}");
        Ok(Some(seat))
    })
    .await
}

/// Waits until the community's node lists (or no longer lists) the member.
async fn is_member(ladder: &Ladder, who: &Person, is: bool) -> Result<()> {
    quickly(&format!("{} a member at acme: {is}", who.name), async || {
        Ok(when(about(&ladder.ada.api.members(&ladder.seals.id).await?, &who.uri).is_some() == is))
    })
    .await
}

async fn asked_refused_admitted(world: &World, postgres: bool) -> Result<()> {
    let ladder = Ladder::found(world, postgres).await?;
    let Ladder { ada, bo, cy, seals, .. } = &ladder;
    let at_boltco = ladder.admitted(bo).await?;
    travels((ada, seals), (bo, &at_boltco), "seals wear out").await?;
    let at_cobalt = ladder.known_to(cy).await?;
    cy.api.join_with(&at_cobalt.id, "I sell seals").await?;
    let waiting = status(cy, &at_cobalt, "requested").await?;
    ensure!(waiting["usable"] == false, "{waiting}");
    let account = ladder.request_of((ada, seals), cy, "I sell seals").await?;
    ensure!(cy.api.community_posts(&at_cobalt.id).await?.is_empty(), "one who only asks reads");
    ada.api.refuse(&seals.id, &account, "makers only").await?;
    let refused = status(cy, &at_cobalt, "ended").await?;
    ensure!(refused["reason"].as_str().is_some_and(|why| why.contains("makers only")), "not told why: {refused}");
    // reversible: who was refused is admitted later, without asking anew
    ada.api.admit(&seals.id, &account).await?;
    usable(cy, &at_cobalt, true).await?;
    travels((cy, &at_cobalt), (ada, seals), "I also make them").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_asks_is_refused_with_a_reason_and_admitted_later() -> Result<()> {
    scenario(ALONE, async |world| asked_refused_admitted(world, false).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_asks_is_refused_with_a_reason_and_admitted_later_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(ALONE, async |world| asked_refused_admitted(world, true).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_on_another_node_decides_requests() -> Result<()> {
    scenario(ALONE, async |world| {
        let ladder = Ladder::found(world, false).await?;
        let Ladder { ada, bo, cy, seals, .. } = &ladder;
        let at_boltco = ladder.admitted(bo).await?;
        let bos_account = ladder_account(ada, seals, bo).await?;
        ada.api.appoint(&seals.id, &bos_account, "moderator").await?;
        quickly("bo being a moderator", async || Ok(when(bo.api.seat(&at_boltco.id).await?["role"] == "moderator"))).await?;
        let at_cobalt = ladder.known_to(cy).await?;
        cy.api.join_with(&at_cobalt.id, "I sell seals").await?;
        let started = Instant::now();
        let account = ladder.request_of((bo, &at_boltco), cy, "I sell seals").await?;
        bo.api.admit(&at_boltco.id, &account).await?;
        usable(cy, &at_cobalt, true).await?;
        took("a request seen and granted by a moderator elsewhere", started);
        is_member(&ladder, cy, true).await
    })
    .await
}

async fn ladder_account(of: &Person, community: &Community, who: &Person) -> Result<String> {
    let members = of.api.members(&community.id).await?;
    let member = about(&members, &who.uri).context("not a member")?;
    Ok(id(&member["account"])?.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_crosses_nodes_and_is_accepted_or_declined() -> Result<()> {
    scenario(ALONE, async |world| {
        let ladder = Ladder::found(world, false).await?;
        let Ladder { ada, bo, cy, seals, boltco, cobalt, .. } = &ladder;
        ada.api.invite(&seals.id, &format!("@bo@{}", boltco.authority())).await?;
        ada.api.invite(&seals.id, &format!("@cy@{}", cobalt.authority())).await?;
        let invited = async |who: &Person| {
            quickly(&format!("the invitation of {}", who.name), async || {
                Ok(who.api.invitations().await?.into_iter().find(|one| one["uri"] == seals.uri))
            })
            .await
            .and_then(|one| Community::of(&one))
        };
        let (at_boltco, at_cobalt) = (invited(bo).await?, invited(cy).await?);
        bo.api.answer_invitation(&at_boltco.id, "accept").await?;
        usable(bo, &at_boltco, true).await?;
        cy.api.answer_invitation(&at_cobalt.id, "decline").await?;
        status(cy, &at_cobalt, "ended").await?;
        is_member(&ladder, bo, true).await?;
        is_member(&ladder, cy, false).await?;
        travels((bo, &at_boltco), (ada, seals), "thanks for having me").await?;
        ensure!(cy.api.community_posts(&at_cobalt.id).await?.is_empty(), "one who declined reads");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r24_who_leaves_while_the_community_is_down_is_out_and_may_come_back() -> Result<()> {
    scenario(ALONE, async |world| {
        let ladder = Ladder::found(world, false).await?;
        let Ladder { ada, bo, seals, acme, boltco, .. } = &ladder;
        let at_boltco = ladder.admitted(bo).await?;
        acme.kill()?;
        bo.api.leave(&at_boltco.id).await?;
        status(bo, &at_boltco, "ended").await?;
        acme.resume().await?;
        let words = "not for one who has left";
        is_member(&ladder, bo, false).await?;
        ada.api.post_into(&seals.id, words).await?;
        super::alliance::stays_away("one who left", words, async || bo.api.community_posts(&at_boltco.id).await).await?;
        // an ask made while nobody hears it stands until it is answered, once
        acme.kill()?;
        bo.api.join_with(&at_boltco.id, "I am back").await?;
        bo.api.join_with(&at_boltco.id, "I am really back").await?;
        boltco.kill()?;
        boltco.resume().await?;
        acme.resume().await?;
        let account = ladder.request_of((ada, seals), bo, "I am really back").await?;
        // the record of this is lost with boltco's node and comes again
        boltco.kill()?;
        ada.api.admit(&seals.id, &account).await?;
        boltco.resume().await?;
        let seat = usable(bo, &at_boltco, true).await?;
        ensure!(seat["role"] == "member", "{seat}");
        is_member(&ladder, bo, true).await?;
        travels((ada, seals), (bo, &at_boltco), "welcome back").await?;
        Ok(())
    })
    .await
}
