//! Which program is tested.

use anyhow::{Context, Result};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The binary under test: `INTERMOOT_BIN`, else `intermoot` beside this build's own files, else the newest of the workspace's.
pub fn binary() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("INTERMOOT_BIN") {
        let path = PathBuf::from(given);
        return path.canonicalize().with_context(|| format!("INTERMOOT_BIN names {}, which is not there", path.display()));
    }
    let own = std::env::current_exe()?;
    let mut beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("intermoot"));
    if let Some(found) = beside.find(|path| path.is_file()) {
        return Ok(found);
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let built = ["debug", "release"].map(|profile| target.join(profile).join("intermoot"));
    let age = |path: &PathBuf| File::open(path).and_then(|file| file.metadata()).and_then(|data| data.modified()).ok();
    let newest = built.into_iter().filter(|path| path.is_file()).max_by_key(age);
    newest.context("no intermoot binary: build it (cargo build), or name it in INTERMOOT_BIN")
}
