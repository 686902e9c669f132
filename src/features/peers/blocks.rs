//! Blocks of hosts: by an administrator, over a host and every host below it, with any port (S43).
//!
//! One place decides how a host is spelled ([`normal`]). A block is kept on each peer that it covers (`blocked_by` names it),
//! also on those heard of later ([`super::known`]), so that statements compare one host with one row.

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
    },
    sql,
    store::{Source, Sql, Tx, audit::Entry, inbox, list},
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// Most hosts below a blocked one that are marked at once.
const COVERED_MAX: i64 = 100_000;
/// Hosts in one list of a statement.
const LIST_MAX: usize = 500;

/// A block that an administrator made.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Block {
    /// Which host.
    pub host: String,
    /// Why.
    pub reason: String,
    /// Since.
    pub since: Stamp,
}

/// A host as it is kept and compared: lower case, in ASCII (IDNA), without a last dot, with its port if it names one.
pub fn normal(host: &str) -> Result<String> {
    let typed = host.trim();
    let wrong = || Refusal::invalid("host", "must be the name of a host, such as spam.example");
    let shape = typed.chars().any(|c| matches!(c, '/' | '@' | '?' | '#' | '%' | '\\') || c.is_whitespace());
    let url = url::Url::parse(&format!("http://{typed}/")).ok().filter(|_| !shape && !typed.is_empty());
    let url = url.ok_or_else(wrong)?;
    let name = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
    if name.is_empty() || name.len() > 253 {
        return Err(wrong().into());
    }
    // 80 is what the parser leaves out for http, and what a typed name may mean
    Ok(url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}")))
}

/// Refuses a host, and every host below it, from now on. One entry in the audit log. Blocking again changes the reason.
pub async fn block(tx: &Tx, host: &str, (by, reason): (&str, &str)) -> Result<()> {
    let host = normal(host)?;
    bar(tx, &host, reason).await?;
    tx.audit(Entry { actor: by.to_owned(), act: "host.block", object: host, detail: json!({ "reason": reason }), ..Entry::default() });
    Ok(())
}

/// Blocks a host, spelled as it is kept, without an entry of its own in the audit log.
pub(in crate::features) async fn bar(tx: &Tx, host: &str, reason: &str) -> Result<()> {
    super::known(tx, host).await?;
    sql!(
        "UPDATE peers SET blocked_at = COALESCE(blocked_at, {}), blocked_by = {}, block_reason = {} WHERE host = {}",
        tx.now,
        host,
        reason,
        host
    )
    .run(tx)
    .await?;
    cover(tx, host).await
}

/// Marks what lies below a blocked host, or is the same with a port: peers we know, and hosts of accounts we know.
async fn cover(tx: &Tx, host: &str) -> Result<()> {
    let [a, b, c] = patterns(host);
    super::meet_accounts(tx, [&a, &b, &c]).await?;
    let below = "UPDATE peers SET blocked_at = {}, blocked_by = {} WHERE blocked_at IS NULL \
        AND (host LIKE {} ESCAPE '!' OR host LIKE {} ESCAPE '!' OR host LIKE {} ESCAPE '!')";
    sql!(below, tx.now, host, a, b, c).run(tx).await?;
    Ok(())
}

/// Patterns for what a block of `host` covers beside itself.
pub(super) fn patterns(host: &str) -> [String; 3] {
    let plain = host.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    [format!("{plain}:%"), format!("%.{plain}"), format!("%.{plain}:%")]
}

/// A peer heard of just now lies under a block, if one covers it.
pub(super) async fn inherit(tx: &Tx, host: &str) -> Result<()> {
    let by: Option<String> =
        sql!("SELECT blocked_by FROM peers WHERE blocked_at IS NOT NULL AND host IN {} LIMIT 1", list(&spellings(host))).value(tx).await?;
    if let Some(by) = by {
        sql!("UPDATE peers SET blocked_at = {}, blocked_by = {} WHERE host = {} AND blocked_at IS NULL", tx.now, by, host).run(tx).await?;
    }
    Ok(())
}

/// Appends the condition that the host of the account in `column` is not blocked here: what came of it before is found no more.
pub fn unblocked(sql: Sql, column: &str) -> Sql {
    let text =
        "NOT EXISTS (SELECT 1 FROM accounts ya CROSS JOIN peers yp WHERE ya.id = @ AND yp.host = ya.host AND yp.blocked_at IS NOT NULL)";
    sql.then(&text.replace('@', column))
}

/// Lifts the block of a host and of what it covered; what another block covers stays blocked. One entry in the audit log.
pub async fn unblock(tx: &Tx, host: &str, by: &str) -> Result<()> {
    let host = normal(host)?;
    if lift(tx, &host).await? {
        super::terms::forget(tx, &host).await?;
        tx.audit(Entry { actor: by.to_owned(), act: "host.unblock", object: host, ..Entry::default() });
    }
    Ok(())
}

/// Lifts the block of a host, spelled as it is kept, without an entry of its own in the audit log; false where there is none.
/// What it had sent before and was not applied yet is looked at now.
pub(in crate::features) async fn lift(tx: &Tx, host: &str) -> Result<bool> {
    let covered: Vec<String> =
        sql!("SELECT host FROM peers WHERE blocked_at IS NOT NULL AND blocked_by = {} LIMIT {}", host, COVERED_MAX).column(tx).await?;
    let lifted = sql!(
        "UPDATE peers SET blocked_at = NULL, blocked_by = '', block_reason = '' WHERE blocked_at IS NOT NULL AND blocked_by = {}",
        host
    )
    .run(tx)
    .await?;
    if lifted == 0 {
        return Ok(false);
    }
    let others: Vec<String> = sql!("SELECT host FROM peers WHERE blocked_at IS NOT NULL AND blocked_by = host").column(tx).await?;
    for other in others {
        cover(tx, &other).await?;
    }
    for some in covered.chunks(LIST_MAX) {
        inbox::take_up(tx, some).await?;
    }
    Ok(true)
}

/// Whether an administrator blocked this very host, spelled as it is kept.
pub(in crate::features) async fn is_block(from: &impl Source, host: &str) -> Result<bool> {
    let found: Option<Stamp> =
        sql!("SELECT blocked_at FROM peers WHERE host = {} AND blocked_by = host AND blocked_at IS NOT NULL", host).value(from).await?;
    Ok(found.is_some())
}

/// Whether an administrator blocked `host`, with or without its port, or one that it lies below.
pub async fn is_blocked(from: &impl Source, host: &str) -> Result<bool> {
    let blocks: Option<i64> =
        sql!("SELECT COUNT(*) FROM peers WHERE blocked_at IS NOT NULL AND host IN {}", list(&spellings(host))).value(from).await?;
    Ok(blocks.unwrap_or_default() > 0)
}

/// The names under which a block of `host` may be kept: with port, without, and every parent with a dot in it.
pub(super) fn spellings(host: &str) -> Vec<String> {
    let host = normal(host).unwrap_or_else(|_| host.trim_end_matches('.').to_lowercase());
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host.as_str(), |(name, _)| name);
    let parents = name.match_indices('.').filter_map(|(at, _)| name.get(at + 1..)).filter(|parent| parent.contains('.'));
    let mut names: Vec<String> = [name.to_owned()].into_iter().chain(parents.map(str::to_owned)).take(32).collect();
    names.push(host);
    names
}

/// The blocks that administrators made, by host, at most `limit`.
pub async fn blocks(from: &impl Source, limit: u32) -> Result<Vec<Block>> {
    sql!(
        "SELECT host, block_reason AS reason, blocked_at AS since FROM peers WHERE blocked_at IS NOT NULL AND blocked_by = host \
         ORDER BY host LIMIT {}",
        i64::from(limit)
    )
    .all(from)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s043_a_host_is_one_however_it_is_spelled() {
        for typed in ["spam.example", "SPAM.example", " spam.example. ", "spam.example:80"] {
            assert_eq!(normal(typed).unwrap(), "spam.example", "{typed}");
        }
        assert_eq!(normal("Bücher.example:8443").unwrap(), "xn--bcher-kva.example:8443");
        for wrong in ["", ".", "a b.example", "http://spam.example", "me@spam.example", "spam.example/x", "%2e"] {
            assert!(normal(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn s043_every_spelling_of_what_lies_below_is_looked_for() {
        for host in ["deep.sub.spam.example.:8443", "DEEP.sub.spam.example", "spam.example.", "spam.example:1"] {
            assert!(spellings(host).contains(&"spam.example".to_owned()), "{host}: {:?}", spellings(host));
        }
        assert!(!spellings("notspam.example").contains(&"spam.example".to_owned()));
        assert!(!spellings("spam.example").contains(&"example".to_owned()));
    }
}
