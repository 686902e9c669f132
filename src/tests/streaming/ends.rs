//! Rights that end, end streams within a second, and nobody comes back in (S60).

use super::stage::Stage;
use crate::{
    features::{off_boarding, sessions},
    server::control::{Act, perform},
    tests::support::{Person, on_both_databases},
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

async fn bearer(who: &Person) -> String {
    format!("Bearer {}", who.token)
}

/// Ends somebody's right to read.
async fn end(stage: &Stage, who: &Person, how: &str) {
    let app = &stage.node.app;
    let name = who.account.username.clone();
    match how {
        "suspended" => drop(perform(app, Act::AccountSuspend { name }).await.unwrap()),
        "given another password" => {
            drop(perform(app, Act::AccountSetPassword { name, password: "another horse battery".into() }).await.unwrap());
        }
        "off-boarded" => drop(perform(app, Act::AccountOffBoard { name, reason: "left".into() }).await.unwrap()),
        "deleted" => drop(perform(app, Act::AccountDelete { name }).await.unwrap()),
        "of a token revoked by another process" => {
            // no cache hears of it
            let tx = app.begin().await.unwrap();
            let token = sessions::token(&tx, &who.token).await.unwrap().unwrap();
            sessions::revoke_id(&tx, token.id).await.unwrap();
            tx.commit().await.unwrap();
        }
        "off-boarded by another process" => {
            let tx = app.begin().await.unwrap();
            let leaving = off_boarding::Leaving { by: None, reason: "left" };
            drop(off_boarding::off_board(&tx, &who.account, leaving).await.unwrap());
            tx.commit().await.unwrap();
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn s060_a_stream_ends_within_a_second_of_its_right() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let other = stage.node.person("other").await;
        let mut stays = stage.ear(&other, "stream=user").await;
        let ways = [
            "suspended",
            "given another password",
            "off-boarded",
            "deleted",
            "of a token revoked by another process",
            "off-boarded by another process",
        ];
        for (nth, how) in ways.into_iter().enumerate() {
            let who = stage.node.person(&format!("p{nth}")).await;
            let mut ear = stage.ear(&who, "stream=user").await;
            let url = format!("http://{}/api/v1/streaming/user", stage.address);
            let mut events = stage.node.client.get(&url).bearer_auth(&who.token).send().await.unwrap();
            assert_eq!(events.chunk().await.unwrap().unwrap(), ":)\n\n");
            end(&stage, &who, how).await;
            let began = Instant::now();
            assert_eq!(ear.ends_within(SECOND).await, Some(1008), "{how}");
            let rest = tokio::time::timeout(SECOND, events.chunk()).await.expect("the end of the event stream");
            assert!(rest.unwrap().is_none(), "{how}");
            assert!(began.elapsed() < SECOND, "{how}: {:?}", began.elapsed());
            let again = tokio::time::timeout(SECOND * 2, async {
                // what was looked up is believed for a second at most
                loop {
                    let status = stage.refuses(&who).await;
                    if let Some(status) = status {
                        return status;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
            assert!(matches!(again.await.unwrap(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{how}");
        }
        assert!(stays.socket.get_ref().peer_addr().is_ok());
        let id = stage.writes(&other, "Still here.", json!({})).await;
        assert_eq!(stays.hears(json!(["user"]), "update").await, id, "others go on");
    })
    .await;
}

impl Stage {
    /// The status with which a new stream is refused to somebody; none where it is opened.
    async fn refuses(&self, who: &Person) -> Option<StatusCode> {
        super::ear::Ear::connect(self.address, "/api/v1/streaming?stream=user", &[("authorization", &bearer(who).await)]).await.err()
    }
}

#[tokio::test]
async fn s060_logging_out_in_the_app_ends_its_streams_and_no_others() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let phone = stage.node.person("ada").await;
        let desk = Person::known(&stage.node, "ada").await;
        let (mut on_phone, mut on_desk) = (stage.ear(&phone, "stream=user").await, stage.ear(&desk, "stream=user").await);
        let tx = stage.node.app.begin().await.unwrap();
        let token = sessions::token(&tx, &phone.token).await.unwrap().unwrap();
        let app = sessions::apps_by_ids(&tx, &[token.app_id]).await.unwrap().pop().unwrap();
        sessions::revoke(&tx, app.id, &phone.token).await.unwrap();
        tx.commit().await.unwrap();
        stage.node.app.bearers.forget_all();
        assert_eq!(on_phone.ends_within(Duration::from_millis(500)).await, Some(1008), "at once where it happened here");
        let id = stage.writes(&desk, "Still here.", json!({})).await;
        assert_eq!(on_desk.hears(json!(["user"]), "update").await, id);
    })
    .await;
}

#[tokio::test]
async fn s090_a_cookie_opens_no_stream_wherever_it_comes_from() {
    let stage = Stage::new(&crate::tests::support::Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let tx = stage.node.app.begin().await.unwrap();
    let (session, _) = sessions::begin_session(&tx, ada.account.id).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = format!("intermoot_session_{}={session}; intermoot_session={session}", stage.node.address.port());
    for origin in ["https://evil.example", &stage.node.url] {
        let refused = stage.refused("/api/v1/streaming?stream=user", &[("cookie", &cookie), ("origin", origin)]).await;
        assert_eq!(refused, StatusCode::UNAUTHORIZED, "{origin}");
    }
    let asked = stage.node.ask(Method::GET, "/api/v1/streaming/user").header(header::COOKIE, &cookie).send().await.unwrap();
    assert_eq!(asked.status(), StatusCode::UNAUTHORIZED);
    // another origin with a token of its own is an app like any other
    assert!(
        super::ear::Ear::connect(
            stage.address,
            "/api/v1/streaming",
            &[("origin", "https://elk.example"), ("authorization", &bearer(&ada).await)]
        )
        .await
        .is_ok()
    );
}

#[tokio::test]
async fn r18_when_the_node_ends_sockets_are_told_so_at_once() {
    let stage = Stage::new(&crate::tests::support::Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let mut ears = Vec::new();
    for _ in 0..20 {
        ears.push(stage.ear(&ada, "stream=user").await);
    }
    let url = format!("http://{}/api/v1/streaming/user", stage.address);
    let mut events = stage.node.client.get(&url).bearer_auth(&ada.token).send().await.unwrap();
    assert_eq!(events.chunk().await.unwrap().unwrap(), ":)\n\n");
    let began = Instant::now();
    stage.end.cancel();
    for ear in &mut ears {
        assert_eq!(ear.ends_within(SECOND).await, Some(1001));
    }
    assert!(events.chunk().await.unwrap().is_none(), "an event stream ends cleanly");
    assert!(began.elapsed() < SECOND, "{:?}", began.elapsed());
}
