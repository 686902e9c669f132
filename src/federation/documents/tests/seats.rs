//! Records, requests and members: each for whom they are, and for nobody else.

use super::desk::{Desk, Read};
use crate::{
    base::{
        json, proof,
        words::{KeyKind, Role, SeatStatus, Stage, Stakeholder},
    },
    features::{communities::seats, memberships},
    sql,
    store::tables::{Account, Seat},
    tests::support::{Place, on_both_databases},
};
use axum::http::StatusCode;
use serde_json::{Value, json};

const URL: &str = "http://acme.localhost:4001";

/// acme with a community, bolt with bo who has a seat in it, cobalt with cora who has none.
struct Scene {
    acme: Desk,
    bolt: Desk,
    cobalt: Desk,
    group: Account,
    /// bo and cora at home, then as acme knows them.
    bo: (Account, Account),
    cora: (Account, Account),
}

impl Scene {
    async fn open(place: &Place, stage: Stage) -> Self {
        let acme = Desk::open(place, URL, vec![]).await;
        let bolt = Desk::open(place, "http://bolt.localhost:4002", vec![]).await;
        let cobalt = Desk::open(place, "http://cobalt.localhost:4003", vec![]).await;
        let (ada, bo, cora) = (acme.person("ada").await, bolt.person("bo").await, cobalt.person("cora").await);
        let group = acme.community("valves", Stage::Public, &ada).await;
        let tx = acme.app().begin().await.unwrap();
        sql!("UPDATE communities SET stage = {} WHERE account_id = {}", stage, group.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let there = (acme.knows(&bolt, &bo).await, acme.knows(&cobalt, &cora).await);
        let scene = Self { acme, bolt, cobalt, group, bo: (bo, there.0), cora: (cora, there.1) };
        scene.seat(&scene.bo.1, SeatStatus::Active, Role::Member).await;
        scene
    }

    async fn seat(&self, of: &Account, status: SeatStatus, role: Role) -> Seat {
        let tx = self.acme.app().begin().await.unwrap();
        let before = seats::seat(&tx, self.group.id, of.id).await.unwrap();
        let before = before.unwrap_or_else(|| seats::fresh(&tx, self.group.id, of.id, status));
        let seat =
            seats::keep(&tx, Seat { status, role, stakeholder: Stakeholder::Supplier, answer: "I make them".into(), ..before }, true);
        let seat = seat.await.unwrap();
        tx.commit().await.unwrap();
        seat
    }

    async fn as_bolt(&self, path: &str) -> Read {
        self.acme.ask("GET", path, self.acme.signed(path, &self.bolt, &self.bo.0).await).await
    }

    async fn as_cobalt(&self, path: &str) -> Read {
        self.acme.ask("GET", path, self.acme.signed(path, &self.cobalt, &self.cora.0).await).await
    }

    async fn assert_proven(&self, record: &Value) {
        let key = self.acme.federation.own_key(self.group.id, KeyKind::Ed25519).await.unwrap();
        proof::check_proof(record, &key.1.public().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn s120_a_record_is_shown_to_the_host_of_its_person_and_to_nobody_else() {
    on_both_databases(async |place| {
        for stage in [Stage::Partners, Stage::Federated, Stage::Public] {
            let scene = Scene::open(&place, stage).await;
            let seat = scene.seat(&scene.bo.1, SeatStatus::Active, Role::Contributor).await;
            let path = format!("/c/valves/seats/{}", seat.id);
            let shown = scene.as_bolt(&path).await;
            assert_eq!((shown.status, shown.header("cache-control")), (StatusCode::OK, "private, no-store"));
            let record = shown.json();
            assert_eq!((record["role"].as_str(), record["actor"].as_str()), (Some("contributor"), Some("http://bolt.localhost:4002/u/bo")));
            scene.assert_proven(&record).await;
            assert_eq!(scene.as_bolt(&path).await.body, shown.body, "one revision has one text");
            let missing = scene.acme.get("/c/nothing/seats/1").await;
            assert_eq!(missing.status, StatusCode::NOT_FOUND);
            for path in [path.as_str(), "/c/valves/seats/1", "/c/valves/seats", "/c/valves/seats?since=0", "/c/valves/seats/x"] {
                assert_eq!(scene.acme.get(path).await, missing, "a stranger: {path}");
                assert_eq!(scene.as_cobalt(path).await, missing, "another host: {path}");
            }
            assert_eq!(scene.as_bolt("/c/valves/seats/1").await, missing);
        }
    })
    .await;
}

#[tokio::test]
async fn s120_a_host_sees_none_but_its_own_people_even_with_a_seat_of_its_own() {
    on_both_databases(async |place| {
        let scene = Scene::open(&place, Stage::Federated).await;
        let others = scene.seat(&scene.cora.1, SeatStatus::Active, Role::Member).await;
        let missing = scene.acme.get("/c/nothing/seats/1").await;
        assert_eq!(scene.as_bolt(&format!("/c/valves/seats/{}", others.id)).await, missing);
        assert_eq!(scene.as_cobalt(&format!("/c/valves/seats/{}", others.id)).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_ended_is_still_shown_as_the_receipt() {
    on_both_databases(async |place| {
        let scene = Scene::open(&place, Stage::Partners).await;
        let ended = scene.seat(&scene.bo.1, SeatStatus::Ended, Role::Member).await;
        let shown = scene.as_bolt(&format!("/c/valves/seats/{}", ended.id)).await;
        assert_eq!((shown.status, shown.json()["status"].clone()), (StatusCode::OK, json!("ended")));
        assert_eq!(shown.json()["rev"], json!(ended.rev));
    })
    .await;
}

#[tokio::test]
async fn seats_above_a_revision_come_lowest_first_in_pages() {
    on_both_databases(async |place| {
        let scene = Scene::open(&place, Stage::Federated).await;
        let mut expected = vec![];
        for at in 0..120 {
            let person = scene.bolt.person(&format!("p{at}")).await;
            let person = scene.acme.knows(&scene.bolt, &person).await;
            expected.push(scene.seat(&person, SeatStatus::Active, Role::Member).await);
        }
        scene.seat(&scene.cora.1, SeatStatus::Active, Role::Member).await;
        // as after one act that admitted them all
        let tx = scene.acme.app().begin().await.unwrap();
        sql!("UPDATE seats SET rev = 5000 WHERE host <> ''").run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let (mut next, mut seen, mut pages) = (Some("/c/valves/seats?since=4999".to_owned()), vec![], 0);
        while let Some(path) = next.take() {
            let page = scene.as_bolt(&path).await.json();
            assert_eq!(page["id"], json!(format!("{URL}{path}")));
            let records = page["orderedItems"].as_array().unwrap().clone();
            assert!(records.len() <= 100, "a reader takes at most a hundred of a list");
            seen.extend(records);
            next = page["next"].as_str().and_then(|url| url.strip_prefix(URL)).map(str::to_owned);
            pages += 1;
        }
        assert_eq!((seen.len(), pages), (121, 3), "bo and the others, nobody twice");
        assert!(seen.iter().all(|record| record["actor"].as_str().unwrap().starts_with("http://bolt.")));
        assert_eq!(scene.as_bolt("/c/valves/seats?since=5000").await.json()["orderedItems"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn s121_requests_are_shown_to_a_moderators_own_key_alone() {
    on_both_databases(async |place| {
        let scene = Scene::open(&place, Stage::Federated).await;
        let asked = scene.seat(&scene.cora.1, SeatStatus::Requested, Role::Member).await;
        let missing = scene.acme.get("/c/nothing/requests").await;
        let path = "/c/valves/requests";
        assert_eq!(scene.as_bolt(path).await, missing, "a member is no moderator");
        let moderator = scene.seat(&scene.bo.1, SeatStatus::Active, Role::Moderator).await;
        let shown = scene.as_bolt(path).await;
        assert_eq!((shown.status, shown.header("cache-control")), (StatusCode::OK, "private, no-store"));
        let item = &shown.json()["orderedItems"][0];
        assert_eq!((item["actor"].as_str(), item["rev"].as_i64()), (Some("http://cobalt.localhost:4003/u/cora"), Some(asked.rev)));
        assert_eq!(item["answers"], json!("I make them"));
        // the same node, but not the same person
        let bea = scene.bolt.person("bea").await;
        scene.acme.knows(&scene.bolt, &bea).await;
        let signed = scene.acme.signed(path, &scene.bolt, &bea).await;
        assert_eq!(scene.acme.ask("GET", path, signed).await, missing);
        assert_eq!(scene.as_cobalt(path).await, missing);
        assert_eq!(scene.acme.get(path).await, missing);
        let tx = scene.acme.app().begin().await.unwrap();
        sql!("UPDATE seats SET expires_at = 1 WHERE id = {}", moderator.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(scene.as_bolt(path).await, missing, "a seat that is not usable moderates nothing");
    })
    .await;
}

#[tokio::test]
async fn s120_members_and_their_kinds_are_shown_as_the_community_says() {
    on_both_databases(async |place| {
        let scene = Scene::open(&place, Stage::Federated).await;
        let listed = |read: Read| {
            let items = read.json()["items"].as_array().cloned().unwrap_or_default();
            items.into_iter().find(|item| item["actor"] == "http://bolt.localhost:4002/u/bo")
        };
        let bo = listed(scene.as_bolt("/c/valves/members").await).unwrap();
        assert_eq!((bo["role"].as_str(), bo["status"].as_str(), bo.get("stakeholder")), (Some("member"), Some("active"), None));
        let tx = scene.acme.app().begin().await.unwrap();
        sql!("UPDATE communities SET stakeholders_shown = TRUE WHERE account_id = {}", scene.group.id).run(&tx).await.unwrap();
        sql!("UPDATE seats SET organisation = {} WHERE host <> ''", "http://bolt.localhost:4002/org").run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let bo = listed(scene.as_bolt("/c/valves/members").await).unwrap();
        assert_eq!((bo["stakeholder"].as_str(), bo["heldThrough"].as_str()), (Some("supplier"), Some("http://bolt.localhost:4002/org")));
        assert_eq!(listed(scene.as_cobalt("/c/valves/members").await), None, "a host without a seat is told a number");
        scene.seat(&scene.bo.1, SeatStatus::Ended, Role::Member).await;
        assert_eq!(listed(scene.as_bolt("/c/valves/members").await), None, "and so is one whose last seat ended");
    })
    .await;
}

#[tokio::test]
async fn a_group_says_its_rules_and_where_its_seats_are() {
    let scene = Scene::open(&Place::sqlite(), Stage::Federated).await;
    let group = scene.acme.get("/c/valves").await;
    let group = json::parse_strict(&group.body, json::Limits::default()).unwrap();
    for (name, value) in [
        ("leastLevel", json!("plain")),
        ("historyRule", json!("all")),
        ("stage", json!("federated")),
        ("seats", json!(format!("{URL}/c/valves/seats"))),
        ("manuallyApprovesFollowers", json!(true)),
    ] {
        assert_eq!(group[name], value, "{name}");
    }
    assert!(memberships::queries::host_has_seat(&scene.acme.app().store, scene.group.id, "bolt.localhost:4002").await.unwrap());
}
