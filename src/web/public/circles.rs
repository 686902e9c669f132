//! Who follows somebody, and whom they follow: at the addresses of the collections that other servers know. Of somebody elsewhere
//! members see what this node knows; communities list their people on pages of their own.

use super::{super::people, profile};
use crate::{
    app::{
        App,
        circles::{self, Circle},
    },
    base::{page::Page, words::AccountKind},
    store::tables::Account,
    web::{
        about::Head,
        faces::Face,
        frame::Frame,
        pages::{self, Failure, Result},
        paging,
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// People on a page.
const PEOPLE: u32 = 40;

/// The page.
#[derive(Template)]
#[template(path = "public/circle.html")]
struct Listed {
    frame: Frame,
    head: Head,
    face: Face,
    /// The page of whose circle it is.
    path: String,
    is_followers: bool,
    /// Whether the visitor may read it.
    is_told: bool,
    people: Vec<Face>,
    newest: String,
    older: String,
}

/// The last part of a circle's address.
fn last(circle: Circle) -> &'static str {
    match circle {
        Circle::Followers => "followers",
        Circle::Following => "following",
    }
}

async fn show(app: App, visit: Visit, (name, circle): (String, Circle), uri: Uri) -> Result<Response> {
    let (of, path) = if name.contains('@') {
        // Strangers are asked to log in, whoever it is about.
        visit.member()?;
        profile::reached(&app, &visit, &name).await?
    } else {
        let of = people::ours(&app, &visit, &name).await?;
        let path = of.uri.clone();
        (of, path)
    };
    if !matches!(of.kind, AccountKind::Person | AccountKind::Service) {
        return Ok(Redirect::to(&path).into_response());
    }
    let at = format!("{path}/{}", last(circle));
    if uri.path() != at {
        return Ok(Redirect::to(&at).into_response());
    }
    Ok(pages::public(&visit, &page(&app, &visit, (&of, circle), (path, at, &uri)).await?))
}

async fn page(app: &App, visit: &Visit, (of, circle): (&Account, Circle), (path, at, uri): (String, String, &Uri)) -> Result<Listed> {
    let page = Page { limit: PEOPLE, ..paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))? };
    let me = visit.account.as_ref();
    let (people, next) = circles::listed(app, me, (of, circle), page).await?;
    let older = next.next_max_id.map(|id| format!("{at}?before={id}")).unwrap_or_default();
    Ok(Listed {
        frame: visit.frame(),
        // who knows whom is for people, not for programs that collect
        head: Head { noindex: true, next: older.clone(), ..Head::default() },
        face: Face::of(app, of),
        path,
        is_followers: circle == Circle::Followers,
        is_told: circles::is_told(app, me, of).await?,
        people: people.iter().map(|one| Face::seen(app, one, me.is_some())).collect(),
        newest: page.max_id.map(|_| at).unwrap_or_default(),
        older,
    })
}

/// The routes of this file: as ActivityPub has them, and by handle.
pub(super) fn routes() -> Router<App> {
    [Circle::Followers, Circle::Following].into_iter().fold(Router::new(), |routes, circle| {
        let answer = move |State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri| show(app, visit, (name, circle), uri);
        let by_handle = move |Path(name): Path<String>| async move {
            let name = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
            Redirect::to(&format!("/u/{name}/{}", last(circle)))
        };
        routes.route(&format!("/u/{{name}}/{}", last(circle)), get(answer)).route(&format!("/@{{name}}/{}", last(circle)), get(by_handle))
    })
}
