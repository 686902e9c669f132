//! Which communities there are: mine, those that ask me in, and those to discover, here and elsewhere.

use super::{
    super::{
        faces::Face,
        pages::{self, Failure, Frame, Result},
        paging, refusals,
        session::Visit,
    },
    place, words,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        page::Page,
        sentence::said,
        text::handle,
        words::{Role, SeatStatus, Stage},
    },
    features::{communities::queries, memberships},
    store::{
        Searching,
        tables::{Account, Community, Seat},
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// Where this page is.
const PATH: &str = "/communities";
/// Most of one's own communities on the page.
const MINE_MAX: u32 = 80;
/// Most that a search shows.
const FOUND_MAX: u32 = 40;

/// A community in a list.
pub(super) struct Card {
    pub(super) who: Face,
    pub(super) purpose: String,
    /// None where only members may know.
    pub(super) members: Option<i64>,
    pub(super) stage: String,
    pub(super) door: String,
    /// How I stand there, in a word; empty for not at all.
    pub(super) mark: String,
    /// Whether that gives something now.
    pub(super) is_in: bool,
    /// Where I have something to decide; empty for nowhere.
    pub(super) manage: String,
}

#[derive(Template)]
#[template(path = "communities/overview.html")]
struct Overview {
    frame: Frame,
    /// What was looked for.
    query: String,
    /// Why nothing could be looked up elsewhere; empty for no reason.
    problem: String,
    invited: Vec<Card>,
    mine: Vec<Card>,
    asked: Vec<Card>,
    /// Whether those elsewhere are listed, not those here.
    is_elsewhere: bool,
    found: Vec<Card>,
    older: String,
    may_found: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    which: String,
}

/// `GET /communities`
pub(super) async fn show(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>, uri: Uri) -> Result<Response> {
    let me = visit.member()?;
    let query = asked.q.trim().to_owned();
    let mut problem = String::new();
    if query.contains('@') {
        match look_up(&app, &visit, &query).await {
            Ok(path) => return Ok((visit.cookies(), Redirect::to(&path)).into_response()),
            Err(Error::Refused(refusal)) => problem = refusals::said(&refusal),
            Err(fault) => return Err(fault.into()),
        }
    }
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let is_elsewhere = asked.which == "elsewhere";
    let found = discover(&app, me, (&query, is_elsewhere), page).await?;
    let ids: Vec<i64> = found.iter().map(|(account, _)| account.id.0).collect();
    let next = page.cursors(&ids).next_max_id.filter(|_| query.is_empty());
    let mine = queries::of_member(&app.store, me.id, Page::first(MINE_MAX)).await?;
    let waiting = Page::first(MINE_MAX);
    let invited = with_facts(&app, memberships::queries::invitations_of(&app.store, me.id, waiting).await?).await?;
    let waits = with_facts(&app, memberships::lists::asked_by(&app.store, me.id, waiting).await?).await?;
    let frame = visit.frame();
    let shown = Overview {
        invited: cards(&app, &frame, me, invited).await?,
        mine: cards(&app, &frame, me, mine).await?,
        asked: cards(&app, &frame, me, waits).await?,
        found: cards(&app, &frame, me, found).await?,
        older: next.map(|id| format!("{PATH}?which={}&before={id}", if is_elsewhere { "elsewhere" } else { "here" })).unwrap_or_default(),
        may_found: me.guest().is_none(),
        frame,
        query,
        problem,
        is_elsewhere,
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &shown)).into_response())
}

async fn discover(
    app: &App,
    me: &Account,
    (query, is_elsewhere): (&str, bool),
    page: Page,
) -> crate::base::error::Result<Vec<(Account, Community)>> {
    if !query.is_empty() {
        let found = queries::matching(&app.store.searching(), me.id, query, Page::first(FOUND_MAX)).await;
        return Searching::settled(found);
    }
    match is_elsewhere {
        true => queries::elsewhere(&app.store, Some(me.id), page).await,
        false => queries::here(&app.store, Some(me.id), page).await,
    }
}

/// Where a community with this handle is read here; looked for at its node where we do not know it.
async fn look_up(app: &App, visit: &Visit, typed: &str) -> crate::base::error::Result<String> {
    let viewer = visit.account.as_ref().map(|me| me.id);
    handle::acct(typed)?;
    if let Some(me) = viewer {
        app.quotas.api.take(&me.to_string()).map_err(|_| Refusal::too_many("You looked for much in a short time: wait a little."))?;
    }
    let account = app.meant(typed).await?;
    if !account.is_community() {
        let sentence = said!("@{name} is not a community.", name = account.acct());
        return Err(Refusal::forbidden("not_a_community", sentence).into());
    }
    let seen = queries::seen(&app.store, viewer, account.id).await?;
    let (account, _) = seen.ok_or_else(|| Refusal::invalid("acct", "names nobody on this node"))?;
    Ok(place::path_of(&account))
}

async fn with_facts(app: &App, rows: Vec<(Seat, Account)>) -> crate::base::error::Result<Vec<(Account, Community)>> {
    let ids: Vec<_> = rows.iter().map(|(_, account)| account.id).collect();
    let mut facts = queries::by_ids(&app.store, &ids).await?;
    let found = rows.into_iter().filter_map(|(_, account)| {
        let at = facts.iter().position(|facts| facts.account_id == account.id)?;
        Some((account, facts.swap_remove(at)))
    });
    Ok(found.filter(|(account, _)| account.is_active()).collect())
}

/// Communities as cards: two statements for any number.
async fn cards(app: &App, frame: &Frame, me: &Account, found: Vec<(Account, Community)>) -> crate::base::error::Result<Vec<Card>> {
    let ids: Vec<_> = found.iter().map(|(account, _)| account.id).collect();
    let seats = memberships::queries::seats_of(&app.store, me.id, &ids).await?;
    let resting = memberships::queries::unusable(&app.store, me.id, &ids).await?;
    let card = |(account, facts): (Account, Community)| {
        let seat = seats.iter().find(|seat| seat.community_id == account.id);
        let status = seat.map(|seat| seat.status);
        let is_in = status == Some(SeatStatus::Active) && !resting.contains(&account.id);
        let mark = match (status, seat) {
            (Some(SeatStatus::Active), Some(_)) if !is_in => frame.say("communities-mark-rests"),
            (Some(SeatStatus::Active), Some(seat)) => words::role(frame, seat.role),
            (Some(SeatStatus::Requested), _) => frame.say("communities-mark-asked"),
            (Some(SeatStatus::Invited), _) => frame.say("communities-mark-invited"),
            _ => String::new(),
        };
        let manages = is_in && seat.is_some_and(|seat| seat.role >= Role::Curator);
        Card {
            who: place::face(app, &account),
            members: (is_in || facts.stage == Stage::Public).then_some(facts.members_count),
            stage: words::stage(frame, facts.stage),
            door: words::door(frame, facts.join_rule),
            purpose: facts.purpose,
            manage: if manages { format!("{}/manage", place::path_of(&account)) } else { String::new() },
            mark,
            is_in,
        }
    };
    Ok(found.into_iter().map(card).collect())
}
