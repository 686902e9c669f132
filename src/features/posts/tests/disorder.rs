//! Things about one post, in any order and more than once, end in one state (R14).

use super::world;
use crate::{
    base::clock::Stamp,
    features::{
        posts::{self, bury, queries, receive},
        reactions,
    },
    sql,
    store::{
        Tx,
        tables::{Account, Post},
    },
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Thing {
    Create,
    Update,
    Like,
    Announce,
    Undo,
    Delete,
}
use Thing::{Announce, Create, Delete, Like, Undo, Update};

const URI: &str = "https://far.example/p/1";
const LIKE: &str = "https://far.example/like/1";
const BOOST: &str = "https://far.example/boost/1";

/// What the federation door does with each, where the origin still has the post as created.
async fn happens(tx: &Tx, thing: Thing, author: &Account, fan: &Account) {
    let now = Stamp(tx.now.0);
    let created = world::incoming(URI, "first", now);
    let mut updated = world::incoming(URI, "second", now);
    updated.updated = Some(Stamp(now.0 - 1000));
    let fetched = || receive::receive(tx, author, created.clone());
    match thing {
        Create => drop(fetched().await.unwrap()),
        Update => match queries::by_uri(tx, URI).await.unwrap() {
            Some(post) => receive::update(tx, &post, updated).await.unwrap(),
            None => drop(receive::receive(tx, author, updated).await.unwrap()),
        },
        Like => {
            if let Some(post) = fetched().await.unwrap() {
                reactions::like(tx, fan, &post, Some(LIKE)).await.unwrap();
            }
        }
        Announce => {
            if let Some(post) = fetched().await.unwrap() {
                reactions::boost(tx, fan, &post, Some((BOOST, now))).await.unwrap();
            }
        }
        Undo => drop(reactions::undo(tx, fan, LIKE).await.unwrap()),
        Delete => match queries::by_uri(tx, URI).await.unwrap() {
            Some(post) => posts::delete(tx, &post).await.unwrap(),
            None => bury(tx, URI, author.id).await.unwrap(),
        },
    }
}

fn orders(of: &[Thing]) -> Vec<Vec<Thing>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (nth, first) in of.iter().enumerate() {
        let rest: Vec<Thing> = of.iter().enumerate().filter(|(other, _)| *other != nth).map(|(_, thing)| *thing).collect();
        all.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, *first);
            order
        }));
    }
    all
}

/// What is left, in words that do not depend on the order.
async fn left(tx: &Tx) -> String {
    let post: Option<Post> = queries::by_uri(tx, URI).await.unwrap();
    let post = post.filter(|post| post.deleted_at.is_none());
    let likes: Option<i64> = sql!("SELECT COUNT(*) FROM favourites").value(tx).await.unwrap();
    let boosts: Option<i64> =
        sql!("SELECT COUNT(*) FROM posts WHERE boost_of_id IS NOT NULL AND deleted_at IS NULL").value(tx).await.unwrap();
    let counted: Vec<i64> = sql!("SELECT posts_count FROM accounts ORDER BY username").column(tx).await.unwrap();
    let post = post.map(|post| (post.content, post.favourites_count, post.boosts_count));
    format!("{post:?} likes {likes:?} boosts {boosts:?} counts {counted:?}")
}

async fn every_order(things: &[Thing], wanted: &str) {
    let orders = orders(things);
    for world in world::worlds().await {
        let outer = world.store.begin().await.unwrap();
        let author = world::stranger(&outer, "author").await;
        let fan = world::stranger(&outer, "fan").await;
        for (nth, order) in orders.iter().enumerate() {
            let tx = outer.nest().await.unwrap();
            // Each thing again, in the same order or the other way round.
            let mut again = order.clone();
            if nth % 2 == 0 {
                again.reverse();
            }
            for thing in order.iter().chain(&again) {
                happens(&tx, *thing, &author, &fan).await;
            }
            assert_eq!(left(&tx).await, wanted, "{order:?} then {again:?}");
            drop(tx);
        }
    }
}

#[tokio::test]
async fn r14_a_deleted_post_stays_deleted_in_all_720_orders() {
    every_order(&[Create, Update, Like, Announce, Undo, Delete], "None likes Some(0) boosts Some(0) counts [0, 0]").await;
}

#[tokio::test]
async fn r14_the_newest_words_and_the_last_undo_win_in_all_orders() {
    let wanted = r#"Some(("<p>second</p>", 0, 1)) likes Some(0) boosts Some(1) counts [1, 1]"#;
    every_order(&[Create, Update, Like, Announce, Undo], wanted).await;
}
