//! Actors: what they carry, in which form, for how long.

use super::desk::{AP, Desk};
use crate::{
    base::words::{AccountKind, Stage},
    features::accounts,
    store::tables::Field,
    tests::support::{Place, on_both_databases},
};
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

const URL: &str = "http://acme.localhost:4001";
const LD: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

#[tokio::test]
async fn ap001_ap003_ap013_ap014_ap015_ap016_every_actor_has_an_id_here_and_its_collections() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        desk.community("valves", Stage::Public, &ada).await;
        for (path, kind) in [("/u/ada", "Person"), ("/c/valves", "Group"), ("/actor", "Application"), ("/org", "Organization")] {
            let answer = desk.get(path).await;
            let actor = answer.json();
            let id = format!("{URL}{path}");
            assert_eq!((answer.status, actor["type"].as_str(), actor["id"].as_str()), (StatusCode::OK, Some(kind), Some(id.as_str())));
            for name in ["inbox", "outbox", "followers", "following"] {
                assert_eq!(actor[name], json!(format!("{id}/{name}")), "{path}");
            }
            assert_eq!(actor["endpoints"]["sharedInbox"], json!(format!("{URL}/inbox")));
            assert_eq!(actor["publicKey"]["owner"], json!(id));
            assert_eq!(actor["publicKey"]["id"], json!(format!("{id}#main-key")));
            assert!(actor["@context"].as_array().unwrap().contains(&json!("https://www.w3.org/ns/activitystreams")), "ap004");
            for name in ["outbox", "followers", "following", "featured"] {
                assert_eq!(desk.get(&format!("{path}/{name}")).await.json()["id"], json!(format!("{id}/{name}")));
            }
        }
        assert_eq!(desk.get("/").await.json()["id"], json!(format!("{URL}/actor")));
        assert_eq!(desk.get("/org").await.json()["preferredUsername"], json!("org"));
    })
    .await;
}

#[tokio::test]
async fn ap024_ap025_ap026_what_is_not_offered_is_not_named() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    let ada = desk.person("ada").await;
    let post = desk.post(&ada, crate::base::words::Audience::Public, None, None).await;
    let (actor, post) = (desk.get("/u/ada").await.json(), desk.get(&post.uri).await.json());
    assert_eq!([&actor["liked"], &actor["streams"], &post["likes"], &post["shares"]], [&json!(null); 4]);
    assert_eq!(desk.get("/u/ada/liked").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ap090_no_client_posts_to_an_outbox() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    desk.person("ada").await;
    for path in ["/u/ada/outbox", "/actor/outbox"] {
        assert_eq!(desk.ask("POST", path, HeaderMap::new()).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn fep_2c59_fep_5feb_fep_fb2a_an_actor_says_its_handle_whether_it_may_be_searched_and_its_profile() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        let tx = desk.app().begin().await.unwrap();
        let line = |name: &str, value: &str| Field { name: name.into(), value: value.into(), verified_at: None };
        let fields = Some(vec![line("Site", "https://ada.test/ <b>"), line("Pronouns", "she")]);
        let changes = accounts::Changes { fields, discoverable: Some(false), ..accounts::Changes::default() };
        accounts::change_profile(&tx, &ada, changes).await.unwrap();
        tx.commit().await.unwrap();
        let actor = desk.get("/u/ada").await.json();
        assert_eq!((&actor["webfinger"], &actor["indexable"]), (&json!("ada@acme.localhost:4001"), &json!(false)));
        let site = actor["attachment"][0]["value"].as_str().unwrap();
        assert!(site.contains("href=\"https://ada.test/\"") && site.contains("&lt;b&gt;") && !site.contains("<p>"), "{site}");
        let lines: Vec<_> =
            actor["attachment"].as_array().unwrap().iter().map(|line| (line["type"].clone(), line["name"].clone())).collect();
        let expected = [("PropertyValue", "Site"), ("Note", "Site"), ("PropertyValue", "Pronouns"), ("Note", "Pronouns")];
        assert_eq!(lines, expected.map(|(kind, name)| (json!(kind), json!(name))));
        assert_eq!(actor["attachment"][1]["content"], actor["attachment"][0]["value"]);
        let group = {
            desk.community("valves", Stage::Public, &ada).await;
            desk.get("/c/valves").await.json()
        };
        assert_eq!((&group["webfinger"], &group["indexable"]), (&json!("valves@acme.localhost:4001"), &json!(true)));
        assert_eq!(desk.get("/actor").await.json()["webfinger"], json!("acme.localhost@acme.localhost:4001"));
    })
    .await;
}

#[tokio::test]
async fn ap005_ap006_the_content_type_is_exactly_the_one_asked_for() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    for (accept, expected) in
        [(AP, "application/activity+json; charset=utf-8"), (LD, LD), ("*/*", "application/activity+json; charset=utf-8")]
    {
        let answer = desk.get_as("/actor", accept).await;
        assert_eq!((answer.status, answer.header("content-type"), answer.header("vary")), (StatusCode::OK, expected, "Accept, Signature"));
    }
    assert_eq!(desk.get_as("/actor", "text/html").await.status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(desk.get_as("/u/nobody", "text/html").await, desk.get_as("/u/nobody2", "text/html").await);
}

#[tokio::test]
async fn ap011_who_has_it_already_gets_304() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    let ada = desk.person("ada").await;
    let first = desk.get("/u/ada").await;
    assert!(first.header("cache-control").starts_with("public, max-age="));
    let with = |tag: &str| {
        HeaderMap::from_iter([("accept".parse().unwrap(), AP.parse().unwrap()), ("if-none-match".parse().unwrap(), tag.parse().unwrap())])
    };
    let again = desk.ask("GET", "/u/ada", with(first.header("etag"))).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (StatusCode::NOT_MODIFIED, 0, first.header("etag")));
    let tx = desk.app().begin().await.unwrap();
    let changes = accounts::Changes { display_name: Some("Countess".into()), ..accounts::Changes::default() };
    accounts::change_profile(&tx, &ada, changes).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(desk.ask("GET", "/u/ada", with(first.header("etag"))).await.status, StatusCode::OK);
    let head = desk.ask("HEAD", "/u/ada", with("W/\"other\"")).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn ap010_a_deleted_person_leaves_a_tombstone_and_a_suspended_one_nothing() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let (ada, bob) = (desk.person("ada").await, desk.person("bob").await);
        let tx = desk.app().begin().await.unwrap();
        accounts::delete(&tx, &ada).await.unwrap();
        accounts::suspend(&tx, bob.id).await.unwrap();
        tx.commit().await.unwrap();
        let gone = desk.get("/u/ada").await;
        assert_eq!(
            (gone.status, gone.json()["type"].clone(), gone.json()["id"].clone()),
            (StatusCode::GONE, json!("Tombstone"), json!(format!("{URL}/u/ada")))
        );
        assert_eq!(desk.get("/u/bob").await, desk.get("/u/eve").await);
        assert_eq!(desk.get("/u/ada/outbox").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_handle_leads_to_the_id() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    let ada = desk.person("ada").await;
    desk.community("valves", Stage::Public, &ada).await;
    for (path, target) in [("/@ada", "/u/ada"), ("/@valves", "/c/valves"), ("/@ADA", "/u/ada")] {
        let answer = desk.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, format!("{URL}{target}").as_str()));
    }
    assert_eq!(desk.get("/@eve").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ap017_ap018_ap020_an_inbox_cannot_be_read() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    for path in ["/inbox", "/u/ada/inbox", "/c/valves/inbox", "/actor/inbox", "/org/inbox"] {
        let answer = desk.get(path).await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"), "{path}");
    }
}

#[tokio::test]
async fn a_bot_is_a_service_and_our_own_words_are_explained() {
    let desk = Desk::open(&Place::sqlite(), URL, vec![]).await;
    desk.account("robot", AccountKind::Service).await;
    assert_eq!(desk.get("/u/robot").await.json()["type"], json!("Service"));
    let terms = desk.get_as("/ns/v1", "application/ld+json").await;
    assert_eq!((terms.header("content-type"), terms.json()["@context"]["purpose"].is_string()), ("application/ld+json", true));
}
