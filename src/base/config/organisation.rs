//! `[organisation]`: to whom this node belongs.

use serde::{Deserialize, Serialize};

/// The organisation that this node belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Its name as others read it; by default the host of `server.url`.
    pub name: Option<String>,
    /// Further hosts that are its own (`acme.works`, with a port where it is not the usual one): each must say so too.
    pub hosts: Vec<String>,
}
