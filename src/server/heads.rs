//! Heads of the audit log outside the database: the file `audit.head` in `data.dir`, one line of JSON each (S125).
//!
//! A new line at most every minute and at the end, never one that goes back: a database that was exchanged for an older copy
//! must not overwrite what tells on it. For `intermoot verify`.

pub use crate::app::heads::{file, read};

use crate::{
    app::App,
    features::audit::Head,
    store::{Store, audit},
};
use anyhow::Result;
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often a head is noted, if there is a new one.
const EVERY: Duration = Duration::from_secs(60);
/// The file may grow to this; then the older half of its lines goes.
const BYTES_MAX: usize = 4 << 20;

/// Notes the present head, if it is newer than the last one noted.
///
/// # Errors
/// The database or the file cannot be used.
pub async fn note(store: &Store, data_dir: &Path) -> Result<()> {
    let (id, hash) = audit::head(store).await.map_err(anyhow::Error::from)?;
    let mut heads = read(data_dir)?;
    if id <= heads.last().map_or(0, |head| head.id) {
        return Ok(());
    }
    let head = Head { id, hash, at: store.now() };
    let line = serde_json::to_string(&head)? + "\n";
    let file = file(data_dir);
    if fs::metadata(&file).map_or(0, |meta| meta.len()) as usize + line.len() > BYTES_MAX {
        heads.push(head);
        let kept: Vec<String> = heads.iter().skip(heads.len() / 2).map(serde_json::to_string).collect::<Result<_, _>>()?;
        return replace(&file, &(kept.join("\n") + "\n"));
    }
    let mut open = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&file)?;
    open.write_all(line.as_bytes())?;
    Ok(open.sync_data()?)
}

/// Sets the heads noted so far aside: after a restore that an administrator confirmed, the log goes on from an older entry.
///
/// # Errors
/// The file cannot be renamed.
pub fn set_aside(data_dir: &Path, name: &str) -> Result<()> {
    match fs::rename(file(data_dir), data_dir.join(format!("audit.head.{name}"))) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Replaces `file` whole or not at all.
///
/// # Errors
/// It cannot be written.
pub fn replace(file: &Path, text: &str) -> Result<()> {
    let beside = file.with_extension("new");
    let mut open = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    Ok(fs::rename(&beside, file)?)
}

/// Notes heads until `end`, and once more then.
pub async fn run(app: App, end: CancellationToken) {
    loop {
        let ends = tokio::select! {
            () = end.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        if let Err(error) = note(&app.store, &app.config.data.dir).await {
            tracing::error!(%error, "the head of the audit log could not be noted outside the database");
        }
        if ends {
            return;
        }
    }
}
