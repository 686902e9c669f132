//! Conversations, suggestions, trends, announcements, custom emoji and embedding.

use super::{
    peers::boss,
    shapes::{assert_are, assert_is},
    social::{founds, id, refused},
};
use crate::{
    features::conversations,
    server::control::{Act, perform},
    tests::support::{Person, TestNode, done, on_both_databases},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn says(node: &TestNode, who: &Person, body: Value) -> Value {
    let post = who.post("/api/v1/statuses", body).await;
    let tx = node.app.begin().await.unwrap();
    let row = crate::features::posts::queries::by_id(&tx, id(&post).parse().unwrap()).await.unwrap().unwrap();
    for _ in 0..2 {
        conversations::place(&tx, &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    post
}

async fn direct(node: &TestNode, who: &Person, words: &str, to: Option<&Value>) -> Value {
    let mut body = json!({ "status": words, "visibility": "direct" });
    if let Some(to) = to {
        body["in_reply_to_id"] = to["id"].clone();
    }
    says(node, who, body).await
}

async fn shown(node: &TestNode, path: &str) -> Value {
    node.get(path).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn direct_posts_are_grouped_by_thread_and_people() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let first = direct(&node, &eve, "@ada one", None).await;
        let all = ada.get("/api/v1/conversations").await;
        assert_are("Conversation", &all);
        assert_eq!(
            (&all[0]["unread"], &all[0]["accounts"][0]["acct"], &all[0]["last_status"]["id"]),
            (&json!(true), &json!("eve"), &first["id"])
        );
        assert_eq!(eve.get("/api/v1/conversations").await[0]["unread"], json!(false), "one's own words are read");
        assert_eq!(flo.get("/api/v1/conversations").await, json!([]));
        let second = direct(&node, &ada, "@eve two", Some(&first)).await;
        direct(&node, &ada, "@eve @flo three", Some(&second)).await;
        says(&node, &ada, json!({ "status": "@eve in public" })).await;
        let of_eve = eve.get("/api/v1/conversations").await;
        assert_eq!(of_eve.as_array().unwrap().len(), 2, "with others it is another conversation");
        assert_eq!((of_eve[0]["accounts"].as_array().unwrap().len(), &of_eve[1]["last_status"]["id"]), (2, &second["id"]));

        let path = |of: &Value, act: &str| format!("/api/v1/conversations/{}{act}", id(of));
        assert_eq!(eve.post(&path(&of_eve[0], "/read"), json!({})).await["unread"], json!(false));
        assert_eq!(eve.post(&path(&of_eve[0], "/unread"), json!({})).await["unread"], json!(true));
        for (method, act) in [(Method::POST, "/read"), (Method::POST, "/unread"), (Method::DELETE, "")] {
            assert_eq!(refused(&flo, method, &path(&of_eve[0], act), json!({})).await.0, StatusCode::NOT_FOUND, "another's");
        }
        let page = eve.ask(Method::GET, "/api/v1/conversations?limit=1").send().await.unwrap();
        assert!(page.headers()["link"].to_str().unwrap().contains(&format!("max_id={}", id(&of_eve[0]["last_status"]))));
        assert_eq!(done(eve.ask(Method::DELETE, &path(&of_eve[0], ""))).await, json!({}));
        assert_eq!(eve.get("/api/v1/conversations").await.as_array().unwrap().len(), 1);

        // the last post goes, and what was before it stands there again
        done(ada.ask(Method::DELETE, &format!("/api/v1/statuses/{}", id(&second)))).await;
        let tx = node.app.begin().await.unwrap();
        conversations::forget(&tx, id(&second).parse().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(eve.get("/api/v1/conversations").await[0]["last_status"]["id"], first["id"]);
        ada.post(&format!("/api/v1/accounts/{}/block", eve.account.id), json!({})).await;
        assert_eq!(ada.get("/api/v1/conversations").await.as_array().unwrap().len(), 1, "of whom one blocks one is not told");
    })
    .await;
}

#[tokio::test]
async fn people_of_ones_communities_are_suggested_before_those_of_ones_node() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let gus = node.person("gus").await;
        let valves = founds(&eve, "valves", json!({})).await;
        for who in [&ada, &gus] {
            who.post(&format!("/api/v1/accounts/{}/follow", id(&valves)), json!({})).await;
        }
        let names = async || {
            let found = ada.get("/api/v2/suggestions").await;
            assert_are("Suggestion", &found);
            found.as_array().unwrap().iter().map(|one| one["account"]["acct"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let mut first = names().await;
        assert_eq!(first.pop().as_deref(), Some("flo"), "who shares no community comes last");
        first.sort();
        assert_eq!(first, ["eve", "gus"]);
        assert_eq!(ada.get("/api/v2/suggestions").await[0]["source"], json!("past_interactions"));
        assert_are("Account", &ada.get("/api/v1/suggestions?limit=1").await);
        assert_eq!(ada.get("/api/v1/suggestions?limit=1").await.as_array().unwrap().len(), 1);
        done(ada.ask(Method::DELETE, &format!("/api/v1/suggestions/{}", flo.account.id))).await;
        ada.post(&format!("/api/v1/accounts/{}/follow", eve.account.id), json!({})).await;
        assert_eq!(names().await, ["gus"], "neither whom one follows nor whom one passed over");
        ada.post(&format!("/api/v1/accounts/{}/mute", gus.account.id), json!({})).await;
        assert!(names().await.is_empty());
        assert_eq!(refused(&ada, Method::DELETE, "/api/v1/suggestions/17", json!({})).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s048_trends_come_from_what_everybody_may_see() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let lab = founds(&eve, "lab", json!({ "stage": "local" })).await;
        let open = says(&node, &eve, json!({ "status": "#valves" })).await;
        says(&node, &ada, json!({ "status": "#valves #pumps" })).await;
        let secret = says(&node, &eve, json!({ "status": "#secret", "intermoot": { "community_id": id(&lab) } })).await;
        let quiet = says(&node, &eve, json!({ "status": "#quiet", "visibility": "unlisted" })).await;
        for (who, post) in [(&ada, &open), (&eve, &secret), (&ada, &quiet)] {
            who.post(&format!("/api/v1/statuses/{}/favourite", id(post)), json!({})).await;
        }
        for path in ["/api/v1/trends", "/api/v1/trends/tags"] {
            let tags = shown(&node, path).await;
            assert_are("Tag", &tags);
            let names: Vec<&str> = tags.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
            assert_eq!(names, ["valves", "pumps"]);
            assert_eq!(tags[0]["history"][0], json!({ "day": tags[0]["history"][0]["day"], "uses": "2", "accounts": "2" }));
        }
        assert_eq!(shown(&node, "/api/v1/trends/tags?limit=1&offset=1").await[0]["name"], json!("pumps"));
        let posts = shown(&node, "/api/v1/trends/statuses").await;
        assert_are("Status", &posts);
        assert_eq!((posts.as_array().unwrap().len(), &posts[0]["id"]), (1, &open["id"]));
        ada.post(&format!("/api/v1/accounts/{}/mute", eve.account.id), json!({})).await;
        assert_eq!(ada.get("/api/v1/trends/statuses").await, json!([]), "each reader gets of them what they want");
        assert_eq!(shown(&node, "/api/v1/trends/links").await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn announcements_are_made_by_administrators_read_put_away_and_answered() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (admin, ada) = (boss(&node).await, node.person_with("ada", "read write admin:read admin:write").await);
        let all = "/api/intermoot/v1/admin/announcements";
        assert_eq!(refused(&ada, Method::POST, all, json!({ "text": "mine" })).await.0, StatusCode::FORBIDDEN);
        for (body, field) in [
            (json!({ "text": " " }), "text"),
            (json!({ "text": "x", "starts_at": "soon" }), "starts_at"),
            (json!({ "text": "x", "starts_at": "2026-12-02T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z" }), "ends_at"),
        ] {
            let said = admin.ask(Method::POST, all).json(&body).send().await.unwrap();
            assert_eq!(said.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(said.json::<Value>().await.unwrap()["details"][field].is_array());
        }
        let made = admin.post(all, json!({ "text": "We move <b>now</b>: https://acme.example/ #moving" })).await;
        admin.post(all, json!({ "text": "Later", "starts_at": "2126-12-02T00:00:00Z" })).await;
        let past = admin.post(all, json!({ "text": "Past", "ends_at": "2016-12-02T00:00:00Z" })).await;
        assert_eq!(admin.get(all).await.as_array().unwrap().len(), 3);
        let told = ada.get("/api/v1/announcements").await;
        assert_are("Announcement", &told);
        assert_eq!((told.as_array().unwrap().len(), &told[0]["id"], &told[0]["read"]), (1, &made["id"], &json!(false)));
        let html = told[0]["content"].as_str().unwrap();
        assert!(html.contains("&lt;b&gt;") && html.contains("href=\"https://acme.example/\"") && html.contains("/tags/moving"), "{html}");
        let path = |rest: &str| format!("/api/v1/announcements/{}/{rest}", id(&made));
        ada.post(&path("dismiss"), json!({})).await;
        for _ in 0..2 {
            done(ada.ask(Method::PUT, &path("reactions/🎉"))).await;
        }
        let told = ada.get("/api/v1/announcements").await;
        assert_eq!(
            (&told[0]["read"], &told[0]["reactions"]),
            (&json!(true), &json!([{ "name": "🎉", "count": 1, "me": true, "url": null, "static_url": null }]))
        );
        assert_eq!(admin.get("/api/v1/announcements").await[0]["reactions"][0]["me"], json!(false));
        assert_eq!(refused(&ada, Method::PUT, &path("reactions/nothing"), json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        done(ada.ask(Method::DELETE, &path("reactions/🎉"))).await;
        assert_eq!(ada.get("/api/v1/announcements").await[0]["reactions"], json!([]));
        let over = refused(&ada, Method::POST, &format!("/api/v1/announcements/{}/dismiss", id(&past)), json!({})).await;
        assert_eq!(over.0, StatusCode::NOT_FOUND);
        let changed = done(admin.ask(Method::PUT, &format!("{all}/{}", id(&past))).json(&json!({ "ends_at": "" }))).await;
        assert_eq!((&changed["text"], &changed["ends_at"]), (&json!("Past"), &json!(null)));
        assert_eq!(ada.get("/api/v1/announcements").await.as_array().unwrap().len(), 2);
        done(admin.ask(Method::DELETE, &format!("{all}/{}", id(&made)))).await;
        assert_eq!(ada.get("/api/v1/announcements").await.as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn s085_s086_emoji_of_this_node_are_pictures_with_plain_names() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let picture = b"\x89PNG\r\n\x1a\n and more".to_vec();
        let add = async |shortcode: &str, bytes: &[u8]| {
            let act = Act::EmojiAdd { shortcode: shortcode.into(), category: "Parts".into(), image: STANDARD.encode(bytes) };
            perform(&node.app, act).await
        };
        add("valve", &picture).await.unwrap();
        for (shortcode, bytes) in [
            ("../valve", &picture[..]),
            ("a\0b", &picture),
            ("", &picture),
            ("v".repeat(65).as_str(), &picture),
            ("svg", b"<svg onload=alert(1)>"),
            ("html", b"<!doctype html>"),
            ("big", &[&picture[..], &vec![0; 256 * 1024]].concat()),
        ] {
            assert!(add(shortcode, bytes).await.is_err(), "{shortcode}");
        }
        let all = shown(&node, "/api/v1/custom_emojis").await;
        assert_are("CustomEmoji", &all);
        let url = format!("{}/assets/emoji/valve", node.url);
        assert_eq!(all, json!([{ "shortcode": "valve", "url": url, "static_url": url, "visible_in_picker": true, "category": "Parts" }]));
        let served = node.get("/assets/emoji/valve").send().await.unwrap();
        assert_eq!(
            (&served.headers()["content-type"], &served.headers()["x-content-type-options"]),
            (&"image/png".parse().unwrap(), &"nosniff".parse().unwrap())
        );
        assert!(served.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
        assert_eq!(served.bytes().await.unwrap(), picture);
        let listed = perform(&node.app, Act::EmojiList).await.unwrap();
        assert_eq!(listed.rows, [["valve", "Parts", "image/png"]]);
        perform(&node.app, Act::EmojiRemove { shortcode: "valve".into() }).await.unwrap();
        assert!(perform(&node.app, Act::EmojiRemove { shortcode: "valve".into() }).await.is_err());
        assert_eq!(node.get("/assets/emoji/valve").send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s083_only_public_posts_are_embedded_and_nothing_in_them_is_markup() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let open = says(&node, &ada, json!({ "status": "<script>alert(1)</script> \"words\"" })).await;
        let embed = async |url: &str| node.get(&format!("/api/oembed?url={url}&maxwidth=300")).send().await.unwrap();
        for url in [open["url"].as_str().unwrap(), open["uri"].as_str().unwrap()] {
            let said: Value = embed(url).await.json().await.unwrap();
            assert_is("OEmbedResponse", &said);
            let html = said["html"].as_str().unwrap();
            assert!(html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains("<iframe"), "{html}");
            assert_eq!(said["width"], json!(300));
        }
        let hidden = says(&node, &ada, json!({ "status": "mine", "visibility": "private" })).await;
        for url in [hidden["url"].as_str().unwrap(), "https://elsewhere.test/p/1", "", "x"] {
            assert_eq!(embed(url).await.status(), StatusCode::NOT_FOUND, "{url}");
        }
    })
    .await;
}

#[tokio::test]
async fn s048_s055_what_somebody_arranged_is_nobody_elses() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.limits.enabled = false).await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        ada.post(&format!("/api/v1/accounts/{}/follow", eve.account.id), json!({})).await;
        let post = direct(&node, &eve, "@ada secret", None).await;
        let words = json!([{ "keyword": "leak" }]);
        let filter = ada.post("/api/v2/filters", json!({ "title": "t", "context": ["home"], "keywords_attributes": words })).await;
        let named = ada.post(&format!("/api/v2/filters/{}/statuses", id(&filter)), json!({ "status_id": post["id"] })).await;
        let list = ada.post("/api/v1/lists", json!({ "title": "Friends" })).await;
        let tag = ada.post("/api/v1/featured_tags", json!({ "name": "valves" })).await;
        let conversation = ada.get("/api/v1/conversations").await[0].clone();
        let (filter, word, list) = (id(&filter).to_owned(), id(&filter["keywords"][0]).to_owned(), id(&list).to_owned());
        let paths = [
            format!("/api/v2/filters/{filter}"),
            format!("/api/v2/filters/{filter}/keywords"),
            format!("/api/v2/filters/{filter}/statuses"),
            format!("/api/v2/filters/keywords/{word}"),
            format!("/api/v2/filters/statuses/{}", id(&named)),
            format!("/api/v1/filters/{word}"),
            format!("/api/v1/lists/{list}"),
            format!("/api/v1/lists/{list}/accounts"),
            format!("/api/v1/timelines/list/{list}"),
            format!("/api/v1/featured_tags/{}", id(&tag)),
            format!("/api/v1/conversations/{}", id(&conversation)),
            format!("/api/v1/conversations/{}/read", id(&conversation)),
        ];
        let mine = async || {
            let mut all = Vec::new();
            for path in ["/api/v2/filters", "/api/v1/filters", "/api/v1/lists", "/api/v1/featured_tags", "/api/v1/conversations"] {
                all.push(ada.get(path).await);
            }
            all
        };
        let before = mine().await;
        let body = json!({ "title": "x", "keyword": "x", "phrase": "x", "context": ["home"], "status_id": post["id"], "account_ids": [ada.account.id] });
        for path in &paths {
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
                let status = eve.ask(method.clone(), path).json(&body).send().await.unwrap().status();
                let is_nothing = status == StatusCode::NOT_FOUND || status == StatusCode::METHOD_NOT_ALLOWED;
                assert!(is_nothing, "{method} {path}: {status}");
            }
        }
        assert_eq!(mine().await, before);
    })
    .await;
}
