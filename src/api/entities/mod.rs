//! The shapes of the client JSON: lists in, lists out, so that a page costs a fixed number of statements.

pub mod account;
pub mod administration;
pub mod card;
pub mod collection;
pub mod community;
pub mod conversation;
pub mod credential;
pub mod emoji;
pub mod extra;
pub mod filter;
pub mod instance;
pub mod media;
pub mod notification;
pub mod poll;
pub mod profile;
pub mod ready;
pub mod relationship;
pub mod report;
pub mod status;
pub mod tag;
