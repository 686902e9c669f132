//! Home shelves, pages and the plans of the statements that read them.

use super::world::{self, World};
use crate::{
    base::{
        id::PostId,
        page::Page,
        words::{Audience, JoinRule, Role, Stage},
    },
    features::{
        posts::{
            self,
            publish::{Draft, publish},
            queries::{self, Viewer},
        },
        reactions,
        timelines::{self, queries::Reach, queries::Tags},
    },
    sql,
    store::{
        Tx,
        plans::toils,
        tables::{Account, Post},
    },
};

async fn home(tx: &Tx, me: &Account) -> Vec<PostId> {
    timelines::queries::home(tx, me.id, Page::first(40)).await.unwrap().iter().map(|post| post.id).collect()
}

async fn post(tx: &Tx, by: &Account, draft: Draft) -> Post {
    let post = publish(tx, by, draft).await.unwrap();
    for _ in 0..2 {
        timelines::shelve(tx, post.id).await.unwrap();
    }
    post
}

#[tokio::test]
async fn a_post_stands_on_the_shelves_of_its_author_and_followers() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo, cy) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await, world::person(&tx, "cy").await);
        world::follow(&tx, &bo, &ada).await;
        let first = post(&tx, &ada, world::draft("one")).await;
        assert_eq!((home(&tx, &ada).await, home(&tx, &bo).await, home(&tx, &cy).await), (vec![first.id], vec![first.id], vec![]));

        let to_cy = post(&tx, &cy, world::draft("two")).await;
        let answer = post(&tx, &ada, Draft { in_reply_to: Some(to_cy.id), ..world::draft("to cy") }).await;
        assert_eq!(home(&tx, &bo).await, [first.id], "bo does not follow the one answered");
        assert_eq!(home(&tx, &ada).await, [answer.id, first.id]);
        let letter = post(&tx, &ada, Draft { audience: Audience::Direct, mentions: vec![cy.id], ..world::draft("psst") }).await;
        assert!(!home(&tx, &bo).await.contains(&letter.id));

        let boost = reactions::boost(&tx, &ada, &to_cy, None).await.unwrap();
        timelines::shelve(&tx, boost.id).await.unwrap();
        assert_eq!(home(&tx, &bo).await, [boost.id, first.id]);
        world::block(&tx, &bo, &cy).await;
        assert_eq!(home(&tx, &bo).await, [first.id], "blocked people are not shown, boosted or not");
        timelines::clear(&tx, bo.id, ada.id).await.unwrap();
        assert!(home(&tx, &bo).await.is_empty());
        timelines::backfill(&tx, bo.id, ada.id).await.unwrap();
        assert_eq!(home(&tx, &bo).await, [first.id]);
        posts::delete(&tx, &first).await.unwrap();
        assert!(home(&tx, &bo).await.is_empty());
    }
}

#[tokio::test]
async fn a_communitys_post_stands_once_on_each_shelf() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo, cy) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await, world::person(&tx, "cy").await);
        let group = world::community(&tx, "valves", "", Stage::Public, JoinRule::Open).await;
        world::seat(&tx, &group, &ada, Role::Owner).await;
        for one in [&ada, &bo, &cy] {
            world::follow(&tx, one, &group).await;
        }
        world::follow(&tx, &bo, &ada).await;
        let own = post(&tx, &ada, Draft { community: Some(group.id), ..world::draft("valves") }).await;
        let boost = queries::boost_by(&tx, group.id, own.id).await.unwrap().unwrap();
        timelines::shelve(&tx, boost.id).await.unwrap();
        assert_eq!((home(&tx, &ada).await, home(&tx, &bo).await), (vec![own.id], vec![own.id]), "author and followers of the author");
        assert_eq!(home(&tx, &cy).await, [boost.id], "a member who does not follow the author");
    }
}

#[tokio::test]
async fn pages_join_without_gap_in_both_directions() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        let mut ids = Vec::new();
        for _ in 0..10 {
            ids.push(post(&tx, &ada, Draft { tags: vec!["Valves".to_owned()], ..world::draft("x") }).await.id);
        }
        ids.reverse();
        let viewer = Viewer::Account(ada.id);
        let tags = Tags { any: vec!["valves".to_owned(), "VALVES".to_owned()], ..Tags::default() };
        for page in
            [Page { max_id: Some(ids[3].0), limit: 3, ..Page::default() }, Page { min_id: Some(ids[7].0), limit: 3, ..Page::default() }]
        {
            let wanted = &ids[4..7];
            let reads = [
                timelines::queries::home(&tx, ada.id, page).await.unwrap(),
                timelines::queries::public(&tx, &viewer, Reach { local: true, ..Reach::default() }, page).await.unwrap(),
                timelines::queries::tag(&tx, &viewer, &tags, Reach::default(), page).await.unwrap(),
                timelines::queries::profile(&tx, &viewer, ada.id, Default::default(), page).await.unwrap(),
            ];
            for read in reads {
                assert_eq!(read.iter().map(|post| post.id).collect::<Vec<_>>(), wanted, "{page:?}");
            }
        }
    }
}

#[tokio::test]
async fn every_page_walks_its_index() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let page = Page { max_id: Some(9), min_id: None, since_id: Some(1), limit: 20 };
        let statements = timelines::queries::all_statements(tx.now).into_iter().chain(timelines::findable::all_statements(tx.now));
        for (what, sql, column) in statements {
            let plan = posts::sight::paged(sql, column, &page).plan(&tx).await.unwrap();
            assert!(!plan.iter().any(|line| toils(line)), "{what}: {plan:#?}");
        }
        for (what, sql, column) in timelines::queries::all_statements(tx.now) {
            let plan = posts::sight::paged(sql, column, &page).plan_of_whole::<Post>(&tx).await.unwrap();
            assert!(plan.len() > 1 && !plan.iter().any(|line| toils(line)), "{what}, as one value: {plan:#?}");
        }
    }
}

#[tokio::test]
async fn shelving_goes_from_the_author_to_the_followers() {
    let World { store, .. } = &world::sqlite().await;
    let tx = store.begin().await.unwrap();
    for entries in [vec![PostId(1)], (1..65).map(PostId).collect()] {
        let plan = timelines::shelving(&entries, tx.now).plan(&tx).await.unwrap();
        assert!(plan.iter().any(|line| line.contains("follows_target (target_id=? AND state=?)")), "{plan:#?}");
        assert!(!plan.iter().any(|line| line.contains("SCAN") || line.ends_with("accounts_host (host=?)")), "{plan:#?}");
    }
}

#[tokio::test]
async fn a_mute_hides_until_it_ends_and_boosts_can_be_left_out() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bo, cy) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await, world::person(&tx, "cy").await);
        world::follow(&tx, &bo, &ada).await;
        let first = post(&tx, &ada, world::draft("one")).await;
        let by_cy = post(&tx, &cy, world::draft("two")).await;
        crate::sql!("UPDATE follows SET show_boosts = FALSE WHERE follower_id = {}", bo.id).run(&tx).await.unwrap();
        let boost = reactions::boost(&tx, &ada, &by_cy, None).await.unwrap();
        timelines::shelve(&tx, boost.id).await.unwrap();
        assert_eq!(home(&tx, &bo).await, [first.id]);
        assert_eq!(home(&tx, &ada).await, [boost.id, first.id], "one's own boost is on one's own shelf");
        crate::store::Insert::into("mutes")
            .set("account_id", bo.id)
            .set("target_id", ada.id)
            .set("id", tx.id())
            .set("expires_at", tx.now.plus(std::time::Duration::from_secs(60)))
            .set("created_at", tx.now)
            .run(&tx)
            .await
            .unwrap();
        let hidden = post(&tx, &ada, world::draft("three")).await;
        assert!(home(&tx, &bo).await.is_empty());
        tx.commit().await.unwrap();
        world.clock.advance(61_000);
        let tx = world.store.begin().await.unwrap();
        assert_eq!(home(&tx, &bo).await, [first.id], "{} was not shelved while muted", hidden.id);
    }
}

#[tokio::test]
async fn a_newcomer_reads_what_came_after_them_and_what_was_shared_with_them_later() {
    for world in world::worlds().await {
        let (group, ada, bo, before, shared) = {
            let tx = world.store.begin().await.unwrap();
            let (ada, bo) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await);
            let group = world::community(&tx, "valves", "", Stage::Partners, JoinRule::Ask).await;
            world::seat(&tx, &group, &ada, Role::Owner).await;
            let inside = |words| Draft { community: Some(group.id), ..world::draft(words) };
            let (shared, before) = (post(&tx, &ada, inside("shared later")).await, post(&tx, &ada, inside("before")).await);
            tx.commit().await.unwrap();
            (group, ada, bo, before, shared)
        };
        let page = async |tx: &Tx, who: &Account| {
            let viewer = Viewer::Account(who.id);
            let found = timelines::queries::community(tx, &viewer, group.id, true, Page::first(40)).await.unwrap();
            found.into_iter().map(|post| post.id).collect::<Vec<_>>()
        };
        world.clock.advance(1000);
        let tx = world.store.begin().await.unwrap();
        assert!(page(&tx, &bo).await.is_empty(), "without a seat nothing is read");
        world::seat(&tx, &group, &bo, Role::Member).await;
        sql!("UPDATE seats SET history_from = {} WHERE account_id = {}", tx.now, bo.id).run(&tx).await.unwrap();
        let after = post(&tx, &ada, Draft { community: Some(group.id), ..world::draft("after") }).await;
        assert_eq!(page(&tx, &bo).await, [after.id]);
        assert_eq!(page(&tx, &ada).await, [after.id, before.id, shared.id]);
        sql!("UPDATE posts SET shared_at = {} WHERE id = {}", tx.now, shared.id).run(&tx).await.unwrap();
        assert_eq!(page(&tx, &bo).await, [after.id, shared.id]);
    }
}
