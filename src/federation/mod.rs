//! The federation door: the only room that knows ActivityPub.
//!
//! [`Federation`] is what all of it holds. Out: `outbox` turns events into activities in the log, `deliver` takes them
//! to other nodes.

mod context;
pub mod deliver;
pub mod objects;
pub mod outbox;
pub mod signing;
#[cfg(test)]
mod tests;
pub mod vocabulary;

pub use context::Federation;
