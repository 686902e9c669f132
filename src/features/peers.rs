//! Other servers: known, what they understand, blocked or not; and the addresses of deliveries.

use crate::{
    base::{
        error::Result,
        id::{InboxId, PeerId},
        words::Level,
    },
    store::{Source, Tx, tables::Peer},
};

/// What a peer's NodeInfo (and `implements`, FEP-844e) told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Software {
    /// NodeInfo `software.name`, lower case; empty when it has none.
    pub name: String,
    /// NodeInfo `software.version`.
    pub version: String,
    /// What it understands.
    pub level: Level,
}

/// The peer at `host` (authority), made known if it was not.
pub async fn known(_tx: &Tx, _host: &str) -> Result<PeerId> { super::later() }
/// The inbox at `url`, made known (with its peer) if it was not.
pub async fn inbox(_tx: &Tx, _url: &str) -> Result<InboxId> { super::later() }
/// Keeps what a peer's NodeInfo said, or (with `None`) that asking failed.
pub async fn note_software(_tx: &Tx, _host: &str, _software: Option<Software>) -> Result<()> { super::later() }
/// Remembers which signature scheme a peer wants.
pub async fn note_scheme(_tx: &Tx, _host: &str, _rfc9421: bool) -> Result<()> { super::later() }
/// Refuses a host from now on.
pub async fn block(_tx: &Tx, _host: &str) -> Result<()> { super::later() }
/// Lifts the block of a host.
pub async fn unblock(_tx: &Tx, _host: &str) -> Result<()> { super::later() }
/// Whether an administrator blocked `host`.
pub async fn is_blocked(_from: &impl Source, _host: &str) -> Result<bool> { super::later() }
/// The peer at `host`, if known.
pub async fn find(_from: &impl Source, _host: &str) -> Result<Option<Peer>> { super::later() }
