//! Posts to come, over the wire of an app and at their hour.

use super::{
    shapes::assert_is,
    social::{founds, id, refused},
};
use crate::{
    features::{accounts, memberships, off_boarding},
    server::due,
    sql,
    store::death::Side,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

fn at(node: &TestNode, ahead: i64) -> String {
    crate::base::clock::Stamp(node.app.store.now().0 + ahead).to_string()
}

async fn later(node: &TestNode, who: &Person, more: Value) -> Value {
    let mut body = json!({ "status": "good morning", "scheduled_at": at(node, HOUR) });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.post("/api/v1/statuses", body).await
}

async fn written(who: &Person) -> Vec<Value> {
    who.get(&format!("/api/v1/accounts/{}/statuses", who.account.id)).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_post_to_come_is_listed_put_off_cancelled_and_published_at_its_hour() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let poll = json!({ "options": ["a", "b"], "expires_in": 600 });
        let first = later(&node, &ada, json!({ "visibility": "unlisted", "poll": poll, "spoiler_text": "early" })).await;
        assert_is("ScheduledStatus", &first);
        assert_eq!((&first["params"]["text"], &first["params"]["visibility"]), (&json!("good morning"), &json!("unlisted")));
        let second = later(&node, &ada, json!({ "status": "never" })).await;
        let (all, one) = ("/api/v1/scheduled_statuses", format!("/api/v1/scheduled_statuses/{}", id(&second)));
        assert_eq!(ada.get(all).await.as_array().unwrap().len(), 2);
        assert_eq!(ada.get(&format!("{all}?limit=1")).await[0]["id"], second["id"]);
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let body = json!({ "scheduled_at": at(&node, HOUR) });
            let asked = |path: String| eve.ask(method.clone(), &path).json(&body).send();
            let (theirs, never) = (asked(one.clone()).await.unwrap(), asked(format!("{all}/17")).await.unwrap());
            assert_eq!((theirs.status(), theirs.text().await.unwrap()), (StatusCode::NOT_FOUND, never.text().await.unwrap()), "s048");
        }
        assert_eq!(eve.get(all).await, json!([]));
        let put: Value =
            ada.ask(Method::PUT, &one).json(&json!({ "scheduled_at": at(&node, 3 * HOUR) })).send().await.unwrap().json().await.unwrap();
        assert_ne!(put["scheduled_at"], second["scheduled_at"]);
        due::once(&node.app).await.unwrap();
        assert!(written(&ada).await.is_empty());
        node.app.store.clock.advance(HOUR + 1000);
        due::once(&node.app).await.unwrap();
        let posts = written(&ada).await;
        assert_eq!((posts.len(), &posts[0]["visibility"], &posts[0]["poll"]["options"][1]["title"]), (1, &json!("unlisted"), &json!("b")));
        assert_eq!(posts[0]["application"]["name"], "test");
        assert_eq!(ada.ask(Method::DELETE, &one).send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(ada.get(all).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_is_too_soon_too_many_or_could_not_be_published_now_is_refused_and_what_is_past_is_published() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.limits.enabled = false).await;
        let (ada, lab) = (node.person("ada").await, node.person("bea").await);
        let closed = founds(&lab, "lab", json!({ "stage": "local", "join": "invite" })).await;
        for (body, field) in [
            (json!({ "scheduled_at": at(&node, 60_000) }), Some("scheduled_at")),
            (json!({ "scheduled_at": "tomorrow" }), Some("scheduled_at")),
            (json!({ "status": "" }), Some("text")),
            (json!({ "poll": { "options": ["a"], "expires_in": 600 } }), Some("poll.options")),
            (json!({ "intermoot": { "community_id": id(&closed) } }), None),
        ] {
            let mut whole = json!({ "status": "x", "scheduled_at": at(&node, HOUR) });
            whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            let answer = ada.ask(Method::POST, "/api/v1/statuses").json(&whole).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            let said: Value = answer.json().await.unwrap();
            assert!(field.is_none_or(|field| said["details"].get(field).is_some()), "{said}");
        }
        assert_eq!(later(&node, &ada, json!({ "scheduled_at": at(&node, -1) })).await["content"], "<p>good morning</p>");
        for _ in 0..25 {
            later(&node, &ada, json!({})).await;
        }
        let body = json!({ "status": "x", "scheduled_at": at(&node, HOUR) });
        assert_eq!(refused(&ada, Method::POST, "/api/v1/statuses", body).await.1, "too_many_scheduled");
        assert_eq!(written(&ada).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn r25_a_post_to_come_is_published_once_across_rounds_at_once_keys_repeated_and_a_restart() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let body = json!({ "status": "once", "scheduled_at": at(&node, HOUR) });
        let send = async || -> Value {
            ada.ask(Method::POST, "/api/v1/statuses").header("idempotency-key", "k").json(&body).send().await.unwrap().json().await.unwrap()
        };
        assert_eq!(send().await["id"], send().await["id"]);
        node.app.store.clock.advance(HOUR + 1000);
        futures::future::join_all((0..8).map(|_| due::once(&node.app))).await.into_iter().for_each(|done| done.unwrap());
        let posts = written(&ada).await;
        assert_eq!((posts.len(), send().await["id"].clone()), (1, posts[0]["id"].clone()), "the key stands for the post now");
        for (side, published) in [(Side::Before, 1), (Side::After, 2)] {
            later(&node, &ada, json!({})).await;
            node.app.store.clock.advance(2 * HOUR);
            // the process ends at the commit of the publication, and another begins
            let mut dying = node.app.store.clone();
            dying.death = crate::store::death::Death::default();
            dying.death.comes_at(1, side);
            let config = node.app.config.clone();
            let dead = crate::app::App::new(config, dying, crate::base::seal::Secret::from_bytes(&[7; 32]).unwrap());
            assert!(due::once(&dead).await.is_err());
            assert_eq!(written(&ada).await.len(), published + usize::from(side == Side::After));
            due::once(&node.app).await.unwrap();
            due::once(&node.app).await.unwrap();
            let waiting: Option<i64> = sql!("SELECT COUNT(*) FROM scheduled_posts").value(&node.app.store).await.unwrap();
            assert_eq!((written(&ada).await.len(), waiting), (published + 1, Some(0)), "{side:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn rights_are_judged_at_the_hour_and_the_author_is_told_why_nothing_came() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let lab = founds(&ada, "lab", json!({ "stage": "local", "join": "open" })).await;
        bea.post(&format!("/api/intermoot/v1/communities/{}/join", id(&lab)), json!({})).await;
        let kept = later(&node, &bea, json!({ "intermoot": { "community_id": id(&lab) } })).await;
        let community = accounts::queries::by_id(&node.app.store, id(&lab).parse().unwrap()).await.unwrap().unwrap();
        let tx = node.app.begin().await.unwrap();
        memberships::leave(&tx, &bea.account, &community, None).await.unwrap();
        tx.commit().await.unwrap();
        node.app.store.clock.advance(HOUR + 1000);
        for _ in 0..2 {
            due::once(&node.app).await.unwrap();
        }
        assert!(written(&bea).await.is_empty());
        let left = bea.get(&format!("/api/v1/scheduled_statuses/{}", id(&kept))).await;
        let reason = left["intermoot"]["refused"]["reason"].as_str().unwrap();
        assert!(reason.contains("Join the community"), "{reason}");
        let told = bea.get("/api/v1/notifications?types[]=intermoot.scheduled_refused").await;
        assert_eq!((told.as_array().unwrap().len(), &told[0]["intermoot"]["scheduled_status_id"]), (1, &kept["id"]));
        assert_eq!(bea.get("/api/v1/notifications").await, json!([]), "apps that do not ask are told nothing they do not know");
    })
    .await;
}

#[tokio::test]
async fn who_leaves_the_company_publishes_nothing_more() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        crate::federation::bootstrap(&node.app).await.unwrap();
        let ada = node.person("ada").await;
        later(&node, &ada, json!({})).await;
        let tx = node.app.begin().await.unwrap();
        off_boarding::off_board(&tx, &ada.account, off_boarding::Leaving::default()).await.unwrap();
        tx.commit().await.unwrap();
        let waiting: Option<i64> = sql!("SELECT COUNT(*) FROM scheduled_posts").value(&node.app.store).await.unwrap();
        assert_eq!(waiting, Some(0));
        node.app.store.clock.advance(HOUR + 1000);
        due::once(&node.app).await.unwrap();
        let posts: Option<i64> = sql!("SELECT COUNT(*) FROM posts").value(&node.app.store).await.unwrap();
        assert_eq!(posts, Some(0));
    })
    .await;
}
