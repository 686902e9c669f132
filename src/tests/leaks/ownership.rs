//! What belongs to somebody is read and changed by them alone (S55, S107, S120, S123).

use super::{office, world::World};
use crate::{features::relationships, sql, tests::support::on_both_databases};
use serde_json::{Value, json};

impl World {
    async fn says(&self, method: &str, target: &str, viewer: &str, body: Option<Value>) -> (u16, Value) {
        let viewer = self.viewers.iter().find(|one| one.name == viewer).unwrap();
        let body = body.map(|body| body.to_string());
        let answer = self.ask(method, target, (viewer, "application/json"), body.as_deref()).await;
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }

    async fn me(&self, viewer: &str) -> String {
        self.says("GET", "/api/v1/accounts/verify_credentials", viewer, None).await.1["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn s055_lists_of_what_somebody_blocked_muted_marked_or_asked_are_their_own() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (carl, fay) = (world.me("carl").await, world.me("fay").await);
        let zelda = crate::features::accounts::queries::by_handle(&world.node.app.store, "zeldahidden", "").await.unwrap().unwrap();
        for act in ["block", "mute"] {
            assert_eq!(world.says("POST", &format!("/api/v1/accounts/{}/{act}", zelda.id), "carl", Some(json!({}))).await.0, 200);
        }
        let tx = world.node.app.begin().await.unwrap();
        sql!("UPDATE accounts SET locked = {} WHERE id = {}", true, carl.parse::<i64>().unwrap()).run(&tx).await.unwrap();
        let locked = crate::features::accounts::queries::by_id(&tx, carl.parse().unwrap()).await.unwrap().unwrap();
        let asking = crate::features::accounts::queries::by_id(&tx, fay.parse().unwrap()).await.unwrap().unwrap();
        relationships::follow(&tx, &asking, &locked, relationships::FollowOptions::default(), None).await.unwrap();
        tx.commit().await.unwrap();
        let own = |list: &str| format!("/api/v1/{list}");
        for (list, word) in [("blocks", "zeldahidden"), ("mutes", "zeldahidden"), ("follow_requests", "fay")] {
            assert!(world.says("GET", &own(list), "carl", None).await.1.to_string().contains(word), "{list} is empty");
            for other in ["bob", "fay", "admin", "alice", "gus"] {
                let (_, said) = world.says("GET", &own(list), other, None).await;
                assert_eq!(said, json!([]), "{list} of {other}");
            }
        }
        // nobody can name whose list they want
        for other in ["bob", "admin"] {
            for list in ["blocks", "mutes", "bookmarks", "favourites", "follow_requests"] {
                let target = format!("/api/v1/{list}?account_id={carl}&id={carl}");
                assert_eq!(world.says("GET", &target, other, None).await.1, json!([]), "{list}");
            }
            let shown = world.says("GET", &format!("/api/v1/accounts/relationships?id[]={carl}"), other, None).await.1;
            assert!(!shown.to_string().contains("zelda"), "{shown}");
        }
    })
    .await;
}

#[tokio::test]
async fn s107_nobody_settles_changes_or_ends_what_is_somebody_elses() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let store = &world.node.app.store;
        let (carl, fay) = (world.me("carl").await, world.me("fay").await);
        let open = world.says("POST", "/api/v1/statuses", "carl", Some(json!({ "status": "carl's own words" }))).await.1;
        let post = open["id"].as_str().unwrap();
        let tx = world.node.app.begin().await.unwrap();
        sql!("UPDATE accounts SET locked = {} WHERE id = {}", true, carl.parse::<i64>().unwrap()).run(&tx).await.unwrap();
        let [locked, asking] = [&carl, &fay].map(|id| id.parse().unwrap());
        let locked = crate::features::accounts::queries::by_id(&tx, locked).await.unwrap().unwrap();
        let asking = crate::features::accounts::queries::by_id(&tx, asking).await.unwrap().unwrap();
        relationships::follow(&tx, &asking, &locked, relationships::FollowOptions::default(), None).await.unwrap();
        tx.commit().await.unwrap();
        let told: i64 =
            sql!("SELECT id FROM notifications WHERE account_id = {} ORDER BY id LIMIT 1", locked.id).value(store).await.unwrap().unwrap();
        let tokens = async || -> i64 { sql!("SELECT COUNT(*) FROM tokens").value(store).await.unwrap().unwrap() };
        let before = tokens().await;
        let carls = world.viewers.iter().find(|one| one.name == "carl").unwrap().token.clone().unwrap();
        for other in ["bob", "admin", "gus"] {
            for (method, target, body) in [
                ("PUT", format!("/api/v1/statuses/{post}"), json!({ "status": "put into carl's mouth" })),
                ("DELETE", format!("/api/v1/statuses/{post}"), json!({})),
                ("POST", format!("/api/v1/notifications/{told}/dismiss"), json!({})),
                ("POST", format!("/api/v1/follow_requests/{fay}/authorize"), json!({})),
                ("POST", format!("/api/v1/follow_requests/{fay}/reject"), json!({})),
            ] {
                let (status, said) = world.says(method, &target, other, Some(body)).await;
                let is_quiet = target.ends_with("/dismiss") && status == 200;
                assert!(is_quiet || status == 404 || status == 403, "{method} {target} by {other}: {status} {said}");
            }
            world.says("POST", "/oauth/revoke", other, Some(json!({ "client_id": "x", "client_secret": "x", "token": carls }))).await;
            // who acts is whom the token names, whatever the body says
            let body = json!({ "status": "whose?", "account_id": carl, "actor": carl, "id": carl });
            let said = world.says("POST", "/api/v1/statuses", other, Some(body)).await.1;
            assert_eq!(said["account"]["id"], json!(world.me(other).await), "{said}");
            let update = json!({ "id": carl, "account_id": carl, "username": "carl", "display_name": "Taken over" });
            world.says("PATCH", "/api/v1/accounts/update_credentials", other, Some(update)).await;
        }
        assert_eq!(tokens().await, before);
        let still = world.says("GET", &format!("/api/v1/statuses/{post}"), "carl", None).await.1;
        assert!(still["content"].as_str().unwrap().contains("own words") && still["account"]["display_name"] != "Taken over", "{still}");
        assert_eq!(world.says("GET", &format!("/api/v1/notifications/{told}"), "carl", None).await.0, 200);
        assert!(world.says("GET", "/api/v1/follow_requests", "carl", None).await.1.to_string().contains("fay"));
    })
    .await;
}

#[tokio::test]
async fn s107_s105_administration_is_for_administrators_whatever_a_token_says() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let bob: i64 = world.me("bob").await.parse().unwrap();
        let tx = world.node.app.begin().await.unwrap();
        let app =
            crate::features::sessions::NewApp { name: "all".into(), website: String::new(), redirect_uris: vec![], scopes: ALL.into() };
        let (app, _) = crate::features::sessions::register_app(&tx, app).await.unwrap();
        let (_, token) = crate::features::sessions::issue_token(&tx, app.id, Some(crate::base::id::AccountId(bob)), ALL).await.unwrap();
        tx.commit().await.unwrap();
        let bob = super::world::Viewer { name: "bob", token: Some(token), session: None, signer: None };
        let routes = crate::api::routes();
        let (mut tried, other) = (0, ["/admin/", "/partners", "/organisation"]);
        for route in
            routes.table().iter().filter(|route| other.iter().any(|part| route.path.contains(part)) && !route.path.contains("communities"))
        {
            if route.path == "/api/intermoot/v1/organisation" {
                // what it is called is for everybody
                continue;
            }
            let path = route.path.replace("{id}", &world.fills.others[0]).replace("{host}", &office::partner());
            let body = (route.method != "GET").then_some(r#"{"reason":"x","host":"x.example","outcome":"x"}"#);
            let answer = world.ask(route.method.as_str(), &path, (&bob, "application/json"), body).await;
            assert_eq!(answer.status.as_u16(), 403, "{} {path}: {}", route.method, answer.body);
            tried += 1;
        }
        assert!(tried > 20, "{tried}");
        let (status, _) = world.says("GET", "/api/intermoot/v1/partners", "admin", None).await;
        assert_eq!(status, 200);
    })
    .await;
}

const ALL: &str = "read write follow push admin:read admin:write";
