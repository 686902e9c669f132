//! The words by which accounts are found: those of their handle and of the name they show.

use crate::{
    base::{error::Result, finding::tokens::tokens, id::AccountId, words::AccountKind},
    features::peers::{unblocked, unsilenced},
    sql,
    store::{
        Source, Sql, Store, Tx,
        findable::{self, Indexed},
        tables::Account,
    },
};

/// Accounts of before the index that are read at a time.
const AT_ONCE: i64 = 500;

/// Accounts of each way of finding them that are looked at for one answer.
const LOOKED_THROUGH: u32 = 2_000;

/// Who searches for accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seeker {
    /// The account, if it is one of ours.
    pub reader: Option<AccountId>,
    /// They want to find only whom they follow.
    pub followed: bool,
}

/// Accounts with a handle that begins with `words`, or with names of which a word begins with each of `words`, best first: the
/// exact handle, then handles that begin so, then names; ours before others. With an `@` inside it is a handle and the beginning
/// of a host. Without those on blocked hosts, and on silenced ones unless the reader follows them: who names them whole finds them by
/// [`super::queries::by_handle`].
pub async fn search(from: &impl Source, seeker: Seeker, words: &str, (limit, offset): (u32, u32)) -> Result<Vec<Account>> {
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let (name, _) = words.split_once('@').unwrap_or((&words, ""));
    if name.is_empty() {
        return Ok(Vec::new());
    }
    let asked = candidates(from, &words)
        .then(" AND accounts.gone_at IS NULL AND accounts.suspended_at IS NULL AND accounts.kind <> {}")
        .bind(AccountKind::Node);
    let asked = match seeker.reader.filter(|_| seeker.followed) {
        Some(me) => {
            let followed =
                " AND EXISTS (SELECT 1 FROM follows sf WHERE sf.follower_id = {} AND sf.target_id = accounts.id AND sf.state = 1)";
            asked.then(followed).bind(me)
        }
        None => asked,
    };
    // whoever signed up and is not in yet is not there for others
    let waits = " AND NOT EXISTS (SELECT 1 FROM users w WHERE w.account_id = accounts.id AND (w.approved = FALSE OR w.unconfirmed = TRUE))";
    let asked = unblocked(asked.then(waits).then(" AND "), "accounts.id");
    unsilenced(asked.then(" AND "), "accounts.id", seeker.reader)
        .then(
            " ORDER BY CASE WHEN username_key = {} THEN 0 WHEN substr(username_key, 1, CAST({} AS INTEGER)) = {} THEN 1 ELSE 2 END, \
             CASE WHEN host = '' THEN 0 ELSE 1 END, followers_count DESC, accounts.id LIMIT {} OFFSET {}",
        )
        .bind(name)
        .bind(i64::try_from(name.chars().count()).unwrap_or(i64::MAX))
        .bind(name)
        .bind(i64::from(limit))
        .bind(i64::from(offset))
        .all(from)
        .await
}

/// Begins a statement over the accounts that one of the indices gives; of each a bounded number.
pub(in crate::features) fn candidates(from: &impl Source, words: &str) -> Sql {
    let backend = from.connection().1;
    let (name, host) = words.split_once('@').unwrap_or((words, ""));
    // an order of bytes, whatever the locale: it has an index of its own on PostgreSQL
    let (at_least, less) = if backend == sea_orm::DbBackend::Postgres { ("~>=~", "~<~") } else { (">=", "<") };
    let sql = sql!("SELECT accounts.* FROM (SELECT id FROM (SELECT id FROM accounts WHERE username_key = {}").bind(name);
    let sql = if host.is_empty() { sql } else { sql.then(" AND host LIKE {} ESCAPE '\\'").bind(beginning(host)) };
    let begins = format!(
        " ORDER BY host LIMIT {LOOKED_THROUGH}) exactly UNION SELECT id FROM (SELECT id FROM accounts WHERE username_key {at_least} {{}} AND username_key {less} {{}}"
    );
    let sql = sql.then(&begins).bind(name).bind(format!("{name}\u{10ffff}"));
    let sql = if host.is_empty() { sql } else { sql.then(" AND host LIKE {} ESCAPE '\\'").bind(beginning(host)) };
    let sql = sql.then(" LIMIT {}) begins").bind(i64::from(LOOKED_THROUGH));
    let tokens = if words.contains('@') { Vec::new() } else { tokens(words) };
    let sql = if tokens.is_empty() {
        sql
    } else {
        findable::accounts(sql.then(" UNION SELECT id FROM ("), backend, &tokens, LOOKED_THROUGH).then(") named")
    };
    sql.then(") found CROSS JOIN accounts WHERE accounts.id = found.id")
}

/// What begins with `text`, for `LIKE … ESCAPE '\'`.
fn beginning(text: &str) -> String {
    format!("{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Has an account found by its names.
pub(super) async fn keep(tx: &Tx, id: AccountId, username: &str, display_name: &str) -> Result<()> {
    findable::keep(tx, (Indexed::Accounts, id.0), &tokens(&format!("{username} {display_name}")), &[]).await
}

/// Has an account found no more.
pub(super) async fn forget(tx: &Tx, id: AccountId) -> Result<()> {
    findable::forget(tx, Indexed::Accounts, sql!("= {}", id)).await
}

/// Indexes some of the accounts that were here before the index was; how many rows were read, none when all are.
pub async fn catch_up(store: &Store) -> Result<Option<usize>> {
    let Some(below) = findable::unread_below(store, Indexed::Accounts).await? else { return Ok(None) };
    let tx = store.begin().await?;
    let accounts: Vec<Account> = sql!("SELECT * FROM accounts WHERE id < {} ORDER BY id DESC LIMIT {}", below, AT_ONCE).all(&tx).await?;
    for account in accounts.iter().filter(|account| account.gone_at.is_none()) {
        keep(&tx, account.id, &account.username, &account.display_name).await?;
    }
    findable::read_down_to(&tx, Indexed::Accounts, accounts.last().map(|account| account.id.0)).await?;
    tx.commit().await?;
    Ok(Some(accounts.len()))
}
