//! `filters`, `filter_keywords`, `filter_posts`, `lists`, `followed_tags`, `featured_tags`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, PostId},
    words::reading::{FilterAction, RepliesPolicy},
};
use sea_orm::FromQueryResult;

/// A filter of somebody.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Filter {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub account_id: AccountId,
    /// What it is called.
    pub title: String,
    /// Where it looks: bits ([`FilterContext`](crate::base::words::reading::FilterContext)).
    pub contexts: i16,
    /// What it does.
    pub action: FilterAction,
    /// Until when; none for good.
    pub expires_at: Option<Stamp>,
    /// Made.
    pub created_at: Stamp,
}

/// Words that a filter finds.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FilterKeyword {
    /// Its id.
    pub id: i64,
    /// Of which filter.
    pub filter_id: i64,
    /// As typed.
    pub keyword: String,
    /// Only as a whole word.
    pub whole_word: bool,
}

/// A post that a filter names.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FilterPost {
    /// Its id.
    pub id: i64,
    /// Of which filter.
    pub filter_id: i64,
    /// Which post.
    pub post_id: PostId,
}

/// A list of people.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct List {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub account_id: AccountId,
    /// What it is called.
    pub title: String,
    /// Which answers stand in it.
    pub replies: RepliesPolicy,
    /// Whether what its people write leaves home.
    pub exclusive: bool,
    /// Made.
    pub created_at: Stamp,
}

/// A tag that somebody follows, or has on their profile.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ChosenTag {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub account_id: AccountId,
    /// As compared.
    pub tag: String,
    /// As typed.
    pub name: String,
    /// Since.
    pub created_at: Stamp,
}
