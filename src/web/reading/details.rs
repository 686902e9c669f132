//! What stands behind a post: how it read before, and who likes it.

use super::deeds::seen;
use crate::{
    app::App,
    base::page::Page,
    features::{
        accounts,
        posts::queries::{self, Viewer},
    },
    store::tables::Account,
    web::{
        entries::Moment,
        faces::Face,
        pages::{self, Failure, Frame, Result},
        paging,
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};

/// How a post read at one time.
struct Wording {
    at: Moment,
    title: String,
    spoiler: String,
    /// Safe HTML.
    content: String,
    files: usize,
}

/// The wordings of a post.
#[derive(Template)]
#[template(path = "reading/history.html")]
struct History {
    frame: Frame,
    author: Face,
    href: String,
    language: String,
    /// The latest first.
    wordings: Vec<Wording>,
}

fn files(attachments: &str) -> usize {
    serde_json::from_str::<Vec<serde::de::IgnoredAny>>(attachments).map(|list| list.len()).unwrap_or_default()
}

async fn history(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let post = seen(&app, &visit, &id).await?;
    let viewer = visit.viewer();
    // what strangers read at its origin they read there
    let is_shown = viewer != Viewer::Stranger || post.is_ours();
    let author = accounts::queries::by_id(&app.store, post.author_id).await?.filter(|author| is_shown && author.is_active());
    let author = author.ok_or_else(|| visit.nothing())?;
    let earlier = queries::versions(&app.store, post.id).await?.into_iter().map(|version| Wording {
        at: version.at.into(),
        title: version.title,
        spoiler: version.spoiler,
        content: version.content,
        files: files(&version.attachments),
    });
    let now = Wording {
        at: post.edited_at.unwrap_or(post.created_at).into(),
        title: post.title.clone(),
        spoiler: post.spoiler.clone(),
        content: post.content.clone(),
        files: files(&post.attachments),
    };
    let mut wordings: Vec<Wording> = earlier.chain([now]).collect();
    wordings.reverse();
    let page = History {
        frame: visit.frame(),
        author: Face::seen(&app, &author, viewer.account().is_some()),
        href: format!("/p/{}", post.id),
        language: post.language,
        wordings,
    };
    Ok(pages::public(&visit, &page))
}

/// Who likes a post.
#[derive(Template)]
#[template(path = "reading/people.html")]
struct People {
    frame: Frame,
    href: String,
    people: Vec<Face>,
    newest: String,
    older: String,
}

async fn favourited_by(State(app): State<App>, visit: Visit, Path(id): Path<String>, uri: Uri) -> Result<Response> {
    let me = visit.member()?;
    let post = seen(&app, &visit, &id).await?;
    let page = Page { limit: 40, ..paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))? };
    let found = queries::favourited_by(&app.store, post.id, page).await?;
    let (places, accounts): (Vec<i64>, Vec<Account>) = found.into_iter().unzip();
    let known = crate::app::finding::without_internal(&app, Some(me), accounts).await?;
    let path = format!("/p/{}/favourited_by", post.id);
    let page = People {
        frame: visit.frame(),
        href: format!("/p/{}", post.id),
        people: known.iter().map(|account| Face::seen(&app, account, true)).collect(),
        older: paging::older(&path, &page, &places),
        newest: page.max_id.map(|_| path).unwrap_or_default(),
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/p/{id}/history", get(history)).route("/p/{id}/favourited_by", get(favourited_by))
}
