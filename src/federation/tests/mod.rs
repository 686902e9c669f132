//! Tests of the whole door in one process: a real database, the real routes, a scripted peer on loopback.

mod agreed;
mod announced;
mod applied;
mod compromised;
mod fetched;
mod moderated;
mod modes;
mod peer;
mod rosters;
pub mod rows;
mod seats;
mod senders;
mod unwidened;
mod world;
