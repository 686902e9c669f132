//! What people do with posts: favourite, boost, bookmark; and lists of who did and of what one did.

use super::{
    statuses::{seen, seen_itself},
    viewer,
};
use crate::{
    api::{
        caller::{Caller, MaybeCaller},
        entities::{
            account::accounts as shown,
            status::{self, Status},
        },
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::PostId, page::Page},
    features::{
        posts::{
            pins,
            queries::{self, Viewer},
        },
        reactions,
    },
    policy::scope::Scope,
    store::tables::{Account, Post},
};
use axum::{Json, extract::State, response::Response};

pub(super) fn routes() -> Routes {
    let (favourites, bookmarks) = (Access::User(Scope::WriteFavourites), Access::User(Scope::WriteBookmarks));
    let (boosts, read) = (Access::User(Scope::WriteStatuses), Access::Public(Scope::ReadStatuses));
    Routes::new()
        .post("/api/v1/statuses/{id}/favourite", favourites, "Favourites a post", favourite)
        .post("/api/v1/statuses/{id}/unfavourite", favourites, "Takes a favourite back", unfavourite)
        .post("/api/v1/statuses/{id}/reblog", boosts, "Boosts a post", reblog)
        .post("/api/v1/statuses/{id}/unreblog", boosts, "Takes a boost back", unreblog)
        .post("/api/v1/statuses/{id}/bookmark", bookmarks, "Bookmarks a post", bookmark)
        .post("/api/v1/statuses/{id}/unbookmark", bookmarks, "Takes a bookmark away", unbookmark)
        .post("/api/v1/statuses/{id}/pin", Access::User(Scope::WriteAccounts), "Pins a post of one's own", pin)
        .post("/api/v1/statuses/{id}/unpin", Access::User(Scope::WriteAccounts), "Takes a pinned post off one's profile", unpin)
        .get("/api/v1/statuses/{id}/favourited_by", read, "Lists who favourited a post", favourited_by)
        .get("/api/v1/statuses/{id}/reblogged_by", read, "Lists who boosted a post", reblogged_by)
        .get("/api/v1/favourites", Access::User(Scope::ReadFavourites), "Lists what one favourited", favourited)
        .get("/api/v1/bookmarks", Access::User(Scope::ReadBookmarks), "Lists what one bookmarked", bookmarked)
}

/// The post as it is now.
async fn again(app: &App, me: &Viewer, post: &Post) -> Result<Json<Status>> {
    let post = queries::seen(&app.store, me, post.id).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(status::status(app, me, &post).await?))
}

async fn favourite(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    reactions::like(&tx, caller.account(), &post, None).await?;
    tx.commit().await?;
    again(&app, &me, &post).await
}

async fn unfavourite(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    reactions::unlike(&tx, caller.account(), &post).await?;
    tx.commit().await?;
    again(&app, &me, &post).await
}

async fn reblog(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    let boost = reactions::boost(&tx, caller.account(), &post, None).await?;
    tx.commit().await?;
    app.store.settle().await;
    again(&app, &me, &boost).await
}

async fn unreblog(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = match queries::by_id(&app.store, id).await?.and_then(|post| post.boost_of_id) {
        // Its id may be that of one's boost, also of one that is taken back already.
        Some(shown) => seen(&app, &me, shown).await?,
        None => seen(&app, &me, id).await?,
    };
    let tx = app.begin().await?;
    reactions::unboost(&tx, caller.account(), &post).await?;
    tx.commit().await?;
    app.store.settle().await;
    again(&app, &me, &post).await
}

async fn bookmark(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    reactions::bookmark(&tx, caller.id(), post.id).await?;
    tx.commit().await?;
    again(&app, &me, &post).await
}

async fn unbookmark(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    reactions::unbookmark(&tx, caller.id(), post.id).await?;
    tx.commit().await?;
    again(&app, &me, &post).await
}

async fn pin(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    put_at_head(&app, &caller, id, true).await
}

async fn unpin(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    put_at_head(&app, &caller, id, false).await
}

async fn put_at_head(app: &App, caller: &Caller, id: PostId, pinned: bool) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen(app, &me, id).await?;
    let tx = app.begin().await?;
    pins::set(&tx, caller.account(), &post, pinned).await?;
    tx.commit().await?;
    again(app, &me, &post).await
}

async fn people(app: &App, query: &PageQuery, page: Page, found: Vec<(i64, Account)>) -> Result<Response> {
    let (places, accounts): (Vec<i64>, Vec<Account>) = found.into_iter().unzip();
    Ok(query.answer(shown(app, &app.store, accounts).await?, page.cursors(&places)))
}

async fn favourited_by(State(app): State<App>, caller: MaybeCaller, query: PageQuery, Path(id): Path<PostId>) -> Result<Response> {
    let post = seen_itself(&app, &viewer(&caller), id).await?;
    let page = query.clamp(40, 80);
    people(&app, &query, page, queries::favourited_by(&app.store, post.id, page).await?).await
}

async fn reblogged_by(State(app): State<App>, caller: MaybeCaller, query: PageQuery, Path(id): Path<PostId>) -> Result<Response> {
    let post = seen_itself(&app, &viewer(&caller), id).await?;
    let page = query.clamp(40, 80);
    people(&app, &query, page, queries::boosted_by(&app.store, post.id, page).await?).await
}

async fn kept(app: &App, caller: &Caller, query: &PageQuery, page: Page, found: Vec<(i64, Post)>) -> Result<Response> {
    let (places, posts): (Vec<i64>, Vec<Post>) = found.into_iter().unzip();
    let shown = status::statuses(app, &Viewer::Account(caller.id()), &posts).await?;
    Ok(query.answer(shown, page.cursors(&places)))
}

async fn favourited(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let found = reactions::favourites(&app.store, caller.id(), page).await?;
    kept(&app, &caller, &query, page, found).await
}

async fn bookmarked(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let found = reactions::bookmarks(&app.store, caller.id(), page).await?;
    kept(&app, &caller, &query, page, found).await
}
