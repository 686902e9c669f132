//! `[log]`: what is logged and in which form.

use super::LogFormat;
use serde::{Deserialize, Serialize};

/// What is logged, to standard error, and in which form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Text for people or JSON for programs.
    pub format: LogFormat,
    /// Directives of `tracing_subscriber::EnvFilter`, such as `info,intermoot::federation=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Human, filter: "info,sqlx=warn".into() }
    }
}
