//! Reading cards: of posts, by address, and how often pages were led to of late.

use super::Card;
use crate::{
    base::{error::Result, id::PostId},
    features::posts::usage::{self, Day},
    sql,
    store::{Source, list},
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use std::collections::HashMap;

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

/// How often these pages were led to of late ([`usage::by_day`]).
pub async fn history(from: &impl Source, cards: &[i64]) -> Result<HashMap<i64, Vec<Day>>> {
    usage::by_day(from, ("post_links", "card_id"), cards).await
}
