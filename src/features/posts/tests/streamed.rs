//! What streams tell many readers at once is what each reads on the timeline of that name, on random worlds (S60).

use super::world;
use crate::{
    app::streams::Channel,
    base::{
        clock::Stamp,
        id::{AccountId, PostId},
        page::Page,
        words::{AccountKind, Audience, FollowState, JoinRule, Role, Stage, reading::RepliesPolicy},
    },
    features::{
        lists, peers,
        posts::{queries::Viewer, row},
        timelines::{
            self,
            queries::{self, Reach, Tags},
            streamed,
        },
    },
    sql,
    store::{
        Insert, Tx,
        tables::{Account, List, Post},
    },
};
use std::collections::HashSet;

struct People {
    readers: Vec<Account>,
    writers: Vec<Account>,
    groups: Vec<Account>,
    /// Lists of readers' own.
    lists: Vec<List>,
}

async fn populate(tx: &Tx, dice: &mut fastrand::Rng) -> People {
    let mut readers = Vec::new();
    for nth in 0..4 {
        let one = world::person(tx, &format!("r{nth}")).await;
        let email = format!("r{nth}@acme.example");
        let user = Insert::into("users").set("account_id", one.id).set("email", email.clone()).set("email_key", email);
        user.set("is_guest", dice.u8(..4) == 0).set("created_at", tx.now).run(tx).await.unwrap();
        readers.push(one);
    }
    let mut writers = readers.clone();
    writers.push(world::stranger(tx, "far").await);
    writers.push(world::account(tx, "loud", "loud.example", AccountKind::Person).await);
    peers::silence(tx, "loud.example", ("test", "loud")).await.unwrap();
    let groups = vec![
        world::community(tx, "g0", "", Stage::Public, JoinRule::Open).await,
        world::community(tx, "g1", "", Stage::Local, JoinRule::Ask).await,
    ];
    for one in &writers {
        for group in &groups {
            if dice.bool() {
                continue;
            }
            world::seat(tx, group, one, Role::Member).await;
            let from = Stamp(tx.now.0 + dice.i64(-1..=1));
            sql!("UPDATE seats SET history_from = {} WHERE account_id = {} AND community_id = {}", from, one.id, group.id)
                .run(tx)
                .await
                .unwrap();
        }
        if dice.u8(..8) == 0 {
            sql!("UPDATE accounts SET suspended_at = 1 WHERE id = {}", one.id).run(tx).await.unwrap();
        }
        for other in writers.iter().chain(&groups).filter(|other| other.id != one.id) {
            if one.is_local() && dice.bool() {
                world::follow(tx, one, other).await;
            }
        }
    }
    let mut own = Vec::new();
    for reader in &readers {
        let replies = RepliesPolicy::ALL[dice.usize(..RepliesPolicy::ALL.len())];
        let list = lists::create(tx, reader.id, lists::Wanted { title: "own".into(), replies, exclusive: dice.bool() }).await.unwrap();
        let followed = "SELECT target_id FROM follows WHERE follower_id = {} AND state = {}";
        let followed: Vec<AccountId> = sql!(followed, reader.id, FollowState::Accepted).column(tx).await.unwrap();
        let some: Vec<AccountId> = followed.into_iter().filter(|_| dice.u8(..3) > 0).collect();
        lists::add(tx, reader.id, list.id, &some).await.unwrap();
        own.push(list);
    }
    People { readers, writers, groups, lists: own }
}

/// Blocks and mutes come after the posts, so that much stands on shelves that is not to be shown any more.
async fn fall_out(tx: &Tx, people: &People, dice: &mut fastrand::Rng) {
    for one in &people.writers {
        for other in people.writers.iter().filter(|other| other.id != one.id) {
            if dice.u8(..7) == 0 {
                world::block(tx, one, other).await;
            }
            if dice.u8(..7) == 0 {
                let mute = Insert::into("mutes").set("account_id", one.id).set("target_id", other.id).set("id", tx.id());
                mute.set("created_at", tx.now).run(tx).await.unwrap();
            }
        }
    }
}

async fn write(tx: &Tx, people: &People, dice: &mut fastrand::Rng) -> Vec<Post> {
    let mut posts: Vec<Post> = Vec::new();
    for _ in 0..24 {
        let author = &people.writers[dice.usize(..people.writers.len())];
        let shown = posts.last().filter(|last| last.boost_of_id.is_none() && dice.u8(..4) == 0).cloned();
        let id = tx.id();
        let path = if author.is_local() { format!("/p/{id}") } else { format!("https://{}/p/{id}", author.host) };
        let mut post = match &shown {
            Some(shown) => row::boost_of(shown, id, None, author.id, tx.now),
            None => row::blank(id, path, author.id, tx.now),
        };
        if shown.is_none() {
            post.audience = Audience::ALL[dice.usize(..Audience::ALL.len())];
            post.community_id = (dice.u8(..3) == 0).then(|| people.groups[dice.usize(..people.groups.len())].id);
            if let Some(other) = posts.last().filter(|other| other.boost_of_id.is_none() && dice.u8(..4) == 0) {
                (post.in_reply_to_uri, post.in_reply_to_id, post.in_reply_to_account_id) =
                    (other.uri.clone(), Some(other.id), Some(other.author_id));
            }
            if dice.bool() {
                post.tags = "[\"Frost\"]".to_owned();
            }
            if dice.bool() {
                post.attachments = "[{\"url\":\"https://far.example/a.png\",\"media_type\":\"image/png\"}]".to_owned();
            }
        }
        assert!(row::insert(tx, &post).await.unwrap());
        if post.tags != "[]" {
            Insert::into("post_tags").set("tag", "frost").set("post_id", post.id).run(tx).await.unwrap();
        }
        timelines::shelve(tx, post.id).await.unwrap();
        if dice.u8(..8) == 0 {
            post.removed_at = Some(tx.now);
            sql!("UPDATE posts SET removed_at = {} WHERE id = {}", tx.now, post.id).run(tx).await.unwrap();
        }
        posts.push(post);
    }
    posts
}

#[tokio::test]
async fn s060_a_stream_shows_exactly_what_the_timeline_of_its_name_shows() {
    for world in world::worlds().await {
        let mut shown = [0_usize; 5];
        for seed in 0..24 {
            let mut dice = fastrand::Rng::with_seed(seed);
            let tx = world.store.begin().await.unwrap();
            let people = populate(&tx, &mut dice).await;
            let posts = write(&tx, &people, &mut dice).await;
            fall_out(&tx, &people, &mut dice).await;
            let (ids, readers): (Vec<PostId>, Vec<AccountId>) =
                (posts.iter().map(|post| post.id).collect(), people.readers.iter().map(|one| one.id).collect());
            let home = streamed::home(&tx, &ids, &readers).await.unwrap();
            let public = streamed::discovered(&tx, &ids, &readers).await.unwrap();
            let listed = streamed::in_communities(&tx, &ids, &readers).await.unwrap();
            let lists: Vec<i64> = people.lists.iter().map(|list| list.id).collect();
            let in_own = streamed::in_lists(&tx, &ids, &lists).await.unwrap();
            for reader in &readers {
                let (page, viewer) = (Page::first(80), Viewer::Account(*reader));
                let compare = |what: &str, streamed: HashSet<PostId>, read: Vec<Post>| {
                    let read: HashSet<PostId> = read.into_iter().map(|post| post.id).filter(|id| ids.contains(id)).collect();
                    assert_eq!(streamed, read, "{what} of {reader:?}, seed {seed}");
                    read.len()
                };
                let of_home = home.iter().filter(|one| one.reader == *reader).map(|one| one.entry).collect();
                shown[0] += compare("home", of_home, queries::home(&tx, *reader, page).await.unwrap());
                let taken = |channel: &Channel| -> HashSet<PostId> {
                    posts.iter().filter(|post| channel.takes(post) && public.shows(*reader, post.id)).map(|post| post.id).collect()
                };
                let all = Reach::default();
                for reach in [all, Reach { local: true, ..all }, Reach { remote: true, ..all }, Reach { only_media: true, ..all }] {
                    let read = queries::public(&tx, &viewer, reach, page).await.unwrap();
                    shown[1] += compare("public", taken(&Channel::Public(reach)), read);
                }
                for local in [false, true] {
                    let tags = Tags { any: vec!["frost".to_owned()], ..Tags::default() };
                    let read = queries::tag(&tx, &viewer, &tags, Reach { local, ..all }, page).await.unwrap();
                    shown[2] += compare("tag", taken(&Channel::Tag { tag: "#Frost".trim_start_matches('#').into(), local }), read);
                }
                for own in people.lists.iter().filter(|list| list.account_id == *reader) {
                    let streamed = in_own.iter().filter(|one| (one.reader, one.list) == (*reader, own.id)).map(|one| one.entry).collect();
                    shown[4] += compare("own list", streamed, queries::list(&tx, *reader, own.id, page).await.unwrap());
                }
                for group in &people.groups {
                    let is_in = sql!("SELECT account_id FROM seats WHERE account_id = {} AND community_id = {}", *reader, group.id);
                    if is_in.value::<AccountId>(&tx).await.unwrap().is_none() {
                        continue; // no list of theirs
                    }
                    let of_group = |id: &PostId| posts.iter().any(|post| post.id == *id && post.community_id == Some(group.id));
                    let streamed = listed.iter().filter(|one| one.reader == *reader && of_group(&one.entry)).map(|one| one.entry).collect();
                    shown[3] += compare("list", streamed, queries::community(&tx, &viewer, group.id, false, page).await.unwrap());
                }
            }
        }
        assert!(shown.iter().all(|count| *count > 50), "the worlds show something: {shown:?}");
    }
}

#[tokio::test]
async fn whom_an_entry_reaches_is_found_without_walking_tables() {
    for world in &world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (posts, readers) = ([PostId(1), PostId(2)], (1..40).map(AccountId).collect::<Vec<_>>());
        for (what, sql) in streamed::all_statements(&posts, &readers, tx.now) {
            let plan = sql.plan(&tx).await.unwrap();
            let walks = |line: &&String| (line.starts_with("SCAN") && !line.contains("CONSTANT")) || line.contains("Seq Scan");
            assert_eq!(plan.iter().find(walks), None, "{what}: {plan:#?}");
        }
    }
}
