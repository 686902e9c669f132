//! The front page: whose node this is, and what can be done with it.

use super::{
    about::Head,
    faces::Face,
    pages::{self, Card, Failure, Result},
    paging, places,
    session::Visit,
};
use crate::{
    app::App,
    base::config::RegistrationMode,
    features::{accounts::queries, communities},
    store::tables::{Account, Community},
};
use axum::{Router, extract::State, http::Uri, response::Response, routing::get};

async fn home(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let found = communities::queries::here(&app.store, None, page).await?;
    let ids: Vec<i64> = found.iter().map(|(account, _)| account.id.0).collect();
    let (people, ..) = queries::counts(&app.store).await?;
    let owner = queries::owner(&app.store).await?;
    let page = pages::Home {
        frame: visit.frame(),
        head: Head { canonical: app.origin.absolute("/"), document: app.origin.absolute("/actor"), ..Head::default() },
        communities: found.iter().map(|found| card(&app, found)).collect(),
        older: paging::older("/", &page, &ids),
        organisation: app.config.organisation_name().to_owned(),
        authority: app.origin.authority().to_owned(),
        people,
        signs_up: app.door().refuse_closed(false).is_ok(),
        registration: match app.config.registration.mode {
            RegistrationMode::Open => "anybody may make one",
            RegistrationMode::Approval => "an administrator approves who asks for one",
            RegistrationMode::Invite => "by invitation",
            RegistrationMode::Closed => "made by the administrator",
        },
        contact: owner.map(|owner| Face::of(&app, &owner)),
    };
    Ok(pages::public(&visit, &page))
}

fn card(app: &App, (account, facts): &(Account, Community)) -> Card {
    Card { who: Face::of(app, account), purpose: facts.purpose.clone(), members: facts.members_count, join: places::join(facts.join_rule) }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(home))
}
