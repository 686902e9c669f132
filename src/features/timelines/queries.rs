//! Reading timelines: keyset pages, newest first, one statement each.

use crate::{
    base::{error::Result, id::AccountId, page::Page},
    features::posts::queries::Viewer,
    store::{Source, tables::Post},
};

/// Which public posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Only of our own people.
    pub local: bool,
    /// Only of others.
    pub remote: bool,
    /// Only with media.
    pub only_media: bool,
}

/// Which entries of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Without replies (those to oneself stay).
    pub exclude_replies: bool,
    /// Without boosts.
    pub exclude_reblogs: bool,
    /// Only with media.
    pub only_media: bool,
    /// Only with this tag.
    pub tagged: Option<String>,
}

/// `me`'s home timeline.
pub async fn home(_from: &impl Source, _me: AccountId, _page: Page) -> Result<Vec<Post>> { crate::features::later() }
/// Public posts (no boosts).
pub async fn public(_from: &impl Source, _viewer: &Viewer, _reach: Reach, _page: Page) -> Result<Vec<Post>> { crate::features::later() }
/// Posts with a tag (lower case).
pub async fn tag(_from: &impl Source, _viewer: &Viewer, _tag: &str, _reach: Reach, _page: Page) -> Result<Vec<Post>> { crate::features::later() }
/// A profile's entries, boosts included.
pub async fn profile(_from: &impl Source, _viewer: &Viewer, _of: AccountId, _shown: Shown, _page: Page) -> Result<Vec<Post>> { crate::features::later() }
/// A community's posts, replies left out unless asked for.
pub async fn community(_from: &impl Source, _viewer: &Viewer, _of: AccountId, _replies: bool, _page: Page) -> Result<Vec<Post>> { crate::features::later() }
