//! OAuth 2 for programs.

use crate::tests::support::{Place, TestNode, done};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

async fn app(node: &TestNode) -> Value {
    done(node.post("/api/v1/apps").form(&[("client_name", "toot"), ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"), ("scopes", "read write follow")])).await
}

async fn refused(request: RequestBuilder) -> (StatusCode, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, answer.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_app_registers_in_every_style_and_shows_itself() {
    let node = Place::sqlite().node("acme").await;
    let form = app(&node).await;
    assert_eq!(form["redirect_uri"], "urn:ietf:wg:oauth:2.0:oob");
    let list = json!({ "client_name": "Elk", "redirect_uris": ["https://a.test/", "icecubesapp://"] });
    let json = done(node.post("/api/v1/apps").json(&list)).await;
    assert_eq!(json["redirect_uris"], json!(["https://a.test/", "icecubesapp://"]));
    let basic = node.post("/oauth/token").basic_auth(form["client_id"].as_str().unwrap(), form["client_secret"].as_str());
    let token = done(basic.form(&[("grant_type", "client_credentials"), ("scope", "read")])).await;
    let clear = token["access_token"].as_str().unwrap();
    let shown = done(node.get("/api/v1/apps/verify_credentials").bearer_auth(clear)).await;
    assert_eq!(shown["name"], "toot");
    assert!(shown.get("client_secret").is_none());
    // S99: a token of no person is no person.
    assert_eq!(node.get("/oauth/userinfo").bearer_auth(clear).send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn s101_redirects_that_run_are_never_registered() {
    let node = Place::sqlite().node("acme").await;
    for redirect in ["javascript:alert(1)", "data:text/html,x", "https://u@a.test/", "https://a.test/#f", "nonsense"] {
        let body = json!({ "client_name": "x", "redirect_uris": redirect });
        let answer = node.post("/api/v1/apps").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{redirect}");
        assert!(answer.json::<Value>().await.unwrap()["details"]["redirect_uris"].is_array());
    }
}

#[tokio::test]
async fn s102_tokens_are_given_to_nobody_without_credentials() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.token_requests = "6/1h".parse().unwrap()).await;
    let app = app(&node).await;
    let id = app["client_id"].as_str().unwrap();
    let ask = |fields: Value| node.post("/oauth/token").json(&fields);
    let bad = StatusCode::BAD_REQUEST;
    assert_eq!(refused(ask(json!({}))).await, (bad, "invalid_request".into()));
    assert_eq!(refused(ask(json!({ "grant_type": "password", "username": "ada", "password": "x" }))).await, (bad, "unsupported_grant_type".into()));
    let wrong = json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": "x" });
    assert_eq!(refused(ask(wrong)).await, (StatusCode::UNAUTHORIZED, "invalid_client".into()));
    let code = json!({ "grant_type": "authorization_code", "client_id": id, "client_secret": app["client_secret"], "code": "x" });
    assert_eq!(refused(ask(code)).await, (bad, "invalid_grant".into()));
    let wide = json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": app["client_secret"], "scope": "admin:write" });
    assert_eq!(refused(ask(wide)).await, (bad, "invalid_scope".into()));
    assert_eq!(ask(json!({})).send().await.unwrap().status(), bad);
    assert_eq!(ask(json!({})).send().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn s103_registrations_have_a_quota_and_bounds() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.app_registrations = "3/1h".parse().unwrap()).await;
    let long = json!({ "client_name": "x".repeat(10_000), "redirect_uris": "https://a.test/" });
    let shown = done(node.post("/api/v1/apps").json(&long)).await;
    assert_eq!(shown["name"].as_str().unwrap().len(), 60);
    let many = json!({ "client_name": "x", "redirect_uris": vec!["https://a.test/"; 100] });
    assert_eq!(node.post("/api/v1/apps").json(&many).send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    app(&node).await;
    let refused = node.post("/api/v1/apps").json(&many).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_revoked_token_ends_at_once_and_only_by_its_own_app() {
    let node = Place::sqlite().node("acme").await;
    let (app, other) = (app(&node).await, app(&node).await);
    let grant = json!({ "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"] });
    let token = done(node.post("/oauth/token").json(&grant)).await["access_token"].as_str().unwrap().to_owned();
    let shows = async || node.get("/api/v1/apps/verify_credentials").bearer_auth(&token).send().await.unwrap().status();
    let revoke = async |by: &Value| {
        let body = json!({ "client_id": by["client_id"], "client_secret": by["client_secret"], "token": token });
        done(node.post("/oauth/revoke").json(&body)).await
    };
    assert_eq!(shows().await, StatusCode::OK);
    revoke(&other).await;
    assert_eq!(shows().await, StatusCode::OK);
    assert_eq!(revoke(&app).await, json!({}));
    assert_eq!(shows().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s092_metadata_names_us_or_this_machine_and_no_other_host() {
    let node = Place::sqlite().node("acme").await;
    let at = async |host: &str| {
        let asked = node.client.get(format!("http://{}/.well-known/oauth-authorization-server", node.address)).header("host", host);
        done(asked.header("x-forwarded-host", "evil.test")).await["issuer"].as_str().unwrap().to_owned()
    };
    let port = node.address.port();
    assert_eq!(at(&format!("acme.localhost:{port}")).await, node.url);
    assert_eq!(at(&format!("localhost:{port}")).await, format!("http://localhost:{port}"));
    for other in ["evil.test", "localhost", "localhost:1", &format!("evil.test:{port}"), &format!("a@localhost:{port}"), &format!("x/.localhost:{port}")] {
        assert_eq!(at(other).await, node.url, "{other}");
    }
}
