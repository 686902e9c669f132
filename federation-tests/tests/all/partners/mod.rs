//! Communities that cross company borders, over the wire: acme and boltco under an agreement, cobalt without one.

pub mod alliance;
mod asks;
mod doors;
mod end;
mod history;
mod leaver;
mod quarantine;
mod story;
