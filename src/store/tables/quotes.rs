//! `quote_requests`, `quote_stamps`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, PostId},
};
use sea_orm::FromQueryResult;

/// Somebody elsewhere asked to quote a post of ours (FEP-044f); granted, it is a stamp.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct QuoteRequest {
    /// Its id.
    pub id: i64,
    /// Which post of ours.
    pub post_id: PostId,
    /// Who asked.
    pub account_id: AccountId,
    /// Their post.
    pub quoting_uri: String,
    /// The activity by which they asked last.
    pub request_uri: String,
    /// Whether they may.
    pub granted: bool,
    /// When they asked first.
    pub created_at: Stamp,
}

/// The stamp by which a post from elsewhere says that it may quote.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct QuoteStamp {
    /// Which post.
    pub post_id: PostId,
    /// Where the stamp is, as stored.
    pub uri: String,
    /// What it lets it quote, by uri as stored.
    pub target_uri: String,
    /// Whether it was found there, and to say so.
    pub holds: bool,
}
