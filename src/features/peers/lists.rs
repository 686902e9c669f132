//! Lists of blocks and silences as servers exchange them: Mastodon's CSV, in and out.
//!
//! `#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate`; without a heading the first column is the
//! host, and without a severity it is blocked. `suspend` is a block, `silence` a silence, `noop` nothing. A list is done whole
//! or not at all: [`read`] tells every bad line, [`plan`] what would change, [`apply`] does that in one act.

mod export;

pub use export::export;

use super::{
    blocks::{normal, spellings},
    terms::{self, Terms},
};
use crate::{
    base::{
        error::{Refusal, Result},
        sentence::said,
        text::{csv, limits::REASON_CHARS_MAX},
    },
    sql,
    store::{Insert, Source, Tx, audit::Entry, list},
};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// Longest list, in bytes.
pub const BYTES_MAX: usize = 4 << 20;
/// Most lines of a list.
pub const LINES_MAX: usize = 10_000;
/// Bad lines that are told.
const TOLD_MAX: usize = 20;
/// Most hosts that are looked through for what a list covers.
const KNOWN_MAX: i64 = 1_000_000;

/// What a list wants done about a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It is refused.
    Block,
    /// It is heard only by those who follow.
    Silence,
    /// Nothing.
    Nothing,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which host, spelled as it is kept.
    pub host: String,
    /// What.
    pub severity: Severity,
    /// Why.
    pub reason: String,
    /// Files from there are not fetched.
    pub reject_media: bool,
    /// Reports from there are not taken.
    pub reject_reports: bool,
    /// Its name is hidden in part where this node tells whom it refuses.
    pub obfuscate: bool,
}

/// What a list would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Hosts to be blocked.
    pub block: Vec<Wanted>,
    /// Hosts to be silenced.
    pub silence: Vec<Wanted>,
    /// Partners that the list names, or that lie below a host it names: left as they are.
    pub partners: Vec<String>,
    /// Lines that change nothing: so already, or nothing wanted.
    pub unchanged: usize,
}

/// Where the columns of a list are.
struct Columns {
    host: usize,
    severity: Option<usize>,
    comment: Option<usize>,
    reject_media: Option<usize>,
    reject_reports: Option<usize>,
    obfuscate: Option<usize>,
}

impl Columns {
    /// The columns by a heading; none where the first row is none.
    fn headed(fields: &[String]) -> Option<Self> {
        let names: Vec<String> = fields.iter().map(|name| name.trim().trim_start_matches('#').to_lowercase()).collect();
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        let host = at("domain")?;
        let (reject_media, reject_reports, obfuscate) = (at("reject_media"), at("reject_reports"), at("obfuscate"));
        Some(Self { host, severity: at("severity"), comment: at("public_comment"), reject_media, reject_reports, obfuscate })
    }
}

/// The lines of a list. Refused, with the number of each bad line, when one of them is bad, or when it is too long. `ours` is
/// this node's host, without its port.
pub fn read(text: &str, ours: &str) -> Result<Vec<Wanted>> {
    if text.len() > BYTES_MAX {
        return Err(Refusal::invalid("list", "must not be larger than 4 MiB").into());
    }
    let mut rows = csv::read(text, LINES_MAX + 1).map_err(|unread| match unread {
        csv::Unread::Quote(line) => Refusal::invalid("list", said!("line {line}: a quote is not closed; nothing was changed", line)),
        csv::Unread::Rows => Refusal::invalid("list", said!("must not have more than {max} lines", max = LINES_MAX)),
    })?;
    let headed = rows.first().and_then(|first| Columns::headed(&first.fields));
    if headed.is_some() {
        rows.remove(0);
    }
    let columns = headed.unwrap_or(Columns {
        host: 0,
        severity: Some(1),
        comment: Some(4),
        reject_media: Some(2),
        reject_reports: Some(3),
        obfuscate: Some(5),
    });
    if rows.len() > LINES_MAX {
        return Err(Refusal::invalid("list", said!("must not have more than {max} lines", max = LINES_MAX)).into());
    }
    let (mut wanted, mut bad, mut bad_count) = (HashMap::with_capacity(rows.len()), Vec::new(), 0);
    for row in rows {
        match one(&row.fields, &columns, ours) {
            Ok(one) => drop(wanted.insert(one.host.clone(), one)),
            Err(problem) => {
                bad_count += 1;
                if bad.len() < TOLD_MAX {
                    bad.push(format!("line {} {problem}", row.line));
                }
            }
        }
    }
    if bad_count > 0 {
        let more = if bad_count > bad.len() { format!("; and {} more", bad_count - bad.len()) } else { String::new() };
        let lines = bad.join("; ") + &more;
        return Err(Refusal::invalid("list", said!("has bad lines, nothing was changed: {lines}", lines)).into());
    }
    let mut wanted: Vec<Wanted> = wanted.into_values().collect();
    wanted.sort_by(|one, other| one.host.cmp(&other.host));
    Ok(wanted)
}

/// What one line wants.
fn one(fields: &[String], columns: &Columns, ours: &str) -> std::result::Result<Wanted, String> {
    let field = |at: Option<usize>| at.and_then(|at| fields.get(at)).map(|field| field.trim()).unwrap_or_default();
    let typed = field(Some(columns.host));
    if typed.contains('*') {
        return Err(format!("hides part of the name ({typed:?})"));
    }
    let host = normal(typed).ok().filter(|host| host.contains('.')).ok_or_else(|| format!("names no host ({typed:?})"))?;
    if spellings(ours).contains(&host) {
        return Err(format!("would cover this node ({host})"));
    }
    let severity = match field(columns.severity).to_lowercase().as_str() {
        "" | "suspend" => Severity::Block,
        "silence" => Severity::Silence,
        "noop" => Severity::Nothing,
        other => return Err(format!("has a severity that is none of suspend, silence, noop ({other:?})")),
    };
    let reason = field(columns.comment).chars().take(REASON_CHARS_MAX).collect();
    let flag = |at: Option<usize>| matches!(field(at).to_lowercase().as_str(), "true" | "t" | "1" | "yes");
    Ok(Wanted {
        host,
        severity,
        reason,
        reject_media: flag(columns.reject_media),
        reject_reports: flag(columns.reject_reports),
        obfuscate: flag(columns.obfuscate),
    })
}

/// What is decided about a host now.
#[derive(FromQueryResult)]
struct Decided {
    host: String,
    blocked_by: String,
    silenced_by: String,
}

/// What of `wanted` is to be done: not what is so already (a block is more than a silence), and, unless `by_force`, nothing
/// about `partners` (hosts with an agreement in force).
pub async fn plan(from: &impl Source, wanted: Vec<Wanted>, partners: &[String], by_force: bool) -> Result<Plan> {
    let decided: Vec<Decided> = sql!(
        "SELECT host, blocked_by, silenced_by FROM peers \
         WHERE blocked_at IS NOT NULL OR silenced_at IS NOT NULL LIMIT {}",
        KNOWN_MAX
    )
    .all(from)
    .await?;
    let decided: HashMap<&str, &Decided> = decided.iter().map(|decided| (decided.host.as_str(), decided)).collect();
    let mut below: HashMap<String, Vec<&String>> = HashMap::new();
    for partner in partners {
        for name in spellings(partner) {
            below.entry(name).or_default().push(partner);
        }
    }
    let mut plan = Plan::default();
    for one in wanted {
        let (is_blocked, is_silenced) =
            decided.get(one.host.as_str()).map_or((false, false), |now| (now.blocked_by == one.host, now.silenced_by == one.host));
        let is_so = is_blocked || (one.severity == Severity::Silence && is_silenced) || one.severity == Severity::Nothing;
        match below.get(&one.host).filter(|_| !by_force && !is_so) {
            Some(covered) => plan.partners.extend(covered.iter().map(|&partner| partner.clone())),
            None if is_so => plan.unchanged += 1,
            None if one.severity == Severity::Block => plan.block.push(one),
            None => plan.silence.push(one),
        }
    }
    plan.partners.sort();
    plan.partners.dedup();
    Ok(plan)
}

/// The statements that one kind of decision has.
struct Mark {
    own: &'static str,
    cover: &'static str,
}

const BLOCKS: Mark = Mark {
    own: "UPDATE peers SET blocked_at = COALESCE(blocked_at, {}), blocked_by = host, block_reason = {} WHERE host = {}",
    cover: "UPDATE peers SET blocked_at = {}, blocked_by = {} WHERE blocked_at IS NULL AND host IN {}",
};
const SILENCES: Mark = Mark {
    own: "UPDATE peers SET silenced_at = COALESCE(silenced_at, {}), silenced_by = host, silence_reason = {} WHERE host = {}",
    cover: "UPDATE peers SET silenced_at = {}, silenced_by = {} WHERE silenced_at IS NULL AND host IN {}",
};

/// Does what [`plan`] found, on behalf of `by`. One entry in the audit log, which names every host; none where nothing changes.
pub async fn apply(tx: &Tx, plan: &Plan, by: &str) -> Result<()> {
    if plan.block.is_empty() && plan.silence.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = sql!(
        "SELECT DISTINCT host FROM (SELECT host FROM accounts UNION SELECT host FROM peers) known WHERE host <> '' LIMIT {}",
        KNOWN_MAX
    )
    .column(tx)
    .await?;
    for (wanted, mark) in [(&plan.block, &BLOCKS), (&plan.silence, &SILENCES)] {
        mark_all(tx, wanted, (&known, mark)).await?;
    }
    let names = |wanted: &[Wanted]| wanted.iter().map(|one| one.host.clone()).collect::<Vec<_>>();
    let detail = json!({ "blocked": names(&plan.block), "silenced": names(&plan.silence) });
    tx.audit(Entry { actor: by.to_owned(), act: "host.import", object: "hosts".to_owned(), detail, ..Entry::default() });
    Ok(())
}

/// Marks what is wanted, and what of the `known` hosts lies below: each host once, however long the list is.
async fn mark_all(tx: &Tx, wanted: &[Wanted], (known, mark): (&[String], &Mark)) -> Result<()> {
    for one in wanted {
        meet(tx, &one.host).await?;
        sql!(mark.own, tx.now, one.reason.as_str(), one.host.as_str()).run(tx).await?;
        keep_terms(tx, one).await?;
    }
    let names: HashSet<&str> = wanted.iter().map(|one| one.host.as_str()).collect();
    let mut covered: HashMap<&str, Vec<String>> = HashMap::new();
    for host in known.iter().filter(|host| !names.contains(host.as_str())) {
        if let Some(name) = spellings(host).iter().find_map(|name| names.get(name.as_str())) {
            covered.entry(name).or_default().push(host.clone());
        }
    }
    for (name, hosts) in covered {
        for host in &hosts {
            meet(tx, host).await?;
        }
        for some in hosts.chunks(500) {
            sql!(mark.cover, tx.now, name, list(some)).run(tx).await?;
        }
    }
    Ok(())
}

/// Keeps what else a line wants, where it wants anything: an earlier word of an administrator's stays otherwise.
async fn keep_terms(tx: &Tx, one: &Wanted) -> Result<()> {
    if !(one.reject_media || one.reject_reports || one.obfuscate) {
        return Ok(());
    }
    let terms = Terms {
        reject_media: one.reject_media,
        reject_reports: one.reject_reports,
        obfuscate: one.obfuscate,
        private_comment: String::new(),
        public_comment: one.reason.clone(),
    };
    terms::keep(tx, &one.host, &terms).await
}

/// A row for `host`, with nothing inherited: whoever calls says what covers it.
async fn meet(tx: &Tx, host: &str) -> Result<()> {
    let peer = Insert::into("peers").set("host", host).set("created_at", tx.now);
    peer.on_conflict("ON CONFLICT (host) DO NOTHING").run(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Error;

    const OURS: &str = "acme.example";

    fn refused(text: &str) -> String {
        match read(text, OURS) {
            Err(Error::Refused(refusal)) => refusal.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn found(text: &str) -> Vec<(String, Severity, String)> {
        read(text, OURS).unwrap().into_iter().map(|one| (one.host, one.severity, one.reason)).collect()
    }

    #[test]
    fn mastodons_columns_are_found_by_their_names_in_any_order() {
        let list = "#severity,#domain,#public_comment\nsilence,Loud.example,\"ads, mostly\"\nsuspend,spam.example.,\nnoop,fine.example,\n";
        assert_eq!(
            found(list),
            [
                ("fine.example".into(), Severity::Nothing, String::new()),
                ("loud.example".into(), Severity::Silence, "ads, mostly".into()),
                ("spam.example".into(), Severity::Block, String::new()),
            ]
        );
    }

    #[test]
    fn a_plain_list_of_hosts_blocks_them() {
        assert_eq!(found("spam.example\nBücher.example\n").len(), 2);
        assert!(found("a.example\n").iter().all(|one| one.1 == Severity::Block));
    }

    #[test]
    fn every_bad_line_is_told_by_its_number() {
        let sentence =
            refused("#domain,#severity\nspam.example,suspend\nhttp://x/,suspend\ns*m.example,suspend\nx.example,maybe\nexample,\n");
        for part in ["line 3 names no host", "line 4 hides part", "line 5 has a severity", "line 6 names no host", "nothing was changed"] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
        assert!(!sentence.contains("line 2"), "{sentence}");
        assert!(refused("acme.example\n").contains("would cover this node"));
        assert!(refused("a.example\n\"b.example\n").contains("line 2"));
    }

    #[test]
    fn a_list_is_bounded_in_lines_and_bytes() {
        let many: String = (0..=LINES_MAX).map(|n| format!("h{n}.example\n")).collect();
        assert!(refused(&many).contains("10000 lines"));
        assert!(refused(&"x".repeat(BYTES_MAX + 1)).contains("4 MiB"));
        let bad: String = (0..50).map(|_| "bad host\n").collect();
        assert!(refused(&bad).contains("and 30 more"));
    }
}
