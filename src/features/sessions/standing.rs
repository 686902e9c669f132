//! Whether tokens still speak for somebody, many at once: what is asked again and again of those that hold a stream open (S60).

use crate::{
    base::{error::Result, id::TokenId},
    sql,
    store::{Source, list},
};
use std::collections::HashSet;

/// Tokens in one statement.
const AT_ONCE: usize = 1024;

/// Which of these tokens open a stream now: those of people who are neither gone nor suspended, whose account was approved, whose address is confirmed and
/// whose time here is not over. What `app::bearers` asks of one token, of many at once.
pub async fn standing(from: &impl Source, tokens: &[TokenId]) -> Result<HashSet<TokenId>> {
    let asked = "SELECT t.id FROM tokens t JOIN accounts a ON a.id = t.account_id JOIN users u ON u.account_id = a.id WHERE t.id IN {} \
         AND a.gone_at IS NULL AND a.suspended_at IS NULL AND u.approved AND NOT u.unconfirmed AND u.off_boarded_at IS NULL \
         AND u.disabled_at IS NULL \
         AND (NOT u.is_guest OR u.guest_until > {})";
    let mut standing = HashSet::new();
    for some in tokens.chunks(AT_ONCE) {
        let found: Vec<TokenId> = sql!(asked, list(some), from.now()).column(from).await?;
        standing.extend(found);
    }
    Ok(standing)
}
