//! One agreement: its terms side by side, what is shared both ways, and what may be done about it.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
        refusals,
    },
    Admin, Came, partners,
    terms::{self, Line},
    too_long,
};
use crate::{
    app::{
        App,
        partners::{self as verbs, Act},
    },
    base::{
        error::{Error, Refusal},
        id::AgreementId,
        words::AgreementState,
    },
    features::{
        accounts,
        agreements::{self, Presence, document, quarantine, rows, watch},
        peers, rosters,
    },
    store::tables::{Agreement, AgreementVersion},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

/// One version.
struct Version {
    number: i64,
    state: String,
    by: String,
    at: Moment,
    digest: String,
    reason: String,
}

/// People of one side in a community of the other.
struct Shared {
    title: String,
    href: String,
    stage: String,
    people: i64,
    roles: String,
    since: Moment,
}

struct Alarm {
    at: Moment,
    acts: i64,
    most: i64,
}

/// What may be done.
#[derive(Default)]
struct May {
    answer: bool,
    withdraw: bool,
    suspend: bool,
    resume: bool,
    change: bool,
    end: bool,
    confirm: bool,
    quarantine: bool,
    release: bool,
}

#[derive(Template)]
#[template(path = "administering/partner.html")]
struct Partner {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    path: String,
    name: String,
    host: String,
    state: String,
    mark: &'static str,
    more: Vec<String>,
    held_why: String,
    quarantine: Option<(Moment, String)>,
    now: Option<Version>,
    offered: Option<Version>,
    lines: Vec<Line>,
    versions: Vec<Version>,
    our_key: String,
    their_key: String,
    shown_key: String,
    ours: Vec<Shared>,
    theirs: Vec<Shared>,
    vouched_here: Option<Moment>,
    /// How many of theirs they vouch for towards us, and how many of ours we do towards them.
    vouched: i64,
    told_of: usize,
    known: i64,
    follows: i64,
    alarms: Vec<Alarm>,
    acts: i64,
    may: May,
    /// What was typed.
    sent: Sent,
}

impl Partner {
    /// What is shared with whom: lists, and the keys of their headings.
    fn shared(&self) -> [(&[Shared], &'static str); 2] {
        [(&self.ours, "administering-shared-here"), (&self.theirs, "administering-shared-there")]
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    reason: String,
    digest: String,
    fingerprint: String,
}

pub(super) async fn find(app: &App, admin: &Admin, id: AgreementId) -> Result<Agreement> {
    let found = rows::by_id(&app.store, id).await?;
    found.ok_or_else(|| admin.visit.nothing())
}

async fn one(State(app): State<App>, admin: Admin, Path(id): Path<AgreementId>, Query(came): Query<Came>) -> Result<Response> {
    shown(&app, &admin, id, (Problems::default(), Sent::default(), came.is_done())).await
}

fn version(app: &App, admin: &Admin, agreement: &Agreement, of: &AgreementVersion) -> Version {
    Version {
        number: of.version,
        state: admin.word(of.state.word()),
        by: if of.offered_here { app.origin.authority().to_owned() } else { agreement.host.clone() },
        at: of.offered_at.into(),
        digest: of.digest.clone(),
        reason: of.reason.clone(),
    }
}

fn shared(app: &App, admin: &Admin, all: &[Presence]) -> Vec<Shared> {
    let one = |presence: &Presence| Shared {
        title: presence.title.clone(),
        href: app.origin.absolute(&presence.community),
        stage: admin.word(presence.stage.word()),
        people: presence.seats.iter().map(|(_, people)| people).sum(),
        roles: presence.seats.iter().map(|(role, people)| format!("{} {people}", admin.word(role.word()))).collect::<Vec<_>>().join(", "),
        since: presence.since.into(),
    };
    all.iter().map(one).collect()
}

fn may(agreement: &Agreement, pending: Option<&AgreementVersion>, is_apart: bool) -> May {
    let is_in_force = agreement.state == AgreementState::InForce;
    May {
        answer: pending.is_some_and(|version| !version.offered_here),
        withdraw: pending.is_some_and(|version| version.offered_here),
        suspend: is_in_force && !agreement.suspended_here,
        resume: is_in_force && agreement.suspended_here && !is_apart,
        change: is_in_force && pending.is_none(),
        end: is_in_force,
        confirm: agreement.held,
        quarantine: agreement.ended_at.is_none() && !is_apart,
        release: is_apart,
    }
}

async fn shown(app: &App, admin: &Admin, id: AgreementId, (problems, sent, is_done): (Problems, Sent, bool)) -> Result<Response> {
    let agreement = find(app, admin, id).await?;
    let store = &app.store;
    let partner = accounts::queries::by_id(store, agreement.partner_id).await?;
    let (now, pending) = (rows::version(store, id, agreement.version).await?, rows::pending(store, id).await?);
    let terms = |version: &Option<AgreementVersion>| version.as_ref().map(|version| rows::document(version).map(|it| it.terms)).transpose();
    let (before, after) = (terms(&now)?, terms(&pending)?);
    let hosts = std::slice::from_ref(&agreement.host);
    let apart = quarantine::of(store, hosts).await?.pop();
    let both = agreements::shared_with(store, &agreement.host).await?;
    let ties = match peers::find(store, &agreement.host).await? {
        Some(peer) => peers::dealings(store, &peer).await?,
        None => peers::Dealings::default(),
    };
    let page = Partner {
        frame: admin.frame(),
        is_done,
        path: format!("/admin/partners/{id}"),
        name: partner.as_ref().map_or_else(|| agreement.host.clone(), |partner| agreements::name_of(partner).to_owned()),
        state: admin.word(agreement.state.word()),
        mark: partners::mark(&agreement),
        more: partners::remarks(admin, &agreement),
        held_why: refusals::said_again(&agreement.held_why),
        lines: terms::compared(app, admin, before.as_ref(), after.as_ref()),
        may: may(&agreement, pending.as_ref(), apart.is_some()),
        quarantine: apart.map(|one| (one.created_at.into(), one.reason)),
        now: now.map(|of| version(app, admin, &agreement, &of)),
        offered: pending.map(|of| version(app, admin, &agreement, &of)),
        versions: rows::versions(store, id).await?.iter().map(|of| version(app, admin, &agreement, of)).collect(),
        our_key: verbs::fingerprint(app).await?,
        their_key: document::fingerprint(&agreement.partner_key),
        shown_key: if agreement.shown_key.is_empty() { String::new() } else { document::fingerprint(&agreement.shown_key) },
        ours: shared(app, admin, &both.ours),
        theirs: shared(app, admin, &both.theirs),
        vouched_here: rosters::of(store, &agreement.host).await?.map(|roster| roster.valid_until.into()),
        vouched: rosters::vouched(store, &agreement.host).await?,
        told_of: rosters::told_of(store, &agreement.host).await?.len(),
        known: ties.accounts,
        follows: ties.follows,
        alarms: watch::alarms(store, &agreement.host)
            .await?
            .into_iter()
            .map(|alarm| Alarm { at: alarm.created_at.into(), acts: alarm.acts, most: alarm.most })
            .collect(),
        acts: watch::now(store, &agreement.host).await?,
        host: agreement.host,
        problems,
        sent,
    };
    Ok(admin.page(&page.problems, &page))
}

/// What a button asks for. An offer is answered as it was read: by its digest.
async fn wanted(app: &App, id: AgreementId, (verb, sent): (&str, &Sent)) -> crate::base::error::Result<Act> {
    let reason = sent.reason.trim().to_owned();
    if matches!(verb, "approve" | "reject") {
        let pending = rows::pending(&app.store, id).await?;
        if pending.is_none_or(|pending| pending.digest != sent.digest) {
            let sentence = "The offer is another than the one you read, or is over. Read what stands here now.";
            return Err(Refusal::conflict("another_offer", sentence).into());
        }
    }
    Ok(match verb {
        "approve" => Act::Approve,
        "reject" => Act::Reject { reason },
        "withdraw" => Act::Withdraw,
        "suspend" => Act::Suspend { reason },
        "resume" => Act::Resume,
        "end" => Act::End { reason },
        "quarantine" => Act::Quarantine { reason },
        "release" => Act::Release,
        "confirm" => Act::Confirm { fingerprint: sent.fingerprint.trim().to_owned() },
        _ => return Err(Refusal::not_found().into()),
    })
}

async fn act(
    State(app): State<App>,
    admin: Admin,
    Path((id, verb)): Path<(AgreementId, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    find(&app, &admin, id).await?;
    let problems = too_long(&sent.reason);
    if !problems.is_empty() {
        return shown(&app, &admin, id, (problems, sent, false)).await;
    }
    let by = admin.account.acct();
    let outcome = match wanted(&app, id, (&verb, &sent)).await {
        Ok(wanted) => admin.visit.acting(verbs::perform(&app, &by, id, wanted)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => app.store.settle().await,
        Err(Error::Refused(refusal)) => return shown(&app, &admin, id, (refusal.into(), sent, false)).await,
        Err(fault) => return Err(fault.into()),
    }
    Ok(admin.go(&format!("/admin/partners/{id}?done=1")))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/partners/{id}", get(one)).route("/admin/partners/{id}/{verb}", post(act))
}
