//! Lists of a community's seats and bans, as its members and moderators look through them.

use super::queries::with_accounts;
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
        Source,
        tables::{Account, Ban, HostBan, Seat},
    },
};
use sea_orm::FromQueryResult;

/// Bans of nodes that are listed.
const HOST_BANS_MAX: i64 = 1000;

/// Which members are looked for; each that is given narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this node; '' for ours.
    pub host: Option<String>,
    /// In this role.
    pub role: Option<Role>,
    /// What their name, shown or in the handle, has in it; '' for anything.
    pub words: String,
}

/// Active members with their seats, oldest seat last, cursor is the seat's id.
pub async fn members(from: &impl Source, community: AccountId, wanted: &Wanted, page: Page) -> Result<Vec<(Seat, Account)>> {
    let mut select = sql!(
        "SELECT s.* FROM seats s JOIN accounts a ON a.id = s.account_id \
         WHERE s.community_id = {} AND s.status = {} AND a.gone_at IS NULL AND a.suspended_at IS NULL",
        community,
        SeatStatus::Active
    );
    if let Some(host) = &wanted.host {
        select = select.then(" AND s.host = {}").bind(host.as_str());
    }
    if let Some(role) = wanted.role {
        select = select.then(" AND s.role = {}").bind(role);
    }
    let words = wanted.words.trim().to_lowercase();
    if !words.is_empty() {
        let anywhere = format!("%{}%", words.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        select = select.then(" AND LOWER(a.username || ' ' || a.display_name) LIKE {} ESCAPE '!'").bind(anywhere);
    }
    with_accounts(from, page.newest_first(select.page("s.id", page).all(from).await?)).await
}

/// The communities that `account` asked to join and that have not answered, newest first.
pub async fn asked_by(from: &impl Source, account: AccountId, page: Page) -> Result<Vec<(Seat, Account)>> {
    let select = sql!("SELECT * FROM seats WHERE account_id = {} AND status = {}", account, SeatStatus::Requested);
    let seats: Vec<Seat> = page.newest_first(select.page("id", page).all(from).await?);
    let ids: Vec<AccountId> = seats.iter().map(|seat| seat.community_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let communities = accounts::queries::by_ids(from, &ids).await?;
    let found =
        |seat: Seat| communities.iter().find(|account| account.id == seat.community_id).map(|account| (seat.clone(), account.clone()));
    Ok(seats.into_iter().filter_map(found).collect())
}

/// Who is banned from a community now, with their accounts; cursor is the account's id.
pub async fn bans(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<(Ban, Account)>> {
    let select = sql!("SELECT * FROM bans WHERE community_id = {} AND (expires_at IS NULL OR expires_at > {})", community, from.now());
    let bans: Vec<Ban> = page.newest_first(select.page("account_id", page).all(from).await?);
    let ids: Vec<AccountId> = bans.iter().map(|ban| ban.account_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let people = accounts::queries::by_ids(from, &ids).await?;
    let found = |ban: Ban| people.iter().find(|account| account.id == ban.account_id).map(|account| (ban.clone(), account.clone()));
    Ok(bans.into_iter().filter_map(found).collect())
}

/// The nodes whose people are banned from a community now.
pub async fn host_bans(from: &impl Source, community: AccountId) -> Result<Vec<HostBan>> {
    sql!(
        "SELECT * FROM host_bans WHERE community_id = {} AND lifted_at IS NULL AND (expires_at IS NULL OR expires_at > {}) ORDER BY host LIMIT {}",
        community,
        from.now(),
        HOST_BANS_MAX
    )
    .all(from)
    .await
}

/// What waits for the moderators of a community.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Waiting {
    /// Asks for a seat.
    pub requests: i64,
    /// Open invitations by handle.
    pub invitations: i64,
    /// Posts of newcomers.
    pub posts: i64,
    /// Open reports.
    pub reports: i64,
}

/// How much waits for the moderators of a community.
pub async fn waiting(from: &impl Source, community: AccountId) -> Result<Waiting> {
    let found = sql!(
        "SELECT (SELECT COUNT(*) FROM seats WHERE community_id = {} AND status = {}) AS requests, \
         (SELECT COUNT(*) FROM seats WHERE community_id = {} AND status = {}) AS invitations, \
         (SELECT COUNT(*) FROM posts WHERE community_id = {} AND queued_at IS NOT NULL AND deleted_at IS NULL AND removed_at IS NULL) AS posts, \
         (SELECT COUNT(*) FROM reports WHERE community_id = {} AND resolved_at IS NULL) AS reports",
        community,
        SeatStatus::Requested,
        community,
        SeatStatus::Invited,
        community,
        community
    );
    Ok(found.one(from).await?.unwrap_or_default())
}
