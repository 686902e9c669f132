//! Apps, codes, tokens, sessions and log-in links.

use crate::{
    base::{id::AccountId, secret},
    features::sessions::{self, Grant, NewApp},
    store::{Store, tables::App},
    tests::support::on_both_databases,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

const BACK: &str = "https://client.example/back";

async fn app(store: &Store) -> App {
    let tx = store.begin().await.unwrap();
    let new = NewApp { name: "toot".into(), website: String::new(), redirect_uris: vec![BACK.into()], scopes: "read".into() };
    let (app, clear) = sessions::register_app(&tx, new).await.unwrap();
    assert!(sessions::is_secret_of(&app, &clear) && !sessions::is_secret_of(&app, "x"));
    tx.commit().await.unwrap();
    app
}

async fn code(store: &Store, app: &App, challenge: &str) -> String {
    let tx = store.begin().await.unwrap();
    let grant = Grant { app_id: app.id, account_id: AccountId(7), redirect_uri: BACK.into(), scopes: "read".into(), challenge: challenge.into() };
    let code = sessions::issue_code(&tx, grant).await.unwrap();
    tx.commit().await.unwrap();
    code
}

#[tokio::test]
async fn s100_a_code_is_bound_to_its_client_redirect_and_verifier() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let (ours, other) = (app(&store).await, app(&store).await);
        let challenge = URL_SAFE_NO_PAD.encode(secret::sha256(b"a verifier"));
        let (plain, bound) = (code(&store, &ours, "").await, code(&store, &ours, &challenge).await);
        let tx = store.begin().await.unwrap();
        for (code, app, back, verifier) in [
            (&plain, &other, BACK, None),
            (&plain, &ours, "https://client.example/back/", None),
            (&plain, &ours, BACK, Some("a verifier")),
            (&bound, &ours, BACK, None),
            (&bound, &ours, BACK, Some("")),
            (&bound, &ours, BACK, Some(challenge.as_str())),
        ] {
            assert!(sessions::redeem_code(&tx, code, app, back, verifier).await.is_err(), "{back} {verifier:?}");
        }
        sessions::redeem_code(&tx, &bound, &ours, BACK, Some("a verifier")).await.unwrap();
        sessions::redeem_code(&tx, &plain, &ours, BACK, None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn s100_a_code_used_twice_ends_the_token_of_the_first_use() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let app = app(&store).await;
        let code = code(&store, &app, "").await;
        let tx = store.begin().await.unwrap();
        let (_, clear) = sessions::redeem_code(&tx, &code, &app, BACK, None).await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::token(&store, &clear).await.unwrap().is_some());
        let tx = store.begin().await.unwrap();
        assert!(sessions::redeem_code(&tx, &code, &app, BACK, None).await.is_err());
        tx.commit().await.unwrap();
        assert!(sessions::token(&store, &clear).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn codes_links_and_sessions_end_in_time_and_links_work_once() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let app = app(&store).await;
        let late = code(&store, &app, "").await;
        let tx = store.begin().await.unwrap();
        let (session, _) = sessions::begin_session(&tx, AccountId(7)).await.unwrap();
        let (once, unused) = (sessions::make_login_link(&tx, AccountId(7)).await.unwrap(), sessions::make_login_link(&tx, AccountId(7)).await.unwrap());
        assert_eq!(sessions::use_login_link(&tx, &once).await.unwrap(), AccountId(7));
        assert!(sessions::use_login_link(&tx, &once).await.is_err());
        tx.commit().await.unwrap();
        assert_eq!(sessions::session_account(&store, &session).await.unwrap(), Some(AccountId(7)));
        assert_eq!(sessions::login_link_account(&store, &unused).await.unwrap(), Some(AccountId(7)));
        store.clock.advance(2 * 3_600_000);
        assert_eq!(sessions::login_link_account(&store, &unused).await.unwrap(), None);
        let tx = store.begin().await.unwrap();
        assert!(sessions::use_login_link(&tx, &unused).await.is_err());
        assert!(sessions::redeem_code(&tx, &late, &app, BACK, None).await.is_err());
        drop(tx);
        store.clock.advance(31 * 86_400_000);
        assert_eq!(sessions::session_account(&store, &session).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn ending_all_leaves_nothing_open() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let app = app(&store).await;
        let tx = store.begin().await.unwrap();
        let (_, mine) = sessions::issue_token(&tx, app.id, Some(AccountId(7)), "read").await.unwrap();
        let (_, others) = sessions::issue_token(&tx, app.id, Some(AccountId(8)), "read").await.unwrap();
        let (session, _) = sessions::begin_session(&tx, AccountId(7)).await.unwrap();
        sessions::end_all(&tx, AccountId(7)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::token(&store, &mine).await.unwrap().is_none());
        assert!(sessions::token(&store, &others).await.unwrap().is_some());
        assert!(sessions::session_account(&store, &session).await.unwrap().is_none());
    })
    .await;
}
