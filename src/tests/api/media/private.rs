//! Files of posts that are not for everybody (S57).

use super::{fetch, picture, status_of, text, working};
use crate::{
    app::links::Sight,
    base::id::PostId,
    features::relationships::{self, FollowOptions},
    sql,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn follows(node: &TestNode, one: &Person, other: &Person) {
    let tx = node.app.begin().await.unwrap();
    relationships::follow(&tx, &one.account, &other.account, FollowOptions::default(), None).await.unwrap();
    tx.commit().await.unwrap();
}

/// The address without what makes it somebody's.
fn plain(url: &Value) -> Value {
    json!(url.as_str().unwrap().split('?').next().unwrap())
}

#[tokio::test]
async fn s057_a_file_of_a_private_post_is_for_those_who_may_see_the_post_for_five_minutes() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let (ada, bob, eve) = (node.person("ada").await, node.person("bob").await, node.person("eve").await);
        follows(&node, &bob, &ada).await;
        let loose = picture(&ada).await;
        assert_eq!(status_of(&node, &loose["url"]).await, StatusCode::OK, "its owner looks at it before it is posted");
        assert_eq!(status_of(&node, &plain(&loose["url"])).await, StatusCode::NOT_FOUND);
        let post = ada.post("/api/v1/statuses", json!({ "status": "x", "media_ids": [loose["id"]], "visibility": "private" })).await;
        let id = post["id"].as_str().unwrap();
        let path = format!("/api/v1/statuses/{id}");
        let shown = bob.get(&path).await["media_attachments"][0].clone();
        assert_eq!(eve.ask(Method::GET, &path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        for name in ["url", "preview_url"] {
            let answer = fetch(&node, &shown[name]).await;
            assert_eq!((answer.status(), text(&answer, "cache-control")), (StatusCode::OK, "private, no-store"));
            let url = shown[name].as_str().unwrap();
            let part = node.client.get(plain(&shown[name]).as_str().unwrap()).header("range", "bytes=0-3").send().await.unwrap();
            assert_eq!(part.status(), StatusCode::NOT_FOUND, "no part either");
            let other = if name == "url" { "original.png" } else { "small.jpg" };
            let swapped = if other == "original.png" { "small.jpg" } else { "original.png" };
            for forged in [
                plain(&shown[name]).as_str().unwrap().to_owned(),
                url.replace(&format!("reader={}", bob.account.id), &format!("reader={}", eve.account.id)),
                url.replace("expires=", "expires=9"),
                url.replace("signature=", "signature=A"),
                url.replace(&format!("post={id}"), "post=1"),
                url.replace(other, swapped),
                format!("{}?reader={}", plain(&shown[name]).as_str().unwrap(), bob.account.id),
            ] {
                let answer = node.client.get(&forged).send().await.unwrap();
                assert_eq!((answer.status(), text(&answer, "cache-control")), (StatusCode::NOT_FOUND, "no-store"), "{forged}");
            }
        }
        let home = bob.get("/api/v1/timelines/home").await;
        assert!(!home.to_string().contains(&format!("reader={}", ada.account.id)), "an address is for its reader alone");
        // who may no longer see the post has an address that opens nothing
        let tx = node.app.begin().await.unwrap();
        relationships::unfollow(&tx, bob.account.id, ada.account.id, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(status_of(&node, &shown["url"]).await, StatusCode::NOT_FOUND);
        let own = ada.get(&path).await["media_attachments"][0].clone();
        assert_eq!(status_of(&node, &own["url"]).await, StatusCode::OK);
        ada.ask(Method::DELETE, &path).send().await.unwrap();
        for url in [&own["url"], &own["preview_url"], &plain(&own["url"])] {
            assert_eq!(status_of(&node, url).await, StatusCode::NOT_FOUND, "deleted");
        }
    })
    .await;
}

#[tokio::test]
async fn s057_an_address_ends_after_five_minutes_and_none_is_made_for_longer() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let medium = picture(&ada).await;
        let url = url::Url::parse(medium["url"].as_str().unwrap()).unwrap();
        let said = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.parse::<i64>().unwrap();
        let now = node.app.store.now().0;
        assert!(said("expires") > now + 200_000 && said("expires") <= now + 300_000);
        assert!(node.app.file_pass(url.path(), url.query().unwrap()).is_some());
        // what this node signed itself long ago: the clock is turned on by making the address in the past
        let old = node.app.file_url(url.path(), Sight::Reader(ada.account.id, PostId(0)));
        let old = url::Url::parse(&old).unwrap();
        node.app.store.clock.advance(301_000);
        assert!(node.app.file_pass(old.path(), old.query().unwrap()).is_none());
        assert_eq!(status_of(&node, &medium["url"]).await, StatusCode::NOT_FOUND);
        let rows: i64 = sql!("SELECT COUNT(*) FROM media").value(&node.app.store).await.unwrap().unwrap();
        assert_eq!(rows, 1);
    })
    .await;
}
