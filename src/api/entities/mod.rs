//! The shapes of the client JSON: lists in, lists out, so that a page costs a fixed number of statements.

pub mod account;
pub mod community;
pub mod relationship;
pub mod author;
pub mod notification;
pub mod status;
