//! The front page: whose node this is, what its communities are for, and how to take part.

use super::{
    about::{self, Head, Preview},
    faces::Face,
    frame::Frame,
    pages::{self, Failure, Result},
    paging, places,
    public::about::Node,
    session::Visit,
};
use crate::{
    app::App,
    base::error::Refusal,
    features::communities,
    store::tables::{Account, Community},
};
use askama::Template;
use axum::{Router, extract::State, http::Uri, response::Response, routing::get};

/// The front page.
#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    head: Head,
    node: Node,
    communities: Vec<Card>,
    older: String,
    /// Whether this is not its first page of communities.
    is_further: bool,
}

/// A community in a list.
struct Card {
    who: Face,
    /// Its avatar, as a path; empty for none.
    avatar: String,
    purpose: String,
    members: i64,
    /// The key of the words on how one gets in.
    join: &'static str,
}

async fn home(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    let page = paging::asked(&uri).map_err(|refusal: Refusal| Failure::shown(refusal, &visit))?;
    let found = communities::queries::here(&app.store, None, page).await?;
    let ids: Vec<i64> = found.iter().map(|(account, _)| account.id.0).collect();
    let node = Node::read(&app).await?;
    let frame = visit.frame();
    let shown = Home {
        head: head(&app, &frame, &node),
        communities: found.iter().map(|found| card(&app, found)).collect(),
        older: paging::older("/", &page, &ids),
        is_further: page.max_id.is_some(),
        frame,
        node,
    };
    Ok(pages::public(&visit, &shown))
}

fn head(app: &App, frame: &Frame, node: &Node) -> Head {
    let said = about::words(&node.note);
    let preview = Preview {
        kind: "website",
        title: node.name.clone(),
        description: if said.is_empty() { frame.name("public-welcome", &node.name) } else { said },
        published: String::new(),
    };
    Head {
        canonical: app.origin.absolute("/"),
        document: app.origin.absolute("/actor"),
        preview: Some(preview),
        picture: node.picture.clone(),
        ..Head::default()
    }
}

fn card(app: &App, (account, facts): &(Account, Community)) -> Card {
    Card {
        who: Face::of(app, account),
        avatar: about::path(app, &account.avatar_url),
        purpose: facts.purpose.clone(),
        members: facts.members_count,
        join: places::join_key(facts.join_rule),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(home))
}
