//! Accounts as administrators find them: both versions of the list, and one of them.
//!
//! Source: docs.joinmastodon.org/methods/admin/accounts.

use crate::{
    api::{
        body::Query,
        caller::Caller,
        entities::{administration, credential},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{id::AccountId, words::NodeRole},
    features::administering::{
        self,
        listing::{self, Standing, Wanted},
    },
    policy::scope::Scope,
    store::Searching,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let read = Access::Moderator(Scope::AdminReadAccounts);
    Routes::new()
        .get("/api/v1/admin/accounts", read, "Accounts, as the first version asks for them", first)
        .costing(Cost::Large)
        .get("/api/v2/admin/accounts", read, "Accounts, here and elsewhere, by how they stand and are called", second)
        .costing(Cost::Large)
        .get("/api/v1/admin/accounts/{id}", read, "One account, with what is kept of its owner", show)
}

/// What both versions ask for in the same words.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    username: String,
    display_name: String,
    #[serde(rename = "by_domain")]
    host: String,
    email: String,
    ip: String,
}

impl Named {
    fn wanted(self, is_local: Option<bool>, standing: Option<Standing>) -> Wanted {
        let Self { username, display_name, host, email, ip } = self;
        Wanted { is_local, standing, username, display_name, host, email, ip, ..Wanted::default() }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct First {
    local: bool,
    remote: bool,
    active: bool,
    pending: bool,
    disabled: bool,
    silenced: bool,
    sensitized: bool,
    suspended: bool,
    staff: bool,
}

async fn first(
    State(app): State<App>,
    _: Caller,
    Query(asked): Query<First>,
    Query(named): Query<Named>,
    query: PageQuery,
) -> Result<Response> {
    let is_local = match (asked.local, asked.remote) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    let standings = [
        (asked.pending, Standing::Pending),
        (asked.disabled, Standing::Disabled),
        (asked.silenced, Standing::Silenced),
        (asked.sensitized, Standing::Sensitized),
        (asked.suspended, Standing::Suspended),
        (asked.active, Standing::Active),
    ];
    let standing = standings.into_iter().find_map(|(is_asked, standing)| is_asked.then_some(standing));
    let wanted = Wanted { roles: if asked.staff { staff() } else { Vec::new() }, ..named.wanted(is_local, standing) };
    listed(&app, &wanted, &query).await
}

fn staff() -> Vec<NodeRole> {
    NodeRole::ALL.iter().copied().filter(|role| *role > NodeRole::Member).collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Second {
    origin: String,
    status: String,
    permissions: String,
    role_ids: Vec<String>,
    invited_by: Option<AccountId>,
}

async fn second(
    State(app): State<App>,
    _: Caller,
    Query(asked): Query<Second>,
    Query(named): Query<Named>,
    query: PageQuery,
) -> Result<Response> {
    let is_local = match asked.origin.as_str() {
        "" => None,
        "local" => Some(true),
        "remote" => Some(false),
        _ => return Err(Failure::field("origin", "must be local or remote")),
    };
    let standing = match asked.status.as_str() {
        "" => None,
        "active" => Some(Standing::Active),
        "pending" => Some(Standing::Pending),
        "disabled" => Some(Standing::Disabled),
        "silenced" => Some(Standing::Silenced),
        "sensitized" => Some(Standing::Sensitized),
        "suspended" => Some(Standing::Suspended),
        _ => return Err(Failure::field("status", "must be active, pending, disabled, silenced or suspended")),
    };
    let mut roles: Vec<NodeRole> = match asked.permissions.as_str() {
        "" => Vec::new(),
        "staff" => staff(),
        _ => return Err(Failure::field("permissions", "must be staff")),
    };
    for id in &asked.role_ids {
        roles.push(credential::role_of(id).ok_or_else(|| Failure::field("role_ids", "names a role that does not exist here"))?);
    }
    let wanted = Wanted { roles, invited_by: asked.invited_by, ..named.wanted(is_local, standing) };
    listed(&app, &wanted, &query).await
}

async fn listed(app: &App, wanted: &Wanted, query: &PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let found = Searching::settled(listing::accounts(&app.store.searching(), wanted, page).await)?;
    let ids: Vec<i64> = found.iter().map(|account| account.id.0).collect();
    Ok(query.answer(administration::accounts(app, found).await?, page.cursors(&ids)))
}

async fn show(State(app): State<App>, _: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let found = administering::account(&app.store, id).await?;
    Ok(Json(administration::one(&app, found.id).await?))
}
