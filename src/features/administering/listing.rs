//! Accounts as administrators look for them: by where they are, how they stand, and what they are called.

use crate::{
    base::{error::Result, id::AccountId, page::Page, words::NodeRole},
    features::peers,
    sql,
    store::{
        Source, Sql, list,
        tables::{Account, User},
    },
};

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Neither suspended nor waiting.
    Active,
    /// Waits for approval.
    Pending,
    /// Cannot log in.
    Disabled,
    /// Heard by followers alone.
    Silenced,
    /// Its files stand behind a warning.
    Sensitized,
    /// Suspended.
    Suspended,
}

/// What is looked for; each that is given narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this node (`true`), or of others.
    pub is_local: Option<bool>,
    /// How it stands.
    pub standing: Option<Standing>,
    /// Their standing on this node is one of these.
    pub roles: Vec<NodeRole>,
    /// Only guests.
    pub is_guest: bool,
    /// Only whoever left the company.
    pub has_left: bool,
    /// Who brought them here.
    pub invited_by: Option<AccountId>,
    /// How the name begins.
    pub username: String,
    /// How the name shown begins.
    pub display_name: String,
    /// Of which host.
    pub host: String,
    /// How the address begins.
    pub email: String,
    /// From which network address; none is kept, so nobody is found by it.
    pub ip: String,
}

/// `text` as the beginning of what `LIKE … ESCAPE '!'` matches.
fn beginning(text: &str) -> String {
    format!("{}%", text.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// The accounts that are looked for, newest first: people who log in here and people elsewhere, none of whom is gone. Its cost
/// depends on what is asked: ask by `Store::searching`. Literals: account kind 0 person, 4 service.
pub async fn accounts(from: &impl Source, wanted: &Wanted, page: Page) -> Result<Vec<Account>> {
    if !wanted.ip.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!(
        "SELECT a.* FROM accounts a LEFT JOIN users u ON u.account_id = a.id WHERE a.gone_at IS NULL AND a.kind IN (0, 4) \
         AND (a.host <> '' OR u.account_id IS NOT NULL)"
    );
    let sql = named(standing(sql, wanted), wanted)?;
    Ok(page.newest_first(sql.page("a.id", page).all(from).await?))
}

/// Appends where they are, how they stand, and who brought them.
fn standing(sql: Sql, wanted: &Wanted) -> Sql {
    let mut sql = match wanted.is_local {
        Some(true) => sql.then(" AND a.host = ''"),
        Some(false) => sql.then(" AND a.host <> ''"),
        None => sql,
    };
    sql = sql.then(match wanted.standing {
        None => "",
        Some(Standing::Active) => " AND a.suspended_at IS NULL AND (u.account_id IS NULL OR u.approved)",
        Some(Standing::Pending) => " AND NOT u.approved",
        Some(Standing::Disabled) => " AND (u.disabled_at IS NOT NULL OR u.off_boarded_at IS NOT NULL)",
        Some(Standing::Silenced) => " AND a.silenced_at IS NOT NULL",
        Some(Standing::Sensitized) => " AND a.sensitized_at IS NOT NULL",
        Some(Standing::Suspended) => " AND a.suspended_at IS NOT NULL",
    });
    if wanted.is_guest {
        sql = sql.then(" AND u.is_guest");
    }
    if wanted.has_left {
        sql = sql.then(" AND u.off_boarded_at IS NOT NULL");
    }
    if !wanted.roles.is_empty() {
        sql = sql.then(" AND u.role IN {}").bind(list(&wanted.roles));
    }
    match wanted.invited_by {
        Some(by) => sql.then(" AND COALESCE(u.invited_by, u.sponsor_id) = {}").bind(by),
        None => sql,
    }
}

/// Appends what they are called. Refused for a host that is none.
fn named(mut sql: Sql, wanted: &Wanted) -> Result<Sql> {
    for (column, text) in [
        ("a.username_key", wanted.username.trim_start_matches('@')),
        ("LOWER(a.display_name)", &wanted.display_name),
        ("u.email_key", &wanted.email),
    ] {
        if !text.trim().is_empty() {
            sql = sql.then(&format!(" AND {column} LIKE {{}} ESCAPE '!'")).bind(beginning(text));
        }
    }
    if !wanted.host.trim().is_empty() {
        sql = sql.then(" AND a.host = {}").bind(peers::normal(&wanted.host)?);
    }
    Ok(sql)
}

/// What those of `accounts` who log in here have: one statement.
pub async fn users(from: &impl Source, accounts: &[AccountId]) -> Result<Vec<User>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM users WHERE account_id IN {}", list(accounts)).all(from).await
}
