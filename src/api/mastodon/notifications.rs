//! Notifications, v1 one by one and v2 in groups. What is filtered: `notification_policy.rs`.
//! Source: docs.joinmastodon.org/methods/{notifications,grouped_notifications}.

use crate::{
    api::{
        body::Query,
        caller::Caller,
        entities::{
            account,
            notification::{grouped, notifications as shown},
        },
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, NotificationId},
        page::Page,
        words::NotificationKind,
    },
    features::notifications::{self, Wanted, groups, groups::GROUPED, markers},
    policy::scope::Scope,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Most unread notifications counted unless the client asks for fewer or more.
const UNREAD_DEFAULT: u32 = 100;
/// The most it may ask for.
const UNREAD_MAX: u32 = 1000;
/// Most accounts of one group that are listed.
const MEMBERS_MAX: u32 = 80;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadNotifications), Access::User(Scope::WriteNotifications));
    Routes::new()
        .get("/api/v1/notifications", read, "What one is told", list)
        .get("/api/v1/notifications/unread_count", read, "How much of it is unread", unread)
        .post("/api/v1/notifications/clear", write, "Forgets all", clear)
        .get("/api/v1/notifications/{id}", read, "One notification", one)
        .post("/api/v1/notifications/{id}/dismiss", write, "Forgets one", dismiss)
        .get("/api/v2/notifications", read, "What one is told, in groups", in_groups)
        .get("/api/v2/notifications/unread_count", read, "How many groups are unread", unread_groups)
        .get("/api/v2/notifications/{group}", read, "One group", group)
        .get("/api/v2/notifications/{group}/accounts", read, "Who is in a group", group_accounts)
        .post("/api/v2/notifications/{group}/dismiss", write, "Forgets a group", dismiss_group)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    types: Vec<String>,
    exclude_types: Vec<String>,
    account_id: Option<AccountId>,
    include_filtered: bool,
    grouped_types: Option<Vec<String>>,
    expand_accounts: Option<String>,
    limit: Option<u32>,
}

impl Asked {
    /// What is wanted; none when nothing we know is. Words of kinds that do not exist here are no mistake.
    fn wanted(&self) -> Option<Wanted> {
        let named = |words: &[String], kind: NotificationKind| words.iter().any(|word| word == kind.word());
        // apps that never heard of a word need not stumble over it
        let by_default = |kind: NotificationKind| self.types.is_empty() && !kind.is_ours();
        let wanted = |kind: &NotificationKind| (by_default(*kind) || named(&self.types, *kind)) && !named(&self.exclude_types, *kind);
        let kinds: Vec<NotificationKind> = NotificationKind::ALL.iter().copied().filter(wanted).collect();
        (!kinds.is_empty()).then_some(Wanted { kinds, by: self.account_id, with_filtered: self.include_filtered })
    }

    /// Kinds that are to come in groups, as far as they can.
    fn grouped(&self) -> Vec<NotificationKind> {
        let Some(named) = &self.grouped_types else { return GROUPED.to_vec() };
        GROUPED.into_iter().filter(|kind| named.iter().any(|word| word == kind.word())).collect()
    }

    /// Whether all but the first of a group are to be named only by their pictures.
    fn partly(&self) -> Result<bool> {
        match self.expand_accounts.as_deref() {
            None | Some("" | "full") => Ok(false),
            Some("partial_avatars") => Ok(true),
            Some(_) => Err(Failure::field("expand_accounts", "must be full or partial_avatars")),
        }
    }

    fn count_limit(&self) -> u32 {
        self.limit.unwrap_or(UNREAD_DEFAULT).clamp(1, UNREAD_MAX)
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let rows = match asked.wanted() {
        Some(wanted) => notifications::page_of(&app.store, caller.id(), &wanted, page).await?,
        None => Vec::new(),
    };
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    Ok(query.answer(shown(&app, caller.id(), &rows).await?, page.cursors(&ids)))
}

async fn in_groups(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>, query: PageQuery) -> Result<Response> {
    let (page, partly, kinds) = (query.clamp(40, 80), asked.partly()?, asked.grouped());
    let found = match asked.wanted() {
        Some(wanted) => groups::page(&app.store, caller.id(), (&wanted, &kinds), page).await?,
        None => Vec::new(),
    };
    let ids: Vec<i64> = found.iter().map(|group| group.head.id.0).collect();
    let mut response = Json(grouped(&app, caller.id(), &found, partly).await?).into_response();
    query.link(response.headers_mut(), page.cursors(&ids));
    Ok(response)
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<NotificationId>) -> Result<Json<Value>> {
    let found = notifications::find(&app.store, caller.id(), id).await?.ok_or_else(Refusal::not_found)?;
    let shown = shown(&app, caller.id(), &[found]).await?.pop();
    Ok(Json(shown.ok_or_else(Refusal::not_found)?))
}

async fn group(State(app): State<App>, caller: Caller, Path(key): Path<String>) -> Result<Json<Value>> {
    let found = groups::find(&app.store, caller.id(), &key).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(grouped(&app, caller.id(), &[found], false).await?))
}

async fn group_accounts(State(app): State<App>, caller: Caller, Path(key): Path<String>) -> Result<Json<Value>> {
    let members = groups::newest(&app.store, caller.id(), &key, Page::first(MEMBERS_MAX)).await?;
    if members.is_empty() {
        return Err(Refusal::not_found().into());
    }
    let ids: Vec<AccountId> = members.iter().map(|member| member.from_id).collect();
    let mut accounts = account::by_ids(&app, &app.store, &ids).await?;
    let shown: Vec<_> = ids.iter().filter_map(|id| accounts.remove(id)).collect();
    Ok(Json(json!(shown)))
}

async fn clear(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    notifications::clear(&tx, caller.id()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn dismiss(State(app): State<App>, caller: Caller, Path(id): Path<NotificationId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    notifications::dismiss(&tx, caller.id(), id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn dismiss_group(State(app): State<App>, caller: Caller, Path(key): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    groups::dismiss(&tx, caller.id(), &key).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn unread(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    count(&app, &caller, &asked, None).await
}

async fn unread_groups(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    count(&app, &caller, &asked, Some(&asked.grouped())).await
}

async fn count(app: &App, caller: &Caller, asked: &Asked, grouped: Option<&[NotificationKind]>) -> Result<Json<Value>> {
    let count = match asked.wanted() {
        Some(wanted) => markers::unread_of(&app.store, caller.id(), (&wanted, grouped), asked.count_limit()).await?,
        None => 0,
    };
    Ok(Json(json!({ "count": count })))
}
