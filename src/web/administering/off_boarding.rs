//! Off-boarding from a page: what will happen in words before, then the receipts, one for each seat elsewhere.

use super::{
    super::{
        entries::Moment,
        faces::Face,
        login::may_try,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came,
    person::ours,
    too_long,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        id::{AccountId, OffBoardingId, SeatId},
    },
    features::off_boarding::{self, Admitted, Ahead, Leaving, Receipt},
    store::tables::Account,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

/// Acts on a page.
const ACTS: u32 = 20;
/// What a leaver admitted, at most.
const ADMITTED_MAX: u32 = 200;

#[derive(Template)]
#[template(path = "administering/off_board.html")]
struct OffBoard {
    frame: Frame,
    problems: Problems,
    face: Face,
    path: String,
    reason: String,
    ahead: Ahead,
    is_self: bool,
}

/// A seat elsewhere and whether its end is confirmed.
struct Seat {
    community: String,
    host: String,
    confirmed: Option<Moment>,
    attempts: i64,
    next: Option<Moment>,
}

/// A seat that the leaver gave.
struct Given {
    /// To look at it; none where others decide.
    id: Option<SeatId>,
    who: String,
    community: String,
    role: String,
}

/// One act.
struct Act {
    href: String,
    name: String,
    at: Moment,
    reason: String,
    progress: String,
    is_held: bool,
    is_whole: bool,
}

#[derive(Template)]
#[template(path = "administering/receipt.html")]
struct Receipted {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    path: String,
    person: String,
    act: Act,
    seats: Vec<Seat>,
    given: Vec<Given>,
    /// Nobody else could confirm what was held: then by password.
    is_sole: bool,
}

#[derive(Template)]
#[template(path = "administering/off_boardings.html")]
struct OffBoardings {
    frame: Frame,
    acts: Vec<Act>,
    older: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    reason: String,
    password: String,
    seat: String,
}

/// How far an act has come, in words.
pub(super) fn progress(admin: &Admin, receipt: &Receipt) -> String {
    let frame = admin.frame();
    let (act, confirmed, all) = (&receipt.act, receipt.confirmed(), receipt.seats.len());
    match (act.undone_at, act.held_at.filter(|_| act.confirmed_at.is_none()), all) {
        (Some(_), ..) => frame.say("administering-left-undone"),
        (None, Some(_), _) => frame.say("administering-left-held"),
        (None, None, 0) => frame.say("administering-left-nowhere"),
        _ => frame.names("administering-left-confirmed", &frame.number(confirmed), &frame.number(all)),
    }
}

fn act_shown(admin: &Admin, receipt: &Receipt) -> Act {
    Act {
        href: format!("/admin/off-boardings/{}", receipt.act.id),
        name: receipt.account.as_ref().map(Account::acct).unwrap_or_default(),
        at: receipt.act.created_at.into(),
        reason: receipt.act.reason.clone(),
        progress: progress(admin, receipt),
        is_held: receipt.act.held_at.is_some() && receipt.act.confirmed_at.is_none() && receipt.act.undone_at.is_none(),
        is_whole: receipt.act.undone_at.is_none() && receipt.confirmed() == receipt.seats.len(),
    }
}

async fn ask(State(app): State<App>, admin: Admin, Path(id): Path<AccountId>) -> Result<Response> {
    asked(&app, &admin, id, (Problems::default(), String::new())).await
}

async fn asked(app: &App, admin: &Admin, id: AccountId, (problems, reason): (Problems, String)) -> Result<Response> {
    let (account, user) = ours(app, admin, id).await?;
    if user.off_boarded_at.is_some()
        && let Some(act) = off_boarding::latest(&app.store, id).await?
    {
        return Ok(admin.go(&format!("/admin/off-boardings/{}", act.id)));
    }
    let page = OffBoard {
        frame: admin.frame(),
        face: Face::of(app, &account),
        path: format!("/admin/people/{id}/off-board"),
        ahead: off_boarding::ahead(&app.store, id).await?,
        is_self: id == admin.account.id,
        problems,
        reason,
    };
    Ok(admin.page(&page.problems, &page))
}

async fn leave(State(app): State<App>, admin: Admin, Path(id): Path<AccountId>, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let (account, _) = ours(&app, &admin, id).await?;
    let problems = too_long(&sent.reason);
    if !problems.is_empty() {
        return asked(&app, &admin, id, (problems, sent.reason)).await;
    }
    let tx = app.begin().await?;
    let leaving = Leaving { by: Some(&admin.account), reason: &sent.reason };
    let act = match admin.visit.acting(off_boarding::off_board(&tx, &account, leaving)).await {
        Ok(act) => act,
        Err(error) => {
            drop(tx);
            return asked(&app, &admin, id, (Problems::of(error)?, sent.reason)).await;
        }
    };
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(admin.go(&format!("/admin/off-boardings/{}", act.id)))
}

/// What partners confirmed meanwhile is taken in.
async fn settle(app: &App) -> Result<()> {
    let tx = app.begin().await?;
    off_boarding::settle(&tx).await?;
    Ok(tx.commit().await?)
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    settle(&app).await?;
    let found = off_boarding::list(&app.store, came.before().map(OffBoardingId), ACTS).await?;
    let is_full = found.len() >= ACTS as usize;
    let older = found.last().filter(|_| is_full).map(|act| format!("/admin/off-boardings?before={}", act.id)).unwrap_or_default();
    let mut acts = Vec::with_capacity(found.len());
    for receipt in off_boarding::receipts_of(&app.store, found).await? {
        acts.push(act_shown(&admin, &receipt));
    }
    Ok(admin.page(&Problems::default(), &OffBoardings { frame: admin.frame(), acts, older }))
}

async fn one(State(app): State<App>, admin: Admin, Path(id): Path<OffBoardingId>, Query(came): Query<Came>) -> Result<Response> {
    settle(&app).await?;
    shown(&app, &admin, id, (Problems::default(), came.is_done())).await
}

async fn shown(app: &App, admin: &Admin, id: OffBoardingId, (problems, is_done): (Problems, bool)) -> Result<Response> {
    let missing = || admin.visit.nothing();
    let act = off_boarding::by_id(&app.store, id).await?.ok_or_else(missing)?;
    let left = act.account_id;
    let receipt = off_boarding::receipt(&app.store, act).await?;
    let admitted = off_boarding::admitted(&app.store, left, ADMITTED_MAX).await?;
    let seats = receipt.seats.iter().map(|(seat, community)| Seat {
        community: community.as_ref().map(|community| community.display_name.clone()).unwrap_or_default(),
        host: seat.host.clone(),
        confirmed: seat.confirmed_at.map(Moment::from),
        attempts: seat.attempts,
        next: seat.next_attempt_at.map(Moment::from),
    });
    let page = Receipted {
        frame: admin.frame(),
        is_done,
        path: format!("/admin/off-boardings/{id}"),
        person: format!("/admin/people/{left}"),
        act: act_shown(admin, &receipt),
        seats: seats.collect(),
        given: admitted.iter().map(|one| given(admin, one)).collect(),
        is_sole: receipt.act.by_id == Some(admin.account.id) && off_boarding::is_sole_administrator(&app.store, admin.account.id).await?,
        problems,
    };
    Ok(admin.page(&page.problems, &page))
}

fn given(admin: &Admin, one: &Admitted) -> Given {
    let here = one.community.as_ref().is_some_and(Account::is_local);
    Given {
        id: here.then_some(one.seat.id),
        who: one.account.as_ref().map(Account::acct).unwrap_or_default(),
        community: one.community.as_ref().map(|community| community.display_name.clone()).unwrap_or_default(),
        role: admin.word(one.seat.role.word()),
    }
}

async fn act(
    State(app): State<App>,
    admin: Admin,
    Path((id, verb)): Path<(OffBoardingId, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let has_password = verb == "confirm" && !sent.password.is_empty() && {
        may_try(&app, &admin.visit, &admin.account.id.to_string())?;
        app.passwords.verify(&sent.password, admin.visit.user.as_ref().map(|user| user.password_hash.as_str())).await?
    };
    match admin.visit.acting(done(&app, &admin, id, (&verb, &sent.seat, has_password))).await {
        Ok(()) => app.bearers.forget_all(),
        Err(Error::Refused(refusal)) => return shown(&app, &admin, id, (refusal.into(), false)).await,
        Err(fault) => return Err(fault.into()),
    }
    Ok(admin.go(&format!("/admin/off-boardings/{id}?done=1")))
}

async fn done(
    app: &App,
    admin: &Admin,
    id: OffBoardingId,
    (verb, seat, has_password): (&str, &str, bool),
) -> crate::base::error::Result<()> {
    let tx = app.begin().await?;
    let act = off_boarding::by_id(&tx, id).await?.ok_or_else(Refusal::not_found)?;
    let seat = SeatId(seat.parse().unwrap_or_default());
    match verb {
        "confirm" => off_boarding::confirm_held(&tx, &act, &admin.account, has_password).await?,
        "undo" => off_boarding::undo(&tx, &act, Some(&admin.account)).await?,
        "keep" => off_boarding::keep_admitted(&tx, seat, &admin.account).await?,
        "end" => off_boarding::end_admitted(&tx, seat, &admin.account).await?,
        _ => return Err(Refusal::not_found().into()),
    }
    tx.commit().await
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/people/{id}/off-board", get(ask).post(leave))
        .route("/admin/off-boardings", get(list))
        .route("/admin/off-boardings/{id}", get(one))
        .route("/admin/off-boardings/{id}/{verb}", post(act))
}
