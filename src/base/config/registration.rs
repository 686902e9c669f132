//! `[registration]`: how people get an account.

use super::RegistrationMode;
use serde::{Deserialize, Serialize};

/// How people get an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// Who may have one.
    pub mode: RegistrationMode,
}
