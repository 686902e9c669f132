//! What is missing and what one may not see are told apart by nothing, not by the clock either (S54): the same request for
//! each, in turns, over one connection, and the test of Kolmogorov and Smirnov whether both come from one distribution.

use crate::partners::found_private;
use crate::settings::Run;
use crate::table::{Table, percentile};
use anyhow::{Context, Result, ensure};
use federation_tests::Node;
use federation_tests::api::text;
use federation_tests::dice::Dice;
use federation_tests::wire::{Connection, OutgoingRequest};
use serde_json::json;
use std::time::{Duration, Instant};

/// Requests before the first that counts.
const WARM: usize = 200;
/// Less than this chance that both are one, and something tells them apart (security.md S54).
const P_LEAST: f64 = 0.01;

/// One request for what is hidden and one for what is not there.
struct Pair {
    what: &'static str,
    hidden: String,
    missing: String,
    accept: &'static str,
    token: Option<String>,
}

/// Measures and adds a row for each kind of thing.
pub async fn measure(run: Run<'_>, dice: &mut Dice, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let owner = node.person_with_role("oona", "owner").await?;
    let outsider = node.person("otto").await?;
    let community = found_private(&owner, "vault").await?;
    let status = owner.api.post("/api/v1/statuses", json!({"status": "@vault the secret", "visibility": "private"})).await?;
    let (id, uri) = (text(&status, "id")?.to_owned(), text(&status, "uri")?.to_owned());
    let absent = (id.parse::<i64>().context("an id is no number")? + 1).to_string();
    let token = outsider.api.token().map(str::to_owned);
    let path = |uri: &str| uri.strip_prefix(&node.url).map(str::to_owned).context("a uri is not of this node");
    let document = "application/activity+json";
    let pairs = [
        Pair {
            what: "a post by the client API, for somebody without a seat",
            hidden: format!("/api/v1/statuses/{id}"),
            missing: format!("/api/v1/statuses/{absent}"),
            accept: "application/json",
            token,
        },
        Pair {
            what: "the document of a post",
            hidden: path(&uri)?,
            missing: path(&uri)?.replace(&id, &absent),
            accept: document,
            token: None,
        },
        Pair {
            what: "the page of a post",
            hidden: path(&uri)?,
            missing: path(&uri)?.replace(&id, &absent),
            accept: "text/html",
            token: None,
        },
        Pair {
            what: "the members of a community",
            hidden: format!("{}/members", path(&community.uri)?),
            missing: "/c/valut/members".into(),
            accept: document,
            token: None,
        },
    ];
    for pair in pairs {
        let (mut hidden, mut missing) = compare(node, &pair, settings.reads, dice).await?;
        let p = same_distribution(&mut hidden, &mut missing);
        let verdict = if p > P_LEAST { "cannot be told apart" } else { "**can be told apart**" };
        table.row(
            &format!("hidden beside missing, {} ({} each)", pair.what, settings.reads),
            &format!("p50 {:.3} ms, {:.3} ms", percentile(&mut hidden, 0.5), percentile(&mut missing, 0.5)),
            &format!("p = {p:.3}: {verdict}"),
        );
    }
    Ok(())
}

/// Milliseconds of each, hidden and missing, asked by chance.
async fn compare(node: &Node, pair: &Pair, count: usize, dice: &mut Dice) -> Result<(Vec<f64>, Vec<f64>)> {
    let request = |path: &str| -> Result<OutgoingRequest> {
        let mut request = OutgoingRequest::new("GET", &format!("{}{path}", node.url))?;
        request.add("Accept", pair.accept);
        if let Some(token) = &pair.token {
            request.add("Authorization", format!("Bearer {token}"));
        }
        Ok(request)
    };
    let (hidden, missing) = (request(&pair.hidden)?, request(&pair.missing)?);
    let mut connection = Connection::open(hidden.to).await?;
    let (hidden, missing) = (hidden.to_bytes(), missing.to_bytes());
    let (mut of_hidden, mut of_missing) = (Vec::new(), Vec::new());
    // which comes next, and when, is chance: nothing that comes and goes with their order may count for one of them
    let mut turns: Vec<bool> = (0..2 * (WARM + count)).map(|turn| turn % 2 == 0).collect();
    dice.shuffle(&mut turns);
    for (turn, is_hidden) in turns.into_iter().enumerate() {
        tokio::time::sleep(dice.milliseconds(0, 3) + Duration::from_micros(dice.below(1000))).await;
        let started = Instant::now();
        let answer = connection.exchange(if is_hidden { &hidden } else { &missing }).await?;
        let took = started.elapsed().as_secs_f64() * 1000.0;
        ensure!(answer.status == 404, "{} was answered {}", pair.what, answer.status);
        if turn >= 2 * WARM {
            if is_hidden { &mut of_hidden } else { &mut of_missing }.push(took);
        }
    }
    Ok((of_hidden, of_missing))
}

/// The chance that two samples of one distribution lie as far apart as these (two-sample Kolmogorov-Smirnov, asymptotic; Press
/// et al., Numerical Recipes, 14.3). Sorts them.
fn same_distribution(one: &mut [f64], other: &mut [f64]) -> f64 {
    one.sort_by(f64::total_cmp);
    other.sort_by(f64::total_cmp);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        i += usize::from(a <= b);
        j += usize::from(b <= a);
        distance = distance.max((i as f64 / one.len() as f64 - j as f64 / other.len() as f64).abs());
    }
    let root = (one.len() as f64 * other.len() as f64 / (one.len() + other.len()) as f64).sqrt();
    let scaled = (root + 0.12 + 0.11 / root) * distance;
    let terms = (1..=100).map(f64::from).map(|k| (if k % 2.0 == 1.0 { 2.0 } else { -2.0 }) * (-2.0 * (k * scaled).powi(2)).exp());
    if scaled < 0.2 { 1.0 } else { terms.sum::<f64>().clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::same_distribution;

    #[test]
    fn a_shift_shows_and_the_same_numbers_in_another_order_do_not() {
        let numbers = |from: u32| (0..2000_u32).map(|n| f64::from((n * 7919) % 2000 + from)).collect::<Vec<_>>();
        assert!(same_distribution(&mut numbers(0), &mut numbers(0)) > 0.99);
        assert!(same_distribution(&mut numbers(0), &mut numbers(20)) > 0.5);
        assert!(same_distribution(&mut numbers(0), &mut numbers(200)) < 0.001);
    }
}
