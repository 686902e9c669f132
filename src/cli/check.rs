//! `check-config`, and the same checks when a node starts.

use super::Outcome;
use crate::{base::config::Config, server::logs, store::files::Place};
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Checks the settings and shows each with its source, secrets left out.
/// Where files are kept in a bucket, that is tried.
pub(super) async fn check_config(config: &Config, unsafe_for_testing: bool) -> Result<Outcome> {
    let notes = config.check(unsafe_for_testing)?;
    logs::filter(&config.log.filter).context("log.filter cannot be used")?;
    let place = Place::open(config, &config.media_url())?;
    place.try_out().await?;
    let tried = match place {
        Place::Folder(_) => String::new(),
        place => format!("The store of files, {place}, can be used.\n"),
    };
    let settings = config.summary();
    let shown = |value: &Value| if value.is_null() { "not set".to_owned() } else { value.to_string() };
    let rows: Vec<_> = settings.iter().map(|line| vec![line.setting.clone(), shown(&line.value), line.source.clone()]).collect();
    let table = Outcome::table(&["setting", "value", "source"], &rows);
    let remarks: String = notes.iter().map(|note| format!("\nnote: {note}")).collect();
    let json = json!({ "ok": true, "settings": settings, "notes": notes });
    Ok(Outcome::new(format!("{}\n{remarks}\n{tried}The settings can be used.", table.text(false)), json))
}

/// Checks the settings, starts the logs and writes the notes there.
pub(super) fn start_logs(config: &Config, unsafe_for_testing: bool) -> Result<()> {
    let notes = config.check(unsafe_for_testing)?;
    logs::start(&config.log)?;
    for note in notes {
        tracing::warn!("{note}");
    }
    Ok(())
}
