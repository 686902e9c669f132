//! How a guest's time ends: at the date, or with the sponsor; and how it goes on.

use super::World;
use crate::{
    features::{accounts, communities::seats, invitations},
    store::tables::Account,
    tests::support::{Browser, Person, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

const DAY: i64 = 86_400_000;

impl World {
    async fn may_use(&self, guest: &Person) -> (StatusCode, bool) {
        self.node.app.bearers.forget_all();
        let asked = guest.ask(Method::GET, "/api/v1/accounts/verify_credentials").send().await.unwrap().status();
        (asked, seats::role(&self.node.app.store, self.id.parse().unwrap(), guest.account.id).await.unwrap().is_some())
    }

    async fn logs_in(&self, name: &str) -> bool {
        let mut browser = Browser::new(&self.node);
        browser.open("/login").await;
        browser.submit("/login", &[("login", name), ("password", "a long enough one")]).await.status() == StatusCode::SEE_OTHER
    }
}

#[tokio::test]
async fn s129_a_guests_end_counts_at_each_use_by_the_nodes_clock() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let gia = world.guest("gia", json!({})).await;
        assert!(world.logs_in("gia").await);
        assert_eq!(world.may_use(&gia).await, (StatusCode::OK, true));
        world.node.app.store.clock.advance(90 * DAY + 1);
        // No sweep has run yet: nothing works all the same.
        assert_eq!(world.may_use(&gia).await, (StatusCode::UNAUTHORIZED, false));
        assert!(!world.logs_in("gia").await);
        let tx = world.node.app.begin().await.unwrap();
        assert_eq!(invitations::end_due(&tx, 10).await.unwrap(), 1);
        assert_eq!(invitations::end_due(&tx, 10).await.unwrap(), 0, "what is ended ends once");
        tx.commit().await.unwrap();
        let seat = seats::seat(&world.node.app.store, world.id.parse().unwrap(), gia.account.id).await.unwrap().unwrap();
        assert_eq!(seat.status.word(), "ended");
    })
    .await;
}

#[tokio::test]
async fn a_guest_ends_with_the_sponsor() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (gia, gus) = (world.guest("gia", json!({})).await, world.guest("gus", json!({})).await);
        let bea = world.node.person("bea").await;
        bea.post(&world.path("/join"), json!({})).await;
        let seat = world.path(&format!("/members/{}", bea.account.id));
        assert_eq!(
            world.ada.ask(Method::PATCH, &seat).json(&json!({ "role": "moderator" })).send().await.unwrap().status(),
            StatusCode::OK
        );
        bea.post(&world.path(&format!("/members/{}/sponsor", gus.account.id)), json!({})).await;
        let tx = world.node.app.begin().await.unwrap();
        assert_eq!(invitations::end_guests_of(&tx, world.ada.account.id).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(world.may_use(&gia).await, (StatusCode::UNAUTHORIZED, false));
        assert_eq!(world.may_use(&gus).await, (StatusCode::OK, true), "another sponsor answers for this one");
        // Sponsored anew, the guest has the seat back; the old sessions do not come back.
        bea.post(&world.path(&format!("/members/{}/sponsor", gia.account.id)), json!({})).await;
        assert_eq!(world.may_use(&gia).await, (StatusCode::UNAUTHORIZED, true));
        assert!(world.logs_in("gia").await);
        let again = Person::known(&world.node, "gia").await;
        assert_eq!(again.get("/api/v1/accounts/verify_credentials").await["intermoot"]["guest"]["sponsor"], "bea");
    })
    .await;
}

#[tokio::test]
async fn a_sponsor_who_is_suspended_or_gone_keeps_nobody_in() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let gia = world.guest("gia", json!({})).await;
        world.node.person("zoe").await;
        let tx = world.node.app.begin().await.unwrap();
        accounts::suspend(&tx, world.ada.account.id).await.unwrap();
        assert_eq!(invitations::end_due(&tx, 10).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(world.may_use(&gia).await, (StatusCode::UNAUTHORIZED, false));
    })
    .await;
}

#[tokio::test]
async fn s105_who_was_put_out_is_not_sponsored_back_in() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let gia = world.guest("gia", json!({})).await;
        let seat = world.path(&format!("/members/{}", gia.account.id));
        let removed = world.ada.ask(Method::DELETE, &seat).json(&json!({})).send().await.unwrap();
        assert_eq!(removed.status(), StatusCode::OK);
        let sponsor = |whom: &Account| format!("/members/{}/sponsor", whom.id);
        let again = world.ada.ask(Method::POST, &world.path(&sponsor(&gia.account))).json(&json!({})).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::CONFLICT);
        let none = world.ada.ask(Method::POST, &world.path(&sponsor(&world.ada.account))).json(&json!({})).send().await.unwrap();
        assert_eq!(none.status(), StatusCode::NOT_FOUND, "ada is nobody's guest");
        let far = world.ada.ask(Method::POST, &world.path(&sponsor(&gia.account))).json(&json!({ "until": "2199-01-01T00:00:00Z" }));
        assert!(far.send().await.unwrap().status().is_client_error());
    })
    .await;
}
