//! The page of an invitation by e-mail: who invites to what, and how to come: with an account of one's own node, or as a guest.
//!
//! The link is a secret: pages are kept by nobody and send no referrer (see `web`). Unknown, used, revoked and expired links
//! are one answer (S54), counted like attempts to log in.

use super::{
    entries::Moment,
    faces::Face,
    language::Value,
    login::may_try,
    pages::{self, Failure, Result},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        password,
        text::{handle, limits::DISPLAY_NAME_CHARS_MAX, names},
    },
    features::{
        accounts::queries,
        communities,
        invitations::{self, guests},
    },
    policy::invitation::guest_until,
    store::tables::{Account, Community, Invitation},
};
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;

/// Longest thing anybody types into a line of this form.
const LINE_BYTES_MAX: usize = 400;

/// What the forms of the page send; each uses its own part.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    handle: String,
    username: String,
    display_name: String,
    password: String,
    accepts: String,
}

/// An invitation that can be accepted, with what the page says of it.
struct Open {
    invitation: Invitation,
    inviter: Account,
    community: Account,
    facts: Community,
}

async fn find(app: &App, visit: &Visit, secret: &str) -> Result<Open> {
    may_try(app, visit, "invitation")?;
    let nothing = || visit.nothing();
    let invitation = invitations::queries::open(&app.store, secret).await?.ok_or_else(nothing)?;
    let facts = communities::queries::by_id(&app.store, invitation.community_id).await?.filter(|facts| facts.closed_at.is_none());
    let active = async |id| Ok::<_, Error>(queries::by_id(&app.store, id).await?.filter(Account::is_active));
    let (inviter, community) = (active(invitation.inviter_id).await?, active(invitation.community_id).await?);
    let ((inviter, community), facts) = inviter.zip(community).zip(facts).ok_or_else(nothing)?;
    Ok(Open { invitation, inviter, community, facts })
}

async fn show(State(app): State<App>, visit: Visit, Path(secret): Path<String>) -> Result<Response> {
    let open = find(&app, &visit, &secret).await?;
    page(&app, &visit, (&secret, open), (&Sent::default(), Problems::default())).await
}

async fn page(app: &App, visit: &Visit, (secret, open): (&str, Open), (sent, problems): (&Sent, Problems)) -> Result<Response> {
    let now = app.store.clock.now();
    let until = guest_until(now, open.invitation.guest_until.filter(|until| *until > now)).map_err(Error::from)?;
    let policies = invitations::queries::policies(&app.store, open.community.id).await?;
    let line = |text: &str| crate::base::text::limits::cut_bytes(text, LINE_BYTES_MAX).to_owned();
    let node = app.name().await?;
    let (inviter, community) = (Face::of(app, &open.inviter), Face::of(app, &open.community));
    let named = [
        ("inviter", Value::Text(&inviter.name)),
        ("community", Value::Text(&community.name)),
        ("organisation", Value::Text(&node)),
        ("role", Value::Text(&visit.say(&format!("entering-role-{}", open.invitation.role.word())))),
    ];
    let said = visit.language().say("entering-invited-to", &named);
    let page = pages::Invitation {
        frame: visit.frame(),
        path: format!("/invitation/{secret}"),
        problems,
        said,
        inviter,
        community,
        purpose: open.facts.purpose,
        open_until: open.invitation.expires_at.into(),
        guest_until: until.into(),
        handle: line(&sent.handle),
        username: line(&sent.username),
        display_name: line(&sent.display_name),
        accepts: sent.accepts == "yes",
        characters: password::CHARS_MIN,
        policies: policies.into_iter().map(|policy| (policy.title, policy.content)).collect(),
    };
    Ok(pages::form(visit, &page.problems, &page))
}

/// *My organisation has a node*: the invitation becomes one for that account.
async fn hand_over(State(app): State<App>, visit: Visit, Path(secret): Path<String>, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let open = find(&app, &visit, &secret).await?;
    let account = match account(&app, &sent.handle).await {
        Ok(account) => account,
        Err(error) => return again(&app, &visit, (&secret, open), (&sent, error)).await,
    };
    let tx = app.begin().await?;
    if let Err(error) = invitations::hand_over(&tx, &secret, &account).await {
        drop(tx);
        return again(&app, &visit, (&secret, open), (&sent, error)).await;
    }
    tx.commit().await?;
    app.store.settle().await;
    let handle = if account.is_local() { format!("{}@{}", account.username, app.origin.authority()) } else { account.acct() };
    let page = invited(&app, &visit, &open.community, (handle, None));
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The account that was named: known, or found at its node (outside any transaction).
async fn account(app: &App, typed: &str) -> crate::base::error::Result<Account> {
    let acct = handle::acct(typed).map_err(|refusal| Refusal { field: Some("handle"), ..refusal })?;
    let Some(host) = acct.host else {
        return Err(Refusal::invalid("handle", "needs the name of your node: you@your.node").into());
    };
    if host == app.origin.authority() {
        let sentence = "There is nobody of this name on this node.";
        let found = queries::by_handle(&app.store, &acct.name, "").await?;
        return Ok(found.ok_or_else(|| Refusal::forbidden("unknown", sentence))?);
    }
    match queries::by_handle(&app.store, &acct.name, &host).await? {
        Some(account) => Ok(account),
        None => app.network()?.find_account(&acct.name, &host).await,
    }
}

/// *Guest here*: an account of this node, logged in at once.
async fn come(State(app): State<App>, visit: Visit, Path(secret): Path<String>, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let open = find(&app, &visit, &secret).await?;
    let account = match made(&app, &secret, &sent).await {
        Ok(account) => account,
        Err(error) => return again(&app, &visit, (&secret, open), (&sent, error)).await,
    };
    app.store.settle().await;
    let cookies = visit.log_in(&app, &account).await?;
    let until = account.guest().map(|guest| guest.until.into());
    let page = invited(&app, &visit, &open.community, (account.username, until));
    Ok((cookies, pages::show(StatusCode::OK, &page)).into_response())
}

fn invited(app: &App, visit: &Visit, community: &Account, (handle, guest_until): (String, Option<Moment>)) -> pages::Invited {
    let community = Face::of(app, community);
    let community_handle = format!("@{}@{}", community.username, community.host);
    pages::Invited { frame: visit.frame(), community, community_handle, handle, guest_until }
}

async fn made(app: &App, secret: &str, sent: &Sent) -> crate::base::error::Result<Account> {
    let username = names::local_name(&sent.username, app.origin.authority())?;
    let new = guests::NewGuest {
        username,
        display_name: names::display_name(&sent.display_name, DISPLAY_NAME_CHARS_MAX),
        password_hash: app.passwords.hash(&sent.password).await?,
        accepts: sent.accepts == "yes",
        keys: app.new_keys().await?,
    };
    let tx = app.begin().await?;
    let account = guests::accept(&tx, secret, new).await?;
    tx.commit().await?;
    Ok(account)
}

/// The page once more, with what is the matter; a link that is over meanwhile says so like any other.
async fn again(app: &App, visit: &Visit, open: (&str, Open), (sent, error): (&Sent, Error)) -> Result<Response> {
    match error {
        Error::Refused(refusal) if refusal.code == "not_found" => Err(Failure::shown(refusal, visit)),
        Error::Refused(refusal) => page(app, visit, open, (sent, refusal.into())).await,
        fault => Err(fault.into()),
    }
}

async fn decline(State(app): State<App>, visit: Visit, Path(secret): Path<String>, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    find(&app, &visit, &secret).await?;
    let tx = app.begin().await?;
    invitations::decline(&tx, &secret).await.map_err(|error| match error {
        Error::Refused(refusal) => Failure::shown(refusal, &visit),
        fault => fault.into(),
    })?;
    tx.commit().await?;
    let (title, sentence) = (visit.say("entering-declined"), visit.say("entering-declined-what"));
    Ok((visit.cookies(), pages::show(StatusCode::OK, &pages::Message { frame: visit.frame(), title, sentence })).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/invitation/{secret}", get(show))
        .route("/invitation/{secret}/handle", post(hand_over))
        .route("/invitation/{secret}/guest", post(come))
        .route("/invitation/{secret}/decline", post(decline))
}
