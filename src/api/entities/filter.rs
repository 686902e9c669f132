//! Filters as their owner's apps get them, and what they found in a post. Source: docs.joinmastodon.org/entities/Filter,
//! /entities/FilterResult, /entities/V1_Filter.

use crate::{
    app::filters::said,
    base::{
        clock::Stamp,
        id::PostId,
        words::reading::{FilterAction, FilterContext},
    },
    features::filters::queries::Whole,
    policy::filter::{Filters, Match},
    store::tables::{FilterKeyword, FilterPost, Poll, Post},
};
use serde::Serialize;
use serde_json::{Value, json};

/// What a filter found in a post.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    filter: Named,
    keyword_matches: Option<Vec<String>>,
    status_matches: Option<Vec<PostId>>,
}

/// A filter without what hangs on it.
#[derive(Clone, Debug, Serialize)]
struct Named {
    id: String,
    title: String,
    context: Vec<FilterContext>,
    expires_at: Option<Stamp>,
    filter_action: FilterAction,
}

impl Found {
    /// Whether it leaves the post out in this place.
    pub fn hides_in(&self, context: FilterContext) -> bool {
        self.filter.filter_action == FilterAction::Hide && self.filter.context.contains(&context)
    }
}

impl From<Match<'_>> for Found {
    fn from(found: Match<'_>) -> Self {
        let filter = found.filter;
        let some = |keywords: Vec<&str>| (!keywords.is_empty()).then(|| keywords.into_iter().map(str::to_owned).collect());
        Self {
            filter: Named {
                id: filter.id.to_string(),
                title: filter.title.clone(),
                context: filter.contexts.clone(),
                expires_at: filter.expires_at,
                filter_action: filter.action,
            },
            keyword_matches: some(found.keywords),
            status_matches: (!found.posts.is_empty()).then_some(found.posts),
        }
    }
}

/// What `filters` find in a post and its poll. No statement.
pub fn found(filters: &Filters, post: &Post, poll: Option<&Poll>, now: Stamp) -> Vec<Found> {
    if filters.is_empty() {
        return Vec::new();
    }
    filters.find(&said(post, poll), &[post.id], now).into_iter().map(Found::from).collect()
}

/// The Mastodon API's Filter.
pub fn filter(whole: &Whole) -> Value {
    let filter = &whole.filter;
    json!({
        "id": filter.id.to_string(),
        "title": filter.title,
        "context": FilterContext::of_bits(filter.contexts),
        "expires_at": filter.expires_at,
        "filter_action": filter.action,
        "keywords": whole.keywords.iter().map(keyword).collect::<Vec<_>>(),
        "statuses": whole.posts.iter().map(post).collect::<Vec<_>>(),
    })
}

/// The Mastodon API's FilterKeyword.
pub fn keyword(row: &FilterKeyword) -> Value {
    json!({ "id": row.id.to_string(), "keyword": row.keyword, "whole_word": row.whole_word })
}

/// The Mastodon API's FilterStatus.
pub fn post(row: &FilterPost) -> Value {
    json!({ "id": row.id.to_string(), "status_id": row.post_id })
}

/// The filters of the first version, one for each keyword: its id is that of the keyword.
pub fn first(whole: &Whole) -> Vec<Value> {
    whole.keywords.iter().map(|keyword| first_of(whole, keyword)).collect()
}

/// One of them.
pub fn first_of(whole: &Whole, keyword: &FilterKeyword) -> Value {
    json!({
        "id": keyword.id.to_string(),
        "phrase": keyword.keyword,
        "context": FilterContext::of_bits(whole.filter.contexts),
        "whole_word": keyword.whole_word,
        "expires_at": whole.filter.expires_at,
        "irreversible": whole.filter.action == FilterAction::Hide,
    })
}
