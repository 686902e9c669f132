//! One's own profile: seen and changed. Source: docs.joinmastodon.org/methods/accounts#update_credentials.

use super::showing::{Wanted, worn};
use crate::{
    api::{
        body::uploads::{self, Upload},
        caller::Caller,
        entities::{
            account::tag_url,
            credential::{self, Own},
        },
        error::{Failure, Result},
        mastodon::find,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{
        text::{
            compose::{Format, Link, compose},
            handle::Acct,
            limits::{BIO_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, PROFILE_FIELD_CHARS_MAX, PROFILE_FIELDS_MAX, SOURCE_BYTES_MAX, count_chars},
            names,
            scan::{Mention, What, scan},
        },
        words::{Audience, media::MediumPlace},
    },
    features::{
        accounts::{self, Changes},
        media::jobs,
    },
    media::{Made, Shape},
    policy::scope::Scope,
    store::{files::Draft, tables::Field},
};
use axum::{
    Json,
    extract::{Request, State},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// Longest language tag (RFC 5646 §4.4.1).
const LANGUAGE_BYTES_MAX: usize = 35;

/// The routes of this file.
pub fn routes() -> Routes {
    let write = Access::User(Scope::WriteAccounts);
    Routes::new()
        .get("/api/v1/accounts/verify_credentials", Access::User(Scope::Profile), "One's own account", show)
        .patch("/api/v1/accounts/update_credentials", write, "Changes one's own profile", change)
        .costing(Cost::Large)
        .delete("/api/v1/profile/avatar", write, "Takes one's avatar away", without_avatar)
        .delete("/api/v1/profile/header", write, "Takes one's header away", without_header)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    display_name: Option<String>,
    note: Option<String>,
    locked: Option<bool>,
    bot: Option<bool>,
    discoverable: Option<bool>,
    fields_attributes: Option<Vec<Line>>,
    source: Posting,
    avatar: Option<Value>,
    header: Option<Value>,
    indexable: Option<bool>,
    hide_collections: Option<bool>,
    avatar_description: Option<String>,
    header_description: Option<String>,
    show_media: Option<bool>,
    show_media_replies: Option<bool>,
    show_featured: Option<bool>,
    #[serde(rename = "attribution_domains")]
    attribution_hosts: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    name: Option<String>,
    value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Posting {
    privacy: Option<String>,
    sensitive: Option<bool>,
    language: Option<String>,
}

async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Own>> {
    Ok(Json(credential::own(&app, &app.store, caller.id()).await?))
}

pub(super) async fn change(State(app): State<App>, caller: Caller, request: Request) -> Result<Json<Own>> {
    let mut upload: Upload<Asked> = uploads::receive(&app, request, &["avatar", "header"]).await?;
    no_other_pictures(&upload.asked)?;
    let asked = std::mem::take(&mut upload.asked);
    if asked.hide_collections == Some(true) {
        return Err(Failure::field("hide_collections", "is not offered here"));
    }
    let note = match asked.note {
        Some(typed) => Some(composed(&app, typed).await?),
        None => None,
    };
    let (display_name, fields) =
        (asked.display_name.map(|typed| display_name(&typed)).transpose()?, asked.fields_attributes.map(table).transpose()?);
    let changes = Changes {
        emojis: worn(&app, caller.account(), (display_name.as_deref(), note.as_ref().map(|(typed, _)| typed.as_str()), fields.as_deref()))
            .await?,
        display_name,
        note,
        fields,
        locked: asked.locked,
        bot: asked.bot,
        // one word for both, as consent to be found is one here: the one that says something new
        discoverable: [asked.discoverable, asked.indexable].into_iter().flatten().find(|wish| *wish != caller.account().discoverable),
        showing: Wanted {
            avatar_description: asked.avatar_description,
            header_description: asked.header_description,
            show_media: asked.show_media,
            show_media_replies: asked.show_media_replies,
            show_featured: asked.show_featured,
            attribution_hosts: asked.attribution_hosts,
        }
        .over(caller.account().showing())?,
        posting_audience: asked.source.privacy.as_deref().map(audience).transpose()?.flatten(),
        posting_sensitive: asked.source.sensitive,
        posting_language: asked.source.language.as_deref().map(language).transpose()?,
        ..Changes::default()
    };
    // last, as they leave files
    let avatar = portrait(&app, &caller, upload.take("avatar"), Shape::Avatar).await?;
    let header = portrait(&app, &caller, upload.take("header"), Shape::Header).await?;
    changed(&app, &caller, changes, [(MediumPlace::Avatar, avatar.map(Some)), (MediumPlace::Header, header.map(Some))]).await
}

/// A new picture: its folder and what it is.
type Portrait = (String, Made);

/// The picture that was sent, made ready; none where none was.
async fn portrait(app: &App, caller: &Caller, draft: Option<Draft>, shape: Shape) -> Result<Option<Portrait>> {
    let Some(draft) = draft else { return Ok(None) };
    app.quotas.uploads.take(&caller.id().to_string()).map_err(|left| Failure::too_many(left.wait))?;
    Ok(Some(app.portray(draft, shape).await?))
}

/// Changes the profile; a picture that is none is left as it is, `Some(None)` takes it away.
async fn changed(
    app: &App,
    caller: &Caller,
    mut changes: Changes,
    pictures: [(MediumPlace, Option<Option<Portrait>>); 2],
) -> Result<Json<Own>> {
    let tx = app.begin().await?;
    for (place, picture) in pictures {
        let Some(picture) = picture else { continue };
        let path = jobs::put_on(&tx, caller.id(), place, picture).await?;
        match place {
            MediumPlace::Avatar => changes.avatar = Some(path),
            MediumPlace::Header | MediumPlace::Attachment => changes.header = Some(path),
        }
    }
    accounts::change_profile(&tx, caller.account(), changes).await?;
    let own = credential::own(app, &tx, caller.id()).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(own))
}

async fn without_avatar(State(app): State<App>, caller: Caller) -> Result<Json<Own>> {
    changed(&app, &caller, Changes::default(), [(MediumPlace::Avatar, Some(None)), (MediumPlace::Header, None)]).await
}

async fn without_header(State(app): State<App>, caller: Caller) -> Result<Json<Own>> {
    changed(&app, &caller, Changes::default(), [(MediumPlace::Avatar, None), (MediumPlace::Header, Some(None))]).await
}

/// Refuses pictures that are no files; clients also send an empty one for "as it is".
fn no_other_pictures(asked: &Asked) -> Result<()> {
    for (field, picture) in [("avatar", &asked.avatar), ("header", &asked.header)] {
        let empty = |picture: &Value| picture.is_null() || picture.as_str().is_some_and(str::is_empty);
        if picture.as_ref().is_some_and(|picture| !empty(picture)) {
            return Err(Failure::field(field, "must be sent as a file, in a multipart form"));
        }
    }
    Ok(())
}

fn display_name(typed: &str) -> Result<String> {
    bounded("display_name", typed.trim(), DISPLAY_NAME_CHARS_MAX)?;
    Ok(names::display_name(typed, DISPLAY_NAME_CHARS_MAX))
}

fn bounded(field: &str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(Failure::field(field, format!("is too long (maximum is {most} characters)")));
    }
    Ok(())
}

/// The note as typed and as HTML; addresses count 23 characters, as in posts.
async fn composed(app: &App, typed: String) -> Result<(String, String)> {
    if typed.len() > SOURCE_BYTES_MAX || count_chars(&typed) > BIO_CHARS_MAX {
        return Err(Failure::field("note", format!("is too long (maximum is {BIO_CHARS_MAX} characters)")));
    }
    let typed = names::free_text(&typed, SOURCE_BYTES_MAX);
    let known = mentioned(app, &typed).await?;
    let link = |mention: &Mention| known.get(&key(mention)).cloned();
    let html = compose(&typed, Format::Plain, &link, &|tag| tag_url(app, tag)).html;
    Ok((typed, html))
}

/// Who of those mentioned is known here; at most `MENTIONS_MAX` are looked up.
async fn mentioned(app: &App, typed: &str) -> Result<HashMap<(String, Option<String>), Link>> {
    let mut known = HashMap::new();
    for piece in scan(typed).pieces {
        let What::Mention(mention) = piece.what else { continue };
        if known.contains_key(&key(&mention)) {
            continue;
        }
        let acct = Acct { name: mention.name.clone(), host: mention.host.clone() };
        if let Some(account) = find::known(app, &acct).await? {
            known.insert(key(&mention), Link { href: app.origin.absolute(&account.url), acct: account.acct() });
        }
    }
    Ok(known)
}

fn key(mention: &Mention) -> (String, Option<String>) {
    (mention.name.to_ascii_lowercase(), mention.host.clone())
}

/// The profile's table: lines without words are left out.
fn table(lines: Vec<Line>) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for line in lines {
        let (name, value) = (line.name.unwrap_or_default(), line.value.unwrap_or_default());
        bounded("fields_attributes.name", name.trim(), PROFILE_FIELD_CHARS_MAX)?;
        bounded("fields_attributes.value", value.trim(), PROFILE_FIELD_CHARS_MAX)?;
        let clean = |text: &str| names::display_name(text, PROFILE_FIELD_CHARS_MAX);
        let (name, value) = (clean(&name), clean(&value));
        if !name.is_empty() || !value.is_empty() {
            fields.push(Field { name, value, verified_at: None });
        }
    }
    if fields.len() > PROFILE_FIELDS_MAX {
        return Err(Failure::field("fields_attributes", format!("may hold at most {PROFILE_FIELDS_MAX} lines")));
    }
    Ok(fields)
}

/// Mastodon's word for a visibility; nothing for "as it is".
fn audience(word: &str) -> Result<Option<Audience>> {
    match word {
        "" => Ok(None),
        "public" => Ok(Some(Audience::Public)),
        "unlisted" => Ok(Some(Audience::Unlisted)),
        "private" => Ok(Some(Audience::Followers)),
        "direct" => Ok(Some(Audience::Direct)),
        _ => Err(Failure::field("source.privacy", "must be one of public, unlisted, private, direct")),
    }
}

/// A language tag by its shape (BCP 47); empty for none.
fn language(tag: &str) -> Result<String> {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let whole = tag.len() <= LANGUAGE_BYTES_MAX && tag.split(['-', '_']).all(part) && tag.starts_with(|c: char| c.is_ascii_alphabetic());
    if tag.is_empty() || whole {
        Ok(tag.replace('_', "-"))
    } else {
        Err(Failure::field("source.language", "is not a language tag such as en or pt-BR"))
    }
}
