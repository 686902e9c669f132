//! Other servers: how they do, what waits for them, and what is decided about them.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came, Choice, Reasoned, too_long,
};
use crate::{
    app::{App, peers as verbs},
    base::{
        clock::Stamp,
        error::{Error, Refusal},
        page::Page,
    },
    features::peers::{self, Kind},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;

/// Servers on a page.
const PEERS: u32 = 40;

/// A server, as the API shows it, in words.
struct Row {
    host: String,
    href: String,
    state: String,
    mark: &'static str,
    is_silenced: bool,
    is_partner: bool,
    software: String,
    queue: String,
    failures: i64,
    failing: Option<Moment>,
    next: Option<Moment>,
    delivered: Option<Moment>,
    received: Option<Moment>,
    since: Option<Moment>,
}

impl Row {
    /// What happened when: the keys of the words, and the moments that are known.
    fn moments(&self) -> Vec<(&'static str, Moment)> {
        let all = [
            ("administering-delivered", self.delivered),
            ("administering-received", self.received),
            ("administering-failing-since", self.failing),
            ("administering-next", self.next),
            ("administering-known-since", self.since),
        ];
        all.into_iter().filter_map(|(key, at)| at.map(|at| (key, at))).collect()
    }
}

#[derive(Template)]
#[template(path = "administering/peers.html")]
struct Peers {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    states: Vec<Choice>,
    all: bool,
    peers: Vec<Row>,
    older: String,
    /// What was typed.
    host: String,
    reason: String,
}

/// A decision about a server or one that it lies below.
struct Decision {
    host: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "administering/peer.html")]
struct PeerPage {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    row: Row,
    /// Accounts, seats, follows, agreements.
    ties: [i64; 4],
    block: Option<Decision>,
    silence: Option<Decision>,
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    host: String,
    reason: String,
    how: String,
}

fn text(shape: &Value, name: &str) -> String {
    shape[name].as_str().unwrap_or_default().to_owned()
}

fn row(admin: &Admin, shape: &Value) -> Row {
    let at = |name: &str| shape[name].as_str().and_then(Stamp::parse).map(Moment::from);
    let (host, state) = (text(shape, "host"), text(shape, "state"));
    let mark = match state.as_str() {
        "active" => "good",
        "failing" => "warn",
        _ => "wrong",
    };
    let queue = &shape["queue"];
    let count = admin.frame().number(queue["activities"].as_i64().unwrap_or_default());
    Row {
        href: format!("/admin/peers/{host}"),
        state: admin.word(&state),
        mark,
        is_silenced: !shape["silenced_at"].is_null(),
        is_partner: shape["partner"] == true,
        software: format!("{} {}", text(shape, "software"), text(shape, "version")).trim().to_owned(),
        queue: if queue["at_least"] == true { admin.frame().name("administering-at-least", &count) } else { count },
        failures: shape["failures"].as_i64().unwrap_or_default(),
        failing: at("failing_since").filter(|_| state != "active"),
        next: at("next_attempt_at"),
        delivered: at("last_delivered_at"),
        received: at("last_received_at"),
        since: at("known_since"),
        host,
    }
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    shown(&app, &admin, &came, (Problems::default(), Sent::default())).await
}

async fn shown(app: &App, admin: &Admin, came: &Came, (problems, sent): (Problems, Sent)) -> Result<Response> {
    let kind = Kind::named(&came.state).ok();
    let page = Page { max_id: came.before(), ..Page::first(PEERS) };
    let found = verbs::page(app, kind, page).await?;
    let ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
    let state = kind.map_or(String::new(), |_| format!("&state={}", came.state));
    let older = page.cursors(&ids).next_max_id.map(|id| format!("/admin/peers?before={id}{state}")).unwrap_or_default();
    let choice = |word: &str| Choice { value: word.to_owned(), words: admin.word(word), is_chosen: kind.is_some() && came.state == word };
    let page = Peers {
        frame: admin.frame(),
        is_done: came.is_done(),
        states: Kind::ALL.iter().map(|(word, _)| choice(word)).collect(),
        all: kind.is_none(),
        peers: found.iter().map(|(_, shape)| row(admin, shape)).collect(),
        older,
        host: sent.host,
        reason: sent.reason,
        problems,
    };
    Ok(admin.page(&page.problems, &page))
}

/// Blocks or silences a host by its name, known or not.
async fn decide(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let problems = too_long(&sent.reason);
    if !problems.is_empty() {
        return shown(&app, &admin, &Came::default(), (problems, sent)).await;
    }
    let (by, host) = (admin.account.acct(), sent.host.trim().to_owned());
    let act = async {
        match sent.how.as_str() {
            "silence" => verbs::silence(&app, &host, (&by, &sent.reason)).await,
            _ => verbs::block(&app, &host, (&by, &sent.reason)).await.map(drop),
        }
    };
    match admin.visit.acting(act).await {
        Ok(()) => Ok(admin.go("/admin/peers?done=1")),
        Err(error) => shown(&app, &admin, &Came::default(), (Problems::of(error)?, sent)).await,
    }
}

async fn one(State(app): State<App>, admin: Admin, Path(host): Path<String>, Query(came): Query<Came>) -> Result<Response> {
    peer(&app, &admin, &host, (Problems::default(), String::new(), came.is_done())).await
}

async fn peer(app: &App, admin: &Admin, host: &str, (problems, reason, is_done): (Problems, String, bool)) -> Result<Response> {
    let missing = || admin.visit.nothing();
    let shape = match verbs::show(app, host).await {
        Ok(shape) => shape,
        Err(Error::Refused(_)) => return Err(missing()),
        Err(fault) => return Err(fault.into()),
    };
    let decision = |name: &str| {
        let said = &shape["decisions"][name];
        (!said.is_null()).then(|| Decision { host: text(said, "host"), reason: text(said, "reason") })
    };
    let page = PeerPage {
        frame: admin.frame(),
        is_done,
        row: row(admin, &shape),
        ties: ["accounts", "seats", "follows", "agreements"].map(|name| shape["dealings"][name].as_i64().unwrap_or_default()),
        block: decision("block"),
        silence: decision("silence"),
        reason,
        problems,
    };
    Ok(admin.page(&page.problems, &page))
}

async fn act(
    State(app): State<App>,
    admin: Admin,
    Path((host, verb)): Path<(String, String)>,
    Form(sent): Form<Reasoned>,
) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let problems = too_long(&sent.reason);
    if !problems.is_empty() {
        return peer(&app, &admin, &host, (problems, sent.reason, false)).await;
    }
    match admin.visit.acting(done(&app, &admin, (&host, &verb), &sent.reason)).await {
        Ok(()) if verb == "forget" => Ok(admin.go("/admin/peers?done=1")),
        Ok(()) => Ok(admin.go(&format!("/admin/peers/{host}?done=1"))),
        Err(Error::Refused(refusal)) => peer(&app, &admin, &host, (refusal.into(), sent.reason, false)).await,
        Err(fault) => Err(fault.into()),
    }
}

async fn done(app: &App, admin: &Admin, (host, verb): (&str, &str), reason: &str) -> crate::base::error::Result<()> {
    let by = admin.account.acct();
    match verb {
        "retry" => return verbs::retry(app, host).await.map(drop),
        "forget" => return verbs::forget(app, host).await,
        "block" => return verbs::block(app, host, (&by, reason)).await.map(drop),
        "silence" => return verbs::silence(app, host, (&by, reason)).await,
        _ => {}
    }
    let tx = app.begin().await?;
    match verb {
        "unblock" => peers::unblock(&tx, &peers::normal(host)?, &by).await?,
        "unsilence" => peers::unsilence(&tx, host, &by).await?,
        _ => return Err(Refusal::not_found().into()),
    }
    tx.commit().await
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/peers", get(list).post(decide))
        .route("/admin/peers/{host}", get(one))
        .route("/admin/peers/{host}/{verb}", post(act))
}
