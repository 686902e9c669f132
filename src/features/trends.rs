//! What is talked about: tags, posts and pages of the last days, among what everybody may see.
//!
//! All look at a bounded number of the latest public posts; the API door remembers the answers for a while and shows of them
//! only what its reader may see and wants to.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{PostId, first_at},
    },
    features::posts::{
        queries::Viewer,
        sight::{Ground, reaching, visible_to, wanted_by},
    },
    sql,
    store::{Insert, Source, Sql, Tx, audit::Entry, list, tables::Post},
};
use std::time::Duration;

/// How far back is looked.
const SINCE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Public posts that are looked at.
const POSTS_MAX: i64 = 5000;

/// The latest public posts that everybody hears, with `columns`, as a subquery. The first line is word for word the condition
/// of the index.
fn latest(columns: &str, now: Stamp) -> Sql {
    let viewer = Viewer::Stranger;
    let sql = sql!(
        format!(
            "(SELECT {columns} FROM posts p WHERE p.audience = 0 AND p.boost_of_id IS NULL AND p.deleted_at IS NULL AND p.removed_at IS NULL \
             AND p.id >= {{}} AND "
        ),
        first_at(now.minus(SINCE))
    );
    reaching(visible_to(sql, (&viewer, now), "p"), &viewer, ("p", Ground::Discovery)).then(" ORDER BY p.id DESC LIMIT {})").bind(POSTS_MAX)
}

/// Tags in use, by key: those that most people use first. `with_rejected` those too that administrators keep out.
pub async fn tags(from: &impl Source, limit: u32, with_rejected: bool) -> Result<Vec<String>> {
    let wanted = if with_rejected { "" } else { " AND NOT EXISTS (SELECT 1 FROM untrended_tags x WHERE x.tag = t.tag)" };
    latest("p.id, p.author_id", from.now())
        .before("SELECT t.tag FROM ")
        .then(" l CROSS JOIN post_tags t WHERE t.post_id = l.id")
        .then(wanted)
        .then(
            " GROUP BY t.tag \
             ORDER BY COUNT(DISTINCT l.author_id) DESC, COUNT(*) DESC, t.tag LIMIT {}",
        )
        .bind(i64::from(limit))
        .column(from)
        .await
}

/// Pages that posts lead to and of which something can be shown, by the ids of their cards: those first to which most people
/// lead.
pub async fn links(from: &impl Source, limit: u32) -> Result<Vec<i64>> {
    latest("p.id, p.author_id", from.now())
        .before("SELECT t.card_id FROM ")
        .then(
            " l CROSS JOIN post_links t CROSS JOIN link_cards c WHERE t.post_id = l.id AND c.id = t.card_id AND c.shown GROUP BY t.card_id \
             ORDER BY COUNT(DISTINCT l.author_id) DESC, COUNT(*) DESC, t.card_id DESC LIMIT {}",
        )
        .bind(i64::from(limit))
        .column(from)
        .await
}

/// Posts that people like, boost and answer, most of it first. `with_rejected` those too that administrators keep out.
pub async fn posts(from: &impl Source, limit: u32, with_rejected: bool) -> Result<Vec<PostId>> {
    let wanted = if with_rejected { "" } else { " AND NOT EXISTS (SELECT 1 FROM untrended_posts x WHERE x.post_id = l.id)" };
    let weight = "l.favourites_count + 2 * l.boosts_count + l.replies_count";
    latest("p.id, p.favourites_count, p.boosts_count, p.replies_count", from.now())
        .before("SELECT l.id FROM ")
        .then(&format!(" l WHERE {weight} > 0{wanted} ORDER BY {weight} DESC, l.id DESC LIMIT {{}}"))
        .bind(i64::from(limit))
        .column(from)
        .await
}

/// Those of `posts` that `viewer` may see and wants to, in their order.
pub async fn shown(from: &impl Source, viewer: &Viewer, posts: &[PostId]) -> Result<Vec<Post>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let now = from.now();
    let sql = visible_to(sql!("SELECT p.* FROM posts p WHERE p.id IN {} AND p.audience = 0 AND ", list(posts)), (viewer, now), "p");
    let mut found: Vec<Post> = reaching(wanted_by(sql, viewer, "p", now), viewer, ("p", Ground::Discovery)).all(from).await?;
    found.sort_by_key(|post| posts.iter().position(|id| *id == post.id));
    Ok(found)
}

/// Lets a tag, by its key, trend or keeps it out. One entry in the audit log; none where it is so already.
pub async fn let_tag(tx: &Tx, tag: &str, may_trend: bool) -> Result<()> {
    let changed = if may_trend {
        sql!("DELETE FROM untrended_tags WHERE tag = {}", tag).run(tx).await?
    } else {
        let row = Insert::into("untrended_tags").set("tag", tag).set("created_at", tx.now);
        row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?
    };
    if changed > 0 {
        tx.audit(Entry::of(if may_trend { "trend.approve" } else { "trend.reject" }, format!("#{tag}")));
    }
    Ok(())
}

/// The same of a post.
pub async fn let_post(tx: &Tx, post: &Post, may_trend: bool) -> Result<()> {
    let changed = if may_trend {
        sql!("DELETE FROM untrended_posts WHERE post_id = {}", post.id).run(tx).await?
    } else {
        let row = Insert::into("untrended_posts").set("post_id", post.id).set("created_at", tx.now);
        row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?
    };
    if changed > 0 {
        tx.audit(Entry::of(if may_trend { "trend.approve" } else { "trend.reject" }, post.uri.clone()));
    }
    Ok(())
}

/// Which of these tags (keys) are kept out of trends.
pub async fn rejected_tags(from: &impl Source, tags: &[String]) -> Result<Vec<String>> {
    sql!("SELECT tag FROM untrended_tags WHERE tag IN {}", list(tags)).column(from).await
}

/// Which of these posts are.
pub async fn rejected_posts(from: &impl Source, posts: &[PostId]) -> Result<Vec<PostId>> {
    sql!("SELECT post_id FROM untrended_posts WHERE post_id IN {}", list(posts)).column(from).await
}
