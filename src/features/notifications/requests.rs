//! Filtered notifications, one request for each person who caused some: accepted by name, or dismissed.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        page::Page,
    },
    sql,
    store::{Insert, Source, Tx, list},
};
use sea_orm::FromQueryResult;

/// Most requests of one answer to "how many wait".
const COUNTED_MAX: i64 = 1000;

/// Somebody whose notifications wait.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Request {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub from_id: AccountId,
    /// The last post among them (0 for none).
    pub last_post_id: PostId,
    /// Since when some wait.
    pub created_at: Stamp,
    /// When the last came.
    pub updated_at: Stamp,
    /// How many wait.
    pub waiting: i64,
}

/// The columns of a request, up to the bounds.
const SELECT: &str = "SELECT r.id, r.from_id, r.last_post_id, r.created_at, r.updated_at, \
    (SELECT COUNT(*) FROM notifications n WHERE n.account_id = r.account_id AND n.from_id = r.from_id AND n.filtered) AS waiting \
    FROM notification_requests r JOIN accounts a ON a.id = r.from_id WHERE r.account_id = {} AND a.gone_at IS NULL AND a.suspended_at IS NULL \
    AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = r.account_id AND b.target_id = r.from_id)";

/// A notification by `by` was filtered.
pub(super) async fn note(tx: &Tx, account: AccountId, by: AccountId, post: Option<PostId>) -> Result<()> {
    Insert::into("notification_requests")
        .set("id", tx.id())
        .set("account_id", account)
        .set("from_id", by)
        .set("last_post_id", post.unwrap_or(PostId(0)))
        .set("created_at", tx.now)
        .set("updated_at", tx.now)
        .on_conflict(
            "ON CONFLICT (account_id, from_id) DO UPDATE SET updated_at = excluded.updated_at, last_post_id = \
             CASE WHEN excluded.last_post_id = 0 THEN notification_requests.last_post_id ELSE excluded.last_post_id END",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// What waits for `account`, newest first.
pub async fn page(from: &impl Source, account: AccountId, page: Page) -> Result<Vec<Request>> {
    Ok(page.newest_first(sql!(SELECT, account).page("r.id", page).all(from).await?))
}

/// Some of it, by id, in no order.
pub async fn find(from: &impl Source, account: AccountId, ids: &[i64]) -> Result<Vec<Request>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!(SELECT, account).then(" AND r.id IN {}").bind(list(ids)).all(from).await
}

/// How many people wait for `account`, and how many notifications by them; counted up to a bound.
pub async fn waiting(from: &impl Source, account: AccountId) -> Result<(i64, i64)> {
    let people = "SELECT r.id FROM notification_requests r WHERE r.account_id = {} LIMIT {}";
    let people: Vec<i64> = sql!(people, account, COUNTED_MAX).column(from).await?;
    let told = "SELECT n.id FROM notifications n WHERE n.account_id = {} AND n.filtered LIMIT {}";
    let told: Vec<i64> = sql!(told, account, COUNTED_MAX).column(from).await?;
    Ok((i64::try_from(people.len()).unwrap_or(i64::MAX), i64::try_from(told.len()).unwrap_or(i64::MAX)))
}

/// `account` hears `request` from now on, and what waited stands among the rest.
pub async fn accept(tx: &Tx, account: AccountId, request: &Request) -> Result<()> {
    let row = Insert::into("notification_permissions").set("account_id", account).set("from_id", request.from_id);
    row.set("created_at", tx.now).on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    sql!("UPDATE notifications SET filtered = FALSE WHERE account_id = {} AND from_id = {} AND filtered", account, request.from_id)
        .run(tx)
        .await?;
    end(tx, account, request).await
}

/// `account` does not want what waits; what comes later waits anew.
pub async fn dismiss(tx: &Tx, account: AccountId, request: &Request) -> Result<()> {
    sql!("DELETE FROM notifications WHERE account_id = {} AND from_id = {} AND filtered", account, request.from_id).run(tx).await?;
    end(tx, account, request).await
}

async fn end(tx: &Tx, account: AccountId, request: &Request) -> Result<()> {
    sql!("DELETE FROM notification_requests WHERE account_id = {} AND id = {}", account, request.id).run(tx).await?;
    Ok(())
}
