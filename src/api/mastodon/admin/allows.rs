//! Hosts with which this node federates where it does so with partners alone. Who is one is for both sides to agree
//! (`partners`): apps read the list, and are told where it is made. Source: docs.joinmastodon.org/methods/admin/domain_allows.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{config::FederationMode, error::Refusal, id::AgreementId, words::AgreementState},
    features::agreements::{self, rows},
    policy::scope::Scope,
    store::tables::Agreement,
};
use axum::{Json, extract::State, response::Response};
use serde_json::{Value, json};

const ALL: &str = "/api/v1/admin/domain_allows";
const ONE: &str = "/api/v1/admin/domain_allows/{id}";

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminReadHostAllows), Access::Admin(Scope::AdminWriteHostAllows));
    Routes::new()
        .get(ALL, read, "Hosts with which this node federates, where it does so with partners alone", list)
        .get(ONE, read, "One of them", show)
        .post(ALL, write, "Refused: partners are agreed with", by_agreement)
        .delete(ONE, write, "Refused: an agreement is ended", by_agreement)
}

/// Whether federation is for partners alone now, and with whom there is an agreement in force.
async fn partners(app: &App) -> Result<Vec<String>> {
    match app.federation_mode(&app.store).await? {
        FederationMode::Partners => Ok(agreements::partners(&app.store).await?),
        FederationMode::Open | FederationMode::Off => Ok(Vec::new()),
    }
}

fn is_allowed(agreement: &Agreement, partners: &[String]) -> bool {
    agreement.state == AgreementState::InForce && partners.contains(&agreement.host)
}

fn allow(agreement: &Agreement) -> Value {
    json!({ "id": agreement.id, "domain": agreement.host, "created_at": agreement.created_at })
}

async fn list(State(app): State<App>, _: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let (partners, all) = (partners(&app).await?, rows::list(&app.store, page).await?);
    let ids: Vec<i64> = all.iter().map(|agreement| agreement.id.0).collect();
    let shown = all.iter().filter(|agreement| is_allowed(agreement, &partners)).map(allow).collect();
    Ok(query.answer(shown, page.cursors(&ids)))
}

async fn show(State(app): State<App>, _: Caller, Path(id): Path<AgreementId>) -> Result<Json<Value>> {
    let found = rows::by_id(&app.store, id).await?;
    let partners = partners(&app).await?;
    Ok(Json(allow(&found.filter(|agreement| is_allowed(agreement, &partners)).ok_or_else(Refusal::not_found)?)))
}

/// The body is read though nothing in it counts: a connection that is answered before its body came is closed.
async fn by_agreement(_: Input<Value>) -> Result<Json<Value>> {
    let sentence = "Partners are agreed with by both sides: propose or end an agreement (/api/intermoot/v1/partners).";
    Err(Refusal::conflict("by_agreement", sentence).into())
}
