//! Decisions about hosts. Source: docs.joinmastodon.org/methods/admin/domain_blocks.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::administration::decision,
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::{self, App},
    base::id::PeerId,
    features::peers::terms::{self, Severity, Terms},
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

const ALL: &str = "/api/v1/admin/domain_blocks";
const ONE: &str = "/api/v1/admin/domain_blocks/{id}";

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminReadHostBlocks), Access::Admin(Scope::AdminWriteHostBlocks));
    Routes::new()
        .get(ALL, read, "Hosts that are refused or limited", list)
        .post(ALL, write, "Refuses or limits a host and every host below it", make)
        .get(ONE, read, "One of them", show)
        .put(ONE, write, "Changes what is decided about a host", change)
        .delete(ONE, write, "Takes back what is decided about a host", remove)
}

async fn list(State(app): State<App>, _: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let found = terms::page(&app.store, page).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.id.0).collect();
    Ok(query.answer(found.iter().map(decision).collect(), page.cursors(&ids)))
}

async fn show(State(app): State<App>, _: Caller, Path(id): Path<PeerId>) -> Result<Json<Value>> {
    Ok(Json(decision(&terms::find(&app.store, id).await?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    #[serde(rename = "domain")]
    host: String,
    severity: Option<Severity>,
    reject_media: Option<bool>,
    reject_reports: Option<bool>,
    obfuscate: Option<bool>,
    private_comment: Option<String>,
    public_comment: Option<String>,
}

impl Wanted {
    /// What is wanted, over what is so.
    fn over(self, before: Terms) -> Terms {
        Terms {
            reject_media: self.reject_media.unwrap_or(before.reject_media),
            reject_reports: self.reject_reports.unwrap_or(before.reject_reports),
            obfuscate: self.obfuscate.unwrap_or(before.obfuscate),
            private_comment: self.private_comment.unwrap_or(before.private_comment),
            public_comment: self.public_comment.unwrap_or(before.public_comment),
        }
    }
}

async fn make(State(app): State<App>, caller: Caller, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    let host = app::peers::another(&app, &wanted.host, "domain")?;
    let severity = wanted.severity.unwrap_or_default();
    let tx = app.begin().await?;
    let made = terms::decide(&tx, &host, severity, (&caller.account().acct(), wanted.over(Terms::default()))).await?;
    tx.commit().await?;
    Ok(Json(decision(&made)))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<PeerId>, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let before = terms::find(&tx, id).await?;
    let severity = wanted.severity.unwrap_or(before.severity);
    let terms = wanted.over(before.terms.clone());
    let changed = terms::change(&tx, before, severity, (&caller.account().acct(), terms)).await?;
    tx.commit().await?;
    Ok(Json(decision(&changed)))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<PeerId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let before = terms::find(&tx, id).await?;
    terms::take_back(&tx, &before, &caller.account().acct()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
