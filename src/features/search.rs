//! Search over what the reader may see.
//!
//! Words are found by the index (`store/findable.rs`); what it gives passes the same rules as every other reading of posts, in the
//! same statement. Invariant: that something is in the index shows it to nobody.

use crate::{
    base::{
        error::Result,
        finding::question::{Among, Question},
        page::Page,
        text::scan::tag_key,
        words::SeatStatus,
    },
    features::{
        peers::unblocked,
        posts::{
            queries::Viewer,
            sight::{Ground, reaching, visible_to, wanted_by},
        },
    },
    sql,
    store::{
        Source, Sql,
        findable::{self, Found},
        tables::Post,
    },
};

use sea_orm::DbBackend;

/// Posts that `question` (its names looked up) finds, as `viewer` may see them and their authors agree to be found: the page that
/// is asked for, after its first `offset`, newest first. One statement on SQLite, two at most on PostgreSQL. What is said by more
/// than ten thousand posts is looked through no further than that.
pub async fn posts(from: &impl Source, viewer: &Viewer, question: &Question, (page, offset): (Page, u32)) -> Result<Vec<Post>> {
    let mut found = Vec::new();
    if question.is_empty() || page.limit == 0 {
        return Ok(found);
    }
    for statement in findable::posts(from.connection().1, question, &page) {
        found = shown(from, viewer, question.among, statement).page(&page, offset).all(from).await?;
        if found.len() >= page.limit as usize {
            break;
        }
    }
    Ok(page.newest_first(found))
}

/// What every statement of a search asks of the posts that it found.
fn shown(from: &impl Source, viewer: &Viewer, among: Among, found: Found) -> Found {
    let now = from.now();
    found.and(|sql| {
        let sql = visible_to(sql.then(" AND p.boost_of_id IS NULL AND "), (viewer, now), "p");
        let sql = reaching(wanted_by(sql, viewer, "p", now), viewer, ("p", Ground::Discovery));
        let sql = unblocked(sql.then(" AND "), "p.author_id");
        amongst(consented(sql, viewer), viewer, among)
    })
}

/// Appends: the post `p` is one of those among which is searched.
fn amongst(sql: Sql, viewer: &Viewer, among: Among) -> Sql {
    match (among, viewer.account()) {
        (Among::All, _) => sql,
        (Among::Public, _) => sql.then(" AND p.audience = 0"),
        (Among::Library, None) => sql.then(" AND FALSE"),
        (Among::Library, Some(me)) => {
            let voted = "EXISTS (SELECT 1 FROM poll_votes lv WHERE lv.post_id = p.id AND lv.account_id = {})";
            let text = format!(" AND (p.author_id = {{}} OR {voted} OR {DEALT_WITH})");
            (0..2 + DEALT_WITH.matches("{}").count()).fold(sql.then(&text), |sql, _| sql.bind(me))
        }
    }
}

/// The reader is named in the post `p`, liked it, kept it or shared it.
const DEALT_WITH: &str = "EXISTS (SELECT 1 FROM mentions cm WHERE cm.post_id = p.id AND cm.account_id = {}) \
    OR EXISTS (SELECT 1 FROM favourites cl WHERE cl.post_id = p.id AND cl.account_id = {}) \
    OR EXISTS (SELECT 1 FROM bookmarks cb WHERE cb.post_id = p.id AND cb.account_id = {}) \
    OR EXISTS (SELECT 1 FROM posts cs WHERE cs.boost_of_id = p.id AND cs.author_id = {} AND cs.deleted_at IS NULL)";

/// Appends: the author agrees that the reader finds the post `p` (FEP-5feb, FEP-268d). That holds of posts of our own people and
/// of those that only some may see; of what is public elsewhere, where post or author say so, and without their word where the
/// reader has dealt with it: named in it, liked it, kept it, shared it, or belongs to its community. The literals are words of
/// `base/words.rs`: searchable 1 everyone and 2 followers, follow state 1 accepted.
fn consented(sql: Sql, viewer: &Viewer) -> Sql {
    let Some(me) = viewer.account() else { return sql };
    let said = |who: &str| format!("p.details LIKE '%\"searchable\":\"{who}\"%'");
    let of_post = |who: &str, number: u8| {
        let unsaid = "p.details NOT LIKE '%\"searchable\":%'";
        format!(
            "({} OR ({unsaid} AND EXISTS (SELECT 1 FROM accounts ca WHERE ca.id = p.author_id AND ca.searchable = {number})))",
            said(who)
        )
    };
    let text = format!(
        " AND (substr(p.uri, 1, 1) = '/' OR p.audience > 1 OR {} \
         OR ({} AND EXISTS (SELECT 1 FROM follows cf WHERE cf.follower_id = {{}} AND cf.target_id = p.author_id AND cf.state = 1)) \
         OR {DEALT_WITH} \
         OR EXISTS (SELECT 1 FROM seats cc WHERE cc.community_id = p.community_id AND cc.account_id = {{}} AND cc.status = {{}}))",
        of_post("everyone", 1),
        of_post("followers", 2),
    );
    let times = text.matches("{}").count() - 1;
    (0..times).fold(sql.then(&text), |sql, _| sql.bind(me)).bind(SeatStatus::Active)
}

/// Tags that begin with `prefix`, with how many public posts that reach `viewer` carry them, most used first: at most `limit`
/// after the first `offset`.
pub async fn tags(from: &impl Source, viewer: &Viewer, prefix: &str, (limit, offset): (u32, u32)) -> Result<Vec<(String, i64)>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Used {
        tag: String,
        uses: i64,
    }
    let prefix = tag_key(prefix.trim().trim_start_matches('#'));
    if prefix.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT t.tag AS tag, COUNT(*) AS uses FROM post_tags t JOIN posts p ON p.id = t.post_id WHERE ");
    // a range of bytes is found by the index: PostgreSQL has one beside that of its locale
    let sql = match from.connection().1 {
        DbBackend::Postgres => sql.then("t.tag ~>=~ {} AND t.tag ~<~ {}"),
        _ => sql.then("t.tag >= {} AND t.tag < {}"),
    };
    let sql = sql.bind(prefix.clone()).bind(format!("{prefix}\u{10ffff}"));
    let sql = reaching(sql.then(" AND p.audience = 0 AND p.deleted_at IS NULL AND p.removed_at IS NULL"), viewer, ("p", Ground::Discovery));
    let sql = sql.then(" GROUP BY t.tag ORDER BY uses DESC, t.tag LIMIT {} OFFSET {}").bind(i64::from(limit)).bind(i64::from(offset));
    let found: Vec<Used> = sql.all(from).await?;
    Ok(found.into_iter().map(|used| (used.tag, used.uses)).collect())
}

#[cfg(test)]
mod tests;
