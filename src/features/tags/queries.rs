//! Reading tags: who chose which, how they were used of late, and how somebody uses them.

use super::Purpose;
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, first_at},
        page::Page,
    },
    features::posts::{
        queries::Viewer,
        sight::{Ground, reaching, visible_to},
    },
    sql,
    store::{Source, list, tables::ChosenTag},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// Days that are told of a tag.
pub const DAYS: i64 = 7;
const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;
/// Uses that are looked at for one answer.
const USES_MAX: i64 = 20_000;
/// Posts of an account that are looked at for the tags on its profile.
const POSTS_MAX: i64 = 2000;

/// How much a tag was used on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// When the day began (UTC).
    pub begins: Stamp,
    /// Public posts with it.
    pub uses: i64,
    /// By how many people.
    pub accounts: i64,
}

/// How somebody uses a tag.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Use {
    /// Its key.
    pub tag: String,
    /// Posts with it that everybody may see.
    pub posts: i64,
    /// The latest of them.
    pub latest: i64,
}

/// The choice of a tag, by its key.
pub async fn find(from: &impl Source, by: AccountId, purpose: Purpose, tag: &str) -> Result<Option<ChosenTag>> {
    sql!(format!("SELECT * FROM {} WHERE account_id = {{}} AND tag = {{}}", purpose.table()), by, tag).one(from).await
}

/// The choice of a tag, by its id; another's is none.
pub async fn by_id(from: &impl Source, by: AccountId, purpose: Purpose, id: i64) -> Result<Option<ChosenTag>> {
    sql!(format!("SELECT * FROM {} WHERE account_id = {{}} AND id = {{}}", purpose.table()), by, id).one(from).await
}

/// A page of what somebody chose, latest first.
pub async fn page(from: &impl Source, by: AccountId, purpose: Purpose, page: Page) -> Result<Vec<ChosenTag>> {
    let sql = sql!(format!("SELECT * FROM {} WHERE account_id = {{}}", purpose.table()), by);
    Ok(page.newest_first(sql.page("id", page).all(from).await?))
}

/// Which of `tags` (keys) somebody follows, and which stand on their profile: one statement.
pub async fn chosen(from: &impl Source, by: AccountId, tags: &[String]) -> Result<HashMap<String, (bool, bool)>> {
    #[derive(FromQueryResult)]
    struct Row {
        tag: String,
        deed: i32,
    }
    let rows: Vec<Row> = sql!(
        "SELECT tag, 1 AS deed FROM followed_tags WHERE account_id = {} AND tag IN {} UNION ALL \
         SELECT tag, 2 AS deed FROM featured_tags WHERE account_id = {} AND tag IN {}",
        by,
        list(tags),
        by,
        list(tags)
    )
    .all(from)
    .await?;
    let mut found: HashMap<String, (bool, bool)> = HashMap::new();
    for row in rows {
        let entry = found.entry(row.tag).or_default();
        if row.deed == 1 { entry.0 = true } else { entry.1 = true }
    }
    Ok(found)
}

/// How `tags` (keys) were used in the last days by whom everybody hears, today first: one statement. At most [`USES_MAX`] uses
/// are counted.
pub async fn history(from: &impl Source, tags: &[String]) -> Result<HashMap<String, Vec<Day>>> {
    #[derive(FromQueryResult)]
    struct Row {
        tag: String,
        day: i64,
        uses: i64,
        accounts: i64,
    }
    let now = from.now();
    let today = now.0 / DAY_MILLISECONDS;
    let since = first_at(Stamp((today - DAYS + 1) * DAY_MILLISECONDS));
    let viewer = Viewer::Stranger;
    let sql = sql!(
        "SELECT t.tag AS tag, p.created_at / 86400000 AS day, COUNT(*) AS uses, COUNT(DISTINCT p.author_id) AS accounts FROM \
         (SELECT tag, post_id FROM post_tags WHERE tag IN {} AND post_id >= {} LIMIT {}) t CROSS JOIN posts p \
         WHERE p.id = t.post_id AND p.audience = 0 AND ",
        list(tags),
        since,
        USES_MAX
    );
    let sql = reaching(visible_to(sql, (&viewer, now), "p"), &viewer, ("p", Ground::Discovery));
    let rows: Vec<Row> = sql.then(" GROUP BY t.tag, p.created_at / 86400000").all(from).await?;
    let empty = || (0..DAYS).map(|ago| Day { begins: Stamp((today - ago) * DAY_MILLISECONDS), ..Day::default() }).collect::<Vec<_>>();
    let mut found: HashMap<String, Vec<Day>> = tags.iter().map(|tag| (tag.clone(), empty())).collect();
    for row in rows {
        let days = found.entry(row.tag).or_insert_with(empty);
        if let Some(day) = usize::try_from(today - row.day).ok().and_then(|ago| days.get_mut(ago)) {
            (day.uses, day.accounts) = (row.uses, row.accounts);
        }
    }
    Ok(found)
}

/// Which tags somebody uses in posts that everybody may see, most used first, among their latest [`POSTS_MAX`]; with `only`
/// these alone.
pub async fn used_by(from: &impl Source, of: AccountId, only: Option<&[String]>) -> Result<Vec<Use>> {
    let sql = sql!(
        "SELECT t.tag AS tag, COUNT(*) AS posts, MAX(p.id) AS latest FROM \
         (SELECT id FROM posts WHERE author_id = {} AND boost_of_id IS NULL AND audience <= 1 AND NOT pending \
            AND deleted_at IS NULL AND removed_at IS NULL AND queued_at IS NULL ORDER BY id DESC LIMIT {}) p \
         CROSS JOIN post_tags t WHERE t.post_id = p.id",
        of,
        POSTS_MAX
    );
    let sql = match only {
        Some(tags) => sql.then(" AND t.tag IN {}").bind(list(tags)),
        None => sql,
    };
    sql.then(" GROUP BY t.tag ORDER BY posts DESC, latest DESC LIMIT 100").all(from).await
}
