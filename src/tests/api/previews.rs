//! What pages that posts lead to say of themselves: looked at once, for everybody's posts alone, and shown as text.

use super::{
    shapes::{assert_are, assert_is},
    social::{id, refused},
};
use crate::{
    features::{
        accounts::{self, Remote},
        posts::{
            receive::{self, Incoming},
            tests::world::incoming,
        },
        previews,
    },
    federation::{Federation, bootstrap},
    net::{Client, Policy, SystemLookup},
    outreach,
    server::worker,
    sql,
    tests::support::{Person, Place, TestNode, on_both_databases},
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::Response,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const PAGE: &str = "<!doctype html><html lang=en><title>no</title><meta property='og:title' content='Frost &amp; &lt;script&gt;alert(1)&lt;/script&gt;'>\
    <meta property='og:description' content='Cover the beans'><meta property='og:site_name' content='Garden'><meta name=author content=Ada>\
    <meta property='og:image' content='/frost.png'><meta property='og:video' content='/x.mp4'><link rel=alternate type='application/json+oembed' href='/oembed'>\
    <meta property='og:image:width' content='800'><meta property='og:image:height' content='600'></head><body><script>alert(1)</script>";

type Asked = Arc<Mutex<Vec<(String, HeaderMap)>>>;

/// A site on loopback, and what it was asked for.
#[derive(Clone)]
struct Site {
    port: u16,
    asked: Asked,
}

impl Site {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let router = Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        site
    }

    fn at(&self, path: &str) -> String {
        format!("http://news.localhost:{}{path}", self.port)
    }

    /// Paths that were asked for.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    /// The guarded client, with loopback let in or not.
    fn client(&self, is_let: bool) -> Client {
        let allow_addresses = if is_let { vec!["127.0.0.0/8".parse().unwrap()] } else { Vec::new() };
        let policy = Policy { allow_http: true, allow_addresses, allow_ports: [self.port].into_iter().collect() };
        Client::new(policy, Arc::new(SystemLookup::default()), "test", None).unwrap()
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Response {
    let path = request.uri().to_string();
    site.asked.lock().unwrap().push((path.clone(), request.headers().clone()));
    let (status, kind, body) = match path.as_str() {
        "/moved" => (302, "text/html", String::new()),
        "/picture" => (200, "image/png", "<title>no page</title>".into()),
        "/long" => (200, "text/html", format!("<title>Long</title>{}", "x".repeat(2 << 20))),
        "/broken" => (500, "text/html", "<title>Broken</title>".into()),
        "/other" => (200, "text/html", "<title>Other</title>".into()),
        _ => (200, "text/html; charset=utf-8", PAGE.into()),
    };
    let answer = Response::builder().status(status).header(header::CONTENT_TYPE, kind);
    let answer = if path == "/moved" { answer.header(header::LOCATION, "/other") } else { answer };
    answer.body(Body::from(body)).unwrap()
}

/// Draws the consequences of what happened, and looks at what is due.
async fn looks(node: &TestNode, client: &Client) {
    bootstrap(&node.app).await.unwrap();
    let federation = Federation::start(node.app.clone()).unwrap();
    worker::round(&federation, true).await.unwrap();
    outreach::previews::round(&node.app, client).await.unwrap();
}

async fn says(who: &Person, body: Value) -> Value {
    who.post("/api/v1/statuses", body).await
}

async fn card(who: &Person, post: &Value) -> Value {
    who.get(&format!("/api/v1/statuses/{}", id(post))).await["card"].clone()
}

async fn count(node: &TestNode, table: &str) -> i64 {
    sql!(format!("SELECT COUNT(*) FROM {table}")).value(&node.app.store).await.unwrap().unwrap()
}

#[tokio::test]
async fn s083_s091_s136_a_page_is_looked_at_once_and_shown_as_text_with_its_picture_through_this_node() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, site) = (node.person("ada").await, Site::open().await);
        let post = says(&ada, json!({ "status": format!("look {}", site.at("/a#part")) })).await;
        assert_eq!(post["card"], json!(null));
        looks(&node, &site.client(true)).await;
        let found = card(&ada, &post).await;
        assert_is("PreviewCard", &found);
        assert_eq!(
            (&found["title"], &found["html"], &found["embed_url"]),
            (&json!("Frost & <script>alert(1)</script>"), &json!(""), &json!(""))
        );
        assert_eq!((&found["type"], &found["url"], &found["provider_name"]), (&json!("link"), &json!(site.at("/a")), &json!("Garden")));
        assert_eq!(
            (&found["width"], &found["authors"][0]["name"], &found["authors"][0]["account"]),
            (&json!(800), &json!("Ada"), &json!(null))
        );
        assert!(found["image"].as_str().unwrap().starts_with(&format!("{}/proxy/", node.url)), "{found}");
        let again = says(&ada, json!({ "status": format!("again {}", site.at("/a")), "visibility": "unlisted" })).await;
        looks(&node, &site.client(true)).await;
        assert_eq!(card(&ada, &again).await["title"], found["title"]);
        assert_eq!(site.asked(), ["/a"], "neither the picture nor oEmbed, and the page once for all posts");
        let (_, heads) = site.asked.lock().unwrap()[0].clone();
        for name in ["authorization", "cookie", "signature", "referer", "signature-input"] {
            assert!(!heads.contains_key(name), "{name}");
        }
        let home = ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await;
        assert_eq!((&home[0]["card"]["title"], &home[1]["card"]["title"]), (&found["title"], &found["title"]));
    })
    .await;
}

#[tokio::test]
async fn s136_no_page_is_looked_at_for_a_post_that_is_not_for_everybody() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, site) = (node.person("ada").await, Site::open().await);
        for visibility in ["private", "direct"] {
            says(&ada, json!({ "status": format!("see {}", site.at("/secret")), "visibility": visibility })).await;
        }
        let gone = says(&ada, json!({ "status": format!("see {}", site.at("/gone")) })).await;
        let federation = Federation::start(node.app.clone()).unwrap();
        bootstrap(&node.app).await.unwrap();
        worker::round(&federation, true).await.unwrap();
        assert_eq!((count(&node, "post_links").await, count(&node, "link_cards").await), (1, 1));
        ada.ask(Method::DELETE, &format!("/api/v1/statuses/{}", id(&gone))).send().await.unwrap();
        looks(&node, &site.client(true)).await;
        assert_eq!(site.asked(), Vec::<String>::new(), "and for none that was deleted meanwhile");
        // what others look at shows nothing beside a post that is for few
        let public = says(&ada, json!({ "status": site.at("/secret") })).await;
        looks(&node, &site.client(true)).await;
        assert_eq!(card(&ada, &public).await["title"].as_str().unwrap().split(' ').next(), Some("Frost"));
        let all = ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await;
        assert_eq!(all.as_array().unwrap().iter().filter(|post| !post["card"].is_null()).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn s020_a_page_within_our_own_network_is_never_asked_for() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, site) = (node.person("ada").await, Site::open().await);
        for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "0x7f000001"] {
            says(&ada, json!({ "status": format!("http://{host}:{}/", site.port) })).await;
        }
        looks(&node, &site.client(false)).await;
        assert_eq!(site.asked(), Vec::<String>::new());
        let waiting: Option<i64> =
            sql!("SELECT COUNT(*) FROM link_cards WHERE due_at IS NOT NULL OR shown").value(&node.app.store).await.unwrap();
        assert_eq!(waiting, Some(0), "and not tried again");
    })
    .await;
}

#[tokio::test]
async fn only_the_start_of_pages_is_read_redirects_are_followed_and_what_is_no_page_has_no_card() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, site) = (node.person("ada").await, Site::open().await);
        let mut posts = Vec::new();
        for path in ["/long", "/moved", "/picture", "/broken"] {
            posts.push(says(&ada, json!({ "status": site.at(path) })).await);
        }
        looks(&node, &site.client(true)).await;
        let mut titles = Vec::new();
        for post in &posts {
            titles.push(card(&ada, post).await["title"].clone());
        }
        assert_eq!(titles, [json!("Long"), json!("Other"), json!(null), json!(null)]);
        let mut asked = site.asked();
        asked.sort();
        assert_eq!(asked, ["/broken", "/long", "/moved", "/other", "/picture"], "once each");
    })
    .await;
}

#[tokio::test]
async fn an_edit_looks_again_and_a_card_that_nobody_leads_to_is_forgotten() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, site) = (node.person("ada").await, Site::open().await);
        let post = says(&ada, json!({ "status": site.at("/a") })).await;
        looks(&node, &site.client(true)).await;
        let path = format!("/api/v1/statuses/{}", id(&post));
        let edit = async |text: String| {
            assert_eq!(ada.ask(Method::PUT, &path).json(&json!({ "status": text })).send().await.unwrap().status(), StatusCode::OK);
            looks(&node, &site.client(true)).await;
            card(&ada, &post).await["title"].clone()
        };
        assert_eq!(edit(site.at("/other")).await, json!("Other"));
        assert_eq!(edit("no link".into()).await, json!(null));
        assert_eq!(edit(site.at("/other")).await, json!("Other"));
        assert_eq!(site.asked(), ["/a", "/other"]);
        let sweep = async || {
            let tx = node.app.begin().await.unwrap();
            previews::forget_unused(&tx, 0, 100).await.unwrap();
            tx.commit().await.unwrap();
            count(&node, "link_cards").await
        };
        assert_eq!(sweep().await, 2, "what was found is believed for a day");
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE link_cards SET fetched_at = fetched_at - 90000000").run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sweep().await, 1);
        // after a day a page is looked at anew
        says(&ada, json!({ "status": site.at("/other") })).await;
        looks(&node, &site.client(true)).await;
        assert_eq!(site.asked(), ["/a", "/other", "/other"]);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_others_lead_to_waits_up_to_a_minute_and_one_to_which_the_author_belongs_shows_them() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let site = Site::open().await;
        let tx = node.app.begin().await.unwrap();
        let uri = "https://p.test/u/pat".to_owned();
        let remote = Remote {
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            username: "pat".into(),
            host: "p.test".into(),
            uri,
            ..Remote::default()
        };
        let pat = accounts::keep_remote(&tx, &remote).await.unwrap();
        let content = format!("<p><a href=\"{}\">page</a></p>", site.at("/a"));
        let written = Incoming { content, ..incoming("https://p.test/n/1", "", tx.now) };
        let post = receive::receive(&tx, &pat, written).await.unwrap().unwrap();
        previews::link(&tx, &[post], node.app.origin.authority()).await.unwrap();
        let now = tx.now;
        tx.commit().await.unwrap();
        let due: i64 = sql!("SELECT due_at FROM link_cards").value(&node.app.store).await.unwrap().unwrap();
        assert!((now.0..now.0 + 60_000).contains(&due), "{} ms", due - now.0);
    })
    .await;
}

#[tokio::test]
async fn links_trend_by_how_many_lead_there_and_have_a_timeline() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let site = Site::open().await;
        says(&ada, json!({ "status": site.at("/other") })).await;
        for who in [&ada, &eve] {
            says(who, json!({ "status": format!("{} {}", site.at("/a"), who.account.username) })).await;
        }
        says(&eve, json!({ "status": format!("{} more", site.at("/a")) })).await;
        says(&eve, json!({ "status": site.at("/a"), "visibility": "unlisted" })).await;
        says(&eve, json!({ "status": site.at("/a"), "visibility": "private" })).await;
        looks(&node, &site.client(true)).await;
        let links = flo.get("/api/v1/trends/links").await;
        assert_are("TrendsLink", &links);
        assert_eq!(
            (links.as_array().unwrap().len(), &links[0]["url"], &links[1]["url"]),
            (2, &json!(site.at("/a")), &json!(site.at("/other")))
        );
        let today = &links[0]["history"][0];
        assert_eq!((&today["uses"], &today["accounts"], links[0]["history"].as_array().unwrap().len()), (&json!("3"), &json!("2"), 7));
        assert_eq!(flo.get("/api/v1/trends/links?limit=1&offset=1").await[0]["url"], json!(site.at("/other")));

        let url: String = url::form_urlencoded::byte_serialize(site.at("/a#x").as_bytes()).collect();
        let path = format!("/api/v1/timelines/link?url={url}");
        let all = flo.get(&path).await;
        assert_eq!(all.as_array().unwrap().len(), 3, "neither the unlisted nor the private one");
        assert_are("Status", &all);
        let first = flo.ask(Method::GET, &format!("{path}&limit=2")).send().await.unwrap();
        let link = first.headers()["link"].to_str().unwrap().to_owned();
        assert!(link.contains("url=") && link.contains("max_id="), "{link}");
        let rest = flo.get(&format!("{path}&max_id={}", id(&all[1]))).await;
        assert_eq!((rest.as_array().unwrap().len(), &rest[0]["id"]), (1, &all[2]["id"]));
        flo.post(&format!("/api/v1/accounts/{}/block", eve.account.id), json!({})).await;
        assert_eq!(flo.get(&path).await.as_array().unwrap().len(), 1, "as its reader wants it");
        assert_eq!(flo.get("/api/v1/timelines/link?url=https%3A%2F%2Funknown.example%2F").await, json!([]));
        assert_eq!(refused(&flo, Method::GET, "/api/v1/timelines/link", json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn where_previews_are_off_nothing_is_noted_and_nothing_asked_for() {
    let node = Place::sqlite().node_with("acme", |config| config.previews.enabled = false).await;
    let (ada, site) = (node.person("ada").await, Site::open().await);
    says(&ada, json!({ "status": site.at("/a") })).await;
    looks(&node, &site.client(true)).await;
    assert_eq!((count(&node, "link_cards").await, site.asked().len()), (0, 0));
}

#[tokio::test]
async fn where_too_many_pages_wait_a_post_goes_without_a_card() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, site) = (node.person("ada").await, Site::open().await);
        let tx = node.app.begin().await.unwrap();
        let fill = "INSERT INTO link_cards (id, url, due_at) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {}) \
            SELECT x, 'https://w.example/' || CAST(x AS TEXT), 9000000000000000 FROM n";
        sql!(fill, previews::WAITING_MAX).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let post = says(&ada, json!({ "status": site.at("/a") })).await;
        looks(&node, &site.client(true)).await;
        assert_eq!((count(&node, "post_links").await, site.asked().len(), card(&ada, &post).await), (0, 0, json!(null)));
    })
    .await;
}
