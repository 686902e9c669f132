//! Communities as strangers find them: what they are for, who may come in, and what is talked about.
//!
//! Whoever is logged in gets the page of `communities` at the same address.

use super::{
    about::{self, Head, Preview},
    entries,
    faces::{self, Face},
    pages::{self, Failure, Result},
    paging,
    public::feeds,
    session::Visit,
};
use crate::{
    app::App,
    base::{
        text::plain,
        words::{JoinRule, Stage},
    },
    features::{accounts, communities, posts::queries::Viewer, timelines::queries as timelines},
    store::tables::{Account, Community},
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// `/c/{name}` and `/c/{name}.atom`.
async fn community(
    State(app): State<App>,
    (visit, Path(name)): (Visit, Path<String>),
    (uri, headers): (Uri, HeaderMap),
) -> Result<Response> {
    if let Some(name) = feeds::named(&name) {
        let (account, _) = known(&app, &visit, name).await?;
        return feeds::of_community(&app, &account, &headers).await;
    }
    if visit.account.is_some() {
        return super::communities::community(&app, &visit, &name, &uri).await;
    }
    let (account, facts) = known(&app, &visit, &name).await?;
    let path = account.uri.clone();
    if uri.path() != path {
        return Ok(Redirect::to(&path).into_response());
    }
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let posts = timelines::community(&app.store, &Viewer::Stranger, account.id, false, page).await?;
    let mut shown = entries::entries(&app, &Viewer::Stranger, &posts).await?;
    // Here everything is of this community: its name need not stand on each.
    shown.iter_mut().for_each(|entry| entry.community = None);
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let older = paging::older(&path, &page, &ids);
    let who = Face::of(&app, &account);
    let is_public = facts.stage == Stage::Public;
    let preview = is_public.then(|| Preview {
        kind: "website",
        title: who.name.clone(),
        description: facts.purpose.clone(),
        published: String::new(),
    });
    let page = pages::Community {
        frame: visit.frame(),
        head: Head {
            noindex: !is_public || page.max_id.is_some(),
            preview,
            picture: about::avatar(&app, &account),
            feed: if is_public { about::feed(&app, &path) } else { String::new() },
            next: older.clone(),
            ..Head::at(&app, &path)
        },
        who,
        // Where nothing more was said, the description repeats the purpose.
        note: Some(account.note).filter(|note| plain::to_plain(note) != facts.purpose.trim()).unwrap_or_default(),
        purpose: facts.purpose,
        readers: if is_public { "public-community-read-by-all" } else { "public-community-read-by-members" },
        join: join_key(facts.join_rule),
        members: is_public.then_some(facts.members_count),
        closed: facts.closed_at.is_some(),
        posts: shown,
        newest: page.max_id.map(|_| path).unwrap_or_default(),
        older,
    };
    Ok(pages::public(&visit, &page))
}

/// A community of ours that strangers may know of; any other answers like none (S54).
pub(super) async fn known(app: &App, visit: &Visit, name: &str) -> Result<(Account, Community)> {
    let nothing = || visit.nothing();
    let found = accounts::queries::by_handle(&app.store, name, "").await?;
    let account = found.filter(|account| account.is_community() && account.suspended_at.is_none()).ok_or_else(nothing)?;
    let facts = communities::queries::by_id(&app.store, account.id).await?.filter(faces::is_told).ok_or_else(nothing)?;
    match account.gone_at {
        Some(_) => Err(Failure::gone(visit.frame().say("public-gone-community"), visit)),
        None => Ok((account, facts)),
    }
}

/// How one gets in: the key of the words.
pub(super) fn join_key(rule: JoinRule) -> &'static str {
    match rule {
        JoinRule::Open => "public-join-open",
        JoinRule::Ask => "public-join-ask",
        JoinRule::Invite => "public-join-invite",
        JoinRule::Agreement => "public-join-agreement",
    }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/c/{name}", get(community))
}
