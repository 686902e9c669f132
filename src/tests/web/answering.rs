//! Writing where one reads: the form in a thread and on a community's page.

use super::{
    public::{founds, writes},
    reading::{browser, node, page_of},
    writing::location,
};
use crate::{
    base::words::Role,
    federation::Federation,
    sql,
    store::sql::counted,
    tests::support::{Browser, TestNode, on_both_databases},
};
use reqwest::{Response, StatusCode};
use serde_json::json;

/// Publishes these words by the form of the last page, which is sent as it stands there.
async fn publishes(browser: &mut Browser<'_>, text: &str) -> Response {
    let held = ["once", "answer", "page", "goes"].map(|name| (name, browser.hidden(name)));
    let mut fields: Vec<(&str, &str)> = held.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("text", text), ("act", "publish")]);
    browser.submit("/write", &fields).await
}

#[tokio::test]
async fn an_answer_is_written_at_the_end_of_its_thread_and_one_lands_at_it() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let top = writes(&ada, json!({ "status": "Frost tonight" })).await;
        let first = writes(&bob, json!({ "status": "@ada How cold?", "in_reply_to_id": top })).await;
        let mut page = browser(&node, "ada").await;
        page.open(&format!("/p/{top}")).await;
        for part in [
            format!("data-compose=\"answer-{top}\""),
            "href=\"#answer\"".to_owned(),
            format!("href=\"/p/{top}?answer={first}#answer\""),
            "Everybody can read it, with or without an account.".to_owned(),
        ] {
            assert!(page.page.contains(&part), "{part}: {}", page.page);
        }
        let (answers, form) = page.page.split_once("data-compose=").unwrap();
        assert!(answers.contains("How cold?") && !form.contains("How cold?"), "it stands at the end");
        let to = location(&publishes(&mut page, "Minus four.").await);
        let id =
            to.strip_prefix(&format!("/p/{top}?at=")).and_then(|rest| rest.split('#').next()).expect("it leads to the thread").to_owned();
        assert_eq!(to, format!("/p/{top}?at={id}#p{id}"));
        page.open(to.split('#').next().unwrap()).await;
        assert!(page.page.contains(&format!("id=\"p{id}\"")) && page.page.contains("Minus four."), "{}", page.page);

        page.open(&format!("/p/{top}?answer={first}")).await;
        for part in [format!("data-compose=\"answer-{first}\"").as_str(), "<article class=\"post answered\">", "\n@bob </textarea>"] {
            assert!(page.page.contains(part), "{part}: {}", page.page);
        }
        // what is refused comes back whole, and leads to the thread still
        assert_eq!(publishes(&mut page, " ").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.page.contains("compose-text-wrong") && page.page.contains("Answer bob"), "{}", page.page);
        let to = location(&publishes(&mut page, "@bob Really.").await);
        let id =
            to.strip_prefix(&format!("/p/{top}?at=")).and_then(|rest| rest.split('#').next()).expect("it leads to the thread").to_owned();
        assert_eq!(ada.get(&format!("/api/v1/statuses/{id}")).await["in_reply_to_id"], json!(first));

        // what stands above, or nowhere, is answered on a page of its own
        for other in [top.as_str(), "12345"] {
            let answer = page.open(&format!("/p/{first}?answer={other}")).await;
            assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, format!("/p/{other}#answer")));
        }
        page.open(&format!("/p/{top}?answer=nonsense")).await;
        assert_eq!(page.hidden("answer"), top);
    })
    .await;
}

#[tokio::test]
async fn s048_the_form_is_for_those_who_may_answer_and_says_who_will_read_it() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let valves = founds(&ada, "valves", "Valve quality", "local").await;
        let community = valves["id"].as_str().unwrap();
        bob.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
        let top = writes(&ada, json!({ "status": "Leaks", "intermoot": { "community_id": community } })).await;
        let mut page = browser(&node, "bob").await;
        page.open(&format!("/p/{top}")).await;
        let readers = format!("Members of Valve quality can read it: people of {}.", node.app.origin.authority());
        assert!(page.page.contains(&readers) && page.page.contains("value=\"thread\" checked"), "{}", page.page);
        assert!(!page.page.contains("value=\"public\""), "an answer is for nobody who does not read the thread: {}", page.page);
        let id = location(&publishes(&mut page, "Where?").await).split('#').nth(1).unwrap()[1..].to_owned();
        assert_eq!(ada.get(&format!("/api/v1/statuses/{id}")).await["intermoot"]["community"]["id"], json!(community));
        let open = writes(&ada, json!({ "status": "For all" })).await;
        let mut stranger = Browser::new(&node);
        stranger.open(&format!("/p/{open}")).await;
        assert!(stranger.page.contains("For all") && !stranger.page.contains("name=\"once\""), "{}", stranger.page);
        assert_eq!(stranger.open(&format!("/p/{open}?answer={open}")).await.status(), StatusCode::OK);
        let locks = sql!("UPDATE posts SET locked_at = {} WHERE id = {}", node.app.store.now(), top.parse::<i64>().unwrap());
        let tx = node.app.begin().await.unwrap();
        locks.run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let shown = page_of(&node, "bob", &format!("/p/{top}")).await;
        assert!(shown.contains("takes no more answers") && !shown.contains("name=\"once\""), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_begun_on_its_communitys_page_by_whoever_may() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let valves = founds(&ada, "valves", "Valve quality", "public").await;
        let community = valves["id"].as_str().unwrap();
        let mut page = browser(&node, "bob").await;
        page.open("/c/valves").await;
        assert!(!page.page.contains("name=\"once\""), "who is no member begins nothing: {}", page.page);
        bob.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
        page.open("/c/valves").await;
        let goes = format!("c{community}");
        assert!(page.page.contains("Write something to Valve quality") && page.hidden("goes") == goes, "{}", page.page);
        assert!(page.page.contains("Everybody can read it: Valve quality is a public community."), "{}", page.page);
        assert!(page.page.contains(&format!("data-compose=\"community-{community}\"")));
        // refused, it is shown on a page of its own, with all of the places where it may go
        assert_eq!(publishes(&mut page, " ").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.page.contains(&format!("value=\"{goes}\" checked")) && page.page.contains("compose-text-wrong"), "{}", page.page);
        page.open("/c/valves").await;
        let to = location(&publishes(&mut page, "The first thread").await);
        let post = ada.get(&format!("/api/v1/statuses/{}", to.strip_prefix("/p/").expect("it leads to the thread"))).await;
        assert_eq!((&post["intermoot"]["community"]["id"], &post["visibility"]), (&json!(community), &json!("public")));
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE seats SET role = {} WHERE account_id = {}", Role::Observer, bob.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        page.open("/c/valves").await;
        assert!(page.page.contains("The first thread") && !page.page.contains("name=\"once\""), "{}", page.page);
        assert!(!super::public::page(&node, "/c/valves").await.1.contains("name=\"once\""));
    })
    .await;
}

/// What the page at `path` costs in statements at least, and the page: what is remembered for a second may cost one now and then.
async fn costs(router: &axum::Router, node: &TestNode, session: &str, path: &str) -> (u32, String) {
    let mut found = Vec::new();
    for _ in 0..3 {
        let (page, statements) = counted(super::reading::asks(router, node, session, path)).await;
        found.push((statements, page));
    }
    found.into_iter().min_by_key(|(statements, _)| *statements).unwrap()
}

#[tokio::test]
async fn a_form_in_a_page_costs_at_most_two_statements_and_strangers_none() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let valves = founds(&ada, "valves", "Valve quality", "local").await;
        let community = valves["id"].as_str().unwrap();
        bob.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
        let inside = writes(&ada, json!({ "status": "Leaks", "intermoot": { "community_id": community } })).await;
        let outside = writes(&ada, json!({ "status": "Frost" })).await;
        let router = crate::server::routes::all(&Federation::start(node.app.clone()).unwrap());
        let tx = node.app.begin().await.unwrap();
        let (session, _) = crate::features::sessions::begin_session(&tx, bob.account.id).await.unwrap();
        tx.commit().await.unwrap();
        let paths = [
            (format!("/p/{inside}"), session.as_str()),
            (format!("/p/{outside}"), session.as_str()),
            ("/c/valves".to_owned(), session.as_str()),
            (format!("/p/{outside}"), ""),
        ];
        let mut with_form = Vec::new();
        for (path, session) in &paths {
            with_form.push(costs(&router, &node, session, path).await);
        }
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE posts SET locked_at = {} WHERE id > 0", node.app.store.now()).run(&tx).await.unwrap();
        sql!("UPDATE seats SET role = {} WHERE account_id = {}", Role::Observer, bob.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        for ((path, session), (with, page)) in paths.iter().zip(with_form) {
            let (without, bare) = costs(&router, &node, session, path).await;
            assert!(!bare.contains("name=\"once\"") && bare.contains("</html>"), "{path}: {bare}");
            assert_eq!(page.contains("name=\"once\""), !session.is_empty(), "{path}: {page}");
            let most = if session.is_empty() { without } else { without + 2 };
            assert!(with <= most, "{path}: {without} statements without the form, {with} with it");
        }
    })
    .await;
}
