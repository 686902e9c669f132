//! Rows that are read as one value (`store/whole.rs`) are those that are read row by row.

use super::world;
use crate::{
    base::words::Audience,
    features::posts::publish::{Draft, publish},
    sql,
    store::{
        list,
        tables::{Account, Post},
    },
};

/// Texts that would not survive a careless hand.
const TEXTS: [&str; 6] = [
    "",
    "\"quoted\" \\ and \\u0041, \\\\n",
    "lines\r\nand\ttabs, \u{1} to \u{1f}, \u{7f} and \u{2028}",
    "{\"a\": [1, null], \"b\": 'c'}",
    "Grüße, 你好, مرحبا, 🦀",
    "null",
];

#[tokio::test]
async fn a_row_is_the_same_whichever_way_it_is_read() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let mut posts = Vec::new();
        for (nth, text) in TEXTS.into_iter().enumerate() {
            let by = world::person(&tx, &format!("person{nth}")).await;
            sql!("UPDATE accounts SET display_name = {}, note = {}, bot = {} WHERE id = {}", text, text, nth % 2 == 0, by.id)
                .run(&tx)
                .await
                .unwrap();
            let in_reply_to = posts.last().copied().filter(|_| nth % 2 == 1);
            let draft = Draft { source: text.to_owned(), in_reply_to, sensitive: nth % 3 == 0, ..world::draft(text) };
            let post = publish(&tx, &by, Draft { audience: [Audience::Public, Audience::Direct][nth % 2], ..draft }).await.unwrap();
            sql!("UPDATE posts SET replies_count = {}, content = {} WHERE id = {}", -1_i64, text, post.id).run(&tx).await.unwrap();
            posts.push(post.id);
        }
        let plain: Vec<Post> = sql!("SELECT * FROM posts ORDER BY id DESC").all(&tx).await.unwrap();
        let whole: Vec<Post> = sql!("SELECT * FROM posts ORDER BY id DESC").whole(&tx).await.unwrap();
        assert_eq!(whole, plain);
        assert_eq!(whole.iter().rev().map(|post| post.content.as_str()).collect::<Vec<_>>(), TEXTS);
        let ids = list(&posts[1..]);
        let some: Vec<Post> =
            sql!("SELECT p.* FROM posts p WHERE p.id IN {} ORDER BY p.content, p.id LIMIT 3", ids).whole(&tx).await.unwrap();
        let ids = list(&posts[1..]);
        let same: Vec<Post> =
            sql!("SELECT p.* FROM posts p WHERE p.id IN {} ORDER BY p.content, p.id LIMIT 3", ids).all(&tx).await.unwrap();
        assert_eq!((some.len(), &some), (3, &same));
        let plain: Vec<Account> = sql!("SELECT * FROM accounts ORDER BY username").all(&tx).await.unwrap();
        let whole: Vec<Account> = sql!("SELECT * FROM accounts ORDER BY username").whole(&tx).await.unwrap();
        assert_eq!(whole, plain);
        let none: Vec<Post> = sql!("SELECT p.* FROM posts p WHERE p.id < 0").whole(&tx).await.unwrap();
        assert!(none.is_empty());
    }
}
