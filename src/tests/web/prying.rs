//! What pages keep from whoever pries: who left, who asks a great deal, who guesses.

use super::{
    public::founds,
    writing::{browser, posted, writes},
};
use crate::{
    sql,
    tests::support::{
        Place, on_both_databases,
        pictures::{png, with_file},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn s059_s123_whoever_was_put_out_is_not_told_by_their_own_words_whose_people_read_there_now() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, bea) = (node.person("ada").await, node.person("bob").await, node.person("bea").await);
        let lab = founds(&ada, "lab", "Valve quality", "local").await;
        let id = lab["id"].as_str().unwrap();
        for one in [&bob, &bea] {
            one.post(&format!("/api/intermoot/v1/communities/{id}/join"), json!({})).await;
        }
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE seats SET host = 'boltco.test' WHERE account_id = {}", bea.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut pages = browser(&node, &bob).await;
        let own = posted(&bob, &writes(&mut pages, "/write", &[("text", "between us"), ("goes", &format!("c{id}"))]).await).await;
        let paths = ["/write?answer={}", "/p/{}/edit"].map(|path| path.replace("{}", own["id"].as_str().unwrap()));
        for path in &paths {
            pages.open(path).await;
            assert!(pages.page.contains("boltco.test"), "{path}: who is in it is told: {}", pages.page);
        }
        let removed = ada.ask(Method::DELETE, &format!("/api/intermoot/v1/communities/{id}/members/{}", bob.account.id));
        assert!(removed.send().await.unwrap().status().is_success());
        for path in &paths {
            pages.open(path).await;
            assert!(!pages.page.contains("boltco.test"), "{path}: {}", pages.page);
        }
    })
    .await;
}

#[tokio::test]
async fn s075_a_file_beyond_the_quota_is_refused_before_any_of_it_is_kept() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.uploads = "1/1h".parse().unwrap()).await;
    let ada = node.person("ada").await;
    let mut pages = browser(&node, &ada).await;
    pages.open("/write").await;
    assert_eq!(pages.send_file("/write/media", ("x.png", &png(9, 9)), &[]).await.status(), StatusCode::OK);
    pages.open("/write").await;
    pages.send_file("/write", ("x.png", &png(9, 9)), &[("text", "kept"), ("goes", "public"), ("act", "publish")]).await;
    assert!(pages.page.contains("very much in a short time") && pages.page.contains("kept</textarea>"), "{}", pages.page);
    pages.open("/settings/profile").await;
    let parts = [("display_name", None, b"Ada".to_vec()), ("avatar", Some("a.png"), png(9, 9))];
    assert_eq!(pages.upload("/settings/profile", &parts).await.status(), StatusCode::TOO_MANY_REQUESTS);
    // apps send by the same quota, whatever they send a picture for
    for (method, path, field) in [(Method::POST, "/api/v2/media", "file"), (Method::PATCH, "/api/v1/accounts/update_credentials", "header")]
    {
        let answer = with_file(ada.ask(method, path), (field, "x.png", "image/png"), &png(9, 9), &[]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(answer.headers().contains_key("retry-after"), "{path}");
    }
    let incoming = std::fs::read_dir(node.app.config.media_dir().join("incoming")).unwrap().count();
    assert_eq!(incoming, 0, "nothing of it is left");
}

#[tokio::test]
async fn s074_pages_count_as_what_apps_ask_for() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.api_requests = "6/1h".parse().unwrap()).await;
    let ada = node.person("ada").await;
    let mut pages = browser(&node, &ada).await;
    let mut seen = Vec::new();
    for _ in 0..8 {
        let answer = pages.open("/search?q=valves").await;
        seen.push((answer.status(), answer.headers().contains_key("retry-after")));
    }
    assert_eq!(seen.first(), Some(&(StatusCode::OK, false)));
    assert_eq!(seen.last(), Some(&(StatusCode::TOO_MANY_REQUESTS, true)));
    // whoever is not logged in is let be by it
    assert_eq!(node.get("/").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn s074_a_list_that_the_sitemap_does_not_name_is_not_made() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    founds(&ada, "valves", "Valve quality", "public").await;
    let named = node.get("/sitemap.xml").send().await.unwrap().text().await.unwrap();
    let first = named.split("/sitemap/").nth(3).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    assert_eq!(node.get(&format!("/sitemap/{first}")).send().await.unwrap().status(), StatusCode::OK);
    let guessed = first.replace("-0", "-7");
    assert_ne!(guessed, first);
    assert_eq!(node.get(&format!("/sitemap/{guessed}")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
