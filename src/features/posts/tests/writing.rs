//! Writing, editing and deleting; and what others may not do to a post.

use super::world;
use crate::{
    base::{clock::Stamp, error::Kind, finding::question::Question, page::Page, words::Audience},
    features::{
        posts::{
            self, Edit,
            once::{Repeat, publish_once},
            publish::publish,
            queries::{self, Viewer},
            receive, thread,
        },
        reactions, search,
    },
    sql,
};

fn edit(words: &str) -> Edit {
    Edit { source: words.to_owned(), content: format!("<p>{words}</p>"), ..Edit::default() }
}

#[tokio::test]
async fn r25_one_key_writes_one_post_however_often_it_comes() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        tx.commit().await.unwrap();
        let attempts = (0..50).map(|_| {
            let (store, ada) = (world.store.clone(), ada.clone());
            tokio::spawn(async move {
                let tx = store.begin().await.unwrap();
                let post = publish_once(&tx, &ada, world::draft("once"), Repeat { key: "k", body: "once" }).await.unwrap();
                tx.commit().await.unwrap();
                post.id
            })
        });
        let ids: Vec<_> = futures::future::join_all(attempts).await.into_iter().map(Result::unwrap).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let count: Option<i64> = sql!("SELECT COUNT(*) FROM posts").value(&world.store).await.unwrap();
        assert_eq!(count, Some(1));

        let tx = world.store.begin().await.unwrap();
        let other = publish_once(&tx, &ada, world::draft("other"), Repeat { key: "k", body: "other" }).await.unwrap_err();
        assert_eq!(other.refusal().unwrap().kind, Kind::Invalid);
        drop(tx);
        let tx = world.reopened().await.begin().await.unwrap();
        let after = publish_once(&tx, &ada, world::draft("once"), Repeat { key: "k", body: "once" }).await.unwrap();
        assert_eq!(after.id, ids[0], "a restart forgets nothing");
        drop(tx);
        world.clock.advance(25 * 3_600_000);
        let tx = world.store.begin().await.unwrap();
        let later = publish_once(&tx, &ada, world::draft("other"), Repeat { key: "k", body: "other" }).await.unwrap();
        assert_ne!(later.id, ids[0]);
    }
}

#[tokio::test]
async fn s034_nobody_edits_what_is_not_theirs() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo, far) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await, world::stranger(&tx, "far").await);
        let post = publish(&tx, &ada, world::draft("mine")).await.unwrap();
        assert_eq!(posts::edit(&tx, &bo, &post, edit("theirs")).await.unwrap_err().refusal().unwrap().kind, Kind::NotFound);
        let mut forged = world::incoming(&post.uri, "theirs", tx.now);
        forged.updated = Some(tx.now);
        assert!(receive::update(&tx, &post, forged).await.is_err());
        let remote = receive::receive(&tx, &far, world::incoming("https://far.example/p/1", "one", tx.now)).await.unwrap().unwrap();
        let mut other = world::incoming("https://far.example/p/2", "two", tx.now);
        other.updated = Some(tx.now);
        assert!(receive::update(&tx, &remote, other).await.is_err());
        assert_eq!(queries::by_id(&tx, post.id).await.unwrap().unwrap().source, "mine");
        assert_eq!(queries::by_id(&tx, remote.id).await.unwrap().unwrap().content, "<p>one</p>");
    }
}

#[tokio::test]
async fn s036_what_is_ours_is_never_received_from_elsewhere() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, far) = (world::person(&tx, "ada").await, world::stranger(&tx, "far").await);
        let post = publish(&tx, &ada, world::draft("mine")).await.unwrap();
        assert!(receive::receive(&tx, &far, world::incoming(&post.uri, "theirs", tx.now)).await.is_err());
        assert!(receive::receive(&tx, &ada, world::incoming("https://far.example/p/1", "theirs", tx.now)).await.is_err());
    }
}

#[tokio::test]
async fn s042_one_id_names_one_thing_of_one_author() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, far, eve) = (world::person(&tx, "ada").await, world::stranger(&tx, "far").await, world::stranger(&tx, "eve").await);
        let uri = "https://far.example/p/1";
        let post = receive::receive(&tx, &far, world::incoming(uri, "one", tx.now)).await.unwrap().unwrap();
        assert!(receive::receive(&tx, &eve, world::incoming(uri, "two", tx.now)).await.is_err(), "another author");
        assert!(reactions::boost(&tx, &far, &post, Some((uri, tx.now))).await.is_err(), "another type");
        let mine = publish(&tx, &ada, world::draft("mine")).await.unwrap();
        let boost = reactions::boost(&tx, &far, &mine, Some(("https://far.example/b/1", tx.now))).await.unwrap();
        assert!(receive::receive(&tx, &far, world::incoming(&boost.uri, "two", tx.now)).await.is_err(), "a boost is no post");
        assert!(!reactions::undo(&tx, &eve, &boost.uri).await.unwrap(), "somebody else's boost stays");
        assert!(queries::boost_by(&tx, far.id, mine.id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn s052_an_update_never_widens_the_audience_and_an_older_one_changes_nothing() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let far = world::stranger(&tx, "far").await;
        let uri = "https://far.example/p/1";
        let narrow = receive::Incoming { audience: Audience::Followers, ..world::incoming(uri, "one", tx.now) };
        let post = receive::receive(&tx, &far, narrow).await.unwrap().unwrap();
        let at = |ms: i64| Some(Stamp(tx.now.0 - ms));
        let wide = receive::Incoming { updated: at(100), ..world::incoming(uri, "two", tx.now) };
        receive::update(&tx, &post, wide).await.unwrap();
        let older = receive::Incoming { updated: at(200), ..world::incoming(uri, "zero", tx.now) };
        receive::update(&tx, &post, older).await.unwrap();
        let now = queries::by_id(&tx, post.id).await.unwrap().unwrap();
        assert_eq!((now.audience, now.content.as_str()), (Audience::Followers, "<p>two</p>"));
        assert!(queries::seen(&tx, &Viewer::Stranger, post.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn s063_direct_and_followers_posts_are_not_there_for_others() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo, eve) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await, world::person(&tx, "eve").await);
        let mut letter = world::draft("secret plans");
        (letter.audience, letter.mentions) = (Audience::Direct, vec![bo.id]);
        let letter = publish(&tx, &ada, letter).await.unwrap();
        let (to_bo, to_eve) = (Viewer::Account(bo.id), Viewer::Account(eve.id));
        assert!(queries::seen(&tx, &to_bo, letter.id).await.unwrap().is_some());
        for viewer in [to_eve.clone(), Viewer::Stranger, Viewer::Host("far.example".to_owned())] {
            assert!(queries::seen(&tx, &viewer, letter.id).await.unwrap().is_none());
            assert!(search::posts(&tx, &viewer, &Question::read("secret"), (Page::first(10), 0)).await.unwrap().is_empty());
        }
        assert_eq!(search::posts(&tx, &to_bo, &Question::read("PLANS secret"), (Page::first(10), 0)).await.unwrap().len(), 1);
        let mut answer = world::draft("may I?");
        answer.in_reply_to = Some(letter.id);
        assert_eq!(publish(&tx, &eve, answer).await.unwrap_err().refusal().unwrap().kind, Kind::NotFound);
        assert!(reactions::boost(&tx, &bo, &letter, None).await.is_err());
    }
}

#[tokio::test]
async fn s064_deleted_words_are_gone_from_everywhere() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await);
        let mut draft = world::draft("terrible secret");
        draft.tags = vec!["Valves".to_owned()];
        let post = publish(&tx, &ada, draft).await.unwrap();
        let post = posts::edit(&tx, &ada, &post, edit("less of a secret")).await.unwrap();
        assert_eq!(queries::versions(&tx, post.id).await.unwrap().len(), 1);
        reactions::like(&tx, &bo, &post, None).await.unwrap();
        reactions::bookmark(&tx, bo.id, post.id).await.unwrap();
        let boost = reactions::boost(&tx, &bo, &post, None).await.unwrap();
        posts::delete(&tx, &post).await.unwrap();
        posts::delete(&tx, &post).await.unwrap();

        let row = queries::by_id(&tx, post.id).await.unwrap().unwrap();
        assert_eq!((row.content.as_str(), row.source.as_str(), row.tags.as_str()), ("", "", "[]"));
        assert!(queries::versions(&tx, post.id).await.unwrap().is_empty());
        assert!(search::posts(&tx, &Viewer::Account(ada.id), &Question::read("secret"), (Page::first(10), 0)).await.unwrap().is_empty());
        assert!(search::tags(&tx, &Viewer::Stranger, "val", (10, 0)).await.unwrap().is_empty());
        for id in [post.id, boost.id] {
            assert!(queries::seen(&tx, &Viewer::Account(bo.id), id).await.unwrap().is_none());
        }
        assert_eq!(reactions::mine(&tx, bo.id, &[post.id]).await.unwrap(), [(post.id, reactions::Mine::default())]);
        assert_eq!(world::find(&tx, ada.id).await.posts_count, 0);
        assert_eq!(world::find(&tx, bo.id).await.posts_count, 0);
    }
}

#[tokio::test]
async fn doing_a_thing_twice_is_doing_it_once() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await);
        let post = publish(&tx, &ada, world::draft("good")).await.unwrap();
        for _ in 0..2 {
            reactions::like(&tx, &bo, &post, None).await.unwrap();
            reactions::boost(&tx, &bo, &post, None).await.unwrap();
            reactions::bookmark(&tx, bo.id, post.id).await.unwrap();
        }
        let row = queries::by_id(&tx, post.id).await.unwrap().unwrap();
        assert_eq!((row.favourites_count, row.boosts_count), (1, 1));
        assert_eq!(
            reactions::mine(&tx, bo.id, &[post.id]).await.unwrap(),
            [(post.id, reactions::Mine { favourited: true, boosted: true, bookmarked: true, is_quiet: false })]
        );
        let page = crate::base::page::Page::first(10);
        assert_eq!(reactions::favourites(&tx, bo.id, page).await.unwrap().len(), 1);
        assert_eq!(queries::favourited_by(&tx, post.id, page).await.unwrap()[0].1.id, bo.id);
        assert_eq!(queries::boosted_by(&tx, post.id, page).await.unwrap()[0].1.id, bo.id);
        for _ in 0..2 {
            reactions::unlike(&tx, &bo, &post).await.unwrap();
            reactions::unboost(&tx, &bo, &post).await.unwrap();
            reactions::unbookmark(&tx, bo.id, post.id).await.unwrap();
        }
        let row = queries::by_id(&tx, post.id).await.unwrap().unwrap();
        assert_eq!((row.favourites_count, row.boosts_count), (0, 0));
        assert!(reactions::boost(&tx, &bo, &post, None).await.is_ok(), "a boost may be made again");
    }
}

#[tokio::test]
async fn replies_find_their_thread_in_any_order_of_arrival() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let far = world::stranger(&tx, "far").await;
        let uri = |nth: usize| format!("https://far.example/p/{nth}");
        for nth in [3usize, 1, 2, 0, 4] {
            let mut post = world::incoming(&uri(nth), "words", tx.now);
            post.published = Stamp(tx.now.0 - 60_000 + nth as i64);
            post.in_reply_to_uri = if nth == 0 { String::new() } else { uri(nth - 1) };
            receive::receive(&tx, &far, post).await.unwrap();
        }
        let mut ids = Vec::new();
        for nth in 0..5 {
            ids.push(queries::by_uri(&tx, &uri(nth)).await.unwrap().unwrap());
        }
        assert!(ids.iter().all(|post| post.root_id == Some(ids[0].id)), "{ids:?}");
        assert_eq!(ids.iter().map(|post| post.replies_count).collect::<Vec<_>>(), [1, 1, 1, 1, 0]);
        let (above, below) = thread::context(&tx, &Viewer::Stranger, ids[2].id).await.unwrap();
        let uris = |posts: &[crate::store::tables::Post]| posts.iter().map(|post| post.uri.clone()).collect::<Vec<_>>();
        assert_eq!((uris(&above), uris(&below)), (vec![uri(0), uri(1)], vec![uri(3), uri(4)]));
    }
}

#[tokio::test]
async fn two_posts_that_answer_each_other_make_no_ring() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let far = world::stranger(&tx, "far").await;
        for (one, other) in [(1, 2), (2, 1)] {
            let mut post = world::incoming(&format!("https://far.example/p/{one}"), "ring", tx.now);
            post.in_reply_to_uri = format!("https://far.example/p/{other}");
            receive::receive(&tx, &far, post).await.unwrap();
        }
        let one = queries::by_uri(&tx, "https://far.example/p/1").await.unwrap().unwrap();
        let (above, below) = thread::context(&tx, &Viewer::Account(far.id), one.id).await.unwrap();
        assert_eq!((above.len(), below.len()), (0, 1));
    }
}

#[tokio::test]
async fn an_ordinary_post_from_elsewhere_costs_four_statements() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let far = world::stranger(&tx, "far").await;
        let plain = receive::receive(&tx, &far, world::incoming("https://far.example/p/1", "words", tx.now));
        let (post, statements) = crate::store::sql::counted(plain).await;
        assert!(post.unwrap().is_some());
        assert_eq!(statements, 4);
        let again = receive::receive(&tx, &far, world::incoming("https://far.example/p/1", "words", tx.now));
        let (post, statements) = crate::store::sql::counted(again).await;
        assert!(post.unwrap().is_some());
        assert!(statements <= 5, "{statements}");
    }
}
