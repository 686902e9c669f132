//! Reading cards: of posts, by address, and how often pages were led to of late.

use super::Card;
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{PostId, first_at},
    },
    features::posts::{
        queries::Viewer,
        sight::{Ground, reaching, visible_to},
    },
    sql,
    store::{Source, list},
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use std::collections::HashMap;

/// Days that are told of a page.
pub const DAYS: i64 = 7;
const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;
/// Posts that are looked at for one answer.
const POSTS_MAX: i64 = 20_000;

/// How often a page was led to on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// When the day began (UTC).
    pub begins: Stamp,
    /// Public posts that lead there.
    pub uses: i64,
    /// By how many people.
    pub accounts: i64,
}

/// A post with the card of the page that it leads to.
struct Led(PostId, Card);

impl FromQueryResult for Led {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self(row.try_get(prefix, "post_id")?, Card::from_query_result(row, prefix)?))
    }
}

/// The cards of `posts` that have one: one statement.
pub async fn of_posts(from: &impl Source, posts: &[PostId]) -> Result<HashMap<PostId, Card>> {
    if posts.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT l.post_id, c.* FROM post_links l CROSS JOIN link_cards c WHERE l.post_id IN {} AND c.id = l.card_id AND c.shown";
    let found: Vec<Led> = sql!(sql, list(posts)).all(from).await?;
    Ok(found.into_iter().map(|Led(post, card)| (post, card)).collect())
}

/// These cards, in no order.
pub async fn by_ids(from: &impl Source, ids: &[i64]) -> Result<Vec<Card>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM link_cards WHERE id IN {} AND shown", list(ids)).all(from).await
}

/// The id of the card of a page, by its address without fragment.
pub async fn by_url(from: &impl Source, url: &str) -> Result<Option<i64>> {
    sql!("SELECT id FROM link_cards WHERE url = {}", url).value(from).await
}

/// How often these pages were led to in the last days by whom everybody hears, today first: one statement, over at most
/// [`POSTS_MAX`] posts.
pub async fn history(from: &impl Source, cards: &[i64]) -> Result<HashMap<i64, Vec<Day>>> {
    #[derive(FromQueryResult)]
    struct Row {
        card_id: i64,
        day: i64,
        uses: i64,
        accounts: i64,
    }
    let (now, viewer) = (from.now(), Viewer::Stranger);
    let today = now.0 / DAY_MILLISECONDS;
    let since = first_at(Stamp((today - DAYS + 1) * DAY_MILLISECONDS));
    let sql = sql!(
        "SELECT l.card_id AS card_id, p.created_at / 86400000 AS day, COUNT(*) AS uses, COUNT(DISTINCT p.author_id) AS accounts FROM \
         (SELECT card_id, post_id FROM post_links WHERE card_id IN {} AND post_id >= {} LIMIT {}) l CROSS JOIN posts p \
         WHERE p.id = l.post_id AND p.audience = 0 AND ",
        list(cards),
        since,
        POSTS_MAX
    );
    let sql = reaching(visible_to(sql, (&viewer, now), "p"), &viewer, ("p", Ground::Discovery));
    let rows: Vec<Row> = sql.then(" GROUP BY l.card_id, p.created_at / 86400000").all(from).await?;
    let empty = || (0..DAYS).map(|ago| Day { begins: Stamp((today - ago) * DAY_MILLISECONDS), ..Day::default() }).collect::<Vec<_>>();
    let mut found: HashMap<i64, Vec<Day>> = cards.iter().map(|card| (*card, empty())).collect();
    for row in rows {
        let days = found.entry(row.card_id).or_insert_with(empty);
        if let Some(day) = usize::try_from(today - row.day).ok().and_then(|ago| days.get_mut(ago)) {
            (day.uses, day.accounts) = (row.uses, row.accounts);
        }
    }
    Ok(found)
}
