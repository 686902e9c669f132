//! Posts through Mastodon's API, by a real server.

use crate::{
    base::words::AccountKind,
    features::{accounts, posts, posts::tests::world::draft, reactions, timelines},
    store::tables::{Account, Post},
    tests::support::{Person, Place, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A person with a node that does not count requests.
async fn acme(place: &Place) -> (TestNode, Person) {
    let node = place.node_with("acme", |config| config.limits.enabled = false).await;
    let ada = node.person("ada").await;
    (node, ada)
}

async fn refused(request: reqwest::RequestBuilder) -> (StatusCode, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, answer.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[tokio::test]
async fn a_post_says_everything_clients_read() {
    on_both_databases(async |place| {
        let (node, ada) = acme(&place).await;
        let bo = node.person("bo").await;
        let words = json!({ "status": "Hi @bo, see #Valves", "spoiler_text": "pipes", "sensitive": "1", "visibility": "unlisted", "language": "en" });
        let post = ada.post("/api/v1/statuses", words).await;
        let id = text(&post, "id");
        assert_eq!(text(&post, "uri"), format!("{}/p/{id}", node.url));
        assert_eq!((text(&post, "visibility"), text(&post, "spoiler_text"), &post["sensitive"]), ("unlisted", "pipes", &json!(true)));
        assert_eq!(text(&post["mentions"][0], "acct"), "bo");
        assert_eq!(post["tags"][0], json!({ "name": "Valves", "url": format!("{}/tags/valves", node.url) }));
        assert_eq!((text(&post["account"], "acct"), text(&post["application"], "name")), ("ada", "test"));
        assert!(text(&post, "content").contains("class=\"u-url mention\""));
        for field in ["card", "poll", "reblog", "in_reply_to_id", "edited_at"] {
            assert_eq!(post[field], Value::Null, "{field}");
        }
        let answer = bo.post("/api/v1/statuses", json!({ "status": "Yes", "in_reply_to_id": id })).await;
        assert_eq!(text(&answer, "in_reply_to_id"), id);
        let context = ada.get(&format!("/api/v1/statuses/{id}/context")).await;
        assert_eq!(context["descendants"][0]["id"], answer["id"]);
        assert_eq!(bo.get(&format!("/api/v1/statuses/{id}")).await["replies_count"], 1);
        assert_eq!(bo.get(&format!("/api/v1/statuses?id[]={id}&id[]={}", text(&answer, "id"))).await.as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_posted_is_refused_in_plain_words() {
    on_both_databases(async |place| {
        let (_node, ada) = acme(&place).await;
        let long = "a".repeat(6000);
        for (body, word) in [
            (json!({ "status": " " }), "blank"),
            (json!({ "status": long }), "longer than"),
            (json!({ "status": "a", "visibility": "secret" }), "must be one of"),
            (json!({ "status": "a", "poll": { "options": ["a", "b"], "expires_in": 60 } }), "poll.expires_in must be"),
            (json!({ "status": "a", "scheduled_at": "soon" }), "is not a time such as"),
            (json!({ "status": "a", "quoted_status_id": "1" }), "is no post that you may see"),
            (json!({ "status": "a", "intermoot": { "community": "1" } }), "community"),
            (json!({ "status": "a", "intermoot": { "community_id": "1" } }), "not a community"),
        ] {
            let (status, sentence) = refused(ada.ask(Method::POST, "/api/v1/statuses").json(&body)).await;
            assert!(status == StatusCode::UNPROCESSABLE_ENTITY && sentence.contains(word), "{status} {sentence}");
        }
        let (status, _) = refused(ada.ask(Method::POST, "/api/v1/statuses").json(&json!({ "status": "a", "in_reply_to_id": "1" }))).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, _) = refused(ada.ask(Method::GET, "/api/v1/statuses/x")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn r25_fifty_requests_with_one_key_make_one_post() {
    on_both_databases(async |place| {
        let (_node, ada) = acme(&place).await;
        let once =
            |words: &str| ada.ask(Method::POST, "/api/v1/statuses").header("Idempotency-Key", "k1").form(&[("status", words)]).send();
        let answers = futures::future::join_all((0..50).map(|_| once("once"))).await;
        let mut ids = Vec::new();
        for answer in answers {
            ids.push(answer.unwrap().json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1);
        assert_eq!(once("other").await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn a_post_is_edited_and_deleted_by_its_author_alone() {
    on_both_databases(async |place| {
        let (node, ada) = acme(&place).await;
        let bo = node.person("bo").await;
        let post = ada.post("/api/v1/statuses", json!({ "status": "first" })).await;
        let path = format!("/api/v1/statuses/{}", text(&post, "id"));
        for (method, path) in [(Method::PUT, path.clone()), (Method::DELETE, path.clone()), (Method::GET, format!("{path}/source"))] {
            let (status, _) = refused(bo.ask(method, &path).json(&json!({ "status": "mine" }))).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
        }
        let edited = ada.ask(Method::PUT, &path).json(&json!({ "status": "second" })).send().await.unwrap().json::<Value>().await.unwrap();
        assert!(edited["edited_at"].is_string());
        assert_eq!(text(&ada.get(&format!("{path}/source")).await, "text"), "second");
        let history = bo.get(&format!("{path}/history")).await;
        assert_eq!((text(&history[0], "content"), text(&history[1], "content")), ("<p>first</p>", "<p>second</p>"));
        let deleted = ada.ask(Method::DELETE, &path).send().await.unwrap().json::<Value>().await.unwrap();
        assert_eq!(text(&deleted, "text"), "second");
        for request in [ada.ask(Method::GET, &path), node.get(&path), ada.ask(Method::GET, &format!("{path}/history"))] {
            assert_eq!(refused(request).await.0, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn favourites_boosts_and_bookmarks_come_and_go() {
    on_both_databases(async |place| {
        let (node, ada) = acme(&place).await;
        let bo = node.person("bo").await;
        let post = ada.post("/api/v1/statuses", json!({ "status": "good" })).await;
        let path = format!("/api/v1/statuses/{}", text(&post, "id"));
        let act = async |verb: &str| bo.ask(Method::POST, &format!("{path}/{verb}")).send().await.unwrap().json::<Value>().await.unwrap();
        assert_eq!(act("favourite").await["favourited"], true);
        assert_eq!(act("bookmark").await["bookmarked"], true);
        let boost = act("reblog").await;
        assert_eq!(
            (&boost["reblog"]["id"], &boost["reblog"]["reblogged"], &boost["reblog"]["reblogs_count"]),
            (&post["id"], &json!(true), &json!(1))
        );
        for list in [format!("{path}/favourited_by"), format!("{path}/reblogged_by")] {
            assert_eq!(text(&ada.get(&list).await[0], "acct"), "bo", "{list}");
        }
        for list in ["/api/v1/favourites", "/api/v1/bookmarks"] {
            assert_eq!(bo.get(list).await[0]["id"], post["id"], "{list}");
            assert_eq!(ada.get(list).await, json!([]), "{list}");
        }
        assert_eq!(act("unfavourite").await["favourites_count"], 0);
        assert_eq!(act("unbookmark").await["bookmarked"], false);
        let gone = bo.ask(Method::POST, &format!("/api/v1/statuses/{}/unreblog", text(&boost, "id"))).send().await.unwrap();
        assert_eq!(gone.json::<Value>().await.unwrap()["reblogged"], false);
        assert_eq!(refused(bo.ask(Method::GET, &format!("/api/v1/statuses/{}", text(&boost, "id")))).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s131_search_and_lists_show_nothing_that_is_not_the_askers_to_see() {
    on_both_databases(async |place| {
        let (node, ada) = acme(&place).await;
        let (bo, eve) = (node.person("bo").await, node.person("eve").await);
        let letter = ada.post("/api/v1/statuses", json!({ "status": "@bo the launch is secret", "visibility": "direct" })).await;
        let url = text(&letter, "url");
        for (who, sees) in [(&bo, 1), (&eve, 0)] {
            for query in [url, "launch secret"] {
                let request = who.ask(Method::GET, "/api/v2/search").query(&[("q", query), ("resolve", "true")]);
                let found = request.send().await.unwrap().json::<Value>().await.unwrap();
                assert_eq!(found["statuses"].as_array().unwrap().len(), sees, "{query}");
            }
        }
        assert_eq!(refused(eve.ask(Method::GET, &format!("/api/v1/statuses/{}", text(&letter, "id")))).await.0, StatusCode::NOT_FOUND);
        assert_eq!(
            refused(eve.ask(Method::POST, &format!("/api/v1/statuses/{}/favourite", text(&letter, "id")))).await.0,
            StatusCode::NOT_FOUND
        );
        let found = eve.get("/api/v2/search?q=ada&resolve=true&type=accounts").await;
        assert_eq!((text(&found["accounts"][0], "acct"), &found["statuses"]), ("ada", &json!([])));
        let profile = eve.get(&format!("/api/v1/accounts/{}/statuses", text(&letter["account"], "id"))).await;
        assert_eq!(profile, json!([]));
        ada.post("/api/intermoot/v1/communities", json!({ "name": "inner", "purpose": "ours", "stage": "local" })).await;
        for query in ["inner", "@inner", &format!("{}/c/inner", node.app.origin.base()), &format!("{}/@inner", node.app.origin.base())] {
            let request = node.get("/api/v2/search").query(&[("q", query)]);
            let found = request.send().await.unwrap().json::<Value>().await.unwrap();
            assert_eq!(found["accounts"], json!([]), "{query} told a stranger of what is for our own people");
        }
    })
    .await;
}

/// A page such as people really have: boosts, many authors, mentions, tags, an app.
async fn furnish(node: &TestNode, ada: &Account) -> Vec<Post> {
    let mut all = Vec::new();
    for nth in 0..10 {
        let keys = node.app.new_keys().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        let new =
            accounts::New { username: format!("p{nth}"), kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
        let author = accounts::create(&tx, new).await.unwrap();
        let draft = posts::publish::Draft { mentions: vec![ada.id], tags: vec!["Valves".into()], ..draft("x") };
        let post = posts::publish::publish(&tx, &author, draft).await.unwrap();
        let boost = reactions::boost(&tx, ada, &post, None).await.unwrap();
        reactions::like(&tx, ada, &post, None).await.unwrap();
        timelines::shelve(&tx, boost.id).await.unwrap();
        tx.commit().await.unwrap();
        all.push(boost);
    }
    all
}

#[tokio::test]
async fn a_page_costs_the_same_few_statements_however_long_it_is() {
    on_both_databases(async |place| {
        let (node, ada) = acme(&place).await;
        furnish(&node, &ada.account).await;
        let viewer = posts::queries::Viewer::Account(ada.account.id);
        let count = async |limit| {
            let page = crate::base::page::Page::first(limit);
            crate::store::sql::counted(async {
                let posts = timelines::queries::home(&node.app.store, ada.account.id, page).await.unwrap();
                crate::api::entities::status::statuses(&node.app, &viewer, &posts).await.unwrap()
            })
            .await
        };
        let first = count(2).await.1;
        assert!(first <= 8, "{first} statements where the reader's filters are not remembered yet");
        let ((short, few), (long, many)) = (count(2).await, count(20).await);
        assert_eq!((short.len(), long.len()), (2, 10));
        assert!(long.iter().all(|status| status.reblog.as_ref().is_some_and(|post| post.favourited && post.reblogged)));
        assert_eq!(few, many, "no statement for each post");
        assert!(many <= 8, "{many} statements");
    })
    .await;
}

#[tokio::test]
async fn timelines_page_by_link_without_gap_and_keep_their_parameters() {
    on_both_databases(async |place| {
        let (node, ada) = acme(&place).await;
        for nth in 0..5 {
            ada.post("/api/v1/statuses", json!({ "status": format!("n{nth} #Valves") })).await;
        }
        let account = ada.account.id;
        for list in [
            "/api/v1/timelines/public?local=true".to_owned(),
            "/api/v1/timelines/tag/VALVES?x=1".into(),
            format!("/api/v1/accounts/{account}/statuses?exclude_reblogs=1"),
        ] {
            let mut seen = Vec::new();
            let mut next = Some(format!("{}{list}&limit=2", node.url));
            while let Some(url) = next {
                let answer = node.client.get(&url).bearer_auth(&ada.token).send().await.unwrap();
                let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
                next = link.split(", ").find(|link| link.contains("rel=\"next\"")).map(|link| link[1..link.find('>').unwrap()].to_owned());
                assert!(next.as_ref().is_none_or(|next| next.contains(list.split('?').nth(1).unwrap())), "{next:?}");
                let page = answer.json::<Value>().await.unwrap();
                seen.extend(page.as_array().unwrap().iter().map(|post| text(post, "content").chars().nth(4).unwrap()));
            }
            assert_eq!(seen, ['4', '3', '2', '1', '0'], "{list}");
        }
        assert_eq!(ada.get("/api/v1/timelines/public?remote=true").await, json!([]));
        assert_eq!(ada.get(&format!("/api/v1/accounts/{account}/statuses?pinned=true")).await, json!([]));
        assert_eq!(text(&ada.get("/api/v1/tags/Valves").await, "name"), "valves");
    })
    .await;
}
