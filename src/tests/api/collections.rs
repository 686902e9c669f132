//! Collections of people of this node.

use super::{
    shapes::assert_is,
    social::{id, refused},
};
use crate::{
    features::accounts::{self, Remote},
    tests::support::{Person, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn makes(who: &Person, body: Value) -> Value {
    let made = who.post("/api/v1/collections", body).await["collection"].clone();
    assert_is("Collection", &made);
    made
}

async fn hides(node: &TestNode, who: &Person) {
    let tx = node.app.begin().await.unwrap();
    let changes = accounts::Changes { discoverable: Some(false), ..accounts::Changes::default() };
    accounts::change_profile(&tx, &who.account, changes).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_collection_is_made_changed_shown_and_ended() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let asked = json!({ "name": "Valve people", "description": "Who knows", "tag_name": "#Valves", "language": "en", "account_ids": [eve.account.id.to_string()] });
        let made = makes(&ada, asked).await;
        let path = format!("/api/v1/collections/{}", id(&made));
        assert_eq!((&made["item_count"], &made["tag"]["name"], &made["discoverable"]), (&json!(1), &json!("Valves"), &json!(true)));
        let added = ada.post(&format!("{path}/items"), json!({ "account_id": flo.account.id.to_string() })).await["collection_item"].clone();
        assert_is("CollectionItem", &added);
        let shown = done(node.get(&path)).await;
        assert_is("CollectionWithAccounts", &shown);
        let names: Vec<&Value> = shown["accounts"].as_array().unwrap().iter().map(|one| &one["username"]).collect();
        assert_eq!(names, [&json!("ada"), &json!("eve"), &json!("flo")], "its owner, then who came first");
        let changed: Value = done(ada.ask(Method::PATCH, &path).json(&json!({ "name": "Valves", "discoverable": "false", "tag_name": "" }))).await;
        let changed = &changed["collection"];
        assert_eq!((&changed["name"], &changed["description"], &changed["tag"]), (&json!("Valves"), &json!("Who knows"), &json!(null)));
        let listed = format!("/api/v1/accounts/{}/collections", ada.account.id);
        assert_eq!(eve.get(&listed).await["collections"], json!([]), "not on the profile");
        assert_eq!(ada.get(&listed).await["collections"][0]["id"], made["id"]);
        assert_eq!(eve.get(&path).await["collection"]["id"], made["id"], "but by its id");
        let item = format!("{path}/items/{}", id(&added));
        for (method, path) in [(Method::PATCH, &path), (Method::DELETE, &path), (Method::DELETE, &item)] {
            assert_eq!(refused(&eve, method, path, json!({ "name": "Mine" })).await.0, StatusCode::FORBIDDEN);
        }
        assert_eq!(done(ada.ask(Method::DELETE, &item)).await, json!({}));
        assert_eq!(ada.get(&path).await["collection"]["item_count"], json!(1));
        assert_eq!(done(ada.ask(Method::DELETE, &path)).await, json!({}));
        assert_eq!(node.get(&path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_in_a_collection_against_their_will() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, shy) = (node.person("ada").await, node.person("eve").await, node.person("shy").await);
        let made = makes(&ada, json!({ "name": "People" })).await;
        let path = format!("/api/v1/collections/{}", id(&made));
        let add = async |whom: String| refused(&ada, Method::POST, &format!("{path}/items"), json!({ "account_id": whom })).await;
        hides(&node, &shy).await;
        assert_eq!(
            add(shy.account.id.to_string()).await,
            (StatusCode::FORBIDDEN, "not_featurable".into()),
            "who does not want to be found"
        );
        let item = ada.post(&format!("{path}/items"), json!({ "account_id": eve.account.id.to_string() })).await["collection_item"].clone();
        let again = ada.post(&format!("{path}/items"), json!({ "account_id": eve.account.id.to_string() })).await;
        assert_eq!(again["collection_item"]["id"], item["id"], "once");
        let mine = format!("/api/v1/accounts/{}/in_collections", eve.account.id);
        assert_eq!(eve.get(&mine).await["collections"][0]["id"], made["id"]);
        assert_eq!(refused(&ada, Method::GET, &mine, json!({})).await.0, StatusCode::FORBIDDEN);
        let revoke = format!("{path}/items/{}/revoke", id(&item));
        assert_eq!(refused(&shy, Method::POST, &revoke, json!({})).await.0, StatusCode::NOT_FOUND);
        assert_eq!(eve.post(&revoke, json!({})).await, json!({}));
        assert_eq!(
            (eve.get(&mine).await["collections"].clone(), ada.get(&path).await["collection"]["item_count"].clone()),
            (json!([]), json!(0))
        );
        assert_eq!(add(eve.account.id.to_string()).await.1, "not_featurable", "for good");
        assert_eq!(refused(&ada, Method::DELETE, &format!("{path}/items/{}", id(&item)), json!({})).await.0, StatusCode::NOT_FOUND);
        let flo = node.person("flo").await;
        flo.post(&format!("/api/v1/accounts/{}/block", ada.account.id), json!({})).await;
        assert_eq!(add(flo.account.id.to_string()).await.1, "not_featurable");
        let tx = node.app.begin().await.unwrap();
        let uri = "https://p.test/u/pat".to_owned();
        let remote = Remote {
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            username: "pat".into(),
            host: "p.test".into(),
            discoverable: true,
            uri,
            ..Remote::default()
        };
        let pat = accounts::keep_remote(&tx, &remote).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(add(pat.id.to_string()).await.1, "not_featurable", "nobody elsewhere can be asked yet");
        assert_eq!(add("1".into()).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn collections_are_bounded_and_go_with_their_owner_and_who_is_blocked_sees_none() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        for wrong in [
            json!({}),
            json!({ "name": "x".repeat(101) }),
            json!({ "name": "x", "tag_name": "no tag" }),
            json!({ "name": "x", "description": "y".repeat(501) }),
        ] {
            assert_eq!(refused(&ada, Method::POST, "/api/v1/collections", wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let mut ids = Vec::new();
        for nth in 0..10 {
            ids.push(id(&makes(&ada, json!({ "name": format!("n{nth}") })).await).to_owned());
        }
        assert_eq!(refused(&ada, Method::POST, "/api/v1/collections", json!({ "name": "more" })).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let listed = format!("/api/v1/accounts/{}/collections", ada.account.id);
        let some = eve.get(&format!("{listed}?limit=2&offset=1")).await["collections"].clone();
        assert_eq!((some.as_array().unwrap().len(), &some[0]["name"]), (2, &json!("n8")));
        ada.post(&format!("/api/v1/accounts/{}/block", eve.account.id), json!({})).await;
        assert_eq!(eve.get(&listed).await["collections"], json!([]));
        assert_eq!(refused(&eve, Method::GET, &format!("/api/v1/collections/{}", ids[0]), json!({})).await.0, StatusCode::NOT_FOUND);
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, eve.account.id, crate::base::words::NodeRole::Owner).await.unwrap();
        accounts::delete(&tx, &ada.account).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(node.get(&format!("/api/v1/collections/{}", ids[0])).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}
