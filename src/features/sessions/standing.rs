//! Whether tokens still speak for somebody, many at once: what is asked again and again of those that hold a stream open (S60).

use crate::{
    base::{error::Result, id::TokenId},
    sql,
    store::{Source, list},
};
use std::collections::HashSet;

/// Tokens in one statement.
const AT_ONCE: usize = 1024;

/// Of an account `a` with its user `u`: they may use the node now. Binds the instant.
const MAY_ENTER: &str = "a.gone_at IS NULL AND a.suspended_at IS NULL AND u.approved AND NOT u.unconfirmed AND u.off_boarded_at IS NULL \
     AND u.disabled_at IS NULL AND (NOT u.is_guest OR u.guest_until > {})";

/// Which of these browsers' sessions, by their hashes, let somebody in now.
pub async fn standing_browsers(from: &impl Source, hashes: &[String]) -> Result<HashSet<String>> {
    let asked = "SELECT s.session_hash FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN users u ON u.account_id = a.id \
         WHERE s.session_hash IN {} AND s.expires_at > {} AND ";
    let mut standing = HashSet::new();
    for some in hashes.chunks(AT_ONCE) {
        let found: Vec<String> = sql!(asked, list(some), from.now()).then(MAY_ENTER).bind(from.now()).column(from).await?;
        standing.extend(found);
    }
    Ok(standing)
}

/// Which of these tokens open a stream now: those of people who are neither gone nor suspended, whose account was approved, whose address is confirmed and
/// whose time here is not over. What `app::bearers` asks of one token, of many at once.
pub async fn standing(from: &impl Source, tokens: &[TokenId]) -> Result<HashSet<TokenId>> {
    let asked =
        "SELECT t.id FROM tokens t JOIN accounts a ON a.id = t.account_id JOIN users u ON u.account_id = a.id WHERE t.id IN {} AND ";
    let mut standing = HashSet::new();
    for some in tokens.chunks(AT_ONCE) {
        let found: Vec<TokenId> = sql!(asked, list(some)).then(MAY_ENTER).bind(from.now()).column(from).await?;
        standing.extend(found);
    }
    Ok(standing)
}
