//! What the reader's filters find in posts, and which posts they leave out.

use super::{Status, beside::Beside};
use crate::{
    api::entities::filter::{self, Found},
    app::App,
    base::{error::Result, id::AccountId, words::reading::FilterContext},
    features::posts::queries::Viewer,
    policy::filter::Filters,
    store::tables::Post,
};
use std::sync::Arc;

/// Who reads, with what they filter; a stranger filters nothing.
pub(super) struct Reader(Option<(AccountId, Arc<Filters>)>);

impl Reader {
    /// The reader, with their filters as they are remembered.
    pub(super) async fn of(app: &App, viewer: &Viewer) -> Result<Self> {
        Ok(Self(match viewer.account() {
            Some(me) => Some((me, app.filters.of(&app.store, me).await?)),
            None => None,
        }))
    }

    /// What the filters find in a post; nothing in the reader's own.
    pub(super) fn found(&self, post: &Post, beside: &Beside) -> Vec<Found> {
        match &self.0 {
            Some((me, filters)) if *me != post.author_id => filter::found(filters, post, beside.asked(post), beside.now),
            _ => Vec::new(),
        }
    }
}

impl Status {
    /// Whether the reader's filters leave it out in this place.
    pub fn is_hidden_in(&self, place: FilterContext) -> bool {
        self.filtered.iter().any(|found| found.hides_in(place))
    }
}

/// `posts` without those that the reader's filters leave out in this place.
pub fn without_hidden(mut posts: Vec<Status>, place: FilterContext) -> Vec<Status> {
    posts.retain(|post| !post.is_hidden_in(place));
    posts
}
