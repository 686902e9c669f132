//! What arrives while a page is open, and what one was told.

use super::{
    public::{founds, writes},
    reading::{browser, node, settles},
};
use crate::{
    api,
    app::streams::Streams,
    features::sessions,
    federation::{Federation, bootstrap},
    server::{routes, worker},
    tests::support::{Person, Place, TestNode, on_both_databases},
};
use axum::{
    Router,
    body::{Body, BodyDataStream},
    http::{Request, StatusCode, header},
};
use futures::StreamExt;
use serde_json::json;
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::ServiceExt;

const LONG: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);

/// A node that draws consequences and tells what is new.
struct Stage {
    node: TestNode,
    router: Router,
    _end: DropGuard,
}

impl Stage {
    async fn new(place: &Place) -> Self {
        Self::of(place.node("acme").await).await
    }

    async fn of(node: TestNode) -> Self {
        bootstrap(&node.app).await.unwrap();
        let federation = Federation::start(node.app.clone()).unwrap();
        let router = routes::all(&federation);
        let end = CancellationToken::new();
        tokio::spawn(worker::run(federation, end.clone()));
        tokio::spawn(api::streaming::run(node.app.clone(), end.clone()));
        Self { node, router, _end: end.drop_guard() }
    }

    async fn session(&self, who: &Person) -> String {
        let tx = self.node.app.begin().await.unwrap();
        let (session, _) = sessions::begin_session(&tx, who.account.id).await.unwrap();
        tx.commit().await.unwrap();
        session
    }

    async fn asks(&self, session: &str, of: &str) -> (StatusCode, BodyDataStream) {
        let cookie = format!("intermoot_session_{}={session}", self.node.address.port());
        let request = Request::get(format!("/live?of={of}")).header(header::COOKIE, cookie).header(header::ACCEPT, "text/event-stream");
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        (answer.status(), answer.into_body().into_data_stream())
    }

    /// A stream that has begun.
    async fn listens(&self, session: &str, of: &str) -> BodyDataStream {
        let (status, mut stream) = self.asks(session, of).await;
        assert_eq!(status, StatusCode::OK, "{of}");
        assert!(next(&mut stream).await.unwrap().starts_with("retry: "));
        stream
    }
}

/// What comes next; none at the end.
async fn next(stream: &mut BodyDataStream) -> Option<String> {
    let bytes = tokio::time::timeout(LONG, stream.next()).await.expect("something comes")?;
    Some(String::from_utf8(bytes.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn what_arrives_comes_as_this_reader_sees_it_with_their_buttons() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bob) = (stage.node.person("ada").await, stage.node.person("bob").await);
        ada.post(&format!("/api/v1/accounts/{}/follow", bob.account.id), json!({})).await;
        let session = stage.session(&ada).await;
        let mut home = stage.listens(&session, "home").await;
        let id = writes(&bob, json!({ "status": "Line one\n\nLine two" })).await;
        let event = next(&mut home).await.unwrap();
        assert!(event.starts_with("event: post\ndata: <article") && event.ends_with("\n\n"), "{event}");
        assert!(event.contains("Line two") && event.contains(&format!("action=\"/p/{id}/favourite\"")), "{event}");
        assert!(event.contains(&format!("name=\"back\" value=\"/home#p{id}\"")), "{event}");
        assert!(event.lines().all(|line| line.is_empty() || line.starts_with("event: ") || line.starts_with("data: ")), "{event}");

        let mut thread = stage.listens(&session, &format!("thread:{id}")).await;
        writes(&bob, json!({ "status": "Something else" })).await;
        writes(&bob, json!({ "status": "More of it", "in_reply_to_id": id })).await;
        let event = next(&mut thread).await.unwrap();
        assert!(event.contains("More of it") && event.contains(&format!("value=\"/p/{id}#p")), "{event}");
        let mut told = stage.listens(&session, "notifications").await;
        writes(&bob, json!({ "status": "@ada look" })).await;
        assert_eq!(next(&mut told).await.unwrap(), "event: unread\ndata: 1\n\n");
        bob.ask(reqwest::Method::DELETE, &format!("/api/v1/statuses/{id}")).send().await.unwrap();
        let gone = async {
            loop {
                if next(&mut thread).await.unwrap() == format!("event: gone\ndata: {id}\n\n") {
                    return;
                }
            }
        };
        tokio::time::timeout(LONG, gone).await.expect("that it is gone");
    })
    .await;
}

#[tokio::test]
async fn s060_the_end_of_a_session_ends_its_stream_within_a_second() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let ada = stage.node.person("ada").await;
        for how in ["ended", "suspended"] {
            let (session, other) = (stage.session(&ada).await, stage.session(&ada).await);
            let (mut stream, mut stays) = (stage.listens(&session, "home").await, stage.listens(&other, "home").await);
            let tx = stage.node.app.begin().await.unwrap();
            match how {
                "ended" => sessions::end_session(&tx, &session).await.unwrap(),
                _ => crate::features::accounts::suspend(&tx, ada.account.id).await.unwrap(),
            }
            tx.commit().await.unwrap();
            let end = tokio::time::timeout(SECOND, stream.next()).await.expect("the end of the stream");
            assert!(end.is_none(), "{how}");
            let rest = tokio::time::timeout(SECOND, stays.next()).await;
            assert_eq!(rest.is_err(), how == "ended", "the other browser goes on unless its person may not");
            let again = stage.asks(&session, "home").await.0;
            assert_eq!(again, StatusCode::SEE_OTHER, "{how}: nobody comes back in");
        }
    })
    .await;
}

#[tokio::test]
async fn s060_nobody_listens_to_what_they_may_not_read() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bob) = (stage.node.person("ada").await, stage.node.person("bob").await);
        let place = founds(&ada, "valves", "Valve quality", "local").await;
        let community = place["id"].as_str().unwrap();
        let id = writes(&ada, json!({ "status": "Inside", "intermoot": { "community_id": community } })).await;
        let (adas, bobs) = (stage.session(&ada).await, stage.session(&bob).await);
        for of in [format!("community:{community}"), format!("thread:{id}"), "everything".into(), String::new(), "thread:x".into()] {
            assert_eq!(stage.asks(&bobs, &of).await.0, StatusCode::NOT_FOUND, "{of}");
        }
        assert_eq!(stage.asks("guessed", "home").await.0, StatusCode::SEE_OTHER);
        bob.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
        let mut inside = stage.listens(&bobs, &format!("community:{community}")).await;
        writes(&ada, json!({ "status": "Seen by bob", "intermoot": { "community_id": community } })).await;
        assert!(next(&mut inside).await.unwrap().contains("Seen by bob"));
        bob.post(&format!("/api/intermoot/v1/communities/{community}/leave"), json!({})).await;
        let mut hers = stage.listens(&adas, &format!("community:{community}")).await;
        writes(&ada, json!({ "status": "Not for bob", "intermoot": { "community_id": community } })).await;
        assert!(next(&mut hers).await.unwrap().contains("Not for bob"));
        let rest = tokio::time::timeout(Duration::from_millis(300), inside.next()).await;
        assert!(!matches!(rest, Ok(Some(Ok(bytes))) if String::from_utf8_lossy(&bytes).contains("Not for bob")));
    })
    .await;
}

#[tokio::test]
async fn new_threads_arrive_on_their_communitys_page_until_the_readers_seat_ends() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bob, cy) = (stage.node.person("ada").await, stage.node.person("bob").await, stage.node.person("cy").await);
        let valves = founds(&ada, "valves", "Valve quality", "local").await;
        let community = valves["id"].as_str().unwrap();
        let of = format!("community:{community}");
        let marked = format!("data-live=\"{of}\"");
        let mut page = browser(&stage.node, "bob").await;
        page.open("/c/valves").await;
        assert!(page.page.contains("Valve quality") && !page.page.contains(&marked), "who is no member is told nothing: {}", page.page);
        for who in [&bob, &cy] {
            who.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
        }
        page.open("/c/valves").await;
        assert!(page.page.contains(&marked) && page.page.contains("<template data-arrived>"), "{}", page.page);
        page.open("/c/valves?before=5").await;
        assert!(!page.page.contains(&marked), "what is new stands on the first page");

        let mut stream = stage.listens(&stage.session(&bob).await, &of).await;
        let inside = |status: &str| json!({ "status": status, "intermoot": { "community_id": community } });
        let id = writes(&ada, inside("The first thread")).await;
        let event = next(&mut stream).await.unwrap();
        assert!(event.starts_with("event: post\n") && event.contains("The first thread"), "{event}");
        assert!(event.contains(&format!("name=\"back\" value=\"/c/valves#p{id}\"")), "{event}");
        // answers come to the page of their thread alone, and nobody is told of those whom they block
        let mut thread = stage.listens(&stage.session(&bob).await, &format!("thread:{id}")).await;
        bob.post(&format!("/api/v1/accounts/{}/block", cy.account.id), json!({})).await;
        writes(&cy, inside("Blocked")).await;
        writes(&cy, json!({ "status": "Blocked too", "in_reply_to_id": id })).await;
        let answer = writes(&ada, json!({ "status": "An answer", "in_reply_to_id": id })).await;
        writes(&ada, inside("The second thread")).await;
        let event = next(&mut stream).await.unwrap();
        assert!(event.contains("The second thread"), "{event}");
        let event = next(&mut thread).await.unwrap();
        assert!(event.starts_with("event: post\n") && event.contains("An answer"), "{event}");
        ada.ask(reqwest::Method::DELETE, &format!("/api/v1/statuses/{answer}")).send().await.unwrap();
        assert_eq!(next(&mut thread).await.unwrap(), format!("event: gone\ndata: {answer}\n\n"));

        bob.post(&format!("/api/intermoot/v1/communities/{community}/leave"), json!({})).await;
        writes(&ada, inside("Not for bob")).await;
        // the next that they would be told ends it
        writes(&ada, json!({ "status": "@bob are you there?" })).await;
        assert_eq!(next(&mut stream).await, None);
        page.open("/c/valves").await;
        assert!(!page.page.contains(&marked), "{}", page.page);
    })
    .await;
}

#[tokio::test]
async fn r32_streams_of_pages_are_counted_among_all_streams() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.streams_per_account = 2).await;
    let stage = Stage::of(node).await;
    let ada = stage.node.person("ada").await;
    let session = stage.session(&ada).await;
    let first = stage.listens(&session, "home").await;
    let _second = stage.listens(&session, "notifications").await;
    assert_eq!(stage.asks(&session, "home").await.0, StatusCode::TOO_MANY_REQUESTS);
    drop(first);
    let streams: &Streams = &stage.node.app.streams;
    assert_eq!(streams.count(), 1);
    assert_eq!(stage.asks(&session, "home").await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_one_is_told_comes_in_groups_and_is_read_dismissed_and_decided() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob, cy) = (node.person("ada").await, node.person("bob").await, node.person("cy").await);
        let id = writes(&ada, json!({ "status": "Frost tonight" })).await;
        for who in [&bob, &cy] {
            who.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await;
        }
        writes(&bob, json!({ "status": "@ada a question for you" })).await;
        let locked = ada.ask(reqwest::Method::PATCH, "/api/v1/accounts/update_credentials").json(&json!({ "locked": true }));
        assert_eq!(locked.send().await.unwrap().status(), StatusCode::OK);
        cy.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({})).await;
        settles(&node).await;

        let mut page = browser(&node, "ada").await;
        page.open("/notifications").await;
        assert!(page.page.contains("Your post is a favourite of cy and bob") && page.page.contains(">Frost tonight</a>"), "{}", page.page);
        assert!(page.page.contains("a question for you") && page.page.contains("cy asks to follow you"), "{}", page.page);
        assert!(page.page.contains("data-live=\"unread\""), "they are counted beside the way to them");
        let read = page.value_after("name=\"read\" value=\"");
        let cys = cy.account.id.to_string();
        page.submit("/notifications", &[("account", &cys), ("accept", "yes")]).await;
        let relation = cy.get(&format!("/api/v1/accounts/relationships?id[]={}", ada.account.id)).await;
        assert_eq!(relation[0]["following"], json!(true));
        page.open("/notifications").await;
        assert!(!page.page.contains("Let them follow"), "what is decided is not asked again");
        page.submit("/notifications", &[("read", &read)]).await;
        page.open("/notifications").await;
        assert!(!page.page.contains("data-live=\"unread\"") && !page.page.contains("told new"), "{}", page.page);
        page.open("/notifications?only=mentions").await;
        assert!(page.page.contains("a question for you") && !page.page.contains("Frost tonight</a>"));
        let key = page.value_after("class=\"act\" name=\"dismiss\" value=\"");
        page.submit("/notifications", &[("dismiss", &key)]).await;
        page.open("/notifications").await;
        assert!(!page.page.contains("a question for you") && page.page.contains("Frost tonight"));
        page.submit("/notifications", &[("dismiss", "all")]).await;
        page.open("/notifications").await;
        assert!(page.page.contains("Nothing yet."), "{}", page.page);
        // somebody else's decision is not taken by who was not asked
        let answer = page.submit("/notifications", &[("account", &bob.account.id.to_string()), ("accept", "yes")]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s048_what_moderators_alone_are_told_is_told_to_them_as_long_as_they_are() {
    let node = node(&Place::sqlite()).await;
    let (ada, bob, cy) = (node.person("ada").await, node.person("bob").await, node.person("cy").await);
    let place = founds(&ada, "valves", "Valve quality", "local").await;
    let community: i64 = place["id"].as_str().unwrap().parse().unwrap();
    let asks = crate::sql!("UPDATE communities SET join_rule = 1, question = 'Why?' WHERE account_id = {}", community);
    let tx = node.app.begin().await.unwrap();
    asks.run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    bob.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({ "answer": "I make them." })).await;
    settles(&node).await;
    let mut page = browser(&node, "ada").await;
    page.open("/notifications").await;
    assert!(
        page.page.contains("bob asks to be let into Valve quality") && page.page.contains("href=\"/c/valves/manage\""),
        "{}",
        page.page
    );
    let tx = node.app.begin().await.unwrap();
    crate::sql!("UPDATE seats SET role = 0 WHERE account_id = {}", ada.account.id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    page.open("/notifications").await;
    assert!(!page.page.contains("asks to be let into"), "{}", page.page);
    let mut other = browser(&node, "cy").await;
    other.open("/notifications").await;
    assert!(other.page.contains("Nothing yet.") && !other.page.contains(&cy.account.id.to_string()));
}
