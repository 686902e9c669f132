//! What moderators do over posts and people, the queue of newcomers, and the log. Of a community elsewhere it is asked of its
//! node, and `asked` until that has announced it.

use super::communities::visible;
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        entities::{report, status::statuses},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        clock::Stamp,
        error::Refusal,
        id::{AccountId, PostId},
        text::limits::REASON_CHARS_MAX,
        words::{ModAct, Role},
    },
    features::{
        accounts,
        communities::seats,
        moderation::{self, Deed, Said, log, queue},
        posts::queries::Viewer,
    },
    policy::scope::Scope,
    store::tables::{Account, Post},
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a reader waits for the log of a community elsewhere.
const LOOK_TIME: Duration = Duration::from_secs(4);
/// Longest ban that ends by itself: a hundred years.
const BAN_SECONDS_MAX: u64 = 100 * 366 * 86_400;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .delete("/api/intermoot/v1/communities/{id}/posts/{post_id}", write, "Removes a post as a moderator", remove)
        .post("/api/intermoot/v1/communities/{id}/posts/{post_id}/restore", write, "Puts a removed post back", restore)
        .post("/api/intermoot/v1/communities/{id}/posts/{post_id}/lock", write, "Lets a thread take no more answers", lock)
        .post("/api/intermoot/v1/communities/{id}/posts/{post_id}/unlock", write, "Lets a thread take answers again", unlock)
        .post("/api/intermoot/v1/communities/{id}/members/{account_id}/warn", write, "Warns a member", warn)
        .post("/api/intermoot/v1/communities/{id}/members/{account_id}/ban", write, "Puts somebody out and bars them", ban)
        .delete("/api/intermoot/v1/communities/{id}/members/{account_id}/ban", write, "Lifts a ban", unban)
        .get("/api/intermoot/v1/communities/{id}/queue", read, "Posts of newcomers that wait for a moderator", waiting)
        .post("/api/intermoot/v1/communities/{id}/queue/{post_id}/approve", write, "Lets a waiting post in", approve)
        .post("/api/intermoot/v1/communities/{id}/queue/{post_id}/refuse", write, "Refuses a waiting post", refuse)
        .get("/api/intermoot/v1/communities/{id}/log", Access::Public(Scope::Read), "What moderators did in a community", entries)
}

#[derive(Default, Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
    /// Seconds; 0 and none: for good.
    #[serde(default)]
    expires_in: u64,
    /// With a ban: their posts go too.
    #[serde(default)]
    remove_posts: bool,
    /// With a warning: for which post.
    status_id: Option<PostId>,
}

type Over = Path<(AccountId, PostId)>;

async fn remove(app: State<App>, caller: Caller, path: Over, why: Input<Why>) -> Result<Json<Value>> {
    over_post(app, caller, (path, ModAct::Remove), why).await
}

async fn restore(app: State<App>, caller: Caller, path: Over, why: Input<Why>) -> Result<Json<Value>> {
    over_post(app, caller, (path, ModAct::Restore), why).await
}

async fn lock(app: State<App>, caller: Caller, path: Over, why: Input<Why>) -> Result<Json<Value>> {
    over_post(app, caller, (path, ModAct::Lock), why).await
}

async fn unlock(app: State<App>, caller: Caller, path: Over, why: Input<Why>) -> Result<Json<Value>> {
    over_post(app, caller, (path, ModAct::Unlock), why).await
}

async fn over_post(
    State(app): State<App>,
    caller: Caller,
    (Path((id, post_id)), act): (Over, ModAct),
    Input(why): Input<Why>,
) -> Result<Json<Value>> {
    check(&why)?;
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    let post: Post = moderation::seen_by_moderator(&tx, id, caller.id(), post_id).await?;
    let deed = match act {
        ModAct::Remove => Deed::Remove(&post),
        ModAct::Restore => Deed::Restore(&post),
        ModAct::Lock => Deed::Lock(&post),
        _ => Deed::Unlock(&post),
    };
    let said = Said { by: caller.account(), community: &community, reason: &why.reason, uri: None };
    let entry = moderation::perform(&tx, said, deed).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, entry).await
}

type Whom = Path<(AccountId, AccountId)>;

async fn warn(app: State<App>, caller: Caller, path: Whom, why: Input<Why>) -> Result<Json<Value>> {
    over_person(app, caller, (path, ModAct::Warn), why).await
}

async fn ban(app: State<App>, caller: Caller, path: Whom, why: Input<Why>) -> Result<Json<Value>> {
    over_person(app, caller, (path, ModAct::Ban), why).await
}

async fn unban(app: State<App>, caller: Caller, path: Whom, why: Input<Why>) -> Result<Json<Value>> {
    over_person(app, caller, (path, ModAct::Unban), why).await
}

async fn over_person(
    State(app): State<App>,
    caller: Caller,
    (Path((id, who)), act): (Whom, ModAct),
    Input(why): Input<Why>,
) -> Result<Json<Value>> {
    check(&why)?;
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let who = accounts::queries::by_id(&app.store, who).await?.ok_or_else(Refusal::not_found)?;
    let tx = app.begin().await?;
    let deed = match act {
        ModAct::Warn => {
            if let Some(post) = why.status_id {
                let post = moderation::seen_by_moderator(&tx, id, caller.id(), post).await?;
                if post.author_id != who.id {
                    return Err(Failure::field("status_id", "is not a post of the one who is warned"));
                }
            }
            Deed::Warn(&who, why.status_id)
        }
        ModAct::Ban => {
            let until: Option<Stamp> = (why.expires_in > 0).then(|| tx.now.plus(Duration::from_secs(why.expires_in)));
            Deed::Ban { account: &who, until, removes_data: why.remove_posts }
        }
        _ => Deed::Unban(&who),
    };
    let said = Said { by: caller.account(), community: &community, reason: &why.reason, uri: None };
    let entry = moderation::perform(&tx, said, deed).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, entry).await
}

fn check(why: &Why) -> Result<()> {
    if why.reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("reason", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    if why.expires_in > BAN_SECONDS_MAX {
        return Err(Failure::field("expires_in", format!("must not be longer than {BAN_SECONDS_MAX} seconds")));
    }
    Ok(())
}

/// The log's entry; an empty object when nothing changed.
async fn answer(app: &App, entry: Option<i64>) -> Result<Json<Value>> {
    let row = match entry {
        Some(entry) => log::find(&app.store, entry).await?,
        None => None,
    };
    let rows: Vec<_> = row.into_iter().collect();
    Ok(Json(report::entries(app, &rows).await?.pop().unwrap_or_else(|| json!({}))))
}

async fn waiting(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    visible(&app, Some(caller.id()), id).await?;
    if seats::role(&app.store, id, caller.id()).await? < Some(Role::Moderator) {
        return Err(Refusal::not_found().into());
    }
    let page = query.clamp(20, 40);
    let posts = queue::page(&app.store, id, page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    Ok(query.answer(statuses(&app, &Viewer::Account(caller.id()), &posts).await?, page.cursors(&ids)))
}

async fn approve(app: State<App>, caller: Caller, path: Over) -> Result<Json<Value>> {
    decide(app, caller, path, None).await
}

async fn refuse(app: State<App>, caller: Caller, path: Over, Input(why): Input<Why>) -> Result<Json<Value>> {
    check(&why)?;
    decide(app, caller, path, Some(why.reason)).await
}

async fn decide(State(app): State<App>, caller: Caller, Path((id, post)): Over, refused: Option<String>) -> Result<Json<Value>> {
    let (community, _): (Account, _) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    match refused {
        None => queue::approve(&tx, caller.account(), &community, post).await?,
        Some(reason) => queue::refuse(&tx, caller.account(), &community, post, &reason).await?,
    }
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(json!({})))
}

async fn entries(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    let (community, facts) = visible(&app, caller.id(), id).await?;
    if !log::may_read(&app.store, &facts, caller.id()).await? {
        return Err(Refusal::not_found().into());
    }
    let role = match caller.id() {
        Some(me) => seats::role(&app.store, id, me).await?,
        None => None,
    };
    if !community.is_local() && role.is_some() {
        look_there(&app, id).await;
    }
    let page = query.clamp(40, 80);
    let rows = log::page(&app.store, id, role >= Some(Role::Moderator), page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let rows = log::shown(rows, &facts, role.is_some());
    Ok(query.answer(report::entries(&app, &rows).await?, page.cursors(&ids)))
}

/// Reads the log of a community elsewhere at its node, for a few seconds and now and then; what was not had leaves our copy as
/// it is.
async fn look_there(app: &App, community: AccountId) {
    let read = async { app.network()?.moderation_log(community).await };
    match tokio::time::timeout(LOOK_TIME, read).await {
        Ok(Err(error)) => tracing::debug!(%error, "the log of a community elsewhere could not be read"),
        Err(_) => tracing::debug!("the log of a community elsewhere did not come in time"),
        Ok(Ok(())) => {}
    }
}

/// When a ban of so many seconds ends; none: never.
pub(super) fn ban_end(app: &App, seconds: u64) -> Result<Option<Stamp>> {
    if seconds > BAN_SECONDS_MAX {
        return Err(Failure::field("expires_in", format!("must not be longer than {BAN_SECONDS_MAX} seconds")));
    }
    Ok((seconds > 0).then(|| app.store.now().plus(Duration::from_secs(seconds))))
}
