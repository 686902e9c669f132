//! Filters of both versions, as apps make them, and what they do to what is shown.

use super::{
    shapes::{assert_are, assert_is},
    social::{id, refused},
};
use crate::{
    features::{notifications, timelines},
    store::sql::counted,
    tests::support::{Person, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn says(node: &TestNode, who: &Person, body: Value) -> Value {
    let post = who.post("/api/v1/statuses", body).await;
    let tx = node.app.begin().await.unwrap();
    let key = id(&post).parse().unwrap();
    timelines::shelve(&tx, key).await.unwrap();
    notifications::tell_of_post(&tx, key).await.unwrap();
    tx.commit().await.unwrap();
    post
}

async fn put(who: &Person, path: &str, body: Value) -> Value {
    done(who.ask(Method::PUT, path).json(&body)).await
}

async fn gone(who: &Person, path: &str) -> Value {
    done(who.ask(Method::DELETE, path)).await
}

fn ids(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn a_filter_is_made_changed_read_in_pieces_and_deleted() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let form = [
            ("title", "Leaks"),
            ("context[]", "home"),
            ("context[]", "thread"),
            ("filter_action", "hide"),
            ("expires_in", "3600"),
            ("keywords_attributes[0][keyword]", "leak"),
            ("keywords_attributes[0][whole_word]", "true"),
            ("keywords_attributes[1][keyword]", "drip"),
            ("keywords_attributes[1][whole_word]", "0"),
        ];
        let made = done(ada.ask(Method::POST, "/api/v2/filters").form(&form)).await;
        assert_is("Filter", &made);
        assert_eq!((&made["context"], &made["filter_action"]), (&json!(["home", "thread"]), &json!("hide")));
        assert_eq!(made["keywords"][1]["whole_word"], json!(false));
        let path = format!("/api/v2/filters/{}", id(&made));
        assert_eq!(ada.get(&path).await, made);
        assert_eq!(ada.get("/api/v2/filters").await, json!([made]));

        // what is not said stays; what is said and empty goes
        let [first, second] = [0, 1].map(|nth| made["keywords"][nth]["id"].clone());
        let words = json!([{ "id": first, "_destroy": true }, { "id": second, "keyword": "dripping" }, { "keyword": "wet" }]);
        let changed = put(&ada, &path, json!({ "title": "Water", "expires_in": "", "keywords_attributes": words })).await;
        assert_is("Filter", &changed);
        assert_eq!((&changed["title"], &changed["expires_at"], &changed["context"]), (&json!("Water"), &json!(null), &made["context"]));
        let kept: Vec<&Value> = changed["keywords"].as_array().unwrap().iter().map(|word| &word["keyword"]).collect();
        assert_eq!(kept, [&json!("dripping"), &json!("wet")]);

        let word = ada.post(&format!("{path}/keywords"), json!({ "keyword": "Valve", "whole_word": false })).await;
        assert_is("FilterKeyword", &word);
        let one = format!("/api/v2/filters/keywords/{}", id(&word));
        assert_eq!(put(&ada, &one, json!({ "keyword": "Valves" })).await["whole_word"], json!(false));
        assert_eq!(ada.get(&one).await["keyword"], json!("Valves"));
        assert_eq!(ada.get(&format!("{path}/keywords")).await.as_array().unwrap().len(), 3);
        assert_eq!(gone(&ada, &one).await, json!({}));

        let post = says(&node, &eve, json!({ "status": "one" })).await;
        let named = ada.post(&format!("{path}/statuses"), json!({ "status_id": post["id"] })).await;
        assert_is("FilterStatus", &named);
        assert_eq!(
            ada.post(&format!("{path}/statuses"), json!({ "status_id": post["id"] })).await,
            named,
            "naming it again changes nothing"
        );
        assert_are("FilterStatus", &ada.get(&format!("{path}/statuses")).await);
        let one = format!("/api/v2/filters/statuses/{}", id(&named));
        assert_eq!(ada.get(&one).await, named);
        assert_eq!(gone(&ada, &one).await, named);
        assert_eq!(gone(&ada, &path).await, json!({}));
        assert_eq!(ada.get("/api/v2/filters").await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_filter_is_told_by_the_name_of_its_field() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let good = json!({ "title": "t", "context": ["home"] });
        let filter = ada.post("/api/v2/filters", good.clone()).await;
        let wrong = async |method: Method, path: &str, body: Value| {
            let response = ada.ask(method, path).json(&body).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            let said: Value = response.json().await.unwrap();
            said["details"].as_object().unwrap().keys().next().unwrap().clone()
        };
        let long = "x".repeat(600);
        for (change, field) in [
            (json!({ "title": "" }), "title"),
            (json!({ "title": long }), "title"),
            (json!({ "context": [] }), "context"),
            (json!({ "context": ["everywhere"] }), "context"),
            (json!({ "filter_action": "burn" }), "filter_action"),
            (json!({ "expires_in": "soon" }), "expires_in"),
            (json!({ "expires_in": "99999999999999" }), "expires_in"),
            (json!({ "keywords_attributes": [{ "keyword": " " }] }), "keyword"),
            (json!({ "keywords_attributes": [{ "keyword": long }] }), "keyword"),
        ] {
            let mut body = good.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            assert_eq!(wrong(Method::POST, "/api/v2/filters", body.clone()).await, field, "{change}");
            assert_eq!(wrong(Method::PUT, &format!("/api/v2/filters/{}", id(&filter)), change.clone()).await, field, "{change}");
        }
        assert_eq!(ada.get("/api/v2/filters").await, json!([filter]), "what was refused left nothing");
        assert_eq!(wrong(Method::POST, "/api/v1/filters", json!({ "context": ["home"] })).await, "phrase");
        assert_eq!(wrong(Method::POST, &format!("/api/v2/filters/{}/statuses", id(&filter)), json!({})).await, "status_id");
    })
    .await;
}

#[tokio::test]
async fn the_first_version_shows_each_keyword_as_a_filter() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let form = [("phrase", "leak"), ("context[]", "home"), ("irreversible", "false"), ("whole_word", "1"), ("expires_in", "")];
        let made = done(ada.ask(Method::POST, "/api/v1/filters").form(&form)).await;
        assert_is("V1Filter", &made);
        assert_eq!((&made["irreversible"], &made["expires_at"]), (&json!(false), &json!(null)));
        let path = format!("/api/v1/filters/{}", id(&made));
        let changed = put(&ada, &path, json!({ "phrase": "drip", "context": ["home", "public"], "irreversible": "true" })).await;
        assert_eq!(
            (&changed["phrase"], &changed["context"], &changed["irreversible"]),
            (&json!("drip"), &json!(["home", "public"]), &json!(true))
        );
        let second = ada.get("/api/v2/filters").await;
        assert_eq!((&second[0]["filter_action"], &second[0]["title"]), (&json!("hide"), &json!("drip")));

        let more = format!("/api/v2/filters/{}/keywords", id(&second[0]));
        ada.post(&more, json!({ "keyword": "wet" })).await;
        assert_are("V1Filter", &ada.get("/api/v1/filters").await);
        assert_eq!(ada.get("/api/v1/filters").await.as_array().unwrap().len(), 2);
        let wider = refused(&ada, Method::PUT, &path, json!({ "context": ["thread"] })).await;
        assert_eq!(wider.0, StatusCode::UNPROCESSABLE_ENTITY, "the other keyword's filter would change too");
        assert_eq!(put(&ada, &path, json!({ "phrase": "drop" })).await["phrase"], json!("drop"));
        gone(&ada, &path).await;
        let rest = ada.get("/api/v1/filters").await;
        gone(&ada, &format!("/api/v1/filters/{}", id(&rest[0]))).await;
        assert_eq!(ada.get("/api/v2/filters").await, json!([]), "with its last keyword a filter goes");
    })
    .await;
}

#[tokio::test]
async fn posts_say_which_filters_find_them_and_hidden_ones_leave_the_places_named() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        ada.post(&format!("/api/v1/accounts/{}/follow", eve.account.id), json!({})).await;
        let mild = says(&node, &eve, json!({ "status": "a leak", "spoiler_text": "care" })).await;
        let wet = says(&node, &eve, json!({ "status": "@ada so #wet it drips" })).await;
        let own = says(&node, &ada, json!({ "status": "wet", "in_reply_to_id": mild["id"] })).await;
        let reply = says(&node, &eve, json!({ "status": "wet wet wet", "in_reply_to_id": mild["id"] })).await;
        let filter = async |title: &str, action: &str, contexts: &[&str], word: &str| {
            let body =
                json!({ "title": title, "filter_action": action, "context": contexts, "keywords_attributes": [{ "keyword": word }] });
            ada.post("/api/v2/filters", body).await
        };
        let home = async || ada.get("/api/v1/timelines/home").await;
        assert_eq!(home().await.as_array().unwrap().len(), 4);
        filter("warnings", "warn", &["home"], "CARE").await;
        let shown = home().await;
        let mild_shown = shown.as_array().unwrap().iter().find(|post| post["id"] == mild["id"]).unwrap().clone();
        assert_is("Status", &mild_shown);
        assert_are("FilterResult", &mild_shown["filtered"]);
        assert_eq!(mild_shown["filtered"][0]["keyword_matches"], json!(["CARE"]));
        assert_eq!(mild_shown["filtered"][0]["filter"]["title"], json!("warnings"));
        assert_eq!(shown.as_array().unwrap().iter().filter(|post| post["filtered"] != json!([])).count(), 1);

        let hiding = filter("water", "hide", &["home", "notifications"], "wet").await;
        assert_eq!(ids(&home().await), [id(&own), id(&mild)], "hidden at home, but not one's own");
        assert_eq!(ada.get("/api/v1/notifications?types[]=mention").await, json!([]));
        assert!(ids(&ada.get("/api/v1/timelines/public").await).contains(&id(&wet)), "no word of public timelines");
        let thread = ada.get(&format!("/api/v1/statuses/{}/context", id(&mild))).await;
        assert!(ids(&thread["descendants"]).contains(&id(&reply)));
        let path = format!("/api/v2/filters/{}", id(&hiding));
        put(&ada, &path, json!({ "context": ["public", "thread", "account"] })).await;
        assert_eq!(home().await.as_array().unwrap().len(), 4);
        assert!(!ids(&ada.get("/api/v1/timelines/public").await).contains(&id(&wet)));
        assert!(!ids(&ada.get("/api/v1/timelines/tag/wet").await).contains(&id(&wet)));
        assert_eq!(ids(&ada.get(&format!("/api/v1/accounts/{}/statuses", eve.account.id)).await), [id(&mild)]);
        let thread = ada.get(&format!("/api/v1/statuses/{}/context", id(&mild))).await;
        assert_eq!(ids(&thread["descendants"]), [id(&own)]);
        assert_eq!(ada.get(&format!("/api/v1/statuses/{}", id(&wet))).await["filtered"][0]["filter"]["filter_action"], json!("hide"));
        assert_eq!(eve.get(&format!("/api/v1/statuses/{}", id(&wet))).await["filtered"], json!([]), "of others' filters nobody learns");

        put(&ada, &path, json!({ "expires_in": 0 })).await;
        assert!(ids(&ada.get("/api/v1/timelines/public").await).contains(&id(&wet)), "a filter that is over finds nothing");
        let boost = eve.post(&format!("/api/v1/statuses/{}/reblog", id(&mild)), json!({})).await;
        let boost = ada.get(&format!("/api/v1/statuses/{}", id(&boost))).await;
        assert_eq!(boost["filtered"], boost["reblog"]["filtered"]);
        assert_eq!(boost["filtered"][0]["filter"]["title"], json!("warnings"));
    })
    .await;
}

#[tokio::test]
async fn a_page_is_read_with_remembered_filters_at_the_price_of_none() {
    on_both_databases(async |place| {
        use crate::{api::entities::status::statuses, base::page::Page, features::posts::queries::Viewer};
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        for nth in 0..12 {
            says(&node, &ada, json!({ "status": format!("post {nth}") })).await;
        }
        let viewer = Viewer::Account(ada.account.id);
        let cost = async || {
            let posts = timelines::queries::home(&node.app.store, ada.account.id, Page::first(20)).await.unwrap();
            counted(statuses(&node.app, &viewer, &posts)).await.1
        };
        cost().await;
        let without = cost().await;
        for nth in 0..5 {
            let words = json!([{ "keyword": format!("word{nth}") }]);
            ada.post("/api/v2/filters", json!({ "title": "t", "context": ["home"], "keywords_attributes": words })).await;
        }
        cost().await;
        assert_eq!(cost().await, without);
    })
    .await;
}
