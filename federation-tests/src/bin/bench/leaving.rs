//! Somebody leaves who has a seat at many partners: from the act to the last partner's signed record that the seat ended.

use crate::partners::{agree, found_private, is_in, look_up};
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::{Context, Result};
use federation_tests::eventually::when;
use federation_tests::{Node, NodeOptions, database, eventually};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// Measures and adds the row. Every partner is a node of its own on the same cores.
pub async fn measure(run: Run<'_>, folder: &Path, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    // one who leaves is not many at once: the node has more people
    for n in 0..4 {
        node.person(&format!("colleague{n}")).await?;
    }
    let leaver = node.person("lee").await?;
    let mut partners: Vec<Node> = Vec::new();
    for n in 0..settings.partners {
        let partner = Node::start(folder, &format!("partner{n}"), NodeOptions::default()).await?;
        let owner = partner.person_with_role("olga", "owner").await?;
        found_private(&owner, "plant").await?;
        agree((&partner, node), "plant").await?;
        let community = look_up(&leaver, ("plant", &partner)).await?;
        leaver.api.join(&community.id).await?;
        let what = format!("a seat at {}", partner.name);
        eventually(Duration::from_secs(60), &what, async || Ok(when(is_in(&leaver, &community).await?))).await?;
        partners.push(partner);
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let started = Instant::now();
    let act: Value = serde_json::from_str(&node.cli(&["account", "off-board", "lee", "--reason", "left", "--json"], "").await?)?;
    let answered = started.elapsed().as_secs_f64();
    let id = act["id"].as_str().map(str::to_owned).or_else(|| act["id"].as_i64().map(|id| id.to_string())).context("no id")?;
    let open = format!("SELECT COUNT(*) FROM off_boarding_seats WHERE off_boarding_id = {id} AND confirmed_at IS NULL");
    eventually(Duration::from_secs(120), "every partner's record", async || Ok(when(database::count(node, &open)? == 0))).await?;
    let confirmed = started.elapsed().as_secs_f64();
    let since = "SELECT s.confirmed_at - o.created_at FROM off_boarding_seats s JOIN off_boardings o ON o.id = s.off_boarding_id";
    let shown = database::run(node, &format!("{since} WHERE o.id = {id};\n"))?;
    let mut each: Vec<f64> = shown.lines().filter_map(|line| line.parse().ok()).collect();
    table.row(
        &format!("off-boarding somebody with a seat at {} partners, every node on these cores", settings.partners),
        &format!("answered in {answered:.2} s, all {} ended and receipts here by {confirmed:.2} s", partners.len()),
        &format!("a receipt after p50 {:.0} ms, last {:.0} ms", percentile(&mut each, 0.5), percentile(&mut each, 1.0)),
    );
    for partner in &partners {
        partner.terminate().await?;
    }
    Ok(())
}
