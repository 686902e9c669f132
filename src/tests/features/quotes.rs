//! Requests to quote and stamps, on both databases.

use crate::{
    base::words::Audience,
    features::{
        posts::{
            self, queries,
            receive::{self, receive},
            tests::world,
        },
        quotes, relationships,
    },
    sql,
    store::event::Event,
};

#[tokio::test]
async fn a_request_is_answered_each_time_and_what_was_granted_is_taken_back() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo) = (world::person(&tx, "ada").await, world::stranger(&tx, "bo").await);
        let post = posts::publish::publish(&tx, &ada, world::draft("hello")).await.unwrap();
        for n in 0..2 {
            quotes::asked(&tx, &bo, &post, ("https://far.example/n/1", &format!("https://far.example/ask/{n}"))).await.unwrap();
        }
        let ids: Vec<i64> = sql!("SELECT id FROM quote_requests").column(&tx).await.unwrap();
        let [id] = ids[..] else { panic!("{ids:?}") };
        let kept = quotes::stamp(&tx, post.id, id).await.unwrap().expect("granted");
        assert_eq!((kept.account_id, kept.request_uri.as_str()), (bo.id, "https://far.example/ask/1"));
        quotes::revoke_between(&tx, ada.id, bo.id).await.unwrap();
        assert!(quotes::stamp(&tx, post.id, id).await.unwrap().is_none());
        relationships::block(&tx, ada.id, bo.id, None).await.unwrap();
        quotes::asked(&tx, &bo, &post, ("https://far.example/n/1", "https://far.example/ask/3")).await.unwrap();
        assert!(!quotes::request(&tx, id).await.unwrap().unwrap().granted);
        relationships::unblock(&tx, ada.id, bo.id).await.unwrap();
        quotes::asked(&tx, &bo, &post, ("https://far.example/n/1", "https://far.example/ask/4")).await.unwrap();
        posts::delete(&tx, &post).await.unwrap();
        assert!(quotes::request(&tx, id).await.unwrap().is_none(), "it went with the post");
        tx.commit().await.unwrap();
        let texts: Vec<String> = sql!("SELECT body FROM events").column(&world.store).await.unwrap();
        let revoked =
            texts.iter().filter(|text| matches!(serde_json::from_str(text), Ok(Event::QuoteRevoked { stamp, .. }) if stamp == id));
        assert_eq!(revoked.count(), 2);
    }
}

#[tokio::test]
async fn who_asks_too_often_is_refused_and_so_is_another_for_the_same_post() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo, eve) = (world::person(&tx, "ada").await, world::stranger(&tx, "bo").await, world::stranger(&tx, "eve").await);
        let post = posts::publish::publish(&tx, &ada, world::draft("hello")).await.unwrap();
        for n in 0..200 {
            quotes::asked(&tx, &bo, &post, (&format!("https://far.example/n/{n}"), "https://far.example/ask/1")).await.unwrap();
        }
        assert!(quotes::asked(&tx, &bo, &post, ("https://far.example/n/x", "https://far.example/ask/2")).await.is_err());
        assert!(quotes::asked(&tx, &eve, &post, ("https://far.example/n/1", "https://far.example/ask/3")).await.is_err());
        assert!(
            quotes::asked(&tx, &ada, &post, ("https://far.example/n/y", "https://far.example/ask/4")).await.is_err(),
            "ours ask nobody"
        );
    }
}

#[tokio::test]
async fn a_stamp_counts_for_what_the_post_quotes_now_and_of_few_nobody_is_asked() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let bo = world::stranger(&tx, "bo").await;
        let told = |n: u8, audience| receive::Incoming {
            audience,
            quote_uri: "https://q.example/p/1".into(),
            ..world::incoming(&format!("https://far.example/n/{n}"), "look", tx.now)
        };
        let open = receive(&tx, &bo, told(1, Audience::Public)).await.unwrap().unwrap();
        let hidden = receive(&tx, &bo, told(2, Audience::Followers)).await.unwrap().unwrap();
        for post in [&open, &hidden] {
            quotes::claim(&tx, post, ("https://q.example/p/1", "https://q.example/s/1")).await.unwrap();
        }
        assert!(quotes::claimed(&tx, hidden.id).await.unwrap().is_none());
        let claimed = quotes::claimed(&tx, open.id).await.unwrap().unwrap();
        assert!(quotes::held(&tx, &[open.id]).await.unwrap().is_empty());
        quotes::found(&tx, &claimed).await.unwrap();
        quotes::claim(&tx, &open, ("https://q.example/p/1", "https://q.example/s/1")).await.unwrap();
        assert_eq!(quotes::held(&tx, &[open.id, hidden.id]).await.unwrap(), [open.id], "named again it holds as before");
        sql!("UPDATE posts SET quote_uri = 'https://q.example/p/2' WHERE id = {}", open.id).run(&tx).await.unwrap();
        assert!(quotes::held(&tx, &[open.id]).await.unwrap().is_empty(), "it quotes something else by now");
        let open = queries::by_id(&tx, open.id).await.unwrap().unwrap();
        quotes::claim(&tx, &open, ("https://q.example/p/2", "https://q.example/s/1")).await.unwrap();
        assert!(quotes::held(&tx, &[open.id]).await.unwrap().is_empty(), "another is to be looked at anew");
    }
}
