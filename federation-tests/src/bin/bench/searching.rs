//! Searching posts: a page of 20 among ten thousand, then among a million, for words that all say, few say and nobody says.
//!
//! The rows are written beside the node, since nobody can send a million posts; the node indexes them itself after a restart, as
//! it does with what was there before there was an index. The pages come through its API.

use crate::reading;
use crate::settings::Run;
use crate::table::Table;
use anyhow::{Context, Result, ensure};
use federation_tests::node::Person;
use federation_tests::{Node, clock, database};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A post every second, up to now.
const APART: i64 = 1000;
/// Words of a post's own: each is said by one in so many.
const RARE: usize = 500;
/// The longest that indexing may take.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What is asked, what it is called, and whether it fills a page.
const QUESTIONS: [(&str, &str, bool); 5] = [
    ("valves", "a word that all say", true),
    ("rare7", "a word that one in 500 says", true),
    ("%22seals%20and%20gaskets%22%20from:me", "a phrase and an author", true),
    ("valves%20has:poll", "a word that all say, and what none has", false),
    ("nowhere", "a word that nobody says", false),
];

/// Posts number `from` to `to`, counted backwards from the latest, and the word that they are to be indexed.
fn write(node: &Node, me: &str, (from, to): (usize, usize), now: i64) -> Result<()> {
    let words = "a few words about valves, seals and gaskets; ".repeat(5);
    let analyse = if node.database().is_some() { "ANALYZE;\n" } else { "" };
    database::run(
        node,
        &format!(
            "INSERT INTO posts (id, uri, url, author_id, root_id, audience, content, created_at)
 WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to})
 SELECT ({now} - i * {APART}) * 65536 + 11, '/p/searched' || i, '/p/searched' || i, {me}, ({now} - i * {APART}) * 65536 + 11, 0,
 '<p>Post ' || i || ' rare' || (i % {RARE}) || ': {words}</p>', {now} - i * {APART} FROM n;
INSERT INTO facts (name, value) SELECT 'findable.posts_below', CAST(MAX(id) + 1 AS TEXT) FROM posts;
{analyse}"
        ),
    )
    .map(drop)
}

/// Until the node has indexed what is there; how long it took.
async fn indexed(node: &Node) -> Result<Duration> {
    let began = Instant::now();
    while database::count(node, "SELECT COUNT(*) FROM facts WHERE name LIKE 'findable.%'")? > 0 {
        ensure!(began.elapsed() < PATIENCE, "the node has not indexed its posts in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(began.elapsed())
}

/// Searches again and again; the milliseconds at p99.
async fn read(run: Run<'_>, reader: &Person, (question, is_full): (&str, bool), table: &mut Table, what: &str) -> Result<f64> {
    let path = format!("/api/v2/search?type=statuses&limit=20&q={question}");
    let holds = |body: &[u8]| {
        let found = serde_json::from_slice::<Value>(body).ok();
        found.and_then(|found| found["statuses"].as_array().map(Vec::len)) == Some(if is_full { 20 } else { 0 })
    };
    let cost = reading::read(run, (reader, &path), run.settings.reads.min(1000), holds).await?;
    table.row(what, &cost.to_string(), "");
    Ok(cost.p99)
}

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let sam = node.person("sam").await?;
    let me = sam.api.me().await?;
    let me = me["id"].as_str().context("no id")?;
    let now = clock::now().timestamp_millis();
    let (mut written, mut before) = (0, Vec::new());
    for posts in [10_000, settings.archive] {
        node.terminate().await?;
        write(node, me, (written + 1, posts), now)?;
        node.resume().await?;
        let took = indexed(node).await?.as_secs_f64();
        table.row(&format!("indexing {} posts after a start", posts), &format!("{took:.1} s beside everything else"), "");
        written = posts;
        for (nth, (question, called, is_full)) in QUESTIONS.into_iter().enumerate() {
            let what = format!("search among {posts} posts ({}): {called}", settings.database());
            let p99 = read(run, &sam, (question, is_full), table, &what).await?;
            match before.get(nth) {
                Some(first) => table.row("the same beside 10000 posts", &format!("{:.2} times the p99", p99 / first), ""),
                None => before.push(p99),
            }
        }
    }
    Ok(())
}
