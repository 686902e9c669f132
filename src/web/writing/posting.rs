//! `/write`: the form, its preview, files that come before it is sent, and sending it.

use super::{
    super::{
        pages::{self, Failure, Frame, Result},
        problems::Problems,
        refusals,
        session::Visit,
    },
    beginning,
    compose::Compose,
    drafts,
    files::{Held, held},
    form::{Said, Sent, Typed},
    hour::hour,
    late, taking,
};
use crate::{
    app::{
        App,
        writing::{self, Asked, Unknown, Writer},
    },
    base::{
        error::{Error, Refusal},
        id::{AccountId, PostId},
        sentence::Sentence,
        text::compose::Format,
        words::media::MediumState,
    },
    features::{
        drafts as kept,
        media::{self, About},
        posts::once::{Repeat, publish_once},
    },
    store::{
        Tx,
        tables::{Account, Post},
    },
};
use askama::Template;
use axum::{
    extract::{Query, Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::time::Duration;

/// How long the work on files that come with a form is waited for.
const FILES_WAIT: Duration = Duration::from_secs(20);

/// The page with the form.
#[derive(Template)]
#[template(path = "writing/write.html")]
struct Write {
    frame: Frame,
    compose: Compose,
}

/// A file of the form alone, for the script.
#[derive(Template)]
#[template(path = "writing/file.html")]
struct File {
    frame: Frame,
    file: Held,
}

/// The words as they will look, for the script.
#[derive(Template)]
#[template(path = "writing/words.html")]
struct Words {
    words: String,
}

/// What the address of the form may say.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Came {
    community: String,
    answer: String,
    mention: String,
    draft: String,
}

/// The form, empty, with what the address says, or with a draft.
pub(super) async fn open(State(app): State<App>, visit: Visit, Query(came): Query<Came>) -> Result<Response> {
    let me = visit.member()?;
    let nothing = || Failure::shown(Refusal::not_found(), &visit);
    let typed = if came.draft.is_empty() {
        let mut typed = match came.answer.parse() {
            Ok(id) => {
                let (parent, _) = beginning::answered(&app, &visit, PostId(id)).await?.ok_or_else(nothing)?;
                beginning::answering(&app, &visit, &parent).await?
            }
            Err(_) => {
                let goes = if came.community.is_empty() { String::new() } else { format!("c{}", came.community) };
                beginning::begun(&visit, Typed { goes, answer: came.answer, ..Typed::default() })
            }
        };
        if let Ok(acct) = crate::base::text::handle::acct(&came.mention) {
            typed.text = format!("@{acct} {}", typed.text);
        }
        typed
    } else {
        let id = came.draft.parse().map_err(|_| nothing())?;
        let draft = kept::find(&app.store, me.id, id).await?.ok_or_else(nothing)?;
        Typed { draft: came.draft, ..drafts::typed_in(&draft) }
    };
    let compose = Compose::of(&app, &visit, typed).await?;
    Ok(page(&visit, StatusCode::OK, compose))
}

/// The page with the form.
pub(super) fn page(visit: &Visit, status: StatusCode, compose: Compose) -> Response {
    (visit.cookies(), pages::show(status, &Write { frame: visit.frame(), compose })).into_response()
}

/// What was typed, in the form that it came from: with its preview, if it was asked for, or with what is wrong.
pub(super) async fn again(app: &App, visit: &Visit, sent: Sent, problems: Problems) -> Result<Response> {
    let of_edit = edited(app, visit, &sent).await?;
    let preview = if sent.act == "preview" { Some(looks(app, visit.member()?, &sent.typed.text, of_edit.as_ref()).await?) } else { None };
    let mut compose = match of_edit {
        Some(post) => Compose::editing(app, visit, &post, sent.typed).await?,
        None => Compose::of(app, visit, sent.typed).await?,
    };
    compose.problems.join(problems);
    let status = if compose.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(visit, status, Compose { preview, ..compose }))
}

/// The post that a form edits.
async fn edited(app: &App, visit: &Visit, sent: &Sent) -> Result<Option<Post>> {
    match sent.edit.parse() {
        Ok(id) => Ok(Some(super::editing::own(app, visit, id).await?)),
        Err(_) => Ok(None),
    }
}

/// The words as they will look; what names too many is shown without its links.
async fn looks(app: &App, me: &Account, text: &str, edited: Option<&Post>) -> Result<String> {
    let format = if edited.is_some_and(|post| !post.details().is_markdown) { Format::Plain } else { Format::Markdown };
    let written = writing::write(app, me, (text, format), Unknown::Text).await;
    match written {
        Ok(written) => Ok(written.html),
        Err(Error::Refused(_)) => Ok(crate::base::text::compose::compose(text, format, &|_| None, &|_| String::new()).html),
        Err(fault) => Err(fault.into()),
    }
}

/// How it will look: the whole page, or for the script the words alone.
pub(super) async fn preview(State(app): State<App>, visit: Visit, request: Request) -> Result<Response> {
    let mut sent = taking::read(&app, &visit, request).await?;
    if sent.only == "words" {
        late::must_be_in_time(&visit, &sent)?;
        let of_edit = edited(&app, &visit, &sent).await?;
        let page = Words { words: looks(&app, visit.member()?, &sent.typed.text, of_edit.as_ref()).await? };
        return Ok(pages::show(StatusCode::OK, &page));
    }
    if sent.is_late {
        return late::given_back(&app, &visit, sent).await;
    }
    "preview".clone_into(&mut sent.act);
    let problems = take_files(&app, &visit, &mut sent).await?;
    again(&app, &visit, sent, problems).await
}

/// Takes a file before its form is sent: what stands for it in the form, or (422) what is wrong with it in a sentence.
pub(super) async fn add(State(app): State<App>, visit: Visit, request: Request) -> Result<Response> {
    let mut sent = taking::read(&app, &visit, request).await?;
    late::must_be_in_time(&visit, &sent)?;
    sent.typed.media.clear();
    let problems = take_files(&app, &visit, &mut sent).await?;
    let file = held(&app, visit.member()?, &sent.typed).await?.pop();
    let (Some(file), true) = (file, problems.is_empty()) else {
        let wrong = problems.elsewhere(&[]).join(" ");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong).into_response());
    };
    Ok(pages::show(StatusCode::OK, &File { frame: visit.frame(), file }))
}

/// Keeps the files that came with a form, and puts them in it; what is wrong with the others.
pub(super) async fn take_files(app: &App, visit: &Visit, sent: &mut Sent) -> Result<Problems> {
    let me = visit.member()?;
    let mut problems = Problems::default();
    for refusal in sent.refused.drain(..) {
        problems.add("file", refusals::said(&refusal));
    }
    for draft in sent.files.drain(..) {
        if sent.typed.media.len() >= media::ATTACHED_MAX {
            problems.add("file", visit.frame().count("writing-files-most", media::ATTACHED_MAX));
            break;
        }
        let made = match app.receive(me, draft, None, About::default()).await {
            Ok(medium) => app.worked_on(medium.id, FILES_WAIT).await?,
            Err(Error::Refused(refusal)) => {
                problems.add("file", refusals::said(&refusal));
                continue;
            }
            Err(fault) => return Err(fault.into()),
        };
        match made.state {
            MediumState::Failed => problems.add("file", refusals::said_again(&made.reason)),
            MediumState::Ready | MediumState::Waiting => {
                sent.typed.media.push(Said { id: made.id.to_string(), ..Said::default() });
            }
        }
    }
    Ok(problems)
}

/// Publishes what was typed, keeps it for its hour or as a draft; the form again, where that is refused.
pub(super) async fn send(State(app): State<App>, visit: Visit, request: Request) -> Result<Response> {
    let mut sent = taking::read(&app, &visit, request).await?;
    if sent.is_late {
        return late::given_back(&app, &visit, sent).await;
    }
    let me = visit.member()?;
    // before the files have ids
    let body = sent.fingerprint();
    let problems = take_files(&app, &visit, &mut sent).await?;
    if !problems.is_empty() || sent.act == "files" {
        return again(&app, &visit, sent, problems).await;
    }
    let done =
        if sent.act == "draft" { drafts::keep(&app, me, &sent.typed).await } else { publish(&app, &visit, me, (&sent, &body)).await };
    match done {
        Ok(path) => Ok((visit.cookies(), Redirect::to(&path)).into_response()),
        Err(Error::Refused(refusal)) => {
            let problems = told(&visit, refusal);
            again(&app, &visit, sent, problems).await
        }
        Err(fault) => Err(fault.into()),
    }
}

/// What is wrong, as it is said beside the form.
pub(super) fn told(visit: &Visit, refusal: Refusal) -> Problems {
    let mut problems = Problems::default();
    match refusal.code {
        "idempotency_key_reused" => problems.add("", visit.frame().say("writing-sent-before")),
        "not_found" => problems.add("", visit.frame().say("writing-gone")),
        _ => return refusal.into(),
    }
    problems
}

/// Publishes what was typed, or keeps it for its hour; where it is then.
async fn publish(app: &App, visit: &Visit, me: &Account, (sent, body): (&Sent, &str)) -> crate::base::error::Result<String> {
    if app.quotas.posts.take(&me.id.to_string()).is_err() {
        return Err(Refusal::too_many(Sentence::verbatim(visit.say("writing-too-often"))).into());
    }
    let writer = Writer { account: me.clone(), user: visit.user.clone(), app_id: None };
    let at = hour(&sent.typed)?;
    let asked = Asked { scheduled_at: at.map(|at| at.to_string()), ..sent.typed.asked() };
    let draft = writing::draft(app, &writer, &asked).await?;
    let key = format!("page {}", sent.once);
    let repeat = Repeat { key: &key, body };
    let tx = app.begin().await?;
    describe(&tx, me.id, &sent.typed).await?;
    let path = match at {
        Some(at) => {
            let kept = writing::schedule(&tx, &writer, (&asked, draft), at, Some(repeat)).await?;
            format!("/drafts#s{}", kept.id)
        }
        None => {
            let post = publish_once(&tx, me, draft, repeat).await?;
            place(&sent.typed, post.id)
        }
    };
    if let Ok(id) = sent.typed.draft.parse() {
        kept::forget(&tx, me.id, id).await?;
    }
    tx.commit().await?;
    app.store.settle().await;
    Ok(path)
}

/// Where one lands after publishing `post`: at it, on the page on which it was written as an answer, else on its own.
fn place(typed: &Typed, post: PostId) -> String {
    match (typed.answers(), typed.page.parse::<i64>()) {
        (Some(_), Ok(page)) => format!("/p/{page}?at={post}#p{post}"),
        _ => format!("/p/{post}"),
    }
}

/// Says of files what was typed of them. One that a post holds meanwhile (the form was sent twice) has its words already.
async fn describe(tx: &Tx, me: AccountId, typed: &Typed) -> crate::base::error::Result<()> {
    let held = media::queries::by_ids(tx, &typed.files()).await?;
    for said in &typed.media {
        let Some(medium) = held.iter().find(|medium| medium.id.to_string() == said.id && medium.post_id.is_none()) else { continue };
        let focus = if said.focus.is_empty() { "0,0" } else { &said.focus };
        media::describe(tx, me, medium.id, (About::read(Some(said.description.clone()), Some(focus))?, None)).await?;
    }
    Ok(())
}
