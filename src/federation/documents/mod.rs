//! What others can fetch: actors, posts, activities and collections, for those who ask for ActivityPub.
//!
//! Strangers see what is public; a signed request is tried only where that is not enough, and its answer is never cached
//! (S53). Forbidden and missing are the same 404; what was public and is deleted is a Tombstone, 410.

mod actors;
pub mod answer;
pub(super) mod collections;
mod posts;

use super::{Federation, vocabulary};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::ACCEPT},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};

/// Whether a request asks for ActivityPub rather than for a page: the first of the two kinds that it names.
pub fn wants_activity(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    for kind in lines.flat_map(|line| line.split(',')) {
        match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/activity+json" | "application/ld+json" => return true,
            "text/html" | "application/xhtml+xml" => return false,
            _ => {}
        }
    }
    false
}

/// The routes of documents. Those that pages share answer 406 to who does not ask for ActivityPub.
pub fn routes() -> Router<Federation> {
    let shared = Router::new()
        .route("/", get(actors::node))
        .route("/u/{name}", get(actors::person))
        .route("/c/{name}", get(actors::community))
        .route("/org", get(actors::organisation))
        .route("/p/{id}", get(posts::post))
        .layer(from_fn(only_activity));
    let mut listed = Router::new();
    for kind in ["u", "c"] {
        listed = listed
            .route(&format!("/{kind}/{{name}}/outbox"), get(collections::outbox))
            .route(&format!("/{kind}/{{name}}/followers"), get(collections::followers))
            .route(&format!("/{kind}/{{name}}/following"), get(collections::following))
            .route(&format!("/{kind}/{{name}}/featured"), get(collections::featured));
    }
    for name in ["outbox", "followers", "following"] {
        listed = listed.route(&format!("/actor/{name}"), get(collections::empty)).route(&format!("/org/{name}"), get(collections::empty));
    }
    listed
        .route("/actor", get(actors::node))
        .route("/activities/{id}", get(posts::activity))
        .route("/p/{id}/replies", get(posts::replies))
        .route("/p/{id}/context", get(posts::context))
        .route("/c/{name}/moderators", get(collections::moderators))
        .route("/c/{name}/members", get(collections::members))
        .route("/ns/v1", get(vocabulary::serve))
        .merge(shared)
}

async fn only_activity(request: Request, next: Next) -> Response {
    if wants_activity(request.headers()) {
        next.run(request).await
    } else {
        answer::refused(StatusCode::NOT_ACCEPTABLE, "ask for application/activity+json here")
    }
}

/// What every handler is given.
pub(super) type Door = State<Federation>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_page_first_gets_a_page() {
        for (accept, wanted) in [
            ("application/activity+json", true),
            ("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true),
            ("application/activity+json, text/html", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("text/html, application/activity+json;q=0.5", false),
            ("application/json", false),
            ("*/*", false),
        ] {
            let headers = [(ACCEPT, accept.parse().unwrap())].into_iter().collect();
            assert_eq!(wants_activity(&headers), wanted, "{accept}");
        }
        assert!(!wants_activity(&HeaderMap::new()));
    }
}
