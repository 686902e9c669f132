//! How a member stands towards somebody, changed from their page: following, muting, blocking. The same verbs as from an app;
//! each leads back to the page.

use super::profile::reached;
use crate::{
    app::App,
    features::{
        memberships,
        relationships::{self, FollowOptions},
    },
    store::{Tx, tables::Account},
    web::{
        pages::{Failure, Result},
        session::Visit,
    },
};
use axum::{
    Form, Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Follow,
    Unfollow,
    Mute,
    Unmute,
    Block,
    Unblock,
}

/// The acts with the last parts of their addresses.
const ACTS: [(&str, Act); 6] = [
    ("follow", Act::Follow),
    ("unfollow", Act::Unfollow),
    ("mute", Act::Mute),
    ("unmute", Act::Unmute),
    ("block", Act::Block),
    ("unblock", Act::Unblock),
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
}

async fn act(app: App, visit: Visit, (name, act): (String, Act), sent: Sent) -> Result<Response> {
    // Whoever has to log in first comes back to the page, and decides there.
    let me = visit.account.as_ref().ok_or_else(|| Failure::log_in(&format!("/u/{name}")))?;
    visit.must_have_sent(&sent.token)?;
    let (whom, path) = reached(&app, &visit, &name).await?;
    let tx = app.begin().await?;
    visit.acting(done(&tx, me, &whom, act)).await.map_err(|error| Failure::of(error, &visit))?;
    tx.commit().await?;
    app.store.settle().await;
    Ok((visit.cookies(), Redirect::to(&path)).into_response())
}

/// Doing it again changes nothing.
async fn done(tx: &Tx, me: &Account, whom: &Account, act: Act) -> crate::base::error::Result<()> {
    match act {
        Act::Follow => {
            if relationships::queries::find(tx, me.id, whom.id).await?.is_none() {
                memberships::follow_or_join(tx, me, whom, FollowOptions::default(), None).await?;
            }
            Ok(())
        }
        Act::Unfollow => memberships::unfollowed(tx, me, whom, None).await,
        Act::Mute => relationships::mute(tx, me.id, whom.id, true, None).await,
        Act::Unmute => relationships::unmute(tx, me.id, whom.id).await,
        Act::Block => relationships::block(tx, me.id, whom.id, None).await,
        Act::Unblock => relationships::unblock(tx, me.id, whom.id).await,
    }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    ACTS.into_iter().fold(Router::new(), |routes, (last, which)| {
        let answer = move |State(app): State<App>, visit: Visit, Path(name): Path<String>, Form(sent): Form<Sent>| {
            act(app, visit, (name, which), sent)
        };
        routes.route(&format!("/u/{{name}}/{last}"), post(answer))
    })
}
