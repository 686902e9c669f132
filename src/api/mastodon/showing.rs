//! One's own profile as one edits it, and how one wants it to be shown. Source: docs.joinmastodon.org/methods/profile.

use super::profile::change;
use crate::{
    api::{
        caller::Caller,
        entities::profile::{self, Profile},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        text::{handle, limits::ALT_TEXT_CHARS_MAX, names::free_text},
    },
    features::accounts,
    policy::scope::Scope,
    store::tables::Showing,
};
use axum::{
    Json,
    extract::{Request, State},
};

/// Most hosts whose pages may name somebody as their author.
const HOSTS_MAX: usize = 10;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/profile", Access::User(Scope::Profile), "One's own profile, as one edits it", show)
        .patch("/api/v1/profile", Access::User(Scope::WriteAccounts), "Changes one's own profile", change_own)
        .costing(Cost::Large)
}

async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Profile>> {
    let of = accounts::queries::by_id(&app.store, caller.id()).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(profile::profile(&app, &of)))
}

async fn change_own(State(app): State<App>, caller: Caller, request: Request) -> Result<Json<Profile>> {
    let _shown = change(State(app.clone()), caller.clone(), request).await?;
    show(State(app), caller).await
}

/// What is to change; what is not named stays.
pub(super) struct Wanted {
    pub(super) avatar_description: Option<String>,
    pub(super) header_description: Option<String>,
    pub(super) show_media: Option<bool>,
    pub(super) show_media_replies: Option<bool>,
    pub(super) show_featured: Option<bool>,
    pub(super) hides_circles: Option<bool>,
    pub(super) attribution_hosts: Option<Vec<String>>,
}

impl Wanted {
    /// What it makes of what there was; none where it changes nothing.
    pub(super) fn over(self, before: Showing) -> Result<Option<Showing>> {
        let mut after = before.clone();
        for (field, typed, text) in [
            ("avatar_description", self.avatar_description, &mut after.avatar_description),
            ("header_description", self.header_description, &mut after.header_description),
        ] {
            let Some(typed) = typed else { continue };
            if typed.chars().count() > ALT_TEXT_CHARS_MAX {
                return Err(Failure::field(field, format!("is too long (maximum is {ALT_TEXT_CHARS_MAX} characters)")));
            }
            *text = free_text(typed.trim(), usize::MAX);
        }
        after.show_media = self.show_media.unwrap_or(after.show_media);
        after.show_media_replies = self.show_media_replies.unwrap_or(after.show_media_replies);
        after.show_featured = self.show_featured.unwrap_or(after.show_featured);
        after.hides_circles = self.hides_circles.unwrap_or(after.hides_circles);
        if let Some(typed) = self.attribution_hosts {
            after.attribution_hosts = hosts(&typed)?;
        }
        Ok((after != before).then_some(after))
    }
}

/// Hosts as they are compared; addresses are taken for the host in them.
fn hosts(typed: &[String]) -> Result<Vec<String>> {
    let mut hosts: Vec<String> = Vec::new();
    for typed in typed.iter().map(|typed| typed.trim()).filter(|typed| !typed.is_empty()) {
        let bare = typed.split_once("://").map_or(typed, |(_, rest)| rest);
        let bare = bare.split('/').next().unwrap_or_default();
        let host = handle::host(bare).map_err(|_| Failure::field("attribution_domains", "must be names of hosts, such as blog.example"))?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.len() > HOSTS_MAX {
        return Err(Failure::field("attribution_domains", format!("may hold at most {HOSTS_MAX} hosts")));
    }
    Ok(hosts)
}
