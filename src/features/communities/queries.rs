//! Reading communities. Lists take lists; pages are cursors over the community's id.

use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        page::Page,
        words::{SeatStatus, Stage},
    },
    features::{accounts, peers::unsilenced},
    sql,
    store::{
        Source, Sql, Tx, list,
        tables::{Account, Community},
    },
};
use std::collections::HashMap;

/// The community with this id, if any.
pub async fn by_id(from: &impl Source, id: AccountId) -> Result<Option<Community>> {
    sql!("SELECT * FROM communities WHERE account_id = {}", id).one(from).await
}

/// The communities with these ids, in no order.
pub async fn by_ids(from: &impl Source, ids: &[AccountId]) -> Result<Vec<Community>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM communities WHERE account_id IN {}", list(ids)).all(from).await
}

/// The community with this id, held until the act ends, so that two acts on its seats follow one
/// another (the last owner must not leave twice at once). Refused as not found when there is none.
pub async fn held(tx: &Tx, id: AccountId) -> Result<Community> {
    // SQLite has one writer anyway.
    let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
    let found = sql!("SELECT * FROM communities WHERE account_id = {}", id).then(lock).one(tx).await?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// What one of ours may know of: all communities, but a guest is no reader of what is for this node's people and partners,
/// and knows of that where they sit or are asked to.
const KNOWN: &str = "(c.stage >= {} OR NOT EXISTS (SELECT 1 FROM users u WHERE u.account_id = {} AND u.is_guest) \
    OR EXISTS (SELECT 1 FROM seats s WHERE s.community_id = c.account_id AND s.account_id = {} AND s.status <> {}))";

/// Binds what [`KNOWN`] asks for.
fn known_to(sql: Sql, viewer: AccountId) -> Sql {
    sql.then(KNOWN).bind(Stage::Federated).bind(viewer).bind(viewer).bind(SeatStatus::Ended)
}

/// Those of `ids` that are communities of which `viewer` may not know: for strangers (none) those that are for this node's
/// people or for partners only.
pub async fn hidden(from: &impl Source, ids: &[AccountId], viewer: Option<AccountId>) -> Result<Vec<AccountId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = sql!("SELECT c.account_id FROM communities c WHERE c.account_id IN {}", list(ids));
    match viewer {
        Some(viewer) => known_to(select.then(" AND NOT "), viewer),
        None => select.then(" AND c.stage < {}").bind(Stage::Federated),
    }
    .column(from)
    .await
}

/// The community with this id, if `viewer` may know of it: one of this node's people only is not told to strangers, nor to
/// guests who are not in it.
pub async fn seen(from: &impl Source, viewer: Option<AccountId>, id: AccountId) -> Result<Option<(Account, Community)>> {
    let account = accounts::queries::by_id(from, id).await?.filter(|account| account.is_community() && account.is_active());
    let found = account.zip(by_id(from, id).await?).filter(|(_, facts)| viewer.is_some() || facts.stage == Stage::Public);
    let Some((account, facts)) = found else { return Ok(None) };
    let is_hidden = facts.stage < Stage::Federated && !hidden(from, &[id], viewer).await?.is_empty();
    Ok((!is_hidden).then_some((account, facts)))
}

/// Communities that `viewer` may know of with these words in their name or purpose, here and elsewhere, newest first. Its cost
/// depends on how many there are: ask by `Store::searching`.
pub async fn matching(from: &impl Source, viewer: AccountId, words: &str, page: Page) -> Result<Vec<(Account, Community)>> {
    let start = sql!("FROM communities c JOIN accounts a ON a.id = c.account_id WHERE ((a.host = '' AND c.closed_at IS NULL AND ");
    let start = known_to(start, viewer)
        .then(") OR (a.host <> '' AND (c.stage >= {} OR EXISTS (SELECT 1 FROM seats s WHERE s.community_id = c.account_id AND s.account_id = {}))))")
        .bind(Stage::Federated)
        .bind(viewer);
    let words = words.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let start =
        start.then(" AND LOWER(a.username || ' ' || a.display_name || ' ' || c.purpose) LIKE {} ESCAPE '!'").bind(format!("%{words}%"));
    listing(from, unsilenced(start.then(" AND "), "c.account_id", Some(viewer)), page).await
}

/// Open communities of this node that `viewer` may know of, newest first: those for this node's
/// people only are not told to strangers.
pub async fn here(from: &impl Source, viewer: Option<AccountId>, page: Page) -> Result<Vec<(Account, Community)>> {
    let start = sql!("FROM communities c JOIN accounts a ON a.id = c.account_id WHERE a.host = '' AND c.closed_at IS NULL");
    let start = match viewer {
        Some(viewer) => known_to(start.then(" AND "), viewer),
        None => start.then(" AND c.stage = {}").bind(Stage::Public),
    };
    listing(from, start, page).await
}

/// Communities in which `member` holds an active seat, here or elsewhere, newest first.
pub async fn of_member(from: &impl Source, member: AccountId, page: Page) -> Result<Vec<(Account, Community)>> {
    let start = sql!(
        "FROM communities c JOIN accounts a ON a.id = c.account_id JOIN seats s ON s.community_id = c.account_id \
         WHERE s.account_id = {} AND s.status = {}",
        member,
        SeatStatus::Active
    );
    listing(from, start, page).await
}

/// Communities elsewhere that this node knows and `viewer` may know of, newest first: strangers hear of public ones only,
/// so that nobody learns in which private ones this node's people are, and of one for partners only whoever is in it. Those of
/// silenced hosts are told to whoever follows them.
pub async fn elsewhere(from: &impl Source, viewer: Option<AccountId>, page: Page) -> Result<Vec<(Account, Community)>> {
    let start = sql!("FROM communities c JOIN accounts a ON a.id = c.account_id WHERE a.host <> ''");
    let start = match viewer {
        None => start.then(" AND c.stage = {}").bind(Stage::Public),
        Some(viewer) => {
            let or_in = " AND (c.stage >= {} OR EXISTS (SELECT 1 FROM seats s WHERE s.community_id = c.account_id AND s.account_id = {}))";
            start.then(or_in).bind(Stage::Federated).bind(viewer)
        }
    };
    listing(from, unsilenced(start.then(" AND "), "c.account_id", viewer), page).await
}

/// One page over `start` (`FROM communities c JOIN accounts a … WHERE …`): two statements, as both
/// tables have columns of the same name.
async fn listing(from: &impl Source, start: Sql, page: Page) -> Result<Vec<(Account, Community)>> {
    let select = start.then(" AND a.gone_at IS NULL AND a.suspended_at IS NULL").before("SELECT c.* ");
    let rows: Vec<Community> = select.page("c.account_id", page).all(from).await?;
    let rows = page.newest_first(rows);
    let ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let mut accounts: HashMap<AccountId, Account> = HashMap::new();
    if !ids.is_empty() {
        accounts.extend(accounts::queries::by_ids(from, &ids).await?.into_iter().map(|account| (account.id, account)));
    }
    Ok(rows.into_iter().filter_map(|row| accounts.remove(&row.account_id).map(|account| (account, row))).collect())
}
