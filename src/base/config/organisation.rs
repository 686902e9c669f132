//! `[organisation]`: to whom this node belongs.

use serde::{Deserialize, Serialize};

/// The organisation that this node belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Its name as others read it; by default the host of `server.url`.
    pub name: Option<String>,
}
