//! What everybody may see beside the pages of communities and threads: this node and whom it talks to, profiles and who follows whom, tags, feeds,
//! and the sitemap. Feeds and sitemap are the same for everybody, whoever asks: what a stranger may see, and of that only what
//! is public.

pub(super) mod about;
mod circles;
pub(super) mod feeds;
mod kept;
pub(super) mod profile;
mod sitemap;
mod stances;
mod tags;

use crate::app::App;
use axum::Router;

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    about::routes().merge(circles::routes()).merge(sitemap::routes()).merge(stances::routes()).merge(tags::routes())
}
