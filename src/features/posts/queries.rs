//! Reading posts: only as somebody sees them. There is no unscoped query for what is shown.

pub use super::sight::{Viewer, visible_to};

use super::sight::{Ground, Placed, in_order, paged, reaching, shown_to, wanted_by};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        page::Page,
    },
    sql,
    store::{
        Source, list,
        tables::{Account, Post, Version},
    },
};

/// The post with this id, as `viewer` may see it.
pub async fn seen(from: &impl Source, viewer: &Viewer, id: PostId) -> Result<Option<Post>> {
    Ok(seen_many(from, viewer, &[id]).await?.pop())
}

/// The posts with these ids as `viewer` may see them, in no order. A boost is seen when the post
/// it shows is seen too.
pub async fn seen_many(from: &impl Source, viewer: &Viewer, ids: &[PostId]) -> Result<Vec<Post>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.id IN {}", list(ids));
    shown_to(sql, (viewer, from.now())).whole(from).await
}

/// The posts with these stored uris as `viewer` may see them, in no order.
pub async fn seen_by_uris(from: &impl Source, viewer: &Viewer, uris: &[String]) -> Result<Vec<Post>> {
    if uris.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.uri IN {}", list(uris));
    shown_to(sql, (viewer, from.now())).whole(from).await
}

/// The post with this stored uri, whoever asks: for rules and federation, not for showing.
pub async fn by_uri(from: &impl Source, uri: &str) -> Result<Option<Post>> {
    sql!("SELECT * FROM posts WHERE uri = {}", uri).one(from).await
}

/// A post that answers `uri`, which is not here: for federation, not for showing.
pub async fn waiting_for(from: &impl Source, uri: &str) -> Result<Option<Post>> {
    sql!("SELECT * FROM posts WHERE in_reply_to_uri = {} AND in_reply_to_id IS NULL AND in_reply_to_uri <> '' LIMIT 1", uri).one(from).await
}

/// The post with this id, whoever asks: for rules and federation, not for showing.
pub async fn by_id(from: &impl Source, id: PostId) -> Result<Option<Post>> {
    sql!("SELECT * FROM posts WHERE id = {}", id).one(from).await
}

/// Several posts by id, whoever asks: for rules and federation, not for showing.
pub async fn by_ids(from: &impl Source, ids: &[PostId]) -> Result<Vec<Post>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM posts WHERE id IN {}", list(ids)).whole(from).await
}

/// An account's posts and boosts as `viewer`, a stranger or a host, may see them, newest first, for its outbox.
pub async fn outbox(from: &impl Source, viewer: &Viewer, author: AccountId, page: Page) -> Result<Vec<Post>> {
    let sql = sql!("SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.author_id = {}", author);
    let rows = paged(shown_to(sql, (viewer, from.now())), "p.id", &page).whole(from).await?;
    Ok(page.newest_first(rows))
}

/// What is in a community of ours, answers too, as `viewer`, a stranger or a host, may see it: in the order of the walk; with
/// `root` only of the thread that begins there.
pub async fn within(from: &impl Source, viewer: &Viewer, (community, root): (AccountId, Option<PostId>), page: Page) -> Result<Vec<Post>> {
    let sql = sql!(
        "SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.community_id = {} AND p.boost_of_id IS NULL AND NOT p.pending",
        community
    );
    let sql = match root {
        Some(root) => sql.then(" AND p.root_id = {}").bind(root),
        None => sql,
    };
    paged(shown_to(sql, (viewer, from.now())), "p.id", &page).whole(from).await
}

/// The boosts of these posts by `by`.
pub async fn boosts_by(from: &impl Source, by: AccountId, posts: &[PostId]) -> Result<Vec<Post>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM posts WHERE boost_of_id IN {} AND author_id = {} AND deleted_at IS NULL", list(posts), by).all(from).await
}

/// Who favourited a post, cursor is the favourite's id.
pub async fn favourited_by(from: &impl Source, post: PostId, page: Page) -> Result<Vec<(i64, Account)>> {
    let sql = sql!(
        "SELECT a.*, f.id AS place FROM favourites f CROSS JOIN accounts a \
         WHERE f.post_id = {} AND a.id = f.account_id AND a.suspended_at IS NULL",
        post
    );
    let rows: Vec<Placed<Account>> = paged(sql, "f.id", &page).all(from).await?;
    Ok(in_order(&page, rows))
}

/// Who boosted a post (people, not communities), cursor is the boost's id.
pub async fn boosted_by(from: &impl Source, post: PostId, page: Page) -> Result<Vec<(i64, Account)>> {
    let sql = sql!(
        "SELECT a.*, b.id AS place FROM posts b CROSS JOIN accounts a \
         WHERE b.boost_of_id = {} AND b.deleted_at IS NULL AND a.id = b.author_id AND a.kind <> 1 AND a.suspended_at IS NULL",
        post
    );
    let rows: Vec<Placed<Account>> = paged(sql, "b.id", &page).all(from).await?;
    Ok(in_order(&page, rows))
}

/// Posts that show `quoted` with its author's consent, or are by its author, as `viewer` may see and wants them.
pub async fn quoting(from: &impl Source, viewer: &Viewer, quoted: &Post, page: Page) -> Result<Vec<Post>> {
    let sql = sql!(
        "SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.quote_uri = {} AND p.boost_of_id IS NULL \
         AND (p.author_id = {} OR EXISTS (SELECT 1 FROM quote_stamps s WHERE s.post_id = p.id AND s.holds AND s.target_uri = p.quote_uri))",
        quoted.uri.clone(),
        quoted.author_id
    );
    let now = from.now();
    let sql = reaching(wanted_by(shown_to(sql, (viewer, now)), viewer, "p", now), viewer, ("p", Ground::Reading));
    let rows = paged(sql, "p.id", &page).whole(from).await?;
    Ok(page.newest_first(rows))
}

/// The boost of `post` by `by`, if there is one: for rules and federation.
pub async fn boost_by(from: &impl Source, by: AccountId, post: PostId) -> Result<Option<Post>> {
    sql!("SELECT * FROM posts WHERE boost_of_id = {} AND author_id = {} AND deleted_at IS NULL", post, by).one(from).await
}

/// Earlier wordings, oldest first.
pub async fn versions(from: &impl Source, post: PostId) -> Result<Vec<Version>> {
    sql!("SELECT * FROM versions WHERE post_id = {} ORDER BY at", post).all(from).await
}

/// Local posts: how many there are, for NodeInfo.
pub async fn count_local(from: &impl Source) -> Result<i64> {
    let count: Option<i64> =
        sql!("SELECT CAST(COALESCE(SUM(posts_count), 0) AS BIGINT) FROM accounts WHERE host = '' AND kind <> 1").value(from).await?;
    Ok(count.unwrap_or_default())
}
