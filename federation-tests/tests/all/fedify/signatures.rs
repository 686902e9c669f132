//! Signatures and documents between Fedify and us: each checks what the other sent with its own code.

use super::{CAVAGE, Meeting};
use crate::acquaintance::id;
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::world::scenario;
use federation_tests::{Fedify, Node, wire};
use serde_json::json;

/// How Fedify signed what it sent to `node`: every scheme used, and whether all was taken at the first knock.
async fn knocks(fedify: &Fedify, node: &Node) -> Result<(Vec<String>, bool)> {
    let sent = fedify.sent().await?;
    let to_node = sent.iter().filter(|sent| sent["method"] == "POST" && sent["url"].as_str().is_some_and(|url| url.starts_with(&node.url)));
    let (mut schemes, mut taken) = (Vec::new(), true);
    for one in to_node {
        schemes.push(text(one, "scheme")?.to_owned());
        taken &= one["status"] == 202;
    }
    schemes.dedup();
    Ok((schemes, taken))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_signature_scheme_of_fedify_is_taken_at_its_first_knock() -> Result<()> {
    for (knock, scheme) in [("rfc9421", "rfc9421"), (CAVAGE, "cavage")] {
        scenario(1, async |world| {
            let Some(meeting) = Meeting::of(world, &["--knock", knock]).await? else { return Ok(()) };
            meeting.fred_says("knock knock").await?;
            let (schemes, taken) = knocks(&meeting.fedify, &meeting.acme).await?;
            ensure!(schemes == [scheme] && taken, "{schemes:?}, all taken: {taken}");
            let post = meeting.ada_says("come in").await?;
            let read = meeting.fedify.reads("fred", text(&post, "uri")?).await?;
            ensure!(read["id"] == post["uri"], "a signed fetch by Fedify: {read}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// A note that acme does not know is fetched from Fedify, which asks for a signature; answers the scheme that it took.
async fn fetched_by(meeting: &Meeting, words: &str) -> Result<String> {
    let Meeting { acme, ada, fedify, .. } = meeting;
    let note = fedify.makes("note", json!({"as": "fiona", "content": format!("<p>{words}</p>")})).await?;
    let unsigned = wire::get_as(&note, "application/activity+json").await?;
    ensure!(unsigned.status == 401, "Fedify asks for no signature: {}", unsigned.status);
    ensure!(ada.api.resolve_status(&note).await?.is_some(), "not found where Fedify asks for a signature");
    let path = note.strip_prefix(&fedify.url).context("a foreign note")?;
    let fetched = fedify.fetched().await?;
    let ours = fetched.iter().find(|got| got["path"] == path && got["answered"] == 200).context("it was not fetched")?;
    ensure!(ours["signer"] == format!("{}/actor", acme.url), "Fedify takes another for the signer: {ours}");
    Ok(text(ours, "scheme")?.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fedify_verifies_both_of_our_schemes_in_deliveries_and_in_fetches() -> Result<()> {
    scenario(1, async |world| {
        let Some(meeting) = Meeting::of(world, &[]).await? else { return Ok(()) };
        let fedify = &meeting.fedify;
        fedify.person("fiona").await?;
        fedify.act("manners", json!({"signedFetch": true})).await?;
        let post = meeting.ada_says("by cavage").await?;
        ensure!(fedify.hears_of("Create", text(&post, "uri")?).await?["scheme"] == "cavage", "cavage comes first");
        ensure!(fetched_by(&meeting, "read by cavage").await? == "cavage", "cavage comes first in fetches");

        fedify.act("manners", json!({"onlyRfc9421": true})).await?;
        let post = meeting.ada_says("by RFC 9421").await?;
        ensure!(fedify.hears_of("Create", text(&post, "uri")?).await?["scheme"] == "rfc9421", "it refuses cavage now");
        ensure!(fetched_by(&meeting, "read by RFC 9421").await? == "rfc9421", "it refuses cavage now");
        let before = fedify.received().await?.len();
        meeting.ada_says("remembered").await?;
        let after = fedify.received().await?;
        ensure!(after.iter().skip(before).all(|got| got["scheme"] == "rfc9421"), "what it takes was not remembered: {after:#?}");
        fedify.judges_all_sound().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_documents_are_whole_for_fedify_which_reads_json_ld() -> Result<()> {
    scenario(1, async |world| {
        let Some(meeting) = Meeting::of(world, &[]).await? else { return Ok(()) };
        let Meeting { acme, ada, fedify, .. } = &meeting;
        let valves = ada.api.found_community("valves").await?;
        let body = json!({"status": "@fred look #valves", "visibility": "public", "spoiler_text": "leaks", "language": "en"});
        let post = ada.api.post("/api/v1/statuses", body).await?;
        let answer = ada.api.answer(id(&post)?, "and this").await?;
        let (node, organisation) = (format!("{}/actor", acme.url), format!("{}/org", acme.url));
        let (uri, answer) = (text(&post, "uri")?, text(&answer, "uri")?);
        for (address, kind) in [
            (ada.uri.as_str(), "Person"),
            (&valves.uri, "Group"),
            (&node, "Application"),
            (&organisation, "Organization"),
            (uri, "Note"),
            (answer, "Note"),
            (&format!("{uri}/replies"), "Collection"),
            (&format!("{}/outbox", ada.uri), "OrderedCollection"),
            (&format!("{}/outbox?page=true", valves.uri), "OrderedCollectionPage"),
            (&format!("{}/moderators", valves.uri), "OrderedCollection"),
        ] {
            let read = fedify.reads("fred", address).await?;
            ensure!(read["type"] == kind && read["lost"] == json!([]), "{address}: {read:#}");
        }
        let known = fedify.act("webfinger", json!({"id": ada.uri})).await?;
        ensure!(known["subject"] == format!("acct:ada@{}", acme.authority()), "{known}");
        let read = fedify.act("nodeinfo", json!({"id": format!("{}/nodeinfo/2.1", acme.url)})).await?;
        ensure!(read["software"]["name"] == "intermoot", "Fedify refuses our NodeInfo: {read}");
        Ok(())
    })
    .await
}
