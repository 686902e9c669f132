//! Two sides with a database each, and what they say carried from the one to the other by hand.

use super::{document::Said, *};
use crate::{
    base::{
        id::AgreementId,
        words::{AccountKind, History, KeyKind, Role, Stakeholder},
    },
    features::accounts::{self, NewKeys, Remote},
    store::Store,
    tests::support::{Place, on_both_databases},
};
use serde_json::Value;

struct Side {
    store: Store,
    origin: Origin,
    key: KeyPair,
    partner: Account,
}

fn key(seed: u8) -> KeyPair {
    KeyPair::from_ed25519_seed(&[seed; 32]).unwrap()
}

fn multibase(seed: u8) -> String {
    key(seed).public().unwrap().to_multibase()
}

fn remote(host: &str, seed: u8) -> Remote {
    let uri = format!("https://{host}/org");
    Remote {
        kind: Some(AccountKind::Organisation),
        username: "org".into(),
        host: host.into(),
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        keys: vec![(format!("{uri}#ed25519-key"), KeyKind::Ed25519, multibase(seed))],
        uri,
        ..Remote::default()
    }
}

impl Side {
    async fn new(place: &Place, (host, seed): (&str, u8), (other, other_seed): (&str, u8)) -> Self {
        let store = place.store().await;
        let tx = store.begin().await.unwrap();
        let keys = NewKeys { rsa_public: "rsa".into(), rsa_sealed: vec![1], ed25519_public: multibase(seed), ed25519_sealed: vec![2] };
        let new =
            accounts::New { username: "org".into(), kind: AccountKind::Organisation, display_name: String::new(), locked: false, keys };
        accounts::create(&tx, new).await.unwrap();
        let partner = accounts::keep_remote(&tx, &remote(other, other_seed)).await.unwrap();
        tx.commit().await.unwrap();
        Self { store, origin: Origin::new(&format!("https://{host}").parse().unwrap()), key: key(seed), partner }
    }

    fn ours(&self) -> Ours<'_> {
        Ours { origin: &self.origin, key: &self.key }
    }

    /// Does something that must succeed.
    async fn act<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T>) -> T {
        self.attempt(work).await.unwrap()
    }

    async fn attempt<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        let tx = self.store.begin().await.unwrap();
        let done = work(&tx).await?;
        tx.commit().await.unwrap();
        Ok(done)
    }

    async fn refusal<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T>) -> String {
        match self.attempt(work).await {
            Ok(_) => panic!("it was not refused"),
            Err(error) => error.refusal().expect("a refusal").to_string(),
        }
    }

    async fn one(&self) -> Agreement {
        rows::with_host(&self.store, &self.partner.host).await.unwrap().remove(0)
    }

    async fn id(&self) -> AgreementId {
        self.one().await.id
    }

    async fn version(&self, number: i64) -> AgreementVersion {
        rows::version(&self.store, self.id().await, number).await.unwrap().unwrap()
    }

    async fn said(&self) -> (Value, String) {
        let notice = rows::notice(&self.store, self.id().await, true).await.unwrap().unwrap();
        (serde_json::from_str(&notice.document).unwrap(), notice.signature)
    }

    /// Our version as it goes out.
    async fn document(&self, number: i64) -> (Value, String) {
        let version = self.version(number).await;
        (serde_json::from_str(&version.document).unwrap(), version.our_signature)
    }

    async fn hears_offer(&self, (document, signature): &(Value, String)) {
        self.act(async |tx| receive_offer(tx, self.ours(), &self.partner, Signed { document, signature }).await).await;
    }

    async fn hears_notice(&self, (document, signature): &(Value, String)) -> Result<()> {
        self.attempt(async |tx| receive_notice(tx, self.ours(), &self.partner, Signed { document, signature }).await).await
    }

    async fn hears_narrowed(&self, (document, signature): &(Value, String)) -> Result<()> {
        self.attempt(async |tx| receive_narrowed(tx, self.ours(), &self.partner, Signed { document, signature }).await).await
    }

    async fn hears_accept(&self, other: &Self, number: i64) -> Result<()> {
        let signed = other.version(number).await;
        let id = self.origin.absolute(&self.one().await.uri);
        let answer = Answered { id: &id, version: number, digest: &signed.digest };
        self.attempt(async |tx| receive_accept(tx, self.ours(), &self.partner, (answer, &signed.our_signature)).await).await
    }

    async fn is_in_force(&self) -> bool {
        in_force(&self.store, &self.partner.host).await.unwrap().is_some()
    }

    async fn approves(&self) {
        let id = self.id().await;
        self.act(async |tx| approve(tx, self.ours(), "root", id).await).await;
    }
}

fn terms(most: i64) -> Agreed {
    let blank = Agreed {
        communities: vec!["https://acme.test/c/valves".into()],
        by_invitation: false,
        most_role: Role::Contributor,
        stakeholder: std::collections::BTreeMap::new(),
        most_seats: Some(most),
        seats_per_day: None,
        history: History::Join,
        history_from: None,
        media: true,
        retention_days: None,
        contacts: vec![],
        ends: None,
    };
    terms_between(blank, ("https://acme.test/org", Stakeholder::Customer), ("https://bolt.test/org", Stakeholder::Supplier))
}

/// acme and boltco, strangers yet.
async fn strangers(place: &Place) -> (Side, Side) {
    (Side::new(place, ("acme.test", 1), ("bolt.test", 2)).await, Side::new(place, ("bolt.test", 2), ("acme.test", 1)).await)
}

/// acme and boltco with an agreement in force, for at most 10 seats.
async fn partners(place: &Place) -> (Side, Side) {
    let (acme, bolt) = strangers(place).await;
    acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
    bolt.hears_offer(&acme.document(1).await).await;
    bolt.approves().await;
    acme.hears_accept(&bolt, 1).await.unwrap();
    (acme, bolt)
}

#[tokio::test]
async fn s106_an_offer_grants_nothing_until_both_signed() {
    on_both_databases(async |place| {
        let (acme, bolt) = strangers(&place).await;
        acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
        bolt.hears_offer(&acme.document(1).await).await;
        assert!(!acme.is_in_force().await && !bolt.is_in_force().await);
        assert_eq!(bolt.one().await.next_attempt_at, None, "s027: nothing is asked of who offers unasked");
        bolt.approves().await;
        assert!(bolt.is_in_force().await && !acme.is_in_force().await);
        acme.hears_accept(&bolt, 1).await.unwrap();
        assert!(acme.is_in_force().await);
        let (one, other) = (acme.one().await, bolt.one().await);
        assert_eq!((&one.digest, one.version), (&other.digest, other.version));
        assert_eq!((one.stakeholder, other.stakeholder), (Stakeholder::Supplier, Stakeholder::Customer));
        assert_eq!(rows::communities(&acme.store, one.id).await.unwrap(), ["/c/valves"]);
        assert_eq!(rows::communities(&bolt.store, other.id).await.unwrap(), ["https://acme.test/c/valves"]);
        assert!(covering(&acme.store, "bolt.test", "/c/valves", false).await.unwrap().is_some());
        assert!(covering(&acme.store, "bolt.test", "/c/other", true).await.unwrap().is_none());
        let sentence = acme.refusal(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
        assert!(sentence.contains("already"), "{sentence}");
    })
    .await;
}

#[tokio::test]
async fn a_forged_accept_or_one_to_other_terms_is_refused() {
    on_both_databases(async |place| {
        let (acme, bolt) = strangers(&place).await;
        acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
        let version = acme.version(1).await;
        let id = acme.origin.absolute(&acme.one().await.uri);
        let forged = document::sign(&version.document, &key(9)).unwrap();
        let genuine = document::sign(&version.document, &bolt.key).unwrap();
        for (digest, signature) in [(&version.digest, &forged), (&version.digest, &version.our_signature), (&"0".repeat(64), &genuine)] {
            let answer = Answered { id: &id, version: 1, digest };
            acme.refusal(async |tx| receive_accept(tx, acme.ours(), &acme.partner, (answer, signature)).await).await;
        }
        assert!(!acme.is_in_force().await);
        let stranger = acme.act(async |tx| accounts::keep_remote(tx, &remote("evil.test", 9)).await).await;
        let answer = Answered { id: &id, version: 1, digest: &version.digest };
        acme.refusal(async |tx| receive_accept(tx, acme.ours(), &stranger, (answer, &genuine)).await).await;
    })
    .await;
}

#[tokio::test]
async fn an_offer_lapses_after_14_days_and_is_not_accepted_late() {
    on_both_databases(async |place| {
        let (acme, bolt) = strangers(&place).await;
        acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
        bolt.hears_offer(&acme.document(1).await).await;
        acme.store.clock.advance(14 * 86_400_000 - 60_000);
        assert_eq!(acme.act(async |tx| lapse(tx, 10).await).await, 0);
        bolt.approves().await;
        acme.store.clock.advance(61_000);
        assert_eq!(acme.act(async |tx| lapse(tx, 10).await).await, 1);
        assert_eq!(acme.one().await.state, AgreementState::Lapsed);
        acme.hears_accept(&bolt, 1).await.unwrap();
        assert!(!acme.is_in_force().await, "it had lapsed here");
        bolt.store.clock.advance(14 * 86_400_000);
        bolt.hears_notice(&acme.said().await).await.unwrap();
        assert!(!bolt.is_in_force().await, "and they were told");
        let late = Side::new(&place, ("bolt.test", 2), ("acme.test", 1)).await;
        let again = acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(3)).await).await;
        assert_eq!(again.state, AgreementState::Proposed);
        late.hears_offer(&acme.document(1).await).await;
        late.store.clock.advance(15 * 86_400_000);
        let id = late.id().await;
        late.refusal(async |tx| approve(tx, late.ours(), "root", id).await).await;
    })
    .await;
}

#[tokio::test]
async fn either_side_suspends_and_resumes_its_own_and_ends_alone() {
    on_both_databases(async |place| {
        let (acme, bolt) = partners(&place).await;
        let (a, b) = (acme.id().await, bolt.id().await);
        acme.act(async |tx| suspend(tx, acme.ours(), "ada", a, "an audit").await).await;
        let suspended = acme.said().await;
        assert!(!acme.is_in_force().await && bolt.is_in_force().await);
        bolt.hears_notice(&suspended).await.unwrap();
        assert!(!bolt.is_in_force().await);
        let sentence = bolt.refusal(async |tx| resume(tx, bolt.ours(), "root", b).await).await;
        assert!(sentence.contains("acme.test"), "{sentence}");
        acme.act(async |tx| resume(tx, acme.ours(), "ada", a).await).await;
        bolt.hears_notice(&acme.said().await).await.unwrap();
        assert!(acme.is_in_force().await && bolt.is_in_force().await);
        assert!(bolt.hears_notice(&suspended).await.is_err(), "s130: an older notice again");
        assert!(bolt.is_in_force().await);
        bolt.act(async |tx| end(tx, bolt.ours(), "root", b, "").await).await;
        acme.hears_notice(&bolt.said().await).await.unwrap();
        assert_eq!((acme.one().await.state, bolt.one().await.state), (AgreementState::Ended, AgreementState::Ended));
        assert!(acme.hears_accept(&bolt, 1).await.is_ok(), "the old Accept again");
        assert!(!acme.is_in_force().await, "s130: what is ended stays so");
    })
    .await;
}

#[tokio::test]
async fn s130_narrowing_is_done_alone_widening_needs_both_and_older_terms_never_come_back() {
    on_both_databases(async |place| {
        let (acme, bolt) = partners(&place).await;
        let (a, b) = (acme.id().await, bolt.id().await);
        let first = acme.document(1).await;
        assert!(acme.act(async |tx| change(tx, acme.ours(), "ada", a, terms(5)).await).await);
        bolt.hears_narrowed(&acme.document(2).await).await.unwrap();
        assert_eq!((acme.one().await.seats_max, bolt.one().await.seats_max), (Some(5), Some(5)));
        assert_eq!(acme.one().await.digest, bolt.one().await.digest);

        assert!(!bolt.act(async |tx| change(tx, bolt.ours(), "root", b, terms(50)).await).await);
        assert_eq!(bolt.one().await.seats_max, Some(5), "an offer changes nothing");
        let wider = bolt.document(3).await;
        assert!(acme.hears_narrowed(&wider).await.is_err(), "wider terms by one hand");
        acme.hears_offer(&wider).await;
        assert_eq!(acme.one().await.seats_max, Some(5));
        acme.approves().await;
        bolt.hears_accept(&acme, 3).await.unwrap();
        assert_eq!((acme.one().await.seats_max, bolt.one().await.seats_max), (Some(50), Some(50)));

        assert!(bolt.hears_narrowed(&first).await.is_ok(), "known: no effect");
        let second = acme.document(2).await;
        bolt.hears_narrowed(&second).await.unwrap();
        assert_eq!((bolt.one().await.version, bolt.one().await.seats_max), (3, Some(50)));
    })
    .await;
}

#[tokio::test]
async fn narrowing_on_both_sides_at_once_holds_until_both_sign_anew() {
    on_both_databases(async |place| {
        let (acme, bolt) = partners(&place).await;
        let (a, b) = (acme.id().await, bolt.id().await);
        acme.act(async |tx| change(tx, acme.ours(), "ada", a, terms(5)).await).await;
        bolt.act(async |tx| change(tx, bolt.ours(), "root", b, terms(4)).await).await;
        let (one, other) = (acme.document(2).await, bolt.document(2).await);
        acme.hears_narrowed(&other).await.unwrap();
        bolt.hears_narrowed(&one).await.unwrap();
        assert!(acme.one().await.held && bolt.one().await.held && !acme.is_in_force().await && !bolt.is_in_force().await);
    })
    .await;
}

#[tokio::test]
async fn s112_another_key_holds_the_agreement_until_it_is_confirmed_and_one_signed_by_the_old_is_taken() {
    on_both_databases(async |place| {
        let (acme, bolt) = partners(&place).await;
        let (a, partner) = (acme.id().await, acme.partner.id);
        acme.act(async |tx| key_seen(tx, partner, &multibase(2), None).await).await;
        assert!(acme.is_in_force().await, "the key that was pinned");
        let pinned = multibase(2);
        let endorsed = Endorsed { by: &pinned, at: acme.store.now().plus(Duration::from_secs(1)) };
        acme.act(async |tx| key_seen(tx, partner, &multibase(3), Some(endorsed)).await).await;
        assert!(acme.is_in_force().await && acme.one().await.partner_key == multibase(3));
        acme.act(async |tx| key_seen(tx, partner, &multibase(7), None).await).await;
        assert!(!acme.is_in_force().await && acme.one().await.held);
        bolt.act(async |tx| suspend(tx, bolt.ours(), "root", rows::with_host(tx, "acme.test").await?.remove(0).id, "").await).await;
        let (document, _) = bolt.said().await;
        let forged = document::sign(&document::canonical(&document).unwrap(), &key(7)).unwrap();
        assert!(acme.hears_notice(&(document, forged)).await.is_err(), "the new key says nothing yet");
        acme.refusal(async |tx| confirm(tx, "ada", a, "").await).await;
        acme.refusal(async |tx| confirm(tx, "ada", a, &document::fingerprint(&multibase(3))).await).await;
        acme.act(async |tx| confirm(tx, "ada", a, &document::fingerprint(&multibase(7)).to_uppercase()).await).await;
        assert!(acme.is_in_force().await && acme.one().await.partner_key == multibase(7));
    })
    .await;
}

#[tokio::test]
async fn s129_an_agreement_ends_by_our_own_clock_and_another_may_follow() {
    on_both_databases(async |place| {
        let (acme, bolt) = strangers(&place).await;
        let ends = acme.store.now().plus(Duration::from_secs(3600));
        let short = Agreed { ends: Some(ends), ..terms(10) };
        acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, short.clone()).await).await;
        bolt.hears_offer(&acme.document(1).await).await;
        bolt.approves().await;
        acme.hears_accept(&bolt, 1).await.unwrap();
        assert!(acme.is_in_force().await);
        acme.store.clock.advance(3_600_001);
        assert!(!acme.is_in_force().await && bolt.is_in_force().await, "each by its own clock");
        acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_latest_offer_of_a_host_is_kept_and_a_withdrawn_one_cannot_be_approved() {
    on_both_databases(async |place| {
        let (acme, bolt) = strangers(&place).await;
        for _ in 0..3 {
            acme.act(async |tx| propose(tx, acme.ours(), "ada", &acme.partner, terms(10)).await).await;
            bolt.hears_offer(&acme.document(1).await).await;
            let id = acme.id().await;
            acme.act(async |tx| withdraw(tx, acme.ours(), "ada", id).await).await;
        }
        let open = rows::with_host(&bolt.store, "acme.test").await.unwrap();
        assert_eq!(open.iter().filter(|agreement| agreement.state == AgreementState::Offered).count(), 1);
        bolt.hears_notice(&acme.said().await).await.unwrap();
        let id = bolt.id().await;
        bolt.refusal(async |tx| approve(tx, bolt.ours(), "root", id).await).await;
        assert_eq!(serde_json::from_value::<Said>(acme.said().await.0["state"].clone()).unwrap(), Said::Withdrawn);
    })
    .await;
}

#[tokio::test]
async fn every_act_leaves_one_audit_entry_that_names_the_agreement() {
    on_both_databases(async |place| {
        let (acme, _) = partners(&place).await;
        let id = acme.id().await;
        acme.act(async |tx| suspend(tx, acme.ours(), "ada", id, "").await).await;
        acme.act(async |tx| resume(tx, acme.ours(), "ada", id).await).await;
        acme.act(async |tx| end(tx, acme.ours(), "ada", id, "").await).await;
        let uri = acme.one().await.uri;
        let acts: Vec<String> = sql!("SELECT act FROM audit WHERE agreement = {} ORDER BY id", uri).column(&acme.store).await.unwrap();
        assert_eq!(acts, ["agreement.propose", "agreement.approve", "agreement.suspend", "agreement.resume", "agreement.end"]);
    })
    .await;
}
