//! Previews of links: what the pages to which public posts lead say of themselves.
//!
//! A page is looked at once a day at most, however many posts lead there. Invariants: only public and unlisted posts have a row in
//! `post_links`, so that nothing that is not for everybody is ever asked for (S136); of a page text is kept and nothing else (S83).
//! The pages are fetched by `outreach/previews.rs`.

pub mod queries;

use super::posts::queries::{Viewer, visible_to};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::PostId,
        secret::random,
        text::{outward::first_outward, page::Facts},
        words::Audience,
    },
    sql,
    store::{Source, Sql, Tx, list, tables::Post},
};
use sea_orm::FromQueryResult;
use std::{collections::BTreeMap, time::Duration};

/// How long what was found at a page is believed.
const BELIEVED: Duration = Duration::from_secs(24 * 3600);
/// How long at most a page waits that a post from elsewhere leads to: not all nodes ask for it at once.
const SPREAD_MILLISECONDS: u64 = 60_000;
/// Pages that wait at a time; posts beyond have no preview.
pub const WAITING_MAX: i64 = 5000;

/// A page, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Card {
    /// Its id.
    pub id: i64,
    /// Where posts lead, without fragment.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its author.
    pub author_name: String,
    /// A page about its author.
    pub author_url: String,
    /// The handle that it names as its author's (`name@host`); nothing says that this is true.
    pub creator: String,
    /// The name of its site.
    pub provider_name: String,
    /// Where its picture is.
    pub image_url: String,
    /// What the picture shows.
    pub image_description: String,
    /// Pixels of the picture; 0 when unknown.
    pub image_width: i32,
    /// Pixels of the picture; 0 when unknown.
    pub image_height: i32,
    /// Its language.
    pub language: String,
    /// When it was published.
    pub published_at: Option<Stamp>,
}

/// A page that is due.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Due {
    /// The id of its card.
    pub id: i64,
    /// Where it is.
    pub url: String,
    /// Whether a post that everybody may see leads there still.
    pub is_used: bool,
}

/// Notes to which page each of these new posts leads, and has those looked at that were not of late. `own` is the authority of
/// this node. Whatever is not for everybody is left alone.
pub async fn link(tx: &Tx, posts: &[Post], own: &str) -> Result<()> {
    // sorted, so that two at once lock them in one order
    let mut wanted: BTreeMap<String, (Stamp, Vec<PostId>)> = BTreeMap::new();
    for post in posts.iter().filter(|post| is_for_everybody(post)) {
        let Some(url) = first_outward(&post.content, own).filter(|url| url.as_str() != post.quote_uri) else { continue };
        let due = if post.is_ours() { tx.now } else { tx.now.plus(some_of_a_minute()) };
        let entry = wanted.entry(url.into()).or_insert((due, Vec::new()));
        entry.0 = entry.0.min(due);
        entry.1.push(post.id);
    }
    if wanted.is_empty() || is_full(tx).await? {
        return Ok(());
    }
    let known = keep(tx, &wanted).await?;
    let pairs: Vec<(PostId, i64)> = wanted
        .iter()
        .filter_map(|(url, (_, posts))| Some((posts, known.iter().find(|card| card.url == *url)?.id)))
        .flat_map(|(posts, card)| posts.iter().map(move |post| (*post, card)))
        .collect();
    let mut sql = Sql::new("INSERT INTO post_links (post_id, card_id) VALUES ");
    for (nth, (post, card)) in pairs.iter().enumerate() {
        sql = sql.then(if nth == 0 { "({}, {})" } else { ", ({}, {})" }).bind(*post).bind(*card);
    }
    sql.then(" ON CONFLICT (post_id) DO UPDATE SET card_id = excluded.card_id").run(tx).await?;
    Ok(())
}

/// Looks again where a post leads whose words or audience changed.
pub async fn relink(tx: &Tx, post: &Post, own: &str) -> Result<()> {
    sql!("DELETE FROM post_links WHERE post_id = {}", post.id).run(tx).await?;
    link(tx, std::slice::from_ref(post), own).await
}

fn is_for_everybody(post: &Post) -> bool {
    let is_there = post.deleted_at.is_none() && post.removed_at.is_none() && post.queued_at.is_none();
    is_there && post.audience <= Audience::Unlisted && post.boost_of_id.is_none()
}

fn some_of_a_minute() -> Duration {
    Duration::from_millis(u64::from(u32::from_le_bytes(random())) % SPREAD_MILLISECONDS)
}

async fn is_full(tx: &Tx) -> Result<bool> {
    let waiting = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM link_cards WHERE due_at IS NOT NULL LIMIT {}) waiting";
    let waiting: i64 = sql!(waiting, WAITING_MAX).value(tx).await?.unwrap_or_default();
    if waiting >= WAITING_MAX {
        metrics::counter!("intermoot_previews_total", "outcome" => "left_out").increment(1);
    }
    Ok(waiting >= WAITING_MAX)
}

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    url: String,
}

/// The cards of these pages, new or known; what was found long ago is to be looked at anew.
async fn keep(tx: &Tx, wanted: &BTreeMap<String, (Stamp, Vec<PostId>)>) -> Result<Vec<Known>> {
    let mut sql = Sql::new("INSERT INTO link_cards (id, url, due_at) VALUES ");
    for (nth, (url, (due, _))) in wanted.iter().enumerate() {
        sql = sql.then(if nth == 0 { "({}, {}, {})" } else { ", ({}, {}, {})" }).bind(tx.id()).bind(url.clone()).bind(*due);
    }
    sql.then(
        " ON CONFLICT (url) DO UPDATE SET due_at = CASE WHEN link_cards.due_at IS NULL AND link_cards.fetched_at < {} \
         THEN excluded.due_at ELSE link_cards.due_at END RETURNING id, url",
    )
    .bind(tx.now.minus(BELIEVED))
    .all(tx)
    .await
}

/// Up to `most` pages that are due, earliest first.
pub async fn due(from: &impl Source, most: u32) -> Result<Vec<Due>> {
    let now = from.now();
    let sql =
        sql!("SELECT c.id, c.url, EXISTS (SELECT 1 FROM post_links l CROSS JOIN posts p WHERE l.card_id = c.id AND p.id = l.post_id AND ");
    visible_to(sql, (&Viewer::Stranger, now), "p")
        .then(") AS is_used FROM link_cards c WHERE c.due_at <= {} ORDER BY c.due_at LIMIT {}")
        .bind(now)
        .bind(i64::from(most))
        .all(from)
        .await
}

/// Notes what a page said of itself. Where it said nothing now, what it said before stands.
pub async fn settle(tx: &Tx, card: i64, found: Option<Facts>) -> Result<()> {
    let Some(facts) = found else {
        sql!("UPDATE link_cards SET due_at = NULL, fetched_at = {} WHERE id = {}", tx.now, card).run(tx).await?;
        return Ok(());
    };
    sql!(
        "UPDATE link_cards SET due_at = NULL, fetched_at = {}, shown = TRUE, title = {}, description = {}, author_name = {}, \
            author_url = {}, creator = {}, provider_name = {}, image_url = {}, image_description = {}, image_width = {}, \
            image_height = {}, language = {}, published_at = {} WHERE id = {}",
        tx.now,
        facts.title,
        facts.description,
        facts.author_name,
        facts.author_url,
        facts.creator,
        facts.site,
        facts.image_url,
        facts.image_description,
        facts.image_width,
        facts.image_height,
        facts.language,
        facts.published,
        card
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Forgets cards to which no post leads any more, once what they say is no longer believed. Looks at `most` of them after the id
/// `after`; the last one that was looked at, and none at the end.
pub async fn forget_unused(tx: &Tx, after: i64, most: u32) -> Result<Option<i64>> {
    let ids: Vec<i64> = sql!("SELECT id FROM link_cards WHERE id > {} ORDER BY id LIMIT {}", after, i64::from(most)).column(tx).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    // a post that comes meanwhile makes it due again, and then it stays
    sql!(
        "DELETE FROM link_cards WHERE id IN {} AND due_at IS NULL AND fetched_at < {} \
         AND NOT EXISTS (SELECT 1 FROM post_links l WHERE l.card_id = link_cards.id)",
        list(&ids),
        tx.now.minus(BELIEVED)
    )
    .run(tx)
    .await?;
    Ok(ids.last().copied())
}
