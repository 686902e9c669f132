//! `/search`: posts, people, communities and tags; and what an address or a handle of elsewhere names.

use super::Tab;
use crate::{
    app::{App, finding},
    base::{
        error::{Kind, Refusal, Result as Outcome},
        finding::question::Question,
        page::Page,
        sentence::said,
        text::limits::QUERY_CHARS_MAX,
    },
    features::{
        accounts::names::{self, Seeker},
        search,
    },
    store::{
        Searching,
        tables::{Account, Post},
    },
    web::{
        entries::{self, Entry},
        faces::Face,
        pages::{self, Failure, Frame, Result},
        paging, refusals,
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

/// Most people and tags that are shown.
const SOME: u32 = 20;
/// And where everything is shown together.
const FEW: u32 = 5;

/// The page.
#[derive(Template)]
#[template(path = "reading/search.html")]
struct Found {
    frame: Frame,
    asked: String,
    tabs: Vec<Tab>,
    problem: String,
    people: Vec<Face>,
    places: Vec<Face>,
    /// Address and name.
    tags: Vec<(String, String)>,
    posts: Vec<Entry>,
    newest: String,
    older: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    kind: String,
}

/// What was found.
#[derive(Default)]
struct Results {
    accounts: Vec<Account>,
    posts: Vec<Post>,
    tags: Vec<String>,
}

async fn show(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>, uri: Uri) -> Result<Response> {
    let (me, frame) = (visit.member()?, visit.frame());
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let typed: String = asked.q.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned();
    let (results, problem) = match find(&app, &visit, (&typed, &asked.kind), page).await {
        Ok(results) => (results, String::new()),
        // what cannot be asked so, or took too long, is said above what was typed
        Err(crate::base::error::Error::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Unavailable) => {
            (Results::default(), refusals::said(&refusal))
        }
        Err(error) => return Err(Failure::of(error, &visit)),
    };
    let accounts = finding::without_internal(&app, Some(me), results.accounts).await?;
    let accounts = finding::around(&app, Some(me), accounts).await?;
    let faces =
        |is_place: bool| accounts.iter().filter(|one| one.is_community() == is_place).map(|one| Face::seen(&app, one, true)).collect();
    let encoded: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let path = format!("/search?q={encoded}&kind=posts");
    let ids: Vec<i64> = results.posts.iter().map(|post| post.id.0).collect();
    let next = page.cursors(&ids).next_max_id.filter(|_| asked.kind == "posts");
    let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Found {
        tabs: tabs(&frame, &encoded, &asked.kind),
        problem,
        people: faces(false),
        places: faces(true),
        tags: results
            .tags
            .into_iter()
            .map(|tag| (format!("/tags/{}", url::form_urlencoded::byte_serialize(tag.as_bytes()).collect::<String>()), tag))
            .collect(),
        posts: entries::entries(&app, &visit.viewer(), &results.posts).await?,
        older: next.map(|next| format!("{path}&before={next}")).unwrap_or_default(),
        newest: page.max_id.map(|_| path).unwrap_or_default(),
        asked: typed,
        frame,
    };
    Ok((visit.cookies(), pages::show(status, &page)).into_response())
}

fn tabs(frame: &Frame, encoded: &str, here: &str) -> Vec<Tab> {
    let tab = |kind: &str, words: String| Tab {
        href: if kind.is_empty() { format!("/search?q={encoded}") } else { format!("/search?q={encoded}&kind={kind}") },
        is_here: kind == here,
        words,
    };
    vec![
        tab("", frame.say("reading-all")),
        tab("posts", frame.say("reading-posts")),
        tab("people", frame.say("reading-people")),
        tab("communities", frame.say("reading-communities")),
        tab("tags", frame.say("reading-tags")),
    ]
}

async fn find(app: &App, visit: &Visit, (typed, kind): (&str, &str), page: Page) -> Outcome<Results> {
    if typed.is_empty() {
        return Ok(Results::default());
    }
    if typed.chars().count() > QUERY_CHARS_MAX {
        return Err(Refusal::invalid("q", said!("must not be longer than {max} characters", max = QUERY_CHARS_MAX)).into());
    }
    let viewer = visit.viewer();
    if let Some(address) = finding::address(typed) {
        let (accounts, posts) = finding::by_address(app, &viewer, &address, true).await?;
        // what has no scheme may be words after all
        if !accounts.is_empty() || !posts.is_empty() || typed.starts_with("http") {
            return Ok(Results { accounts, posts, ..Results::default() });
        }
    }
    let (wants, limit) = (|one: &str| kind.is_empty() || kind == one, if kind.is_empty() { FEW } else { SOME });
    let (question, is_name) = (Question::read(typed), !typed.contains(['@', ' ']));
    let mut found = Results::default();
    if (wants("people") || wants("communities")) && question.is_plain() && !typed.starts_with('#') {
        found.accounts = accounts(app, visit, typed, limit).await?;
    }
    if wants("posts") && !(is_name && typed.starts_with('#')) {
        let page = Page { limit: if kind.is_empty() { FEW * 2 } else { SOME }, ..page };
        found.posts = finding::posts(app, &viewer, (question, None), (page, 0)).await?;
    }
    if wants("tags") && is_name {
        let tags = Searching::settled(search::tags(&app.store.searching(), &viewer, typed, (limit, 0)).await)?;
        found.tags = tags.into_iter().map(|(tag, _)| tag).collect();
    }
    match kind {
        "people" => found.accounts.retain(|account| !account.is_community()),
        "communities" => found.accounts.retain(Account::is_community),
        _ => {}
    }
    Ok(found)
}

/// Accounts by their names; the one whose whole handle is asked for comes first, asked of its node where it is unknown here.
async fn accounts(app: &App, visit: &Visit, typed: &str, limit: u32) -> Outcome<Vec<Account>> {
    let seeker = Seeker { reader: visit.viewer().account(), followed: false };
    // both kinds are found by one statement: enough that either has some
    let mut found = Searching::settled(names::search(&app.store.searching(), seeker, typed, (limit * 2, 0)).await)?;
    if let Some(exact) = finding::by_handle(app, typed, true).await? {
        found.retain(|account| account.id != exact.id);
        found.insert(0, exact);
    }
    Ok(found)
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/search", get(show))
}
