//! An app is let in, or not.

use crate::{
    base::words::NodeRole,
    features::accounts,
    tests::support::{Browser, PASSWORD, Place, TestNode, done, on_both_databases},
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

const BACK: &str = "https://client.example/back?x=%2F";
const OOB: &str = "urn:ietf:wg:oauth:2.0:oob";

async fn register(node: &TestNode, redirect: &str) -> Value {
    let body =
        json!({ "client_name": "Elk", "redirect_uris": format!("{redirect}\n{OOB}\nicecubesapp://"), "scopes": "read write follow push" });
    done(node.post("/api/v1/apps").json(&body)).await
}

fn authorize(app: &Value, redirect: &str, more: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let id = app["client_id"].as_str().unwrap();
    format!("/oauth/authorize/?response_type=code&client_id={id}&redirect_uri={}&scope=read+write&state=s%26t{more}", encode(redirect))
}

/// Everything the consent page would send, with this decision.
async fn decide(browser: &mut Browser<'_>, decision: &str) -> Response {
    let names = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
    let values = names.map(|name| browser.hidden(name));
    let mut fields: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
    fields.push(("decision", decision));
    browser.submit("/oauth/authorize", &fields).await
}

#[tokio::test]
async fn an_app_gets_a_token_for_whoever_consents() {
    on_both_databases(async |place| consents(&place.node("acme").await).await).await;
}

async fn consents(node: &TestNode) {
    let ada = node.person("ada").await;
    let app = register(node, BACK).await;
    let mut browser = Browser::new(node);
    let sent = browser.open(&authorize(&app, BACK, "&force_login=false")).await;
    let to_login = sent.headers()["location"].to_str().unwrap().to_owned();
    browser.open(&to_login).await;
    let next = browser.hidden("next");
    let answer = browser.submit("/login", &[("login", "ada"), ("password", PASSWORD), ("next", &next)]).await;
    let consent = answer.headers()["location"].to_str().unwrap().to_owned();
    browser.open(&consent).await;
    assert!(browser.page.contains("client.example") && browser.page.contains("Elk"), "{}", browser.page);
    let answer = decide(&mut browser, "allow").await;
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    let rest = to.strip_prefix("https://client.example/back?x=%2F&code=").expect("the URI's own bytes are kept");
    let code = rest.split('&').next().unwrap();
    assert!(rest.contains("state=s%26t") && rest.contains("iss=http"), "{to}");
    let exchange = json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": app["client_id"], "client_secret": app["client_secret"] });
    let token = done(node.post("/oauth/token").json(&exchange)).await;
    assert_eq!((token["scope"].as_str(), token["token_type"].as_str()), (Some("read write"), Some("Bearer")));
    let shown = done(node.get("/oauth/userinfo").bearer_auth(token["access_token"].as_str().unwrap())).await;
    assert_eq!(shown["preferred_username"], ada.account.username);
}

#[tokio::test]
async fn a_code_is_shown_where_there_is_nowhere_to_send_it() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let app = register(&node, BACK).await;
    let mut browser = Browser::new(&node);
    browser.log_in("ada", PASSWORD).await;
    browser.open(&authorize(&app, OOB, "")).await;
    assert_eq!(decide(&mut browser, "allow").await.status(), StatusCode::OK);
    let code = browser.value_after("id=\"code\" value=\"");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", OOB),
        ("client_id", app["client_id"].as_str().unwrap()),
        ("client_secret", app["client_secret"].as_str().unwrap()),
    ];
    assert!(done(node.post("/oauth/token").form(&form)).await["access_token"].is_string());
}

#[tokio::test]
async fn saying_no_is_told_to_the_app_and_gives_nothing() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let app = register(&node, BACK).await;
    let mut browser = Browser::new(&node);
    browser.log_in("ada", PASSWORD).await;
    browser.open(&authorize(&app, "icecubesapp://", "")).await;
    let answer = decide(&mut browser, "deny").await;
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("icecubesapp://?error=access_denied&state=s%26t"));
}

#[tokio::test]
async fn s101_nothing_is_sent_to_an_address_that_was_not_registered() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let app = register(&node, BACK).await;
    let mut browser = Browser::new(&node);
    browser.log_in("ada", PASSWORD).await;
    for other in [
        "https://client.example/back?x=/",
        "https://client.example/back",
        "https://CLIENT.example/back?x=%2F",
        "https://client.example/back?x=%2F&y",
        "https://evil.test/",
        "",
    ] {
        let answer = browser.open(&authorize(&app, other, "")).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{other}");
        assert!(!answer.headers().contains_key("location"));
    }
    // Nor from a form that was changed on the way.
    browser.open(&authorize(&app, BACK, "")).await;
    let changed = [
        ("response_type", "code"),
        ("client_id", app["client_id"].as_str().unwrap()),
        ("redirect_uri", "https://evil.test/"),
        ("scope", "read"),
        ("decision", "allow"),
    ];
    assert_eq!(browser.submit("/oauth/authorize", &changed).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn s100_pkce_is_s256_or_nothing_and_scopes_stay_within_the_registration() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let app = register(&node, BACK).await;
    let mut browser = Browser::new(&node);
    browser.log_in("ada", PASSWORD).await;
    let plain = "a".repeat(43);
    for (more, error) in [
        (format!("&code_challenge={plain}&code_challenge_method=plain"), "invalid_request"),
        (format!("&code_challenge={plain}"), "invalid_request"),
        ("&code_challenge=short&code_challenge_method=S256".into(), "invalid_request"),
    ] {
        let answer = browser.open(&authorize(&app, BACK, &more)).await;
        assert!(answer.headers()["location"].to_str().unwrap().contains(&format!("error={error}")), "{more}");
    }
    let wide = authorize(&app, BACK, "").replace("scope=read+write", "scope=admin:read");
    assert!(browser.open(&wide).await.headers()["location"].to_str().unwrap().contains("error=invalid_scope"));
}

#[tokio::test]
async fn s089_a_stranger_logs_in_here_before_being_sent_anywhere() {
    let node = Place::sqlite().node("acme").await;
    let app = register(&node, BACK).await;
    let wrong = authorize(&app, BACK, "").replace("response_type=code", "response_type=token");
    let answer = Browser::new(&node).open(&wrong).await;
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login?"), "{:?}", answer.headers());
}

#[tokio::test]
async fn s105_scopes_for_administration_are_granted_by_staff_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let asked = json!({ "client_name": "Office", "redirect_uris": BACK, "scopes": "read admin:read" });
        let app = done(node.post("/api/v1/apps").json(&asked)).await;
        let staff = [("eve", NodeRole::Member, false), ("mod", NodeRole::Moderator, true), ("boss", NodeRole::Admin, true)];
        for (name, role, may) in staff {
            let person = node.person(name).await;
            let tx = node.app.begin().await.unwrap();
            accounts::set_role(&tx, person.account.id, role).await.unwrap();
            tx.commit().await.unwrap();
            let mut browser = Browser::new(&node);
            browser.log_in(name, PASSWORD).await;
            let page = authorize(&app, BACK, "").replace("scope=read+write", "scope=admin%3Aread");
            let shown = browser.open(&page).await;
            if !may {
                assert!(shown.headers()["location"].to_str().unwrap().contains("error=invalid_scope"), "{name}");
                // a page from before the standing was lost, or made up
                browser.open("/").await;
                let id = app["client_id"].as_str().unwrap();
                let fields = [("response_type", "code"), ("client_id", id), ("redirect_uri", BACK), ("scope", "admin:read"), ("decision", "allow")];
                let sent = browser.submit("/oauth/authorize", &fields).await;
                let to = sent.headers()["location"].to_str().unwrap();
                assert!(to.contains("error=invalid_scope") && !to.contains("code="), "{to}");
                continue;
            }
            let answer = decide(&mut browser, "allow").await;
            assert!(answer.headers()["location"].to_str().unwrap().contains("code="), "{name}");
        }
        let itself = json!({ "grant_type": "client_credentials", "scope": "admin:read", "client_id": app["client_id"], "client_secret": app["client_secret"] });
        let refused = node.post("/oauth/token").json(&itself).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "an app by itself has no standing");
    })
    .await;
}
