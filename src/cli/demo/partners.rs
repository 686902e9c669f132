//! The second act of the first run: a private community opened to one partner under an agreement, a competitor who finds no
//! door, and somebody who leaves their company. Everything through the API and over the wire; each step says what it took.

use super::{
    Say,
    api::Api,
    cast::{Cast, Company, Person},
    story::{arrival, lookup, member_of, took, until},
};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Instant;

const QUESTION: &str =
    "Confidential: batch 7 of the DN80 cracked at the weld in our endurance run. Photographs and the raw data are with QA. #weld";
const FAREWELL: &str = "My last week here: the notes on batch 7 are complete.";

/// Who takes part.
struct Scene<'a> {
    acme: &'a Company,
    boltco: &'a Company,
    ada: Api,
    bea: Api,
    handle: String,
}

/// Tells it.
pub(super) async fn tell(cast: &Cast, say: &mut Say) -> Result<()> {
    let [acme, boltco, cobalt] = cast.companies.as_slice() else { bail!("the demo has three companies") };
    let lab = acme.communities.get(1).context("acme has a private community")?;
    let [bo, leo] = boltco.people.as_slice() else { bail!("boltco has two people") };
    let scene = Scene {
        acme,
        boltco,
        ada: Api::new(acme.local_url(), &acme.owner.access_token),
        bea: Api::new(boltco.local_url(), &boltco.owner.access_token),
        handle: format!("@{}@{}", lab.name, acme.authority()),
    };
    agree(&scene, &lab.name, say).await?;
    let bo = Api::new(boltco.local_url(), &bo.access_token);
    let post = admitted(&scene, &bo, say).await?;
    refused(&scene, &Api::new(cobalt.local_url(), &cobalt.owner.access_token), (&post, cobalt), say).await?;
    left(&scene, (leo, &lab.id), say).await
}

/// Acme offers, boltco signs.
async fn agree(scene: &Scene<'_>, lab: &str, say: &mut Say) -> Result<()> {
    let started = Instant::now();
    let terms = json!({
        "host": scene.boltco.authority(), "communities": [lab], "stakeholder": "supplier", "our_stakeholder": "customer",
        "most_role": "contributor", "most_seats": 50, "seats_per_day": 20, "contacts": [format!("ada@{}", scene.acme.authority())],
    });
    let offer = scene.ada.post("/api/intermoot/v1/partners", terms).await?;
    let theirs = until("the offer arrives", async || {
        let all = scene.bea.get("/api/intermoot/v1/partners").await?;
        Ok(all.as_array().and_then(|all| all.iter().find(|one| one["state"] == "offered").cloned()))
    })
    .await?;
    scene.bea.post(&format!("/api/intermoot/v1/partners/{}/approve", id(&theirs)?), json!({})).await?;
    let path = format!("/api/intermoot/v1/partners/{}", id(&offer)?);
    until("the agreement is in force", async || Ok((scene.ada.get(&path).await?["state"] == "in_force").then_some(()))).await?;
    say.line(&format!("  acme offers boltco an agreement as a supplier, bea signs it: in force on both sides after {}", took(started)))
}

/// Bo walks in under the agreement and is read at acme.
async fn admitted(scene: &Scene<'_>, bo: &Api, say: &mut Say) -> Result<Value> {
    let started = Instant::now();
    let at_boltco = member_of(bo, &scene.handle).await?;
    say.line(&format!("  bo of boltco asks to join the private {}: vouched for, a member after {}", scene.handle, took(started)))?;
    let started = Instant::now();
    let post = bo.post("/api/v1/statuses", json!({ "status": QUESTION, "intermoot": { "community_id": at_boltco } })).await?;
    let seen = arrival(&scene.ada, &post).await?;
    let badge = seen["account"]["intermoot"]["affiliation"]["line"].as_str().unwrap_or_default().to_owned();
    say.line(&format!("  bo posts in it; ada reads it after {}, with his badge: {badge}", took(started)))?;
    Ok(post)
}

/// A competitor without an agreement finds no door: to cobalt there is no such community and no such post.
async fn refused(scene: &Scene<'_>, cora: &Api, (post, cobalt): (&Value, &Company), say: &mut Say) -> Result<()> {
    let why = match lookup(cora, &scene.handle).await {
        Ok(_) => bail!("cobalt can see the private community"),
        Err(refusal) => refusal.root_cause().to_string(),
    };
    say.line(&format!("  cora of {}, without an agreement, looks for it: {why}", cobalt.name))?;
    let uri = post["uri"].as_str().unwrap_or_default().replace(':', "%3A").replace('/', "%2F");
    let search = cora.get(&format!("/api/v2/search?resolve=true&type=statuses&q={uri}")).await?;
    let hits = search["statuses"].as_array().map_or(0, Vec::len);
    say.line(&format!("  she looks for bo's post by its address: {hits} found"))
}

/// Leo is admitted, writes, and leaves his company.
async fn left(scene: &Scene<'_>, (leo, lab): (&Person, &str), say: &mut Say) -> Result<()> {
    let his = Api::new(scene.boltco.local_url(), &leo.access_token);
    let at_boltco = member_of(&his, &scene.handle).await?;
    let post = his.post("/api/v1/statuses", json!({ "status": FAREWELL, "intermoot": { "community_id": at_boltco } })).await?;
    arrival(&scene.ada, &post).await?;
    let me = his.get("/api/v1/accounts/verify_credentials").await?;
    let started = Instant::now();
    let path = format!("/api/intermoot/v1/organisation/people/{}/off-board", id(&me)?);
    let act = scene.bea.post(&path, json!({ "reason": "left the company" })).await?;
    let next = his.status(&format!("/api/intermoot/v1/communities/{at_boltco}/posts")).await?;
    let dead = took(started);
    let handle = format!("leo@{}", scene.boltco.authority());
    until("his seat at acme is gone", async || {
        let members = scene.ada.get(&format!("/api/intermoot/v1/communities/{lab}/members")).await?;
        let is_in = members.as_array().is_some_and(|all| all.iter().any(|member| member["account"]["acct"] == handle));
        Ok((!is_in).then_some(()))
    })
    .await?;
    let ended = took(started);
    let receipt = until("acme's receipt", async || {
        let act = scene.bea.get(&format!("/api/intermoot/v1/organisation/off-boardings/{}", id(&act)?)).await?;
        Ok((act["confirmed"] == act["total"]).then(|| act["receipts"].as_str().unwrap_or_default().to_owned()))
    })
    .await?;
    say.line(&format!("  leo leaves boltco; bea off-boards him: his app's next read {next} after {dead}"))?;
    say.line(&format!("  off-boarded: seat ended at acme in {ended}, receipts: {receipt} after {}", took(started)))
}

fn id(of: &Value) -> Result<&str> {
    of["id"].as_str().context("an answer has no id")
}
