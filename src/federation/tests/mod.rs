//! Tests of the whole door in one process: a real database, the real routes, a scripted peer on loopback.

mod agreed;
mod announced;
mod applied;
mod compromised;
mod fetched;
mod fixtures;
mod logs;
mod missing;
mod moderated;
mod modes;
mod peer;
mod quarantine;
mod rekeyed;
mod retracted;
mod rosters;
mod rotation;
pub mod rows;
mod seats;
mod senders;
mod signs;
mod threads;
mod unwidened;
mod world;
