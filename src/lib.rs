#![doc = include_str!("ARCHITECTURE.md")]

pub mod api;
pub mod app;
pub mod base;
pub mod cli;
pub mod features;
pub mod federation;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
pub mod media;
pub mod net;
pub mod outreach;
pub mod policy;
pub mod server;
pub mod store;
pub mod web;

#[cfg(test)]
mod tests;
