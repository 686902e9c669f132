//! Other servers from the command line, lists of hosts, and with whom this node federates.

use super::acts::{Answer, COMMAND_LINE};
use crate::{
    app::{
        App,
        peers::{self, Import},
    },
    base::page::Page,
    features::peers::{self as hosts, Kind, lists},
};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is done about another server, or about several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerAct {
    /// Lists those of a kind ('' for all), last met first, after the number `before` (none: from the newest).
    List {
        /// A word of [`Kind`].
        state: String,
        /// How many at most.
        limit: u32,
        /// Only those below this number.
        before: Option<i64>,
    },
    /// Shows one.
    Show {
        /// Its host.
        host: String,
    },
    /// Has one tried again now.
    Retry {
        /// Its host.
        host: String,
    },
    /// Forgets one that nobody here deals with.
    Forget {
        /// Its host.
        host: String,
    },
    /// Lets people there be heard only by those who follow them.
    Silence {
        /// Its host.
        host: String,
        /// Why.
        reason: String,
    },
    /// Lets them be heard by all again.
    Unsilence {
        /// Its host.
        host: String,
    },
    /// Takes a list of blocks and silences.
    Import {
        /// In Mastodon's CSV.
        list: String,
        /// Only say what would be done.
        dry_run: bool,
        /// Partners too.
        force: bool,
    },
    /// Writes one.
    Export,
}

/// Does it.
pub(super) async fn perform(app: &App, act: PeerAct) -> Result<Answer> {
    match act {
        PeerAct::List { state, limit, before } => list(app, &state, Page { max_id: before, limit, ..Page::default() }).await,
        PeerAct::Show { host } => Ok(shown(peers::show(app, &host).await?)),
        PeerAct::Retry { host } => Ok(shown(peers::retry(app, &host).await?)),
        PeerAct::Forget { host } => {
            peers::forget(app, &host).await?;
            Ok(Answer::text(format!("{host} is forgotten"), json!({ "host": host })))
        }
        PeerAct::Silence { host, reason } => {
            peers::silence(app, &host, (COMMAND_LINE, &reason)).await?;
            let text = format!("{host} is silenced, and every host below it: heard only by those who follow somebody there");
            Ok(Answer::text(text, json!({ "host": host, "reason": reason })))
        }
        PeerAct::Unsilence { host } => {
            let tx = app.begin().await?;
            hosts::unsilence(&tx, &host, COMMAND_LINE).await?;
            tx.commit().await?;
            Ok(Answer::text(format!("{host} is not silenced any more"), json!({ "host": host })))
        }
        PeerAct::Import { list, dry_run, force } => Ok(imported(peers::import(app, &list, Import { dry_run, force }, COMMAND_LINE).await?)),
        PeerAct::Export => {
            let text = lists::export(&app.store).await?;
            Ok(Answer::text(text.trim_end().to_owned(), json!({ "csv": text })))
        }
    }
}

/// Shows or changes with whom this node federates.
pub(super) async fn federation(app: &App, mode: Option<String>) -> Result<Answer> {
    let shape = match mode {
        Some(mode) => app.change_mode(&mode).await?,
        None => app.shown_mode().await?,
    };
    let word = |name: &str| shape[name].as_str().unwrap_or("none").to_owned();
    let text = format!("{} (settings: {}; administrator: {})", word("mode"), word("setting"), word("override"));
    Ok(Answer::text(text, shape))
}

async fn list(app: &App, state: &str, page: Page) -> Result<Answer> {
    let kind = if state.is_empty() { None } else { Some(Kind::named(state)?) };
    let found = peers::page(app, kind, page).await?;
    let rows = found.iter().map(|(number, shape)| {
        let cell = |name: &str| shape[name].as_str().unwrap_or("-").to_owned();
        let software = format!("{} {}", shape["software"].as_str().unwrap_or_default(), shape["version"].as_str().unwrap_or_default());
        vec![
            number.to_string(),
            cell("host"),
            standing(shape),
            queue(shape),
            cell("last_delivered_at"),
            cell("last_received_at"),
            software.trim().to_owned(),
            cell("level"),
        ]
    });
    let json = Value::Array(found.iter().map(|(_, shape)| shape.clone()).collect());
    Ok(Answer::table(&["number", "host", "state", "waiting", "delivered", "received", "software", "level"], rows.collect(), json))
}

/// How a peer stands, in a few words.
fn standing(shape: &Value) -> String {
    let mut words = vec![shape["state"].as_str().unwrap_or_default().to_owned()];
    if let Some(since) = shape["failing_since"].as_str() {
        words.push(format!("since {since}"));
    }
    let marks = [("silenced", !shape["silenced_at"].is_null()), ("ours", shape["ours"] == true), ("partner", shape["partner"] == true)];
    words.extend(marks.iter().filter(|(_, is_so)| *is_so).map(|(mark, _)| (*mark).to_owned()));
    words.join(", ")
}

fn queue(shape: &Value) -> String {
    let queue = &shape["queue"];
    format!("{}{}", queue["activities"], if queue["at_least"] == true { "+" } else { "" })
}

fn shown(shape: Value) -> Answer {
    let mut lines = vec![format!("{}: {}; {} waiting", shape["host"].as_str().unwrap_or_default(), standing(&shape), queue(&shape))];
    for (name, words) in [
        ("software", "software"),
        ("version", "version"),
        ("level", "level"),
        ("next_attempt_at", "next attempt"),
        ("last_delivered_at", "last delivered"),
        ("last_received_at", "last received"),
    ] {
        lines.extend(shape[name].as_str().filter(|value| !value.is_empty()).map(|value| format!("{words}: {value}")));
    }
    let ties = &shape["dealings"];
    let counts = ["accounts", "seats", "follows", "agreements"].map(|name| format!("{} {name}", ties[name]));
    lines.push(counts.join(", "));
    for (name, decision) in shape["decisions"].as_object().into_iter().flatten().filter(|(_, decision)| !decision.is_null()) {
        let text = |part: &str| decision[part].as_str().unwrap_or_default().to_owned();
        lines.push(format!("{name} of {}: {}", text("host"), text("reason")));
    }
    Answer::text(lines.join("\n"), shape)
}

fn imported(shape: Value) -> Answer {
    let names = |part: &str| shape[part].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let is_dry = shape["dry_run"] == true;
    let mut lines = Vec::new();
    for (part, done, would) in [("blocked", "blocked", "would block"), ("silenced", "silenced", "would silence")] {
        let names = names(part);
        lines.push(format!("{} {} hosts", if is_dry { would } else { done }, names.len()));
        if is_dry {
            lines.extend(names.into_iter().map(|name| format!("  {name}")));
        }
    }
    lines.push(format!("{} lines change nothing", shape["unchanged"]));
    let partners = names("partners");
    if !partners.is_empty() {
        lines.push(format!("left as they are, being partners (--force takes them too): {}", partners.join(", ")));
    }
    Answer::text(lines.join("\n"), shape)
}
