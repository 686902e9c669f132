//! What people write stays words: nothing of it becomes part of a page.

use super::public::{draft, founds, keeps, page, writes};
use crate::{
    base::words::{AccountKind, KeyKind},
    features::{
        accounts::{self, Changes, Remote},
        posts::publish::Draft,
    },
    tests::support::{Place, TestNode},
};
use serde_json::json;

pub(super) const PAYLOADS: [&str; 12] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" onfocus=\"alert(1)\" autofocus=\"",
    "</textarea><svg onload=alert(1)>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    "{{ 7*7 }}<template><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<style>*{background:url(//e.test)}</style>",
    "--><iframe srcdoc=\"<script>alert(1)</script>\">",
];

/// The elements of a page that could do something, and every attribute that could: there must be none.
fn is_inert(path: &str, html: &str) {
    // The program's own script and pictures say nothing of what people wrote.
    let own = |html: String| {
        let script = format!("<script type=\"module\" src=\"{}\"></script>", crate::web::script());
        let mut rest = html.replace(&script, "");
        while let Some((before, (_, after))) = rest.split_once("<svg class=\"icon\"").and_then(|(a, b)| Some((a, b.split_once("</svg>")?)))
        {
            rest = format!("{before}{after}");
        }
        rest
    };
    let lower = own(html.to_owned()).to_lowercase();
    // Tags alone: what is escaped or quoted is text.
    for tag in lower.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)) {
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        assert!(!["script", "img", "svg", "math", "iframe", "style", "template", "object", "embed"].contains(&name), "{path}: <{tag}>");
        // Outside of quoted values.
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(!bare.contains(" on") && !bare.contains('\''), "{path}: <{tag}>");
        assert!(!tag.contains("href=\"javascript"), "{path}: <{tag}>");
    }
    assert_eq!(lower.matches("</title>").count(), 1, "{path}");
}

async fn dresses(node: &TestNode, payload: &str, name: &str) -> Vec<String> {
    let ada = node.person(name).await;
    let place = founds(&ada, &format!("{name}place"), &payload.chars().take(100).collect::<String>(), "public").await;
    let body = json!({ "display_name": payload.chars().take(30).collect::<String>(), "note": payload, "fields_attributes": [{ "name": payload, "value": payload }] });
    ada.ask(reqwest::Method::PATCH, "/api/v1/accounts/update_credentials").json(&body).send().await.unwrap();
    let post = writes(&ada, json!({ "status": payload, "spoiler_text": payload, "intermoot": { "community_id": place["id"] } })).await;
    // What no client can say, but what a peer or an older row might: a name and a title unchecked.
    let tx = node.app.begin().await.unwrap();
    let changes = Changes { display_name: Some(payload.into()), ..Changes::default() };
    accounts::change_profile(&tx, &ada.account, changes).await.unwrap();
    tx.commit().await.unwrap();
    let unchecked = Draft { title: payload.into(), spoiler: payload.into(), language: payload.into(), ..draft("<p>x</p>") };
    let titled = keeps(node, &ada.account, unchecked).await;
    vec![format!("/u/{name}"), format!("/c/{name}place"), format!("/p/{post}"), titled.uri]
}

#[tokio::test]
async fn s082_s084_names_bios_titles_and_posts_stay_words_also_in_the_head() {
    let node = Place::sqlite().node("acme").await;
    for (nth, payload) in PAYLOADS.iter().enumerate() {
        for path in dresses(&node, payload, &format!("ada{nth}")).await {
            let (status, html) = page(&node, &path).await;
            assert_eq!(status, 200, "{path}");
            is_inert(&path, &html);
        }
    }
    let (_, front) = page(&node, "/").await;
    is_inert("/", &front);
    for path in ["/tags/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/%3Cscript%3Ealert(1)%3C/script%3E", "/u/%22%3E%3Cscript%3E"] {
        is_inert(path, &page(&node, path).await.1);
    }
}

#[test]
#[should_panic(expected = "onerror")]
fn what_is_not_inert_is_noticed() {
    is_inert("x", "<title>a</title><b onerror=alert(1)>");
}

#[tokio::test]
async fn s089_a_handle_elsewhere_leads_to_its_own_node_and_nowhere_else() {
    let node = Place::sqlite().node("acme").await;
    let tx = node.app.begin().await.unwrap();
    for (name, url) in [("bo", "https://bolt.test/@bo"), ("eve", "https://evil.test/@eve")] {
        let remote = Remote {
            uri: format!("https://bolt.test/u/{name}"),
            kind: Some(AccountKind::Person),
            username: name.into(),
            host: "bolt.test".into(),
            url: url.into(),
            inbox: format!("https://bolt.test/u/{name}/inbox"),
            keys: vec![(format!("https://bolt.test/u/{name}#main-key"), KeyKind::Rsa, "pem".into())],
            ..Remote::default()
        };
        accounts::keep_remote(&tx, &remote).await.unwrap();
    }
    tx.commit().await.unwrap();
    let answer = node.get("/@bo@bolt.test").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "https://bolt.test/@bo"));
    for path in ["/@eve@bolt.test", "/@no@bolt.test", "/@bo@%2F%2Fe.test", "/@%2F%2Fe.test", "/@bo@bolt.test@e.test"] {
        assert_eq!(node.get(path).send().await.unwrap().status(), 404, "{path}");
    }
    assert_eq!(node.get("/u/%2F%2Fe.test/followers").send().await.unwrap().status(), 404);
    for path in ["/u/%2F%2Fe.test/outbox", "/@x/%2F%2Fe.test", "/c/%5Ce.test/members", "/p/%2Fe.test/replies"] {
        let answer = node.get(path).send().await.unwrap();
        let to = answer.headers()["location"].to_str().unwrap();
        assert!(
            ["/u/", "/p/", "/c/"].iter().any(|start| to.starts_with(start)) && !to.contains("//") && !to.contains('\\'),
            "{path} → {to}"
        );
    }
}
