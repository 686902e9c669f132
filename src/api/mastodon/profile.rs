//! One's own profile: seen and changed. Source: docs.joinmastodon.org/methods/accounts#update_credentials.

use super::showing::Wanted;
use crate::{
    api::{
        body::uploads::{self, Upload},
        caller::Caller,
        entities::credential::{self, Own},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::{
        App,
        profiles::{self, Portrait, Portraits, Words},
    },
    base::words::media::MediumPlace,
    features::accounts::Changes,
    media::Shape,
    policy::scope::Scope,
    store::files::Draft,
};
use axum::{
    Json,
    extract::{Request, State},
};
use serde::Deserialize;
use serde_json::Value;

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
    let mut upload: Upload<Asked> = uploads::receive(&app, caller.id(), request, &["avatar", "header"]).await?;
    no_other_pictures(&upload.asked)?;
    let asked = std::mem::take(&mut upload.asked);
    let words = Words {
        display_name: asked.display_name,
        note: asked.note,
        fields: asked
            .fields_attributes
            .map(|lines| lines.into_iter().map(|line| (line.name.unwrap_or_default(), line.value.unwrap_or_default())).collect()),
    };
    let changes = Changes {
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
            hides_circles: asked.hide_collections,
            attribution_hosts: asked.attribution_hosts,
        }
        .over(caller.account().showing())?,
        posting_audience: asked.source.privacy.as_deref().map(profiles::audience).transpose()?.flatten(),
        posting_sensitive: asked.source.sensitive,
        posting_language: asked.source.language.as_deref().map(profiles::language).transpose()?,
        ..app.profile_of(caller.account(), words).await?
    };
    // last, as they leave files
    let avatar = portrait(&app, upload.take("avatar"), Shape::Avatar).await?;
    let header = portrait(&app, upload.take("header"), Shape::Header).await?;
    changed(&app, &caller, changes, [(MediumPlace::Avatar, avatar.map(Some)), (MediumPlace::Header, header.map(Some))]).await
}

/// The picture that was sent, made ready; none where none was.
async fn portrait(app: &App, draft: Option<Draft>, shape: Shape) -> Result<Option<Portrait>> {
    let Some(draft) = draft else { return Ok(None) };
    Ok(Some(app.portray(draft, shape).await?))
}

/// Changes the profile; a picture that is none is left as it is, `Some(None)` takes it away.
async fn changed(app: &App, caller: &Caller, changes: Changes, pictures: Portraits) -> Result<Json<Own>> {
    let tx = app.change_profile(caller.account(), changes, pictures).await?;
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
