//! Reading tags: who chose which, how they were used of late, and how somebody uses them.

use super::Purpose;
use crate::{
    base::{error::Result, id::AccountId, page::Page},
    features::posts::usage::{self, Day},
    sql,
    store::{Source, list, tables::ChosenTag},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// Posts of an account that are looked at for the tags on its profile.
const POSTS_MAX: i64 = 2000;

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

/// How `tags` (keys) were used of late ([`usage::by_day`]).
pub async fn history(from: &impl Source, tags: &[String]) -> Result<HashMap<String, Vec<Day>>> {
    usage::by_day(from, ("post_tags", "tag"), tags).await
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
