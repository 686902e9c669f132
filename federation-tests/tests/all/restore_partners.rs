//! A node restored from yesterday's copy, among partners: it stands still, gets its own signed records back, and goes on.

use crate::acquaintance::{joins, names, sees};
use crate::agreements::{agree, becomes, partner};
use anyhow::{Result, ensure};
use federation_tests::community::{Community, find_post};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Api, Node, NodeOptions, World, eventually, quickly};
use serde_json::{Value, json};
use std::time::Duration;

struct Cast {
    acme: Node,
    boltco: Node,
    cobalt: Node,
    ada: Person,
    fin: Person,
    bo: Person,
    bea: Person,
    /// At acme, at boltco.
    valves: [Community; 2],
}

fn options() -> NodeOptions {
    NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "200").with("COMMUNITIES__ANNOUNCE_HOURS", "0")
}

/// acme has a private community under agreements with boltco and cobalt; bo of boltco is in it.
async fn cast(world: &World) -> Result<Cast> {
    let acme = world.node_with("acme", options()).await?;
    let boltco = world.node_with("boltco", options()).await?;
    let cobalt = world.node_with("cobalt", options()).await?;
    let ada = acme.person_with_role("ada", "owner").await?;
    let founding = json!({ "name": "valves", "title": "Valves", "purpose": "Quality.", "stage": "partners", "join": "agreement" });
    let home = Community::of(&ada.api.post("/api/intermoot/v1/communities", founding).await?)?;
    agree(&acme, &boltco, &[]).await?;
    agree(&acme, &cobalt, &[]).await?;
    let fin = acme.person("fin").await?;
    acme.cli(&["account", "affiliate", "fin"], "").await?;
    fin.api.join(&home.id).await?;
    let (bo, bea) = (boltco.person("bo").await?, boltco.person("bea").await?);
    for name in ["bo", "bea"] {
        boltco.cli(&["account", "affiliate", name], "").await?;
    }
    let there = joins(&bo, &home, "valves", &acme).await?;
    Ok(Cast { acme, boltco, cobalt, ada, fin, bo, bea, valves: [home, there] })
}

async fn status(node: &Node) -> Result<Value> {
    Ok(serde_json::from_str(&node.cli(&["recover", "status", "--json"], "").await?)?)
}

/// Logs `name` in anew.
async fn again(node: &Node, name: &str) -> Result<Api> {
    Api::new(&node.url, Some(&node.cli(&["token", "create", name, "--scopes", "read write"], "").await?))
}

/// What happens after the copy was made.
async fn a_day_passes(cast: &Cast) -> Result<()> {
    joins(&cast.bea, &cast.valves[0], "valves", &cast.acme).await?;
    let bo = cast.ada.api.resolve_account(&cast.bo.uri).await?;
    cast.ada.api.remove_member(&cast.valves[0].id, bo["id"].as_str().unwrap_or_default()).await?;
    quickly("bo being out at home", async || {
        let mine = cast.bo.api.community(&cast.valves[1].id).await?;
        Ok(when(mine["membership"]["status"] == "ended" || mine["membership"].is_null()))
    })
    .await?;
    cast.bea.api.post_into(&cast.valves[1].id, "what bea wrote after the copy").await?;
    sees("acme", "what bea wrote after the copy", async || cast.ada.api.community_posts(&cast.valves[0].id).await).await?;
    partner(&cast.acme, "end", &cast.cobalt, &[]).await?;
    becomes("ended", (&cast.cobalt, &cast.acme), |it| it["state"] == "ended").await?;
    Ok(())
}

/// Puts the copy in an empty place and starts the node over it.
async fn restored(world: &World, node: &mut Node, backup: &str) -> Result<()> {
    node.kill()?;
    node.set("DATA__DIR", &world.path().join("elsewhere").display().to_string());
    node.cli(&["restore", backup], "").await?;
    node.resume().await?;
    Ok(())
}

async fn nothing_private_happens(cast: &Cast, (ada, fin): (&Api, &Api)) -> Result<()> {
    ensure!(cast.fin.api.me().await.is_err(), "a token from before the restore is still valid");
    let shown = fin.community_posts(&cast.valves[0].id).await.unwrap_or_default();
    ensure!(shown.is_empty(), "something private is read before anybody confirmed: {shown:?}");
    ensure!(ada.post_into(&cast.valves[0].id, "said while recovering").await.is_err(), "somebody posts while the node recovers");
    let listed = cast.bea.api.members(&cast.valves[1].id).await;
    ensure!(listed.is_err(), "a signed request reads while the node recovers: {listed:?}");
    Ok(())
}

async fn acme_knows_what_it_signed(cast: &Cast, ada: &Api) -> Result<()> {
    eventually(Duration::from_secs(40), "acme having its own records back", async || {
        let members = ada.members(&cast.valves[0].id).await?;
        let holds = |uri: &str| members.iter().any(|member| names(member, uri));
        Ok(when(holds(&cast.bea.uri) && !holds(&cast.bo.uri)))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r23_s137_a_restored_node_gets_its_own_records_back_from_partners_and_what_ended_stays_ended() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut cast = cast(world).await?;
        cast.ada.api.post_into(&cast.valves[0].id, "what ada wrote before the copy").await?;
        sees("bo", "what ada wrote before the copy", async || cast.bo.api.community_posts(&cast.valves[1].id).await).await?;
        let backup = world.path().join("backup").display().to_string();
        cast.acme.cli(&["backup", &backup], "").await?;
        a_day_passes(&cast).await?;
        restored(world, &mut cast.acme, &backup).await?;

        let (ada, fin) = (again(&cast.acme, "ada").await?, again(&cast.acme, "fin").await?);
        ensure!(status(&cast.acme).await?["recovering"].is_string(), "it does not know that it recovers");
        nothing_private_happens(&cast, (&ada, &fin)).await?;
        becomes("ended again", (&cast.acme, &cast.cobalt), |it| it["state"] == "ended").await?;
        let now = status(&cast.acme).await?;
        ensure!(now["held"] == json!([cast.boltco.authority()]), "{now}");

        cast.acme.cli(&["recover", "confirm"], "").await?;
        ensure!(status(&cast.acme).await?["recovering"].is_null());
        let listed = cast.bea.api.members(&cast.valves[1].id).await;
        ensure!(listed.is_err(), "an agreement that nobody confirmed is used: {listed:?}");
        let refused = cast.acme.cli(&["recover", "agreement", cast.cobalt.authority()], "").await;
        ensure!(refused.is_err(), "an agreement that ended is confirmed");
        cast.acme.cli(&["recover", "agreement", cast.boltco.authority()], "").await?;
        acme_knows_what_it_signed(&cast, &ada).await?;
        let words = "what bea wrote after the copy";
        sees("acme after it healed", words, async || fin.community_posts(&cast.valves[0].id).await).await?;
        ada.post_into(&cast.valves[0].id, "acme is back").await?;
        sees("bea", "acme is back", async || cast.bea.api.community_posts(&cast.valves[1].id).await).await?;
        let bo_reads = cast.bo.api.community_posts(&cast.valves[1].id).await.unwrap_or_default();
        ensure!(find_post(&bo_reads, "acme is back").is_none(), "bo reads though his seat ended");
        cast.acme.cli(&["verify"], "").await?;
        Ok(())
    })
    .await
}

/// Nothing told the node that its data were exchanged: no `restore`, and the incarnation file went back with them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r23_a_node_whose_whole_folder_went_back_learns_it_from_what_a_partner_shows() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut cast = cast(world).await?;
        cast.acme.terminate().await?;
        let (now, old) = (cast.acme.directory().join("data"), world.path().join("old"));
        copied(&now, &old)?;
        cast.acme.resume().await?;
        joins(&cast.bea, &cast.valves[0], "valves", &cast.acme).await?;
        cast.acme.terminate().await?;

        cast.acme.set("DATA__DIR", &old.display().to_string());
        cast.acme.resume().await?;
        ensure!(status(&cast.acme).await?["recovering"].is_null(), "nothing can have told it yet");
        // bea asks again, as people do: the answer is older than what her node holds
        cast.ada.api.post_into(&cast.valves[0].id, "as if nothing had happened").await?;
        eventually(Duration::from_secs(40), "acme doubting its data", async || {
            Ok(when(status(&cast.acme).await?["recovering"].is_string()))
        })
        .await
    })
    .await
}

fn copied(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copied(&entry.path(), &target)?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
