//! Notifications, v1 and v2 (groups of one), and the policy for them, which accepts everything.
//! Source: docs.joinmastodon.org/methods/{notifications,grouped_notifications}.

use crate::{
    api::{
        body::Query,
        caller::Caller,
        entities::notification::{grouped, notifications as shown},
        error::Result,
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
    features::notifications,
    policy::scope::Scope,
    store::tables::Notification,
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

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadNotifications), Access::User(Scope::WriteNotifications));
    Routes::new()
        .get("/api/v1/notifications", read, "What one is told", list)
        .get("/api/v1/notifications/unread_count", read, "How much of it is unread", unread)
        .get("/api/v1/notifications/policy", read, "What is filtered: nothing", policy_v1)
        .patch("/api/v1/notifications/policy", write, "Answers with the policy as it is: nothing is filtered yet", policy_v1)
        .put("/api/v1/notifications/policy", write, "Answers with the policy as it is: nothing is filtered yet", policy_v1)
        .get("/api/v1/notifications/requests", read, "Filtered notifications: none", none)
        .get("/api/v1/notifications/requests/merged", read, "Whether accepted requests were merged", merged)
        .post("/api/v1/notifications/clear", write, "Forgets all", clear)
        .get("/api/v1/notifications/{id}", read, "One notification", one)
        .post("/api/v1/notifications/{id}/dismiss", write, "Forgets one", dismiss)
        .get("/api/v2/notifications", read, "What one is told, in groups of one", groups)
        .get("/api/v2/notifications/unread_count", read, "How much of it is unread", unread)
        .get("/api/v2/notifications/policy", read, "What is filtered: nothing", policy_v2)
        .patch("/api/v2/notifications/policy", write, "Answers with the policy as it is: nothing is filtered yet", policy_v2)
        .get("/api/v2/notifications/{group}", read, "One group", group)
        .get("/api/v2/notifications/{group}/accounts", read, "Who is in a group", group_accounts)
        .post("/api/v2/notifications/{group}/dismiss", write, "Forgets a group", dismiss_group)
}

#[derive(Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    exclude_types: Vec<String>,
    account_id: Option<AccountId>,
}

impl Wanted {
    /// The kinds that are wanted; none when nothing we know is among them. Words of kinds that do
    /// not exist here (polls, quotes) are no mistake.
    fn kinds(&self) -> Vec<NotificationKind> {
        let named = |words: &[String], kind: NotificationKind| words.iter().any(|word| word == kind.word());
        // apps that never heard of a word need not stumble over it
        let by_default = |kind: NotificationKind| self.types.is_empty() && !kind.is_ours();
        let wanted = |kind: &NotificationKind| (by_default(*kind) || named(&self.types, *kind)) && !named(&self.exclude_types, *kind);
        NotificationKind::ALL.iter().copied().filter(wanted).collect()
    }
}

async fn read(app: &App, caller: &Caller, wanted: &Wanted, page: Page) -> Result<Vec<Notification>> {
    let kinds = wanted.kinds();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    Ok(notifications::page_by(&app.store, caller.id(), &kinds, wanted.account_id, page).await?)
}

async fn list(State(app): State<App>, caller: Caller, Query(wanted): Query<Wanted>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let rows = read(&app, &caller, &wanted, page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    Ok(query.answer(shown(&app, caller.id(), &rows).await?, page.cursors(&ids)))
}

async fn groups(State(app): State<App>, caller: Caller, Query(wanted): Query<Wanted>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let rows = read(&app, &caller, &wanted, page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let mut response = Json(grouped(&app, caller.id(), &rows).await?).into_response();
    query.link(response.headers_mut(), page.cursors(&ids));
    Ok(response)
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<NotificationId>) -> Result<Json<Value>> {
    let found = notifications::find(&app.store, caller.id(), id).await?.ok_or_else(Refusal::not_found)?;
    let shown = shown(&app, caller.id(), &[found]).await?.pop();
    Ok(Json(shown.ok_or_else(Refusal::not_found)?))
}

async fn group(State(app): State<App>, caller: Caller, Path(key): Path<String>) -> Result<Json<Value>> {
    let found = find_group(&app, &caller, &key).await?;
    Ok(Json(grouped(&app, caller.id(), &[found]).await?))
}

async fn group_accounts(State(app): State<App>, caller: Caller, Path(key): Path<String>) -> Result<Json<Value>> {
    let found = find_group(&app, &caller, &key).await?;
    let mut shown = grouped(&app, caller.id(), &[found]).await?;
    Ok(Json(shown.get_mut("accounts").map(Value::take).unwrap_or_else(|| json!([]))))
}

async fn find_group(app: &App, caller: &Caller, key: &str) -> Result<Notification> {
    let found = match group_id(key) {
        Some(id) => notifications::find(&app.store, caller.id(), id).await?,
        None => None,
    };
    Ok(found.ok_or_else(Refusal::not_found)?)
}

fn group_id(key: &str) -> Option<NotificationId> {
    key.strip_prefix("ungrouped-")?.parse().ok()
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

async fn dismiss_group(state: State<App>, caller: Caller, Path(key): Path<String>) -> Result<Json<Value>> {
    let id = group_id(&key).ok_or_else(Refusal::not_found)?;
    dismiss(state, caller, Path(id)).await
}

#[derive(Deserialize)]
struct Counted {
    limit: Option<u32>,
}

async fn unread(State(app): State<App>, caller: Caller, Query(counted): Query<Counted>) -> Result<Json<Value>> {
    let limit = counted.limit.unwrap_or(UNREAD_DEFAULT).clamp(1, UNREAD_MAX);
    Ok(Json(json!({ "count": notifications::unread(&app.store, caller.id(), limit).await? })))
}

/// Whatever was asked to be filtered: the answer says what really is.
async fn policy_v1(_caller: Caller) -> Json<Value> {
    Json(json!({
        "filter_not_following": false,
        "filter_not_followers": false,
        "filter_new_accounts": false,
        "filter_private_mentions": false,
        "summary": { "pending_requests_count": 0, "pending_notifications_count": 0 },
    }))
}

async fn policy_v2(_caller: Caller) -> Json<Value> {
    Json(json!({
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "accept",
        "for_limited_accounts": "accept",
        "summary": { "pending_requests_count": 0, "pending_notifications_count": 0 },
    }))
}

async fn none(_caller: Caller) -> Json<[Value; 0]> {
    Json([])
}

async fn merged(_caller: Caller) -> Json<Value> {
    Json(json!({ "merged": true }))
}
