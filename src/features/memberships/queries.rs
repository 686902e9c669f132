//! Reading seats and bans. Lists take lists.

pub use crate::features::communities::seats::{host_has_seat, is_banned, rank, role, seat};

use crate::{
    base::{
        error::Result,
        id::AccountId,
        page::Page,
        sentence::{Sentence, said},
        words::{Role, SeatStatus},
    },
    features::{accounts, agreements, communities::usable::usable},
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

/// Whether the node at `host` may know that a community of ours is there though strangers may not: its people hold a usable
/// seat, are invited or have asked, or an agreement in force names the community, so that they may ask.
pub async fn host_may_know(from: &impl Source, community: &Account, host: &str) -> Result<bool> {
    if host_has_seat(from, community.id, host).await? || agreements::covering(from, host, &community.uri, false).await?.is_some() {
        return Ok(true);
    }
    let waiting = sql!("SELECT rev FROM seats WHERE community_id = {} AND host = {} AND status IN (0, 1) LIMIT 1", community.id, host);
    Ok(waiting.value::<i64>(from).await?.is_some())
}

/// Active members with their seats, oldest seat last, cursor is the seat's id.
pub async fn members(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<(Seat, Account)>> {
    listing(from, community, SeatStatus::Active, page).await
}

/// Invitations by handle that nobody answered yet, likewise.
pub async fn invited(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<(Seat, Account)>> {
    listing(from, community, SeatStatus::Invited, page).await
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
    with_accounts(from, page.newest_first(select.page("s.id", page).all(from).await?)).await
}

/// Seats with the accounts that hold them, in their order.
pub(super) async fn with_accounts(from: &impl Source, seats: Vec<Seat>) -> Result<Vec<(Seat, Account)>> {
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

/// Whether `account` is the only one left who owns the community: seats that cannot be used do not count.
pub async fn is_last_owner(from: &impl Source, community: AccountId, account: AccountId) -> Result<bool> {
    let select = sql!("SELECT s.account_id FROM seats s WHERE s.community_id = {} AND s.role = {} AND ", community, Role::Owner);
    let owners: Vec<AccountId> = usable(select, "s", from.now()).then(" LIMIT 2").column(from).await?;
    Ok(owners == [account])
}

/// The communities elsewhere, and here, that invited `account`, newest first.
pub async fn invitations_of(from: &impl Source, account: AccountId, page: Page) -> Result<Vec<(Seat, Account)>> {
    let select = sql!("SELECT * FROM seats WHERE account_id = {} AND status = {}", account, SeatStatus::Invited);
    let seats: Vec<Seat> = page.newest_first(select.page("id", page).all(from).await?);
    let ids: Vec<AccountId> = seats.iter().map(|seat| seat.community_id).collect();
    let mut communities: HashMap<AccountId, Account> = HashMap::new();
    if !ids.is_empty() {
        communities.extend(accounts::queries::by_ids(from, &ids).await?.into_iter().map(|account| (account.id, account)));
    }
    Ok(seats.into_iter().filter_map(|seat| communities.remove(&seat.community_id).map(|account| (seat, account))).collect())
}

/// In which of these communities `account` holds an active seat that cannot be used now.
pub async fn unusable(from: &impl Source, account: AccountId, communities: &[AccountId]) -> Result<Vec<AccountId>> {
    if communities.is_empty() {
        return Ok(Vec::new());
    }
    let select = sql!(
        "SELECT s.community_id FROM seats s WHERE s.account_id = {} AND s.status = {} AND s.community_id IN {} AND NOT ",
        account,
        SeatStatus::Active,
        list(communities)
    );
    usable(select, "s", from.now()).column(from).await
}

/// Those of `accounts` who are members of a community in which `viewer` can read now; none where they cannot.
pub async fn among(from: &impl Source, (community, viewer): (AccountId, AccountId), accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let select = sql!(
        "SELECT m.account_id FROM seats m JOIN seats s ON s.community_id = m.community_id WHERE m.community_id = {} AND s.account_id = {} \
         AND m.status = {} AND m.account_id IN {} AND ",
        community,
        viewer,
        SeatStatus::Active,
        list(accounts)
    );
    usable(select, "s", from.now()).column(from).await
}

/// Why an active seat cannot be used now, as a sentence for its holder; `None` when it can.
pub async fn why_not_usable(from: &impl Source, seat: &Seat) -> Result<Option<Sentence>> {
    if seat.status != SeatStatus::Active || role(from, seat.community_id, seat.account_id).await?.is_some() {
        return Ok(None);
    }
    if seat.paused_at.is_some() {
        return Ok(Some(said!("paused: whoever admitted you has left since, and a moderator looks at it first")));
    }
    if !seat.agreement_host.is_empty() {
        let host = &seat.agreement_host;
        let known: Option<i64> =
            sql!("SELECT id FROM agreements WHERE host = {} AND state = 2 AND (suspended_here OR suspended_there OR held)", host.as_str())
                .value(from)
                .await?;
        if known.is_some() {
            return Ok(Some(said!("suspended: the agreement with {host} is suspended", host)));
        }
        if agreements::in_force(from, host).await?.is_none() {
            return Ok(Some(said!("ended: the agreement with {host} is no longer in force", host)));
        }
        return Ok(Some(said!("paused: {host} does not vouch for this seat at present", host)));
    }
    Ok(Some(said!("not usable at present: banned, expired, or the node is not sure what it may show")))
}
