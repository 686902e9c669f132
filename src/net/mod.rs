//! The one guarded HTTP client: every request that this server sends goes through [`Client`], but for those to the store of
//! files that an administrator named (`objects`).
//!
//! For `federation` and `outreach`; features never touch the network. An address is checked where it is connected to,
//! a URL before every hop; bytes, time, redirects and fetches are bounded; nothing is followed, kept or sent along that the
//! caller did not ask for (no cookies, no proxy from the environment, no old signature to a new host).
//! The checks are the same in tests as in production: only a [`Policy`] opens a door.
//! Source: security.md S20 to S29, S65, S67, S70, C5.

pub mod address;
mod body;
mod budget;
mod client;
mod error;
mod fetch;
pub mod objects;
pub mod resolver;
pub mod signature;
#[cfg(test)]
mod tests;
pub mod texts;
pub use address::{Policy, is_public};
pub use budget::Budget;
pub use client::{Answer, Client, Limits};
pub use error::FetchError;
pub use fetch::{Fetched, Get, SignRequest};
pub use reqwest::{Method, StatusCode, header};
pub use resolver::{Lookup, SystemLookup};
pub use texts::{SystemTexts, TextLookup};
