//! The offer of the source, which the licence asks for.

use crate::tests::support::{Browser, Place, people::done};

#[tokio::test]
async fn without_a_setting_the_node_says_whom_to_ask_for_its_source() {
    let node = Place::sqlite().node("acme").await;
    let mut browser = Browser::new(&node);
    browser.open("/").await;
    assert!(browser.page.contains("href=\"/source\""), "{}", browser.page);
    browser.open("/source").await;
    assert!(browser.page.contains("Affero") && browser.page.contains("its administrator"), "{}", browser.page);
    let own = node.app.origin.absolute("/source");
    assert_eq!(done(node.get("/api/v2/instance")).await["source_url"], own);
}

#[tokio::test]
async fn the_page_of_the_source_is_told_everywhere() {
    let page = "https://code.acme.example/intermoot";
    let node = Place::sqlite().node_with("acme", |config| config.server.source_url = Some(page.parse().unwrap())).await;
    let answer = node.client.get(format!("http://{}/source", node.address)).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, page));
    assert_eq!(done(node.get("/api/v2/instance")).await["source_url"], page);
}
