//! The audit log as it is read, checked and exported (security.md S125, S126). Who writes it: `Tx::audit`.
//!
//! Entries are numbered without a gap and each holds the hash of the one before. A chain that somebody with the database in
//! hand wrote anew is told by the heads kept outside of it ([`Head`]); a chain that was cut, or a copy of yesterday, too.

use crate::{
    base::{clock::Stamp, error::Result, page::Page},
    sql,
    store::{Source, audit::Sealed, tables::AuditRow},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Entries read at a time.
const STRETCH: i64 = 500;

/// The newest entry at some time, as it was noted outside the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub id: i64,
    /// Its hash.
    pub hash: String,
    /// When it was noted.
    pub at: Stamp,
}

/// The first entry that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its number.
    pub id: i64,
    /// What is wrong with it; completes the sentence "entry N of the audit log …".
    pub problem: &'static str,
}

/// What a check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many entries are as they were written, from the first on.
    pub entries: i64,
    /// What is wrong first, if anything.
    pub finding: Option<Finding>,
}

/// A page of the log, newest first.
pub async fn page(from: &impl Source, page: Page) -> Result<Vec<AuditRow>> {
    let rows = sql!("SELECT * FROM audit WHERE id > 0").page("id", page).all(from).await?;
    Ok(page.newest_first(rows))
}

/// What is looked for in the log; each that is given narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How the name of who acted begins.
    pub actor: String,
    /// How what was done begins: `agreement`, `seat.role`.
    pub act: String,
    /// What stands somewhere in to what it was done.
    pub object: String,
}

/// A page of what is looked for, newest first. Where nothing narrows it by number it reads the whole log: ask by `Store::searching`.
pub async fn search(from: &impl Source, wanted: &Wanted, page: Page) -> Result<Vec<AuditRow>> {
    let mut sql = sql!("SELECT * FROM audit WHERE id > 0");
    let places = [("actor", &wanted.actor, ""), ("act", &wanted.act, ""), ("object", &wanted.object, "%")];
    for (column, text, before) in places.into_iter().filter(|(_, text, _)| !text.trim().is_empty()) {
        let text = text.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        sql = sql.then(&format!(" AND LOWER({column}) LIKE {{}} ESCAPE '!'")).bind(format!("{before}{text}%"));
    }
    Ok(page.newest_first(sql.page("id", page).all(from).await?))
}

/// The entries after number `after`, oldest first, at most 500.
pub async fn after(from: &impl Source, after: i64) -> Result<Vec<AuditRow>> {
    sql!("SELECT * FROM audit WHERE id > {} ORDER BY id LIMIT {}", after, STRETCH).all(from).await
}

/// Checks the whole chain, in stretches, and that it holds every one of `heads` (in any order).
pub async fn verify(from: &impl Source, heads: &[Head]) -> Result<Checked> {
    let noted: HashMap<i64, &str> = heads.iter().map(|head| (head.id, head.hash.as_str())).collect();
    let (mut last, mut previous) = (0, String::new());
    loop {
        let rows = after(from, last).await?;
        if rows.is_empty() {
            let is_short = noted.keys().any(|id| *id > last);
            let problem = "and all after it are missing: a head kept outside the database names a later one; it was cut, or is an old copy";
            let finding = is_short.then_some(Finding { id: last + 1, problem });
            return Ok(Checked { entries: last, finding });
        }
        for row in rows {
            if let Some((id, problem)) = wrong(&row, (last, &previous), &noted) {
                return Ok(Checked { entries: last, finding: Some(Finding { id, problem }) });
            }
            (last, previous) = (row.id, row.hash);
        }
    }
}

/// What is wrong with `row`, which follows entry `last` with the hash `previous`; and with which number.
fn wrong(row: &AuditRow, (last, previous): (i64, &str), noted: &HashMap<i64, &str>) -> Option<(i64, &'static str)> {
    if row.id != last + 1 {
        return Some((last + 1, "is missing"));
    }
    if hash(row, &row.previous) != row.hash {
        return Some((row.id, "was changed: its hash does not fit what it says"));
    }
    if row.previous != previous {
        return Some((row.id, "does not follow the entry before it: one of them was put in another's place"));
    }
    match noted.get(&row.id) {
        Some(noted) if *noted != row.hash => Some((row.id, "is another than the head kept outside the database: the log was written anew")),
        _ => None,
    }
}

/// The hash that `row` must have after one with the hash `previous`.
fn hash(row: &AuditRow, previous: &str) -> String {
    let texts = [&row.actor, &row.on_behalf, &row.act, &row.object, &row.via, &row.agreement, &row.detail].map(String::as_str);
    Sealed { id: row.id, at: row.at, texts }.hash(previous)
}

/// `row` as one line of JSON, with its line end.
pub fn line(row: &AuditRow) -> Result<String> {
    let mut line = serde_json::to_string(row).map_err(anyhow::Error::from)?;
    line.push('\n');
    Ok(line)
}
