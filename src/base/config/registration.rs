//! `[registration]`: how people get an account.

use super::RegistrationMode;
use crate::base::words::NodeRole;
use serde::{Deserialize, Serialize};

/// How people get an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// Who may have one.
    pub mode: RegistrationMode,
    /// The least standing of who may invite.
    pub inviters: NodeRole,
}

impl Default for Registration {
    fn default() -> Self {
        Self { mode: RegistrationMode::default(), inviters: NodeRole::Member }
    }
}
