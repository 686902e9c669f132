//! Reading communities. Lists take lists.

use crate::{
    base::{error::Result, id::AccountId, page::Page},
    store::{
        Source,
        tables::{Account, Community},
    },
};

/// The community with this id, if any.
pub async fn by_id(_from: &impl Source, _id: AccountId) -> Result<Option<Community>> { crate::features::later() }
/// The communities with these ids.
pub async fn by_ids(_from: &impl Source, _ids: &[AccountId]) -> Result<Vec<Community>> { crate::features::later() }
/// Communities of this node that `viewer` may know of, newest first.
pub async fn here(_from: &impl Source, _viewer: Option<AccountId>, _page: Page) -> Result<Vec<(Account, Community)>> { crate::features::later() }
/// Communities in which `member` holds an active seat, here or elsewhere.
pub async fn of_member(_from: &impl Source, _member: AccountId, _page: Page) -> Result<Vec<(Account, Community)>> { crate::features::later() }
/// Communities elsewhere that this node knows.
pub async fn elsewhere(_from: &impl Source, _page: Page) -> Result<Vec<(Account, Community)>> { crate::features::later() }
