//! People: their pages, and the addresses under which other servers and apps know those.

use super::{
    faces,
    pages::{self, Failure, Result},
    public::{feeds, profile},
    session::Visit,
};
use crate::{
    app::{App, finding},
    base::words::AccountKind,
    features::{accounts::queries, communities},
    store::tables::Account,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// An account of ours that strangers may know of. A suspended one, one that waits for approval, or a
/// community that is not for strangers answers like none (S54); one that was deleted says so.
pub(super) async fn ours(app: &App, visit: &Visit, name: &str) -> Result<Account> {
    let found = queries::by_handle(&app.store, name, "").await?.filter(|account| account.suspended_at.is_none());
    let account = found.ok_or_else(|| visit.nothing())?;
    let hidden = match account.is_community() {
        true => !communities::queries::by_id(&app.store, account.id).await?.is_some_and(|facts| faces::is_told(&facts)),
        false => queries::is_waiting(&app.store, account.id).await?,
    };
    if hidden {
        return Err(visit.nothing());
    }
    // A community says so itself, at its own page.
    match account.gone_at {
        Some(_) if !account.is_community() => Err(Failure::gone(visit.frame().say("public-gone-account"), visit)),
        _ => Ok(account),
    }
}

/// `/u/{name}`, `/u/{name}.atom`, and for members `/u/{name}@{host}`.
async fn person(State(app): State<App>, (visit, Path(name)): (Visit, Path<String>), (uri, headers): (Uri, HeaderMap)) -> Result<Response> {
    if name.contains('@') {
        // Strangers are asked to log in, whoever it is about.
        visit.member()?;
        let (account, path) = profile::reached(&app, &visit, &name).await?;
        return if uri.path() == path { shown(&app, &visit, &account, &uri).await } else { Ok(Redirect::to(&path).into_response()) };
    }
    let (name, is_feed) = feeds::named(&name).map_or((name.as_str(), false), |name| (name, true));
    let account = ours(&app, &visit, name).await?;
    match account.kind {
        AccountKind::Node | AccountKind::Organisation => Ok(Redirect::to("/about").into_response()),
        AccountKind::Community => Ok(Redirect::to(&account.uri).into_response()),
        AccountKind::Person | AccountKind::Service if is_feed => feeds::of_person(&app, &account, &headers).await,
        AccountKind::Person | AccountKind::Service if uri.path() != account.uri => Ok(Redirect::to(&account.uri).into_response()),
        AccountKind::Person | AccountKind::Service => shown(&app, &visit, &account, &uri).await,
    }
}

async fn shown(app: &App, visit: &Visit, account: &Account, uri: &Uri) -> Result<Response> {
    Ok(pages::public(visit, &profile::page(app, visit, account, uri).await?))
}

/// `/@{name}`: the page of one of ours, or, of somebody elsewhere whom we know, at their own node.
async fn by_handle(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Response> {
    let (name, host) = name.split_once('@').unwrap_or((&name, ""));
    if host.is_empty() || host.eq_ignore_ascii_case(app.origin.authority()) {
        return Ok(Redirect::to(&ours(&app, &visit, name).await?.uri).into_response());
    }
    let found = queries::by_handle(&app.store, name, host).await?.into_iter().filter(Account::is_active).collect();
    let page = finding::without_internal(&app, visit.account.as_ref(), found)
        .await?
        .pop()
        .and_then(|account| faces::page_at_home(&account.uri, &account.url));
    let page = page.ok_or_else(|| visit.nothing())?;
    Ok(Redirect::to(&page).into_response())
}

/// `/@{name}/{id}`, as Mastodon has it.
async fn post_by_handle(Path((_, id)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/p/{}", encoded(&id)))
}

/// Collections that for people are on the page of what they belong to.
async fn collection(uri: Uri) -> Redirect {
    Redirect::to(uri.path().rsplit_once('/').map_or("/", |(owner, _)| owner))
}

async fn front() -> Redirect {
    Redirect::to("/")
}

async fn about() -> Redirect {
    Redirect::to("/about")
}

fn encoded(part: &str) -> String {
    url::form_urlencoded::byte_serialize(part.as_bytes()).collect()
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    let mut routes = Router::new()
        .route("/u/{name}", get(person))
        .route("/@{name}", get(by_handle))
        .route("/@{name}/{id}", get(post_by_handle))
        .route("/actor", get(front))
        .route("/org", get(about));
    for part in ["followers", "following", "moderators", "outbox", "featured"] {
        routes = routes.route(&format!("/c/{{name}}/{part}"), get(collection));
    }
    for part in ["/u/{name}/outbox", "/u/{name}/featured", "/p/{id}/replies", "/p/{id}/context"] {
        routes = routes.route(part, get(collection));
    }
    routes
}
