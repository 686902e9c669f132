//! Which life of this node its data belong to: the file `incarnation` in `data.dir` beside the same in the database.
//!
//! Both hold a random id and a counter that grows at each start, after each backup and every minute, in the database first.
//! A database that lags behind the file, or has another id, was exchanged for an older copy: the node is recovering (S137).
//! A missing file beside a healthy database proves nothing: an administrator is asked for a word and nothing is void.

use super::heads;
use crate::{
    app::App,
    base::{error::Result, secret},
    features::recovery,
    store::{Source, Tx, audit},
};
use serde::{Deserialize, Serialize};
use std::{fs, io::ErrorKind, path::Path, time::Duration};
use tokio_util::sync::CancellationToken;

/// The row of `facts`.
const FACT: &str = "incarnation";
/// How often the counter grows while the node runs.
const EVERY: Duration = Duration::from_secs(60);

/// One life, and how far it got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incarnation {
    /// Random, made once and again at each restore.
    pub id: String,
    /// Grows.
    pub counter: u64,
}

/// What database and file say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They fit.
    Fits,
    /// A node that has neither, as on its very first start.
    New,
    /// Only the file is missing.
    FileMissing,
    /// The database is an older copy, or another node's.
    Disagrees(String),
}

/// Compares the two. A database one or more ahead of the file is a crash between the two writes.
pub fn compare(database: Option<&Incarnation>, file: Option<&Incarnation>) -> Verdict {
    match (database, file) {
        (None, None) => Verdict::New,
        (Some(_), None) => Verdict::FileMissing,
        (None, Some(_)) => Verdict::Disagrees("the database is from before this node had an incarnation".to_owned()),
        (Some(database), Some(file)) if database.id != file.id => {
            Verdict::Disagrees("the database is another one than the incarnation file belongs to".to_owned())
        }
        (Some(database), Some(file)) if database.counter < file.counter => {
            let behind = file.counter - database.counter;
            Verdict::Disagrees(format!("the database is an older copy: {behind} steps behind the incarnation file"))
        }
        (Some(_), Some(_)) => Verdict::Fits,
    }
}

/// Begins a life of the node: compares, and enters recovery where the database is old. Before anything is served.
pub async fn begin(app: &App) -> anyhow::Result<()> {
    let dir = &app.config.data.dir;
    let (database, file) = (held(&app.store).await?, read(dir)?);
    let tx = app.begin().await?;
    match compare(database.as_ref(), file.as_ref()) {
        Verdict::Fits => {}
        Verdict::New => renew(&tx).await?,
        Verdict::FileMissing => {
            recovery::keep_fact(&tx, recovery::FILE_MISSING, &tx.now.to_string()).await?;
            tracing::warn!(
                "the file incarnation is missing in data.dir: say `intermoot recover confirm` if the database was not exchanged"
            );
        }
        Verdict::Disagrees(why) => {
            if audit::through("start".to_owned(), recovery::enter(&tx, &why)).await? {
                tracing::warn!(why, "this node is recovering: nothing private is read or delivered until an administrator confirms");
            }
        }
    }
    tx.commit().await?;
    app.bearers.forget_all();
    step(app).await
}

/// One step on: in the database, then in the file; the file only where they fit.
pub async fn step(app: &App) -> anyhow::Result<()> {
    let tx = app.begin().await?;
    let is_lost = recovery::reason(&tx).await?.is_some() || recovery::fact(&tx, recovery::FILE_MISSING).await?.is_some();
    let Some(now) = held(&tx).await?.filter(|_| !is_lost) else { return Ok(()) };
    let next = Incarnation { counter: now.counter + 1, ..now };
    keep(&tx, &next).await?;
    tx.commit().await?;
    write(&app.config.data.dir, &next)
}

/// A new life, after an administrator's word: with it the file and the heads of the audit log begin anew.
///
/// # Errors
/// Neither is the node recovering nor its incarnation file missing.
pub async fn confirm(app: &App) -> anyhow::Result<()> {
    let tx = app.begin().await?;
    let was_missing = recovery::fact(&tx, recovery::FILE_MISSING).await?.is_some();
    let is_recovering = recovery::reason(&tx).await?.is_some();
    if was_missing {
        recovery::drop_fact(&tx, recovery::FILE_MISSING).await?;
    }
    if is_recovering || !was_missing {
        recovery::confirm(&tx).await?;
    } else {
        tx.audit(audit::Entry::of("node.confirm", "/actor"));
    }
    renew(&tx).await?;
    let life = held(&tx).await?;
    tx.commit().await?;
    let dir = &app.config.data.dir;
    if is_recovering {
        heads::set_aside(dir, &app.store.now().0.to_string())?;
    }
    if let Some(life) = life {
        write(dir, &life)?;
    }
    heads::note(&app.store, dir).await
}

async fn renew(tx: &Tx) -> Result<()> {
    keep(tx, &Incarnation { id: secret::hex(&secret::random::<16>()), counter: 0 }).await
}

async fn held(from: &impl Source) -> Result<Option<Incarnation>> {
    let text = recovery::fact(from, FACT).await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose().map_err(anyhow::Error::from)?)
}

async fn keep(tx: &Tx, life: &Incarnation) -> Result<()> {
    recovery::keep_fact(tx, FACT, &serde_json::to_string(life).map_err(anyhow::Error::from)?).await
}

fn read(dir: &Path) -> anyhow::Result<Option<Incarnation>> {
    match fs::read_to_string(dir.join("incarnation")) {
        Ok(text) => Ok(Some(serde_json::from_str(&text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write(dir: &Path, life: &Incarnation) -> anyhow::Result<()> {
    heads::replace(&dir.join("incarnation"), &serde_json::to_string(life)?)
}

/// Steps on every minute until `end`.
pub async fn run(app: App, end: CancellationToken) {
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = step(&app).await {
            tracing::error!(%error, "the incarnation could not be kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(id: &str, counter: u64) -> Incarnation {
        Incarnation { id: id.to_owned(), counter }
    }

    #[test]
    fn s137_a_database_behind_its_incarnation_file_is_an_old_copy() {
        let (now, old) = (life("a", 7), life("a", 6));
        assert!(matches!(compare(Some(&old), Some(&now)), Verdict::Disagrees(_)));
        assert!(matches!(compare(None, Some(&now)), Verdict::Disagrees(_)));
        assert!(matches!(compare(Some(&life("b", 9)), Some(&now)), Verdict::Disagrees(_)));
        assert_eq!(compare(Some(&now), Some(&old)), Verdict::Fits, "a crash between the two writes");
        assert_eq!(compare(Some(&now), Some(&now)), Verdict::Fits);
        assert_eq!(compare(Some(&now), None), Verdict::FileMissing);
        assert_eq!(compare(None, None), Verdict::New);
    }
}
