//! Pages that people read, among ten thousand posts and among a million: home, local, a tag, a list, a community, notifications,
//! a thread of forty. (Search has a scene of its own.) Then the pages of a browser among the million.
//!
//! The rows are written beside the node, since nobody can send a million posts; the pages come through its API. Every fifth post is
//! by somebody here, every tenth has the tag and stands in the list; every fourth is in the community.

use crate::pages as browsing;
use crate::reading::{self, Cost, is_full_page};
use crate::settings::Run;
use crate::table::Table;
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::node::Person;
use federation_tests::{Node, clock, database};
use serde_json::{Value, json};

/// Authors elsewhere, all of whom the reader follows.
const AUTHORS: usize = 200;
/// A post every second, up to now.
const APART: i64 = 1000;
/// Answers in the thread.
const ANSWERS: usize = 40;

/// Whether an answer's body is the page.
type Holds = fn(&[u8]) -> bool;

/// Where the reader reads.
pub struct Places {
    /// The reader's id.
    me: String,
    /// Somebody here whom the reader follows.
    colleague: String,
    /// A community that both are in.
    community: String,
    /// A list of the reader's.
    list: String,
    /// The first post of a thread.
    pub thread: String,
}

/// Numbers from `from` to `to` as `n(i)`.
fn numbers(from: usize, to: usize) -> String {
    format!("WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
}

/// The reader, whom they follow, where they are; a thread of forty answers.
async fn furnish(node: &Node, reader: &Person, now: i64) -> Result<Places> {
    let colleague = node.person("colin").await?;
    let id = async |person: &Person| anyhow::Ok(text(&person.api.me().await?, "id")?.to_owned());
    let (me, colleague_id) = (id(reader).await?, id(&colleague).await?);
    reader.api.post(&format!("/api/v1/accounts/{colleague_id}/follow"), json!({})).await?;
    let made = reader
        .api
        .post("/api/intermoot/v1/communities", json!({ "name": "yard", "title": "Yard", "purpose": "Valves and seals", "stage": "public" }))
        .await?;
    let community = text(&made, "id")?.to_owned();
    let list = text(&reader.api.post("/api/v1/lists", json!({ "title": "tenth" })).await?, "id")?.to_owned();
    let thread = text(&colleague.api.say("How tight is tight?").await?, "id")?.to_owned();
    for nth in 0..ANSWERS {
        colleague.api.post("/api/v1/statuses", json!({ "status": format!("Tighter ({nth})"), "in_reply_to_id": thread })).await?;
    }
    let people = numbers(0, AUTHORS - 1);
    database::run(
        node,
        &format!(
            "BEGIN;
INSERT INTO peers (host, software, level, nodeinfo_at, created_at) VALUES ('far.example', 'mastodon', 0, {now}, {now});
INSERT INTO accounts (id, kind, username, username_key, host, uri, url, created_at, refreshed_at) {people}
 SELECT 1000000 + i, 0, 'a' || i, 'a' || i, 'far.example', 'https://far.example/u/a' || i, '', {now}, {now} FROM n;
INSERT INTO follows (id, follower_id, target_id, uri, state, created_at) {people}
 SELECT 1000000 + i, {me}, 1000000 + i, 'https://bench.example/f/' || i, 1, {now} FROM n;
COMMIT;
"
        ),
    )?;
    Ok(Places { me, colleague: colleague_id, community, list, thread })
}

/// Posts number `from` to `to`, counted backwards from the latest, with what follows from each.
fn write(node: &Node, at: &Places, (from, to): (usize, usize), now: i64) -> Result<()> {
    let (numbers, Places { me, colleague, community, list, .. }) = (numbers(from, to), at);
    let id = format!("({now} - i * {APART}) * 65536 + 7");
    let words = "a few words about valves, seals and gaskets; ".repeat(5);
    database::run(
        node,
        &format!(
            "BEGIN;
INSERT INTO posts (id, uri, url, author_id, community_id, root_id, audience, content, tags, created_at) {numbers}
 SELECT {id}, CASE WHEN i % 5 = 0 THEN '/p/' || ({id}) ELSE 'https://far.example/p/' || i END, '',
 CASE WHEN i % 5 = 0 THEN {colleague} ELSE 1000000 + (i * 7) % {AUTHORS} END, CASE WHEN i % 4 = 0 THEN {community} END, {id}, 0,
 '<p>Post ' || i || ': {words}</p>', CASE WHEN i % 10 = 0 THEN '[\"tenth\"]' ELSE '[]' END, {now} - i * {APART} FROM n;
INSERT INTO post_tags (tag, post_id) {numbers} SELECT 'tenth', {id} FROM n WHERE i % 10 = 0;
INSERT INTO home (account_id, entry_id) {numbers} SELECT {me}, {id} FROM n;
INSERT INTO list_entries (list_id, entry_id) {numbers} SELECT {list}, {id} FROM n WHERE i % 10 = 0;
INSERT INTO notifications (id, account_id, kind, from_id, post_id, created_at) {numbers}
 SELECT {id}, {me}, 0, CASE WHEN i % 5 = 0 THEN {colleague} ELSE 1000000 + (i * 7) % {AUTHORS} END, {id}, {now} - i * {APART}
 FROM n WHERE i % 3 = 0;
COMMIT;
{}",
            if node.database().is_some() { "ANALYZE;\n" } else { "" }
        ),
    )
    .map(drop)
}

fn is_thread(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|context| context["descendants"].as_array().is_some_and(|all| all.len() >= ANSWERS))
}

/// Measures and adds the rows.
pub async fn measure(run: Run<'_>, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let reader = node.person("rea").await?;
    let now = clock::now().timestamp_millis();
    let at = furnish(node, &reader, now).await?;
    let pages: [(&str, String, Holds); 7] = [
        ("home", "/api/v1/timelines/home?limit=20".to_owned(), is_full_page),
        ("local", "/api/v1/timelines/public?local=true&limit=20".to_owned(), is_full_page),
        ("tag", "/api/v1/timelines/tag/tenth?limit=20".to_owned(), is_full_page),
        ("list", format!("/api/v1/timelines/list/{}?limit=20", at.list), is_full_page),
        ("community", format!("/api/intermoot/v1/communities/{}/posts?limit=20", at.community), is_full_page),
        ("notifications", "/api/v1/notifications?limit=20".to_owned(), is_full_page),
        ("context of 40", format!("/api/v1/statuses/{}/context", at.thread), is_thread),
    ];
    let (mut written, mut before): (usize, Vec<Cost>) = (0, Vec::new());
    for posts in [10_000, settings.archive] {
        write(node, &at, (written + 1, posts), now)?;
        written = posts;
        for (nth, (what, path, holds)) in pages.iter().enumerate() {
            let cost = reading::read(run, (&reader, path), settings.reads.min(1000), holds).await?;
            let beside = before.get(nth).map_or_else(String::new, |first| format!("p99 {:.2} times", cost.p99 / first.p99));
            table.row(&format!("{what}, 20 among {posts} posts ({})", settings.database()), &cost.to_string(), &beside);
            if before.len() < pages.len() {
                before.push(cost);
            }
        }
    }
    ensure!(before.len() == pages.len(), "every page was read");
    browsing::measure(run, &reader, &at, written, table).await
}
