//! Third floor: what people and servers do. One concept, one room; no network.
//!
//! Verbs take a [`Tx`](crate::store::Tx): facts, rule, write, event, in that order. Queries take
//! any [`Source`](crate::store::Source). A room uses only those named before it.

pub mod tombstones;
pub mod peers;
pub mod accounts;
pub mod deliveries;
pub mod sessions;
pub mod relationships;
pub mod communities;
pub mod memberships;
pub mod posts;
pub mod reactions;
pub mod timelines;
pub mod notifications;
pub mod search;
pub mod expiry;
