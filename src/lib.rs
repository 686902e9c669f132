#![doc = include_str!("ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod base;
pub mod cli;
pub mod server;

#[cfg(test)]
mod tests;
