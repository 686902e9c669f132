//! Search over what the reader may see.

use crate::{
    base::{
        error::Result,
        text::{html::to_plain, scan::tag_key},
        words::SeatStatus,
    },
    features::posts::{
        queries::Viewer,
        sight::{Ground, reaching, visible_to, wanted_by},
    },
    sql,
    store::{Source, Sql, tables::Post},
};

use sea_orm::DbBackend;

/// How many of the latest posts are looked through.
const LOOKED_THROUGH: i64 = 20_000;
/// How many words of a query count.
const WORDS_MAX: usize = 8;
/// How many rows are read for each that is wanted: some match in their markup only.
const SPARE: u32 = 4;

/// Posts whose words contain all of `words`, as `viewer` may see them, newest first, at most `limit`.
/// (By `LIKE` over the latest posts until full-text search arrives; letters beyond ASCII are
/// found in the case they were written in.)
pub async fn posts(from: &impl Source, viewer: &Viewer, words: &str, limit: u32) -> Result<Vec<Post>> {
    let words: Vec<&str> = words.split_whitespace().take(WORDS_MAX).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = sql!(
        "SELECT p.* FROM (SELECT id FROM posts ORDER BY id DESC LIMIT {}) latest CROSS JOIN posts p \
         WHERE p.id = latest.id AND p.boost_of_id IS NULL",
        LOOKED_THROUGH
    );
    for word in &words {
        sql = sql
            .then(" AND LOWER(p.title || ' ' || p.spoiler || ' ' || p.content) LIKE {} ESCAPE '\\'")
            .bind(format!("%{}%", escaped(&word.to_ascii_lowercase())));
    }
    let sql = wanted_by(visible_to(sql.then(" AND "), (viewer, from.now()), "p"), viewer, "p", from.now());
    let sql = consented(reaching(sql, viewer, ("p", Ground::Discovery)), viewer);
    let read = i64::from(limit.saturating_mul(SPARE));
    let found: Vec<Post> = sql.then(" ORDER BY p.id DESC LIMIT {}").bind(read).all(from).await?;
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    Ok(found.into_iter().filter(|post| holds(post, &words)).take(limit as usize).collect())
}

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
         OR EXISTS (SELECT 1 FROM mentions cm WHERE cm.post_id = p.id AND cm.account_id = {{}}) \
         OR EXISTS (SELECT 1 FROM favourites cl WHERE cl.post_id = p.id AND cl.account_id = {{}}) \
         OR EXISTS (SELECT 1 FROM bookmarks cb WHERE cb.post_id = p.id AND cb.account_id = {{}}) \
         OR EXISTS (SELECT 1 FROM posts cs WHERE cs.boost_of_id = p.id AND cs.author_id = {{}} AND cs.deleted_at IS NULL) \
         OR EXISTS (SELECT 1 FROM seats cc WHERE cc.community_id = p.community_id AND cc.account_id = {{}} AND cc.status = {{}}))",
        of_post("everyone", 1),
        of_post("followers", 2),
    );
    (0..6).fold(sql.then(&text), |sql, _| sql.bind(me)).bind(SeatStatus::Active)
}

/// Whether the words are in the text, not only in its markup.
fn holds(post: &Post, words: &[String]) -> bool {
    let text = format!("{} {} {}", post.title, post.spoiler, to_plain(&post.content)).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Text as `LIKE … ESCAPE '\'` takes it literally; what HTML escapes is escaped so here too.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Tags that begin with `prefix`, with how many public posts that reach `viewer` carry them, most used first, at most `limit`.
pub async fn tags(from: &impl Source, viewer: &Viewer, prefix: &str, limit: u32) -> Result<Vec<(String, i64)>> {
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
    // SQLite compares bytes, so a range finds prefixes by the index; PostgreSQL compares as its locale does.
    let sql = match from.connection().1 {
        DbBackend::Postgres => sql.then("t.tag LIKE {} ESCAPE '\\'").bind(format!("{}%", escaped(&prefix))),
        _ => sql.then("t.tag >= {} AND t.tag < {}").bind(prefix.clone()).bind(format!("{prefix}\u{10ffff}")),
    };
    let sql = reaching(sql.then(" AND p.audience = 0 AND p.deleted_at IS NULL AND p.removed_at IS NULL"), viewer, ("p", Ground::Discovery));
    let found: Vec<Used> = sql.then(" GROUP BY t.tag ORDER BY uses DESC, t.tag LIMIT {}").bind(i64::from(limit)).all(from).await?;
    Ok(found.into_iter().map(|used| (used.tag, used.uses)).collect())
}
