//! `/notifications`: what one was told, in groups; read, dismissed, decided.

use super::{
    Tab,
    telling::{self, Reader, Told},
};
use crate::{
    app::App,
    base::{
        error::{Refusal, Result as Outcome},
        id::AccountId,
        page::Page,
        words::{FollowState, NotificationKind as Kind},
    },
    features::{
        notifications::{
            self, Wanted,
            groups::{self, GROUPED},
            markers,
        },
        relationships,
    },
    web::{
        pages::{self, Failure, Frame, Result},
        paging,
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

const PATH: &str = "/notifications";

/// What of them is shown, by the word in the address.
const FILTERS: [(&str, &[Kind]); 4] = [
    ("", &[]),
    ("mentions", &[Kind::Mention, Kind::Quote]),
    ("posts", &[Kind::Favourite, Kind::Reblog, Kind::Update, Kind::Poll, Kind::Status, Kind::QuotedUpdate]),
    (
        "requests",
        &[
            Kind::FollowRequest,
            Kind::SeatRequested,
            Kind::AdminReport,
            Kind::AdminSignUp,
            Kind::AgreementOffered,
            Kind::AgreementHeld,
            Kind::AgreementEnded,
            Kind::AgreementLapsed,
            Kind::PartnerAlarm,
            Kind::PartnerUnreachable,
            Kind::OrganisationAnnounced,
        ],
    ),
];

/// The page.
#[derive(Template)]
#[template(path = "reading/notifications.html")]
struct Notifications {
    frame: Frame,
    tabs: Vec<Tab>,
    told: Vec<Told>,
    /// The number of the newest: up to there it is marked as read. 0 for none, or on an older page.
    newest_id: i64,
    newest: String,
    older: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    only: String,
}

async fn show(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>, uri: Uri) -> Result<Response> {
    let (me, frame) = (visit.member()?.id, visit.frame());
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let (only, kinds) = FILTERS.iter().copied().find(|(word, _)| *word == asked.only).unwrap_or_default();
    let wanted = Wanted { kinds: kinds.to_vec(), ..Wanted::default() };
    let groups = groups::page(&app.store, me, (&wanted, &GROUPED), page).await?;
    let marked = markers::markers(&app.store, me, &["notifications".to_owned()]).await?.pop();
    let read = marked.and_then(|marker| marker.last_read_id.parse().ok());
    let told = telling::tell(&app, &Reader { frame: &frame, me, read }, &groups).await?;
    let ids: Vec<i64> = groups.iter().map(|group| group.head.id.0).collect();
    let tab = |word: &str, words: String| {
        let href = if word.is_empty() { PATH.to_owned() } else { format!("{PATH}?only={word}") };
        Tab { href, words, is_here: word == only }
    };
    let page = Notifications {
        tabs: vec![
            tab("", frame.say("reading-all")),
            tab("mentions", frame.say("reading-mentions")),
            tab("posts", frame.say("reading-about-posts")),
            tab("requests", frame.say("reading-requests")),
        ],
        newest_id: ids
            .first()
            .copied()
            .filter(|newest| page.max_id.is_none() && only.is_empty() && read.is_none_or(|read| *newest > read))
            .unwrap_or_default(),
        older: older(&page, only, &ids),
        newest: page.max_id.map(|_| PATH.to_owned()).unwrap_or_default(),
        told,
        frame,
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The address of what is older.
fn older(page: &Page, only: &str, ids: &[i64]) -> String {
    let older = paging::older(PATH, page, ids);
    if older.is_empty() || only.is_empty() { older } else { format!("{older}&only={only}") }
}

/// What the forms of the page send; each uses its own part.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    /// Up to which notification one has read.
    read: String,
    /// The group to be dismissed; or `all`.
    dismiss: String,
    /// Who asks to follow, and what is answered.
    account: i64,
    accept: String,
}

async fn change(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    let me = visit.member()?.id;
    visit.must_have_sent(&sent.token)?;
    visit.acting(perform(&app, me, &sent)).await.map_err(|error| Failure::of(error, &visit))?;
    Ok((visit.cookies(), Redirect::to(PATH)).into_response())
}

async fn perform(app: &App, me: AccountId, sent: &Sent) -> Outcome<()> {
    let tx = app.begin().await?;
    if !sent.read.is_empty() {
        markers::mark(&tx, me, "notifications", &sent.read).await?;
    }
    match sent.dismiss.as_str() {
        "" => {}
        "all" => notifications::clear(&tx, me).await?,
        key => groups::dismiss(&tx, me, key).await?,
    }
    if sent.account > 0 {
        let asker = AccountId(sent.account);
        let asked = relationships::queries::find(&tx, asker, me).await?.filter(|follow| follow.state == FollowState::Requested);
        asked.ok_or_else(Refusal::not_found)?;
        match sent.accept.as_str() {
            "yes" => relationships::accept(&tx, asker, me).await?,
            _ => relationships::reject(&tx, asker, me).await?,
        }
    }
    tx.commit().await
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show).post(change))
}
