//! What is to be fetched: wanted once, gone on with, done, wanted again; and what is taken without being news.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        words::{AccountKind, JoinRule, Missing, Role, SeatStatus, Stage},
    },
    features::{
        backfills::{self, Progress, Wanted},
        communities::{self, seats},
        posts::{self, originals, queries, receive, tests::world::incoming},
        timelines,
    },
    sql,
    store::tables::{Backfill, Seat},
    tests::support::on_both_databases,
};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

fn wanted() -> Wanted {
    Wanted { kind: Missing::Thread, subject: "https://far.example/p/1".into(), host: "far.example".into() }
}

async fn due(world: &World) -> Vec<Backfill> {
    backfills::due(&world.store, Missing::Thread, &[], 10).await.unwrap()
}

#[tokio::test]
async fn what_is_wanted_twice_is_fetched_once_and_again_after_a_while() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        for _ in 0..2 {
            world.act(async |tx| backfills::want(tx, &wanted(), HOUR).await).await.unwrap();
        }
        let [row] = due(&world).await.try_into().unwrap();
        assert_eq!((row.kind, row.rest.as_str(), row.attempts), (Missing::Thread, "[]", 0));
        world.act(async |tx| backfills::begin(tx, row.id).await).await.unwrap();
        let further = Progress { rest: vec!["https://far.example/p/1/replies?page=2".into()], posts: 7 };
        world.act(async |tx| backfills::advance(tx, row.id, &further).await).await.unwrap();
        // wanted again meanwhile, it goes on where it was
        world.act(async |tx| backfills::want(tx, &wanted(), HOUR).await).await.unwrap();
        let [row] = due(&world).await.try_into().unwrap();
        assert_eq!((row.pages, row.posts, row.attempts, row.rest.contains("page=2")), (1, 7, 0, true));
        world.act(async |tx| backfills::advance(tx, row.id, &Progress::default()).await).await.unwrap();
        assert!(due(&world).await.is_empty());
        world.act(async |tx| backfills::want(tx, &wanted(), HOUR).await).await.unwrap();
        assert!(due(&world).await.is_empty(), "it was done just now");
        world.store.clock.advance(3_600_001);
        let [row] = due(&world).await.try_into().unwrap();
        assert_eq!((row.pages, row.posts, row.rest.as_str(), row.done_at), (0, 0, "[]", None));
        world.act(async |tx| backfills::put_off(tx, row.id, tx.now.plus(HOUR)).await).await.unwrap();
        assert!(due(&world).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn s067_what_strangers_cause_waits_in_bounded_numbers_and_holds_up_nobody_else() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let of = |kind, host: &str, n: usize| Wanted { kind, subject: format!("https://{host}/p/{n}"), host: host.to_owned() };
        for n in 0..5 {
            world.act(async |tx| backfills::want(tx, &of(Missing::Parents, "slow.example", n), HOUR).await).await.unwrap();
        }
        let room = async |wanted, most| backfills::has_room(&world.store, &wanted, most).await.unwrap();
        assert!(room(of(Missing::Parents, "slow.example", 9), (10, 6)).await);
        assert!(!room(of(Missing::Parents, "slow.example", 9), (10, 5)).await);
        assert!(room(of(Missing::Parents, "other.example", 9), (10, 5)).await);
        assert!(!room(of(Missing::Parents, "other.example", 9), (5, 5)).await);
        world.act(async |tx| backfills::want(tx, &of(Missing::Parents, "other.example", 1), HOUR).await).await.unwrap();
        let due = backfills::due(&world.store, Missing::Parents, &["slow.example".to_owned()], 10).await.unwrap();
        assert_eq!(due.iter().map(|row| row.host.as_str()).collect::<Vec<_>>(), ["other.example"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_community_had_before_stands_at_its_time_and_is_no_news() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let group = world.community_elsewhere("valves", JoinRule::Open).await;
        let pat = world.elsewhere(AccountKind::Person, "pat").await;
        let long_ago = Stamp(world.store.now().0 - 90 * 24 * 3_600_000);
        let uri = "https://bolt.test/p/1";
        let tx = world.store.begin().await.unwrap();
        let facts = communities::RemoteFacts {
            purpose: "Valves.".into(),
            stage: Stage::Federated,
            join_rule: JoinRule::Open,
            question: String::new(),
            members_count: 2,
        };
        communities::keep_remote(&tx, group.id, &facts).await.unwrap();
        let seat = seats::fresh(&tx, group.id, ada.id, SeatStatus::Active);
        seats::keep(&tx, Seat { role: Role::Member, ..seat }, false).await.unwrap();
        sql!(
            "INSERT INTO follows (id, follower_id, target_id, state, uri, created_at) VALUES (1, {}, {}, 1, '/activities/1', {})",
            ada.id,
            group.id,
            tx.now
        )
        .run(&tx)
        .await
        .unwrap();
        let before = tx.recorded();
        let old = receive::Incoming {
            community: Some(group.id),
            through: Some(group.id),
            mentions: vec![ada.id],
            published: long_ago,
            ..incoming(uri, "of last summer", tx.now)
        };
        let post = receive::take_in(&tx, &pat, old).await.unwrap().unwrap();
        let boost = posts::announced_before(&tx, &post, &group, "https://bolt.test/a/1").await.unwrap().unwrap();
        assert_eq!(posts::announced_before(&tx, &post, &group, "https://bolt.test/a/1").await.unwrap(), None, "once");
        assert_eq!(tx.recorded(), before, "nobody is told of it");
        timelines::shelve_all(&tx, &[boost]).await.unwrap();
        tx.commit().await.unwrap();
        let boost = queries::by_id(&world.store, boost).await.unwrap().unwrap();
        assert_eq!((boost.created_at, boost.id.0 >> 16), (long_ago, post.id.0 >> 16), "in lists it stands beside its post");
        let kept = queries::by_id(&world.store, post.id).await.unwrap().unwrap();
        assert_eq!((kept.pending, kept.community_id), (false, Some(group.id)));
        let home: Vec<i64> = sql!("SELECT entry_id FROM home WHERE account_id = {}", ada.id).column(&world.store).await.unwrap();
        assert_eq!(home, [boost.id.0]);
    })
    .await;
}

#[tokio::test]
async fn the_signed_words_of_a_post_go_with_it_and_are_never_outdated() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let pat = world.elsewhere(AccountKind::Person, "pat").await;
        let tx = world.store.begin().await.unwrap();
        let post = receive::receive(&tx, &pat, incoming("https://bolt.test/p/1", "words", tx.now)).await.unwrap().unwrap();
        originals::keep(&tx, post.id, Some("one")).await.unwrap();
        originals::keep(&tx, post.id, Some("two")).await.unwrap();
        assert_eq!(originals::of(&tx, &[post.id]).await.unwrap()[&post.id], "two");
        originals::keep(&tx, post.id, None).await.unwrap();
        assert!(originals::of(&tx, &[post.id]).await.unwrap().is_empty(), "newer words without a proof");
        originals::keep(&tx, post.id, Some(&"x".repeat(300_000))).await.unwrap();
        assert!(originals::of(&tx, &[post.id]).await.unwrap().is_empty(), "too long for a page");
        originals::keep(&tx, post.id, Some("three")).await.unwrap();
        posts::delete(&tx, &post).await.unwrap();
        assert!(originals::of(&tx, &[post.id]).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    })
    .await;
}
