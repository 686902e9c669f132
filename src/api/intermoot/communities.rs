//! Communities: listed, found by handle, founded, changed, closed; joined and left; their posts.

use crate::{
    api::{
        body::{Input, Query},
        caller::{Caller, MaybeCaller},
        entities::{
            community::{Shown, communities as shown},
            status::statuses,
        },
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{
        error::{Error, Refusal},
        id::AccountId,
        text::{handle, limits::REASON_CHARS_MAX, names::local_name},
        words::{History, JoinRule, Level, Stage},
    },
    features::{
        accounts,
        communities::{self, Changes, Founding},
        memberships,
        posts::queries::Viewer,
        timelines,
    },
    policy::scope::Scope,
    store::tables::{Account, Community},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

const ALL: &str = "/api/intermoot/v1/communities";

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Public(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .get(ALL, read, "Communities: mine, here or elsewhere (`which`)", list)
        .post(ALL, write, "Founds a community", found)
        .get("/api/intermoot/v1/communities/lookup", read, "Finds a community by its handle, anywhere", lookup)
        .costing(Cost::Large)
        .get("/api/intermoot/v1/communities/{id}", read, "One community", show)
        .patch("/api/intermoot/v1/communities/{id}", write, "Changes a community one owns", change)
        .put("/api/intermoot/v1/communities/{id}", write, "Changes a community one owns", change)
        .post("/api/intermoot/v1/communities/{id}/close", write, "Closes a community one owns, for good", close)
        .post("/api/intermoot/v1/communities/{id}/join", write, "Asks to join", join)
        .post("/api/intermoot/v1/communities/{id}/leave", write, "Leaves, or withdraws the request", leave)
        .get("/api/intermoot/v1/communities/{id}/posts", read, "The posts of a community", posts_of)
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    which: Option<String>,
}

async fn list(State(app): State<App>, caller: MaybeCaller, Query(which): Query<Which>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 80);
    let found = match (which.which.as_deref().unwrap_or("here"), caller.id()) {
        ("here", me) => communities::queries::here(&app.store, me, page).await?,
        ("elsewhere", me) => communities::queries::elsewhere(&app.store, me, page).await?,
        ("mine", Some(me)) => communities::queries::of_member(&app.store, me, page).await?,
        ("mine", None) => return Err(Refusal::unauthenticated("Log in to see which communities are yours.").into()),
        _ => return Err(Failure::field("which", "must be one of mine, here, elsewhere")),
    };
    let ids: Vec<i64> = found.iter().map(|(account, _)| account.id.0).collect();
    Ok(query.answer(shown(&app, caller.id(), found).await?, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct New {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    purpose: String,
    stage: Option<Stage>,
    join: Option<JoinRule>,
    #[serde(default)]
    question: String,
    least_level: Option<Level>,
}

async fn found(State(app): State<App>, caller: Caller, Input(new): Input<New>) -> Result<Json<Shown>> {
    let name = local_name(&new.name, app.origin.authority()).map_err(named)?;
    let stage = new.stage.unwrap_or(Stage::Public);
    let founding = Founding {
        name,
        title: new.title,
        purpose: new.purpose,
        stage,
        join_rule: new.join.unwrap_or(JoinRule::Open),
        question: new.question,
        least_level: new.least_level.unwrap_or(communities::least_level(stage)),
        keys: app.new_keys().await?,
    };
    let tx = app.begin().await?;
    let (account, _) = communities::found(&tx, caller.account(), founding).await.map_err(|error| match error {
        Error::Refused(refusal) => named(refusal),
        fault => fault.into(),
    })?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, account.id).await
}

/// What is wrong with a name is wrong with the field `name` of this request.
pub(super) fn named(refusal: Refusal) -> Failure {
    let field = refusal.field.map(|field| if field == "username" { "name" } else { field });
    Refusal { field, ..refusal }.into()
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

async fn lookup(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Name>) -> Result<Json<Shown>> {
    let acct = handle::acct(&asked.name)?;
    let host = acct.host.filter(|host| host != app.origin.authority()).unwrap_or_default();
    let known = accounts::queries::by_handle(&app.store, &acct.name, &host).await?.filter(|account| account.gone_at.is_none());
    let account = match known {
        Some(account) => account,
        None if host.is_empty() => return Err(Refusal::not_found().into()),
        None if caller.id().is_none() => {
            return Err(Refusal::unauthenticated("This node does not know that community yet; log in to let it look elsewhere.").into());
        }
        None => app.network()?.find_account(&acct.name, &host).await?,
    };
    if !account.is_community() {
        let sentence = format!("@{} is not a community but a {}.", account.acct(), account.kind);
        return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "not_a_community", sentence));
    }
    shown_to(&app, caller.id(), account.id).await
}

async fn show(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>) -> Result<Json<Shown>> {
    shown_to(&app, caller.id(), id).await
}

#[derive(Deserialize)]
struct Changed {
    title: Option<String>,
    purpose: Option<String>,
    join: Option<JoinRule>,
    question: Option<String>,
    announce_replies: Option<bool>,
    least_level: Option<Level>,
    history: Option<History>,
    policy_required: Option<bool>,
    stakeholders_shown: Option<bool>,
    log_public: Option<bool>,
    newcomer_posts: Option<i64>,
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<Changed>) -> Result<Json<Shown>> {
    let changes = Changes {
        title: new.title,
        purpose: new.purpose,
        join_rule: new.join,
        question: new.question,
        announce_replies: new.announce_replies,
        least_level: new.least_level,
        history: new.history,
        policy_required: new.policy_required,
        stakeholders_shown: new.stakeholders_shown,
        log_public: new.log_public,
        newcomer_posts: new.newcomer_posts,
    };
    visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    communities::change(&tx, caller.account(), id, changes).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

async fn close(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Shown>> {
    visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    communities::close(&tx, caller.account(), id).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

#[derive(Deserialize)]
struct Joining {
    /// To the community's question; `answers` is the same for those who send several.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    answers: Vec<String>,
}

async fn join(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(said): Input<Joining>) -> Result<Json<Shown>> {
    let answer_given = [vec![said.reason], said.answers].concat().join("\n");
    if answer_given.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("reason", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    memberships::ask(&tx, caller.account(), &community, answer_given.trim()).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, id).await
}

async fn leave(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Shown>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    memberships::leave(&tx, caller.account(), &community, None).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, id).await
}

#[derive(Deserialize)]
struct Shelf {
    #[serde(default)]
    replies: bool,
}

async fn posts_of(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(id): Path<AccountId>,
    Query(shelf): Query<Shelf>,
    query: PageQuery,
) -> Result<Response> {
    visible(&app, caller.id(), id).await?;
    let page = query.clamp(20, 40);
    let viewer = caller.id().map_or(Viewer::Stranger, Viewer::Account);
    let posts = timelines::queries::community(&app.store, &viewer, id, shelf.replies, page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    Ok(query.answer(statuses(&app, &viewer, &posts).await?, page.cursors(&ids)))
}

/// The community with this id, if `viewer` may know of it: one of this node's people only is not
/// told to strangers, nor to guests who are not in it.
pub(super) async fn visible(app: &App, viewer: Option<AccountId>, id: AccountId) -> Result<(Account, Community)> {
    Ok(communities::queries::seen(&app.store, viewer, id).await?.ok_or_else(Refusal::not_found)?)
}

async fn shown_to(app: &App, viewer: Option<AccountId>, id: AccountId) -> Result<Json<Shown>> {
    let found = visible(app, viewer, id).await?;
    let shown = shown(app, viewer, vec![found]).await?.pop();
    Ok(Json(shown.ok_or_else(Refusal::not_found)?))
}

pub(super) async fn answer(app: &App, caller: &Caller, id: AccountId) -> Result<Json<Shown>> {
    shown_to(app, Some(caller.id()), id).await
}
