//! The audit log: who did what, found by who, what and to what; and its chain checked at the touch of a button.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin,
};
use crate::{
    app::{App, heads},
    base::page::Page,
    features::audit::{self, Wanted},
    store::{Searching, tables::AuditRow},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;

/// Entries on a page.
const ENTRIES: u32 = 50;

struct Entry {
    id: i64,
    at: Moment,
    actor: String,
    on_behalf: String,
    act: String,
    object: String,
    via: String,
    agreement: String,
    /// What else matters, name by name.
    details: Vec<(String, String)>,
}

/// What the check found.
struct Checked {
    is_whole: bool,
    sentence: String,
}

#[derive(Template)]
#[template(path = "administering/audit.html")]
struct Audit {
    frame: Frame,
    asked: Asked,
    entries: Vec<Entry>,
    older: String,
    checked: Option<Checked>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    token: String,
    actor: String,
    act: String,
    object: String,
    before: String,
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Self {
        let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let details = detail.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        Self {
            id: row.id,
            at: row.at.into(),
            details: details.map(|(name, value)| (name.clone(), said(value))).collect(),
            actor: row.actor,
            on_behalf: row.on_behalf,
            act: row.act,
            object: row.object,
            via: row.via,
            agreement: row.agreement,
        }
    }
}

async fn list(State(app): State<App>, admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    shown(&app, &admin, asked, None).await
}

async fn shown(app: &App, admin: &Admin, asked: Asked, checked: Option<Checked>) -> Result<Response> {
    let wanted = Wanted { actor: asked.actor.clone(), act: asked.act.clone(), object: asked.object.clone() };
    let page = Page { max_id: asked.before.parse().ok(), ..Page::first(ENTRIES) };
    let rows = Searching::settled(audit::search(&app.store.searching(), &wanted, page).await).map_err(|error| admin.failed(error))?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let older = page.cursors(&ids).next_max_id.map(|id| {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(
            [("actor", &asked.actor), ("act", &asked.act), ("object", &asked.object)].iter().filter(|(_, value)| !value.is_empty()),
        );
        pairs.append_pair("before", &id.to_string());
        format!("/admin/audit?{}", pairs.finish())
    });
    let entries = rows.into_iter().map(Entry::from).collect();
    let page = Audit { frame: admin.frame(), asked, entries, older: older.unwrap_or_default(), checked };
    Ok(admin.page(&Problems::default(), &page))
}

/// Checks the whole chain, and that it holds the heads kept outside the database (S125). Changes nothing: the answer is the page.
async fn verify(State(app): State<App>, admin: Admin, Form(asked): Form<Asked>) -> Result<Response> {
    admin.visit.must_have_sent(&asked.token)?;
    let frame = admin.frame();
    let checked = match heads::read(&app.config.data.dir) {
        Ok(heads) => {
            let found = audit::verify(&app.store, &heads).await?;
            match found.finding {
                None => Checked {
                    is_whole: true,
                    sentence: frame.count_of("administering-audit-whole", &frame.number(heads.len()), found.entries),
                },
                Some(finding) => Checked {
                    is_whole: false,
                    sentence: frame.names("administering-audit-broken", &frame.number(finding.id), finding.problem),
                },
            }
        }
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "the heads of the audit log cannot be read");
            Checked { is_whole: false, sentence: frame.say("administering-audit-no-heads") }
        }
    };
    shown(&app, &admin, Asked::default(), Some(checked)).await
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/audit", get(list)).route("/admin/audit/verify", post(verify))
}
