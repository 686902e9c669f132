//! Heads of the audit log outside the database, as they are read: the file `audit.head` in `data.dir`, one line of JSON each (S125).
//!
//! Who writes them: `server/heads.rs`.

use crate::features::audit::Head;
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the heads are.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("audit.head")
}

/// The heads noted so far, oldest first; none without a file.
///
/// # Errors
/// The file cannot be read, or a line of it is none that we wrote.
pub fn read(data_dir: &Path) -> Result<Vec<Head>> {
    let file = file(data_dir);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    };
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_str(line).with_context(|| format!("a line of {} is damaged", file.display()))).collect()
}
