//! Reading a private community: a page of 20 among ten thousand posts, then among a million, with ten thousand members of twenty
//! partners.
//!
//! The rows are written beside the node, since nobody can send a million posts; the pages come through its API.

use crate::partners::found_private;
use crate::reading;
use crate::settings::Run;
use crate::table::Table;
use anyhow::{Context, Result};
use federation_tests::community::Community;
use federation_tests::node::Person;
use federation_tests::{Node, clock, database};

/// Hosts of the members.
const HOSTS: u32 = 20;
/// A post every second, up to now.
const APART: i64 = 1000;

/// Numbers from `{0}` to `{1}` as `n(i)`.
fn numbers(from: usize, to: usize) -> String {
    format!("WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
}

/// Members of twenty partners whose agreements and leases hold.
fn write_members(node: &Node, community: &Community, count: usize, now: i64) -> Result<()> {
    let (hosts, people, id, later) = (numbers(0, HOSTS as usize - 1), numbers(0, count - 1), &community.id, now + 86_400_000);
    database::run(
        node,
        &format!(
            "BEGIN;
INSERT INTO peers (host, software, level, nodeinfo_at, created_at) {hosts} SELECT 'h' || i || '.example', 'intermoot', 2, {now}, {now} FROM n;
INSERT INTO agreements (id, uri, host, partner_id, state, version, created_at, in_force_at, updated_at) {hosts}
 SELECT 1000 + i, 'https://h' || i || '.example/agreement', 'h' || i || '.example', 2000 + i, 2, 1, {now}, {now}, {now} FROM n;
INSERT INTO rosters (host, sequence, issued_at, valid_until, fetched_at, tried_at) {hosts} SELECT 'h' || i || '.example', 1, {now}, {later}, {now}, {now} FROM n;
INSERT INTO accounts (id, kind, username, username_key, host, uri, url, created_at, refreshed_at) {people}
 SELECT 1000000 + i, 0, 'm' || i, 'm' || i, 'h' || (i % {HOSTS}) || '.example', 'https://h' || (i % {HOSTS}) || '.example/u/m' || i, '', {now}, {now} FROM n;
INSERT INTO vouched (host, uri) {people} SELECT 'h' || (i % {HOSTS}) || '.example', 'https://h' || (i % {HOSTS}) || '.example/u/m' || i FROM n;
INSERT INTO seats (id, community_id, account_id, status, role, rev, created_at, updated_at, host, agreement_host, admitted_at) {people}
 SELECT 1000000 + i, {id}, 1000000 + i, 2, 1, {now}, {now}, {now}, 'h' || (i % {HOSTS}) || '.example', 'h' || (i % {HOSTS}) || '.example', {now} FROM n;
COMMIT;
"
        ),
    )
    .map(drop)
}

/// Posts number `from` to `to`, counted backwards from the latest.
fn write_posts(node: &Node, community: &Community, (from, to): (usize, usize), (members, now): (usize, i64)) -> Result<()> {
    let (numbers, id) = (numbers(from, to), &community.id);
    let words = "a few words about valves, seals and gaskets; ".repeat(5);
    database::run(
        node,
        &format!(
            "INSERT INTO posts (id, uri, url, author_id, community_id, root_id, audience, content, created_at) {numbers}
 SELECT ({now} - i * {APART}) * 65536 + 7, 'https://h' || (i % {HOSTS}) || '.example/p/' || i, '', 1000000 + (i * 7) % {members}, {id},
 ({now} - i * {APART}) * 65536 + 7, 3, '<p>Post ' || i || ': {words}</p>', {now} - i * {APART} FROM n;
{}",
            if node.database().is_some() { "ANALYZE;\n" } else { "" }
        ),
    )
    .map(drop)
}

/// Reads the page again and again; the milliseconds of CPU of each.
async fn read(run: Run<'_>, (reader, community): (&Person, &Community), table: &mut Table, what: &str) -> Result<f64> {
    let path = format!("/api/intermoot/v1/communities/{}/posts?limit=20", community.id);
    let cost = reading::read(run, (reader, &path), run.settings.reads.min(1000), reading::is_full_page).await?;
    table.row(what, &cost.to_string(), "");
    Ok(cost.cpu)
}

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let (old, new) = (node.person("vera").await?, node.person("nils").await?);
    let community = found_private(&old, "archive").await?;
    let now = clock::now().timestamp_millis();
    // nils came when fifty posts were left to come: those are all that he reads
    let came = now - 50 * APART;
    let me = new.api.me().await?;
    let nils = me["id"].as_str().context("no id")?;
    database::run(
        node,
        &format!(
            "INSERT INTO seats (id, community_id, account_id, status, role, rev, created_at, updated_at, history_from, admitted_at)
 VALUES (999, {}, {nils}, 2, 1, {now}, {now}, {now}, {came}, {came});\n",
            community.id
        ),
    )?;
    let members = settings.members.max(10_000);
    write_members(node, &community, members, now)?;
    let mut written = 0;
    let mut before = Vec::new();
    for posts in [10_000, settings.archive] {
        write_posts(node, &community, (written + 1, posts), (members, now))?;
        written = posts;
        for (nth, (reader, who)) in
            [(&old, "a member since the beginning"), (&new, "a newcomer who reads 50 posts")].into_iter().enumerate()
        {
            let what = format!("community page of 20 among {posts} posts and {members} members ({}): {who}", settings.database());
            let each = read(run, (reader, &community), table, &what).await?;
            match before.get(nth) {
                Some(first) => table.row("the same beside 10000 posts", &format!("{:.2} times the CPU", each / first), ""),
                None => before.push(each),
            }
        }
    }
    Ok(())
}
