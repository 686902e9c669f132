//! Things as clients get them: lists in, JSON out, with few statements however long the list.

pub mod author;
pub mod media;
pub mod status;
