//! One of the people of this node: how they stand, and what may be done about it.

use super::{
    super::{
        entries::Moment,
        faces::Face,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came, Choice, people, too_long,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        id::AccountId,
        words::{NodeRole, Sanction},
    },
    features::{
        accounts::queries,
        administering::{self, people as verbs},
        affiliations, off_boarding,
        sessions::{listed, second_factor},
    },
    policy::administration::{may_act_on, may_off_board},
    store::tables::{Account, User},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

/// Where the receipts of one who left are, and how many there are.
struct Left {
    href: String,
    sentence: String,
}

#[derive(Template)]
#[template(path = "administering/person.html")]
struct Person {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    face: Face,
    /// The path of this page.
    path: String,
    email: String,
    role: String,
    roles: Vec<Choice>,
    state: String,
    mark: &'static str,
    is_waiting: bool,
    is_disabled: bool,
    is_suspended: bool,
    has_left: bool,
    is_guest: bool,
    /// Whether the visitor stands above them.
    may: bool,
    is_self: bool,
    /// Whether the visitor may say that they left.
    may_off_board: bool,
    sign_up_reason: String,
    since: Moment,
    seen: Option<Moment>,
    browsers: usize,
    apps: usize,
    second_factor: bool,
    works_here: bool,
    title: String,
    unit: String,
    organisation: String,
    left: Option<Left>,
    /// What was typed.
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    reason: String,
    role: String,
    title: String,
    unit: String,
}

/// One of our people, with what they have; nobody is here otherwise.
pub(super) async fn ours(app: &App, admin: &Admin, id: AccountId) -> Result<(Account, User)> {
    let user = queries::user(&app.store, id).await?;
    let account = queries::by_id(&app.store, id).await?.filter(|account| account.gone_at.is_none());
    account.zip(user).ok_or_else(|| admin.visit.nothing())
}

async fn one(State(app): State<App>, admin: Admin, Path(id): Path<AccountId>, Query(came): Query<Came>) -> Result<Response> {
    shown(&app, &admin, id, (Problems::default(), Sent::default(), came.is_done())).await
}

async fn shown(app: &App, admin: &Admin, id: AccountId, (problems, sent, is_done): (Problems, Sent, bool)) -> Result<Response> {
    let (account, user) = ours(app, admin, id).await?;
    let (state, mark) = people::state(&account, &user);
    let affiliation = affiliations::of(&account).filter(|held| held.is_confirmed);
    let left = match off_boarding::latest(&app.store, id).await? {
        Some(act) => {
            let receipt = off_boarding::receipt(&app.store, act).await?;
            Some(Left {
                href: format!("/admin/off-boardings/{}", receipt.act.id),
                sentence: super::off_boarding::progress(admin, &receipt),
            })
        }
        None => None,
    };
    let page = Person {
        frame: admin.frame(),
        is_done,
        face: Face::of(app, &account),
        path: format!("/admin/people/{id}"),
        role: admin.word(user.role.word()),
        roles: people::roles(admin, user.role.word()),
        state: admin.word(state),
        mark,
        is_waiting: !user.approved && user.off_boarded_at.is_none(),
        is_disabled: user.disabled_at.is_some(),
        is_suspended: account.suspended_at.is_some(),
        has_left: user.off_boarded_at.is_some(),
        is_guest: user.is_guest,
        may: may_act_on(admin.role, Some(user.role)).is_ok(),
        is_self: account.id == admin.account.id,
        may_off_board: may_off_board(admin.role, user.role).is_ok(),
        since: account.created_at.into(),
        seen: user.signed_in_at.map(Moment::from),
        browsers: listed::browsers(&app.store, id).await?.len(),
        apps: listed::apps(&app.store, id).await?.len(),
        second_factor: second_factor::is_on(&app.store, id).await?,
        works_here: affiliation.is_some(),
        title: affiliation.as_ref().map(|held| held.title.clone()).unwrap_or_default(),
        unit: affiliation.map(|held| held.unit).unwrap_or_default(),
        organisation: app.config.organisation_name().to_owned(),
        left,
        sign_up_reason: user.sign_up_reason,
        email: user.email,
        problems,
        reason: sent.reason,
    };
    Ok(admin.page(&page.problems, &page))
}

/// What a button of the page asks for.
async fn act(
    State(app): State<App>,
    admin: Admin,
    Path((id, verb)): Path<(AccountId, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let (account, _) = ours(&app, &admin, id).await?;
    if verb == "link" {
        return make_link(&app, &admin, &account).await;
    }
    let problems = too_long(&sent.reason);
    if !problems.is_empty() {
        return shown(&app, &admin, id, (problems, sent, false)).await;
    }
    match admin.visit.acting(done(&app, &admin, &account, (&verb, &sent))).await {
        Ok(()) => app.bearers.forget_all(),
        Err(Error::Refused(refusal)) => return shown(&app, &admin, id, (refusal.into(), sent, false)).await,
        Err(fault) => return Err(fault.into()),
    }
    // whoever was refused an account is not here any more
    let is_here = queries::user(&app.store, id).await?.is_some();
    Ok(admin.go(&if is_here { format!("/admin/people/{id}?done=1") } else { "/admin/people?state=pending".to_owned() }))
}

async fn done(app: &App, admin: &Admin, account: &Account, (verb, sent): (&str, &Sent)) -> crate::base::error::Result<()> {
    let (by, tx) = (&admin.account, app.begin().await?);
    let sanction = |sanction| administering::Act { sanction, reason: &sent.reason, report: None };
    match verb {
        "approve" => administering::approve(&tx, by, account).await?,
        "reject" => administering::reject(&tx, by, account).await?,
        "disable" => administering::act(&tx, by, account, sanction(Sanction::Disable)).await?,
        "enable" => drop(administering::lift(&tx, by, account, Sanction::Disable).await?),
        "suspend" => administering::act(&tx, by, account, sanction(Sanction::Suspend)).await?,
        "restore" => drop(administering::lift(&tx, by, account, Sanction::Suspend).await?),
        "return" => off_boarding::restore(&tx, account, Some(by)).await?,
        "log-out" => verbs::log_out(&tx, by, account).await?,
        "second-factor" => drop(verbs::without_second_factor(&tx, by, account).await?),
        "role" => verbs::set_role(&tx, by, account, sent.role.parse::<NodeRole>()?).await?,
        "employ" => drop(affiliations::grant(&tx, account, (&sent.title, &sent.unit), &by.acct()).await?),
        "dismiss" => affiliations::withdraw(&tx, account, Some(by)).await?,
        _ => return Err(Refusal::not_found().into()),
    }
    tx.commit().await
}

async fn make_link(app: &App, admin: &Admin, account: &Account) -> Result<Response> {
    let tx = app.begin().await?;
    let secret = admin.visit.acting(verbs::login_link(&tx, &admin.account, account)).await.map_err(|error| admin.failed(error))?;
    tx.commit().await?;
    Ok(people::link(app, admin, account, &secret))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/people/{id}", get(one)).route("/admin/people/{id}/{verb}", post(act))
}
