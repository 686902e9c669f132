//! `GET /api/v2/search` as apps ask it. Source: docs.joinmastodon.org/methods/search.

use crate::tests::support::{Person, TestNode, on_both_databases};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn asked(who: &Person, query: &[(&str, &str)]) -> Value {
    let answer = who.ask(Method::GET, "/api/v2/search").query(query).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{query:?}");
    answer.json().await.unwrap()
}

/// The texts of the posts found.
async fn posts(who: &Person, query: &[(&str, &str)]) -> Vec<String> {
    let found = asked(who, query).await;
    let text = |post: &Value| post["content"].as_str().unwrap().replace("<p>", "").replace("</p>", "");
    found["statuses"].as_array().unwrap().iter().map(text).collect()
}

fn names(found: &Value) -> Vec<&str> {
    found["accounts"].as_array().unwrap().iter().map(|account| account["acct"].as_str().unwrap()).collect()
}

async fn people(node: &TestNode) -> [Person; 3] {
    [node.person("ada").await, node.person("bo").await, node.person("adalbert").await]
}

#[tokio::test]
async fn posts_are_found_by_operators_and_paged() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let [ada, bo, _] = people(&node).await;
        let mut ids = Vec::new();
        for (nth, who) in [&ada, &bo, &ada, &bo, &ada].into_iter().enumerate() {
            let post = who.post("/api/v1/statuses", json!({ "status": format!("Überdruck {nth}"), "language": "de" })).await;
            ids.push(post["id"].as_str().unwrap().to_owned());
        }
        let club = ada.post("/api/intermoot/v1/communities", json!({ "name": "valves", "purpose": "ours", "stage": "public" })).await;
        let inside = json!({ "status": "Überdruck inside", "intermoot": { "community_id": club["id"] } });
        ada.post("/api/v1/statuses", inside).await;
        let all = ["Überdruck inside", "Überdruck 4", "Überdruck 3", "Überdruck 2", "Überdruck 1", "Überdruck 0"];
        assert_eq!(posts(&bo, &[("q", "uberdruck")]).await, all);
        assert_eq!(posts(&bo, &[("q", "uberdruck from:me")]).await, ["Überdruck 3", "Überdruck 1"]);
        assert_eq!(posts(&bo, &[("q", "from:@ada"), ("limit", "2")]).await, all[..2]);
        assert_eq!(posts(&bo, &[("q", &format!("from:ada@{} 4", node.app.origin.authority()))]).await, all[1..2]);
        assert_eq!(posts(&bo, &[("q", "in:!valves")]).await, all[..1]);
        assert_eq!(posts(&bo, &[("q", "überdruck language:en")]).await, [""; 0]);
        assert_eq!(posts(&bo, &[("q", "überdruck"), ("limit", "2"), ("offset", "2")]).await, all[2..4]);
        assert_eq!(posts(&bo, &[("q", "überdruck"), ("max_id", &ids[2])]).await, all[4..]);
        assert_eq!(posts(&bo, &[("q", "überdruck"), ("min_id", &ids[0]), ("limit", "2")]).await, all[3..5]);
        assert_eq!(posts(&bo, &[("q", "überdruck"), ("offset", "401")]).await, [""; 0]);
        let account = ada.account.id.to_string();
        assert_eq!(posts(&bo, &[("q", "überdruck"), ("account_id", &account), ("limit", "3")]).await, [all[0], all[1], all[3]]);
        assert_eq!(posts(&bo, &[("q", "überdruck"), ("type", "accounts")]).await, [""; 0]);
        // what is asked for in vain is no failure, and a question of operators finds nobody by them
        for typed in ["from:nobody überdruck", "in:!nowhere", "🎉", "-", "\"", "has:poll"] {
            let found = asked(&bo, &[("q", typed)]).await;
            assert_eq!((&found["statuses"], &found["accounts"]), (&json!([]), &json!([])), "{typed}");
        }
        // strangers search no posts
        let found: Value = node.get("/api/v2/search?q=from:ada").send().await.unwrap().json().await.unwrap();
        assert_eq!(found["statuses"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_their_handle_and_the_words_of_their_name() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let [ada, bo, adalbert] = people(&node).await;
        let renamed = bo.ask(Method::PATCH, "/api/v1/accounts/update_credentials").json(&json!({ "display_name": "Bjørn Ångström" }));
        assert_eq!(renamed.send().await.unwrap().status(), StatusCode::OK);
        ada.post(
            "/api/intermoot/v1/communities",
            json!({ "name": "valves", "title": "Pressure Relief", "purpose": "x", "stage": "public" }),
        )
        .await;
        ada.post(&format!("/api/v1/accounts/{}/follow", adalbert.account.id), json!({})).await;
        for (typed, expected) in [
            ("ada", vec!["ada", "adalbert"]),
            ("ADALB", vec!["adalbert"]),
            ("@ada", vec!["ada", "adalbert"]),
            ("angstr", vec!["bo"]),
            ("ångström bjorn", vec!["bo"]),
            ("ngstr", vec![]),
            ("relief", vec!["valves"]),
            ("%", vec![]),
        ] {
            let found = asked(&ada, &[("q", typed), ("type", "accounts")]).await;
            assert_eq!(names(&found), expected, "{typed}");
        }
        let group = asked(&ada, &[("q", "valves"), ("type", "accounts")]).await;
        assert_eq!(group["accounts"][0]["group"], true);
        let followed = asked(&ada, &[("q", "ada"), ("following", "true")]).await;
        assert_eq!(names(&followed), ["adalbert"]);
        let second = asked(&ada, &[("q", "ada"), ("type", "accounts"), ("offset", "1")]).await;
        assert_eq!(names(&second), ["adalbert"]);
        let gone = bo.ask(Method::PATCH, "/api/v1/accounts/update_credentials").json(&json!({ "display_name": "Bo" }));
        assert_eq!(gone.send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(names(&asked(&ada, &[("q", "angstr")]).await), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn tags_are_found_by_how_they_begin() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let [ada, bo, _] = people(&node).await;
        for words in ["#Ventile #ventilator", "#ventile", "#pumpe"] {
            ada.post("/api/v1/statuses", json!({ "status": words })).await;
        }
        let tags = async |query: &[(&str, &str)]| -> Vec<String> {
            let found = asked(&bo, query).await;
            found["hashtags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_lowercase()).collect()
        };
        assert_eq!(tags(&[("q", "#vent")]).await, ["ventile", "ventilator"]);
        assert_eq!(tags(&[("q", "VENT"), ("type", "hashtags"), ("offset", "1"), ("exclude_unreviewed", "true")]).await, ["ventilator"]);
        assert_eq!(tags(&[("q", "entil")]).await, [""; 0]);
    })
    .await;
}
