//! One address, two forms: a page for browsers, a document for servers.

use super::public::{founds, writes};
use crate::{
    federation::{Federation, bootstrap},
    tests::support::{Person, Place},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};
use serde_json::json;
use tower::ServiceExt;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const SERVER: &str = "application/activity+json";

async fn ask(router: &Router, path: &str, accept: &str) -> Response<Body> {
    let request = Request::get(path).header("accept", accept).body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn text(answer: Response<Body>) -> String {
    String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn the_same_address_is_a_page_for_browsers_and_a_document_for_servers() {
    let node = Place::sqlite().node("acme").await;
    bootstrap(&node.app).await.unwrap();
    let router = crate::server::routes::all(&Federation::start(node.app.clone()).unwrap());
    let ada: Person = node.person("ada").await;
    founds(&ada, "valves", "Valve quality", "public").await;
    let post = format!("/p/{}", writes(&ada, json!({ "status": "Frost tonight" })).await);
    for path in ["/", "/u/ada", "/c/valves", &post] {
        let page = ask(&router, path, BROWSER).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        assert!(page.headers().get_all("vary").iter().any(|vary| vary.to_str().unwrap().to_lowercase().contains("accept")), "{path}");
        assert!(!page.headers().contains_key("set-cookie"), "a stranger gets no cookie for reading {path}");
        let html = text(page).await;
        let id = if path == "/" { format!("{}/actor", node.url) } else { format!("{}{path}", node.url) };
        assert!(html.contains(&format!("rel=\"alternate\" type=\"application/activity+json\" href=\"{id}\"")), "{path}: {html}");
        let document = ask(&router, path, SERVER).await;
        assert!(document.headers()["content-type"].to_str().unwrap().starts_with(SERVER), "{path}");
        let document: serde_json::Value = serde_json::from_str(&text(document).await).unwrap();
        assert_eq!(document["id"], json!(id));
    }
    for (path, to) in [
        ("/@ada", "/u/ada"),
        ("/@valves", "/c/valves"),
        ("/@ada/followers", "/u/ada/followers"),
        ("/u/valves", "/c/valves"),
        ("/org", "/about"),
        ("/U/ada", ""),
    ] {
        let answer = ask(&router, path, BROWSER).await;
        let sent = answer.headers().get("location").map_or("", |to| to.to_str().unwrap()).to_owned();
        assert_eq!(sent, to, "{path}");
    }
    for accept in [BROWSER, SERVER] {
        assert_eq!(ask(&router, "/p/1", accept).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(ask(&router, "/nothing/here", accept).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn only_public_posts_are_previewed_and_only_who_wants_to_be_found_is_indexed() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let open = writes(&ada, json!({ "status": "Frost & ice", "language": "de" })).await;
    let quiet = writes(&ada, json!({ "status": "Psst", "visibility": "unlisted" })).await;
    let warned = writes(&ada, json!({ "status": "The butler", "spoiler_text": "The end" })).await;
    let read = async |id: &str| node.get(&format!("/p/{id}")).send().await.unwrap().text().await.unwrap();
    let page = read(&open).await;
    assert!(page.contains("og:description\" content=\"Frost &#38; ice\"") && page.contains("lang=\"de\""), "{page}");
    assert!(!page.contains("noindex"));
    assert!(!read(&quiet).await.contains("og:"));
    let page = read(&warned).await;
    assert!(page.contains("og:description\" content=\"The end\"") && page.contains("<summary dir=\"auto\">The end</summary>"));
    assert!(read(&quiet).await.contains("noindex"));
    let hide = ada.ask(reqwest::Method::PATCH, "/api/v1/accounts/update_credentials").json(&json!({ "discoverable": false }));
    assert_eq!(hide.send().await.unwrap().status(), StatusCode::OK);
    assert!(read(&open).await.contains("noindex"), "who does not want to be found is not");
    assert!(node.get("/u/ada").send().await.unwrap().text().await.unwrap().contains("noindex"));
}
