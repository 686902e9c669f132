//! Writing: the form, where a post goes, its words in Markdown, files and polls, and what comes of a form that is refused.

use super::public::founds;
use crate::{
    server,
    tests::support::{Browser, PASSWORD, Person, Place, TestNode, on_both_databases, pictures::png},
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

pub(super) fn location(answer: &Response) -> String {
    answer.headers().get("location").map_or("", |to| to.to_str().unwrap()).to_owned()
}

/// A browser in which `who` is logged in.
pub(super) async fn browser<'a>(node: &'a TestNode, who: &Person) -> Browser<'a> {
    let mut browser = Browser::new(node);
    browser.log_in(&who.account.username, PASSWORD).await;
    browser
}

/// Opens the form at `path` and sends it with these fields.
pub(super) async fn writes(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Response {
    browser.open(path).await;
    let once = browser.hidden("once");
    let mut all = vec![("once", once.as_str()), ("act", "publish")];
    all.extend(fields);
    browser.submit("/write", &all).await
}

/// The post to which an answer leads, as its writer's app has it.
pub(super) async fn posted(who: &Person, answer: &Response) -> Value {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let id = location(answer).strip_prefix("/p/").expect("it leads to a post").to_owned();
    who.get(&format!("/api/v1/statuses/{id}")).await
}

/// A node without limits that works on files.
async fn working(place: &Place) -> TestNode {
    let node = place
        .node_with("acme", |config| {
            config.media.ffmpeg = String::new();
            config.limits.enabled = false;
        })
        .await;
    tokio::spawn(server::media::run(node.app.clone(), CancellationToken::new()));
    node
}

#[tokio::test]
async fn a_post_is_written_in_markdown_and_says_so_to_apps_and_peers() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, _bea) = (node.person("ada").await, node.person("bea").await);
        let mut browser = browser(&node, &ada).await;
        let words = "**Frost** tonight, @bea, <b>really</b> #ice\r\n- one https://a.test/x";
        let answer =
            writes(&mut browser, "/write", &[("text", words), ("goes", "unlisted"), ("language", "de"), ("spoiler", "Cold")]).await;
        let post = posted(&ada, &answer).await;
        let html = post["content"].as_str().unwrap();
        assert!(html.contains("<strong>Frost</strong>") && html.contains("&lt;b&gt;really") && html.contains("<li>one <a href"), "{html}");
        assert_eq!((&post["visibility"], &post["language"], &post["spoiler_text"]), (&json!("unlisted"), &json!("de"), &json!("Cold")));
        assert_eq!((&post["mentions"][0]["acct"], &post["tags"][0]["name"]), (&json!("bea"), &json!("ice")));
        assert_eq!(post["application"], Value::Null);
        let source = ada.get(&format!("/api/v1/statuses/{}/source", post["id"].as_str().unwrap())).await;
        assert_eq!((&source["content_type"], &source["text"]), (&json!("text/markdown"), &json!(words.replace('\r', ""))));
        // what apps send is as typed, unless they say otherwise; an edit keeps how a post is marked up
        for (kind, html) in
            [(Value::Null, "<p>*x*</p>"), (json!("text/plain"), "<p>*x*</p>"), (json!("text/markdown"), "<p><em>x</em></p>")]
        {
            let post = ada.post("/api/v1/statuses", json!({ "status": "*x*", "content_type": kind })).await;
            assert_eq!(post["content"], html, "{kind}");
            let path = format!("/api/v1/statuses/{}", post["id"].as_str().unwrap());
            let edit = ada.ask(reqwest::Method::PUT, &path).json(&json!({ "status": "*y*" })).send().await.unwrap();
            assert_eq!(edit.json::<Value>().await.unwrap()["content"], html.replace('x', "y"), "{kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_post_and_one_with_other_words_is_not_lost() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let mut browser = browser(&node, &ada).await;
        browser.open("/write").await;
        let (token, once) = (browser.hidden("token"), browser.hidden("once"));
        let fields = |text| [("token", token.as_str()), ("once", &once), ("text", text), ("goes", "public"), ("act", "publish")];
        let first = location(&browser.send_raw("/write", &fields("once")).await);
        assert!(first.starts_with("/p/"), "{}", browser.page);
        assert_eq!(location(&browser.send_raw("/write", &fields("once")).await), first);
        let other = browser.send_raw("/write", &fields("something else")).await;
        assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("something else</textarea>") && browser.page.contains("was sent before"), "{}", browser.page);
        assert_ne!(browser.hidden("once"), once);
        assert_eq!(ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await.as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_comes_back_with_everything_that_was_typed() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let mut browser = browser(&node, &ada).await;
    let fields = [
        ("text", " "),
        ("title", "Frost & <ice>"),
        ("sensitive", "yes"),
        ("language", "fr"),
        ("goes", "private"),
        ("option", "one only"),
        ("multiple", "yes"),
        ("lasts", "3600"),
        ("at", "2031-01-31T12:00"),
    ];
    let answer = writes(&mut browser, "/write", &fields).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = &browser.page;
    for kept in [
        "value=\"Frost &#38; &#60;ice&#62;\"",
        "name=\"sensitive\" value=\"yes\" checked",
        "value=\"fr\" lang=\"fr\" selected",
        "value=\"private\" checked",
        "value=\"one only\"",
        "name=\"multiple\" value=\"yes\" checked",
        "value=\"3600\" selected",
        "value=\"2031-01-31T12:00\"",
        "aria-invalid=\"true\"",
        "id=\"compose-text-wrong\"",
    ] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    for (field, value, said) in [
        ("option", "one only", "This must be 2 to"),
        ("at", "2020-01-31T12:00", "This must be at least 5 minutes"),
        ("goes", "c17", "is not a community known here"),
        ("answer", "17", "is not there any more"),
        ("media", "17", "is not there any more"),
    ] {
        let answer = writes(&mut browser, "/write", &[("text", "words"), ("goes", "public"), ("lasts", "3600"), (field, value)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(browser.page.contains(said) && browser.page.contains("words</textarea>"), "{field}: {}", browser.page);
    }
    assert_eq!(ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await, json!([]));
}

#[tokio::test]
async fn s090_nothing_is_written_without_a_session_and_the_forms_own_token() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let mut stranger = Browser::new(&node);
    for path in ["/write", "/drafts", "/write/complete?q=@ada", "/p/1/edit"] {
        let answer = stranger.open(path).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        assert!(location(&answer).starts_with("/login?next="), "{path}");
    }
    let mut browser = browser(&node, &ada).await;
    browser.open("/write").await;
    for path in ["/write", "/write/preview", "/write/media", "/p/1/edit", "/p/1/rewrite", "/drafts/1/delete", "/drafts/1/cancel"] {
        for token in ["", "guessed"] {
            let answer = browser.send_raw(path, &[("token", token), ("text", "x"), ("goes", "public"), ("act", "publish")]).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        }
        let answer = stranger.send_raw(path, &[("text", "x")]).await;
        assert!(answer.status() == StatusCode::SEE_OTHER || answer.status() == StatusCode::FORBIDDEN, "{path}");
    }
    browser.page.clear();
    // a file is not even read before the token is known
    browser.page.clear();
    let answer = browser.send_file("/write", ("x.png", &png(4, 4)), &[]).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await, json!([]));
}

#[tokio::test]
async fn readers_are_said_in_words_and_are_those_who_can_read_it() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea, eve) = (node.person("ada").await, node.person("bea").await, node.person("eve").await);
        let lab = founds(&ada, "lab", "Valve quality", "local").await;
        let town = founds(&ada, "town", "Town", "public").await;
        let (lab_id, town_id) = (lab["id"].as_str().unwrap(), town["id"].as_str().unwrap());
        let mut browser = browser(&node, &ada).await;
        browser.open(&format!("/write?community={lab_id}")).await;
        let host = node.app.origin.authority();
        assert!(browser.page.contains(&format!("Members of Valve quality can read it: people of {host}.")), "{}", browser.page);
        assert!(browser.page.contains("Everybody can read it: Town is a public community."));
        assert!(browser.page.contains(&format!("value=\"c{lab_id}\" checked")));
        let inside = writes(&mut browser, "/write", &[("text", "between us"), ("title", "Leaks"), ("goes", &format!("c{lab_id}"))]).await;
        let inside = posted(&ada, &inside).await;
        assert_eq!((&inside["intermoot"]["community"]["id"], &inside["intermoot"]["title"]), (&json!(lab_id), &json!("Leaks")));
        // an answer stays with its thread, whatever its writer is used to
        browser.open(&format!("/write?answer={}", inside["id"].as_str().unwrap())).await;
        assert!(browser.page.contains("value=\"thread\" checked") && browser.page.contains("value=\"direct\""), "{}", browser.page);
        assert!(!browser.page.contains("value=\"public\""), "{}", browser.page);
        let answer =
            writes(&mut browser, "/write", &[("text", "yes"), ("goes", "thread"), ("answer", inside["id"].as_str().unwrap())]).await;
        assert_eq!(posted(&ada, &answer).await["intermoot"]["community"]["id"], lab_id);
        // and for those alone whom it names, where its writer chose so
        let aside = [("text", "@bea just you"), ("goes", "direct"), ("answer", inside["id"].as_str().unwrap())];
        let aside = posted(&ada, &writes(&mut browser, "/write", &aside).await).await;
        assert_eq!((&aside["visibility"], &aside["intermoot"]["community"]), (&json!("direct"), &Value::Null));
        // who chose everybody is not sent into a community by naming it at the end
        let named = writes(&mut browser, "/write", &[("text", "look at @town"), ("goes", "public")]).await;
        assert_eq!(posted(&ada, &named).await["intermoot"]["community"], Value::Null);
        let town_post = writes(&mut browser, "/write", &[("text", "hello"), ("goes", &format!("c{town_id}"))]).await;
        assert_eq!(posted(&ada, &town_post).await["visibility"], "public");
        // s048: who is not in it is not offered it, cannot answer in it, and cannot post into it
        let mut other = self::browser(&node, &eve).await;
        other.open(&format!("/write?community={lab_id}")).await;
        assert!(!other.page.contains("Valve quality"));
        assert_eq!(other.open(&format!("/write?answer={}", inside["id"].as_str().unwrap())).await.status(), StatusCode::NOT_FOUND);
        let refused = writes(&mut other, "/write", &[("text", "let me in"), ("goes", &format!("c{lab_id}"))]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.page.contains("let me in</textarea>") && !other.page.contains("Valve quality"), "{}", other.page);
        // who writes for followers is not led to write for more
        let mut quiet = self::browser(&node, &bea).await;
        let tx = node.app.begin().await.unwrap();
        crate::sql!("UPDATE users SET posting_audience = 2 WHERE account_id = {}", bea.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        for path in ["/write?mention=ada", &format!("/write?mention=ada&community={lab_id}")] {
            quiet.open(path).await;
            assert!(quiet.page.contains("@ada </textarea>") && quiet.page.contains("value=\"private\" checked"), "{}", quiet.page);
        }
    })
    .await;
}

#[tokio::test]
async fn files_stay_when_the_form_is_refused_and_go_with_the_post() {
    on_both_databases(async |place| {
        let node = working(&place).await;
        let ada = node.person("ada").await;
        let mut browser = browser(&node, &ada).await;
        browser.open("/write").await;
        let once = browser.hidden("once");
        let answer = browser
            .send_file("/write", ("../x.png", &png(60, 40)), &[("once", &once), ("text", "kept"), ("goes", "c17"), ("act", "publish")])
            .await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let file = browser.hidden("media");
        assert!(!file.is_empty() && browser.page.contains("kept</textarea>") && !browser.page.contains("../x.png"), "{}", browser.page);
        let picture = browser.value_after("<img src=\"");
        assert_eq!(node.client.get(&picture).send().await.unwrap().status(), StatusCode::OK, "{picture}");
        let said = format!("description-{file}");
        let focus = format!("focus-{file}");
        let fields = [("text", "with a picture"), ("goes", "public"), ("media", file.as_str()), (&said, "two colours"), (&focus, "0,1")];
        let answer = writes(&mut browser, "/write", &fields).await;
        let post = posted(&ada, &answer).await;
        let medium = &post["media_attachments"][0];
        assert_eq!((&medium["description"], &medium["meta"]["focus"]["y"]), (&json!("two colours"), &json!(1.0)), "{post}");
        // by the script: a file comes before its form
        browser.open("/write").await;
        assert_eq!(browser.send_file("/write/media", ("x.png", &png(60, 40)), &[]).await.status(), StatusCode::OK);
        let second = browser.hidden("media");
        assert!(!second.is_empty() && second != file);
        let dropped =
            writes(&mut browser, "/write", &[("text", "without"), ("goes", "public"), ("media", &second), ("drop", &second)]).await;
        assert_eq!(posted(&ada, &dropped).await["media_attachments"], json!([]));
        // what is no medium is refused by its bytes, and the words stay
        browser.open("/write").await;
        let answer = browser
            .send_file("/write", ("x.png", b"<svg onload=alert(1)>"), &[("text", "words"), ("goes", "public"), ("act", "publish")])
            .await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            browser.page.contains("is of a type that is not taken here") && browser.page.contains("words</textarea>"),
            "{}",
            browser.page
        );
        let answer = browser.send_file("/write/media", ("x.png", b"nothing"), &[]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.starts_with("This is of a type"), "{}", browser.page);
        // nobody else's file
        let eve = node.person("eve").await;
        let mut other = self::browser(&node, &eve).await;
        let theft = writes(&mut other, "/write", &[("text", "mine"), ("goes", "public"), ("media", &second)]).await;
        assert_eq!(theft.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!other.page.contains("name=\"media\""), "{}", other.page);
    })
    .await;
}

#[tokio::test]
async fn s082_a_preview_is_what_the_post_will_be_and_nothing_else_can_stand_in_it() {
    let node = Place::sqlite().node("acme").await;
    let (ada, _bea) = (node.person("ada").await, node.person("bea").await);
    let mut browser = browser(&node, &ada).await;
    for words in [
        "*a* @bea #b\n\n> c",
        "<script>alert(1)</script>",
        "[x](javascript:alert(1)) ![y](data:text/html,x)",
        "<img src=x onerror=alert(1)>",
        "`</div><svg onload=alert(1)>`",
        "</textarea><script>alert(1)</script>",
    ] {
        browser.open("/write").await;
        assert_eq!(browser.submit("/write/preview", &[("only", "words"), ("text", words)]).await.status(), StatusCode::OK);
        let fragment = browser.page.clone();
        let answer = writes(&mut browser, "/write", &[("text", words), ("goes", "public")]).await;
        let html = posted(&ada, &answer).await["content"].as_str().unwrap().to_owned();
        assert_eq!(fragment.trim(), format!("<div class=\"words\" dir=\"auto\">{html}</div>"), "{words}");
        for evil in ["<script", "<img", "<svg", "href=\"javascript", "href=\"data"] {
            assert!(!fragment.contains(evil), "{words}: {fragment}");
        }
        browser.open("/write").await;
        let whole = browser.submit("/write/preview", &[("text", words), ("goes", "private")]).await;
        assert_eq!(whole.status(), StatusCode::OK);
        assert!(browser.page.contains(fragment.trim()) && browser.page.contains("value=\"private\" checked"), "{}", browser.page);
        assert!(!browser.page.contains("<script>alert"), "{words}");
    }
}

#[tokio::test]
async fn a_source_goes_out_with_the_kind_that_it_is() {
    use crate::federation::{Federation, bootstrap};
    use tower::ServiceExt;
    let node = Place::sqlite().node("acme").await;
    bootstrap(&node.app).await.unwrap();
    let router = crate::server::routes::all(&Federation::start(node.app.clone()).unwrap());
    let ada = node.person("ada").await;
    for (kind, expected) in [(json!("text/markdown"), "text/markdown"), (Value::Null, "text/plain")] {
        let post = ada.post("/api/v1/statuses", json!({ "status": "*a*", "content_type": kind })).await;
        let request =
            axum::http::Request::get(format!("/p/{}", post["id"].as_str().unwrap())).header("accept", "application/activity+json");
        let answer = router.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        let note: Value = serde_json::from_slice(&axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap()).unwrap();
        assert_eq!(note["source"], json!({ "content": "*a*", "mediaType": expected }));
    }
}
