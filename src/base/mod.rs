//! Ground floor: words and small tools. Imports nothing of ours.

pub mod clock;
pub mod config;
pub mod error;
pub mod finding;
pub mod host;
pub mod id;
pub mod json;
pub mod keys;
pub mod origin;
pub mod page;
pub mod password;
pub mod proof;
pub mod push;
pub mod quota;
pub mod seal;
pub mod secret;
pub mod sentence;
pub mod text;
pub mod totp;
#[cfg(test)]
pub mod vectors;
pub mod words;
