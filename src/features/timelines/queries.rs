//! Reading timelines: keyset pages, newest first, one statement each.
//!
//! Invariant: every page walks an index in its own order (a test reads the plans), so its cost
//! does not grow with the table. `CROSS JOIN` keeps SQLite from turning a join round; PostgreSQL
//! does not mind it.

use crate::{
    base::{clock::Stamp, error::Result, id::AccountId, page::Page, text::scan::tag_key},
    features::posts::{
        queries::Viewer,
        sight::{Ground, outside_exclusive_lists, paged, reaching, shown_to, visible_to, wanted_by},
    },
    sql,
    store::{Source, Sql, tables::Post},
};

/// Which public posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    /// Only of our own people.
    pub local: bool,
    /// Only of others.
    pub remote: bool,
    /// Only with media.
    pub only_media: bool,
}

/// Which tags, without `#`, in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// At least one of these; the first [`TAGS_ANY_MAX`] count.
    pub any: Vec<String>,
    /// Each of these too.
    pub all: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
}

/// Alternatives that one tag timeline may have.
pub const TAGS_ANY_MAX: usize = 5;

/// Which entries of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Without replies (those to oneself stay).
    pub exclude_replies: bool,
    /// Without boosts.
    pub exclude_reblogs: bool,
    /// Only with media.
    pub only_media: bool,
    /// Only with this tag.
    pub tagged: Option<String>,
}

async fn read(from: &impl Source, sql: Sql, column: &str, page: Page) -> Result<Vec<Post>> {
    let rows = paged(sql, column, &page).whole(from).await?;
    Ok(page.newest_first(rows))
}

fn home_sql(me: AccountId, now: Stamp) -> Sql {
    let sql = sql!(
        "SELECT p.* FROM home h CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE h.account_id = {} AND p.id = h.entry_id",
        me
    );
    at_home(sql, &Viewer::Account(me), now)
}

fn list_sql(me: AccountId, list: i64, now: Stamp) -> Sql {
    let sql = sql!(
        "SELECT p.* FROM list_entries h CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE h.list_id = {} AND p.id = h.entry_id",
        list
    );
    on_shelf(sql, &Viewer::Account(me), now)
}

/// Appends: of what stands on the reader's home shelf, the entry `p` (showing `o`) is shown: no exclusive list took its author.
pub(super) fn at_home(sql: Sql, viewer: &Viewer, now: Stamp) -> Sql {
    on_shelf(outside_exclusive_lists(sql, viewer, "p"), viewer, now)
}

/// Appends: of what stands on a shelf of the reader's, the entry `p` (showing `o`) is shown.
pub(super) fn on_shelf(sql: Sql, viewer: &Viewer, now: Stamp) -> Sql {
    let sql = wanted_by(shown_to(sql, (viewer, now)), viewer, "p", now);
    reaching(wanted_by(sql, viewer, "o", now), viewer, ("o", Ground::Reading))
}

/// Appends: the public post `p` is shown where people come upon what they did not ask for.
pub(super) fn come_upon(sql: Sql, viewer: &Viewer, now: Stamp) -> Sql {
    let sql = visible_to(sql.then(" AND "), (viewer, now), "p");
    reaching(wanted_by(sql, viewer, "p", now), viewer, ("p", Ground::Discovery))
}

/// Appends: the post `p` of a community is shown in its timeline.
pub(super) fn in_community(sql: Sql, viewer: &Viewer, now: Stamp) -> Sql {
    wanted_by(visible_to(sql.then(" AND "), (viewer, now), "p"), viewer, "p", now)
}

/// A list of `me`; the caller has made sure whose it is.
pub async fn list(from: &impl Source, me: AccountId, list: i64, page: Page) -> Result<Vec<Post>> {
    read(from, list_sql(me, list, from.now()), "h.entry_id", page).await
}

/// `me`'s home timeline, without those whom an exclusive list took from it.
pub async fn home(from: &impl Source, me: AccountId, page: Page) -> Result<Vec<Post>> {
    read(from, home_sql(me, from.now()), "h.entry_id", page).await
}

fn within(sql: Sql, reach: Reach) -> Sql {
    let sql = if reach.local { sql.then(" AND substr(p.uri, 1, 1) = '/'") } else { sql };
    let sql = if reach.remote { sql.then(" AND substr(p.uri, 1, 1) <> '/'") } else { sql };
    if reach.only_media { sql.then(" AND p.attachments <> '[]'") } else { sql }
}

fn public_sql(viewer: &Viewer, reach: Reach, now: Stamp) -> Sql {
    // The first line is word for word the condition of the index.
    let sql = sql!(
        "SELECT p.* FROM posts p WHERE p.audience = 0 AND p.boost_of_id IS NULL AND p.deleted_at IS NULL AND p.removed_at IS NULL \
            AND (p.in_reply_to_uri = '' OR p.in_reply_to_account_id = p.author_id)"
    );
    come_upon(within(sql, reach), viewer, now)
}

/// Public posts: no boosts, no replies to others.
pub async fn public(from: &impl Source, viewer: &Viewer, reach: Reach, page: Page) -> Result<Vec<Post>> {
    read(from, public_sql(viewer, reach, from.now()), "p.id", page).await
}

fn tag_sql(viewer: &Viewer, tag: &str, tags: &Tags, reach: Reach, now: Stamp) -> Sql {
    let mut sql =
        sql!("SELECT p.* FROM post_tags t CROSS JOIN posts p WHERE t.tag = {} AND p.id = t.post_id AND p.audience = 0", tag_key(tag));
    for tag in &tags.all {
        sql = sql.then(" AND EXISTS (SELECT 1 FROM post_tags x WHERE x.tag = {} AND x.post_id = p.id)").bind(tag_key(tag));
    }
    for tag in &tags.none {
        sql = sql.then(" AND NOT EXISTS (SELECT 1 FROM post_tags x WHERE x.tag = {} AND x.post_id = p.id)").bind(tag_key(tag));
    }
    come_upon(within(sql, reach), viewer, now)
}

/// Public posts with these tags: one statement for each alternative.
pub async fn tag(from: &impl Source, viewer: &Viewer, tags: &Tags, reach: Reach, page: Page) -> Result<Vec<Post>> {
    let mut found: Vec<Post> = Vec::new();
    for tag in tags.any.iter().take(TAGS_ANY_MAX) {
        found.extend(read(from, tag_sql(viewer, tag, tags, reach, from.now()), "t.post_id", page).await?);
    }
    if tags.any.len() > 1 {
        found.sort_by_key(|post| std::cmp::Reverse(post.id));
        found.dedup_by_key(|post| post.id);
        let limit = page.limit as usize;
        let beyond = found.len().saturating_sub(limit);
        // Read upwards, the page is the older end of what was found; read downwards, the newer.
        if page.min_id.is_some() { drop(found.drain(..beyond)) } else { found.truncate(limit) }
    }
    Ok(found)
}

fn link_sql(viewer: &Viewer, card: i64, now: Stamp) -> Sql {
    let sql = sql!("SELECT p.* FROM post_links t CROSS JOIN posts p WHERE t.card_id = {} AND p.id = t.post_id AND p.audience = 0", card);
    come_upon(sql, viewer, now)
}

/// Public posts that lead to the page of this card.
pub async fn link(from: &impl Source, viewer: &Viewer, card: i64, page: Page) -> Result<Vec<Post>> {
    read(from, link_sql(viewer, card, from.now()), "t.post_id", page).await
}

fn profile_sql((viewer, now): (&Viewer, Stamp), of: AccountId, shown: &Shown) -> Sql {
    let mut sql = sql!("SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.author_id = {} AND p.audience <> 4", of);
    if shown.exclude_replies {
        sql = sql.then(" AND (p.in_reply_to_uri = '' OR p.in_reply_to_account_id = p.author_id)");
    }
    if shown.exclude_reblogs || shown.only_media {
        sql = sql.then(" AND p.boost_of_id IS NULL");
    }
    if shown.only_media {
        sql = sql.then(" AND p.attachments <> '[]'");
    }
    if let Some(tag) = &shown.tagged {
        sql = sql.then(" AND EXISTS (SELECT 1 FROM post_tags x WHERE x.tag = {} AND x.post_id = p.id)").bind(tag_key(tag));
    }
    shown_to(sql, (viewer, now))
}

/// A profile's entries, boosts included; of a community, what it boosted.
pub async fn profile(from: &impl Source, viewer: &Viewer, of: AccountId, shown: Shown, page: Page) -> Result<Vec<Post>> {
    read(from, profile_sql((viewer, from.now()), of, &shown), "p.id", page).await
}

/// The oldest id that one of our people can see in a community that is not public: nothing from before what they may read and
/// before they first came, save what was shared later. Keeps a page from walking through all that went before.
const SINCE: &str = " AND p.id >= COALESCE((SELECT MIN(since.id) FROM (\
        SELECT 0 AS id FROM communities sc WHERE sc.account_id = {} AND sc.stage = 3 \
        UNION ALL SELECT CASE WHEN ss.history_from < ss.created_at THEN ss.history_from ELSE ss.created_at END * 65536 AS id \
            FROM seats ss WHERE ss.community_id = {} AND ss.account_id = {} \
        UNION ALL SELECT MIN(sp.id) AS id FROM posts sp WHERE sp.community_id = {} AND sp.shared_at IS NOT NULL) since), 9223372036854775807)";

fn community_sql(viewer: &Viewer, of: AccountId, replies: bool, now: Stamp) -> Sql {
    let mut sql = sql!("SELECT p.* FROM posts p WHERE p.community_id = {} AND p.boost_of_id IS NULL AND NOT p.pending", of);
    if let Some(me) = viewer.account() {
        sql = sql.then(SINCE).bind(of).bind(of).bind(me).bind(of);
    }
    if !replies {
        sql = sql.then(" AND p.in_reply_to_uri = ''");
    }
    in_community(sql, viewer, now)
}

/// A community's posts, replies left out unless asked for.
pub async fn community(from: &impl Source, viewer: &Viewer, of: AccountId, replies: bool, page: Page) -> Result<Vec<Post>> {
    read(from, community_sql(viewer, of, replies, from.now()), "p.id", page).await
}

/// Threads of a community that nobody answered, newest first.
pub async fn unanswered(from: &impl Source, viewer: &Viewer, of: AccountId, page: Page) -> Result<Vec<Post>> {
    read(from, community_sql(viewer, of, false, from.now()).then(" AND p.replies_count = 0"), "p.id", page).await
}

/// Every statement that reads a page, with the column it walks: for the test of their plans.
#[cfg(test)]
pub(in crate::features) fn all_statements(now: Stamp) -> Vec<(&'static str, Sql, &'static str)> {
    let (me, all) = (AccountId(1), Reach::default());
    let (local, remote) = (Reach { local: true, ..all }, Reach { remote: true, only_media: true, ..all });
    let plain = Shown { exclude_replies: true, exclude_reblogs: true, only_media: true, tagged: Some("a".to_owned()) };
    let tags = Tags { any: vec!["a".to_owned()], all: vec!["b".to_owned()], none: vec!["c".to_owned()] };
    let mut statements = vec![("home", home_sql(me, now), "h.entry_id"), ("list", list_sql(me, 1, now), "h.entry_id")];
    for viewer in [Viewer::Stranger, Viewer::Account(me)] {
        statements.extend([
            ("public", public_sql(&viewer, all, now), "p.id"),
            ("local", public_sql(&viewer, local, now), "p.id"),
            ("remote", public_sql(&viewer, remote, now), "p.id"),
            ("tag", tag_sql(&viewer, "a", &tags, local, now), "t.post_id"),
            ("link", link_sql(&viewer, 1, now), "t.post_id"),
            ("profile", profile_sql((&viewer, now), me, &Shown::default()), "p.id"),
            ("profile, less", profile_sql((&viewer, now), me, &plain), "p.id"),
            ("community", community_sql(&viewer, me, false, now), "p.id"),
        ]);
    }
    statements
}
