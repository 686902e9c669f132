//! Agreements with other nodes, from the command line.

use super::Answer;
use crate::{
    app::{
        App,
        partners::{self, Act, Chosen},
    },
    base::page::Page,
    store::tables::Agreement,
};
use anyhow::Result;
use serde_json::{Value, json};

pub use crate::app::partners::Act as PartnerAct;

/// How many agreements are listed at most.
const LISTED_MAX: u32 = 1000;
/// Who acts, for the audit log.
const BY: &str = "command line";

/// Offers an agreement.
pub async fn propose(app: &App, host: &str, terms: Chosen) -> Result<Answer> {
    let agreement = partners::propose(app, BY, host, terms).await?;
    let sentence = format!("an agreement is offered to {}; it waits for their answer, 14 days at most", agreement.host);
    Ok(Answer::text(sentence, partners::whole(app, &agreement).await?))
}

/// Lists them.
pub async fn list(app: &App) -> Result<Answer> {
    let found = partners::list(app, Page::first(LISTED_MAX)).await?;
    let shapes = partners::summaries(app, &found).await?;
    let rows = found.iter().zip(&shapes).map(|(agreement, shape)| {
        let version = if agreement.version > 0 { agreement.version.to_string() } else { "-".to_owned() };
        vec![agreement.id.to_string(), agreement.host.clone(), stands(agreement, shape), version]
    });
    Ok(Answer::table(&["id", "host", "state", "version"], rows.collect(), Value::Array(shapes.clone())))
}

/// Shows one.
pub async fn show(app: &App, partner: &str) -> Result<Answer> {
    let agreement = partners::find(app, partner).await?;
    let whole = partners::whole(app, &agreement).await?;
    Ok(Answer::text(described(&agreement, &whole), whole))
}

/// Does something with one.
pub async fn perform(app: &App, partner: &str, act: Act) -> Result<Answer> {
    let agreement = partners::find(app, partner).await?;
    let agreement = partners::perform(app, BY, agreement.id, act).await?;
    app.store.settle().await;
    let whole = partners::whole(app, &agreement).await?;
    Ok(Answer::text(described(&agreement, &whole), whole))
}

/// Gives our organisation a new key.
pub async fn rotate_key(app: &App) -> Result<Answer> {
    let rotated = partners::rotate_key(app).await?;
    app.store.settle().await;
    let sentence = format!(
        "our organisation's key is {} from now on; {} agreements' other sides are told, and take it because the key before signed it",
        rotated.fingerprint, rotated.told
    );
    let json = json!({ "fingerprint": rotated.fingerprint, "before": rotated.before, "agreements": rotated.told });
    Ok(Answer::text(sentence, json))
}

/// Where an agreement stands, in a few words; `shape` is what is shown of it.
fn stands(agreement: &Agreement, shape: &Value) -> String {
    let mut words = vec![agreement.state.word().replace('_', " ")];
    let marks = [(agreement.suspended_here, "suspended by us"), (agreement.suspended_there, "suspended by them"), (agreement.held, "held")];
    words.extend(marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| (*mark).to_owned()));
    let marks = [("quarantine", "in quarantine"), ("alarm", "ALARM: unusual rate of acts")];
    words.extend(marks.iter().filter(|(name, _)| shape[name].is_object()).map(|(_, mark)| (*mark).to_owned()));
    words.join(", ")
}

fn described(agreement: &Agreement, whole: &Value) -> String {
    let mut lines = vec![format!("{} ({}): {}", agreement.host, agreement.id, stands(agreement, whole))];
    if !agreement.held_why.is_empty() {
        lines.push(agreement.held_why.clone());
    }
    for (name, part) in [("in force", &whole["current"]), ("offered", &whole["pending"])] {
        if part.is_object() {
            lines.push(format!("{name}: version {} {}", part["version"], part["terms"]));
        }
    }
    if let Some(since) = whole["quarantine"]["since"].as_str() {
        lines.push(format!("in quarantine since {since}: {}", whole["quarantine"]["reason"].as_str().unwrap_or_default()));
    }
    for alarm in whole["alarms"].as_array().into_iter().flatten() {
        let at = alarm["at"].as_str().unwrap_or_default();
        lines.push(format!("alarm {at}: {} acts in an hour, usual are {} at most", alarm["acts"], alarm["usual_at_most"]));
    }
    for told in whole["retracted"].as_array().into_iter().flatten() {
        let outcome =
            if told["confirmed_at"].is_null() { "not confirmed yet".to_owned() } else { format!("{} forgotten", told["forgotten"]) };
        lines.push(format!("to forget: {} posts of {}; {outcome}", told["posts"], told["community"].as_str().unwrap_or_default()));
    }
    let prints = &whole["fingerprints"];
    lines.push(format!("our key    {}", prints["ours"].as_str().unwrap_or_default()));
    lines.push(format!("their key  {}", prints["theirs"].as_str().unwrap_or_default()));
    if let Some(shown) = prints["shown"].as_str() {
        lines.push(format!("shown now  {shown}"));
    }
    for (way, name) in [("ours", "their people here"), ("theirs", "our people there")] {
        for presence in whole["shared"][way].as_array().into_iter().flatten() {
            lines.push(format!("{name}: {} in {}", presence["people"], presence["title"].as_str().unwrap_or_default()));
        }
    }
    lines.join("\n")
}
