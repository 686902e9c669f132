//! Reading lists and who is in them.

use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        page::Page,
    },
    sql,
    store::{
        Source,
        tables::{Account, List},
    },
};
use sea_orm::FromQueryResult;

/// Somebody in a list, with their place as cursor.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    /// Their place.
    pub cursor: i64,
    /// The account.
    #[sea_orm(nested)]
    pub account: Account,
}

/// The lists of an account, oldest first.
pub async fn all(from: &impl Source, of: AccountId) -> Result<Vec<List>> {
    sql!("SELECT * FROM lists WHERE account_id = {} ORDER BY id", of).all(from).await
}

/// A list of this account, if it is one; another's is none.
pub async fn find(from: &impl Source, of: AccountId, id: i64) -> Result<Option<List>> {
    sql!("SELECT * FROM lists WHERE id = {} AND account_id = {}", id, of).one(from).await
}

/// The same; not found when it is none.
pub async fn one(from: &impl Source, of: AccountId, id: i64) -> Result<List> {
    Ok(find(from, of, id).await?.ok_or_else(Refusal::not_found)?)
}

/// Who is in a list, latest first. The caller has made sure whose list it is.
pub async fn members(from: &impl Source, list: i64, page: Page) -> Result<Vec<Member>> {
    let sql = sql!(
        "SELECT m.id AS cursor, a.* FROM list_members m JOIN accounts a ON a.id = m.account_id WHERE m.list_id = {} \
         AND a.suspended_at IS NULL AND a.gone_at IS NULL",
        list
    );
    Ok(page.newest_first(sql.page("m.id", page).all(from).await?))
}

/// Those lists of `of` in which `account` is.
pub async fn containing(from: &impl Source, of: AccountId, account: AccountId) -> Result<Vec<List>> {
    sql!(
        "SELECT l.* FROM list_members m JOIN lists l ON l.id = m.list_id WHERE m.owner_id = {} AND m.account_id = {} ORDER BY l.id",
        of,
        account
    )
    .all(from)
    .await
}
