//! Acting on accounts, and taking it back.

use super::{acts, names, settle, staff, status_of, stranger};
use crate::{
    base::words::NodeRole,
    features::{accounts, sessions},
    sql,
    tests::{
        api::{
            shapes::assert_is,
            social::{id, refused},
        },
        support::{Browser, PASSWORD, Person, on_both_databases},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn path(who: &Person, rest: &str) -> String {
    format!("/api/v1/admin/accounts/{}{rest}", who.account.id)
}

#[tokio::test]
async fn s126_each_act_does_what_it_says_can_be_taken_back_and_leaves_one_entry() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let bo = node.person("bo").await;
        for (kind, act, flag, undo, undone) in [
            ("sensitive", "account.sensitive", "sensitized", "/unsensitive", "account.unsensitive"),
            ("silence", "account.silence", "silenced", "/unsilence", "account.unsilence"),
            ("disable", "account.disable", "disabled", "/enable", "account.enable"),
            ("suspend", "account.suspend", "suspended", "/unsuspend", "account.restore"),
        ] {
            assert_eq!(status_of(&boss, Method::POST, &path(&bo, undo), json!({})).await, StatusCode::FORBIDDEN, "nothing to undo: {undo}");
            acts(&node, (&boss, act), (Method::POST, &path(&bo, "/action"), json!({ "type": kind, "text": "Too loud." }))).await;
            let shown = boss.get(&path(&bo, "")).await;
            assert_is("AdminAccount", &shown);
            assert_eq!(shown[flag], json!(true), "{kind}");
            let standing = if kind == "sensitive" { "sensitized" } else { flag };
            assert_eq!(names(&boss.get(&format!("/api/v2/admin/accounts?status={standing}")).await), ["bo"]);
            // done twice it is done once, and said twice
            acts(&node, (&boss, "account.warn"), (Method::POST, &path(&bo, "/action"), json!({ "type": kind }))).await;
            let lifted = acts(&node, (&boss, undone), (Method::POST, &path(&bo, undo), json!({}))).await;
            assert_eq!(lifted[flag], json!(false), "{undo}");
        }
        acts(&node, (&boss, "account.warn"), (Method::POST, &path(&bo, "/action"), json!({ "type": "none", "text": "Mind the gap." })))
            .await;
        for wrong in [json!({}), json!({ "type": "banish" }), json!({ "type": "none", "report_id": "1" })] {
            let status = status_of(&boss, Method::POST, &path(&bo, "/action"), wrong.clone()).await;
            assert!(matches!(status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_FOUND), "{wrong}: {status}");
        }
        let pat = stranger(&node, "pat", "bolt.example").await;
        let theirs = format!("/api/v1/admin/accounts/{}", pat.id);
        for kind in ["none", "disable"] {
            let status = status_of(&boss, Method::POST, &format!("{theirs}/action"), json!({ "type": kind })).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} is for our own");
        }
        acts(&node, (&boss, "account.suspend"), (Method::POST, &format!("{theirs}/action"), json!({ "type": "suspend" }))).await;
        assert_eq!(boss.get(&theirs).await["suspended"], json!(true));
    })
    .await;
}

#[tokio::test]
async fn s098_whose_log_in_is_taken_away_has_no_session_and_no_token_until_it_is_given_back() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let bo = node.person("bo").await;
        bo.get("/api/v1/accounts/verify_credentials").await;
        let mut browser = Browser::new(&node);
        browser.log_in("bo", PASSWORD).await;
        let tx = node.app.begin().await.unwrap();
        let link = sessions::make_login_link(&tx, bo.account.id).await.unwrap();
        tx.commit().await.unwrap();
        boss.post(&path(&bo, "/action"), json!({ "type": "disable" })).await;
        assert_eq!(status_of(&bo, Method::GET, "/api/v1/accounts/verify_credentials", json!({})).await, StatusCode::UNAUTHORIZED);
        for table in ["sessions", "tokens", "codes", "login_links"] {
            let left: i64 = sql!(format!("SELECT COUNT(*) FROM {table} WHERE account_id = {{}}"), bo.account.id)
                .value(&node.app.store)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(left, 0, "{table}");
        }
        browser.open("/login").await;
        let answer = browser.submit("/login", &[("login", "bo"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "a right password is no way in");
        assert!(!browser.open(&format!("/login/link/{link}")).await.status().is_success());
        let tx = node.app.begin().await.unwrap();
        assert!(sessions::make_login_link(&tx, bo.account.id).await.is_err() && sessions::begin_session(&tx, bo.account.id).await.is_err());
        drop(tx);
        boss.post(&path(&bo, "/enable"), json!({})).await;
        Browser::new(&node).log_in("bo", PASSWORD).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_is_silenced_reaches_their_followers_and_nobody_else() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let (loud, fan, other) = (node.person("loud").await, node.person("fan").await, node.person("other").await);
        fan.post(&format!("/api/v1/accounts/{}/follow", loud.account.id), json!({})).await;
        let post = loud.post("/api/v1/statuses", json!({ "status": "Listen to me #noise" })).await;
        settle(&node).await;
        let has = |list: &Value| list.as_array().unwrap().iter().any(|one| one["id"] == post["id"]);
        let reads = async |who: &Person| {
            let (public, tag) = (who.get("/api/v1/timelines/public").await, who.get("/api/v1/timelines/tag/noise").await);
            assert_eq!(has(&public), has(&tag));
            has(&public)
        };
        let strangers = async || -> Value { node.get("/api/v1/timelines/public").send().await.unwrap().json().await.unwrap() };
        let found = async |who: &Person| who.get("/api/v2/search?q=lou&type=accounts").await["accounts"].as_array().unwrap().len();
        let trending = async || node.app.trends.tags(&node.app.store).await.unwrap().contains(&"noise".to_owned());
        assert!(reads(&fan).await && reads(&other).await && has(&strangers().await) && found(&other).await == 1 && trending().await);
        boss.post(&path(&loud, "/action"), json!({ "type": "silence" })).await;
        assert!(!reads(&other).await && !has(&strangers().await), "who does not follow does not hear");
        assert_eq!((found(&other).await, found(&fan).await), (0, 1));
        assert!(reads(&fan).await && reads(&loud).await, "a follower hears, and everybody themselves");
        assert!(has(&fan.get("/api/v1/timelines/home").await) && !trending().await);
        other.post(&format!("/api/v1/statuses/{}/favourite", id(&post)), json!({})).await;
        loud.post("/api/v1/statuses", json!({ "status": "@other hear me", "in_reply_to_id": null })).await;
        settle(&node).await;
        assert_eq!(other.get("/api/v1/notifications?types[]=mention").await, json!([]), "nor is told by them");
        assert_eq!(other.get(&format!("/api/v1/accounts/{}", loud.account.id)).await["limited"], json!(true));
        boss.post(&path(&loud, "/unsilence"), json!({})).await;
        assert!(reads(&other).await && has(&strangers().await) && found(&other).await == 1, "it heals at once");
    })
    .await;
}

#[tokio::test]
async fn files_of_a_sensitive_account_stand_behind_a_warning_while_it_lasts() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let bo = node.person("bo").await;
        let post = bo.post("/api/v1/statuses", json!({ "status": "A picture" })).await;
        let shown = format!("/api/v1/statuses/{}", id(&post));
        assert_eq!(boss.get(&shown).await["sensitive"], json!(false));
        boss.post(&path(&bo, "/action"), json!({ "type": "sensitive" })).await;
        assert_eq!(boss.get(&shown).await["sensitive"], json!(true));
        boss.post(&path(&bo, "/unsensitive"), json!({})).await;
        assert_eq!(boss.get(&shown).await["sensitive"], json!(false));
    })
    .await;
}

#[tokio::test]
async fn s105_nobody_acts_on_their_equal_nor_on_whoever_is_above_them() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let owner = staff(&node, "owner", NodeRole::Owner).await;
        let (admin, other) = (staff(&node, "admin1", NodeRole::Admin).await, staff(&node, "admin2", NodeRole::Admin).await);
        let moderator = staff(&node, "mod", NodeRole::Moderator).await;
        let bo = node.person("bo").await;
        for (by, target) in
            [(&moderator, &admin), (&moderator, &owner), (&moderator, &moderator), (&admin, &other), (&admin, &admin), (&owner, &owner)]
        {
            for kind in ["none", "sensitive", "disable", "silence", "suspend"] {
                let code = refused(by, Method::POST, &path(target, "/action"), json!({ "type": kind })).await;
                assert_eq!(code, (StatusCode::FORBIDDEN, "rank".into()), "{} on {}", by.account.username, target.account.username);
            }
            assert_eq!(refused(by, Method::POST, &path(target, "/unsuspend"), json!({})).await.1, "rank");
        }
        for (by, target) in [(&owner, &admin), (&admin, &moderator), (&moderator, &bo)] {
            by.post(&path(target, "/action"), json!({ "type": "silence" })).await;
        }
        admin.post(&path(&bo, "/action"), json!({ "type": "suspend" })).await;
        let code = refused(&moderator, Method::DELETE, &path(&bo, ""), json!({})).await;
        assert_eq!(code, (StatusCode::FORBIDDEN, "not_permitted".into()), "deleting is for administrators");
    })
    .await;
}

#[tokio::test]
async fn only_who_is_suspended_or_waits_is_deleted_and_the_answer_is_what_was() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let (bo, cy, di) = (node.person("bo").await, node.person("cy").await, node.person("di").await);
        assert_eq!(refused(&boss, Method::DELETE, &path(&bo, ""), json!({})).await.1, "not_suspended");
        boss.post(&path(&bo, "/action"), json!({ "type": "suspend" })).await;
        let gone = acts(&node, (&boss, "account.delete"), (Method::DELETE, &path(&bo, ""), json!({}))).await;
        assert_eq!((&gone["username"], &gone["suspended"]), (&json!("bo"), &json!(true)));
        assert_eq!(status_of(&boss, Method::GET, &path(&bo, ""), json!({})).await, StatusCode::NOT_FOUND);
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE users SET approved = FALSE WHERE account_id = {} OR account_id = {}", cy.account.id, di.account.id)
            .run(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        node.app.bearers.forget_all();
        assert_eq!(names(&boss.get("/api/v2/admin/accounts?status=pending").await), ["di", "cy"]);
        assert_eq!(status_of(&cy, Method::GET, "/api/v1/timelines/home", json!({})).await, StatusCode::FORBIDDEN);
        let let_in = acts(&node, (&boss, "account.approve"), (Method::POST, &path(&cy, "/approve"), json!({}))).await;
        assert_eq!(let_in["approved"], json!(true));
        cy.get("/api/v1/timelines/home").await;
        for again in ["/approve", "/reject"] {
            assert_eq!(refused(&boss, Method::POST, &path(&cy, again), json!({})).await.1, "not_pending");
        }
        let refused = acts(&node, (&boss, "account.reject"), (Method::POST, &path(&di, "/reject"), json!({}))).await;
        assert_eq!((&refused["username"], &refused["approved"]), (&json!("di"), &json!(false)));
        assert!(accounts::queries::user(&node.app.store, di.account.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn who_is_acted_upon_is_told_what_and_why_in_the_nodes_name() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let (bo, other) = (node.person("bo").await, node.person("other").await);
        boss.post(&path(&bo, "/action"), json!({ "type": "silence", "text": "Too loud." })).await;
        settle(&node).await;
        let told = bo.get("/api/v1/notifications").await;
        assert_eq!(told[0]["type"], json!("moderation_warning"));
        assert_is("Notification", &told[0]);
        let warning = &told[0]["moderation_warning"];
        assert_is("AccountWarning", warning);
        assert_eq!((&warning["action"], &warning["text"]), (&json!("silence"), &json!("Too loud.")));
        assert!(!told.to_string().contains("boss"), "who did it is not told");
        assert_eq!(other.get("/api/v1/notifications").await, json!([]));
    })
    .await;
}
