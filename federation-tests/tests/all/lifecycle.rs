//! The life of one node: first start, commands beside it, an orderly end, backup and restore.

use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::binary::binary;
use federation_tests::world::scenario;
use federation_tests::{NodeOptions, wire};
use serde_json::{Value, json};
use std::process::Command;

#[tokio::test]
async fn the_very_first_start_prints_one_log_in_link_for_the_owner_and_later_starts_none() -> Result<()> {
    scenario(1, async |world| {
        let node = world.node("acme").await?;
        ensure!(node.log_tail(50).contains("/login/link/"), "no log-in link:\n{}", node.log_tail(50));
        let (_, clean) = node.terminate().await?;
        ensure!(clean, "the node did not end with exit code 0");
        std::fs::write(node.log_path(), "")?;
        node.resume().await?;
        ensure!(!node.log_tail(50).contains("/login/link/"), "a second log-in link");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn commands_beside_a_running_node_count_at_once() -> Result<()> {
    scenario(1, async |world| {
        let node = world.node("acme").await?;
        let ada = node.person("ada").await?;
        let me = ada.api.get("/api/v1/accounts/verify_credentials").await?;
        ensure!(text(&me, "username")? == "ada");

        let shown: Value = serde_json::from_str(&node.cli(&["account", "show", "ada", "--json"], "").await?)?;
        ensure!(shown["state"] == "active" && shown["email"] == "ada@acme.example", "{shown}");
        node.cli(&["account", "suspend", "ada"], "").await?;
        let refused = ada.api.get("/api/v1/accounts/verify_credentials").await;
        ensure!(refused.is_err(), "a suspended account still reads");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_second_node_over_the_same_data_is_refused() -> Result<()> {
    scenario(1, async |world| {
        let node = world.node("acme").await?;
        let refused = node.cli(&["serve"], "").await.expect_err("two nodes over one folder");
        ensure!(refused.to_string().contains("another intermoot runs"), "{refused:#}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wrong_setting_ends_the_program_with_one_and_names_the_variable_and_what_is_allowed() -> Result<()> {
    let output = Command::new(binary()?).arg("serve").env("INTERMOOT__REGISTRATION__MODE", "opne").output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{}", output.status);
    for part in ["INTERMOOT__REGISTRATION__MODE", "opne", "open, approval, invite, closed"] {
        ensure!(said.contains(part), "{part:?} is not in: {said}");
    }
    let usage = Command::new(binary()?).arg("sevre").output()?;
    ensure!(usage.status.code() == Some(2), "{}", usage.status);
    Ok(())
}

#[tokio::test]
async fn a_backup_of_a_running_node_is_restored_in_an_empty_place() -> Result<()> {
    scenario(1, async |world| {
        let mut node = world.node("acme").await?;
        let ada = node.person("ada").await?;
        let post = ada.api.post("/api/v1/statuses", json!({ "status": "kept" })).await?;
        let backup = world.path().join("backup").display().to_string();
        node.cli(&["backup", &backup], "").await?;
        node.cli(&["verify", &backup], "").await?;
        node.kill()?;

        node.set("DATA__DIR", &world.path().join("elsewhere").display().to_string());
        node.cli(&["restore", &backup], "").await?;
        node.cli(&["verify"], "").await?;
        node.resume().await?;
        let again = node.stranger()?.get(&format!("/api/v1/statuses/{}", text(&post, "id")?)).await?;
        ensure!(again["content"] == post["content"], "{again}");

        std::fs::write(world.path().join("backup/node.secret"), "tampered")?;
        ensure!(node.cli(&["verify", &backup], "").await.is_err(), "a damaged backup passes");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn metrics_are_shown_on_their_own_listener_only() -> Result<()> {
    scenario(1, async |world| {
        let node = world.node_with("acme", NodeOptions::default()).await?;
        let own = wire::get_as(&node.metrics_url(), "text/plain").await?;
        ensure!(own.status == 200 && own.text().contains("intermoot_requests_total"), "{}", own.text());
        let public = wire::get_as(&format!("{}/metrics", node.url), "text/plain").await?;
        ensure!(public.status == 404, "the public listener shows metrics");
        let alive = wire::get_as(&format!("{}/healthz", node.url), "*/*").await?;
        ensure!(alive.status == 200);
        Ok(())
    })
    .await
}
