//! For whom people work, as their own node says (`membership.md` 5).
//!
//! True because organisation and person share an origin, or because the organisation proved the person's host to be its own;
//! anything else is shown as unconfirmed. Kept as JSON in `accounts.affiliation`.

use crate::store::tables::Account;
use serde::{Deserialize, Serialize};

/// Somebody's affiliation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affiliation {
    /// The organisation's stored uri.
    pub organisation: String,
    /// Its name, as it was when last read.
    pub name: String,
    /// The person's title; may be empty.
    #[serde(default)]
    pub title: String,
    /// Their unit; may be empty.
    #[serde(default)]
    pub unit: String,
    /// Whether it was confirmed: same origin, or a host that the organisation proved.
    pub is_confirmed: bool,
}

/// The affiliation of `account`, if it has one.
pub fn of(account: &Account) -> Option<Affiliation> {
    if account.affiliation.is_empty() {
        return None;
    }
    serde_json::from_str(&account.affiliation).ok()
}
