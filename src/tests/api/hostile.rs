//! Questions that are meant to hurt: searches, lists, sockets, imports (S78 to S80).

use super::peers::boss;
use crate::{
    features::posts::{publish, tests::world::draft},
    sql,
    store::Searching,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Long posts full of what is searched for.
async fn filled(node: &TestNode) -> Person {
    let ada = node.person("ada").await;
    let tx = node.app.begin().await.unwrap();
    for nth in 0..300 {
        let words = format!("{nth} {}", "a%a_a\\a 'a\" *a ".repeat(200));
        let tags = (0..20).map(|tag| format!("tag{}", (tag * nth) % 97)).collect();
        publish::publish(&tx, &ada.account, publish::Draft { tags, content: format!("<p>{words}</p>"), ..draft(&words) }).await.unwrap();
    }
    tx.commit().await.unwrap();
    ada
}

#[tokio::test]
async fn s080_no_words_make_a_search_dear() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.limits.enabled = false).await;
        let ada = filled(&node).await;
        let many = "aaaaaa ".repeat(70);
        let (percent, dashes, wild) = ("%".repeat(400), "_".repeat(400), "%a".repeat(200));
        let questions = [
            "a",
            "%",
            "_%_%_%",
            &percent,
            &dashes,
            &wild,
            &many,
            "\\",
            "a\\%",
            "'; DROP TABLE posts; --",
            "a' OR '1'='1",
            "\"a\" OR b",
            "NEAR(a b, 5)",
            "a*",
            "col:x",
            "-a",
            "(((((((",
            "^a",
            "{a b}",
            "\u{0}a",
            "ß",
            "#tag",
            "#%",
            "@%@%",
            "@a@%",
            "%@%",
        ];
        for question in questions {
            for path in ["/api/v2/search", "/api/v1/accounts/search"] {
                let began = Instant::now();
                let query =
                    url::form_urlencoded::Serializer::new(String::new()).append_pair("q", question).append_pair("limit", "40").finish();
                let status = ada.ask(Method::GET, &format!("{path}?{query}")).send().await.unwrap().status();
                assert!(status == StatusCode::OK || status == StatusCode::UNPROCESSABLE_ENTITY, "{question:.20}: {status}");
                assert!(began.elapsed() < PATIENCE, "{question:.20} at {path}: {:?}", began.elapsed());
            }
        }
        let tags: String = (0..900).map(|nth| format!("any[]=tag{nth}&all[]=tag{nth}&none[]=tag{nth}&")).collect();
        for path in [format!("/api/v1/timelines/tag/tag1?{tags}"), "/api/v1/directory?offset=99999999&order=active&limit=99999".to_owned()]
        {
            let began = Instant::now();
            let status = node.get(&path).send().await.unwrap().status();
            assert!(!status.is_server_error() && began.elapsed() < PATIENCE, "{path:.60}: {status} {:?}", began.elapsed());
        }
    })
    .await;
}

/// A statement without an end.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0) SELECT CAST(COUNT(*) AS BIGINT) FROM n WHERE i < 0";

#[tokio::test]
async fn s080_a_statement_that_takes_too_long_is_ended_and_holds_up_nobody() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let store = node.app.store.clone();
        let endless = || {
            let store = store.clone();
            tokio::spawn(async move { Searching::settled(sql!(ENDLESS).value::<i64>(&store.searching()).await) })
        };
        let began = Instant::now();
        let all = [endless(), endless(), endless()];
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(node.get("/api/v2/instance").send().await.unwrap().status(), StatusCode::OK);
        // the third waits for one of the two connections
        assert!(all.iter().any(|one| !one.is_finished()), "others waited for them");
        for one in all {
            let refused = one.await.unwrap().unwrap_err();
            assert!(refused.to_string().contains("took too long"), "{refused}");
        }
        assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
        // what runs next on the same connections has all its time
        for _ in 0..4 {
            assert_eq!(sql!("SELECT CAST(1 AS BIGINT)").value::<i64>(&store.searching()).await.unwrap(), Some(1));
        }
        let ada = node.person("ada").await;
        ada.get("/api/v2/search?q=ada").await;
    })
    .await;
}

#[tokio::test]
async fn s079_no_sockets_are_opened_but_for_streams() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        for path in ["/api/v1/streaming/user", "/api/v1/streaming/public", "/", "/api/v1/timelines/home"] {
            let asked = ada.ask(Method::GET, path).header("connection", "Upgrade").header("upgrade", "websocket");
            let asked = asked.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
            let answer = asked.send().await.unwrap();
            assert_ne!(answer.status(), StatusCode::SWITCHING_PROTOCOLS, "{path}");
            assert!(answer.headers().get("sec-websocket-accept").is_none(), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn s078_the_one_thing_that_is_imported_is_read_within_bounds_or_not_at_all() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.limits.enabled = false).await;
        let (ada, bob) = (boss(&node).await, node.person_with("bob", "read write admin:read admin:write").await);
        let import = async |person: &Person, body: Vec<u8>| {
            let began = Instant::now();
            let status = person.ask(Method::POST, "/api/intermoot/v1/admin/hosts/list").body(body).send().await.unwrap().status().as_u16();
            assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
            status
        };
        let lines = |count: usize| (0..count).map(|nth| format!("h{nth}.example,suspend\n")).collect::<String>().into_bytes();
        assert_eq!(import(&bob, lines(1)).await, 403);
        // a zip archive, as it begins; paths and links that mean something to an unpacker; quotes without an end
        let archive = [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], &[0xff; 2000]].concat();
        let names = ["../../etc/passwd,suspend", "/etc/passwd", "C:\\x", "a/../b", "\u{0}.example", "*.example", "-> /etc/passwd"];
        for body in [archive, vec![b','; (4 << 20) + 1], vec![b'"'; 1 << 20], lines(10_001), b"x.example,\"suspend".repeat(1000)] {
            let status = import(&ada, body).await;
            assert!([413, 422].contains(&status), "{status}");
        }
        for name in names {
            assert_eq!(import(&ada, name.as_bytes().to_vec()).await, 422, "{name}");
        }
        let blocked: i64 = sql!("SELECT COUNT(*) FROM peers WHERE blocked_at IS NOT NULL").value(&node.app.store).await.unwrap().unwrap();
        assert_eq!(blocked, 0, "of a list with one bad line nothing is taken");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_with_a_sentence_that_says_so() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let long = "x".repeat(usize::try_from(node.app.config.limits.body_bytes).unwrap());
        let multipart = format!("--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\n{long}\r\n--b--\r\n");
        for (kind, body) in [
            ("application/x-www-form-urlencoded", format!("status={long}")),
            ("application/json", json!({ "status": long }).to_string()),
            ("multipart/form-data; boundary=b", multipart),
        ] {
            let answer = ada.ask(Method::POST, "/api/v1/statuses").header("Content-Type", kind).body(body).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 413, "{kind}");
            let said: Value = answer.json().await.unwrap();
            assert_eq!(said["error"], "the body is longer than this server takes", "{kind}");
        }
    })
    .await;
}
