//! Tests of the whole door in one process: a real database, the real routes, a scripted peer on loopback.

mod announced;
mod applied;
mod fetched;
mod peer;
mod rosters;
pub mod rows;
mod senders;
mod world;
