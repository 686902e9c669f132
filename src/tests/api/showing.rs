//! One's profile as one edits it, whom pages may name as their author, and what this node has none of.

use super::{
    shapes::{assert_are, assert_is},
    social::{id, refused},
};
use crate::{
    base::text::page::Facts,
    features::{conversations, posts::queries, previews},
    tests::support::{Person, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn changes(who: &Person, body: Value) -> Value {
    done(who.ask(Method::PATCH, "/api/v1/profile").json(&body)).await
}

#[tokio::test]
async fn a_profile_is_read_and_changed_as_one_edits_it() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let before = ada.get("/api/v1/profile").await;
        assert_is("Profile", &before);
        assert_eq!((&before["avatar"], &before["show_media"], &before["attribution_domains"]), (&json!(null), &json!(true), &json!([])));
        let after = changes(&ada, json!({ "display_name": "Ada", "note": "I *build*", "avatar_description": "a valve", "show_media": "false", "indexable": false })).await;
        assert_is("Profile", &after);
        assert_eq!((&after["display_name"], &after["note"], &after["show_media"]), (&json!("Ada"), &json!("I *build*"), &json!(false)));
        assert_eq!((&after["indexable"], &after["discoverable"]), (&json!(false), &json!(false)), "one word for both");
        let shown = eve.get(&format!("/api/v1/accounts/{}", ada.account.id)).await;
        assert_eq!((&shown["avatar_description"], &shown["show_media"], &shown["show_featured"]), (&json!("a valve"), &json!(false), &json!(true)));
        let form = [("show_media", "true"), ("attribution_domains[]", "https://Blog.example/x"), ("attribution_domains[]", "news.example")];
        let sent = done(ada.ask(Method::PATCH, "/api/v1/profile").form(&form)).await;
        assert_eq!((&sent["show_media"], &sent["attribution_domains"]), (&json!(true), &json!(["blog.example", "news.example"])));
        assert_eq!(sent["avatar_description"], json!("a valve"), "what is not named stays");
        assert_eq!(ada.get("/api/v1/accounts/verify_credentials").await["source"]["attribution_domains"], sent["attribution_domains"]);
        for wrong in [
            json!({ "attribution_domains": ["a b"] }),
            json!({ "attribution_domains": (0..11).map(|nth| format!("h{nth}.example")).collect::<Vec<_>>() }),
            json!({ "avatar_description": "x".repeat(2000) }),
        ] {
            let (status, _) = refused(&ada, Method::PATCH, "/api/v1/profile", wrong).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    })
    .await;
}

/// A post that leads to a page that names `creator` as its author's handle; its card.
async fn card_of(node: &TestNode, who: &Person, (url, creator): (&str, &str)) -> Value {
    let post = who.post("/api/v1/statuses", json!({ "status": url })).await;
    let tx = node.app.begin().await.unwrap();
    let kept = queries::by_id(&tx, id(&post).parse().unwrap()).await.unwrap().unwrap();
    previews::link(&tx, &[kept], node.app.origin.authority()).await.unwrap();
    let card = previews::queries::by_url(&tx, url).await.unwrap().unwrap();
    let facts = Facts { title: "Frost".into(), creator: creator.into(), ..Facts::default() };
    previews::settle(&tx, card, Some(facts)).await.unwrap();
    tx.commit().await.unwrap();
    who.get(&format!("/api/v1/statuses/{}", id(&post))).await["card"].clone()
}

#[tokio::test]
async fn a_page_shows_an_account_as_its_author_only_where_that_account_says_so() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let handle = format!("ada@{}", node.app.origin.authority());
        let claimed = card_of(&node, &ada, ("https://spam.example/a", &handle)).await;
        assert_eq!(claimed["authors"], json!([]), "a page's word alone");
        changes(&ada, json!({ "attribution_domains": ["blog.example"] })).await;
        for (url, is_shown) in [
            ("https://blog.example/a", true),
            ("https://www.blog.example/a", true),
            ("https://notblog.example/a", false),
            ("https://blog.example.evil.example/", false),
        ] {
            let card = card_of(&node, &ada, (url, &handle)).await;
            assert_is("PreviewCard", &card);
            assert_eq!(card["authors"][0]["account"]["username"] == json!("ada"), is_shown, "{url}");
        }
        assert_eq!(card_of(&node, &ada, ("https://blog.example/b", "nobody@unknown.example")).await["authors"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn direct_posts_are_listed_for_those_they_are_between() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let mut sent = Vec::new();
        for words in ["@eve one", "@eve two", "@flo other"] {
            let post = ada.post("/api/v1/statuses", json!({ "status": words, "visibility": "direct" })).await;
            let tx = node.app.begin().await.unwrap();
            let kept = queries::by_id(&tx, id(&post).parse().unwrap()).await.unwrap().unwrap();
            conversations::place(&tx, &kept).await.unwrap();
            tx.commit().await.unwrap();
            sent.push(id(&post).to_owned());
        }
        ada.post("/api/v1/statuses", json!({ "status": "for all" })).await;
        let read = async |who: &Person, rest: &str| -> Vec<String> {
            let found = who.get(&format!("/api/v1/timelines/direct{rest}")).await;
            assert_are("Status", &found);
            found.as_array().unwrap().iter().map(|post| id(post).to_owned()).collect()
        };
        assert_eq!(read(&eve, "").await, [sent[1].clone(), sent[0].clone()]);
        assert_eq!(read(&eve, "?limit=1").await, [sent[1].clone()]);
        assert_eq!(read(&eve, &format!("?max_id={}", sent[1])).await, [sent[0].clone()]);
        assert_eq!(read(&flo, "").await, [sent[2].clone()]);
        assert_eq!(read(&ada, "").await.len(), 3);
        eve.post(&format!("/api/v1/accounts/{}/mute", ada.account.id), json!({})).await;
        assert_eq!(read(&eve, "").await, Vec::<String>::new());
        assert_eq!(node.get("/api/v1/timelines/direct").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn of_reports_of_a_year_and_of_work_to_wait_for_there_is_nothing() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        assert_eq!(ada.get("/api/v1/annual_reports").await, json!({ "annual_reports": [], "accounts": [], "statuses": [] }));
        assert_eq!(ada.get("/api/v1/annual_reports/2026/state").await, json!({ "state": "ineligible" }));
        for (method, path) in [
            (Method::GET, "/api/v1/annual_reports/2026"),
            (Method::POST, "/api/v1/annual_reports/2026/generate"),
            (Method::POST, "/api/v1/annual_reports/2026/read"),
            (Method::GET, "/api/v1_alpha/async_refreshes/1"),
        ] {
            assert_eq!(refused(&ada, method, path, json!({})).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(node.get("/health").send().await.unwrap().text().await.unwrap(), "OK");
    })
    .await;
}
