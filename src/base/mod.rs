//! Ground floor: words and small tools. Imports nothing of ours.

pub mod clock;
pub mod error;
pub mod json;
pub mod keys;
pub mod proof;
pub mod seal;
pub mod secret;
#[cfg(test)]
pub mod vectors;
