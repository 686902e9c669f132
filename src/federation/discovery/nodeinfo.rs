//! The NodeInfo server (schemas 2.0 and 2.1; FEP-f1d5, FEP-2677).
//!
//! Phanpy takes 2.0 only and Elk asks for its literal path; megalodon takes nodes for Mastodon-like by
//! `metadata.upstream.name` (client-api.md 21 to 23). Numbers are counted once a minute at most.

use crate::{
    base::{config::RegistrationMode, error::Result},
    features::{accounts, posts},
    federation::{Federation, documents::answer},
};
use axum::{
    Extension, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use std::time::Duration;

/// How long counted numbers are told.
const COUNTED_FOR: Duration = Duration::from_secs(60);

/// People, those active in a month and in half a year, and posts written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbers {
    people: i64,
    month: i64,
    half_year: i64,
    posts: i64,
}

type Counted = moka::future::Cache<(), Numbers>;

/// The three addresses.
pub fn routes() -> Router<Federation> {
    let counted: Counted = moka::future::Cache::builder().max_capacity(1).time_to_live(COUNTED_FOR).build();
    Router::new()
        .route("/.well-known/nodeinfo", get(links))
        .route("/nodeinfo/2.0", get(version_2_0))
        .route("/nodeinfo/2.1", get(version_2_1))
        .layer(Extension(counted))
}

async fn links(State(federation): State<Federation>) -> Response {
    let origin = &federation.app.origin;
    let schema = |version: &str| {
        let rel = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
        json!({"rel": rel, "href": origin.absolute(&format!("/nodeinfo/{version}"))})
    };
    let node = json!({"rel": "https://www.w3.org/ns/activitystreams#Application", "href": origin.absolute("/actor")});
    answer::json("application/json", &json!({"links": [schema("2.0"), schema("2.1"), node]}))
}

async fn version_2_0(State(federation): State<Federation>, Extension(counted): Extension<Counted>) -> Response {
    let software = json!({"name": "intermoot", "version": env!("CARGO_PKG_VERSION")});
    let kind = "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"";
    serve(&federation, &counted, ("2.0", kind), software).await
}

async fn version_2_1(State(federation): State<Federation>, Extension(counted): Extension<Counted>) -> Response {
    let software = json!({"name": "intermoot", "version": env!("CARGO_PKG_VERSION"), "repository": federation.app.source_url()});
    let kind = "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"";
    serve(&federation, &counted, ("2.1", kind), software).await
}

async fn serve(federation: &Federation, counted: &Counted, (version, kind): (&str, &'static str), software: Value) -> Response {
    let (numbers, name) = match (counted.try_get_with((), count(federation)).await, federation.app.name().await) {
        (Ok(numbers), Ok(name)) => (numbers, name),
        (numbers, name) => {
            tracing::error!(numbers = ?numbers.err(), name = ?name.err(), "NodeInfo could not be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let config = &federation.app.config;
    let document = json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": matches!(config.registration.mode, RegistrationMode::Open | RegistrationMode::Approval),
        "usage": {
            "users": {"total": numbers.people, "activeMonth": numbers.month, "activeHalfyear": numbers.half_year},
            "localPosts": numbers.posts,
        },
        "metadata": {"nodeName": name, "upstream": {"name": "mastodon"}},
    });
    answer::json(kind, &document)
}

async fn count(federation: &Federation) -> Result<Numbers> {
    let store = &federation.app.store;
    let (people, month, half_year) = accounts::queries::counts(store).await?;
    Ok(Numbers { people, month, half_year, posts: posts::queries::count_local(store).await? })
}
