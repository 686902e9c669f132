//! What `Join`, `Leave` and `Offer` share: they are asks to a community of ours.

use super::Scene;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
    },
    federation::objects::fields::wrong,
    store::tables::Account,
};
use std::time::Duration;

/// The one clock window (`decisions.md` 3).
const WINDOW: Duration = Duration::from_secs(3600);

/// The community of ours that is asked. Refused alike for those elsewhere, those that are gone and those that never were.
pub fn community<'a>(scene: Scene<'a>, uri: &str) -> Result<&'a Account, Refusal> {
    let community = scene.known.account(scene.federation, uri);
    community
        .filter(|account| account.is_active() && account.is_local() && account.is_community())
        .ok_or_else(|| wrong("there is no such community here"))
}

/// Refuses an ask from the future: it would make every later one late.
pub fn check_time(scene: Scene<'_>, asked_at: Stamp) -> Result<(), Refusal> {
    if asked_at > scene.tx.now.plus(WINDOW) { Err(wrong("the ask was made in the future")) } else { Ok(()) }
}
