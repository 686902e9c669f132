//! Whose posts a search finds (FEP-5feb, FEP-268d).

use super::world;
use crate::{
    base::{
        finding::question::Question,
        page::Page,
        words::{AccountKind, Audience, JoinRule, Stage, searching::Searchable},
    },
    features::{
        posts::{publish::publish, queries::Viewer, receive::Incoming, receive::receive},
        reactions, search,
    },
    sql,
    store::{
        Tx,
        tables::{Account, Details, Post},
    },
};

async fn says(tx: &Tx, author: &Account, searchable: Searchable) {
    sql!("UPDATE accounts SET searchable = {} WHERE id = {}", searchable, author.id).run(tx).await.unwrap();
}

async fn hears(tx: &Tx, author: &Account, n: u8, said: Option<Searchable>) -> Post {
    let details = Details { searchable: said, ..Details::default() };
    let incoming = world::incoming(&format!("https://far.example/n/{n}"), "a rare valve", tx.now);
    receive(tx, author, Incoming { details, ..incoming }).await.unwrap().unwrap()
}

async fn finds(tx: &Tx, reader: &Account, post: &Post) -> bool {
    let found = search::posts(tx, &Viewer::Account(reader.id), &Question::read("rare valve"), (Page::first(40), 0)).await.unwrap();
    found.iter().any(|found| found.id == post.id)
}

#[tokio::test]
async fn fep_5feb_fep_268d_public_posts_elsewhere_are_found_as_their_authors_say() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, eve) = (world::person(&tx, "ada").await, world::person(&tx, "eve").await);
        let pat = world::account(&tx, "pat", "far.example", AccountKind::Person).await;
        world::follow(&tx, &eve, &pat).await;
        let mut seen = vec![];
        let mut n = 0;
        for by_actor in [Searchable::Unsaid, Searchable::Everyone, Searchable::Followers, Searchable::Nobody] {
            says(&tx, &pat, by_actor).await;
            for by_post in [None, Some(Searchable::Everyone), Some(Searchable::Followers), Some(Searchable::Nobody)] {
                n += 1;
                let post = hears(&tx, &pat, n, by_post).await;
                let decides = by_post.unwrap_or(by_actor);
                let expected = (decides == Searchable::Everyone, matches!(decides, Searchable::Everyone | Searchable::Followers));
                assert_eq!((finds(&tx, &ada, &post).await, finds(&tx, &eve, &post).await), expected, "{by_actor} {by_post:?}");
                seen.push(post);
            }
        }
        // what changes later counts for what was posted before
        says(&tx, &pat, Searchable::Nobody).await;
        assert!(!finds(&tx, &ada, &seen[4]).await && finds(&tx, &ada, &seen[5]).await);
        for post in &seen[12..13] {
            reactions::like(&tx, &ada, post, None).await.unwrap();
            assert!(finds(&tx, &ada, post).await, "whoever dealt with it finds it again");
        }
    }
}

#[tokio::test]
async fn fep_5feb_what_is_ours_or_inside_a_community_is_found_by_whoever_may_read_it() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, eve) = (world::person(&tx, "ada").await, world::person(&tx, "eve").await);
        let pat = world::account(&tx, "pat", "far.example", AccountKind::Person).await;
        let own = publish(&tx, &ada, world::draft("a rare valve")).await.unwrap();
        assert!(finds(&tx, &eve, &own).await);
        let valves = world::community(&tx, "valves", "", Stage::Public, JoinRule::Open).await;
        world::seat(&tx, &valves, &eve, crate::base::words::Role::Member).await;
        world::seat(&tx, &valves, &pat, crate::base::words::Role::Member).await;
        let said = Incoming { community: Some(valves.id), ..world::incoming("https://far.example/n/1", "a rare valve", tx.now) };
        let inside = receive(&tx, &pat, said).await.unwrap().unwrap();
        assert_eq!((inside.audience, inside.community_id), (Audience::Public, Some(valves.id)));
        assert_eq!((finds(&tx, &eve, &inside).await, finds(&tx, &ada, &inside).await), (true, false));
    }
}
