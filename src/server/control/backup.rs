//! Backup, restore and verification of a node's data.
//!
//! A backup is a folder: a consistent copy of the database taken while the node runs, the node's
//! secret, the files that people sent (`saved.rs`), and `manifest.json` with the SHA-256 of each, written
//! last: a folder without one is no backup. PostgreSQL is copied by its own tools, `pg_dump` and `pg_restore`.

use super::{Answer, saved};
use crate::{
    app::App,
    base::{
        clock::Clock,
        config::{Config, DatabaseUrl},
        secret,
    },
    features::{audit, recovery},
    server::{endings, heads, incarnation, node},
    store::{Store, audit as log, copy, files::Place},
};
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeMap, fs, io::Read, path::Path, process::Stdio};
use tokio::process::Command;

const MANIFEST: &str = "manifest.json";
const SECRET: &str = "node.secret";
const SQLITE: &str = "intermoot.sqlite";
const POSTGRES: &str = "intermoot.pgdump";
/// Bytes that are read at a time.
const PIECE_BYTES: usize = 256 * 1024;

#[derive(Serialize, Deserialize)]
struct Manifest {
    version: String,
    url: String,
    made_at: String,
    /// File name to SHA-256 in hex.
    files: BTreeMap<String, String>,
}

/// Saves this node into `dir`, which must be missing or empty; the files that people sent too where `with_media`.
pub(super) async fn make(app: &App, dir: &Path, with_media: bool) -> Result<Answer> {
    ensure_empty(dir)?;
    fs::create_dir_all(dir).with_context(|| format!("the folder {} cannot be made", dir.display()))?;
    // From the copy of the database on, no file goes that it names; those that come later are saved as well, and harm nobody.
    let _held = app.workshop.files.hold().await;
    let database = match app.config.database() {
        DatabaseUrl::Sqlite(file) => {
            copy::sqlite(&file, &dir.join(SQLITE)).await?;
            SQLITE
        }
        DatabaseUrl::Postgres(url) => {
            run(Command::new("pg_dump").arg("--format=custom").arg("--file").arg(dir.join(POSTGRES)).arg(url.as_str())).await?;
            POSTGRES
        }
    };
    fs::copy(app.config.data.dir.join(SECRET), dir.join(SECRET)).context("the node's secret cannot be copied")?;
    let mut files = BTreeMap::new();
    for name in [database, SECRET] {
        files.insert(name.to_owned(), sum(&dir.join(name))?);
    }
    let media = if with_media { Some(saved::save(app, dir).await?) } else { None };
    if media.is_some() {
        files.insert(saved::LIST.to_owned(), sum(&dir.join(saved::LIST))?);
    }
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        url: app.origin.base().to_owned(),
        made_at: app.store.clock.now().to_string(),
        files,
    };
    fs::write(dir.join(MANIFEST), serde_json::to_string_pretty(&manifest)?)?;
    // What is copied by hand from now on is told from this copy.
    incarnation::step(app).await?;
    let about = media.as_ref().map_or_else(|| "without the files that people sent".to_owned(), saved::Saved::words);
    let json = json!({ "dir": dir, "files": manifest.files, "media": media.map(|media| media.json()) });
    Ok(Answer::text(format!("saved to {}, {about}", dir.display()), json))
}

/// Brings the backup in `dir` back into the empty place that `config` names.
///
/// # Errors
/// The backup is damaged, or something is there already.
pub async fn restore(config: &Config, dir: &Path) -> Result<Answer> {
    let manifest = check(dir).await?;
    ensure!(
        manifest.url == config.origin(),
        "the backup is of {}, the settings say server.url = {}: identifiers would change",
        manifest.url,
        config.origin()
    );
    let has_media = manifest.files.contains_key(saved::LIST);
    if has_media {
        // before anything is written
        Place::open(config, &config.media_url())?.try_out().await?;
    }
    let data = &config.data.dir;
    fs::create_dir_all(data)?;
    ensure!(!data.join(SECRET).exists(), "{} holds a node already; restore into an empty place", data.display());
    match config.database() {
        DatabaseUrl::Sqlite(file) => {
            ensure!(!file.exists(), "the database {} exists already; restore into an empty place", file.display());
            fs::copy(dir.join(SQLITE), &file).context("the backup holds no SQLite database")?;
        }
        DatabaseUrl::Postgres(url) => {
            let mut restore = Command::new("pg_restore");
            restore.args(["--exit-on-error", "--no-owner", "--dbname"]).arg(url.as_str()).arg(dir.join(POSTGRES));
            run(&mut restore).await?;
        }
    }
    fs::copy(dir.join(SECRET), data.join(SECRET))?;
    // first of all: a node that is not known to be restored would go on as if it were not
    let again = recover(config, &manifest).await?;
    let media = if has_media { Some(saved::bring_back(config, dir).await?) } else { None };
    let about = media
        .map_or_else(|| "no files that people sent: the backup holds none".to_owned(), |count| format!("{count} files that people sent"));
    let text = format!(
        "restored what was saved at {}, and {about}; {again} endings since then are in force again. The node is recovering: start it, \
         check its people, then say `intermoot recover confirm`",
        manifest.made_at
    );
    Ok(Answer::text(text, json!({ "made_at": manifest.made_at, "endings": again, "media": media, "recovering": true })))
}

/// Marks the restored data as old, and does again what ended since (`endings.jsonl` in `data.dir`, if it was put there).
async fn recover(config: &Config, manifest: &Manifest) -> Result<usize> {
    let store = Store::open(&node::database_url(config), Clock::default()).await?;
    let work = async {
        let tx = store.begin().await?;
        recovery::enter(&tx, &format!("restored from the backup of {}", manifest.made_at)).await?;
        tx.commit().await?;
        endings::apply(&store, &endings::file(&config.data.dir)).await
    };
    let again = log::through("command line".to_owned(), log::acting("command line".to_owned(), work)).await?;
    store.close().await?;
    Ok(again)
}

/// Checks the backup in `dir`, or without one the live data.
///
/// # Errors
/// Names the first thing that is damaged.
pub async fn verify(config: &Config, dir: Option<&Path>) -> Result<Answer> {
    if let Some(dir) = dir {
        let manifest = check(dir).await?;
        return Ok(Answer::text(
            format!("the backup of {} is whole", manifest.made_at),
            json!({ "ok": true, "made_at": manifest.made_at }),
        ));
    }
    if let DatabaseUrl::Sqlite(file) = config.database() {
        copy::check(&file).await?;
    }
    let store = Store::open(&node::database_url(config), Clock::default()).await?;
    let entries = verify_log(&store, &heads::read(&config.data.dir)?).await?;
    store.close().await?;
    Ok(Answer::text(
        format!("the data are whole, and so are all {entries} entries of the audit log"),
        json!({ "ok": true, "audit_entries": entries }),
    ))
}

/// Checks the chain of the audit log and that it holds `heads`; how many entries it has.
async fn verify_log(store: &Store, heads: &[audit::Head]) -> Result<i64> {
    let checked = audit::verify(store, heads).await?;
    match checked.finding {
        Some(finding) => bail!("entry {} of the audit log {}", finding.id, finding.problem),
        None => Ok(checked.entries),
    }
}

async fn check(dir: &Path) -> Result<Manifest> {
    let text = fs::read_to_string(dir.join(MANIFEST)).with_context(|| format!("{} is no finished backup", dir.display()))?;
    let manifest: Manifest = serde_json::from_str(&text).context("the manifest of the backup is damaged")?;
    for (name, wanted) in &manifest.files {
        ensure!(&sum(&dir.join(name))? == wanted, "the file {name} of the backup is damaged");
    }
    if manifest.files.contains_key(SQLITE) {
        copy::check(&dir.join(SQLITE)).await?;
        check_copied_log(&dir.join(SQLITE)).await?;
    }
    if manifest.files.contains_key(saved::LIST) {
        saved::check(dir).await?;
    }
    Ok(manifest)
}

/// Checks the audit log in the copy `file`, in a scratch copy of it: opening a database would change the backup.
async fn check_copied_log(file: &Path) -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("intermoot-verify-{}", secret::hex(&secret::random::<8>())));
    copy::sqlite(file, &scratch).await?;
    let outcome = async {
        let store = Store::open(&format!("sqlite://{}", scratch.display()), Clock::default()).await?;
        let outcome = verify_log(&store, &[]).await;
        store.close().await?;
        outcome
    };
    let outcome = outcome.await;
    for end in ["", "-wal", "-shm"] {
        // What is not there need not go.
        let _ = fs::remove_file(format!("{}{end}", scratch.display()));
    }
    outcome.map(drop)
}

fn ensure_empty(dir: &Path) -> Result<()> {
    match fs::read_dir(dir) {
        Ok(mut entries) => ensure!(entries.next().is_none(), "the folder {} is not empty", dir.display()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => bail!("the folder {} cannot be read: {error}", dir.display()),
    }
    Ok(())
}

/// The SHA-256 of a file, of which a piece at a time is in memory.
pub(super) fn sum(file: &Path) -> Result<String> {
    let cannot = || format!("{} cannot be read", file.display());
    let (mut open, mut sum, mut piece) = (fs::File::open(file).with_context(cannot)?, secret::Sum::default(), vec![0; PIECE_BYTES]);
    loop {
        let read = open.read(&mut piece).with_context(cannot)?;
        match piece.get(..read) {
            Some(read) if !read.is_empty() => sum.add(read),
            _ => return Ok(sum.hex()),
        }
    }
}

async fn run(command: &mut Command) -> Result<()> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().await.with_context(|| format!("{name} cannot be started; is it installed?"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
