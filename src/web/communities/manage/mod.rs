//! Running a community: what waits for its moderators, who is in it and in which role, and how it is open.
//!
//! Whoever may not do a thing finds no page for it; to everybody below curator there is nothing here at all (S48). Of a community
//! elsewhere only what can be asked of its node is offered.

mod bans;
mod invitations;
mod log;
mod people;
mod policy;
mod queue;
pub(super) mod reports;
mod requests;
mod settings;
mod side;
mod stage;
mod threads;

use super::{
    super::{
        faces::Face,
        frame::Frame,
        pages::{Failure, Result},
        session::Visit,
    },
    place::{self, Place},
    sent::Sent,
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, PostId},
        words::Role,
    },
    features::{
        accounts,
        memberships::{
            self, Decision,
            lists::{self, Waiting},
        },
        moderation::{self, Deed, Said},
    },
};
use axum::{
    Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// A page about one side of running a community.
struct Side {
    /// The end of its path, and of its name's key.
    key: &'static str,
    /// The least rank that finds it.
    least: Role,
    /// Only where the community lives here.
    is_local: bool,
    /// Only by a seat that can be used, not by administering the node.
    is_by_seat: bool,
}

const fn side(key: &'static str, least: Role, is_local: bool, is_by_seat: bool) -> Side {
    Side { key, least, is_local, is_by_seat }
}

const SIDES: [Side; 11] = [
    side("requests", Role::Moderator, false, false),
    side("invitations", Role::Curator, false, false),
    side("people", Role::Moderator, false, false),
    side("reports", Role::Moderator, false, true),
    side("queue", Role::Moderator, true, true),
    side("threads", Role::Curator, true, true),
    side("bans", Role::Moderator, false, false),
    side("log", Role::Curator, false, true),
    side("settings", Role::Owner, true, false),
    side("policy", Role::Owner, true, false),
    side("stage", Role::Owner, true, false),
];

impl Side {
    fn is_open_to(&self, place: &Place) -> bool {
        let rank = if self.is_by_seat { place.role } else { place.rank };
        rank >= Some(self.least) && (place.account.is_local() || !self.is_local)
    }
}

/// A community before somebody who runs it.
pub(super) struct Desk {
    pub(super) place: Place,
    key: &'static str,
    waiting: Waiting,
}

/// The way to one side.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) count: i64,
    pub(super) is_here: bool,
}

/// What stands above every side.
pub(super) struct Above {
    pub(super) who: Face,
    /// The community's path.
    pub(super) path: String,
    /// Where the forms of this side go.
    pub(super) here: String,
    pub(super) tabs: Vec<Tab>,
    pub(super) done: String,
}

/// The desk at `key` of the community called `name`. Whoever may not sit there finds nothing.
pub(super) async fn open(app: &App, visit: &Visit, name: &str, key: &'static str) -> Result<Desk> {
    let place = place::find(app, visit, name).await?;
    if !SIDES.iter().any(|side| side.key == key && side.is_open_to(&place)) {
        return Err(Failure::shown(Refusal::not_found(), visit));
    }
    let waiting = lists::waiting(&app.store, place.account.id).await?;
    Ok(Desk { place, key, waiting })
}

impl Desk {
    /// The path of this side.
    pub(super) fn here(&self) -> String {
        format!("{}/manage/{}", self.place.path(), self.key)
    }

    /// What stands above it.
    pub(super) fn above(&self, app: &App, frame: &Frame, uri: &Uri) -> Above {
        let tab = |side: &Side| Tab {
            href: format!("{}/manage/{}", self.place.path(), side.key),
            name: frame.say(&format!("communities-word-side-{}", side.key)),
            count: match side.key {
                "requests" => self.waiting.requests,
                "queue" => self.waiting.posts,
                "reports" => self.waiting.reports,
                _ => 0,
            },
            is_here: side.key == self.key,
        };
        Above {
            who: place::face(app, &self.place.account),
            path: self.place.path(),
            here: self.here(),
            tabs: SIDES.iter().filter(|side| side.is_open_to(&self.place)).map(tab).collect(),
            done: super::done(frame, uri),
        }
    }

    /// Back to this side, where it says what was done.
    pub(super) fn back(&self, visit: &Visit, done: &str) -> Response {
        (visit.cookies(), Redirect::to(&format!("{}?done={done}", self.here()))).into_response()
    }

    /// The person that a form names.
    async fn person(&self, app: &App, sent: &Sent) -> crate::base::error::Result<crate::store::tables::Account> {
        let id = AccountId(sent.id("account")?);
        Ok(accounts::queries::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?)
    }

    /// A decision over somebody's seat: at once here, asked of the community's node elsewhere. The word for what was done.
    pub(super) async fn decide(
        &self,
        app: &App,
        who: &crate::store::tables::Account,
        (decision, done): (Decision, &'static str),
    ) -> crate::base::error::Result<&'static str> {
        let tx = app.begin().await?;
        memberships::decided(&tx, &self.place.me, who, &self.place.account, decision).await?;
        tx.commit().await?;
        app.store.settle().await;
        Ok(if self.place.account.is_local() { done } else { "asked_there" })
    }

    /// Something that moderators do over a person or a post. The word for what was done.
    pub(super) async fn over(&self, app: &App, sent: &Sent) -> crate::base::error::Result<&'static str> {
        let (me, community) = (&self.place.me, &self.place.account);
        let said = Said { by: me, community, reason: sent.reason("reason")?, uri: None };
        let act = sent.text("act");
        let person = if matches!(act, "warn" | "ban" | "unban") { Some(self.person(app, sent).await?) } else { None };
        let tx = app.begin().await?;
        let post = match person {
            Some(_) => None,
            None => Some(moderation::seen_by_moderator(&tx, community.id, me.id, PostId(sent.id("post")?)).await?),
        };
        let (deed, done) = match (act, &person, &post) {
            ("warn", Some(who), _) => (Deed::Warn(who, None), "warned"),
            ("ban", Some(account), _) => {
                (Deed::Ban { account, until: sent.until("days", tx.now)?, removes_data: sent.is("remove_posts") }, "banned")
            }
            ("unban", Some(who), _) => (Deed::Unban(who), "unbanned"),
            ("remove", _, Some(post)) => (Deed::Remove(post), "removed"),
            ("restore", _, Some(post)) => (Deed::Restore(post), "restored"),
            ("lock", _, Some(post)) => (Deed::Lock(post), "locked"),
            ("unlock", _, Some(post)) => (Deed::Unlock(post), "unlocked"),
            _ => return Err(Refusal::not_found().into()),
        };
        moderation::perform(&tx, said, deed).await?;
        tx.commit().await?;
        app.store.settle().await;
        Ok(if community.is_local() { done } else { "asked_there" })
    }
}

/// `GET /c/{name}/manage`: to what waits, else to the first side that is open.
async fn first(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Response> {
    let place = place::find(&app, &visit, &name).await?;
    let open: Vec<&Side> = SIDES.iter().filter(|side| side.is_open_to(&place)).collect();
    let waiting = lists::waiting(&app.store, place.account.id).await?;
    let waits = |side: &Side| match side.key {
        "requests" => waiting.requests > 0,
        "reports" => waiting.reports > 0,
        "queue" => waiting.posts > 0,
        _ => false,
    };
    let to = open.iter().find(|side| waits(side)).or(open.first()).ok_or_else(|| Failure::shown(Refusal::not_found(), &visit))?;
    Ok((visit.cookies(), Redirect::to(&format!("{}/manage/{}", place.path(), to.key))).into_response())
}

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/{name}/log", get(log::open_to_all))
        .route("/c/{name}/manage", get(first))
        .route("/c/{name}/manage/requests", side::of::<requests::Requests>())
        .route("/c/{name}/manage/invitations", side::of::<invitations::Invitations>())
        .route("/c/{name}/manage/people", side::of::<people::People>())
        .route("/c/{name}/manage/reports", side::of::<reports::Reports>())
        .route("/c/{name}/manage/queue", side::of::<queue::Queue>())
        .route("/c/{name}/manage/threads", side::of::<threads::Threads>())
        .route("/c/{name}/manage/bans", side::of::<bans::Bans>())
        .route("/c/{name}/manage/log", get(log::show))
        .route("/c/{name}/manage/settings", side::of::<settings::Settings>())
        .route("/c/{name}/manage/policy", side::of::<policy::Policy>())
        .route("/c/{name}/manage/stage", get(stage::show).post(stage::act))
}
