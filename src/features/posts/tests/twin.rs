//! The SQL that decides who sees what agrees with `policy::visibility::may_see`.

use super::world::{self, World};
use crate::{
    base::{
        clock::Stamp,
        finding::question::Question,
        id::{AccountId, PostId},
        page::Page,
        words::{AccountKind, Audience, JoinRule, Role, Stage},
    },
    features::posts::{
        queries::{self, Viewer},
        row, words,
    },
    features::{search, timelines::streamed},
    policy::visibility::{Reader, Sight, may_see},
    sql,
    store::{
        Insert, Tx,
        tables::{Account, Post},
    },
};
use std::collections::{HashMap, HashSet};

/// Everything a reader's sight of a post depends on, as it was written into the tables.
#[derive(Default)]
struct Facts {
    follows: HashSet<(AccountId, AccountId)>,
    blocks: HashSet<(AccountId, AccountId)>,
    /// Who sits where, and from when on they read.
    seats: HashMap<(AccountId, AccountId), Stamp>,
    /// Our communities; others are no door for anybody's node.
    ours: HashSet<AccountId>,
    /// This node's people, guests left out.
    own: HashSet<AccountId>,
    people: Vec<(AccountId, String)>,
    mentions: HashSet<(PostId, AccountId)>,
    suspended: HashSet<AccountId>,
}

async fn populate(tx: &Tx, dice: &mut fastrand::Rng) -> (Vec<Account>, Vec<Post>, Facts) {
    let mut facts = Facts::default();
    let mut people = Vec::new();
    for nth in 0..5 {
        let host = if nth > 2 { "far.example" } else { "" };
        let one = world::account(tx, &format!("p{nth}"), host, AccountKind::Person).await;
        if host.is_empty() {
            let is_guest = dice.u8(..3) == 0;
            let email = format!("p{nth}@acme.example");
            let user = Insert::into("users").set("account_id", one.id).set("email", email.clone()).set("email_key", email);
            user.set("is_guest", is_guest).set("created_at", tx.now).run(tx).await.unwrap();
            facts.own.extend((!is_guest).then_some(one.id));
        }
        facts.people.push((one.id, host.to_owned()));
        people.push(one);
    }
    let groups = [
        world::community(tx, "g0", "", Stage::Public, JoinRule::Open).await,
        world::community(tx, "g1", "", Stage::Local, JoinRule::Ask).await,
        world::community(tx, "g2", "", Stage::Federated, JoinRule::Ask).await,
        world::community(tx, "g3", "far.example", Stage::Federated, JoinRule::Ask).await,
    ];
    facts.ours = groups.iter().filter(|group| group.is_local()).map(|group| group.id).collect();
    for one in &people {
        if dice.u8(..8) == 0 {
            sql!("UPDATE accounts SET suspended_at = 1 WHERE id = {}", one.id).run(tx).await.unwrap();
            facts.suspended.insert(one.id);
        }
        for group in &groups {
            if dice.bool() {
                world::seat(tx, group, one, Role::Member).await;
                let from = Stamp(tx.now.0 + dice.i64(-1..=1));
                let set = sql!("UPDATE seats SET host = {}, history_from = {} ", one.host.clone(), from);
                set.then("WHERE community_id = {} AND account_id = {}").bind(group.id).bind(one.id).run(tx).await.unwrap();
                facts.seats.insert((group.id, one.id), from);
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
    let posts = write(tx, dice, (&people, &groups), &mut facts).await;
    (people, posts, facts)
}

/// Posts and boosts by anybody, anywhere, in every state.
async fn write(tx: &Tx, dice: &mut fastrand::Rng, (people, groups): (&[Account], &[Account]), facts: &mut Facts) -> Vec<Post> {
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
        post.community_id = dice.bool().then(|| groups[dice.usize(..groups.len())].id);
        assert!(row::insert(tx, &post).await.unwrap());
        for one in people {
            if dice.u8(..4) == 0 {
                Insert::into("mentions").set("post_id", post.id).set("account_id", one.id).run(tx).await.unwrap();
                facts.mentions.insert((post.id, one.id));
            }
        }
        post.deleted_at = (dice.u8(..8) == 0).then_some(tx.now);
        post.removed_at = (dice.u8(..8) == 0).then_some(tx.now);
        post.queued_at = (dice.u8(..8) == 0).then_some(tx.now);
        post.shared_at = (dice.u8(..4) == 0).then(|| Stamp(tx.now.0 + 1));
        let set = sql!("UPDATE posts SET deleted_at = {}, removed_at = {}, ", post.deleted_at, post.removed_at);
        let set = set.then("queued_at = {}, shared_at = {} WHERE id = {}").bind(post.queued_at).bind(post.shared_at);
        set.bind(post.id).run(tx).await.unwrap();
        posts.push(post);
    }
    posts
}

impl Facts {
    fn reader(&self, me: Option<AccountId>, post: &Post) -> Reader {
        let author = post.author_id;
        Reader {
            is_author: me == Some(author),
            is_mentioned: me.is_some_and(|me| self.mentions.contains(&(post.id, me))),
            follows_author: me.is_some_and(|me| self.follows.contains(&(me, author))),
            is_member: me.is_some_and(|me| match post.community_id {
                Some(group) => self.reads(group, me, post),
                None => self.own.contains(&me),
            }),
            is_blocked: me.is_some_and(|me| self.blocks.contains(&(author, me))) || self.suspended.contains(&author),
        }
    }

    /// Whether somebody's seat reaches back to a post.
    fn reads(&self, group: AccountId, who: AccountId, post: &Post) -> bool {
        let from = self.seats.get(&(group, who));
        from.is_some_and(|from| *from <= post.shared_at.unwrap_or(post.created_at)) && !self.suspended.contains(&who)
    }

    /// A node reads for its people, in our communities; it is nobody's follower and nobody names it.
    fn host(&self, host: &str, post: &Post) -> Reader {
        let group = post.community_id.filter(|group| self.ours.contains(group));
        let of_host = self.people.iter().filter(|(_, at)| at == host);
        Reader {
            is_member: group.is_some_and(|group| of_host.clone().any(|(who, _)| self.reads(group, *who, post))),
            is_blocked: self.suspended.contains(&post.author_id),
            ..Reader::default()
        }
    }

    fn sees(&self, viewer: &Viewer, post: &Post, all: &[Post]) -> bool {
        let sight = Sight {
            audience: post.audience,
            is_deleted: post.deleted_at.is_some(),
            is_removed: post.removed_at.is_some(),
            is_queued: post.queued_at.is_some(),
        };
        let shown = post.boost_of_id.and_then(|shown| all.iter().find(|other| other.id == shown));
        let reader = match viewer {
            Viewer::Host(host) => self.host(host, post),
            Viewer::Account(_) | Viewer::Stranger => self.reader(viewer.account(), post),
            Viewer::Each(_) => unreachable!("that is for statements"),
        };
        may_see(reader, sight) && shown.is_none_or(|shown| self.sees(viewer, shown, all))
    }
}

async fn agrees(world: World, rounds: u64) {
    for seed in 0..rounds {
        let tx = world.store.begin().await.unwrap();
        let (people, posts, facts) = populate(&tx, &mut fastrand::Rng::with_seed(seed)).await;
        let ids: Vec<PostId> = posts.iter().map(|post| post.id).collect();
        words::keep_again(&tx, &ids).await.unwrap();
        let everything = Question { since: Some(Stamp(1)), ..Question::default() };
        let mut readers: Vec<Viewer> = people.iter().map(|one| Viewer::Account(one.id)).collect();
        readers.extend([Viewer::Stranger, Viewer::Host("other.example".to_owned()), Viewer::Host("far.example".to_owned())]);
        let locals: Vec<AccountId> = people.iter().filter(|one| one.is_local()).map(|one| one.id).collect();
        let of_each = streamed::seeing(&tx, &ids, &locals).await.unwrap();
        for reader in locals {
            let found: HashSet<PostId> = of_each.iter().filter(|one| one.reader == reader).map(|one| one.entry).collect();
            let one = |post: &&Post| facts.sees(&Viewer::Account(reader), &Post { boost_of_id: None, ..(*post).clone() }, &posts);
            let wanted: HashSet<PostId> = posts.iter().filter(one).map(|post| post.id).collect();
            assert_eq!(found, wanted, "seed {seed}, asked for all at once, {reader:?}");
        }
        for viewer in readers {
            let found = queries::seen_many(&tx, &viewer, &ids).await.unwrap();
            let found: HashSet<PostId> = found.iter().map(|post| post.id).collect();
            let wanted: HashSet<PostId> = posts.iter().filter(|post| facts.sees(&viewer, post, &posts)).map(|post| post.id).collect();
            assert_eq!(found, wanted, "seed {seed}, {viewer:?}");
            let found = search::posts(&tx, &viewer, &everything, (Page::first(100), 0)).await.unwrap();
            let found: HashSet<PostId> = found.iter().map(|post| post.id).collect();
            let is_wanted = |post: &&Post| viewer.account().is_none_or(|me| !facts.blocks.contains(&(me, post.author_id)));
            let found_too = posts.iter().filter(|post| wanted.contains(&post.id) && post.boost_of_id.is_none());
            assert_eq!(found, found_too.filter(is_wanted).map(|post| post.id).collect(), "seed {seed}, searched by {viewer:?}");
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
