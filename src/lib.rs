//! Intermoot, a federated community server.
#![forbid(unsafe_code)]

pub mod base;
pub mod net;
