//! The authorization endpoint (RFC 6749 §4.1.1): a person lets an app use their account.
//!
//! Until the app and the exact redirect URI are known to go together nothing is sent anywhere;
//! afterwards every outcome goes there, with `state` and `iss` (RFC 9207). PKCE is S256 or none.

use super::{
    login::safe_next,
    pages::{self, Failure, Result},
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, sentence::Sentence, words::NodeRole},
    features::sessions::{self, Grant},
    policy::{
        redirect::{self, OOB},
        scope::{Scope, Scopes},
    },
    store::tables,
};
use axum::{
    Form, Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};

/// What an app asks for, as it came.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    force_login: String,
}

/// The form of the consent page.
#[derive(Debug, Deserialize)]
struct Decision {
    #[serde(default)]
    token: String,
    #[serde(default)]
    decision: String,
    #[serde(flatten)]
    asked: Asked,
}

/// A request that may be put to a person.
struct Request {
    app: tables::App,
    scopes: Scopes,
}

async fn ask(State(app): State<App>, visit: Visit, Query(mut asked): Query<Asked>) -> Result<Response> {
    let outcome = checked(&app, &visit, &asked).await?;
    let forced = matches!(std::mem::take(&mut asked.force_login).as_str(), "true" | "1");
    let Some(account) = visit.account.as_ref().filter(|_| !forced) else {
        let here = format!("/oauth/authorize?{}", query_of(&asked));
        let next: String = url::form_urlencoded::byte_serialize(safe_next(&here).as_bytes()).collect();
        return Ok((visit.cookies(), Redirect::to(&format!("/login?next={next}"))).into_response());
    };
    // Only now: anybody registers an app, and a link that sends whoever follows it elsewhere at once is an open door for
    // phishing (S89, RFC 9700 §4.11.2).
    let request = match outcome {
        Ok(request) if may_grant(&visit, &request.scopes) => request,
        Ok(_) => return Ok(send_back(&app, &visit, &asked, &[("error", "invalid_scope")])),
        Err(error) => return Ok(send_back(&app, &visit, &asked, &[("error", error)])),
    };
    let page = pages::Consent {
        frame: visit.frame(),
        app_name: request.app.name.clone(),
        website: request.app.website.clone(),
        handle: format!("@{}@{}", account.username, app.origin.authority()),
        goes_to: if asked.redirect_uri == OOB { visit.say("entering-answer-here") } else { redirect::shown(&asked.redirect_uri) },
        rights: rights(&request.scopes),
        hidden: pairs(&asked),
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

async fn decide(State(app): State<App>, visit: Visit, Form(decision): Form<Decision>) -> Result<Response> {
    visit.must_have_sent(&decision.token)?;
    let asked = decision.asked;
    let request = match checked(&app, &visit, &asked).await? {
        Ok(request) => request,
        Err(error) => return Ok(send_back(&app, &visit, &asked, &[("error", error)])),
    };
    let Some(account) = &visit.account else { return Ok(Redirect::to("/login").into_response()) };
    if decision.decision != "allow" {
        return Ok(send_back(&app, &visit, &asked, &[("error", "access_denied")]));
    }
    if !may_grant(&visit, &request.scopes) {
        return Ok(send_back(&app, &visit, &asked, &[("error", "invalid_scope")]));
    }
    let grant = Grant {
        app_id: request.app.id,
        account_id: account.id,
        redirect_uri: asked.redirect_uri.clone(),
        scopes: request.scopes.to_string(),
        challenge: asked.code_challenge.clone(),
    };
    let tx = app.begin().await?;
    let code = sessions::issue_code(&tx, grant).await?;
    tx.commit().await?;
    if asked.redirect_uri == OOB {
        let page = pages::Code { frame: visit.frame(), app_name: request.app.name, code };
        return Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response());
    }
    Ok(send_back(&app, &visit, &asked, &[("code", &code)]))
}

/// The app and scopes of a request: a page of refusal when the client or its redirect URI is not
/// known to us, and the word of the RFC when something else is wrong, to be sent back.
async fn checked(app: &App, visit: &Visit, asked: &Asked) -> Result<std::result::Result<Request, &'static str>> {
    let refuse = |key| Failure::shown(Refusal::invalid("request", Sentence::verbatim(visit.say(key))), visit);
    let client = sessions::app_by_client(&app.store, &asked.client_id).await?;
    let client = client.ok_or_else(|| refuse("entering-unknown-app"))?;
    if !client.redirect_uris.lines().any(|uri| uri == asked.redirect_uri) {
        return Err(refuse("entering-unknown-answer"));
    }
    if asked.response_type != "code" {
        return Ok(Err("unsupported_response_type"));
    }
    let challenged = !asked.code_challenge.is_empty() || !asked.code_challenge_method.is_empty();
    let digest = |text: &str| text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if challenged && (asked.code_challenge_method != "S256" || !digest(&asked.code_challenge)) {
        return Ok(Err("invalid_request"));
    }
    let registered = Scopes::kept(&client.scopes);
    match Scopes::parse(&asked.scope) {
        Ok(scopes) if registered.cover_all(&scopes) => Ok(Ok(Request { app: client, scopes })),
        _ => Ok(Err("invalid_scope")),
    }
}

/// Whether somebody may let an app have `scopes`: those for administration only who moderates or administers this node. (Each use
/// asks that again.)
fn may_grant(visit: &Visit, scopes: &Scopes) -> bool {
    !scopes.administer() || visit.user.as_ref().is_some_and(|user| user.role >= NodeRole::Moderator)
}

/// Sends the outcome to the app, or shows it where there is nowhere to send it.
fn send_back(app: &App, visit: &Visit, asked: &Asked, outcome: &[(&str, &str)]) -> Response {
    let issuer = app.origin_for(&visit.host);
    if asked.redirect_uri == OOB {
        let sentence = match outcome {
            [(_, "access_denied"), ..] => visit.say("entering-denied"),
            _ => visit.say("entering-asked-wrongly"),
        };
        return Failure::shown(Refusal::forbidden("denied", Sentence::verbatim(sentence)), visit).into_response();
    }
    let mut parameters = outcome.to_vec();
    parameters.extend([("state", asked.state.as_str()), ("iss", issuer.as_str())]);
    let to = redirect::with(&asked.redirect_uri, &parameters);
    // Not `Redirect`: the URI's own bytes are kept as they are, also with a scheme of the app's own.
    (StatusCode::SEE_OTHER, visit.cookies(), [(header::LOCATION, to)]).into_response()
}

fn pairs(asked: &Asked) -> Vec<(&'static str, String)> {
    let Asked { response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method, force_login: _ } =
        asked.clone();
    vec![
        ("response_type", response_type),
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("scope", scope),
        ("state", state),
        ("code_challenge", code_challenge),
        ("code_challenge_method", code_challenge_method),
    ]
}

fn query_of(asked: &Asked) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(asked).iter().filter(|(_, value)| !value.is_empty())).finish()
}

/// The scopes in words people can weigh: keys of messages.
pub(super) fn rights(scopes: &Scopes) -> Vec<&'static str> {
    let say = |scope: Scope| match scope {
        _ if scope.administers() && scope.writes() => "entering-may-administer",
        _ if scope.administers() => "entering-may-see-administration",
        Scope::Read => "entering-may-read",
        Scope::Write => "entering-may-write",
        Scope::Follow => "entering-may-follow",
        Scope::Push => "entering-may-push",
        Scope::Profile => "entering-may-see-you",
        _ if scope.writes() => "entering-may-change-some",
        _ => "entering-may-read-some",
    };
    let mut said = Vec::new();
    for words in scopes.iter().map(say) {
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said
}

/// The routes of this file. Some clients ask with a slash at the end (client-api.md 1).
pub(super) fn routes() -> Router<App> {
    Router::new().route("/oauth/authorize", get(ask).post(decide)).route("/oauth/authorize/", get(ask).post(decide))
}
