//! `[previews]`: what is shown of pages that posts lead to.

use serde::{Deserialize, Serialize};

/// What is shown of pages that posts lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Previews {
    /// Whether this node looks at pages that public posts lead to.
    pub enabled: bool,
}

impl Default for Previews {
    fn default() -> Self {
        Self { enabled: true }
    }
}
