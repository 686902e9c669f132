//! Reading one page again and again over one connection: CPU, time and SQL statements for each.

use crate::machine::{cpu, metric, rest};
use crate::settings::Run;
use crate::table::percentile;
use anyhow::{Context, Result, ensure};
use federation_tests::node::Person;
use federation_tests::wire::{Connection, OutgoingRequest};
use serde_json::Value;
use std::time::Instant;

/// What a page costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Milliseconds of the node's CPU.
    pub cpu: f64,
    /// Milliseconds from asking to the answer, at the median.
    pub p50: f64,
    /// Of a hundred reads all but one are as quick.
    pub p99: f64,
    /// SQL statements.
    pub statements: f64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cpu, p50, p99, statements } = self;
        write!(out, "{cpu:.3} ms CPU each, p50 {p50:.2} ms, p99 {p99:.2} ms, {statements:.2} SQL statements")
    }
}

/// By what whoever reads is known, and what they take.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The header that says who reads.
    pub name: &'static str,
    /// Its value; empty for a stranger.
    pub value: String,
    /// The media type.
    pub accept: &'static str,
}

/// Reads `path` as an app of `reader`, as [`read_as`] does.
pub async fn read(run: Run<'_>, (reader, path): (&Person, &str), reads: usize, holds: impl Fn(&[u8]) -> bool) -> Result<Cost> {
    let token = reader.api.token().context("no token")?;
    let app = Reader { name: "Authorization", value: format!("Bearer {token}"), accept: "application/json" };
    read_as(run, (&app, path), reads, holds).await
}

/// Reads `path` `reads` times, after twenty that warm up; `holds` says of an answer's body whether it is the page.
pub async fn read_as(run: Run<'_>, (reader, path): (&Reader, &str), reads: usize, holds: impl Fn(&[u8]) -> bool) -> Result<Cost> {
    let node = run.node;
    let mut request = OutgoingRequest::new("GET", &format!("{}{path}", node.url))?;
    request.add("Accept", reader.accept);
    if !reader.value.is_empty() {
        request.add(reader.name, &*reader.value);
    }
    let (bytes, mut connection) = (request.to_bytes(), Connection::open(request.to).await?);
    for _ in 0..20 {
        let answer = connection.exchange(&bytes).await?;
        ensure!(answer.status == 200 && holds(&answer.body), "{path} was answered {} {:.300}", answer.status, answer.text());
    }
    let statements = metric(node, "intermoot_sql_statements_total").await;
    let before = rest(node).await?;
    let mut samples = Vec::new();
    for _ in 0..reads {
        let started = Instant::now();
        connection.exchange(&bytes).await?;
        samples.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let cpu = (cpu(node)? - before) * 1000.0 / reads as f64;
    let after = metric(node, "intermoot_sql_statements_total").await;
    let statements = statements.zip(after).map_or(f64::NAN, |(from, to)| (to - from) / reads as f64);
    Ok(Cost { cpu, p50: percentile(&mut samples, 0.5), p99: percentile(&mut samples, 0.99), statements })
}

/// Whether it is a list of twenty.
pub fn is_full_page(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|page| page.as_array().is_some_and(|page| page.len() == 20))
}
