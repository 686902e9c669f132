//! `/p/{id}/edit`: the words of a post of one's own changed; and a post deleted to be written anew.

use super::{
    super::{
        pages::{Failure, Result},
        session::Visit,
    },
    compose::Compose,
    drafts::{self, Bare},
    form::{Said, Sent, Typed},
    going, late, posting, taking,
};
use crate::{
    app::{
        App,
        writing::{self, AboutOne, Asked},
    },
    base::{
        clock::Stamp,
        error::{Error, Refusal},
        id::{MediumId, PostId},
        words::Audience,
    },
    features::{
        polls::{self, asking::SECONDS_MIN},
        posts::{
            self,
            queries::{self, Viewer},
        },
    },
    store::tables::{Attachment, Poll, Post},
};
use axum::{
    Form,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use std::time::Duration;

/// A post of the visitor's own; like nothing for everybody else's.
pub(super) async fn own(app: &App, visit: &Visit, id: i64) -> Result<Post> {
    let me = visit.member()?;
    let found = queries::seen(&app.store, &Viewer::Account(me.id), PostId(id)).await?;
    let own = found.filter(|post| post.author_id == me.id && post.boost_of_id.is_none() && post.is_ours());
    own.ok_or_else(|| Failure::shown(Refusal::not_found(), visit))
}

async fn named(app: &App, visit: &Visit, id: &str) -> Result<Post> {
    visit.member()?;
    own(app, visit, id.parse().map_err(|_| Failure::shown(Refusal::not_found(), visit))?).await
}

/// What would be typed for `post` as it is.
fn typed(post: &Post, poll: Option<&Poll>) -> Typed {
    let files: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let said = |file: Attachment| {
        let focus = file.focus.map(view).unwrap_or_default();
        Some(Said { id: file.id?.to_string(), description: file.description, focus, is_dropped: false })
    };
    Typed {
        text: post.source.clone(),
        title: post.title.clone(),
        spoiler: post.spoiler.clone(),
        sensitive: post.sensitive,
        language: post.language.clone(),
        media: files.into_iter().filter_map(said).collect(),
        options: poll.map(|poll| poll.options().into_iter().map(|option| option.title).collect()).unwrap_or_default(),
        multiple: poll.is_some_and(|poll| poll.multiple),
        hides: poll.is_some_and(|poll| poll.hide_totals),
        ..Typed::default()
    }
}

/// A focus, which is kept in thousandths, as the form has it.
fn view((x, y): (i16, i16)) -> String {
    let side = |thousandths: i16| f64::from(thousandths) / 1000.0;
    if (x, y) == (0, 0) { String::new() } else { format!("{},{}", side(x), side(y)) }
}

impl From<Asked> for Typed {
    /// What was typed for what was asked.
    fn from(asked: Asked) -> Self {
        let poll = asked.poll.unwrap_or_default();
        let community = asked.intermoot.as_ref().and_then(|ours| ours.community_id);
        let said = |id: MediumId| Said { id: id.to_string(), ..Said::default() };
        Self {
            text: asked.status.unwrap_or_default(),
            title: asked.intermoot.and_then(|ours| ours.title).unwrap_or_default(),
            spoiler: asked.spoiler_text.unwrap_or_default(),
            sensitive: asked.sensitive.unwrap_or_default(),
            language: asked.language.unwrap_or_default(),
            goes: community.map_or_else(|| asked.visibility.unwrap_or_default(), |id| format!("c{id}")),
            answer: asked.in_reply_to_id.map(|id| id.to_string()).unwrap_or_default(),
            options: poll.options,
            multiple: poll.multiple,
            hides: poll.hide_totals,
            lasts: poll.expires_in.map(|seconds| seconds.to_string()).unwrap_or_default(),
            media: asked.media_ids.into_iter().map(said).collect(),
            ..Self::default()
        }
    }
}

async fn poll_of(app: &App, post: &Post) -> Result<Option<Poll>> {
    Ok(if post.details().is_poll { polls::by_post(&app.store, post.id).await? } else { None })
}

pub(super) async fn open(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let post = named(&app, &visit, &id).await?;
    let poll = poll_of(&app, &post).await?;
    let compose = Compose::editing(&app, &visit, &post, typed(&post, poll.as_ref())).await?;
    Ok(posting::page(&visit, StatusCode::OK, compose))
}

pub(super) async fn send(State(app): State<App>, visit: Visit, Path(id): Path<String>, request: Request) -> Result<Response> {
    let mut sent = taking::read(&app, &visit, request).await?;
    if sent.is_late {
        return late::given_back(&app, &visit, sent).await;
    }
    let post = named(&app, &visit, &id).await?;
    sent.edit = post.id.to_string();
    let problems = posting::take_files(&app, &visit, &mut sent).await?;
    if !problems.is_empty() || sent.act == "files" {
        return posting::again(&app, &visit, sent, problems).await;
    }
    match change(&app, &visit, &post, &sent).await {
        Ok(()) => Ok((visit.cookies(), Redirect::to(&format!("/p/{}", post.id))).into_response()),
        Err(Error::Refused(refusal)) => {
            let problems = posting::told(&visit, refusal);
            posting::again(&app, &visit, sent, problems).await
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn change(app: &App, visit: &Visit, post: &Post, sent: &Sent) -> crate::base::error::Result<()> {
    let Some(me) = &visit.account else { return Err(Refusal::not_found().into()) };
    let typed = &sent.typed;
    let about = |said: &Said| {
        let focus = if said.focus.is_empty() { "0,0" } else { &said.focus };
        Some(AboutOne { id: MediumId(said.id.parse().ok()?), description: Some(said.description.clone()), focus: Some(focus.to_owned()) })
    };
    // words are marked up as they were
    let said = typed.media.iter().filter_map(about).collect();
    let mut asked = Asked { media_attributes: said, in_reply_to_id: None, content_type: None, ..typed.asked() };
    if let Some(poll) = &mut asked.poll {
        poll.expires_in = poll.expires_in.or(Some(SECONDS_MIN));
    }
    let before = if post.details().is_poll { polls::by_post(&app.store, post.id).await? } else { None };
    let mut edit = writing::edit(app, post, asked).await?;
    if let (Some(question), Some(before), true) = (&mut edit.beside.poll, &before, typed.lasts.is_empty()) {
        let is_same = before.multiple == question.multiple && before.options().iter().map(|option| &option.title).eq(&question.options);
        question.lasts = if is_same { Duration::ZERO } else { left(before, app.store.now()) };
    }
    let tx = app.begin().await?;
    posts::edit(&tx, me, post, edit).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(())
}

/// How long a poll is open still; a new one in its place is open as long as polls are at least.
fn left(before: &Poll, now: Stamp) -> Duration {
    let left = before.ends_at.and_then(|end| u64::try_from(end.0 - now.0).ok()).map_or(Duration::ZERO, Duration::from_millis);
    left.max(Duration::from_secs(SECONDS_MIN.into()))
}

/// Deletes a post, whose words and files become a draft to be written anew, in one act.
pub(super) async fn rewrite(State(app): State<App>, visit: Visit, Path(id): Path<String>, Form(bare): Form<Bare>) -> Result<Response> {
    visit.must_have_sent(&bare.token)?;
    let me = visit.member()?;
    let post = named(&app, &visit, &id).await?;
    let poll = poll_of(&app, &post).await?;
    let goes = match post.community_id.filter(|_| post.audience != Audience::Direct && post.removed_at.is_none()) {
        Some(_) if post.in_reply_to_id.is_some() => "thread".to_owned(),
        Some(community) => format!("c{community}"),
        None => going::word(post.audience).to_owned(),
    };
    let answer = post.in_reply_to_id.map(|id| id.to_string()).unwrap_or_default();
    let typed = Typed { goes, answer, lasts: "86400".to_owned(), ..typed(&post, poll.as_ref()) };
    let tx = app.begin().await?;
    posts::delete(&tx, &post).await?;
    match drafts::hold(&tx, me, &typed).await {
        Ok(draft) => {
            tx.commit().await?;
            app.store.settle().await;
            Ok((visit.cookies(), Redirect::to(&format!("/write?draft={draft}"))).into_response())
        }
        Err(Error::Refused(refusal)) => Err(Failure::shown(refusal, &visit)),
        Err(fault) => Err(fault.into()),
    }
}
