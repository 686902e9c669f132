//! `[communities]`: rules for communities with people of several companies.

use serde::{Deserialize, Serialize};

/// Rules for communities with people of several companies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Communities {
    /// How long before its first seat a new organisation is announced to those present, in hours; 0 for not at all.
    pub announce_hours: u32,
}

impl Default for Communities {
    fn default() -> Self {
        Self { announce_hours: 24 }
    }
}
