//! Communities over our own API.

use super::social::{founds, id, refused};
use crate::tests::support::{Person, Place, TestNode, on_both_databases};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn path(community: &Value, rest: &str) -> String {
    format!("/api/intermoot/v1/communities/{}{rest}", id(community))
}

async fn cast(place: &Place) -> (TestNode, [Person; 3]) {
    let node = place.node("acme").await;
    let people = [node.person("ada").await, node.person("eve").await, node.person("flo").await];
    (node, people)
}

#[tokio::test]
async fn a_community_is_founded_shown_found_by_handle_changed_and_closed() {
    on_both_databases(async |place| {
        let (node, [ada, eve, _]) = cast(&place).await;
        let made = founds(&ada, "Valves", json!({ "join": "ask", "question": "Why?", "least_level": "plain" })).await;
        assert_eq!(
            (&made["name"], &made["stage"], &made["join"], &made["question"]),
            (&json!("valves"), &json!("public"), &json!("ask"), &json!("Why?"))
        );
        assert_eq!((&made["membership"]["role"], &made["members_count"]), (&json!("owner"), &json!(1)));
        assert_eq!(made["uri"], json!(format!("{}/c/valves", node.url)));
        let stranger: Value = node.get(&path(&made, "")).send().await.unwrap().json().await.unwrap();
        assert_eq!((&stranger["membership"], &stranger["purpose"]), (&json!(null), &json!("To talk.")));
        for name in ["@valves".to_owned(), "valves".to_owned(), format!("@valves@{}", node.app.origin.authority())] {
            assert_eq!(eve.get(&format!("/api/intermoot/v1/communities/lookup?name={name}")).await["id"], made["id"]);
        }
        let lookup = |name: &str| format!("/api/intermoot/v1/communities/lookup?name={name}");
        assert_eq!(
            refused(&eve, Method::GET, &lookup("ada"), json!({})).await,
            (StatusCode::UNPROCESSABLE_ENTITY, "not_a_community".into())
        );
        assert_eq!(refused(&eve, Method::GET, &lookup("nobody"), json!({})).await.0, StatusCode::NOT_FOUND);
        let changed = ada.ask(Method::PATCH, &path(&made, "")).json(&json!({ "purpose": "To listen." })).send().await.unwrap();
        let changed: Value = changed.json().await.unwrap();
        assert_eq!((&changed["purpose"], &changed["join"]), (&json!("To listen."), &json!("ask")));
        assert_eq!(refused(&eve, Method::PATCH, &path(&made, ""), json!({ "title": "Mine" })).await.1, "not_an_owner");
        assert_eq!(refused(&eve, Method::POST, &path(&made, "/close"), json!({})).await.1, "not_an_owner");
        assert!(ada.post(&path(&made, "/close"), json!({})).await["closed_at"].is_string());
        assert_eq!(refused(&eve, Method::POST, &path(&made, "/join"), json!({})).await.1, "community_closed");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_founding_is_named() {
    on_both_databases(async |place| {
        let (_node, [ada, ..]) = cast(&place).await;
        let all = "/api/intermoot/v1/communities";
        for (body, field) in [
            (json!({ "name": "a b", "purpose": "x" }), "name"),
            (json!({ "name": "api", "purpose": "x" }), "name"),
            (json!({ "name": "valves" }), "purpose"),
            (json!({ "name": "valves", "purpose": "x".repeat(501) }), "purpose"),
            (json!({ "name": "valves", "purpose": "x", "title": "x".repeat(101) }), "title"),
            (json!({ "name": "valves", "purpose": "x", "stage": "huge" }), "stage"),
            (json!({ "name": "valves", "purpose": "x", "question": "x".repeat(501) }), "question"),
            (json!({ "purpose": "x" }), "name"),
        ] {
            let response = ada.ask(Method::POST, all).json(&body).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            let said: Value = response.json().await.unwrap();
            assert!(said["details"][field].is_array() && said["code"] == json!("invalid"), "{said}");
        }
        founds(&ada, "valves", json!({})).await;
        assert_eq!(refused(&ada, Method::POST, all, json!({ "name": "valves", "purpose": "x" })).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused(&ada, Method::POST, all, json!({ "name": "ada", "purpose": "x" })).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn lists_of_communities_are_mine_here_and_elsewhere() {
    on_both_databases(async |place| {
        let (node, [ada, eve, _]) = cast(&place).await;
        let (open, inner) = (founds(&ada, "open", json!({})).await, founds(&ada, "inner", json!({ "stage": "local" })).await);
        let list = |which: &str| format!("/api/intermoot/v1/communities?which={which}");
        let ids = |list: &Value| list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&eve.get(&list("here")).await), [inner["id"].clone(), open["id"].clone()]);
        assert_eq!(ids(&ada.get(&list("mine")).await).len(), 2);
        assert_eq!(eve.get(&list("mine")).await, json!([]));
        assert_eq!(eve.get(&list("elsewhere")).await, json!([]));
        let stranger: Value = node.get(&list("here")).send().await.unwrap().json().await.unwrap();
        assert_eq!(ids(&stranger), [open["id"].clone()]);
        assert_eq!(node.get(&path(&inner, "")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert_eq!(node.get(&list("mine")).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        assert_eq!(refused(&eve, Method::GET, &list("all"), json!({})).await.1, "invalid");
        let first = node.get(&format!("{}&limit=1", list("here"))).bearer_auth(&eve.token).send().await.unwrap();
        assert!(first.headers()["link"].to_str().unwrap().contains("which=here&limit=1&max_id="));
    })
    .await;
}

#[tokio::test]
async fn requests_wait_for_a_moderator_and_members_see_members() {
    on_both_databases(async |place| {
        let (node, [ada, eve, flo]) = cast(&place).await;
        let valves = founds(&ada, "valves", json!({ "join": "ask" })).await;
        let asked = eve.post(&path(&valves, "/join"), json!({})).await;
        assert_eq!((&asked["membership"]["status"], &asked["membership"]["role"]), (&json!("requested"), &json!(null)));
        assert_eq!(refused(&eve, Method::GET, &path(&valves, "/members"), json!({})).await.1, "not_a_member");
        assert_eq!(refused(&eve, Method::GET, &path(&valves, "/requests"), json!({})).await.1, "rank");
        assert_eq!(ada.get(&path(&valves, "/requests")).await[0]["account"]["acct"], json!("eve"));
        let accept = path(&valves, &format!("/requests/{}/accept", eve.account.id));
        assert_eq!(refused(&eve, Method::POST, &accept, json!({})).await.1, "rank");
        assert_eq!(ada.post(&accept, json!({})).await["status"], json!("active"));
        let members = eve.get(&path(&valves, "/members")).await;
        assert_eq!((&members[0]["account"]["acct"], &members[1]["role"]), (&json!("eve"), &json!("owner")));
        assert_eq!(members[0]["host"], json!(node.app.origin.authority()));
        flo.post(&path(&valves, "/join"), json!({})).await;
        ada.post(&path(&valves, &format!("/requests/{}/refuse", flo.account.id)), json!({})).await;
        assert_eq!(flo.get(&path(&valves, "")).await["membership"]["status"], json!("ended"));
        let withdrawn = eve.post(&path(&valves, "/leave"), json!({})).await;
        assert_eq!((&withdrawn["membership"]["status"], &withdrawn["members_count"]), (&json!("ended"), &json!(1)));
        assert_eq!(refused(&ada, Method::POST, &path(&valves, "/leave"), json!({})).await, (StatusCode::CONFLICT, "last_owner".into()));
    })
    .await;
}

#[tokio::test]
async fn s105_members_moderators_and_owners_may_do_what_their_rank_allows() {
    on_both_databases(async |place| {
        let (_node, [ada, eve, flo]) = cast(&place).await;
        let valves = founds(&ada, "valves", json!({})).await;
        for who in [&eve, &flo] {
            who.post(&path(&valves, "/join"), json!({})).await;
        }
        let member = |who: &Person, rest: &str| path(&valves, &format!("/members/{}{rest}", who.account.id));
        let rank = (StatusCode::FORBIDDEN, "rank".to_owned());
        // A member: nothing over others, nothing for themselves.
        assert_eq!(refused(&eve, Method::PATCH, &member(&eve, ""), json!({ "role": "moderator" })).await, rank);
        assert_eq!(refused(&eve, Method::DELETE, &member(&flo, ""), json!({})).await, rank);
        assert_eq!(refused(&eve, Method::POST, &member(&flo, "/ban"), json!({})).await, rank);
        // A moderator: over members, not over themselves nor the owner.
        let made = ada.ask(Method::PATCH, &member(&eve, "")).json(&json!({ "role": "moderator" })).send().await.unwrap();
        assert_eq!(made.status(), StatusCode::OK);
        assert_eq!(refused(&eve, Method::PATCH, &member(&eve, ""), json!({ "role": "owner" })).await, rank);
        assert_eq!(refused(&eve, Method::PATCH, &member(&flo, ""), json!({ "role": "moderator" })).await, rank);
        assert_eq!(refused(&eve, Method::DELETE, &member(&ada, ""), json!({})).await, rank);
        assert_eq!(refused(&eve, Method::PATCH, &member(&flo, ""), json!({ "role": "king" })).await.1, "invalid");
        let long = json!({ "reason": "x".repeat(1001) });
        assert_eq!(refused(&eve, Method::DELETE, &member(&flo, ""), long).await.1, "invalid");
        let banned =
            eve.ask(Method::POST, &member(&flo, "/ban")).json(&json!({ "reason": "spam", "expires_in": 3600 })).send().await.unwrap();
        assert_eq!(banned.status(), StatusCode::OK);
        assert_eq!(refused(&flo, Method::POST, &path(&valves, "/join"), json!({})).await.1, "banned");
        assert_eq!(refused(&flo, Method::DELETE, &member(&flo, "/ban"), json!({})).await, rank);
        assert_eq!(eve.ask(Method::DELETE, &member(&flo, "/ban")).send().await.unwrap().status(), StatusCode::OK);
        flo.post(&path(&valves, "/join"), json!({})).await;
        // The last owner stays.
        assert_eq!(refused(&ada, Method::PATCH, &member(&ada, ""), json!({ "role": "member" })).await.1, "last_owner");
    })
    .await;
}

#[tokio::test]
async fn a_moderator_removes_a_post_and_its_author_sees_why() {
    on_both_databases(async |place| {
        let (_node, [ada, eve, flo]) = cast(&place).await;
        let valves = founds(&ada, "valves", json!({})).await;
        for who in [&eve, &flo] {
            who.post(&path(&valves, "/join"), json!({})).await;
        }
        let post = eve.post("/api/v1/statuses", json!({ "status": "Buy my valves!", "intermoot": { "community_id": id(&valves) } })).await;
        for list in [path(&valves, "/posts"), format!("/api/v1/timelines/list/{}", id(&valves))] {
            assert_eq!(flo.get(&list).await[0]["id"], post["id"], "{list}");
        }
        let here = path(&valves, &format!("/posts/{}", id(&post)));
        assert_eq!(refused(&flo, Method::DELETE, &here, json!({ "reason": "spam" })).await.0, StatusCode::FORBIDDEN);
        let elsewhere = founds(&ada, "pumps", json!({})).await;
        let wrong = path(&elsewhere, &format!("/posts/{}", id(&post)));
        assert_eq!(refused(&ada, Method::DELETE, &wrong, json!({ "reason": "spam" })).await.0, StatusCode::NOT_FOUND);
        let done = ada.ask(Method::DELETE, &here).json(&json!({ "reason": "spam" })).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::OK);
        assert_eq!(flo.get(&path(&valves, "/posts")).await, json!([]));
        let mine = eve.get(&format!("/api/v1/statuses/{}", id(&post))).await;
        assert_eq!(mine["intermoot"]["removed"]["reason"], json!("spam"));
    })
    .await;
}
