//! The SQL that decides who sees what agrees with `policy::visibility::may_see`.

use super::world::{self, World};
use crate::{
    base::{
        id::{AccountId, PostId},
        words::{Audience, JoinRule, Role, Stage},
    },
    features::posts::{
        queries::{self, Viewer},
        row,
    },
    policy::visibility::{Reader, Sight, may_see},
    sql,
    store::{
        Insert, Tx,
        tables::{Account, Post},
    },
};
use std::collections::HashSet;

/// Everything a reader's sight of a post depends on, as it was written into the tables.
#[derive(Default)]
struct Facts {
    follows: HashSet<(AccountId, AccountId)>,
    blocks: HashSet<(AccountId, AccountId)>,
    seats: HashSet<(AccountId, AccountId)>,
    mentions: HashSet<(PostId, AccountId)>,
    suspended: HashSet<AccountId>,
}

async fn populate(tx: &Tx, dice: &mut fastrand::Rng) -> (Vec<Account>, Vec<Post>, Facts) {
    let mut facts = Facts::default();
    let mut people = Vec::new();
    for nth in 0..5 {
        let host = if nth > 2 { "far.example" } else { "" };
        people.push(world::account(tx, &format!("p{nth}"), host, crate::base::words::AccountKind::Person).await);
    }
    let groups = [
        world::community(tx, "g0", "", Stage::Public, JoinRule::Open).await,
        world::community(tx, "g1", "", Stage::Local, JoinRule::Ask).await,
    ];
    for one in &people {
        if dice.u8(..8) == 0 {
            sql!("UPDATE accounts SET suspended_at = 1 WHERE id = {}", one.id).run(tx).await.unwrap();
            facts.suspended.insert(one.id);
        }
        for group in &groups {
            if dice.bool() {
                world::seat(tx, group, one, Role::Member).await;
                facts.seats.insert((group.id, one.id));
            }
        }
        for other in people.iter().filter(|other| other.id != one.id) {
            if dice.u8(..3) == 0 {
                world::follow(tx, one, other).await;
                facts.follows.insert((one.id, other.id));
            }
            if dice.u8(..6) == 0 {
                world::block(tx, one, other).await;
                facts.blocks.insert((one.id, other.id));
            }
        }
    }
    let mut posts: Vec<Post> = Vec::new();
    for _ in 0..24 {
        let author = &people[dice.usize(..people.len())];
        let shown = posts.last().filter(|last| last.boost_of_id.is_none() && dice.u8(..4) == 0).cloned();
        let id = tx.id();
        let mut post = match &shown {
            Some(shown) => row::boost_of(shown, id, None, author.id, tx.now),
            None => row::blank(id, format!("/p/{id}"), author.id, tx.now),
        };
        post.audience = Audience::ALL[dice.usize(..Audience::ALL.len())];
        post.community_id = dice.bool().then(|| groups[dice.usize(..2)].id);
        assert!(row::insert(tx, &post).await.unwrap());
        for one in &people {
            if dice.u8(..4) == 0 {
                Insert::into("mentions").set("post_id", post.id).set("account_id", one.id).run(tx).await.unwrap();
                facts.mentions.insert((post.id, one.id));
            }
        }
        post.deleted_at = (dice.u8(..8) == 0).then_some(tx.now);
        post.removed_at = (dice.u8(..8) == 0).then_some(tx.now);
        sql!("UPDATE posts SET deleted_at = {}, removed_at = {} WHERE id = {}", post.deleted_at, post.removed_at, post.id)
            .run(tx)
            .await
            .unwrap();
        posts.push(post);
    }
    (people, posts, facts)
}

impl Facts {
    fn reader(&self, me: Option<AccountId>, post: &Post) -> Reader {
        let author = post.author_id;
        Reader {
            is_author: me == Some(author),
            is_mentioned: me.is_some_and(|me| self.mentions.contains(&(post.id, me))),
            follows_author: me.is_some_and(|me| self.follows.contains(&(me, author))),
            is_member: me
                .zip(post.community_id)
                .is_some_and(|(me, group)| self.seats.contains(&(group, me)) && !self.suspended.contains(&me)),
            is_blocked: me.is_some_and(|me| self.blocks.contains(&(author, me))) || self.suspended.contains(&author),
        }
    }

    fn sees(&self, me: Option<AccountId>, post: &Post, all: &[Post]) -> bool {
        let sight = Sight {
            audience: post.audience,
            is_deleted: post.deleted_at.is_some(),
            is_removed: post.removed_at.is_some(),
            is_queued: post.queued_at.is_some(),
        };
        let shown = post.boost_of_id.and_then(|shown| all.iter().find(|other| other.id == shown));
        may_see(self.reader(me, post), sight) && shown.is_none_or(|shown| self.sees(me, shown, all))
    }
}

async fn agrees(world: World, rounds: u64) {
    for seed in 0..rounds {
        let tx = world.store.begin().await.unwrap();
        let (people, posts, facts) = populate(&tx, &mut fastrand::Rng::with_seed(seed)).await;
        let ids: Vec<PostId> = posts.iter().map(|post| post.id).collect();
        let mut readers: Vec<(Viewer, Option<AccountId>)> = people.iter().map(|one| (Viewer::Account(one.id), Some(one.id))).collect();
        readers.extend([(Viewer::Stranger, None), (Viewer::Host("other.example".to_owned()), None)]);
        for (viewer, me) in readers {
            let found = queries::seen_many(&tx, &viewer, &ids).await.unwrap();
            let found: HashSet<PostId> = found.iter().map(|post| post.id).collect();
            let wanted: HashSet<PostId> = posts.iter().filter(|post| facts.sees(me, post, &posts)).map(|post| post.id).collect();
            assert_eq!(found, wanted, "seed {seed}, {viewer:?}");
        }
        // Nothing is kept: the next world begins empty.
        drop(tx);
    }
}

#[tokio::test]
async fn the_sql_shows_exactly_what_the_rule_allows() {
    for world in world::worlds().await {
        agrees(world, 40).await;
    }
}
