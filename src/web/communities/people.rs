//! Who is in a community: by organisation and one by one, for its members (`membership.md` 4).
//!
//! Strangers are sent to the community's page, which says no more than a number. Whose stakeholder kind is shown follows the API.

use super::{
    super::{
        entries::Moment,
        faces::{self, Face},
        pages::{self, Failure, Frame, Result},
        paging,
        session::Visit,
    },
    place::{self, Place},
    words::{self, Choice},
};
use crate::{
    app::{App, ListedMember},
    base::{error::Refusal, host, text::limits::cut_bytes, words::Role},
    features::{
        accounts,
        memberships::{
            self,
            lists::{self, Wanted},
        },
    },
    store::tables::{Account, Seat},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::time::Duration;

/// How long a reader waits for the node of a community elsewhere.
const LOOK_TIME: Duration = Duration::from_secs(3);
/// Most members shown of a community elsewhere.
const LISTED_MAX: usize = 200;
/// Longest words that are looked for.
const WORDS_BYTES_MAX: usize = 200;

/// An organisation in a community.
pub(super) struct Present {
    pub(super) host: String,
    pub(super) is_ours: bool,
    pub(super) people: i64,
    /// Its people, in the list of members.
    pub(super) href: String,
    /// From when its people are admitted, where it was announced and has nobody here yet.
    pub(super) admitted_from: Option<Moment>,
}

/// A member in the list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) who: Face,
    pub(super) role: String,
    pub(super) held: Option<Role>,
    /// What they are to the community's owner; empty where that is not shown.
    pub(super) stakeholder: String,
    pub(super) since: Option<Moment>,
    pub(super) until: Option<Moment>,
}

#[derive(Template)]
#[template(path = "communities/members.html")]
struct Page {
    frame: Frame,
    who: Face,
    path: String,
    words: String,
    host: String,
    roles: Vec<Choice>,
    organisations: Vec<Present>,
    members: Vec<Row>,
    /// Why nobody could be listed; empty for no reason.
    problem: String,
    older: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    host: String,
    role: String,
}

/// `GET /c/{name}/members`
pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    uri: Uri,
) -> Result<Response> {
    if visit.account.is_none() {
        return Ok(Redirect::to(uri.path().rsplit_once('/').map_or("/", |(place, _)| place)).into_response());
    }
    let place = place::find(&app, &visit, &name).await?;
    if place.rank.is_none() {
        return Err(Failure::shown(Refusal::forbidden("not_a_member", "Members are listed to members only."), &visit));
    }
    let (frame, page) = (visit.frame(), paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?);
    let role = asked.role.parse::<Role>().ok();
    let words = cut_bytes(asked.q.trim(), WORDS_BYTES_MAX).to_owned();
    let path = format!("{}/members", place.path());
    let (organisations, members, problem, next) = if place.account.is_local() {
        let ours = asked.host == app.origin.authority();
        let host = Some(if ours { String::new() } else { asked.host.clone() }).filter(|_| !asked.host.is_empty());
        let found = lists::members(&app.store, place.account.id, &Wanted { host, role, words: words.clone() }, page).await?;
        let ids: Vec<i64> = found.iter().map(|(seat, _)| seat.id.0).collect();
        let kinds = place.facts.stakeholders_shown || place.is_at_least(Role::Curator);
        let rows = found.iter().map(|found| row(&app, &frame, found, kinds)).collect();
        (organisations(&app, &place).await?, rows, String::new(), page.cursors(&ids).next_max_id)
    } else {
        app.quotas.api.take(&place.me.id.to_string()).map_err(|left| Failure::too_many(left.wait, &visit))?;
        let (present, listed) = tokio::join!(organisations(&app, &place), listed(&app, &place));
        match listed {
            Some(listed) => (present?, elsewhere(&app, &frame, listed, (&words, &asked.host, role)).await?, String::new(), None),
            None => (present?, Vec::new(), frame.name("communities-members-unheard", &place.account.host), None),
        }
    };
    let query = |id: i64| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &words).append_pair("host", &asked.host).append_pair("role", &asked.role);
        format!("{path}?{}", query.append_pair("before", &id.to_string()).finish())
    };
    let shown = Page {
        who: place::face(&app, &place.account),
        older: next.map(query).unwrap_or_default(),
        roles: words::roles(&frame, role.unwrap_or(Role::Observer), |_| true).into_iter().map(|it| unchosen(it, role)).collect(),
        organisations,
        host: asked.host.clone(),
        words: words.clone(),
        path: path.clone(),
        members,
        problem,
        frame,
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &shown)).into_response())
}

/// Where no role is asked for none is chosen.
fn unchosen(choice: Choice, role: Option<Role>) -> Choice {
    Choice { chosen: choice.chosen && role.is_some(), ..choice }
}

/// A seat in a community of ours as a row of a list.
pub(super) fn row(app: &App, frame: &Frame, (seat, account): &(Seat, Account), kinds: bool) -> Row {
    Row {
        id: account.id.to_string(),
        who: Face::of(app, account),
        role: words::role(frame, seat.role),
        held: Some(seat.role),
        stakeholder: if kinds { frame.say(&format!("communities-word-kind-{}", seat.stakeholder.word())) } else { String::new() },
        since: Some(seat.created_at.into()),
        until: seat.expires_at.map(Moment::from),
    }
}

/// Members as the community's own node lists them; none when it does not answer in time.
pub(super) async fn listed(app: &App, place: &Place) -> Option<Vec<ListedMember>> {
    let network = app.network().ok()?;
    tokio::time::timeout(LOOK_TIME, network.members(place.account.id)).await.ok()?.ok()
}

/// Those of them that are looked for, with the accounts that we know.
pub(super) async fn elsewhere(
    app: &App,
    frame: &Frame,
    listed: Vec<ListedMember>,
    (words, of, role): (&str, &str, Option<Role>),
) -> crate::base::error::Result<Vec<Row>> {
    let uris: Vec<String> = listed.iter().map(|member| app.origin.stored(&member.uri).to_owned()).collect();
    let known = accounts::queries::by_uris(&app.store, &uris).await?;
    let words = words.to_lowercase();
    let one = |member: ListedMember| {
        let stored = app.origin.stored(&member.uri);
        let account = known.iter().find(|account| account.uri == stored);
        let who = account.map_or_else(|| unknown(&member.uri), |account| Face::of(app, account));
        let is_wanted = (of.is_empty() || who.host == of)
            && role.is_none_or(|role| role.word() == member.role)
            && format!("{} {}", who.username, who.name).to_lowercase().contains(&words);
        let id = account.map(|account| account.id.to_string()).unwrap_or_default();
        let held = member.role.parse::<Role>().ok();
        let role = held.map_or_else(|| member.role.clone(), |role| words::role(frame, role));
        is_wanted.then(|| Row { id, who, role, held, stakeholder: String::new(), since: None, until: None })
    };
    Ok(listed.into_iter().filter_map(one).take(LISTED_MAX).collect())
}

/// Somebody whom only the community's node knows.
fn unknown(uri: &str) -> Face {
    let authority = host::parse(uri).as_ref().and_then(host::authority).unwrap_or_default();
    let name = uri.rsplit('/').next().unwrap_or_default().to_owned();
    Face {
        letter: name.chars().next().map_or_else(|| "·".to_owned(), |c| c.to_uppercase().collect()),
        href: faces::web(uri).unwrap_or_default(),
        away: true,
        username: name.clone(),
        host: authority,
        name,
        ..Face::default()
    }
}

/// Whose people are in a community, ours first. Of one elsewhere its node is asked, for a few seconds.
pub(super) async fn organisations(app: &App, place: &Place) -> crate::base::error::Result<Vec<Present>> {
    let ours = app.origin.authority();
    let one = |host: String, people: i64, admitted_from: Option<crate::base::clock::Stamp>| {
        let host = if host.is_empty() { ours.to_owned() } else { host };
        let asked: String = url::form_urlencoded::byte_serialize(host.as_bytes()).collect();
        Present {
            href: format!("{}/members?host={asked}", place.path()),
            is_ours: host == ours,
            admitted_from: admitted_from.filter(|from| people == 0 && *from > app.store.now()).map(Moment::from),
            people,
            host,
        }
    };
    if place.account.is_local() {
        let found = memberships::organisations(&app.store, place.account.id).await?;
        return Ok(found.into_iter().map(|present| one(present.host, present.seats, present.admitted_from)).collect());
    }
    let Ok(network) = app.network() else { return Ok(Vec::new()) };
    let found = tokio::time::timeout(LOOK_TIME, network.organisations(place.account.id)).await;
    let listed = found.ok().and_then(std::result::Result::ok).unwrap_or_default();
    Ok(listed.into_iter().map(|present| one(present.host, i64::from(present.seats), present.admitted_from)).collect())
}
