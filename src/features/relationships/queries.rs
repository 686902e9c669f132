//! Reading relationships. Lists take lists; pages are cursors over the id of the relation.

pub use super::relation::{Relation, muted_until, relations};

use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId},
        page::Page,
        words::{AccountKind, FollowState, SeatStatus, Stage},
    },
    sql,
    store::{
        Source, Sql, list,
        tables::{Account, Follow},
    },
};
use sea_orm::FromQueryResult;

/// An account in a list, with the id of the relation as cursor.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    /// Id of the follow, block or mute.
    pub cursor: i64,
    /// The account.
    #[sea_orm(nested)]
    pub account: Account,
}

#[derive(FromQueryResult)]
struct Pair {
    account_id: AccountId,
    target_id: AccountId,
}

pub(super) async fn blocks_between(from: &impl Source, me: AccountId, others: &[AccountId]) -> Result<Vec<(AccountId, AccountId)>> {
    let pairs: Vec<Pair> = sql!(
        "SELECT account_id, target_id FROM blocks WHERE (account_id = {} AND target_id IN {}) OR (target_id = {} AND account_id IN {})",
        me,
        list(others),
        me,
        list(others)
    )
    .all(from)
    .await?;
    Ok(pairs.into_iter().map(|pair| (pair.account_id, pair.target_id)).collect())
}

/// One follow, if any.
pub async fn find(from: &impl Source, follower: AccountId, target: AccountId) -> Result<Option<Follow>> {
    sql!("SELECT * FROM follows WHERE follower_id = {} AND target_id = {}", follower, target).one(from).await
}

/// The follow whose latest ask has this stored uri, if any.
pub async fn by_uri(from: &impl Source, uri: &str) -> Result<Option<Follow>> {
    sql!("SELECT * FROM follows WHERE uri = {}", uri).one(from).await
}

/// Whether either of the two blocks the other.
pub async fn is_blocked_either_way(from: &impl Source, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(!blocks_between(from, one, &[other]).await?.is_empty())
}

/// The id of the Block activity of a block, if there is that block.
pub async fn block_uri(from: &impl Source, by: AccountId, target: AccountId) -> Result<Option<String>> {
    sql!("SELECT uri FROM blocks WHERE account_id = {} AND target_id = {}", by, target).value(from).await
}

/// Followers of an account (accepted), newest first.
pub async fn followers(from: &impl Source, of: AccountId, page: Page) -> Result<Vec<Listed>> {
    let start =
        sql!("FROM follows r JOIN accounts a ON a.id = r.follower_id WHERE r.target_id = {} AND r.state = {}", of, FollowState::Accepted);
    listing(from, start, page).await
}

/// Whom an account follows (accepted), newest first, as far as `viewer` may know: in which communities that are not public
/// somebody sits is told to themselves and to the members of each (S59).
pub async fn following(from: &impl Source, of: AccountId, viewer: Option<AccountId>, page: Page) -> Result<Vec<Listed>> {
    let start =
        sql!("FROM follows r JOIN accounts a ON a.id = r.target_id WHERE r.follower_id = {} AND r.state = {}", of, FollowState::Accepted);
    if viewer == Some(of) {
        return listing(from, start, page).await;
    }
    let told = " AND (NOT EXISTS (SELECT 1 FROM communities c WHERE c.account_id = r.target_id AND c.stage <> {}) OR EXISTS \
        (SELECT 1 FROM seats s WHERE s.community_id = r.target_id AND s.account_id = {} AND s.status = {}))";
    let start = start.then(told).bind(Stage::Public).bind(viewer.unwrap_or(AccountId(0))).bind(SeatStatus::Active);
    listing(from, start, page).await
}

/// Who asks to follow an account, newest first.
pub async fn requests(from: &impl Source, of: AccountId, page: Page) -> Result<Vec<Listed>> {
    let start =
        sql!("FROM follows r JOIN accounts a ON a.id = r.follower_id WHERE r.target_id = {} AND r.state = {}", of, FollowState::Requested);
    listing(from, start, page).await
}

/// How many ask to follow an account.
pub async fn count_requests(from: &impl Source, of: AccountId) -> Result<i64> {
    let count = sql!("SELECT COUNT(*) FROM follows WHERE target_id = {} AND state = {}", of, FollowState::Requested);
    Ok(count.value(from).await?.unwrap_or_default())
}

/// Whom an account blocks, newest first.
pub async fn blocked(from: &impl Source, by: AccountId, page: Page) -> Result<Vec<Listed>> {
    listing(from, sql!("FROM blocks r JOIN accounts a ON a.id = r.target_id WHERE r.account_id = {}", by), page).await
}

/// Whom an account mutes now, newest first.
pub async fn muted(from: &impl Source, by: AccountId, page: Page) -> Result<Vec<Listed>> {
    let start = sql!(
        "FROM mutes r JOIN accounts a ON a.id = r.target_id WHERE r.account_id = {} AND (r.expires_at IS NULL OR r.expires_at > {})",
        by,
        from.now()
    );
    listing(from, start, page).await
}

/// One page over `start` (`FROM … r JOIN accounts a …`), newest first.
async fn listing(from: &impl Source, start: Sql, page: Page) -> Result<Vec<Listed>> {
    let select = start.before("SELECT r.id AS cursor, a.* ");
    let rows: Vec<Listed> = select.page("r.id", page).all(from).await?;
    Ok(page.newest_first(rows))
}

/// Whom `me` follows among the followers of `of` (all accepted; never of a community, whose people
/// are told to members only), at most `limit`.
pub async fn familiar(from: &impl Source, me: AccountId, of: AccountId, limit: u32) -> Result<Vec<Account>> {
    sql!(
        "SELECT a.* FROM follows mine JOIN follows theirs ON theirs.follower_id = mine.target_id JOIN accounts a ON a.id = mine.target_id \
         JOIN accounts t ON t.id = theirs.target_id \
         WHERE mine.follower_id = {} AND mine.state = {} AND theirs.target_id = {} AND theirs.state = {} AND t.kind <> {} \
         ORDER BY a.id LIMIT {}",
        me,
        FollowState::Accepted,
        of,
        FollowState::Accepted,
        AccountKind::Community,
        i64::from(limit)
    )
    .all(from)
    .await
}

/// Our own accounts that follow `of` (accepted).
pub async fn local_followers(from: &impl Source, of: AccountId) -> Result<Vec<AccountId>> {
    sql!(
        "SELECT f.follower_id FROM follows f JOIN accounts a ON a.id = f.follower_id WHERE f.target_id = {} AND f.state = {} AND a.host = ''",
        of,
        FollowState::Accepted
    )
    .column(from)
    .await
}

/// The ids of those elsewhere who follow `of` (accepted, taking part), at most `limit`.
pub async fn followers_elsewhere(from: &impl Source, of: AccountId, limit: i64) -> Result<Vec<String>> {
    sql!(
        "SELECT a.uri FROM follows f JOIN accounts a ON a.id = f.follower_id WHERE f.target_id = {} AND f.state = {} AND a.host <> '' \
         AND a.gone_at IS NULL AND a.suspended_at IS NULL ORDER BY f.id LIMIT {}",
        of,
        FollowState::Accepted,
        limit
    )
    .column(from)
    .await
}

/// The distinct inboxes elsewhere of everyone who follows `of` (accepted, not gone).
pub async fn follower_inboxes(from: &impl Source, of: AccountId) -> Result<Vec<InboxId>> {
    sql!(
        "SELECT DISTINCT a.delivery_inbox FROM follows f JOIN accounts a ON a.id = f.follower_id \
         WHERE f.target_id = {} AND f.state = {} AND a.delivery_inbox IS NOT NULL AND a.gone_at IS NULL AND a.suspended_at IS NULL",
        of,
        FollowState::Accepted
    )
    .column(from)
    .await
}
