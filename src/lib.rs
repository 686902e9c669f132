//! Intermoot, a federated community server.

pub mod base;
pub mod policy;
pub mod store;
pub mod features;
pub mod app;
pub mod net;
#![doc = include_str!("ARCHITECTURE.md")]
#![forbid(unsafe_code)]
pub mod cli;
pub mod server;
#[cfg(test)]
mod tests;
