//! Ground floor: words and small tools. Imports nothing of ours.

pub mod clock;
pub mod config;
pub mod error;
pub mod id;
pub mod origin;
pub mod page;
pub mod words;
pub mod host;
pub mod json;
pub mod keys;
pub mod password;
pub mod proof;
pub mod quota;
pub mod seal;
pub mod secret;
#[cfg(test)]
pub mod vectors;
pub mod text;
