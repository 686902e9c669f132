//! `[data]`: where the node keeps its files.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the node keeps its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The folder of the database, media, secret and control socket; made if it is missing.
    pub dir: PathBuf,
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: "./data".into() }
    }
}
