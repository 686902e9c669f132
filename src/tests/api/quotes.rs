//! Quotes by people of this node, over the wire of an app: with the consent of whom they quote (FEP-044f).

use super::{
    shapes::assert_is,
    social::{founds, id, refused},
};
use crate::{
    federation::{Federation, bootstrap},
    server::worker,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn says(who: &Person, words: &str, more: Value) -> Value {
    let mut body = json!({ "status": words });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.post("/api/v1/statuses", body).await
}

fn of(status: &Value) -> String {
    format!("/api/v1/statuses/{}", id(status))
}

async fn decide(who: &Person, status: &Value, word: &str) -> Value {
    let path = format!("{}/interaction_policy", of(status));
    who.ask(Method::PUT, &path).json(&json!({ "quote_approval_policy": word })).send().await.unwrap().json().await.unwrap()
}

async fn cast(node: &TestNode) -> (Federation, [Person; 3]) {
    let federation = Federation::start(node.app.clone()).unwrap();
    bootstrap(&node.app).await.unwrap();
    (federation, [node.person("ada").await, node.person("bea").await, node.person("cy").await])
}

#[tokio::test]
async fn a_quote_is_shown_listed_counted_told_of_and_taken_back() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (federation, [ada, bea, _]) = cast(&node).await;
        let first = says(&ada, "Gaskets matter", json!({})).await;
        let quoting = says(&bea, "Indeed", json!({ "quoted_status_id": first["id"] })).await;
        assert_is("Status", &quoting);
        assert_eq!((&quoting["quote"]["state"], &quoting["quote"]["quoted_status"]["id"]), (&json!("accepted"), &first["id"]));
        worker::round(&federation, true).await.unwrap();
        let told = ada.get("/api/v1/notifications?types[]=quote").await;
        assert_eq!((told.as_array().unwrap().len(), &told[0]["status"]["id"]), (1, &quoting["id"]));
        assert_eq!(ada.get(&of(&first)).await["quotes_count"], 1);
        assert_eq!(ada.get(&format!("{}/quotes", of(&first))).await[0]["id"], quoting["id"]);
        ada.ask(Method::PUT, &of(&first)).json(&json!({ "status": "Gaskets matter!" })).send().await.unwrap();
        worker::round(&federation, true).await.unwrap();
        assert_eq!(bea.get("/api/v1/notifications?types[]=quoted_update").await[0]["status"]["id"], quoting["id"]);
        let revoke = format!("{}/quotes/{}/revoke", of(&first), id(&quoting));
        assert_eq!(refused(&bea, Method::POST, &revoke, json!({})).await.0, StatusCode::FORBIDDEN);
        let revoked = ada.post(&revoke, json!({})).await;
        assert_eq!((&revoked["quote"]["state"], &revoked["quote"]["quoted_status"]), (&json!("revoked"), &Value::Null));
        assert_eq!(ada.get(&of(&first)).await["quotes_count"], 0);
        assert_eq!(ada.get(&format!("{}/quotes", of(&first))).await, json!([]));
        assert_eq!(refused(&ada, Method::POST, &revoke, json!({})).await.0, StatusCode::NOT_FOUND, "once");
        let again = says(&bea, "Again", json!({ "quoted_status_id": first["id"] })).await;
        bea.ask(Method::DELETE, &of(&again)).send().await.unwrap();
        assert_eq!(ada.get(&of(&first)).await["quotes_count"], 0, "it goes with the post that quotes");
    })
    .await;
}

#[tokio::test]
async fn who_may_quote_is_the_authors_word() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (_, [ada, bea, cy]) = cast(&node).await;
        let path = "/api/v1/statuses";
        let first = says(&ada, "For few", json!({ "quote_approval_policy": "followers" })).await;
        assert_eq!(first["quote_approval"], json!({ "automatic": ["followers"], "manual": [], "current_user": "automatic" }));
        bea.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({})).await;
        for (who, word) in [(&bea, "automatic"), (&cy, "denied")] {
            assert_eq!(who.get(&of(&first)).await["quote_approval"]["current_user"], word);
        }
        let quote = json!({ "status": "x", "quoted_status_id": first["id"] });
        assert_eq!(refused(&cy, Method::POST, path, quote.clone()).await, (StatusCode::UNPROCESSABLE_ENTITY, "not_quotable".into()));
        assert_eq!(bea.post(path, quote.clone()).await["quote"]["state"], "accepted");
        assert_eq!(decide(&ada, &first, "nobody").await["quote_approval"]["automatic"], json!([]));
        assert_eq!(refused(&bea, Method::POST, path, quote.clone()).await.1, "not_quotable");
        assert_eq!(ada.post(path, quote.clone()).await["quote"]["state"], "accepted", "its author always may");
        assert!(decide(&ada, &first, "friends").await["details"]["quote_approval_policy"].is_array());
        let others = format!("{}/interaction_policy", of(&first));
        assert_eq!(refused(&bea, Method::PUT, &others, json!({ "quote_approval_policy": "public" })).await.0, StatusCode::NOT_FOUND);
        decide(&ada, &first, "public").await;
        ada.post(&format!("/api/v1/accounts/{}/block", cy.account.id), json!({})).await;
        assert_eq!(refused(&cy, Method::POST, path, quote).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn s052_what_is_for_few_is_shown_to_no_more_by_a_quote() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (_, [ada, bea, cy]) = cast(&node).await;
        let lab = founds(&ada, "lab", json!({ "stage": "local", "join": "open" })).await;
        bea.post(&format!("/api/intermoot/v1/communities/{}/join", id(&lab)), json!({})).await;
        let inside = says(&ada, "secret", json!({ "intermoot": { "community_id": id(&lab) } })).await;
        let few = says(&ada, "few", json!({ "visibility": "private" })).await;
        let path = "/api/v1/statuses";
        let quote = |of: &Value, visibility: &str| json!({ "status": "x", "quoted_status_id": of["id"], "visibility": visibility });
        assert_eq!(refused(&bea, Method::POST, path, quote(&inside, "public")).await.1, "not_quotable");
        assert_eq!(refused(&ada, Method::POST, path, quote(&inside, "public")).await.1, "not_quotable");
        assert_eq!(refused(&ada, Method::POST, path, quote(&few, "public")).await.1, "not_quotable");
        assert_eq!(ada.post(path, quote(&few, "private")).await["quote"]["state"], "accepted");
        let never = refused(&cy, Method::POST, path, json!({ "status": "x", "quoted_status_id": "17" })).await;
        for hidden in [&inside, &few] {
            assert_eq!(refused(&cy, Method::POST, path, quote(hidden, "public")).await, never, "s054");
        }
    })
    .await;
}
