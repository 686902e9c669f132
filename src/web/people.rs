//! People: their pages, and the addresses under which other servers and apps know those.

use super::{
    about::Head,
    entries,
    faces::{self, Face},
    pages::{self, Failure, Result},
    paging,
    session::Visit,
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        text::compose::{Format, compose},
        words::AccountKind,
    },
    features::{
        accounts::queries,
        affiliations, communities,
        posts::queries::Viewer,
        timelines::queries::{self as timelines, Shown},
    },
    store::tables::{Account, Field},
};
use axum::{
    Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// An account of ours that strangers may know of. A suspended one, one that waits for approval, or a
/// community that is not for strangers answers like none (S54); one that was deleted says so.
async fn ours(app: &App, visit: &Visit, name: &str) -> Result<Account> {
    let found = queries::by_handle(&app.store, name, "").await?.filter(|account| account.suspended_at.is_none());
    let account = found.ok_or_else(|| Failure::shown(Refusal::not_found(), visit))?;
    let hidden = match account.is_community() {
        true => !communities::queries::by_id(&app.store, account.id).await?.is_some_and(|facts| faces::is_told(&facts)),
        false => queries::is_waiting(&app.store, account.id).await?,
    };
    if hidden {
        return Err(Failure::shown(Refusal::not_found(), visit));
    }
    // A community says so itself, at its own page.
    match account.gone_at {
        Some(_) if !account.is_community() => Err(Failure::gone("This account was deleted.", visit)),
        _ => Ok(account),
    }
}

async fn person(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let account = ours(&app, &visit, &name).await?;
    let path = account.uri.clone();
    match account.kind {
        AccountKind::Node | AccountKind::Organisation => return Ok(Redirect::to("/").into_response()),
        AccountKind::Community => return Ok(Redirect::to(&path).into_response()),
        AccountKind::Person | AccountKind::Service if uri.path() != path => return Ok(Redirect::to(&path).into_response()),
        AccountKind::Person | AccountKind::Service => {}
    }
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let shown = Shown { exclude_replies: true, ..Shown::default() };
    let posts = timelines::profile(&app.store, &Viewer::Stranger, account.id, shown, page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let older = paging::older(&path, &page, &ids);
    let head = Head { noindex: !account.discoverable || page.max_id.is_some(), next: older.clone(), ..Head::at(&app, &path) };
    let page = pages::Person {
        frame: visit.frame(),
        head,
        who: Face::of(&app, &account),
        note: account.note.clone(),
        fields: fields(&app, &account),
        bot: account.bot || account.kind == AccountKind::Service,
        since: account.created_at.utc().format("%B %Y").to_string(),
        followers: account.followers_count,
        following: account.following_count,
        posts: entries::entries(&app, &Viewer::Stranger, &posts).await?,
        newest: page.max_id.map(|_| path).unwrap_or_default(),
        older,
    };
    Ok(pages::public(&visit, &page))
}

/// `/@{name}`: the page of one of ours, or, of somebody elsewhere whom we know, at their own node.
async fn by_handle(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Response> {
    let (name, host) = name.split_once('@').unwrap_or((&name, ""));
    if host.is_empty() || host.eq_ignore_ascii_case(app.origin.authority()) {
        return Ok(Redirect::to(&ours(&app, &visit, name).await?.uri).into_response());
    }
    let found = queries::by_handle(&app.store, name, host).await?.filter(Account::is_active);
    let page = found.and_then(|account| faces::page_at_home(&account.uri, &account.url));
    let page = page.ok_or_else(|| Failure::shown(Refusal::not_found(), &visit))?;
    Ok(Redirect::to(&page).into_response())
}

/// `/@{name}/{id}`, as Mastodon has it.
async fn post_by_handle(Path((_, id)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/p/{}", encoded(&id)))
}

/// Collections of an account: for people they are on its page.
async fn collection(uri: Uri) -> Redirect {
    Redirect::to(uri.path().rsplit_once('/').map_or("/", |(owner, _)| owner))
}

async fn front() -> Redirect {
    Redirect::to("/")
}

fn encoded(part: &str) -> String {
    url::form_urlencoded::byte_serialize(part.as_bytes()).collect()
}

/// The profile's table: names as text, values as safe HTML (ours are kept as typed).
fn fields(app: &App, account: &Account) -> Vec<(String, String)> {
    let tag = |key: &str| app.origin.absolute(&format!("/tags/{}", encoded(key)));
    let fields: Vec<Field> = serde_json::from_str(&account.fields).unwrap_or_default();
    let html = |field: Field| (field.name, compose(&field.value, Format::Plain, &|_| None, &tag).html);
    affiliations::told(fields).into_iter().map(html).collect()
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    let mut routes = Router::new()
        .route("/u/{name}", get(person))
        .route("/@{name}", get(by_handle))
        .route("/@{name}/{id}", get(post_by_handle))
        .route("/actor", get(front))
        .route("/org", get(front))
        .route("/about", get(front));
    for owner in ["/u/{name}", "/c/{name}"] {
        for part in ["followers", "following", "outbox", "featured"] {
            routes = routes.route(&format!("{owner}/{part}"), get(collection));
        }
    }
    for part in ["/c/{name}/members", "/c/{name}/moderators", "/p/{id}/replies", "/p/{id}/context"] {
        routes = routes.route(part, get(collection));
    }
    routes
}
