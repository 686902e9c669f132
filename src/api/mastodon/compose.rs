//! Writing and editing posts.
//!
//! People named in the words are looked up here, unknown ones elsewhere within bounds, before the
//! act begins; whoever is not found stays plain text.

use super::{
    asked::{Asked, fingerprint, said_of},
    scheduled,
    statuses::own,
    written::{self, Written},
};
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::status::{self, Status},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{
        config::Widest,
        id::{AppId, PostId},
        words::Audience,
    },
    features::posts::{
        self, Edit,
        once::{Repeat, publish_once},
        publish::{Draft, publish},
        queries::Viewer,
    },
    policy::scope::Scope,
    store::tables::{Account, Post, User},
};
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

/// Longest Idempotency-Key that is taken.
const KEY_BYTES_MAX: usize = 500;

pub(super) fn routes() -> Routes {
    let write = Access::User(Scope::WriteStatuses);
    Routes::new()
        .post("/api/v1/statuses", write, "Publishes a post", create)
        .costing(Cost::Large)
        .put("/api/v1/statuses/{id}", write, "Edits a post of one's own", change)
        .costing(Cost::Large)
}

/// Who writes, and with what.
pub(super) struct Writer {
    /// Their account.
    pub account: Account,
    /// Their preferences.
    pub user: Option<User>,
    /// The app.
    pub app_id: Option<AppId>,
}

/// The post that was asked for, its words composed and whom it names looked up.
pub(super) async fn draft(app: &App, writer: &Writer, asked: &Asked) -> Result<Draft> {
    let user = writer.user.as_ref();
    let words = asked.words(app, user.map_or("", |user| &user.posting_language))?;
    let audience = asked.audience(user.map_or(Audience::Public, |user| user.posting_audience))?;
    let written = written::write(app, &words.source).await?;
    let ours = asked.intermoot.as_ref();
    let named = ours.and_then(|ours| ours.community_id);
    let community = match named {
        Some(_) => named,
        None if asked.in_reply_to_id.is_some() || audience == Audience::Direct => None,
        None => written::addressed(app, &words.source, &written).await?,
    };
    let title = ours.and_then(|ours| ours.title.as_deref()).map(written::title).unwrap_or_default();
    let beside = asked.beside(app, (&words, &title)).await?;
    Ok(Draft {
        title,
        source: words.source,
        spoiler: words.spoiler,
        sensitive: asked.sensitive.unwrap_or_else(|| user.is_some_and(|user| user.posting_sensitive)),
        language: words.language,
        audience,
        in_reply_to: asked.in_reply_to_id,
        community,
        app_id: writer.app_id,
        widest: app.widest_outside_communities(&app.store).await?,
        content: written.html,
        mentions: written.mentions.iter().map(|account| account.id).collect(),
        tags: written.tags,
        media: asked.media_ids.clone(),
        beside,
    })
}

async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap, Input(asked): Input<Asked>) -> Result<Response> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).filter(|key| !key.is_empty());
    if key.is_some_and(|key| key.len() > KEY_BYTES_MAX) {
        return Err(Failure::field("Idempotency-Key", format!("is longer than {KEY_BYTES_MAX} characters")));
    }
    app.quotas.posts.take(&caller.id().to_string()).map_err(|left| Failure::too_many(left.wait))?;
    let (user, app_id) = (caller.bearer().user.clone(), Some(caller.bearer().token.app_id));
    let writer = Writer { account: caller.account().clone(), user, app_id };
    let draft = draft(&app, &writer, &asked).await?;
    let (widest, audience) = (draft.widest, draft.audience);
    let body = fingerprint(&asked);
    let repeat = key.map(|key| Repeat { key, body: &body });
    let tx = app.begin().await?;
    let now = tx.now;
    if let Some(at) = scheduled::hour(&asked, now)? {
        let kept = scheduled::schedule(&tx, &writer, (&asked, draft), at, repeat).await?;
        tx.commit().await?;
        return Ok(Json(scheduled::shown(&app, &kept).await?).into_response());
    }
    let post = match repeat {
        Some(repeat) => publish_once(&tx, &writer.account, draft, repeat).await?,
        None => publish(&tx, &writer.account, draft).await?,
    };
    tx.commit().await?;
    app.store.settle().await;
    let viewer = Viewer::Account(caller.id());
    // one that was written before, under the same key, may have been liked meanwhile
    let is_new = post.created_at == now;
    let mut shown = if is_new { status::just_written(&app, &viewer, &post).await? } else { status::status(&app, &viewer, &post).await? };
    shown.intermoot.lowered_from = lowered(widest, audience, &post);
    Ok(Json(shown).into_response())
}

/// What the writer chose, where this node's bound on posts outside communities lowered it.
fn lowered(widest: Widest, chosen: Audience, post: &Post) -> Option<Audience> {
    let is_bound = match widest {
        Widest::Public => false,
        Widest::Followers => chosen < Audience::Followers,
        Widest::Local => chosen <= Audience::Followers,
    };
    (is_bound && post.community_id.is_none()).then_some(chosen)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(asked): Input<Asked>) -> Result<Json<Status>> {
    let post = own(&app, &caller, id).await?;
    let words = asked.words(&app, &post.language)?;
    let Written { html, mentions, tags } = written::write(&app, &words.source).await?;
    let title = asked.intermoot.as_ref().and_then(|ours| ours.title.as_deref());
    let title = title.map_or_else(|| post.title.clone(), written::title);
    let beside = asked.beside(&app, (&words, &title)).await?;
    let edit = Edit {
        title,
        source: words.source,
        content: html,
        spoiler: words.spoiler,
        sensitive: asked.sensitive.unwrap_or(post.sensitive),
        language: words.language,
        mentions: mentions.iter().map(|account| account.id).collect(),
        tags,
        said: said_of(&asked.media_attributes)?,
        beside,
        media: asked.media_ids,
    };
    let tx = app.begin().await?;
    let post = posts::edit(&tx, caller.account(), &post, edit).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(status::status(&app, &Viewer::Account(caller.id()), &post).await?))
}
