//! `Conversation`. Source: docs.joinmastodon.org/entities/Conversation.

use super::{
    account,
    status::{self, Status},
};
use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, PostId},
        words::reading::FilterContext,
    },
    features::{
        conversations::Conversation,
        posts::queries::{Viewer, seen_many},
    },
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Conversations as their reader `me` gets them, the last post only where it may be seen: a fixed number of statements.
pub async fn conversations_of(app: &App, me: AccountId, found: &[Conversation]) -> Result<Vec<Value>> {
    let viewer = Viewer::Account(me);
    let last: Vec<PostId> = found.iter().map(|one| one.last_post_id).collect();
    let posts = seen_many(&app.store, &viewer, &last).await?;
    let posts = status::without_hidden(status::statuses(app, &viewer, &posts).await?, FilterContext::Notifications);
    let posts: HashMap<PostId, Status> = posts.into_iter().map(|post| (post.id, post)).collect();
    let mut people: Vec<AccountId> = found.iter().flat_map(Conversation::others).collect();
    people.sort_unstable();
    people.dedup();
    let people = account::by_ids(app, &app.store, &people).await?;
    let one = |of: &Conversation| {
        let accounts: Vec<_> = of.others().iter().filter_map(|id| people.get(id)).collect();
        json!({ "id": of.id.to_string(), "unread": of.unread, "accounts": accounts, "last_status": posts.get(&of.last_post_id) })
    };
    Ok(found.iter().map(one).collect())
}
