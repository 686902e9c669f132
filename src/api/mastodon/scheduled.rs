//! Posts to come: listed, put off, cancelled, and published at their hour.
//!
//! What the app sent is kept as it was, and written at its hour as if it came then: mentions are looked up anew and every right is
//! judged again. Source: docs.joinmastodon.org/methods/scheduled_statuses.

use super::{
    asked::Asked,
    compose::{Writer, draft},
};
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::media as entity,
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{clock::Stamp, error, error::Refusal, id::PostId, words::NotificationKind},
    features::{
        accounts, media, notifications,
        posts::{
            once::{self, Repeat},
            publish::{self, Draft},
        },
        scheduled::{self, Scheduled},
    },
    policy::scope::Scope,
    store::Tx,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// Posts published in one round.
const ROUND_MAX: u32 = 50;

pub(super) fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadStatuses), Access::User(Scope::WriteStatuses));
    Routes::new()
        .get("/api/v1/scheduled_statuses", read, "Posts of one's own to come", list)
        .get("/api/v1/scheduled_statuses/{id}", read, "A post of one's own to come", show)
        .put("/api/v1/scheduled_statuses/{id}", write, "Puts a post to another time", put_off)
        .delete("/api/v1/scheduled_statuses/{id}", write, "Cancels a post to come", cancel)
}

/// The time for which a post is asked; none for now, also where the time is over already (Mastodon).
pub(super) fn hour(asked: &Asked, now: Stamp) -> Result<Option<Stamp>> {
    let Some(text) = asked.scheduled_at().filter(|text| !text.is_empty()) else { return Ok(None) };
    let at = Stamp::parse(text).ok_or_else(|| Failure::field("scheduled_at", "is not a time such as 2027-01-31T12:00:00Z"))?;
    Ok(Some(at).filter(|at| *at > now))
}

/// Keeps a post for `at`, if its writer might publish it now; under the same key once (R25).
pub(super) async fn schedule(
    tx: &Tx,
    writer: &Writer,
    (asked, draft): (&Asked, Draft),
    at: Stamp,
    repeat: Option<Repeat<'_>>,
) -> Result<Scheduled> {
    if let Some(repeat) = repeat
        && let Some(before) = once::claim(tx, &writer.account, repeat).await?
    {
        let row = scheduled::find(tx, writer.account.id, -before).await?.ok_or_else(Refusal::not_found)?;
        return Ok(row);
    }
    // whatever would keep it from being published now is said now
    let trial = tx.nest().await?;
    publish::publish(&trial, &writer.account, draft).await?;
    drop(trial);
    media::hold(tx, writer.account.id, asked.files(), at).await?;
    let text = serde_json::to_string(asked).map_err(anyhow::Error::from)?;
    let row = scheduled::keep(tx, (writer.account.id, writer.app_id), at, text).await?;
    if let Some(repeat) = repeat {
        once::stands_for(tx, &writer.account, repeat, -row.id).await?;
    }
    Ok(row)
}

/// What the app sent.
fn asked_in(row: &Scheduled) -> Asked {
    serde_json::from_str(&row.asked).unwrap_or_default()
}

/// The Mastodon API's ScheduledStatus. One that could not be published says why under `intermoot`.
pub(super) async fn shown(app: &App, row: &Scheduled) -> Result<Value> {
    let asked = asked_in(row);
    let files: Vec<Value> = media::queries::by_ids(&app.store, asked.files()).await?.iter().map(|file| entity::own(app, file)).collect();
    let refusal = row.refused_at.map(|at| json!({ "refused_at": at, "reason": row.refusal }));
    Ok(json!({
        "id": row.id.to_string(),
        "scheduled_at": row.due_at,
        "params": asked.params(row.app_id),
        "media_attachments": files,
        "intermoot": { "refused": refusal },
    }))
}

async fn list(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let rows = scheduled::page(&app.store, caller.id(), page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(shown(&app, row).await?);
    }
    Ok(query.answer(found, page.cursors(&ids)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    let row = scheduled::find(&app.store, caller.id(), id.0).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(shown(&app, &row).await?))
}

#[derive(Default, Deserialize)]
struct Later {
    scheduled_at: Option<String>,
}

async fn put_off(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(later): Input<Later>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    scheduled::find(&tx, caller.id(), id.0).await?.ok_or_else(Refusal::not_found)?;
    let at = later.scheduled_at.as_deref().and_then(Stamp::parse);
    let at = at.ok_or_else(|| Failure::field("scheduled_at", "must be a time such as 2027-01-31T12:00:00Z"))?;
    let row = scheduled::put_off(&tx, caller.id(), id.0, at).await?;
    media::hold(&tx, caller.id(), asked_in(&row).files(), at).await?;
    tx.commit().await?;
    Ok(Json(shown(&app, &row).await?))
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    scheduled::cancel(&tx, caller.id(), id.0).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

/// Publishes every post whose hour has come; what its author may not publish (any more) is left to them with the reason, and they
/// are told. A fault leaves the rest for the next round.
pub async fn publish_due(app: &App) -> error::Result<()> {
    for row in scheduled::due(&app.store, ROUND_MAX).await? {
        let Err(failure) = publish_one(app, &row).await else { continue };
        if failure.status.is_server_error() {
            return Err(anyhow::anyhow!("a post to come could not be published: {}", failure.sentence).into());
        }
        let tx = app.begin().await?;
        if scheduled::refuse(&tx, &row, &failure.sentence).await? {
            notifications::tell_oneself(&tx, row.account_id, NotificationKind::ScheduledRefused, PostId(row.id)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn publish_one(app: &App, row: &Scheduled) -> Result<()> {
    let account = accounts::queries::by_id(&app.store, row.account_id).await?.filter(crate::store::tables::Account::is_active);
    let user = accounts::queries::user(&app.store, row.account_id).await?.filter(|user| !user.is_over(app.store.clock.now()));
    let (Some(account), Some(user)) = (account, user) else {
        return Err(Refusal::forbidden("account_closed", "Your account cannot publish any more.").into());
    };
    let asked: Asked = serde_json::from_str(&row.asked).map_err(|_| Failure::field("params", "cannot be read any more"))?;
    let writer = Writer { account, user: Some(user), app_id: row.app_id };
    let draft = draft(app, &writer, &asked).await?;
    let tx = app.begin().await?;
    if !scheduled::take(&tx, row).await? {
        return Ok(());
    }
    let post = publish::publish(&tx, &writer.account, draft).await?;
    scheduled::published(&tx, row, post.id).await?;
    tx.commit().await?;
    Ok(())
}
