//! The record of a seat as its group signs it: the one thing about it that travels (`membership.md` 2 and 3).
//!
//! The community's node makes it; the person's home node adopts it by its `rev` and nothing else. All uris are as stored.
//! Wire form: `federation/objects/member.rs`.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        words::{Role, SeatStatus, Stakeholder},
    },
    store::{
        Tx,
        tables::{Account, Seat},
    },
};

/// What a group says about one seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which community.
    pub community: String,
    /// Whose seat.
    pub account: String,
    /// Stored status.
    pub status: SeatStatus,
    /// What they may do.
    pub role: Role,
    /// What they are to the owning organisation, if it says so to their node.
    pub stakeholder: Stakeholder,
    /// The organisation it is held through; '' for a personal seat.
    pub organisation: String,
    /// The agreement that it needs (its uri); '' for none.
    pub agreement: String,
    /// Grows with every change.
    pub rev: i64,
    /// The latest ask that counted.
    pub asked_at: Stamp,
    /// Who let them in; '' for nobody.
    pub admitted_by: String,
    /// Ends by itself.
    pub expires_at: Option<Stamp>,
    /// Reads what counts as posted since.
    pub history_from: Stamp,
    /// Why it ended or was refused, as a sentence for the person.
    pub reason: String,
}

/// What became of a record that came to the person's home node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// Greater than what we had: it counts now.
    Applied(Seat),
    /// The same that we have.
    Known,
    /// Older than what we have: ignored.
    Old,
    /// The same revision with other bytes: an alarm; fetch it anew.
    Conflict,
}

/// Adopts a record about one of our people from the community's own node (the caller has checked its proof); `raw` is
/// kept as the receipt. Never makes a member of somebody who has left or did not ask: then our Leave is told again.
pub async fn adopt(_tx: &Tx, _account: &Account, _community: &Account, _record: &Record, _raw: &str) -> Result<Adopted> {
    Err(anyhow::anyhow!("unfinished").into())
}
