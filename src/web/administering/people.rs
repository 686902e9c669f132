//! People of this node: found by name, address and standing; and accounts made for them.

use super::{
    super::{
        faces::Face,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Choice,
};
use crate::{
    app::App,
    base::{page::Page, text::names, words::NodeRole},
    features::administering::{
        listing::{self, Standing, Wanted},
        people::{self, Newcomer},
    },
    store::{
        Searching,
        tables::{Account, User},
    },
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;

/// People on a page.
const PEOPLE: u32 = 40;
/// What may be asked for, by its word.
const STATES: [&str; 7] = ["active", "pending", "disabled", "suspended", "left", "guests", "team"];

/// One of the people in a list.
struct Row {
    face: Face,
    href: String,
    email: String,
    role: String,
    state: String,
    /// How its badge looks.
    mark: &'static str,
    is_guest: bool,
}

#[derive(Template)]
#[template(path = "administering/people.html")]
struct People {
    frame: Frame,
    q: String,
    states: Vec<Choice>,
    people: Vec<Row>,
    older: String,
    is_narrowed: bool,
}

#[derive(Template)]
#[template(path = "administering/new_person.html")]
struct NewPerson {
    frame: Frame,
    problems: Problems,
    sent: Sent,
    roles: Vec<Choice>,
    organisation: String,
}

/// A link that is shown once.
#[derive(Template)]
#[template(path = "administering/link.html")]
pub(super) struct Link {
    pub(super) frame: Frame,
    pub(super) name: String,
    pub(super) link: String,
    pub(super) href: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    state: String,
    before: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    username: String,
    display_name: String,
    email: String,
    role: String,
    works_here: String,
    title: String,
    unit: String,
}

/// How somebody stands, as a word, with how its badge looks.
pub(super) fn state(account: &Account, user: &User) -> (&'static str, &'static str) {
    match (account.gone_at, account.suspended_at) {
        (Some(_), _) => ("deleted", "wrong"),
        (_, Some(_)) => ("suspended", "wrong"),
        _ if user.off_boarded_at.is_some() => ("left", "warn"),
        _ if user.disabled_at.is_some() => ("disabled", "wrong"),
        _ if account.silenced_at.is_some() => ("silenced", "warn"),
        _ if user.unconfirmed => ("unconfirmed", "warn"),
        _ if !user.approved => ("pending", "warn"),
        _ => ("active", "good"),
    }
}

fn wanted(asked: &Asked) -> Wanted {
    let (text, standing) = (asked.q.trim().to_owned(), |standing| Wanted { standing: Some(standing), ..Wanted::default() });
    let narrowed = match asked.state.as_str() {
        "active" => standing(Standing::Active),
        "pending" => standing(Standing::Pending),
        "disabled" => standing(Standing::Disabled),
        "suspended" => standing(Standing::Suspended),
        "left" => Wanted { has_left: true, ..Wanted::default() },
        "guests" => Wanted { is_guest: true, ..Wanted::default() },
        "team" => Wanted { roles: vec![NodeRole::Moderator, NodeRole::Admin, NodeRole::Owner], ..Wanted::default() },
        _ => Wanted::default(),
    };
    // a name begins with @ at most; an address has it later
    let is_address = text.find('@').is_some_and(|at| at > 0);
    let (username, email) = if is_address { (String::new(), text) } else { (text, String::new()) };
    Wanted { is_local: Some(true), username, email, ..narrowed }
}

async fn list(State(app): State<App>, admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let page = Page { max_id: asked.before.parse().ok(), ..Page::first(PEOPLE) };
    let found =
        Searching::settled(listing::accounts(&app.store.searching(), &wanted(&asked), page).await).map_err(|error| admin.failed(error))?;
    let ids: Vec<_> = found.iter().map(|account| account.id).collect();
    let users = listing::users(&app.store, &ids).await?;
    let row = |account: &Account| {
        let user = users.iter().find(|user| user.account_id == account.id)?;
        let (state, mark) = state(account, user);
        Some(Row {
            face: Face::of(&app, account),
            href: format!("/admin/people/{}", account.id),
            email: user.email.clone(),
            role: admin.word(user.role.word()),
            state: admin.word(state),
            mark,
            is_guest: user.is_guest,
        })
    };
    let next = page.cursors(&ids.iter().map(|id| id.0).collect::<Vec<_>>()).next_max_id;
    let query = |before: String| {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", asked.q.as_str()), ("state", &asked.state), ("before", &before)] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        format!("/admin/people?{}", pairs.finish())
    };
    let choice = |word: &str| Choice { value: word.to_owned(), words: admin.word(word), is_chosen: asked.state == word };
    let page = People {
        frame: admin.frame(),
        states: STATES.iter().map(|word| choice(word)).collect(),
        people: found.iter().filter_map(row).collect(),
        older: next.map(|id| query(id.to_string())).unwrap_or_default(),
        is_narrowed: !asked.q.is_empty() || !asked.state.is_empty(),
        q: asked.q,
    };
    Ok(admin.page(&Problems::default(), &page))
}

/// The standings that this administrator may give.
pub(super) fn roles(admin: &Admin, now: &str) -> Vec<Choice> {
    let given = NodeRole::ALL.iter().filter(|role| **role < admin.role || admin.role == NodeRole::Owner);
    given.map(|role| Choice { value: role.word().to_owned(), words: admin.word(role.word()), is_chosen: role.word() == now }).collect()
}

async fn form(State(app): State<App>, admin: Admin) -> Response {
    shown(&app, &admin, Problems::default(), Sent { works_here: "yes".into(), ..Sent::default() })
}

fn shown(app: &App, admin: &Admin, problems: Problems, sent: Sent) -> Response {
    let organisation = app.config.organisation_name().to_owned();
    let page = NewPerson { frame: admin.frame(), roles: roles(admin, &sent.role), problems, sent, organisation };
    admin.page(&page.problems, &page)
}

async fn create(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let username = match names::local_name(&sent.username, app.config.server.url.host()) {
        Ok(username) => username,
        Err(refusal) => return Ok(shown(&app, &admin, refusal.into(), sent)),
    };
    let new = Newcomer {
        username,
        display_name: sent.display_name.clone(),
        email: sent.email.clone(),
        role: sent.role.parse().unwrap_or(NodeRole::Member),
        works_as: (!sent.works_here.is_empty()).then(|| (sent.title.clone(), sent.unit.clone())),
    };
    let keys = app.new_keys().await?;
    let tx = app.begin().await?;
    let (account, secret) = match admin.visit.acting(people::create(&tx, &admin.account, new, keys)).await {
        Ok(made) => made,
        Err(error) => {
            drop(tx);
            return Ok(shown(&app, &admin, Problems::of(error)?, sent));
        }
    };
    tx.commit().await?;
    Ok(link(&app, &admin, &account, &secret))
}

/// The page that shows a one-time log-in link: once, since only its digest is kept.
pub(super) fn link(app: &App, admin: &Admin, account: &Account, secret: &str) -> Response {
    let page = Link {
        frame: admin.frame(),
        name: account.username.clone(),
        link: app.origin.absolute(&format!("/login/link/{secret}")),
        href: format!("/admin/people/{}", account.id),
    };
    admin.page(&Problems::default(), &page)
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/people", get(list)).route("/admin/people/new", get(form).post(create))
}
