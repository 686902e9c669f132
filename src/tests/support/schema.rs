//! The schema, made once for all tests of a build: making it anew costs half a second of waiting for the disk, copying it
//! two milliseconds. The copy is what the migrations make, nothing else.

use crate::{
    base::{clock::Clock, secret},
    store::{Store, copy},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio::sync::OnceCell;

/// Puts a database of SQLite with the whole schema and nothing in it at `path`.
pub async fn put(path: &Path) {
    static MADE: OnceCell<PathBuf> = OnceCell::const_new();
    fs::copy(MADE.get_or_init(made).await, path).unwrap();
}

/// The file to be copied: beside the program that runs the tests, and not older than it. Each process of a run may make it;
/// all make the same, and put it there in one step.
async fn made() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let file = program.with_extension("schema.sqlite");
    let age = |path: &Path| fs::metadata(path).and_then(|about| about.modified());
    if age(&file).is_ok_and(|made| made >= age(&program).unwrap()) {
        return file;
    }
    let folder = tempfile::tempdir_in(program.parent().unwrap()).unwrap();
    let (live, whole) = (folder.path().join("live"), folder.path().join(secret::token()));
    let store = Store::open(&format!("sqlite:{}", live.display()), Clock::default()).await.unwrap();
    drop(store);
    copy::sqlite(&live, &whole).await.unwrap();
    fs::rename(&whole, &file).unwrap();
    file
}
