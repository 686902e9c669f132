//! What members read and do with posts, in a browser without script.

use super::public::{founds, writes};
use crate::{
    base::words::NodeRole,
    federation::{Federation, bootstrap},
    server::worker,
    store::sql::counted,
    tests::support::{Browser, PASSWORD, Person, Place, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

/// Lets everything follow that was caused.
pub(super) async fn settles(node: &TestNode) {
    let federation = Federation::start(node.app.clone()).unwrap();
    worker::round(&federation, true).await.unwrap();
}

pub(super) async fn node(place: &Place) -> TestNode {
    let node = place.node("acme").await;
    bootstrap(&node.app).await.unwrap();
    node
}

pub(super) async fn browser<'a>(node: &'a TestNode, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(node);
    browser.log_in(name, PASSWORD).await;
    browser
}

async fn follows(who: &Person, whom: &Person) {
    who.post(&format!("/api/v1/accounts/{}/follow", whom.account.id), json!({})).await;
}

fn leads_to(answer: &reqwest::Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn home_says_what_to_do_when_empty_and_then_shows_what_comes_and_what_is_new() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let mut page = browser(&node, "ada").await;
        page.open("/home").await;
        assert!(page.page.contains("Nothing here yet") && page.page.contains("href=\"/communities\""), "{}", page.page);
        follows(&ada, &bob).await;
        let first = writes(&bob, json!({ "status": "The first of all" })).await;
        settles(&node).await;
        page.open("/home").await;
        assert!(page.page.contains("The first of all") && !page.page.contains("From here on"), "{}", page.page);
        writes(&bob, json!({ "status": "The second of all" })).await;
        settles(&node).await;
        page.open("/home").await;
        let (new, old) = page.page.split_once("From here on you have been before").expect("what is new is set apart");
        assert!(new.contains("The second of all") && old.contains("The first of all"));
        let marked = ada.get("/api/v1/markers?timeline[]=home").await;
        assert!(marked["home"]["last_read_id"].as_str().unwrap() > first.as_str(), "apps of the same person know it: {marked}");
        for path in ["/public", "/public/all", "/bookmarks", "/favourites", "/lists", "/notifications", "/search"] {
            assert_eq!(page.open(path).await.status(), StatusCode::OK, "{path}");
            let answer = Browser::new(&node).open(path).await;
            assert_eq!(
                (answer.status(), leads_to(&answer)),
                (StatusCode::SEE_OTHER, format!("/login?next={}", path.replace('/', "%2F")).as_str())
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_post_that_others_pass_on_stands_on_home_once() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob, cy) = (node.person("ada").await, node.person("bob").await, node.person("cy").await);
        follows(&ada, &bob).await;
        follows(&ada, &cy).await;
        let id = writes(&bob, json!({ "status": "Said by one, passed on by another" })).await;
        writes(&bob, json!({ "status": "Said in between" })).await;
        cy.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await;
        settles(&node).await;
        let home = ada.get("/api/v1/timelines/home").await;
        assert_eq!(home.as_array().map(Vec::len), Some(3), "apps get it from both: {home}");
        let page = page_of(&node, "ada", "/home").await;
        assert_eq!(page.matches("Said by one").count(), 1, "{page}");
        let (first, rest) = page.split_once("Said by one").unwrap();
        assert!(first.contains("Boosted by cy") && rest.contains("Said in between"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn buttons_below_a_post_do_what_apps_do_and_lead_back_to_where_one_was() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let id = writes(&bob, json!({ "status": "Frost tonight" })).await;
        let mut page = browser(&node, "ada").await;
        let now = async |what: &str| ada.get(&format!("/api/v1/statuses/{id}")).await[what].clone();
        for (deed, undo, what) in [
            ("favourite", "unfavourite", "favourited"),
            ("boost", "unboost", "reblogged"),
            ("bookmark", "unbookmark", "bookmarked"),
            ("mute", "unmute", "muted"),
        ] {
            for (word, is_so) in [(deed, true), (deed, true), (undo, false), (undo, false), (deed, true)] {
                page.open(&format!("/p/{id}")).await;
                let back = page.value_after("name=\"back\" value=\"");
                assert_eq!(back, format!("/p/{id}#p{id}"));
                let answer = page.submit(&format!("/p/{id}/{word}"), &[("back", &back)]).await;
                assert_eq!((answer.status(), leads_to(&answer)), (StatusCode::SEE_OTHER, back.as_str()), "{word}");
                assert_eq!(now(what).await, json!(is_so), "{word}");
            }
        }
        page.open("/bookmarks").await;
        assert!(page.page.contains("Frost tonight") && page.page.contains("aria-pressed=\"true\""));
        // a script gets the buttons alone, as they are now
        let answer = page.submit(&format!("/p/{id}/unfavourite"), &[("part", "yes"), ("back", "/home?before=9#p77")]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(
            page.page.starts_with("<form class=\"acts\"") && page.page.contains(&format!("formaction=\"/p/{id}/favourite\"")),
            "{}",
            page.page
        );
        assert!(page.page.contains("value=\"/home?before=9#p77\""), "{}", page.page);
        // whoever opens the address of a form comes to the post
        let answer = page.open(&format!("/p/{id}/boost")).await;
        assert_eq!(leads_to(&answer), format!("/p/{id}"));
        page.open(&format!("/p/{id}")).await;
        let answer = page.submit(&format!("/p/{id}/bookmark"), &[("back", "//evil.test/")]).await;
        assert_eq!(leads_to(&answer), format!("/p/{id}"), "S89: nobody is led away");
    })
    .await;
}

#[tokio::test]
async fn s090_nothing_is_done_with_a_post_without_the_token_of_the_form() {
    let node = node(&Place::sqlite()).await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let id = writes(&ada, json!({ "status": "Mine", "poll": { "options": ["a", "b"], "expires_in": 3600 } })).await;
    for name in ["ada", "bob"] {
        let mut page = browser(&node, name).await;
        for word in ["favourite", "boost", "bookmark", "mute", "pin", "vote", "delete", "report"] {
            let answer = page.send_raw(&format!("/p/{id}/{word}"), &[("token", "guessed"), ("choice", "0"), ("category", "spam")]).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{word}");
        }
        assert_eq!(page.send_raw("/notifications", &[("dismiss", "all")]).await.status(), StatusCode::FORBIDDEN);
    }
    let seen = bob.get(&format!("/api/v1/statuses/{id}")).await;
    assert_eq!((&seen["favourites_count"], &seen["poll"]["votes_count"], &seen["bookmarked"]), (&json!(0), &json!(0), &json!(false)));
}

#[tokio::test]
async fn members_read_who_reads_along_and_strangers_learn_nothing_of_it() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        node.person("eve").await;
        let place = founds(&ada, "valves", "Valve quality", "local").await;
        let place_id = place["id"].as_str().unwrap();
        bob.post(&format!("/api/intermoot/v1/communities/{place_id}/join"), json!({})).await;
        let id = writes(&ada, json!({ "status": "For members", "intermoot": { "community_id": place_id } })).await;
        let path = format!("/p/{id}");
        let mut page = browser(&node, "bob").await;
        assert_eq!(page.open(&path).await.status(), StatusCode::OK);
        let readers = format!("Members of Valve quality at {}", node.app.origin.authority());
        assert!(page.page.contains("For members") && page.page.contains(&readers), "{}", page.page);
        settles(&node).await;
        let home = page_of(&node, "bob", "/home").await;
        assert!(
            home.contains("For members") && !home.contains("Boosted by"),
            "that its community passes it on goes without saying: {home}"
        );
        let missing = (StatusCode::NOT_FOUND, { page_of(&node, "eve", "/p/12345").await });
        for part in ["", "/history", "/favourited_by", "/report", "/delete"] {
            let mut eve = browser(&node, "eve").await;
            let status = eve.open(&format!("{path}{part}")).await.status();
            assert_eq!(status, missing.0, "{part}");
            assert!(!eve.page.contains("For members"), "{part}");
        }
        // as it was: who may see it is asked anew
        bob.post(&format!("/api/intermoot/v1/communities/{place_id}/leave"), json!({})).await;
        assert_eq!(page.open(&path).await.status(), StatusCode::NOT_FOUND);
        for (body, words) in [
            (json!({ "status": "a", "visibility": "public" }), "Everybody"),
            (json!({ "status": "b", "visibility": "private" }), "Followers of ada"),
            (json!({ "status": "@eve c", "visibility": "direct" }), "Only whoever is named in it"),
        ] {
            let id = writes(&ada, body).await;
            let shown = page_of(&node, "ada", &format!("/p/{id}")).await;
            assert!(shown.contains(words), "{words}: {shown}");
        }
    })
    .await;
}

pub(super) async fn page_of(node: &TestNode, name: &str, path: &str) -> String {
    let mut page = browser(node, name).await;
    page.open(path).await;
    page.page
}

#[tokio::test]
async fn a_poll_is_voted_in_once_and_then_shows_its_figures() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, _) = (node.person("ada").await, node.person("bob").await);
        let poll = json!({ "options": ["Brass", "Steel", "Wood"], "expires_in": 3600, "multiple": true });
        let id = writes(&ada, json!({ "status": "Which?", "poll": poll })).await;
        let path = format!("/p/{id}");
        let mut page = browser(&node, "bob").await;
        page.open(&path).await;
        assert!(page.page.contains("type=\"checkbox\" name=\"choice\" value=\"2\""), "{}", page.page);
        let answer = page.submit(&format!("{path}/vote"), &[("choice", "0"), ("choice", "2"), ("back", &path)]).await;
        assert_eq!(leads_to(&answer), path);
        page.open(&path).await;
        assert!(page.page.contains("100 %") && page.page.matches("your vote").count() == 2 && !page.page.contains("name=\"choice\""));
        let again = page.submit(&format!("{path}/vote"), &[("choice", "1")]).await;
        assert!(again.status().is_client_error() && page.page.contains("already voted"), "{}", page.page);
        assert!(!page_of(&node, "ada", &path).await.contains("name=\"choice\""), "nobody votes in their own");
    })
    .await;
}

#[tokio::test]
async fn deleting_asks_first_and_only_ones_own_can_be_deleted() {
    let node = node(&Place::sqlite()).await;
    let ada = node.person("ada").await;
    node.person("bob").await;
    let id = writes(&ada, json!({ "status": "Oops" })).await;
    let (path, mut bob) = (format!("/p/{id}/delete"), browser(&node, "bob").await);
    assert_eq!(bob.open(&path).await.status(), StatusCode::NOT_FOUND);
    bob.open(&format!("/p/{id}")).await;
    assert_eq!(bob.submit(&path, &[]).await.status(), StatusCode::NOT_FOUND);
    let mut page = browser(&node, "ada").await;
    page.open(&path).await;
    assert!(page.page.contains("Delete this post?") && page.page.contains("Oops"));
    assert_eq!(page.submit(&path, &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(page.open(&format!("/p/{id}")).await.status(), StatusCode::GONE);
    assert_eq!(page.open(&path).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_report_is_made_with_its_reason_and_keeps_what_was_typed_when_it_is_refused() {
    let node = node(&Place::sqlite()).await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let id = writes(&bob, json!({ "status": "Buy this" })).await;
    let path = format!("/p/{id}/report");
    let mut page = browser(&node, "ada").await;
    assert_eq!(page.open(&path).await.status(), StatusCode::OK);
    let long = "x".repeat(crate::base::text::limits::REASON_CHARS_MAX + 1);
    let answer = page.submit(&path, &[("category", "spam"), ("comment", &long)]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.page.contains(&long) && page.page.contains("value=\"spam\" checked") && page.page.contains("aria-invalid=\"true\""));
    let answer = page.submit(&path, &[("category", "spam"), ("comment", "It is spam.")]).await;
    let sent = leads_to(&answer).to_owned();
    page.open(&sent).await;
    assert!(page.page.contains("The report is sent"), "{}", page.page);
    assert_eq!(reports(&node).await, [("spam".to_owned(), "It is spam.".to_owned())]);
    let own = writes(&ada, json!({ "status": "Mine" })).await;
    assert_eq!(page.open(&format!("/p/{own}/report")).await.status(), StatusCode::NOT_FOUND, "nobody reports themselves");
}

/// Category and comment of every report.
async fn reports(node: &TestNode) -> Vec<(String, String)> {
    let categories: Vec<String> = crate::sql!("SELECT category FROM reports ORDER BY id").column(&node.app.store).await.unwrap();
    let comments: Vec<String> = crate::sql!("SELECT comment FROM reports ORDER BY id").column(&node.app.store).await.unwrap();
    categories.into_iter().zip(comments).collect()
}

#[tokio::test]
async fn earlier_wordings_and_those_who_like_a_post_are_shown() {
    let node = node(&Place::sqlite()).await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let id = writes(&ada, json!({ "status": "Frst tonight" })).await;
    let edited = ada.ask(Method::PUT, &format!("/api/v1/statuses/{id}")).json(&json!({ "status": "Frost tonight" }));
    assert_eq!(edited.send().await.unwrap().status(), StatusCode::OK);
    bob.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await;
    let shown = page_of(&node, "bob", &format!("/p/{id}/history")).await;
    let (now, first) = shown.split_once("Frost tonight").expect("the wording of now comes first");
    assert!(now.contains(">now<") && first.contains("Frst tonight"), "{shown}");
    let shown = page_of(&node, "ada", &format!("/p/{id}/favourited_by")).await;
    assert!(shown.contains("href=\"/u/bob\""), "{shown}");
}

#[tokio::test]
async fn a_long_thread_comes_in_pages_and_answers_are_set_in() {
    let node = node(&Place::sqlite()).await;
    let ada = node.person("ada").await;
    let top = writes(&ada, json!({ "status": "The top" })).await;
    let mut last = top.clone();
    let mut ids = Vec::new();
    for nth in 0..60 {
        let to = if nth < 9 { &last } else { &top };
        last = writes(&ada, json!({ "status": format!("Answer {nth}."), "in_reply_to_id": to })).await;
        ids.push(last.clone());
    }
    let mut page = browser(&node, "ada").await;
    page.open(&format!("/p/{top}")).await;
    assert!(page.page.contains("Answer 0.") && page.page.contains("Answer 49.") && !page.page.contains("Answer 50."), "{}", page.page);
    assert!(page.page.contains("60 answers") && page.page.contains("10 more answers") && page.page.contains(" in6\""));
    let further = page.value_after("aria-label=\"Further answers\"><a href=\"");
    page.open(further.split('#').next().unwrap()).await;
    assert!(page.page.contains("Answer 50.") && page.page.contains("Answer 59.") && !page.page.contains("Answer 49."), "{}", page.page);
    assert!(page.page.contains("Earlier answers") && page.page.contains(&format!("?at={}", ids[59])));
    assert_eq!(page.open(&format!("/p/{top}?at=nonsense")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_page_of_posts_costs_no_statement_more_for_each_post() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        follows(&ada, &bob).await;
        let writes_some = async |times: usize| {
            for nth in 0..times {
                let poll = json!({ "options": ["a", "b"], "expires_in": 3600 });
                let id = writes(&bob, json!({ "status": format!("See https://p.test/{nth} #x"), "poll": poll })).await;
                ada.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await;
            }
            settles(&node).await;
        };
        let router = crate::server::routes::all(&Federation::start(node.app.clone()).unwrap());
        let tx = node.app.begin().await.unwrap();
        crate::features::accounts::set_role(&tx, ada.account.id, NodeRole::Member).await.unwrap();
        let (session, _) = crate::features::sessions::begin_session(&tx, ada.account.id).await.unwrap();
        tx.commit().await.unwrap();
        let mut costs = Vec::new();
        for times in [2, 16] {
            writes_some(times).await;
            // the first look marks how far one has read
            asks(&router, &node, &session, "/home").await;
            let mut cost = Vec::new();
            for path in ["/home", "/notifications", "/favourites", "/public"] {
                // what the node remembers for some seconds may just be read anew: not twice
                let mut least = u32::MAX;
                for _ in 0..2 {
                    let (text, statements) = counted(asks(&router, &node, &session, path)).await;
                    assert!(text.contains("</html>"), "{path}: {text}");
                    least = least.min(statements);
                }
                cost.push((path, least));
            }
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1]);
        assert!(costs[1].iter().all(|(_, cost)| *cost <= 24), "{costs:?}");
    })
    .await;
}

/// The page at `path` for whoever has this session.
pub(super) async fn asks(router: &axum::Router, node: &TestNode, session: &str, path: &str) -> String {
    use tower::ServiceExt;
    let cookie = format!("intermoot_session_{}={session}", node.address.port());
    let request = axum::http::Request::get(path).header("cookie", cookie).header("accept", "text/html");
    let answer = router.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let bytes = axum::body::to_bytes(answer.into_body(), 4 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn search_finds_posts_people_communities_and_tags_and_explains_itself() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let ada = node.person("ada").await;
        node.person("bob").await;
        founds(&ada, "valves", "Valve quality", "public").await;
        writes(&ada, json!({ "status": "Valves freeze at night #valves" })).await;
        settles(&node).await;
        let mut page = browser(&node, "bob").await;
        page.open("/search").await;
        assert!(page.page.contains("How to search") && page.page.contains("from:me"));
        page.open("/search?q=valves").await;
        assert!(page.page.contains("Valves freeze at night") && page.page.contains("href=\"/c/valves\""), "{}", page.page);
        assert!(page.page.contains("href=\"/tags/valves\""), "{}", page.page);
        page.open("/search?q=from:ada+freeze&kind=posts").await;
        assert!(page.page.contains("Valves freeze at night"));
        page.open("/search?q=ada&kind=people").await;
        assert!(page.page.contains("href=\"/u/ada\""));
        page.open("/search?q=%3Cscript%3Ezzz").await;
        assert!(page.page.contains("Nothing was found") && !page.page.contains("<script>zzz"));
        let long = format!("/search?q={}", "x".repeat(2000));
        assert_eq!(page.open(&long).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}
