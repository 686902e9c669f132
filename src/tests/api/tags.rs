//! Tags that people follow, and those on their profiles.

use super::{
    shapes::{assert_are, assert_is},
    social::{founds, id, refused},
};
use crate::{
    features::timelines,
    sql,
    tests::support::{Person, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn says(node: &TestNode, who: &Person, body: Value) -> String {
    let post = who.post("/api/v1/statuses", body).await;
    let tx = node.app.begin().await.unwrap();
    timelines::shelve(&tx, id(&post).parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    id(&post).to_owned()
}

async fn home(who: &Person) -> Vec<String> {
    who.get("/api/v1/timelines/home").await.as_array().unwrap().iter().map(|one| id(one).to_owned()).collect()
}

#[tokio::test]
async fn a_followed_tag_brings_public_posts_home_until_it_is_let_go() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let before = says(&node, &eve, json!({ "status": "before #Valves" })).await;
        let tag = ada.post("/api/v1/tags/Valves/follow", json!({})).await;
        assert_is("Tag", &tag);
        assert_eq!((&tag["following"], &tag["featuring"]), (&json!(true), &json!(false)));
        assert_eq!(home(&ada).await, [before.as_str()], "the latest of it comes at once");
        let after = says(&node, &eve, json!({ "status": "after #valves" })).await;
        says(&node, &eve, json!({ "status": "quiet #valves", "visibility": "unlisted" })).await;
        says(&node, &eve, json!({ "status": "mine #valves", "visibility": "private" })).await;
        says(&node, &eve, json!({ "status": "#pumps" })).await;
        assert_eq!(home(&ada).await, [after.clone(), before.clone()]);
        let muted = says(&node, &flo, json!({ "status": "loud #valves" })).await;
        assert_eq!(home(&ada).await[0], muted);
        ada.post(&format!("/api/v1/accounts/{}/mute", flo.account.id), json!({})).await;
        says(&node, &flo, json!({ "status": "louder #valves" })).await;
        assert_eq!(home(&ada).await, [after.clone(), before.clone()], "whoever is muted is not heard by a tag either");

        let listed = ada.get("/api/v1/followed_tags").await;
        assert_are("Tag", &listed);
        assert_eq!((&listed[0]["name"], &listed[0]["following"]), (&json!("Valves"), &json!(true)));
        ada.post("/api/v1/tags/pumps/follow", json!({})).await;
        let newest = ada.ask(Method::GET, "/api/v1/followed_tags?limit=1").send().await.unwrap();
        assert!(newest.headers()["link"].to_str().unwrap().contains("max_id="));

        ada.post(&format!("/api/v1/accounts/{}/follow", eve.account.id), json!({})).await;
        assert_eq!(ada.post("/api/v1/tags/VALVES/unfollow", json!({})).await["following"], json!(false));
        assert_eq!(home(&ada).await.len(), 3, "what its author, now followed, wrote stays, beside what pumps brought");
        ada.post(&format!("/api/v1/accounts/{}/unfollow", eve.account.id), json!({})).await;
        ada.post("/api/v1/tags/pumps/unfollow", json!({})).await;
        assert_eq!(ada.get("/api/v1/followed_tags").await, json!([]));
        for name in ["two%20words", "a-b", "123"] {
            assert_eq!(
                refused(&ada, Method::POST, &format!("/api/v1/tags/{name}/follow"), json!({})).await.0,
                StatusCode::NOT_FOUND,
                "{name}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn s048_a_tag_brings_nothing_from_where_its_follower_is_not() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let lab = founds(&eve, "lab", json!({ "stage": "local" })).await;
        let secret = says(&node, &eve, json!({ "status": "secret #valves", "intermoot": { "community_id": id(&lab) } })).await;
        ada.post("/api/v1/tags/valves/follow", json!({})).await;
        let later = says(&node, &eve, json!({ "status": "more #valves", "intermoot": { "community_id": id(&lab) } })).await;
        for post in [&secret, &later] {
            assert!(!home(&ada).await.contains(post));
        }
        let history = ada.get("/api/v1/tags/valves").await;
        assert!(history["history"].as_array().unwrap().iter().all(|day| day["uses"] == json!("0")), "{history}");
    })
    .await;
}

#[tokio::test]
async fn a_tag_tells_honestly_how_it_was_used() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        for (who, count) in [(&ada, 2), (&eve, 1)] {
            for nth in 0..count {
                says(&node, who, json!({ "status": format!("{nth} #valves") })).await;
            }
        }
        let old = says(&node, &eve, json!({ "status": "yesterday #valves" })).await;
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE posts SET created_at = created_at - 86400000 WHERE id = {}", old.parse::<i64>().unwrap()).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let tag: Value = node.get("/api/v1/tags/Valves").send().await.unwrap().json().await.unwrap();
        assert_is("Tag", &tag);
        assert!(tag.get("following").is_none(), "a stranger follows nothing");
        let days: Vec<(&str, &str)> = tag["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| (day["uses"].as_str().unwrap(), day["accounts"].as_str().unwrap()))
            .collect();
        assert_eq!((days.len(), days[0], days[1], days[2]), (7, ("3", "2"), ("1", "1"), ("0", "0")));
        let found = ada.get("/api/v2/search?q=%23valv&type=hashtags").await;
        assert_eq!((&found["hashtags"][0]["name"], &found["hashtags"][0]["history"][0]["uses"]), (&json!("valves"), &json!("3")));
    })
    .await;
}

#[tokio::test]
async fn tags_stand_on_a_profile_with_how_their_owner_uses_them() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        says(&node, &ada, json!({ "status": "#valves #pumps" })).await;
        says(&node, &ada, json!({ "status": "#Valves again" })).await;
        says(&node, &ada, json!({ "status": "hidden #valves", "visibility": "direct" })).await;
        says(&node, &eve, json!({ "status": "#valves" })).await;
        let suggested = ada.get("/api/v1/featured_tags/suggestions").await;
        assert_are("Tag", &suggested);
        assert_eq!((&suggested[0]["name"], &suggested[1]["name"]), (&json!("valves"), &json!("pumps")));
        let featured = ada.post("/api/v1/featured_tags", json!({ "name": "#Valves" })).await;
        assert_is("FeaturedTag", &featured);
        assert_eq!((&featured["name"], &featured["statuses_count"]), (&json!("Valves"), &json!("2")));
        assert_eq!(ada.post("/api/v1/featured_tags", json!({ "name": "valves" })).await, featured, "twice is once");
        assert_eq!(ada.get("/api/v1/featured_tags/suggestions").await.as_array().unwrap().len(), 1);
        assert_eq!(ada.post("/api/v1/tags/pumps/feature", json!({})).await["featuring"], json!(true));
        let shown: Value =
            node.get(&format!("/api/v1/accounts/{}/featured_tags", ada.account.id)).send().await.unwrap().json().await.unwrap();
        assert_are("FeaturedTag", &shown);
        assert_eq!((shown.as_array().unwrap().len(), &shown), (2, &ada.get("/api/v1/featured_tags").await));
        ada.post("/api/v1/tags/pumps/unfeature", json!({})).await;
        let path = format!("/api/v1/featured_tags/{}", id(&featured));
        assert_eq!(refused(&eve, Method::DELETE, &path, json!({})).await.0, StatusCode::NOT_FOUND, "another's");
        assert_eq!(done(ada.ask(Method::DELETE, &path)).await, json!({}));
        assert_eq!(ada.get("/api/v1/featured_tags").await, json!([]));
        for nth in 0..10 {
            ada.post("/api/v1/featured_tags", json!({ "name": format!("tag{nth}x") })).await;
        }
        for name in ["one_more", "not a tag", ""] {
            let said = ada.ask(Method::POST, "/api/v1/featured_tags").json(&json!({ "name": name })).send().await.unwrap();
            assert_eq!(said.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(said.json::<Value>().await.unwrap()["details"]["name"].is_array());
        }
    })
    .await;
}
