//! What becomes of a link: a guest of this node, or an invitation for an account elsewhere.

use super::World;
use crate::{
    base::words::{AccountKind, SeatStatus, Stakeholder},
    features::{
        accounts::{self, Remote},
        communities::seats,
    },
    tests::support::{Browser, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_guest_has_a_sponsor_an_end_and_a_personal_seat_and_is_marked_everywhere() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let gia = world.guest("gia", json!({ "role": "contributor", "stakeholder": "supplier" })).await;
        let store = &world.node.app.store;
        let user = accounts::queries::user(store, gia.account.id).await.unwrap().unwrap();
        assert_eq!((user.is_guest, user.sponsor_id, user.email.as_str()), (true, Some(world.ada.account.id), "gia@boltco.example"));
        let community = world.id.parse().unwrap();
        let seat = seats::seat(store, community, gia.account.id).await.unwrap().unwrap();
        assert_eq!((seat.status, seat.role.word(), seat.organisation.as_str()), (SeatStatus::Active, "contributor", ""));
        assert_eq!((seat.stakeholder, seat.sponsor_id, seat.expires_at), (Stakeholder::Supplier, user.sponsor_id, user.guest_until));
        let shown = gia.get("/api/v1/accounts/verify_credentials").await;
        assert_eq!(shown["intermoot"]["guest"]["sponsor"], "ada");
        assert!(shown["intermoot"]["guest"]["until"].is_string());
        let page = world.node.get("/u/gia").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Guest of @ada"), "{page}");
        let posted =
            gia.post("/api/v1/statuses", json!({ "status": "Hello from outside", "intermoot": { "community_id": world.id } })).await;
        assert_eq!(posted["account"]["intermoot"]["guest"]["sponsor"], "ada");
    })
    .await;
}

#[tokio::test]
async fn guests_found_nothing_invite_nobody_and_see_no_directory() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let gia = world.guest("gia", json!({ "role": "moderator" })).await;
        world.node.person("hidden_helga").await;
        let founds = gia.ask(Method::POST, "/api/intermoot/v1/communities").json(&json!({ "name": "mine", "purpose": "Mine" }));
        assert_eq!(super::code(founds.send().await.unwrap()).await, "guest");
        assert_eq!(super::code(world.tries(&gia, json!({ "email": "a@b.example", "role": "observer" })).await).await, "guest");
        assert_eq!(gia.get("/api/v1/directory").await, json!([]));
        assert_eq!(gia.get("/api/v1/accounts/search?q=hidden").await, json!([]));
        assert_eq!(gia.get("/api/v2/search?q=hidden&type=accounts").await["accounts"], json!([]));
        assert_eq!(gia.get("/api/v1/accounts/search?q=ada").await[0]["username"], "ada");
        assert_eq!(world.ada.get("/api/v1/accounts/search?q=hidden").await[0]["username"], "hidden_helga");
    })
    .await;
}

#[tokio::test]
async fn s059_s123_a_guest_knows_of_no_inner_community_but_their_own() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let gia = world.guest("gia", json!({ "role": "member" })).await;
        for (name, stage) in [("merger", "local"), ("suppliers", "partners")] {
            let body = json!({ "name": name, "purpose": "Not for everyone", "stage": stage });
            let made = world.ada.post("/api/intermoot/v1/communities", body).await;
            let id = made["id"].as_str().unwrap();
            for path in [
                format!("/api/intermoot/v1/communities/{id}"),
                format!("/api/intermoot/v1/communities/{id}/policies"),
                format!("/api/intermoot/v1/communities/lookup?name={name}"),
                format!("/api/v1/accounts/{id}"),
                format!("/api/v1/accounts/lookup?acct={name}"),
            ] {
                let status = async |who: &crate::tests::support::Person| who.ask(Method::GET, &path).send().await.unwrap().status();
                assert_eq!((status(&gia).await, status(&world.ada).await), (StatusCode::NOT_FOUND, StatusCode::OK), "{path}");
            }
            for path in [
                format!("/api/v1/accounts?id[]={id}"),
                format!("/api/v1/accounts/search?q={name}"),
                format!("/api/v2/search?q={name}"),
                format!("/api/v2/search?q={}/c/{name}", world.node.url),
                "/api/intermoot/v1/communities?which=here".to_owned(),
            ] {
                let found = gia.get(&path).await.to_string();
                assert!(!found.contains(id), "{path}: {found}");
                assert!(world.ada.get(&path).await.to_string().contains(id), "{path}");
            }
        }
        assert_eq!(gia.get(&world.path("")).await["membership"]["status"], "active", "their own they know");
    })
    .await;
}

#[tokio::test]
async fn a_link_works_once_and_what_was_wrong_is_told_on_the_page() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let link = world.invites("gia@b.example", json!({})).await;
        let guest = format!("{link}/guest");
        let mut browser = Browser::new(&world.node);
        browser.open(&link).await;
        for (name, password, problem) in
            [("gia", "short", "at least 10"), ("ada", "long enough here", "taken"), ("admin", "long enough here", "reserved")]
        {
            let answer = browser.submit(&guest, &[("username", name), ("password", password)]).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(browser.page.contains(problem), "{name}: {}", browser.page);
        }
        // S90: without the token of the form nothing happens.
        let blind =
            Browser::new(&world.node).send_raw(&guest, &[("username", "gia"), ("password", "long enough here"), ("token", "x")]).await;
        assert_eq!(blind.status(), StatusCode::FORBIDDEN);
        assert_eq!(world.comes(&link, "gia").await.1.status(), StatusCode::OK);
        let mut second = Browser::new(&world.node);
        assert_eq!(second.open(&link).await.status(), StatusCode::NOT_FOUND);
        browser.submit(&guest, &[("username", "gus"), ("password", "long enough here")]).await;
        assert!(accounts::queries::by_handle(&world.node.app.store, "gus", "").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn whose_organisation_has_a_node_is_invited_there() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let tx = world.node.app.begin().await.unwrap();
        let bob = Remote {
            uri: "https://boltco.example/u/bob".into(),
            kind: Some(AccountKind::Person),
            username: "bob".into(),
            host: "boltco.example".into(),
            inbox: "https://boltco.example/u/bob/inbox".into(),
            ..Remote::default()
        };
        let bob = accounts::keep_remote(&tx, &bob).await.unwrap();
        tx.commit().await.unwrap();
        let link = world.invites("bob@boltco.example", json!({ "role": "contributor" })).await;
        let mut browser = Browser::new(&world.node);
        browser.open(&link).await;
        for (wrong, problem) in [("bob", "your node"), ("nobody@acme.localhost", ""), ("@", "")] {
            let answer = browser.submit(&format!("{link}/handle"), &[("handle", wrong)]).await;
            assert!(!answer.status().is_success() && browser.page.contains(problem), "{wrong}: {}", browser.page);
            browser.open(&link).await;
        }
        let answer = browser.submit(&format!("{link}/handle"), &[("handle", "@bob@boltco.example")]).await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", browser.page);
        assert!(browser.page.contains(&format!("@valves@{}", world.node.app.origin.authority())), "{}", browser.page);
        let seat = seats::seat(&world.node.app.store, world.id.parse().unwrap(), bob.id).await.unwrap().unwrap();
        assert_eq!((seat.status, seat.role.word(), seat.admitted_by), (SeatStatus::Invited, "contributor", Some(world.ada.account.id)));
        assert_eq!(browser.open(&link).await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s054_unknown_used_revoked_and_expired_links_answer_alike() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (used, expired) = (world.invites("gia@b.example", json!({})).await, world.invites("gus@b.example", json!({})).await);
        assert_eq!(world.comes(&used, "gia").await.1.status(), StatusCode::OK);
        let mut browser = Browser::new(&world.node);
        browser.open("/login").await;
        let mut declined = Browser::new(&world.node);
        let no = world.invites("gil@b.example", json!({})).await;
        declined.open(&no).await;
        assert_eq!(declined.submit(&format!("{no}/decline"), &[]).await.status(), StatusCode::OK);
        world.node.app.store.clock.advance(14 * 86_400_000 + 1);
        let mut answers = Vec::new();
        for link in ["/invitation/never-was", &used, &expired, &no] {
            let answer = browser.open(link).await;
            answers.push((answer.status(), answer.headers().get("content-length").cloned(), browser.page.clone()));
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
        // Whether an address is somebody's here does not change what inviting it answers.
        let mut shapes = Vec::new();
        let ada = accounts::queries::user(&world.node.app.store, world.ada.account.id).await.unwrap().unwrap().email;
        for email in [ada.as_str(), "nobody@b.example"] {
            let mut shown = world.ada.post(&world.path("/invitations"), json!({ "email": email })).await;
            for own in ["id", "email", "created_at", "expires_at"] {
                shown[own] = json!(null);
            }
            shapes.push(shown);
        }
        assert_eq!(shapes[0], shapes[1]);
    })
    .await;
}
