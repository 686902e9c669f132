//! Endings outside the database: the file `endings.jsonl` in `data.dir`, one line of JSON each, and after a restore done again.
//!
//! Noted within a second of the commit by looking at what ended lately; a line that stands there already is not repeated.
//! Keep a copy of the file elsewhere: what a partner hides and the backup does not know, only this file tells (S137).

use crate::{
    app::App,
    base::clock::Stamp,
    features::recovery::{self, Ending},
    store::{Store, audit},
};
use anyhow::{Context, Result};
use std::{
    collections::HashSet,
    fs,
    io::{BufRead, BufReader, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);
/// An act may commit so long after its instant.
const OVERLAP: Duration = Duration::from_secs(60);

/// Where the endings are.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("endings.jsonl")
}

/// Notes what ended since the last look. What a process noted stands in the file, so a start reads it once.
pub struct Notebook {
    file: PathBuf,
    since: Stamp,
    noted: HashSet<Ending>,
}

impl Notebook {
    /// The notebook in `data_dir`; a new one begins with everything that ever ended.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let file = file(data_dir);
        let mut book = Self { file, since: Stamp(0), noted: HashSet::new() };
        for ending in read(&book.file)? {
            book.since = book.since.max(ending.at());
            book.noted.insert(ending);
        }
        book.forget();
        Ok(book)
    }

    /// Only what may be seen again needs to be remembered.
    fn forget(&mut self) {
        let from = self.since.minus(OVERLAP);
        self.noted.retain(|ending| ending.at() >= from);
    }

    /// Looks, and writes what is new; how many lines.
    ///
    /// # Errors
    /// The database cannot be read or the file not be written.
    pub async fn note(&mut self, store: &Store) -> Result<usize> {
        let found = recovery::since(store, self.since.minus(OVERLAP)).await.map_err(anyhow::Error::from)?;
        let new: Vec<Ending> = found.into_iter().filter(|ending| !self.noted.contains(ending)).collect();
        if new.is_empty() {
            return Ok(0);
        }
        let mut text = String::new();
        for ending in &new {
            text.push_str(&serde_json::to_string(ending)?);
            text.push('\n');
        }
        let mut open = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&self.file)?;
        open.write_all(text.as_bytes())?;
        open.sync_data()?;
        let count = new.len();
        for ending in new {
            self.since = self.since.max(ending.at());
            self.noted.insert(ending);
        }
        self.forget();
        Ok(count)
    }
}

/// All endings in `file`; none without one. A last line that a crash cut short is left out.
fn read(file: &Path) -> Result<Vec<Ending>> {
    let open = match fs::File::open(file) {
        Ok(open) => open,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    };
    let mut found = Vec::new();
    for line in BufReader::new(open).lines() {
        match serde_json::from_str(&line?) {
            Ok(ending) => found.push(ending),
            Err(error) => tracing::warn!(%error, file = %file.display(), "a line of the endings cannot be read"),
        }
    }
    Ok(found)
}

/// Does everything in `file` again, in the data of `store`; how many things changed.
///
/// # Errors
/// The file cannot be read, or the database not be written.
pub async fn apply(store: &Store, file: &Path) -> Result<usize> {
    let endings = recovery::standing(read(file)?);
    let tx = store.begin().await.map_err(anyhow::Error::from)?;
    let mut changed = 0;
    for ending in &endings {
        changed += usize::from(recovery::apply(&tx, ending).await.map_err(anyhow::Error::from)?);
    }
    if changed > 0 {
        let detail = serde_json::json!({ "endings": changed });
        tx.audit(audit::Entry::of("node.endings", "/actor").with(detail));
    }
    tx.commit().await.map_err(anyhow::Error::from)?;
    Ok(changed)
}

/// Notes endings until `end`, and once more then.
pub async fn run(app: App, end: CancellationToken) {
    let mut book = match Notebook::open(&app.config.data.dir) {
        Ok(book) => book,
        Err(error) => {
            tracing::error!(%error, "endings cannot be noted outside the database");
            return;
        }
    };
    loop {
        let ends = tokio::select! {
            () = end.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        if let Err(error) = book.note(&app.store).await {
            tracing::error!(%error, "endings could not be noted outside the database");
        }
        if ends {
            return;
        }
    }
}
