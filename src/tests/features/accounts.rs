//! Accounts here and elsewhere, their keys, other servers.

use crate::{
    base::words::{AccountKind, KeyKind, NodeRole},
    features::{
        accounts::{self, Changes, New, NewKeys, NewUser, Remote, names, queries},
        peers,
    },
    store::{Store, tables::Account},
    tests::support::on_both_databases,
};

fn keys() -> NewKeys {
    NewKeys { rsa_public: "rsa".into(), rsa_sealed: vec![1], ed25519_public: "ed".into(), ed25519_sealed: vec![2] }
}

async fn person(store: &Store, name: &str, role: NodeRole) -> Account {
    let tx = store.begin().await.unwrap();
    let new = New { username: name.into(), kind: AccountKind::Person, display_name: name.to_uppercase(), locked: false, keys: keys() };
    let account = accounts::create(&tx, new).await.unwrap();
    let user = NewUser { email: format!("{name}@acme.example"), password_hash: String::new(), role, approved: true };
    accounts::enrol(&tx, account.id, user).await.unwrap();
    tx.commit().await.unwrap();
    account
}

fn bo() -> Remote {
    Remote {
        uri: "https://bolt.example/u/bo".into(),
        kind: Some(AccountKind::Person),
        username: "Bo".into(),
        host: "bolt.example".into(),
        inbox: "https://bolt.example/u/bo/inbox".into(),
        shared_inbox: "https://bolt.example/inbox".into(),
        keys: vec![("https://bolt.example/u/bo#main-key".into(), KeyKind::Rsa, "pem".into())],
        ..Remote::default()
    }
}

#[tokio::test]
async fn a_person_is_found_by_handle_login_and_key() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let ada = person(&store, "ada", NodeRole::Member).await;
        assert_eq!(ada.uri, "/u/ada");
        assert_eq!(queries::by_handle(&store, "ADA", "").await.unwrap().unwrap().id, ada.id);
        assert_eq!(queries::user_by_login(&store, "Ada@Acme.example").await.unwrap().unwrap().account_id, ada.id);
        assert_eq!(queries::user_by_login(&store, "ada").await.unwrap().unwrap().account_id, ada.id);
        assert_eq!(queries::key(&store, "/u/ada#ed25519-key").await.unwrap().unwrap().private_sealed, Some(vec![2]));
        assert_eq!(queries::keys_of(&store, ada.id).await.unwrap().len(), 2);
        assert_eq!(names::search(&store, names::Seeker::default(), "@ad", (5, 0)).await.unwrap().len(), 1);
        assert_eq!(names::search(&store, names::Seeker::default(), "%", (5, 0)).await.unwrap().len(), 0);
        assert_eq!(queries::locals(&store, crate::base::id::AccountId(0), 5).await.unwrap().len(), 1);
        assert_eq!(queries::counts(&store).await.unwrap(), (1, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn names_are_given_once_to_people_and_communities_together() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let ada = person(&store, "bob", NodeRole::Member).await;
        let tx = store.begin().await.unwrap();
        for taken in ["bob", "b0b"] {
            let new =
                New { username: taken.into(), kind: AccountKind::Community, display_name: String::new(), locked: false, keys: keys() };
            assert!(accounts::create(&tx, new).await.is_err(), "{taken}");
        }
        accounts::delete(&tx, &ada).await.unwrap();
        let again = New { username: "bob".into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys: keys() };
        assert!(accounts::create(&tx, again).await.is_err());
        tx.commit().await.unwrap();
        assert!(queries::user_by_login(&store, "bob").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_remote_account_keeps_its_id_and_follows_its_document() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let tx = store.begin().await.unwrap();
        let first = accounts::keep_remote(&tx, &bo()).await.unwrap();
        let mut changed = bo();
        changed.display_name = "Bo".into();
        changed.keys = vec![("https://bolt.example/u/bo#new".into(), KeyKind::Rsa, "pem2".into())];
        let second = accounts::keep_remote(&tx, &changed).await.unwrap();
        assert_eq!((second.id, second.display_name.as_str()), (first.id, "Bo"));
        let keys = queries::keys_of(&tx, first.id).await.unwrap();
        assert_eq!(keys.iter().map(|key| key.public_key.as_str()).collect::<Vec<_>>(), ["pem2"]);
        assert_eq!(second.delivery_inbox, Some(peers::inbox(&tx, "https://bolt.example/inbox").await.unwrap()));
        assert!(peers::find(&tx, "bolt.example").await.unwrap().is_some());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_elsewhere_takes_a_handle_a_kind_or_a_key_from_another() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let tx = store.begin().await.unwrap();
        let bo_row = accounts::keep_remote(&tx, &bo()).await.unwrap();
        let impostor = Remote { uri: "https://bolt.example/u/bo2".into(), ..bo() };
        assert!(accounts::keep_remote(&tx, &impostor).await.is_err());
        let group = Remote { kind: Some(AccountKind::Community), ..bo() };
        assert!(accounts::keep_remote(&tx, &group).await.is_err());
        let thief = Remote { uri: "https://bolt.example/u/cy".into(), username: "cy".into(), ..bo() };
        accounts::keep_remote(&tx, &thief).await.unwrap();
        assert_eq!(queries::key(&tx, "https://bolt.example/u/bo#main-key").await.unwrap().unwrap().account_id, bo_row.id);
        let ours = Remote { uri: "/u/ada".into(), host: String::new(), ..bo() };
        assert!(accounts::keep_remote(&tx, &ours).await.is_err());
        accounts::mark_gone(&tx, bo_row.id).await.unwrap();
        assert!(accounts::keep_remote(&tx, &impostor).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_last_owner_stays() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let ada = person(&store, "ada", NodeRole::Owner).await;
        let tx = store.begin().await.unwrap();
        assert!(accounts::set_role(&tx, ada.id, NodeRole::Member).await.is_err());
        assert!(accounts::suspend(&tx, ada.id).await.is_err());
        assert!(accounts::delete(&tx, &ada).await.is_err());
        tx.commit().await.unwrap();
        person(&store, "bea", NodeRole::Owner).await;
        let tx = store.begin().await.unwrap();
        accounts::set_role(&tx, ada.id, NodeRole::Member).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_profile_changes_only_where_asked() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let ada = person(&store, "ada", NodeRole::Member).await;
        let tx = store.begin().await.unwrap();
        let changes = Changes {
            note: Some(("hi".into(), "<p>hi</p>".into())),
            locked: Some(true),
            posting_language: Some("de".into()),
            ..Changes::default()
        };
        accounts::change_profile(&tx, &ada, changes).await.unwrap();
        tx.commit().await.unwrap();
        let now = queries::by_id(&store, ada.id).await.unwrap().unwrap();
        assert_eq!((now.display_name.as_str(), now.note.as_str(), now.locked, now.bot), ("ADA", "<p>hi</p>", true, false));
        assert_eq!(queries::user(&store, ada.id).await.unwrap().unwrap().posting_language, "de");
    })
    .await;
}

#[tokio::test]
async fn a_block_of_a_host_holds_for_ports_and_hosts_below() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let tx = store.begin().await.unwrap();
        peers::block(&tx, "Bad.example", ("ada", "spam")).await.unwrap();
        tx.commit().await.unwrap();
        for blocked in ["bad.example", "bad.example:8443", "www.bad.example", "BAD.example"] {
            assert!(peers::is_blocked(&store, blocked).await.unwrap(), "{blocked}");
        }
        for free in ["notbad.example", "example", "bad.example.org"] {
            assert!(!peers::is_blocked(&store, free).await.unwrap(), "{free}");
        }
    })
    .await;
}
