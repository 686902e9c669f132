//! What a post looks like to whoever reads it: its files, what it quotes, what filters find.

use super::{
    public::{page, writes},
    reading::{browser, node},
};
use crate::tests::support::{Place, TestNode, on_both_databases};
use serde_json::json;

/// Gives a post files as another node would tell of them.
async fn holds(node: &TestNode, id: &str, files: serde_json::Value) {
    let tx = node.app.begin().await.unwrap();
    let id: i64 = id.parse().unwrap();
    crate::sql!("UPDATE posts SET attachments = {} WHERE id = {}", files.to_string(), id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

fn files() -> serde_json::Value {
    json!([
        { "url": "https://p.test/a.png", "media_type": "image/png", "description": "A \"valve\" <b>", "width": 300, "height": 200, "focus": [-1000, 1000] },
        { "url": "https://p.test/b.mp4", "media_type": "video/mp4", "description": "", "preview_url": "https://p.test/b.jpg" },
        { "url": "https://p.test/c.mp3", "media_type": "audio/mpeg", "description": "A hiss" },
        { "url": "javascript:alert(1)", "media_type": "image/png" },
    ])
}

#[tokio::test]
async fn s091_pictures_come_through_this_node_and_are_only_linked_where_it_fetches_none() {
    for proxied in [true, false] {
        let node = Place::sqlite().node_with("acme", |config| config.media.proxy = proxied).await;
        crate::federation::bootstrap(&node.app).await.unwrap();
        let ada = node.person("ada").await;
        let id = writes(&ada, json!({ "status": "Look" })).await;
        holds(&node, &id, files()).await;
        let (_, shown) = page(&node, &format!("/p/{id}")).await;
        assert!(!shown.contains("javascript:"), "{shown}");
        for tag in ["<img class=\"x", "<video", "<audio"] {
            assert_eq!(shown.contains(tag), proxied, "{tag}: {shown}");
        }
        let sources: Vec<&str> = shown.split(" src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(sources.iter().all(|source| source.starts_with(&node.url) || source.starts_with("/assets/")), "{sources:?}");
        if proxied {
            assert!(
                shown.contains("alt=\"A &#34;valve&#34; &#60;b&#62;\" width=\"300\" height=\"200\"") && shown.contains("class=\"x0 y0\""),
                "{shown}"
            );
            assert!(shown.contains("aria-label=\"A video without a description\"") && shown.contains("poster=\""), "{shown}");
        } else {
            assert!(shown.contains("<a href=\"https://p.test/a.png\" rel=\"nofollow noopener noreferrer\">Picture</a>"), "{shown}");
        }
    }
}

#[tokio::test]
async fn sensitive_files_are_behind_a_word_and_private_ones_have_addresses_for_their_reader_alone() {
    let node = node(&Place::sqlite()).await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let id = writes(&ada, json!({ "status": "@bob look", "visibility": "direct", "sensitive": true })).await;
    holds(&node, &id, files()).await;
    let mut page = browser(&node, "bob").await;
    page.open(&format!("/p/{id}")).await;
    assert!(page.page.contains("<details class=\"covered\"><summary>3 sensitive files</summary>"), "{}", page.page);
    let source = page.value_after("<img class=\"x0 y0\" src=\"");
    assert!(source.contains(&format!("reader={}", bob.account.id)) && source.contains("expires="), "{source}");
    // the address is signed for this reader and post; nobody else's number opens it
    let others = source.replace(&format!("reader={}", bob.account.id), &format!("reader={}", ada.account.id));
    assert_eq!(node.client.get(others).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn filters_made_in_apps_hold_on_pages_too() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        for (word, action) in [("frost", "warn"), ("gossip", "hide")] {
            let keywords = json!([{ "keyword": word, "whole_word": true }]);
            let filter = json!({ "title": format!("No {word}"), "context": ["public", "thread"], "filter_action": action, "keywords_attributes": keywords });
            ada.post("/api/v2/filters", filter).await;
        }
        let top = writes(&bob, json!({ "status": "Frost tonight" })).await;
        writes(&bob, json!({ "status": "Some gossip", "in_reply_to_id": top })).await;
        writes(&bob, json!({ "status": "More gossip" })).await;
        let mut page = browser(&node, "ada").await;
        page.open("/public").await;
        assert!(page.page.contains("Found by your filter “No frost”") && !page.page.contains("More gossip"), "{}", page.page);
        page.open(&format!("/p/{top}")).await;
        assert!(page.page.contains("Frost tonight") && !page.page.contains("Some gossip"), "{}", page.page);
        let mut other = browser(&node, "bob").await;
        other.open("/public").await;
        assert!(!other.page.contains("Found by your filter") && other.page.contains("More gossip"), "one's own filters are one's own (S48)");
    })
    .await;
}

#[tokio::test]
async fn what_is_quoted_stands_in_the_post_as_far_as_its_reader_may_see_it() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        node.person("cy").await;
        let quoted = writes(&bob, json!({ "status": "The words of bob" })).await;
        let id = writes(&ada, json!({ "status": "As he says", "quoted_status_id": quoted })).await;
        let mut page = browser(&node, "cy").await;
        page.open(&format!("/p/{id}")).await;
        let (_, rest) = page.page.split_once("<blockquote class=\"quoted\">").unwrap_or_else(|| panic!("{}", page.page));
        assert!(rest.contains("The words of bob") && rest.contains(&format!("href=\"/p/{quoted}\"")), "{rest}");
        bob.post(&format!("/api/v1/accounts/{}/block", cy(&node).await), json!({})).await;
        page.open(&format!("/p/{id}")).await;
        assert!(!page.page.contains("The words of bob"), "{}", page.page);
    })
    .await;
}

async fn cy(node: &TestNode) -> crate::base::id::AccountId {
    crate::features::accounts::queries::by_handle(&node.app.store, "cy", "").await.unwrap().unwrap().id
}
