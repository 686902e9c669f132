//! `[posting]`: how far posts outside communities may reach.

use super::Widest;
use serde::{Deserialize, Serialize};

/// How far posts outside communities may reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Posting {
    /// A wider choice is lowered to this and the answer says so; messages to named people are not bounded.
    pub widest_outside_communities: Option<Widest>,
}
