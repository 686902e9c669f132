//! A community's page for this node's people: what it is for, who is in it, how I stand there, and what is talked about.
//!
//! Strangers get the page of `places`; both are at the same address, which is also the id of its document.

use super::{
    super::{
        about::Head,
        entries::{self, Entry, Moment},
        faces::Face,
        pages::{self, Failure, Frame, Result},
        paging,
        problems::Problems,
        session::Visit,
        writing::Compose,
    },
    people::{self, Present},
    place::{self, Place},
    sent::Sent,
    standing::{self, Standing},
    words,
};
use crate::{
    app::App,
    base::{
        text::plain,
        words::{Role, Stage},
    },
    features::{
        accounts, memberships, moderation, policies,
        posts::{pins, queries::Viewer},
        timelines::queries as timelines,
    },
    store::tables::Post,
};
use askama::Template;
use axum::{
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

/// A policy that binds members.
struct Binding {
    version: i64,
    href: String,
    digest: String,
    is_accepted: bool,
}

#[derive(Template)]
#[template(path = "communities/show.html")]
struct Page {
    frame: Frame,
    head: Head,
    who: Face,
    path: String,
    /// What the stream of this page is asked for; empty for whoever is no member, and beyond the newest threads.
    live: String,
    purpose: String,
    /// Safe HTML.
    note: String,
    stage: String,
    exposes: String,
    door: String,
    question: String,
    closed: Option<Moment>,
    /// The community that took over.
    successor: Option<Face>,
    /// None where only members may know.
    members: Option<i64>,
    standing: Standing,
    problems: Problems,
    answer: String,
    done: String,
    policies: Vec<Binding>,
    is_policy_required: bool,
    organisations: Vec<Present>,
    moderators: Vec<Face>,
    is_member: bool,
    /// The form that begins a thread; none for whoever may not.
    compose: Option<Compose>,
    manages: bool,
    reads_log: bool,
    pinned: Vec<Entry>,
    posts: Vec<Entry>,
    newest: String,
    older: String,
}

/// `GET /c/{name}` for whoever is logged in.
pub(in super::super) async fn community(app: &App, visit: &Visit, name: &str, uri: &Uri) -> Result<Response> {
    let place = place::find(app, visit, name).await?;
    if !super::is_at(uri, &place.path()) {
        return Ok((visit.cookies(), Redirect::to(&place.path())).into_response());
    }
    page(app, visit, place, (uri, Problems::default(), &Sent::default())).await
}

pub(super) async fn page(app: &App, visit: &Visit, place: Place, (uri, problems, sent): (&Uri, Problems, &Sent)) -> Result<Response> {
    let asked = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
    let (frame, path) = (visit.frame(), place.path());
    let reader = Viewer::Account(place.me.id);
    let posts = timelines::community(&app.store, &reader, place.account.id, false, asked).await?;
    let pinned = if asked.max_id.is_none() { pins::of(&app.store, &reader, place.account.id).await? } else { Vec::new() };
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let older = paging::older(&path, &asked, &ids);
    // what is pinned stands above: once on a page
    let posts: Vec<Post> = posts.into_iter().filter(|post| pinned.iter().all(|one| one.id != post.id)).collect();
    let (is_member, is_public) = (place.role.is_some(), place.facts.stage == Stage::Public);
    let successor = match place.facts.succeeded_by {
        Some(id) => accounts::queries::by_id(&app.store, id).await?.filter(|_| is_member),
        None => None,
    };
    let moderators = match is_member || is_public {
        true => memberships::queries::moderators(&app.store, place.account.id).await?,
        false => Vec::new(),
    };
    let of = (place.account.clone(), place.facts.clone());
    let compose = match place.role >= Some(Role::Member) && place.facts.closed_at.is_none() {
        true => Some(Compose::beginning(app, visit, &of).await?),
        false => None,
    };
    let shown = Page {
        head: Head { noindex: !is_public || asked.max_id.is_some() || !place.account.is_local(), ..head(app, &place) },
        who: place::face(app, &place.account),
        live: if is_member && asked.max_id.is_none() { format!("community:{}", place.account.id) } else { String::new() },
        note: Some(place.account.note.clone()).filter(|note| plain::to_plain(note) != place.facts.purpose.trim()).unwrap_or_default(),
        stage: words::stage(&frame, place.facts.stage),
        exposes: words::exposes(&frame, place.facts.stage),
        door: words::door(&frame, place.facts.join_rule),
        question: place.facts.question.clone(),
        closed: place.facts.closed_at.map(Moment::from),
        successor: successor.map(|account| place::face(app, &account)),
        members: (is_member || is_public).then_some(place.facts.members_count),
        standing: standing::of(app, &frame, &place).await?,
        answer: sent.again("answer"),
        done: super::done(&frame, uri),
        policies: bindings(app, &place).await?,
        is_policy_required: place.facts.policy_required,
        // Of one elsewhere its node would have to be asked: the page of members does.
        organisations: if is_member && place.account.is_local() { people::organisations(app, &place).await? } else { Vec::new() },
        moderators: moderators.iter().map(|account| Face::of(app, account)).collect(),
        is_member,
        compose,
        manages: place.is_at_least(Role::Curator),
        reads_log: moderation::log::may_read(&app.store, &place.facts, Some(place.me.id)).await?,
        pinned: read(app, &reader, &pinned).await?,
        posts: read(app, &reader, &posts).await?,
        newest: asked.max_id.map(|_| path.clone()).unwrap_or_default(),
        purpose: place.facts.purpose,
        older,
        path,
        problems,
        frame,
    };
    Ok(pages::form(visit, &shown.problems, &shown))
}

fn head(app: &App, place: &Place) -> Head {
    if place.account.is_local() { Head::at(app, &place.account.uri) } else { Head::default() }
}

/// Posts as this reader sees them. All of a community's pages for members read posts here; everything is of this community, so
/// that its name need not stand on each.
pub(super) async fn read(app: &App, reader: &Viewer, posts: &[Post]) -> crate::base::error::Result<Vec<Entry>> {
    let mut shown = entries::entries(app, reader, posts).await?;
    shown.iter_mut().for_each(|entry| entry.community = None);
    Ok(shown)
}

/// What binds the members, and what the reader accepted of it.
async fn bindings(app: &App, place: &Place) -> crate::base::error::Result<Vec<Binding>> {
    let accepted = policies::accepted(&app.store, place.me.id, &place.account).await?;
    let named = policies::binding(&app.store, &place.account).await?;
    let one = |named: policies::Named| Binding {
        version: named.version,
        href: if named.url.starts_with('/') { named.url.clone() } else { super::super::faces::web(&named.url).unwrap_or_default() },
        is_accepted: accepted.contains(&named.digest),
        digest: named.digest,
    };
    Ok(named.into_iter().map(one).collect())
}
