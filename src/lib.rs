//! Intermoot, a federated community server.

pub mod base;
pub mod policy;
pub mod store;
pub mod features;
pub mod app;
pub mod net;
pub mod api;
pub mod web;

#[cfg(test)]
mod tests;
