//! Reading the home timeline: pages of 20, one after the other, over one connection.

use crate::machine::{cpu, metric, rest};
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::{Context, Result, ensure};
use federation_tests::node::Person;
use federation_tests::wire::{Connection, OutgoingRequest};
use serde_json::Value;
use std::time::Instant;

/// Measures and adds the rows. The reader's timeline must have been filled before.
pub async fn measure(run: Run<'_>, reader: &Person, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let mut request = OutgoingRequest::new("GET", &format!("{}/api/v1/timelines/home?limit=20", node.url))?;
    request.add("Authorization", format!("Bearer {}", reader.api.token().context("no token")?)).add("Accept", "application/json");
    let (bytes, mut connection) = (request.to_bytes(), Connection::open(request.to).await?);
    for _ in 0..50 {
        let answer = connection.exchange(&bytes).await?;
        ensure!(answer.status == 200, "the home timeline was answered {} {:?} {}", answer.status, answer.headers, answer.text());
        let items = serde_json::from_slice::<Value>(&answer.body)?.as_array().map_or(0, Vec::len);
        ensure!(items == 20, "the home timeline has {items} items");
    }
    let statements = metric(node, "intermoot_sql_statements_total").await;
    let before = rest(node).await?;
    let mut samples = Vec::new();
    for _ in 0..settings.reads {
        let started = Instant::now();
        connection.exchange(&bytes).await?;
        samples.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let each = (cpu(node)? - before) * 1000.0 / settings.reads as f64;
    let (p50, p99) = (percentile(&mut samples, 0.5), percentile(&mut samples, 0.99));
    table.row(
        &format!("home timeline, 20 of {} posts", settings.posts),
        &format!("{each:.3} ms CPU each, p50 {p50:.2} ms, p99 {p99:.2} ms ({} reads)", settings.reads),
        "",
    );
    if let (Some(from), Some(to)) = (statements, metric(node, "intermoot_sql_statements_total").await) {
        table.row("the same, SQL statements for each page", &format!("{:.2}", (to - from) / settings.reads as f64), "");
    } else {
        table.row("the same, SQL statements for each page", "not shown by /metrics", "");
    }
    Ok(())
}
