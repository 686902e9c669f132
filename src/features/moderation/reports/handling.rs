//! Working on a report: who has it in hand, what it is about, and opening one that was closed. All of it for those who judge it.

use super::{CATEGORIES, queries};
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, ReportId},
        page::Page,
        sentence::said,
        words::Role,
    },
    features::communities::usable::usable,
    sql,
    store::{
        Source, Tx,
        audit::Entry,
        tables::{Account, Report},
    },
};
use serde_json::{Value, json};

/// Which reports are looked for; each that is given narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only closed ones, or only open ones.
    pub is_resolved: Option<bool>,
    /// By whom.
    pub reporter: Option<AccountId>,
    /// About whom.
    pub target: Option<AccountId>,
    /// About somebody of this host.
    pub host: String,
}

/// The reports that `reader` judges as a moderator of this node: those about no community, and those of communities in which
/// they hold that rank now. Newest first.
pub async fn judged_by(from: &impl Source, reader: AccountId, wanted: &Wanted, page: Page) -> Result<Vec<Report>> {
    let sql = sql!(
        "SELECT r.* FROM reports r WHERE (r.community_id IS NULL OR r.community_id IN \
         (SELECT s.community_id FROM seats s WHERE s.account_id = {} AND s.role >= {} AND ",
        reader,
        Role::Moderator
    );
    let mut sql = usable(sql, "s", from.now()).then("))");
    sql = match wanted.is_resolved {
        Some(true) => sql.then(" AND r.resolved_at IS NOT NULL"),
        Some(false) => sql.then(" AND r.resolved_at IS NULL"),
        None => sql,
    };
    if let Some(reporter) = wanted.reporter {
        sql = sql.then(" AND r.reporter_id = {}").bind(reporter);
    }
    if let Some(target) = wanted.target {
        sql = sql.then(" AND r.target_id = {}").bind(target);
    }
    if !wanted.host.is_empty() {
        sql = sql.then(" AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = r.target_id AND a.host = {})").bind(wanted.host.as_str());
    }
    Ok(page.newest_first(sql.page("r.id", page).all(from).await?))
}

/// The report with this id, for whoever judges it. Not found for everybody else.
pub async fn judged(from: &impl Source, by: AccountId, id: ReportId) -> Result<Report> {
    let report = queries::find(from, id).await?.ok_or_else(Refusal::not_found)?;
    if queries::judges(from, &report, by).await? { Ok(report) } else { Err(Refusal::not_found().into()) }
}

/// Says who works on a report: `by` themselves, or (`None`) nobody. One entry in the audit log, none where it is so already.
pub async fn assign(tx: &Tx, by: &Account, id: ReportId, to: Option<AccountId>) -> Result<Report> {
    let report = judged(tx, by.id, id).await?;
    if report.assigned_to == to {
        return Ok(report);
    }
    sql!("UPDATE reports SET assigned_to = {}, updated_at = {} WHERE id = {}", to, tx.now, id).run(tx).await?;
    note(tx, by, &report, (if to.is_some() { "report.assign" } else { "report.unassign" }, Value::Null));
    Ok(Report { assigned_to: to, updated_at: Some(tx.now), ..report })
}

/// Says what a report is about. One entry in the audit log, none where nothing changes. Refused for a word that is none.
pub async fn categorise(tx: &Tx, by: &Account, id: ReportId, category: &str) -> Result<Report> {
    let report = judged(tx, by.id, id).await?;
    if !CATEGORIES.contains(&category) {
        return Err(Refusal::invalid("category", said!("must be one of {words}", words = CATEGORIES.join(", "))).into());
    }
    if report.category == category {
        return Ok(report);
    }
    sql!("UPDATE reports SET category = {}, updated_at = {} WHERE id = {}", category, tx.now, id).run(tx).await?;
    note(tx, by, &report, ("report.change", json!({ "category": category })));
    Ok(Report { category: category.to_owned(), updated_at: Some(tx.now), ..report })
}

/// Opens a report that was closed; what its reporter was told stands. One entry in the audit log, none for one that is open.
pub async fn reopen(tx: &Tx, by: &Account, id: ReportId) -> Result<Report> {
    let report = judged(tx, by.id, id).await?;
    if report.resolved_at.is_none() {
        return Ok(report);
    }
    let opened = "UPDATE reports SET resolved_at = NULL, resolved_by = NULL, outcome = '', updated_at = {} WHERE id = {}";
    sql!(opened, tx.now, id).run(tx).await?;
    note(tx, by, &report, ("report.reopen", Value::Null));
    Ok(Report { resolved_at: None, resolved_by: None, outcome: String::new(), updated_at: Some(tx.now), ..report })
}

fn note(tx: &Tx, by: &Account, report: &Report, (act, detail): (&'static str, Value)) {
    tx.audit(Entry { actor: by.acct(), act, object: report.uri.clone(), detail, ..Entry::default() });
}
