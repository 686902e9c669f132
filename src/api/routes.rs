//! The table of routes: each is declared once, with what it needs and what it is for.
//!
//! From one declaration come the router, the check of tokens and scopes before the handler runs
//! (S99), and the OpenAPI description (`openapi.rs`). Paths are axum's: `/api/v1/accounts/{id}`.

use super::{
    caller::{Identity, Rightful, invalid_token, outside_scopes, person},
    error::Failure,
};
use crate::{
    app::App,
    base::{error::Refusal, words::NodeRole},
    policy::scope::Scope,
};
use axum::{
    Router,
    extract::Request,
    handler::Handler,
    http::Method,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};

/// What a route needs of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing; a token is not even looked at by the route.
    Open,
    /// Nothing; but a token that is shown must be valid and cover this.
    Public(Scope),
    /// Any valid token, also that of an app for itself.
    App,
    /// The token of a person of this node, covering this.
    User(Scope),
    /// The token of an administrator (or owner) of this node, covering this.
    Admin(Scope),
    /// The token of somebody who handles reports on this node (moderators and up), covering this.
    Moderator(Scope),
}

/// How much work a route is, for whoever sets limits and reads measurements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cost {
    /// A few reads.
    #[default]
    Small,
    /// May reach other nodes, or reads a lot.
    Large,
    /// Tries a credential: has a quota of its own.
    Credential,
}

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// What it needs.
    pub access: Access,
    /// How much work it is.
    pub cost: Cost,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// Whether it only says that there is nothing, as the thing it is about does not exist here (yet).
    pub is_empty: bool,
}

impl Route {
    /// Whether calling it may change somebody's rights: then an attempt that is refused is noted in the audit log (S126).
    pub fn changes_rights(&self) -> bool {
        let is_ours = self.path.starts_with("/api/intermoot/v1/") || matches!(self.access, Access::Admin(_) | Access::Moderator(_));
        is_ours && self.method != Method::GET
    }
}

/// Some routes: a router and its table.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Route>,
}

/// Declares one adder of routes for each method.
macro_rules! methods {
    ($($name:ident $method:ident),+) => {$(
        #[doc = concat!("Adds a route for `", stringify!($method), "`.")]
        pub fn $name<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, summary: &'static str, handler: H) -> Self {
            let routed = on(MethodFilter::$method, handler);
            self.add(Route { method: Method::$method, path, access, cost: Cost::default(), summary, is_empty: false }, routed)
        }
    )+};
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);

    /// The route just added is this much work.
    #[must_use]
    pub fn costing(mut self, cost: Cost) -> Self {
        if let Some(last) = self.table.last_mut() {
            last.cost = cost;
        }
        self
    }

    /// The route just added only says that there is nothing: counted apart by `scripts/coverage`.
    #[must_use]
    pub fn answering_nothing(mut self) -> Self {
        if let Some(last) = self.table.last_mut() {
            last.is_empty = true;
        }
        self
    }

    /// These and `others`.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.table.extend(others.table);
        Self { router: self.router.merge(others.router), table: self.table }
    }

    /// The table, in the order of declaration.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The router.
    pub fn into_router(self) -> Router<App> {
        self.router
    }

    fn add(mut self, route: Route, handler: MethodRouter<App>) -> Self {
        let (access, is_rightful) = (route.access, route.changes_rights());
        let guarded = handler.route_layer(from_fn(move |request: Request, next: Next| async move {
            let mut response = guard(access, request, next).await;
            if is_rightful {
                response.extensions_mut().insert(Rightful);
            }
            response
        }));
        // some clients end paths with a slash (Mastodon.py asks for `/api/v1/instance/`)
        let router = self.router.route(&format!("{}/", route.path), guarded.clone()).route(route.path, guarded);
        self.table.push(route);
        Self { router, table: self.table }
    }
}

async fn guard(access: Access, request: Request, next: Next) -> Response {
    match admit(access, request.extensions().get()) {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// Whether whoever is `identity` may call a route that needs `access`.
fn admit(access: Access, identity: Option<&Identity>) -> Result<(), Failure> {
    match (access, identity) {
        (Access::Open, _) | (Access::Public(_), None | Some(Identity::Stranger)) => Ok(()),
        (Access::App, Some(Identity::Bearer(_))) => Ok(()),
        (Access::Public(scope), Some(Identity::Bearer(bearer))) if bearer.token.account_id.is_none() => {
            if bearer.scopes.cover(scope) {
                Ok(())
            } else {
                Err(outside_scopes())
            }
        }
        (Access::Public(scope) | Access::User(scope), Some(identity @ Identity::Bearer(_))) => person(Some(identity))?.needs(scope),
        (Access::Admin(scope), Some(identity @ Identity::Bearer(_))) => standing(identity, scope, NodeRole::Admin),
        (Access::Moderator(scope), Some(identity @ Identity::Bearer(_))) => standing(identity, scope, NodeRole::Moderator),
        _ => Err(invalid_token()),
    }
}

/// Whether somebody holds at least `least` on this node, with a token that covers `scope`.
fn standing(identity: &Identity, scope: Scope, least: NodeRole) -> Result<(), Failure> {
    let caller = person(Some(identity))?;
    caller.needs(scope)?;
    let role = caller.bearer().user.as_ref().map(|user| user.role);
    if role >= Some(least) {
        Ok(())
    } else {
        Err(Refusal::forbidden("not_permitted", "Your standing on this node does not allow this.").into())
    }
}
