//! A new key of an organisation: taken when the pinned one signed it, else the agreement is held (S112, `membership.md` 7).

use super::{
    agreed::{all, drawn, offer, world},
    peer::Somebody,
    world::{HERE, World, activity},
};
use crate::{
    app::partners::{self, Act, Chosen},
    base::{
        clock::Stamp,
        config::FederationMode,
        keys::KeyPair,
        proof,
        words::{AgreementState, KeyKind, Role},
    },
    features::agreements::document,
    federation::activities::agreed::our_key,
    server::worker,
    sql,
    store::tables::Agreement,
};
use serde_json::{Value, json};

struct Case {
    world: World,
    bolt: Somebody,
    agreement: Agreement,
}

async fn case() -> Case {
    case_in(FederationMode::Open).await
}

async fn case_in(mode: FederationMode) -> Case {
    let (world, bolt) = world(mode).await;
    let offered = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &offered)).await;
    let agreement = all(&world, &bolt).await.remove(0);
    let agreement = partners::perform(&world.federation.app, "ada", agreement.id, Act::Approve).await.unwrap();
    world.federation.app.store.clock.advance(10_000);
    Case { world, bolt, agreement }
}

fn multibase(key: &KeyPair) -> String {
    key.public().unwrap().to_multibase()
}

impl Case {
    /// bolt's organisation tells of itself with `shown` as its key; `by` proves it at `at`.
    fn update(&self, n: u32, shown: &KeyPair, by: Option<(&KeyPair, Stamp)>) -> Value {
        let uri = &self.bolt.uri;
        let document = json!({
            "type": "Organization", "id": uri, "preferredUsername": "org", "inbox": format!("{uri}/inbox"),
            "publicKey": {"id": self.bolt.key_id, "owner": uri, "publicKeyPem": self.bolt.rsa.public().unwrap().to_pem().unwrap()},
            "assertionMethod": [{"id": format!("{uri}#ed25519-key"), "type": "Multikey", "controller": uri, "publicKeyMultibase": multibase(shown)}],
        });
        let mut update = activity("Update", &self.world.peer.at("bolt", &format!("/key/{n}")), uri, document);
        if let Some((key, at)) = by {
            proof::add_proof(&mut update, key, &format!("{uri}#ed25519-key"), at.utc()).unwrap();
        }
        update
    }

    fn now(&self) -> Stamp {
        self.world.federation.app.store.now()
    }

    async fn hears(&self, update: &Value) -> (Agreement, String) {
        self.world.tell(&self.bolt, update).await;
        let verdict = self.world.verdict(update["id"].as_str().unwrap()).await;
        (all(&self.world, &self.bolt).await.remove(0), verdict)
    }
}

#[tokio::test]
async fn s112_a_new_key_that_the_pinned_one_signed_is_taken() {
    let case = case().await;
    let fresh = KeyPair::generate_ed25519().unwrap();
    let (agreement, verdict) = case.hears(&case.update(1, &fresh, Some((&case.bolt.ed25519, case.now())))).await;
    assert_eq!((verdict.as_str(), agreement.held, agreement.partner_key.as_str()), ("", false, multibase(&fresh).as_str()));
    let entries: Option<i64> =
        sql!("SELECT COUNT(*) FROM audit WHERE act = 'agreement.key'").value(&case.world.federation.app.store).await.unwrap();
    assert_eq!(entries, Some(1));
    // from now on the new one signs for the organisation
    case.world.federation.app.store.clock.advance(10_000);
    let next = KeyPair::generate_ed25519().unwrap();
    let (agreement, _) = case.hears(&case.update(2, &next, Some((&fresh, case.now())))).await;
    assert_eq!((agreement.held, agreement.partner_key), (false, multibase(&next)));
}

#[tokio::test]
async fn s112_a_new_key_seen_before_its_endorsement_came_holds_the_agreement_only_until_then() {
    let case = case_in(FederationMode::Partners).await;
    let fresh = KeyPair::generate_ed25519().unwrap();
    let (agreement, _) = case.hears(&case.update(1, &fresh, None)).await;
    assert!(agreement.held && agreement.shown_key == multibase(&fresh));
    let (agreement, _) = case.hears(&case.update(2, &fresh, Some((&case.bolt.ed25519, case.now())))).await;
    assert!(!agreement.held && agreement.shown_key.is_empty() && agreement.partner_key == multibase(&fresh));
}

#[tokio::test]
async fn s112_a_new_key_that_another_key_or_nobody_signed_holds_the_agreement() {
    let (fresh, eve) = (KeyPair::generate_ed25519().unwrap(), KeyPair::generate_ed25519().unwrap());
    for by in [None, Some(&fresh), Some(&eve)] {
        let case = case().await;
        let (agreement, _) = case.hears(&case.update(1, &fresh, by.map(|key| (key, case.now())))).await;
        assert!(agreement.held && agreement.partner_key == case.agreement.partner_key && agreement.shown_key == multibase(&fresh));
    }
    // what was signed is changed on the way
    let case = case().await;
    let mut forged = case.update(1, &fresh, Some((&case.bolt.ed25519, case.now())));
    forged["object"]["assertionMethod"][0]["publicKeyMultibase"] = json!(multibase(&eve));
    let (agreement, _) = case.hears(&forged).await;
    assert!(agreement.held && agreement.partner_key == case.agreement.partner_key);
}

#[tokio::test]
async fn s112_an_old_endorsement_is_not_taken_again() {
    let case = case().await;
    let (app, clock) = (&case.world.federation.app, &case.world.federation.app.store.clock);
    let fresh = KeyPair::generate_ed25519().unwrap();
    let first = case.update(1, &fresh, Some((&case.bolt.ed25519, case.now())));
    case.hears(&first).await;
    // bolt is restored and has its old key again; the administrators agree on that
    clock.advance(10_000);
    let (held, _) = case.hears(&case.update(2, &case.bolt.ed25519, None)).await;
    assert!(held.held);
    let fingerprint = document::fingerprint(&multibase(&case.bolt.ed25519));
    partners::perform(app, "ada", held.id, Act::Confirm { fingerprint }).await.unwrap();
    clock.advance(10_000);
    // the inbox has forgotten the activity by now
    let tx = app.store.begin().await.unwrap();
    sql!("DELETE FROM inbox").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let (agreement, verdict) = case.hears(&first).await;
    assert!(verdict.contains("older than the key that counts"), "{verdict}");
    assert!(!agreement.held && agreement.shown_key.is_empty() && agreement.partner_key == multibase(&case.bolt.ed25519));
    // one from long ago by a key that was pinned before is nothing either
    let future = Stamp(case.now().0 + 2 * 3_600_000);
    let (agreement, _) = case.hears(&case.update(3, &fresh, Some((&case.bolt.ed25519, future)))).await;
    assert!(agreement.held && agreement.partner_key == multibase(&case.bolt.ed25519), "nor one from the future");
}

#[tokio::test]
async fn s112_our_new_key_is_told_to_partners_with_the_proof_of_the_old_one() {
    let case = case().await;
    let federation = &case.world.federation;
    let (app, store) = (&federation.app, &federation.app.store);
    partners::perform(app, "ada", case.agreement.id, Act::Suspend { reason: "audit".into() }).await.unwrap();
    worker::round(federation, true).await.unwrap();
    let old = our_key(federation, store).await.unwrap().1.public().unwrap();
    // an offer of ours names the key before
    let wider = Act::Renew { terms: Box::new(Chosen { most_role: Some(Role::Contributor), ..Chosen::default() }) };
    let waiting = partners::perform(app, "ada", case.agreement.id, wider).await.unwrap();
    assert_eq!(waiting.state, AgreementState::InForce);
    assert_eq!(partners::rotate_key(app).await.unwrap_err().refusal().map(|refusal| refusal.code), Some("offer_waiting"));
    partners::perform(app, "ada", case.agreement.id, Act::Withdraw).await.unwrap();
    let rotated = partners::rotate_key(app).await.unwrap();
    worker::round(federation, true).await.unwrap();
    let new = our_key(federation, store).await.unwrap().1.public().unwrap();
    assert_eq!(
        (rotated.fingerprint, rotated.before),
        (document::fingerprint(&new.to_multibase()), document::fingerprint(&old.to_multibase()))
    );
    assert_ne!(new.to_multibase(), old.to_multibase());
    let bodies: Vec<String> = sql!("SELECT body FROM log ORDER BY position").column(store).await.unwrap();
    let mut updates = bodies.iter().filter_map(|body| serde_json::from_str::<Value>(body).ok());
    let update = updates.find(|body| body["type"] == "Update" && body["object"]["type"] == "Organization").unwrap();
    assert!(proof::check_proof(&update, &old).is_ok() && proof::check_proof(&update, &new).is_err());
    assert_eq!(update["actor"], json!(format!("{HERE}/org")));
    let shown = &update["object"]["assertionMethod"][0]["publicKeyMultibase"];
    assert_eq!(shown, &json!(new.to_multibase()));
    // what we said alone stands under the new key, and the old one is gone
    let said = crate::features::agreements::rows::notice(store, case.agreement.id, true).await.unwrap().unwrap();
    assert!(document::is_signed(&said.document, &said.signature, &new.to_multibase()));
    let left: Option<i64> = sql!("SELECT COUNT(*) FROM retired_keys").value(store).await.unwrap();
    assert_eq!(left, Some(0));
    let entries: Option<i64> = sql!("SELECT COUNT(*) FROM audit WHERE act = 'organisation.key'").value(store).await.unwrap();
    assert_eq!(entries, Some(1));
    let kept: Option<i64> =
        sql!("SELECT COUNT(*) FROM keys WHERE uri LIKE '/org#%' AND kind = {}", KeyKind::Ed25519).value(store).await.unwrap();
    assert_eq!(kept, Some(1), "under the same id");
}
