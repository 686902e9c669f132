//! Reading seats and bans. Lists take lists.

use crate::{
    base::{error::Result, id::AccountId, page::Page, words::Role},
    store::{
        Source,
        tables::{Account, Seat},
    },
};

/// One seat, if any.
pub async fn seat(_from: &impl Source, _community: AccountId, _account: AccountId) -> Result<Option<Seat>> { crate::features::later() }
/// `account`'s seats in these communities.
pub async fn seats_of(_from: &impl Source, _account: AccountId, _communities: &[AccountId]) -> Result<Vec<Seat>> { crate::features::later() }
/// The role of an account whose seat is active and who is not banned.
pub async fn role(_from: &impl Source, _community: AccountId, _account: AccountId) -> Result<Option<Role>> { crate::features::later() }
/// Whether an account is banned from a community now.
pub async fn is_banned(_from: &impl Source, _community: AccountId, _account: AccountId) -> Result<bool> { crate::features::later() }
/// Active members with their seats, oldest seat last, cursor is the seat's id.
pub async fn members(_from: &impl Source, _community: AccountId, _page: Page) -> Result<Vec<(Seat, Account)>> { crate::features::later() }
/// Waiting requests, likewise.
pub async fn requests(_from: &impl Source, _community: AccountId, _page: Page) -> Result<Vec<(Seat, Account)>> { crate::features::later() }
/// Owners and moderators.
pub async fn moderators(_from: &impl Source, _community: AccountId) -> Result<Vec<Account>> { crate::features::later() }
/// Whether anybody of `host` holds an active seat.
pub async fn host_has_seat(_from: &impl Source, _community: AccountId, _host: &str) -> Result<bool> { crate::features::later() }
