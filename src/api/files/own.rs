//! Our own files: avatars and headers to everybody, media to whoever may see the post that holds them (S57).
//!
//! Whether a post may be seen is asked each time, of the same rule as everywhere: by everybody; by the reader whom a signed
//! address names; or by a host whose actor signed the request, as it asks for documents. A file that no post holds is its
//! owner's alone.

use super::{
    body::{Shown, answer},
    failed, nothing,
};
use crate::{
    app::App,
    base::{error::Result, id::PostId, words::media::MediumPlace},
    features::{
        accounts,
        media::queries as media,
        posts::queries::{self as posts, Viewer},
    },
    media::sniff,
    store::tables::Medium,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Method, Uri},
    response::Response,
};

/// What is asked for, and by whom, as far as it says.
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

/// `GET /media/{folder}/{name}`.
pub async fn serve(
    State(app): State<App>,
    Path((folder, name)): Path<(String, String)>,
    (method, uri, headers): (Method, Uri, HeaderMap),
) -> Response {
    let request = Asked { method, uri, headers };
    match found(&app, (&folder, &name), &request).await {
        Ok(Some(response)) => response,
        Ok(None) => nothing(),
        Err(error) => failed(&error),
    }
}

async fn found(app: &App, (folder, name): (&str, &str), request: &Asked) -> Result<Option<Response>> {
    let Some(file) = app.workshop.files.stored(folder, name) else { return Ok(None) };
    let Some(medium) = media::by_folder(&app.store, folder).await? else { return Ok(None) };
    let is_served = !name.is_empty() && (name == medium.file || name == medium.preview);
    let format = name.rsplit_once('.').and_then(|(_, ending)| sniff::by_ending(ending));
    let (true, Some(format)) = (is_served, format) else { return Ok(None) };
    let Some(is_for_all) = may_have(app, &medium, request).await? else { return Ok(None) };
    let tag = format!("{folder}-{name}");
    let shown = Shown { file: &file, media_type: format.media_type, name: &tag, is_for_all };
    Ok(Some(answer(shown, &request.headers).await?))
}

/// Whether whoever asks may have the files of `medium`, and whether everybody may; none when they may not.
async fn may_have(app: &App, medium: &Medium, request: &Asked) -> Result<Option<bool>> {
    let store = &app.store;
    if medium.place != MediumPlace::Attachment {
        let owner = accounts::queries::by_id(store, medium.owner_id).await?;
        return Ok(owner.filter(|owner| owner.is_active()).map(|_| true));
    }
    let pass = app.file_pass(request.uri.path(), request.uri.query().unwrap_or_default());
    let Some(post) = medium.post_id else {
        let is_owner = pass.is_some_and(|pass| pass.reader == medium.owner_id && pass.post == PostId(0));
        return Ok(is_owner.then_some(false));
    };
    if posts::seen(store, &Viewer::Stranger, post).await?.is_some() {
        return Ok(Some(true));
    }
    if let Some(pass) = pass {
        // an address that was made before the post was written is its owner's still
        let is_about = pass.post == post || (pass.post == PostId(0) && pass.reader == medium.owner_id);
        let may = is_about && posts::seen(store, &Viewer::Account(pass.reader), post).await?.is_some();
        return Ok(may.then_some(false));
    }
    Ok(may_host(app, post, request).await?.then_some(false))
}

/// Whether a host whose actor signed this request may have the files of `post`.
async fn may_host(app: &App, post: PostId, request: &Asked) -> Result<bool> {
    let Ok(network) = app.network() else { return Ok(false) };
    let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
    let Some(host) = network.signing_host((&request.method, target, &request.headers)).await else { return Ok(false) };
    let is_seen = posts::seen(&app.store, &Viewer::Host(host.clone()), post).await?.is_some();
    if is_seen || media::was_sent_to(&app.store, post, &host).await? {
        return Ok(true);
    }
    let Some((community, home)) = media::community_elsewhere(&app.store, post).await? else { return Ok(false) };
    if home == host {
        return Ok(true);
    }
    // whose people are in it, is for its node to say
    let listed = app.hosts_in(community).await;
    Ok(listed.contains(&host))
}
