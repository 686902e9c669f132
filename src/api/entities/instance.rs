//! Instance, of the first and second version: what this node is, takes and can.
//!
//! Both are made from the same [`Facts`]; what does not depend on the version is said once.
//! Source: docs.joinmastodon.org/entities/Instance, /entities/V1_Instance; client-api.md 17, 21-27.

use super::account::{self, HEADER, Shown};
use crate::{
    app::App,
    base::{
        config::{FederationMode, RegistrationMode},
        error::Result,
        text::limits::{
            ALT_TEXT_CHARS_MAX, BIO_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, PROFILE_FIELD_CHARS_MAX, PROFILE_FIELDS_MAX, URL_COUNTS_CHARS,
        },
    },
    features::{
        accounts,
        media::ATTACHED_MAX,
        peers,
        polls::asking,
        posts::{self, pins::PINS_MAX},
        tags::FEATURED_MAX,
    },
};
use serde_json::{Value, json};

/// The version of Mastodon whose API this is, and our own, in the form that clients parse (client-api.md 26, 27).
pub const VERSION: &str = concat!("4.5.0 (compatible; Intermoot ", env!("CARGO_PKG_VERSION"), ")");
/// Mastodon's API version: 2 is grouped notifications, 3 PKCE, 4 web push by RFC 8291, 5 filters that blur, 6 endorsements, 7
/// quotes, 8 the profile by itself. 10 would be collections, which are not told to other nodes here.
const API_VERSION: u32 = 8;

/// What has to be looked up.
pub struct Facts {
    owner: Option<Shown>,
    people: i64,
    active_month: i64,
    posts: i64,
    peers: i64,
    mode: FederationMode,
    media_types: Vec<&'static str>,
    push_key: String,
    name: String,
    description: String,
    logo: String,
}

impl Facts {
    /// Looks it up: eight statements, one of them remembered.
    pub async fn read(app: &App) -> Result<Self> {
        let owner = accounts::queries::owner(&app.store).await?.map(|owner| account::account(app, &owner, None));
        let (people, active_month, _) = accounts::queries::counts(&app.store).await?;
        let (posts, peers) = (posts::queries::count_local(&app.store).await?, peers::count(&app.store).await?);
        let mode = app.federation_mode(&app.store).await?;
        let media_types = app.media_types().await;
        let push_key = app.vapid().await?.public_key();
        let (name, description) = (app.name().await?, description(app).await?);
        let logo = app.appearance().await?.logo_path();
        let logo = if logo.is_empty() { logo } else { app.origin.absolute(&logo) };
        Ok(Self { owner, people, active_month, posts, peers, mode, media_types, push_key, name, description, logo })
    }
}

/// A sentence on what this node is: an administrator's, or one made of the settings.
pub async fn description(app: &App) -> Result<String> {
    let set = app.appearance().await?;
    if !set.description.is_empty() {
        return Ok(set.description.clone());
    }
    Ok(format!("The community server of {}.", app.name().await?))
}

/// The second version, as asked for at the origin `asked`.
pub fn v2(app: &App, facts: &Facts, asked: &str) -> Value {
    let (origin, header) = (&app.origin, app.origin.absolute(HEADER));
    let mut configuration = configuration(app, facts);
    if let Some(more) = configuration.as_object_mut() {
        more.insert("urls".into(), json!({ "streaming": streaming(asked), "status": null, "about": origin.base(), "privacy_policy": null, "terms_of_service": null }));
        more.insert("vapid".into(), json!({ "public_key": facts.push_key }));
        more.insert("translation".into(), json!({ "enabled": app.translations.is_there() }));
        more.insert("limited_federation".into(), json!(facts.mode != FederationMode::Open));
    }
    json!({
        "domain": origin.authority(),
        "title": facts.name,
        "version": VERSION,
        "source_url": app.source_url(),
        "description": facts.description,
        "usage": { "users": { "active_month": facts.active_month } },
        "thumbnail": { "url": header, "blurhash": null, "versions": { "@1x": header } },
        "icon": icons(facts),
        "languages": ["en"],
        "configuration": configuration,
        "registrations": { "enabled": is_open(app), "approval_required": needs_approval(app), "reason_required": false, "message": null, "min_age": null, "url": null },
        "api_versions": { "mastodon": API_VERSION },
        "contact": { "email": "", "account": facts.owner },
        "rules": [],
    })
}

/// The first version, as asked for at the origin `asked`.
pub fn v1(app: &App, facts: &Facts, asked: &str) -> Value {
    json!({
        "uri": app.origin.authority(),
        "title": facts.name,
        "short_description": facts.description,
        "description": facts.description,
        "email": "",
        "version": VERSION,
        "urls": { "streaming_api": streaming(asked) },
        "stats": { "user_count": facts.people, "status_count": facts.posts, "domain_count": facts.peers },
        "thumbnail": app.origin.absolute(HEADER),
        "languages": ["en"],
        "registrations": is_open(app),
        "approval_required": needs_approval(app),
        "invites_enabled": false,
        "configuration": configuration(app, facts),
        "contact_account": facts.owner,
        "rules": [],
    })
}

/// The logo, where administrators set one.
fn icons(facts: &Facts) -> Value {
    if facts.logo.is_empty() { json!([]) } else { json!([{ "src": facts.logo, "size": "any" }]) }
}

/// What both versions say of limits.
fn configuration(app: &App, facts: &Facts) -> Value {
    let media = &app.config.media;
    let plays = facts.media_types.iter().any(|kind| !kind.starts_with("image/"));
    let of_video = |limit: u32| if plays { limit } else { 0 };
    json!({
        "accounts": {
            "max_featured_tags": FEATURED_MAX,
            "max_pinned_statuses": PINS_MAX,
            "max_display_name_length": DISPLAY_NAME_CHARS_MAX,
            "max_note_length": BIO_CHARS_MAX,
            "max_profile_fields": PROFILE_FIELDS_MAX,
            "profile_field_name_limit": PROFILE_FIELD_CHARS_MAX,
            "profile_field_value_limit": PROFILE_FIELD_CHARS_MAX,
        },
        "statuses": { "max_characters": app.config.limits.status_characters, "max_media_attachments": ATTACHED_MAX, "characters_reserved_per_url": URL_COUNTS_CHARS },
        "media_attachments": {
            "supported_mime_types": facts.media_types,
            "description_limit": ALT_TEXT_CHARS_MAX,
            "image_size_limit": media.image_bytes,
            "image_matrix_limit": media.image_pixels,
            "video_size_limit": of_video(media.video_bytes),
            "video_frame_rate_limit": of_video(120),
            "video_matrix_limit": of_video(media.image_pixels),
        },
        "polls": {
            "max_options": asking::OPTIONS_MAX,
            "max_characters_per_option": asking::OPTION_CHARS_MAX,
            "min_expiration": asking::SECONDS_MIN,
            "max_expiration": asking::SECONDS_MAX,
        },
    })
}

/// Where clients open streams: where they asked (client-api.md 22, 28).
fn streaming(asked: &str) -> String {
    // http becomes ws, https wss.
    asked.replacen("http", "ws", 1)
}

fn is_open(app: &App) -> bool {
    matches!(app.config.registration.mode, RegistrationMode::Open | RegistrationMode::Approval)
}

fn needs_approval(app: &App) -> bool {
    app.config.registration.mode == RegistrationMode::Approval
}
