//! Agreements and other servers, as administrators handle them on pages.

use super::{browser, newest, node, noted, somebody};
use crate::{
    base::{
        keys::{KeyPair, PublicKey},
        words::{AccountKind, History, KeyKind, NodeRole, Role, Stakeholder},
    },
    features::{
        accounts::{self, Remote},
        agreements::{
            ORGANISATION, Ours, Signed,
            document::{self, Agreed, Document, Party, TYPE},
            receive_offer, rows, terms_between,
        },
    },
    store::tables::Account,
    tests::support::{TestNode, on_both_databases},
};
use reqwest::StatusCode;

const HOST: &str = "bolt.example";

/// Their organisation, known here, with its key.
async fn partner(node: &TestNode) -> (Account, KeyPair) {
    let key = KeyPair::generate_ed25519().unwrap();
    let uri = format!("https://{HOST}/org");
    let remote = Remote {
        kind: Some(AccountKind::Organisation),
        username: "org".into(),
        display_name: "Bolt & Co".into(),
        host: HOST.into(),
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        keys: vec![(format!("{uri}#ed25519-key"), KeyKind::Ed25519, public(&key))],
        uri,
        ..Remote::default()
    };
    let tx = node.app.begin().await.unwrap();
    let account = accounts::keep_remote(&tx, &remote).await.unwrap();
    tx.commit().await.unwrap();
    (account, key)
}

fn public(key: &KeyPair) -> String {
    let public: PublicKey = key.public().unwrap();
    public.to_multibase()
}

async fn our_key(node: &TestNode) -> KeyPair {
    let ours = accounts::queries::by_uri(&node.app.store, ORGANISATION).await.unwrap().unwrap();
    let key = accounts::queries::key_of(&node.app.store, ours.id, KeyKind::Ed25519).await.unwrap().unwrap();
    node.app.open_key(&key).unwrap()
}

/// Their offer arrives.
async fn offered(node: &TestNode, (account, key): &(Account, KeyPair), seats: i64) {
    let us = our_key(node).await;
    let (theirs, ours) = (format!("https://{HOST}/org"), node.app.origin.absolute(ORGANISATION));
    let blank = Agreed {
        communities: vec![format!("https://{HOST}/c/pumps")],
        by_invitation: false,
        most_role: Role::Member,
        stakeholder: std::collections::BTreeMap::new(),
        most_seats: Some(seats),
        seats_per_day: None,
        history: History::Join,
        history_from: None,
        media: true,
        retention_days: None,
        contacts: vec!["Bo <the> fitter".into()],
        ends: None,
    };
    let mut parties =
        vec![Party { organisation: theirs.clone(), key: public(key) }, Party { organisation: ours.clone(), key: public(&us) }];
    parties.sort_by(|one, other| one.organisation.cmp(&other.organisation));
    let offer = Document {
        kind: TYPE.into(),
        id: format!("https://{HOST}/agreements/1"),
        version: 1,
        previous: None,
        parties,
        terms: terms_between(blank, (&ours, Stakeholder::Customer), (&theirs, Stakeholder::Supplier)),
    };
    let bytes = document::canonical(&offer).unwrap();
    let signature = document::sign(&bytes, key).unwrap();
    let value = serde_json::from_str(&bytes).unwrap();
    let tx = node.app.begin().await.unwrap();
    let side = Ours { origin: &node.app.origin, key: &us };
    receive_offer(&tx, side, account, Signed { document: &value, signature: &signature }).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn s106_s130_an_offer_is_read_and_answered_as_it_was_read() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let partner = partner(&node).await;
        offered(&node, &partner, 7).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin").await;
        assert!(ada.page.contains("One partner&#39;s offer waits"), "{}", ada.page);
        ada.open("/admin/partners").await;
        assert!(ada.page.contains(HOST) && ada.page.contains("waits for your answer"), "{}", ada.page);
        let id = rows::with_host(&node.app.store, HOST).await.unwrap()[0].id;
        let path = format!("/admin/partners/{id}");
        ada.open(&path).await;
        for shown in ["Bolt &#38; Co", "https://bolt.example/c/pumps", "Bo &#60;the&#62; fitter", "suppliers", "customers"] {
            assert!(ada.page.contains(shown), "{shown}: {}", ada.page);
        }
        let before = newest(&node).await;
        let answer = ada.submit(&format!("{path}/approve"), &[("digest", "another")]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ada.page.contains("another than the one you read"), "{}", ada.page);
        assert_eq!(newest(&node).await, before);
        let digest = ada.hidden("digest");
        let answer = ada.submit(&format!("{path}/approve"), &[("digest", &digest)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", ada.page);
        for (verb, state) in [
            ("suspend", "suspended by us"),
            ("resume", "in force"),
            ("quarantine", "in quarantine"),
            ("release", "in force"),
            ("end", "ended"),
        ] {
            ada.open(&path).await;
            let answer = ada.submit(&format!("{path}/{verb}"), &[("reason", "Why not")]).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{verb}: {}", ada.page);
            ada.open(&path).await;
            assert!(ada.page.contains(state), "{verb}: {}", ada.page);
        }
        let acts = ["agreement.approve", "agreement.suspend", "agreement.resume", "partner.quarantine", "partner.release", "agreement.end"];
        assert_eq!(noted(&node, before).await.into_iter().map(|(act, _)| act).collect::<Vec<_>>(), acts);
    })
    .await;
}

#[tokio::test]
async fn terms_that_cannot_be_read_are_said_beside_their_field() {
    let node = node(&crate::tests::support::Place::sqlite()).await;
    somebody(&node, "ada", NodeRole::Admin).await;
    let mut ada = browser(&node, "ada").await;
    ada.open("/admin/partners/new").await;
    let typed = |seats: &'static str, host: &'static str| {
        [
            ("host", host),
            ("most_seats", seats),
            ("most_role", "member"),
            ("stakeholder", "partner"),
            ("our_stakeholder", "partner"),
            ("history", "join"),
        ]
    };
    let answer = ada.submit("/admin/partners/new", &typed("many", "bolt.example")).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ada.page.contains("id=\"most_seats-wrong\"") && ada.page.contains("value=\"bolt.example\""), "{}", ada.page);
    let own: &str = node.app.origin.authority().to_owned().leak();
    ada.submit("/admin/partners/new", &typed("5", own)).await;
    assert!(ada.page.contains("id=\"host-wrong\"") && ada.page.contains("value=\"5\""), "{}", ada.page);
}

#[tokio::test]
async fn a_host_is_blocked_silenced_and_neither_again() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/peers").await;
        let own = node.app.origin.authority().to_owned();
        assert_eq!(ada.submit("/admin/peers", &[("host", &own), ("how", "block")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ada.page.contains("id=\"host-wrong\""), "{}", ada.page);
        let before = newest(&node).await;
        assert_eq!(
            ada.submit("/admin/peers", &[("host", "spam.example"), ("reason", "Spam & more"), ("how", "block")]).await.status(),
            StatusCode::SEE_OTHER
        );
        ada.open("/admin/peers?state=blocked").await;
        assert!(ada.page.contains("spam.example"), "{}", ada.page);
        ada.open("/admin/peers/spam.example").await;
        assert!(ada.page.contains("Spam &#38; more"), "{}", ada.page);
        for verb in ["unblock", "silence", "unsilence", "retry"] {
            let answer = ada.submit(&format!("/admin/peers/spam.example/{verb}"), &[]).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{verb}: {}", ada.page);
            ada.open("/admin/peers/spam.example").await;
        }
        let acts: Vec<String> = noted(&node, before).await.into_iter().map(|(act, _)| act).collect();
        assert_eq!(acts, ["host.block", "host.unblock", "host.silence", "host.unsilence", "peer.retry"]);
        assert_eq!(ada.open("/admin/peers/unknown.example").await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}
