//! Profile: what the owner of an account edits, as typed; and of it what everybody is shown.
//!
//! Source: docs.joinmastodon.org/entities/Profile.

use super::account;
use crate::{
    app::{App, links::Sight},
    store::tables::{Account, Field, Showing},
};
use serde::Serialize;

/// What an Account says of how it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    avatar_description: String,
    header_description: String,
    show_media: bool,
    show_media_replies: bool,
    show_featured: bool,
}

impl Shown {
    /// What is said of it.
    pub fn of(showing: &Showing) -> Self {
        Self {
            avatar_description: showing.avatar_description.clone(),
            header_description: showing.header_description.clone(),
            show_media: showing.show_media,
            show_media_replies: showing.show_media_replies,
            show_featured: showing.show_featured,
        }
    }
}

/// The Mastodon API's Profile.
#[derive(Clone, Debug, Serialize)]
pub struct Profile {
    id: String,
    display_name: String,
    /// As typed.
    note: String,
    fields: Vec<Field>,
    avatar: Option<String>,
    avatar_static: Option<String>,
    header: Option<String>,
    header_static: Option<String>,
    locked: bool,
    bot: bool,
    hide_collections: bool,
    discoverable: bool,
    indexable: bool,
    #[serde(rename = "attribution_domains")]
    attribution_hosts: Vec<String>,
    #[serde(flatten)]
    shown: Shown,
}

/// The profile of an account of ours, for its owner.
pub fn profile(app: &App, of: &Account) -> Profile {
    let showing = of.showing();
    let picture = |url: &str| (!url.is_empty()).then(|| app.shown_url(url, Sight::Everybody));
    Profile {
        id: of.id.to_string(),
        display_name: of.display_name.clone(),
        note: of.note_source.clone(),
        fields: account::fields(of),
        avatar: picture(&of.avatar_url),
        avatar_static: picture(&of.avatar_url),
        header: picture(&of.header_url),
        header_static: picture(&of.header_url),
        locked: of.locked,
        bot: of.bot,
        hide_collections: showing.hides_circles,
        discoverable: of.discoverable,
        indexable: of.discoverable,
        shown: Shown::of(&showing),
        attribution_hosts: showing.attribution_hosts,
    }
}
