//! What somebody does about their own seat: joins or asks, withdraws, accepts or declines an invitation, accepts a policy, leaves.
//!
//! The same verbs as in the API. A refusal is said on the community's page, above what was typed.

use super::{
    super::{pages::Result, problems::Problems, session::Visit},
    place::{self, Place},
    sent::Sent,
    show,
};
use crate::{
    app::App,
    base::{error::Refusal, words::SeatStatus},
    features::{communities, memberships, policies},
};
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

/// `GET /c/{name}/seat`: whoever comes back to a form that was refused is led to the community.
pub(super) async fn back(uri: Uri) -> Redirect {
    Redirect::to(uri.path().rsplit_once('/').map_or("/", |(place, _)| place))
}

/// `POST /c/{name}/seat`
pub(super) async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let place = place::find(&app, &visit, &name).await?;
    match visit.acting(perform(&app, &place, &sent)).await {
        Ok(done) => {
            // A guest who left may no longer know of it.
            let known = communities::queries::seen(&app.store, Some(place.me.id), place.account.id).await?.is_some();
            let path = if known { format!("{}?done={done}", place.path()) } else { "/communities".to_owned() };
            Ok((visit.cookies(), Redirect::to(&path)).into_response())
        }
        Err(error) => {
            let problems = Problems::of(error)?;
            show::page(&app, &visit, place, (&uri, problems, &sent)).await
        }
    }
}

/// Does what the button says; the word for what was done.
async fn perform(app: &App, place: &Place, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let (me, community) = (&place.me, &place.account);
    let is_invited = place.seat.as_ref().is_some_and(|seat| seat.status == SeatStatus::Invited);
    let answer = sent.reason("answer")?;
    let tx = app.begin().await?;
    let done = match sent.text("act") {
        "join" => {
            let seat = memberships::ask(&tx, me, community, answer).await?;
            if seat.status == SeatStatus::Active { "joined" } else { "asked" }
        }
        "accept" | "decline" if !is_invited => {
            return Err(Refusal::conflict("no_invitation", "You have no open invitation to this community.").into());
        }
        "accept" => {
            let seat = memberships::ask(&tx, me, community, "").await?;
            if seat.status == SeatStatus::Active { "joined" } else { "asked" }
        }
        "decline" => memberships::leave(&tx, me, community, None).await.map(|()| "declined")?,
        "withdraw" => memberships::leave(&tx, me, community, None).await.map(|()| "withdrawn")?,
        "leave" => memberships::leave(&tx, me, community, None).await.map(|()| "left")?,
        "policy" => {
            if !policies::accept(&tx, me, community, (sent.text("digest"), "")).await? {
                let sentence = "There is a newer version of this policy: read it, and accept that one.";
                return Err(Refusal::conflict("outdated", sentence).into());
            }
            "accepted"
        }
        _ => return Err(Refusal::not_found().into()),
    };
    tx.commit().await?;
    app.store.settle().await;
    Ok(done)
}
