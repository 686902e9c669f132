//! What moderators did: for those who run the community, and at `/c/{name}/log` for everybody who may read it.
//!
//! Who may, and who is named, is said by `moderation::log`, as in the API.

use super::{
    super::{
        super::{
            entries::Moment,
            faces::Face,
            pages::{self, Failure, Frame, Result},
            paging, places,
            session::Visit,
        },
        place, words,
    },
    Above, open,
};
use crate::{
    app::App,
    base::{error::Refusal, id::AccountId, words::Role},
    features::{accounts, moderation::log},
    store::tables::{Account, Community, ModLogRow},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use std::time::Duration;

/// How long a reader waits for the log of a community elsewhere.
const LOOK_TIME: Duration = Duration::from_secs(3);

/// An entry.
struct Row {
    act: String,
    by: Option<Face>,
    over: Option<Face>,
    /// What else is said of it: a role, a node, a stage.
    what: String,
    post: String,
    reason: String,
    at: Moment,
    until: Option<Moment>,
    /// Asked of the community's node, which has not announced it.
    is_asked: bool,
}

#[derive(Template)]
#[template(path = "communities/log.html")]
struct Page {
    frame: Frame,
    above: Option<Above>,
    who: Face,
    entries: Vec<Row>,
    older: String,
}

/// `GET /c/{name}/manage/log`
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let desk = open(&app, &visit, &name, "log").await?;
    let (frame, place) = (visit.frame(), &desk.place);
    let above = Some(desk.above(&app, &frame, &uri));
    page(&app, &visit, (&place.account, &place.facts, place.role), (&uri, &desk.here(), above)).await
}

/// `GET /c/{name}/log`
pub(super) async fn open_to_all(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let (account, facts, role) = if visit.account.is_some() {
        let place = place::find(&app, &visit, &name).await?;
        (place.account, place.facts, place.role)
    } else {
        let (account, facts) = places::known(&app, &visit, &name).await?;
        (account, facts, None)
    };
    let reader = visit.account.as_ref().map(|me| me.id);
    if !log::may_read(&app.store, &facts, reader).await? {
        return Err(Failure::shown(Refusal::not_found(), &visit));
    }
    let path = format!("{}/log", place::path_of(&account));
    page(&app, &visit, (&account, &facts, role), (&uri, &path, None)).await
}

async fn page(
    app: &App,
    visit: &Visit,
    (account, facts, role): (&Account, &Community, Option<Role>),
    (uri, path, above): (&Uri, &str, Option<Above>),
) -> Result<Response> {
    let stretch = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
    if !account.is_local()
        && role.is_some()
        && let Ok(network) = app.network()
    {
        // What was not had in time leaves our copy as it is.
        let _ = tokio::time::timeout(LOOK_TIME, network.moderation_log(account.id)).await;
    }
    let rows = log::page(&app.store, account.id, role >= Some(Role::Moderator), stretch).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let rows = log::shown(rows, facts, role.is_some());
    let frame = visit.frame();
    let shown = Page {
        who: if visit.account.is_some() { place::face(app, account) } else { Face::of(app, account) },
        entries: entries(app, &frame, rows).await?,
        older: paging::older(path, &stretch, &ids),
        above,
        frame,
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &shown)).into_response())
}

/// Entries with whom they name: one statement for any number.
async fn entries(app: &App, frame: &Frame, rows: Vec<ModLogRow>) -> crate::base::error::Result<Vec<Row>> {
    let ids: Vec<AccountId> = rows.iter().flat_map(|row| [Some(row.moderator_id), row.account_id]).flatten().collect();
    let people = accounts::queries::by_ids(&app.store, &ids).await?;
    let face = |id: AccountId| people.iter().find(|account| account.id == id).map(|account| Face::of(app, account));
    let one = |row: ModLogRow| Row {
        act: frame.say(&format!("communities-word-act-{}", row.act.word())),
        by: face(row.moderator_id),
        over: row.account_id.and_then(face),
        what: match (row.role, row.stage) {
            (Some(role), _) => words::role(frame, role),
            (None, Some(stage)) => words::stage(frame, stage),
            (None, None) => row.host,
        },
        post: row.post_id.map(|id| format!("/p/{id}")).unwrap_or_default(),
        reason: row.reason,
        at: row.created_at.into(),
        until: row.expires_at.map(Moment::from),
        is_asked: row.asked,
    };
    Ok(rows.into_iter().map(one).collect())
}
