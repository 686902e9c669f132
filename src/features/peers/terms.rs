//! What is decided about a host, whole: blocked, silenced or neither, and beside that whether its files and reports are taken and
//! what is said of it. As apps for administrators handle it (Mastodon's domain blocks); [`blocks`](mod@super::blocks) and
//! [`silences`](mod@super::silences) are what a decision does.
//!
//! As those, it covers every host below the one it names. Files and reports are looked up by name at each use.

use super::blocks::{self, spellings};
use super::silences;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::PeerId,
        page::Page,
        sentence::said,
        text::limits::REASON_CHARS_MAX,
    },
    sql,
    store::{Insert, Source, Sql, Tx, audit::Entry, list},
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// How hard a decision is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Severity {
    /// Its people are heard by those who follow them.
    #[default]
    #[serde(rename = "silence")]
    Silence,
    /// It is refused.
    #[serde(rename = "suspend")]
    Suspend,
    /// Neither.
    #[serde(rename = "noop")]
    Nothing,
}

/// What stands beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Files from there are not fetched.
    pub reject_media: bool,
    /// Reports from there are not taken.
    pub reject_reports: bool,
    /// Its name is hidden in part where this node tells whom it refuses.
    pub obfuscate: bool,
    /// For administrators.
    pub private_comment: String,
    /// For everybody here.
    pub public_comment: String,
}

/// A decision about a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its id: that of the peer.
    pub id: PeerId,
    /// Which host.
    pub host: String,
    /// How hard.
    pub severity: Severity,
    /// What stands beside it.
    pub terms: Terms,
    /// Why, as it was said with the block or silence itself.
    pub reason: String,
    /// Since.
    pub since: Stamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: PeerId,
    host: String,
    blocked_at: Option<Stamp>,
    silenced_at: Option<Stamp>,
    reason: String,
    decided_at: Option<Stamp>,
    created_at: Stamp,
    reject_media: Option<bool>,
    reject_reports: Option<bool>,
    obfuscate: Option<bool>,
    private_comment: Option<String>,
    public_comment: Option<String>,
}

impl From<Row> for Decision {
    fn from(row: Row) -> Self {
        let severity = match (row.blocked_at, row.silenced_at) {
            (Some(_), _) => Severity::Suspend,
            (None, Some(_)) => Severity::Silence,
            (None, None) => Severity::Nothing,
        };
        let since = row.blocked_at.or(row.silenced_at).or(row.decided_at).unwrap_or(row.created_at);
        let is = |flag: Option<bool>| flag.unwrap_or_default();
        let terms = Terms {
            reject_media: is(row.reject_media),
            reject_reports: is(row.reject_reports),
            obfuscate: is(row.obfuscate),
            // what was given as a reason elsewhere was written for administrators
            private_comment: row.private_comment.unwrap_or_else(|| row.reason.clone()),
            public_comment: row.public_comment.unwrap_or_default(),
        };
        Self { id: row.id, host: row.host, severity, terms, reason: row.reason, since }
    }
}

/// Every decision that an administrator made.
fn decided() -> Sql {
    sql!(
        "SELECT p.id, p.host, d.blocked_at, d.silenced_at, d.reason, t.created_at AS decided_at, p.created_at, t.reject_media, \
         t.reject_reports, t.obfuscate, t.private_comment, t.public_comment FROM peers p JOIN \
         (SELECT id, CASE WHEN blocked_by = host THEN blocked_at END AS blocked_at, CASE WHEN silenced_by = host THEN silenced_at END AS silenced_at, \
            CASE WHEN blocked_by = host AND block_reason <> '' THEN block_reason WHEN silenced_by = host THEN silence_reason ELSE '' END AS reason \
          FROM peers) d ON d.id = p.id \
         LEFT JOIN host_terms t ON t.host = p.host \
         WHERE (d.blocked_at IS NOT NULL OR d.silenced_at IS NOT NULL OR t.host IS NOT NULL)"
    )
}

/// A page of decisions, latest known host first.
pub async fn page(from: &impl Source, page: Page) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = decided().page("p.id", page).all(from).await?;
    Ok(page.newest_first(rows).into_iter().map(Into::into).collect())
}

/// Hosts that are blocked or silenced, by name, at most `limit`.
pub async fn limitations(from: &impl Source, limit: u32) -> Result<Vec<Decision>> {
    let sql =
        decided().then(" AND (d.blocked_at IS NOT NULL OR d.silenced_at IS NOT NULL) ORDER BY p.host LIMIT {}").bind(i64::from(limit));
    let rows: Vec<Row> = sql.all(from).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One decision, by its id. Not found where there is none.
pub async fn find(from: &impl Source, id: PeerId) -> Result<Decision> {
    let row: Option<Row> = decided().then(" AND p.id = {}").bind(id).one(from).await?;
    Ok(row.ok_or_else(Refusal::not_found)?.into())
}

/// The decision about a host, spelled as it is kept.
async fn about(from: &impl Source, host: &str) -> Result<Option<Decision>> {
    let row: Option<Row> = decided().then(" AND p.host = {}").bind(host).one(from).await?;
    Ok(row.map(Into::into))
}

/// Decides about a host, spelled as it is kept, about which nothing is decided yet. One entry in the audit log.
pub async fn decide(tx: &Tx, host: &str, severity: Severity, (by, terms): (&str, Terms)) -> Result<Decision> {
    if about(tx, host).await?.is_some() {
        return Err(Refusal::invalid("domain", "is limited already: change that, or take it back first").into());
    }
    set(tx, host, severity, &terms).await?;
    let act = match severity {
        Severity::Suspend => "host.block",
        Severity::Silence => "host.silence",
        Severity::Nothing => "host.terms",
    };
    note(tx, (by, act), host, (severity, &terms));
    Ok(about(tx, host).await?.ok_or_else(Refusal::not_found)?)
}

/// Changes a decision: what is `None` stays. One entry in the audit log.
pub async fn change(tx: &Tx, before: Decision, severity: Severity, (by, terms): (&str, Terms)) -> Result<Decision> {
    if before.severity != severity {
        undo(tx, &before).await?;
    }
    set(tx, &before.host, severity, &terms).await?;
    note(tx, (by, "host.change"), &before.host, (severity, &terms));
    Ok(about(tx, &before.host).await?.ok_or_else(Refusal::not_found)?)
}

/// Takes a decision back, whole. One entry in the audit log.
pub async fn take_back(tx: &Tx, before: &Decision, by: &str) -> Result<()> {
    undo(tx, before).await?;
    forget(tx, &before.host).await?;
    tx.audit(Entry { actor: by.to_owned(), act: "host.unblock", object: before.host.clone(), ..Entry::default() });
    Ok(())
}

async fn undo(tx: &Tx, before: &Decision) -> Result<()> {
    blocks::lift(tx, &before.host).await?;
    silences::lift(tx, &before.host).await?;
    Ok(())
}

async fn set(tx: &Tx, host: &str, severity: Severity, terms: &Terms) -> Result<()> {
    for (field, text) in [("private_comment", &terms.private_comment), ("public_comment", &terms.public_comment)] {
        if text.chars().nth(REASON_CHARS_MAX).is_some() {
            return Err(Refusal::invalid(field, said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)).into());
        }
    }
    super::known(tx, host).await?;
    match severity {
        Severity::Suspend => blocks::bar(tx, host, &terms.public_comment).await?,
        Severity::Silence => silences::set(tx, host, &terms.public_comment).await?,
        Severity::Nothing => {}
    }
    keep(tx, host, terms).await
}

/// Keeps what stands beside a decision.
pub(super) async fn keep(tx: &Tx, host: &str, terms: &Terms) -> Result<()> {
    let row = Insert::into("host_terms").set("host", host).set("reject_media", terms.reject_media);
    let row = row.set("reject_reports", terms.reject_reports).set("obfuscate", terms.obfuscate).set("created_at", tx.now);
    let row = row.set("private_comment", terms.private_comment.as_str()).set("public_comment", terms.public_comment.as_str());
    row.on_conflict(
        "ON CONFLICT (host) DO UPDATE SET reject_media = excluded.reject_media, reject_reports = excluded.reject_reports, \
         obfuscate = excluded.obfuscate, private_comment = excluded.private_comment, public_comment = excluded.public_comment",
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Forgets what stands beside a decision that is no more.
pub(super) async fn forget(tx: &Tx, host: &str) -> Result<()> {
    sql!("DELETE FROM host_terms WHERE host = {}", host).run(tx).await?;
    Ok(())
}

fn note(tx: &Tx, (by, act): (&str, &'static str), host: &str, (severity, terms): (Severity, &Terms)) {
    let detail = json!({
        "severity": severity,
        "reason": terms.public_comment,
        "reject_media": terms.reject_media,
        "reject_reports": terms.reject_reports,
        "obfuscate": terms.obfuscate,
    });
    tx.audit(Entry { actor: by.to_owned(), act, object: host.to_owned(), detail, ..Entry::default() });
}

/// Whether files of `host` are not fetched, by a decision about it or about one that it lies below.
pub async fn rejects_media(from: &impl Source, host: &str) -> Result<bool> {
    rejects(from, "SELECT COUNT(*) FROM host_terms WHERE reject_media AND host IN {}", host).await
}

/// Whether reports from `host` are not taken.
pub async fn rejects_reports(from: &impl Source, host: &str) -> Result<bool> {
    rejects(from, "SELECT COUNT(*) FROM host_terms WHERE reject_reports AND host IN {}", host).await
}

async fn rejects(from: &impl Source, asked: &'static str, host: &str) -> Result<bool> {
    if host.is_empty() {
        return Ok(false);
    }
    let found: Option<i64> = sql!(asked, list(&spellings(host))).value(from).await?;
    Ok(found.unwrap_or_default() > 0)
}

/// A host's name with its middle hidden, as lists that are told to people hide it.
pub fn hidden(host: &str) -> String {
    let length = host.chars().count();
    let shown = length / 4;
    host.chars().enumerate().map(|(at, c)| if at > shown && at < length - shown && c != '.' { '*' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_hidden_but_for_its_ends_and_dots() {
        assert_eq!(hidden("spam.example"), "spam.****ple");
        assert_eq!(hidden("example.com").len(), "example.com".len());
        assert!(hidden("example.com").contains('*') && hidden("example.com").contains('.'));
        assert_eq!(hidden(""), "");
    }
}
