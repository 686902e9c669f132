//! Third floor: what people and servers do. One concept, one room; no network.
//!
//! Verbs take a [`Tx`](crate::store::Tx): facts, rule, write, event, in that order. Queries take
//! any [`Source`](crate::store::Source). A room uses only those named before it.

pub mod accounts;
pub mod activity;
pub mod administering;
pub mod affiliations;
pub mod agreements;
pub mod announcements;
pub mod appearance;
pub mod audit;
pub mod backfills;
pub mod collections;
pub mod communities;
pub mod conversations;
pub mod deliveries;
pub mod drafts;
pub mod emojis;
pub mod expiry;
pub mod filters;
pub mod invitations;
pub mod lists;
pub mod media;
pub mod memberships;
pub mod mod_log;
pub mod moderation;
pub mod notifications;
pub mod off_boarding;
pub mod peers;
pub mod policies;
pub mod polls;
pub mod posts;
pub mod previews;
pub mod push;
pub mod quotes;
pub mod reactions;
pub mod recovery;
pub mod relationships;
pub mod retractions;
pub mod rosters;
pub mod scheduled;
pub mod search;
pub mod sessions;
pub mod suggestions;
pub mod tags;
pub mod timelines;
pub mod tombstones;
pub mod trends;
