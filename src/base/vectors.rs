//! Where tests find the published test vectors, which live beside the project and not in it.

use serde_json::Value;
use std::{env, fs, path::PathBuf};

/// The text of `vectors/{name}`, or `None` (and a line that says so) when it is not there.
pub fn text(name: &str) -> Option<String> {
    let shared = env::var_os("INTERMOOT_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let found = fs::read_to_string(shared.join("vectors").join(name)).ok();
    if found.is_none() {
        eprintln!("skipped: the vectors {name} are not here");
    }
    found
}

/// The JSON of `vectors/{name}`, or `None` when it is not there.
pub fn json(name: &str) -> Option<Value> {
    Some(serde_json::from_str(&text(name)?).expect("vectors are JSON"))
}
