//! Ground floor: words and small tools. Imports nothing of ours.

pub mod clock;
pub mod error;
pub mod page;
pub mod text;
