//! Finding accounts.

use super::{names, staff, status_of, stranger};
use crate::{
    base::words::NodeRole,
    sql,
    tests::{
        api::shapes::{assert_are, assert_is},
        support::on_both_databases,
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ALL: &str = "/api/v2/admin/accounts";

#[tokio::test]
async fn accounts_are_found_by_where_they_are_how_they_stand_and_what_they_are_called() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let (bo, _ann) = (node.person("bo").await, node.person("ann").await);
        let pat = stranger(&node, "pat", "bolt.example").await;
        let all = boss.get(ALL).await;
        assert_are("AdminAccount", &all);
        assert_eq!(names(&all), ["pat", "ann", "bo", "boss"]);
        let email: String =
            sql!("SELECT email FROM users WHERE account_id = {}", bo.account.id).value(&node.app.store).await.unwrap().unwrap();
        for (asked, found) in [
            ("origin=local".to_owned(), vec!["ann", "bo", "boss"]),
            ("origin=remote".to_owned(), vec!["pat"]),
            ("by_domain=Bolt.example".to_owned(), vec!["pat"]),
            ("username=bo".to_owned(), vec!["bo", "boss"]),
            (format!("email={email}"), vec!["bo"]),
            ("permissions=staff".to_owned(), vec!["boss"]),
            ("role_ids[]=2".to_owned(), vec!["boss"]),
            ("role_ids[]=3".to_owned(), vec![]),
            ("status=active&origin=local".to_owned(), vec!["ann", "bo", "boss"]),
            ("status=pending".to_owned(), vec![]),
            ("status=suspended".to_owned(), vec![]),
            ("display_name=nobody".to_owned(), vec![]),
            (format!("invited_by={}", bo.account.id), vec![]),
            ("ip=192.0.2.1".to_owned(), vec![]),
            // what means something to the database means nothing here
            ("username=%25".to_owned(), vec![]),
        ] {
            assert_eq!(names(&boss.get(&format!("{ALL}?{asked}")).await), found, "{asked}");
        }
        for (asked, found) in [
            ("local=true", vec!["ann", "bo", "boss"]),
            ("remote=true", vec!["pat"]),
            ("staff=true", vec!["boss"]),
            ("disabled=true", vec![]),
            ("active=true&username=an", vec!["ann"]),
        ] {
            assert_eq!(names(&boss.get(&format!("/api/v1/admin/accounts?{asked}")).await), found, "{asked}");
        }
        for wrong in ["origin=moon", "status=asleep", "role_ids[]=77", "by_domain=a%20b"] {
            assert_eq!(
                status_of(&boss, Method::GET, &format!("{ALL}?{wrong}"), json!({})).await,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{wrong}"
            );
        }
        let one = boss.get(&format!("/api/v1/admin/accounts/{}", pat.id)).await;
        assert_is("AdminAccount", &one);
        assert_eq!((&one["domain"], &one["email"], &one["suspended"]), (&json!("bolt.example"), &json!(""), &json!(false)));
        assert_eq!(one["account"]["acct"], json!("pat@bolt.example"));
    })
    .await;
}

#[tokio::test]
async fn lists_of_accounts_are_paged_by_link() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        for name in ["ann", "bo", "cy"] {
            node.person(name).await;
        }
        let (mut next, mut seen) = (Some(format!("{ALL}?origin=local&limit=2")), Vec::new());
        while let Some(path) = next {
            let answer = boss.ask(Method::GET, &path).send().await.unwrap();
            let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
            let page: Value = answer.json().await.unwrap();
            seen.extend(names(&page).into_iter().map(str::to_owned));
            let part = link.split(',').find(|part| part.contains("rel=\"next\"")).and_then(|part| part.split(['<', '>']).nth(1));
            assert!(part.is_none_or(|part| part.contains("origin=local") && part.contains("limit=2")), "{link}");
            next = part.map(|part| part.strip_prefix(&node.url).unwrap().to_owned());
        }
        assert_eq!(seen, ["cy", "bo", "ann", "boss"]);
    })
    .await;
}

#[tokio::test]
async fn the_node_its_organisation_and_communities_are_no_accounts_of_administrators() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        crate::federation::bootstrap(&node.app).await.unwrap();
        let boss = staff(&node, "boss", NodeRole::Owner).await;
        let valves = crate::tests::api::social::founds(&boss, "valves", json!({ "stage": "local" })).await;
        assert_eq!(names(&boss.get(ALL).await), ["boss"]);
        let others: Vec<i64> = sql!("SELECT id FROM accounts WHERE host = '' AND kind <> 0").column(&node.app.store).await.unwrap();
        assert!(others.len() >= 3 && valves["id"].is_string(), "{others:?}");
        for id in others {
            let one = format!("/api/v1/admin/accounts/{id}");
            assert_eq!(status_of(&boss, Method::GET, &one, json!({})).await, StatusCode::NOT_FOUND);
            let suspended = status_of(&boss, Method::POST, &format!("{one}/action"), json!({ "type": "suspend" })).await;
            assert_eq!(suspended, StatusCode::NOT_FOUND);
        }
    })
    .await;
}
