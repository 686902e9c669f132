//! What others wrote in communities of ours, as they signed it.
//!
//! Of each post the latest Create or Update with its author's proof (FEP-8b32): whoever joins later believes that, and nobody
//! else may be asked for a post of a private community. It goes with the post.

use crate::{
    base::{error::Result, id::PostId},
    sql,
    store::{Insert, Source, Tx, list},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// Longest that is kept, in bytes: a page of an outbox holds several.
const BYTES_MAX: usize = 256 * 1024;

/// Keeps `body`, an activity with its actor's proof that tells the present words of `post`, in place of an earlier one; none
/// when there is no such proof: what was kept would be outdated.
pub async fn keep(tx: &Tx, post: PostId, body: Option<&str>) -> Result<()> {
    let Some(body) = body.filter(|body| body.len() <= BYTES_MAX) else {
        sql!("DELETE FROM originals WHERE post_id = {}", post).run(tx).await?;
        return Ok(());
    };
    let row = Insert::into("originals").set("post_id", post).set("body", body);
    row.on_conflict("ON CONFLICT (post_id) DO UPDATE SET body = excluded.body").run(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Original {
    post_id: PostId,
    body: String,
}

/// What was kept of these posts.
pub async fn of(from: &impl Source, posts: &[PostId]) -> Result<HashMap<PostId, String>> {
    if posts.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Original> = sql!("SELECT post_id, body FROM originals WHERE post_id IN {}", list(posts)).all(from).await?;
    Ok(rows.into_iter().map(|row| (row.post_id, row.body)).collect())
}
