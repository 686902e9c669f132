//! Reading seats and bans. Lists take lists.

pub use crate::features::communities::seats::{host_has_seat, hosts, is_banned, role, seat};

use crate::{
    base::{
        error::Result,
        id::AccountId,
        page::Page,
        words::{Role, SeatStatus},
    },
    features::accounts,
    sql,
    store::{
        Source, list,
        tables::{Account, Seat},
    },
};
use std::collections::HashMap;

/// `account`'s seats in these communities, whatever their status.
pub async fn seats_of(from: &impl Source, account: AccountId, communities: &[AccountId]) -> Result<Vec<Seat>> {
    if communities.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM seats WHERE account_id = {} AND community_id IN {}", account, list(communities)).all(from).await
}

/// Active members with their seats, oldest seat last, cursor is the seat's id.
pub async fn members(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<(Seat, Account)>> {
    listing(from, community, SeatStatus::Active, page).await
}

/// Waiting requests, likewise.
pub async fn requests(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<(Seat, Account)>> {
    listing(from, community, SeatStatus::Requested, page).await
}

/// One page of seats with their accounts: two statements, as both tables have columns of the same name.
async fn listing(from: &impl Source, community: AccountId, status: SeatStatus, page: Page) -> Result<Vec<(Seat, Account)>> {
    let select = sql!(
        "SELECT s.* FROM seats s JOIN accounts a ON a.id = s.account_id \
         WHERE s.community_id = {} AND s.status = {} AND a.gone_at IS NULL AND a.suspended_at IS NULL",
        community,
        status
    );
    let seats: Vec<Seat> = page.newest_first(select.page("s.id", page).all(from).await?);
    let ids: Vec<AccountId> = seats.iter().map(|seat| seat.account_id).collect();
    let mut accounts: HashMap<AccountId, Account> = HashMap::new();
    if !ids.is_empty() {
        accounts.extend(accounts::queries::by_ids(from, &ids).await?.into_iter().map(|account| (account.id, account)));
    }
    Ok(seats.into_iter().filter_map(|seat| accounts.remove(&seat.account_id).map(|account| (seat, account))).collect())
}

/// Owners and moderators, the highest rank first.
pub async fn moderators(from: &impl Source, community: AccountId) -> Result<Vec<Account>> {
    sql!(
        "SELECT a.* FROM seats s JOIN accounts a ON a.id = s.account_id \
         WHERE s.community_id = {} AND s.status = {} AND s.role >= {} AND a.gone_at IS NULL AND a.suspended_at IS NULL \
         ORDER BY s.role DESC, s.id",
        community,
        SeatStatus::Active,
        Role::Moderator
    )
    .all(from)
    .await
}

/// Whether `account` is the only one left who owns the community: seats of accounts that are gone
/// or suspended do not count.
pub async fn is_last_owner(from: &impl Source, community: AccountId, account: AccountId) -> Result<bool> {
    let owners: Vec<AccountId> = sql!(
        "SELECT s.account_id FROM seats s JOIN accounts a ON a.id = s.account_id \
         WHERE s.community_id = {} AND s.status = {} AND s.role = {} AND a.gone_at IS NULL AND a.suspended_at IS NULL LIMIT 2",
        community,
        SeatStatus::Active,
        Role::Owner
    )
    .column(from)
    .await?;
    Ok(owners == [account])
}
