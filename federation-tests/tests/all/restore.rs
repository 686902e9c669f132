//! After a restore: nothing private until an administrator confirms; what ended since the backup stays ended.

use anyhow::{Context, Result, ensure};
use federation_tests::{Api, api::text, eventually, world::scenario};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn s137_a_restored_node_shows_nothing_private_until_confirmed_and_a_suspension_since_then_holds() -> Result<()> {
    scenario(1, async |world| {
        let mut node = world.node("acme").await?;
        let (ada, eve, fin) = (node.person("ada").await?, node.person("eve").await?, node.person("fin").await?);
        let founding = json!({ "name": "inside", "title": "Inside", "purpose": "Ours.", "stage": "local" });
        let community = ada.api.post("/api/intermoot/v1/communities", founding).await?;
        let id = text(&community, "id")?.to_owned();
        for person in [&eve, &fin] {
            person.api.join(&id).await?;
        }
        ada.api.post_into(&id, "among us").await?;
        let open = ada.api.post("/api/v1/statuses", json!({ "status": "for all" })).await?;
        let backup = world.path().join("backup").display().to_string();
        node.cli(&["backup", &backup], "").await?;

        node.cli(&["account", "suspend", "eve"], "").await?;
        let endings = find(node.directory(), "endings.jsonl").await?;
        eventually(Duration::from_secs(10), "the suspension outside the database", async || {
            Ok(std::fs::read_to_string(&endings)?.contains("suspended").then_some(()))
        })
        .await?;
        node.kill()?;

        let elsewhere = world.path().join("elsewhere");
        std::fs::create_dir_all(&elsewhere)?;
        std::fs::copy(&endings, elsewhere.join("endings.jsonl"))?;
        node.set("DATA__DIR", &elsewhere.display().to_string());
        node.cli(&["restore", &backup], "").await?;
        node.resume().await?;

        ensure!(fin.api.me().await.is_err(), "a token from before the restore is still valid");
        let token = node.cli(&["token", "create", "fin", "--scopes", "read write"], "").await?;
        let api = Api::new(&node.url, Some(&token))?;
        let posts = format!("/api/intermoot/v1/communities/{id}/posts");
        let shown = api.get(&posts).await.unwrap_or(json!([]));
        ensure!(shown == json!([]), "something private is read before anybody confirmed: {shown}");
        ensure!(node.stranger()?.status(text(&open, "id")?).await.is_ok(), "public things went away");
        let status: Value = serde_json::from_str(&node.cli(&["recover", "status", "--json"], "").await?)?;
        ensure!(status["recovering"].is_string(), "{status}");

        node.cli(&["recover", "confirm"], "").await?;
        let shown = api.get(&posts).await?;
        ensure!(shown.as_array().is_some_and(|posts| posts.len() == 1), "{shown}");
        let eve: Value = serde_json::from_str(&node.cli(&["account", "show", "eve", "--json"], "").await?)?;
        ensure!(eve["state"] == "suspended", "the suspension was undone by the restore: {eve}");
        node.cli(&["verify"], "").await?;
        Ok(())
    })
    .await
}

/// The file called `name` in `folder` or one below it, once it is there.
async fn find(folder: &std::path::Path, name: &str) -> Result<std::path::PathBuf> {
    eventually(Duration::from_secs(10), name, async || {
        let below = std::fs::read_dir(folder)?.filter_map(|entry| entry.ok()).map(|entry| entry.path());
        let places = below.chain(std::iter::once(folder.to_owned()));
        Ok(places.map(|place| place.join(name)).find(|file| file.exists()))
    })
    .await
    .context("it is not there")
}
