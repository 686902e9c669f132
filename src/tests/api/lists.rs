//! Lists of one's own, beside those that are communities.

use super::{
    shapes::{assert_are, assert_is},
    social::{founds, id, refused},
};
use crate::{
    features::{memberships, timelines},
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

async fn follows(who: &Person, other: &Person) {
    who.post(&format!("/api/v1/accounts/{}/follow", other.account.id), json!({})).await;
}

async fn ids(who: &Person, path: &str) -> Vec<String> {
    who.get(path).await.as_array().unwrap().iter().map(|one| id(one).to_owned()).collect()
}

async fn sends(who: &Person, method: Method, path: &str, body: Value) -> Value {
    done(who.ask(method, path).json(&body)).await
}

#[tokio::test]
async fn a_list_is_made_filled_read_changed_and_deleted() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        follows(&ada, &eve).await;
        follows(&ada, &flo).await;
        let before = says(&node, &eve, json!({ "status": "before" })).await;
        let made = ada.post("/api/v1/lists", json!({ "title": "Friends" })).await;
        assert_is("List", &made);
        assert_eq!((&made["replies_policy"], &made["exclusive"]), (&json!("list"), &json!(false)));
        let (path, people) = (format!("/api/v1/lists/{}", id(&made)), format!("/api/v1/lists/{}/accounts", id(&made)));
        let posts = format!("/api/v1/timelines/list/{}", id(&made));
        let eve_id = eve.account.id.to_string();
        // as forms send it, and again: twice is once
        let form = [("account_ids[]", eve_id.as_str())];
        for _ in 0..2 {
            assert_eq!(done(ada.ask(Method::POST, &people).form(&form)).await, json!({}));
        }
        assert_are("Account", &ada.get(&people).await);
        for query in ["", "?limit=0", "?limit=1"] {
            assert_eq!(ids(&ada, &format!("{people}{query}")).await, [eve_id.as_str()]);
        }
        assert_eq!(ada.get(&format!("/api/v1/accounts/{eve_id}/lists")).await, json!([made]));
        assert_eq!(ada.get(&format!("/api/v1/accounts/{}/lists", flo.account.id)).await, json!([]));
        let after = says(&node, &eve, json!({ "status": "after" })).await;
        let other = says(&node, &flo, json!({ "status": "not in it" })).await;
        assert_eq!(ids(&ada, &posts).await, [after.clone(), before.clone()]);
        assert_eq!(ids(&ada, "/api/v1/timelines/home").await, [other.clone(), after.clone(), before.clone()]);

        let changed = sends(&ada, Method::PUT, &path, json!({ "title": "Close friends", "exclusive": "true" })).await;
        assert_eq!(
            (&changed["title"], &changed["exclusive"], &changed["replies_policy"]),
            (&json!("Close friends"), &json!(true), &json!("list"))
        );
        assert_eq!(ids(&ada, "/api/v1/timelines/home").await, [other.as_str()], "what an exclusive list has is not at home");
        assert_eq!(ids(&ada, &posts).await, [after.clone(), before.clone()]);
        sends(&ada, Method::PUT, &path, json!({ "title": "Friends", "exclusive": false })).await;
        assert_eq!(ids(&ada, "/api/v1/timelines/home").await.len(), 3);

        // a body behind DELETE
        sends(&ada, Method::DELETE, &people, json!({ "account_ids": [eve_id] })).await;
        assert_eq!((ids(&ada, &people).await.len(), ids(&ada, &posts).await.len()), (0, 0));
        assert_eq!(sends(&ada, Method::DELETE, &path, json!({})).await, json!({}));
        assert_eq!(refused(&ada, Method::GET, &posts, json!({})).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn only_whom_one_follows_is_in_a_list_and_leaves_it_with_the_follow() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        follows(&ada, &eve).await;
        let list = ada.post("/api/v1/lists", json!({ "title": "Friends" })).await;
        let (people, posts) = (format!("/api/v1/lists/{}/accounts", id(&list)), format!("/api/v1/timelines/list/{}", id(&list)));
        let both = json!({ "account_ids": [eve.account.id, flo.account.id] });
        assert_eq!(refused(&ada, Method::POST, &people, both).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ids(&ada, &people).await.len(), 0, "one who is not followed, and none is put in");
        ada.post(&people, json!({ "account_ids": [eve.account.id] })).await;
        says(&node, &eve, json!({ "status": "hello" })).await;
        assert_eq!(ids(&ada, &posts).await.len(), 1);
        ada.post(&format!("/api/v1/accounts/{}/unfollow", eve.account.id), json!({})).await;
        let tx = node.app.begin().await.unwrap();
        timelines::clear(&tx, ada.account.id, eve.account.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((ids(&ada, &people).await.len(), ids(&ada, &posts).await.len()), (0, 0));
        for (body, field) in [(json!({}), "account_ids"), (json!({ "account_ids": "x" }), "account_ids")] {
            let said = ada.ask(Method::POST, &people).json(&body).send().await.unwrap();
            assert_eq!(said.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(said.json::<Value>().await.unwrap()["details"][field].is_array());
        }
        for (body, field) in [(json!({ "title": " " }), "title"), (json!({ "title": "t", "replies_policy": "some" }), "replies_policy")] {
            let said = ada.ask(Method::POST, "/api/v1/lists").json(&body).send().await.unwrap();
            assert_eq!(said.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(said.json::<Value>().await.unwrap()["details"][field].is_array());
        }
    })
    .await;
}

#[tokio::test]
async fn answers_stand_in_a_list_as_its_policy_says() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let (flo, gus) = (node.person("flo").await, node.person("gus").await);
        for one in [&eve, &flo, &gus] {
            follows(&ada, one).await;
        }
        let list = ada.post("/api/v1/lists", json!({ "title": "Two" })).await;
        let (path, posts) = (format!("/api/v1/lists/{}", id(&list)), format!("/api/v1/timelines/list/{}", id(&list)));
        ada.post(&format!("{path}/accounts"), json!({ "account_ids": [eve.account.id, flo.account.id] })).await;
        let in_it = says(&node, &flo, json!({ "status": "in the list" })).await;
        let beside = says(&node, &gus, json!({ "status": "beside it" })).await;
        let to_member = says(&node, &eve, json!({ "status": "to flo", "in_reply_to_id": in_it })).await;
        let to_followed = says(&node, &eve, json!({ "status": "to gus", "in_reply_to_id": beside })).await;
        assert_eq!(ids(&ada, &posts).await, [to_member.clone(), in_it.clone()]);
        for (policy, expected) in [
            ("followed", vec![to_followed.clone(), to_member.clone(), in_it.clone()]),
            ("none", vec![in_it.clone()]),
            ("list", vec![to_member.clone(), in_it.clone()]),
        ] {
            sends(&ada, Method::PUT, &path, json!({ "title": "Two", "replies_policy": policy })).await;
            assert_eq!(ids(&ada, &posts).await, expected, "{policy}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_of_ones_own_stands_beside_communities_and_shows_nothing_that_home_would_not() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let valves = founds(&eve, "valves", json!({ "stage": "local" })).await;
        follows(&ada, &eve).await;
        let list = ada.post("/api/v1/lists", json!({ "title": "Eve" })).await;
        ada.post(&format!("/api/v1/lists/{}/accounts", id(&list)), json!({ "account_ids": [eve.account.id] })).await;
        let private = json!({ "status": "for members", "intermoot": { "community_id": valves["id"] } });
        says(&node, &eve, private.clone()).await;
        let posts = format!("/api/v1/timelines/list/{}", id(&list));
        assert_eq!(ids(&ada, &posts).await.len(), 0, "not a member");
        let tx = node.app.begin().await.unwrap();
        let community = crate::features::accounts::queries::by_id(&tx, id(&valves).parse().unwrap()).await.unwrap().unwrap();
        memberships::join(&tx, &ada.account, &community, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&ada, "/api/v1/lists").await, [id(&list), id(&valves)]);
        let shown = says(&node, &eve, private).await;
        assert_eq!(ids(&ada, &posts).await, [shown]);
        ada.post(&format!("/api/v1/accounts/{}/unfollow", id(&valves)), json!({})).await;
        assert_eq!(ids(&ada, &posts).await.len(), 0, "who left reads no more of it");
    })
    .await;
}
