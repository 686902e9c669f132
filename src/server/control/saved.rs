//! Files that people sent, in a backup: beside the database, with a list of their SHA-256, as `sha256sum` reads it.
//!
//! They are copied after the database, while no file goes that a row names: so whatever the copy of the database names is
//! there. One that is missing already is named, and ends nothing. Files in a bucket are left to whoever backs that up; of those
//! the backup holds only what waits to be worked on. A few pieces of files are in memory at a time.

use super::{backup::sum, progress::Pace};
use crate::{
    app::App,
    base::{clock::Stamp, config::Config, words::media::MediumState},
    features::media::queries::{self, Named},
    media::RAW,
    store::files::{Folder, Name, Place, carry, shelves, span},
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
};

/// The list of files.
pub(super) const LIST: &str = "media.sha256";
/// Their folder in a backup.
const FOLDER: &str = "media";
/// Files that are brought back at a time.
const STRETCH: usize = 256;
/// Missing files that are named.
const NAMED_MAX: usize = 20;

/// What was saved.
#[derive(Debug, Default)]
pub(super) struct Saved {
    files: u64,
    bytes: u64,
    missing: Missing,
    /// Where the rest is, which was not saved.
    elsewhere: Option<String>,
}

/// Files that rows name and that are nowhere.
#[derive(Debug, Default)]
pub(super) struct Missing {
    count: u64,
    names: Vec<String>,
}

impl Missing {
    pub(super) fn add(&mut self, name: &Name) {
        self.count += 1;
        if self.names.len() < NAMED_MAX {
            self.names.push(name.to_string());
        }
    }

    /// A sentence about them; empty for none.
    pub(super) fn words(&self) -> String {
        match self.count {
            0 => String::new(),
            count => format!(". {count} files that the database names are missing: {}", self.names.join(", ")),
        }
    }

    pub(super) fn json(&self) -> Value {
        json!({ "count": self.count, "names": self.names })
    }
}

impl Saved {
    /// What to tell people.
    pub(super) fn words(&self) -> String {
        let elsewhere =
            self.elsewhere.as_ref().map(|place| format!(". Other files are in {place}, which must be backed up by other means"));
        format!(
            "with {} files that people sent ({} bytes){}{}",
            self.files,
            self.bytes,
            elsewhere.unwrap_or_default(),
            self.missing.words()
        )
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        json!({ "files": self.files, "bytes": self.bytes, "missing": self.missing.json(), "elsewhere": self.elsewhere })
    }
}

/// The files that a row names: of what waits, the upload; of what is ready, what is served.
pub(super) fn files_of(named: &Named) -> Vec<Name> {
    let files: [&str; 2] = if named.state == MediumState::Waiting { [RAW, ""] } else { [&named.file, &named.preview] };
    files.into_iter().filter_map(|file| Name::new(&named.folder, file)).collect()
}

/// Saves files into `dir`. Whoever calls this holds them ([`crate::store::files::Files::hold`]).
pub(super) async fn save(app: &App, dir: &Path) -> Result<Saved> {
    let (files, until) = (&app.workshop.files, app.store.now());
    let (from, to) = (Place::Folder(files.work().clone()), Place::Folder(Folder::below(dir.join(FOLDER))));
    let is_here = !files.place().is_elsewhere();
    let mut saving =
        Saving { to, from, list: BufWriter::new(File::create(dir.join(LIST))?), saved: Saved::default(), pace: Pace::default() };
    saving.saved.elsewhere = (!is_here).then(|| files.place().to_string());
    for (nth, shelf) in shelves().enumerate() {
        saving.shelf(app, &shelf, (is_here, until)).await.with_context(|| format!("after {nth} of 256 parts of the files"))?;
        let saved = &saving.saved;
        saving.pace.tell(|| format!("files: {} of 256 parts, {} files, {} bytes", nth + 1, saved.files, saved.bytes));
    }
    let mut list = saving.list;
    list.flush()?;
    list.get_ref().sync_all()?;
    // what was copied lies in its place: the folder of what was under way is empty
    let _ = std::fs::remove_dir(dir.join(FOLDER).join("incoming"));
    Ok(saving.saved)
}

struct Saving {
    from: Place,
    to: Place,
    list: BufWriter<File>,
    saved: Saved,
    pace: Pace,
}

impl Saving {
    async fn shelf(&mut self, app: &App, shelf: &str, (is_here, until): (bool, Stamp)) -> Result<()> {
        let mut copied = self.copy(self.from.list(shelf).await?.into_keys().collect()).await?;
        let (first, end) = span(shelf);
        let named = queries::named(&app.store, (&first, &end), until).await?;
        let wanted = named.iter().filter(|named| is_here || named.state == MediumState::Waiting).flat_map(files_of);
        // what was worked on meanwhile has other files now
        let late: Vec<Name> = wanted.filter(|name| !copied.contains(name)).collect();
        copied.extend(self.copy(late.clone()).await?);
        for name in late.iter().filter(|name| !copied.contains(name) && name.file() != RAW) {
            self.saved.missing.add(name);
        }
        Ok(())
    }

    /// Copies these, as far as they are there; those that were.
    async fn copy(&mut self, names: Vec<Name>) -> Result<BTreeSet<Name>> {
        let mut copied = BTreeSet::new();
        let (list, saved) = (&mut self.list, &mut self.saved);
        carry(&self.from, &self.to, names, |name, written| {
            if let Some(written) = written {
                writeln!(list, "{}  {FOLDER}/{name}", written.sum).context("the list of files cannot be written")?;
                (saved.files, saved.bytes) = (saved.files + 1, saved.bytes + written.bytes);
                copied.insert(name.clone());
            }
            Ok(())
        })
        .await?;
        Ok(copied)
    }
}

/// The lines of the list: a sum and a name.
fn listed(dir: &Path) -> Result<impl Iterator<Item = Result<(String, Name)>>> {
    let file = File::open(dir.join(LIST)).context("the list of files cannot be read")?;
    let read = |line: std::io::Result<String>| {
        let line = line.context("the list of files cannot be read")?;
        let (sum, path) = line.split_once("  ").context("the list of files is damaged")?;
        let name = path.strip_prefix(FOLDER).and_then(|path| Name::read(path.strip_prefix('/')?));
        Ok((sum.to_owned(), name.context("the list of files names one that is none of ours")?))
    };
    Ok(BufReader::new(file).lines().map(read))
}

/// Checks every file of the backup in `dir`.
///
/// # Errors
/// Names the first that is damaged.
pub(super) async fn check(dir: &Path) -> Result<()> {
    let dir = dir.to_owned();
    let folder = Folder::below(dir.join(FOLDER));
    let work = tokio::task::spawn_blocking(move || {
        listed(&dir)?.try_for_each(|line| {
            let (wanted, name) = line?;
            ensure!(sum(&folder.path(&name))? == wanted, "the file {FOLDER}/{name} of the backup is damaged");
            Ok(())
        })
    });
    work.await.context("the thread of a check ended")?
}

/// Brings the files of the backup in `dir` back to where the settings say; how many.
///
/// # Errors
/// Not all could be written; the sentence says how to go on, for everything else is restored by then.
pub(super) async fn bring_back(config: &Config, dir: &Path) -> Result<u64> {
    let how = || {
        format!(
            "all is restored but files that people sent: `intermoot media move --from {}` goes on with them",
            dir.join(FOLDER).display()
        )
    };
    brought_back(config, dir).await.with_context(how)
}

async fn brought_back(config: &Config, dir: &Path) -> Result<u64> {
    let from = Place::Folder(Folder::below(dir.join(FOLDER)));
    let (place, work) = (Place::open(config, &config.media_url())?, Place::Folder(Folder::below(config.media_dir())));
    let (mut lines, mut count, mut pace) = (listed(dir)?, 0, Pace::default());
    loop {
        let names = lines.by_ref().take(STRETCH).map(|line| Ok(line?.1)).collect::<Result<Vec<Name>>>()?;
        if names.is_empty() {
            return Ok(count);
        }
        // what waits is worked on here, wherever it goes then
        let (waiting, ready): (Vec<Name>, Vec<Name>) = names.into_iter().partition(|name| name.file() == RAW);
        for (to, names) in [(&place, ready), (&work, waiting)] {
            carry(&from, to, names, |name, written| {
                let written = written.with_context(|| format!("the file {FOLDER}/{name} of the backup is missing"))?;
                count += 1;
                pace.tell(|| format!("files: {count} brought back, the last of {} bytes", written.bytes));
                Ok(())
            })
            .await?;
        }
    }
}
