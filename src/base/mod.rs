//! Ground floor: words and small tools. Imports nothing of ours.

pub mod clock;
pub mod config;
pub mod error;
pub mod id;
pub mod origin;
pub mod page;
pub mod words;
pub mod host;
