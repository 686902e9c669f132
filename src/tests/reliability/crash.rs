//! R3: a node ends at each commit of a small story, one after the other, before it counts or after; the other goes on.
//!
//! bo of bolt follows ada of acme; ada writes, bo likes and answers, ada edits, and deletes something else. Whoever got no answer asks
//! again, as apps do. Exhaustive: every commit of either node is the last one once.

use super::site::{Ground, Site};
use crate::{
    base::error::Result,
    features::{
        posts::{
            self, Edit,
            once::{Repeat, publish_once},
            publish::Draft,
            queries,
            tests::world,
        },
        reactions, relationships,
    },
    sql,
    store::{death::Side, tables::Post},
    tests::support::sized,
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(30);
const ACME: usize = 0;
const BOLT: usize = 1;
/// The story: who acts where, in order.
const STORY: [(Act, usize); 7] = [
    (Act::Follow, BOLT),
    (Act::Write, ACME),
    (Act::Like, BOLT),
    (Act::Answer, BOLT),
    (Act::Edit, ACME),
    (Act::WriteMore, ACME),
    (Act::Delete, ACME),
];

#[derive(Clone, Copy, Debug)]
enum Act {
    Follow,
    Write,
    Like,
    Answer,
    Edit,
    WriteMore,
    Delete,
}

/// What a story left on a node, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Left {
    posts: BTreeMap<String, String>,
    notifications: BTreeMap<String, i64>,
    /// What was sent, by type; edits and follows may be told again.
    told: BTreeMap<String, i64>,
    waiting: i64,
}

struct Story {
    sites: [Site; 2],
    began: Instant,
}

impl Story {
    /// One act of the person on `site`; false where what it is about is not there yet.
    async fn act(&self, act: Act, site: usize) -> Result<bool> {
        let (here, other) = (&self.sites[site], &self.sites[1 - site]);
        let me = here.account(&here.uri()).await.unwrap();
        let Some(them) = here.account(&other.uri()).await else { return Ok(false) };
        let named = async |site: &Site, words: &str| -> Option<Post> {
            let select = "SELECT uri FROM posts WHERE content LIKE {} AND deleted_at IS NULL";
            let uri: Option<String> = sql!(select, format!("%{words}%")).value(site.store()).await.unwrap();
            queries::by_uri(site.store(), &uri?).await.unwrap()
        };
        let (first, second) = (named(here, "first").await, named(here, "second").await);
        let is_early = match act {
            Act::Like | Act::Answer => first.is_none(),
            // once the other side has it, or it is deleted already
            Act::Delete => second.is_some() && named(other, "second").await.is_none(),
            _ => false,
        };
        if is_early {
            return Ok(false);
        }
        let tx = here.store().begin().await?;
        match act {
            Act::Follow => drop(relationships::follow(&tx, &me, &them, relationships::FollowOptions::default(), None).await?),
            Act::Write => drop(publish_once(&tx, &me, world::draft("first"), Repeat { key: "1", body: "1" }).await?),
            Act::WriteMore => drop(publish_once(&tx, &me, world::draft("second"), Repeat { key: "2", body: "2" }).await?),
            Act::Answer => {
                let draft = Draft { in_reply_to: first.map(|post| post.id), ..world::draft("answer") };
                drop(publish_once(&tx, &me, draft, Repeat { key: "3", body: "3" }).await?);
            }
            Act::Like => reactions::like(&tx, &me, &first.unwrap(), None).await?,
            Act::Edit => {
                let edit = Edit { source: "first, reworded".into(), content: "<p>first, reworded</p>".into(), ..Edit::default() };
                drop(posts::edit(&tx, &me, &first.unwrap(), edit).await?);
            }
            Act::Delete => {
                if let Some(second) = second {
                    posts::delete(&tx, &second).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn revive(&mut self) {
        for site in &mut self.sites {
            site.revive().await;
        }
    }

    async fn pause(&self, what: impl std::fmt::Debug) {
        assert!(self.began.elapsed() < PATIENCE, "it did not go on: {what:?}");
        tokio::time::sleep(Duration::from_millis(4)).await;
    }

    /// Tells the story to its end, and waits until both nodes have nothing left to do.
    async fn tell(&mut self) {
        for (act, site) in STORY {
            // the follow stands before anything is written for followers
            while matches!(act, Act::Write) && !self.follows().await {
                self.revive().await;
                self.pause("the follow").await;
            }
            while !self.act(act, site).await.unwrap_or(false) {
                self.revive().await;
                self.pause(act).await;
            }
        }
        loop {
            self.revive().await;
            let left = [self.left(ACME).await, self.left(BOLT).await];
            let is_over = left.iter().all(|left| left.waiting == 0) && left[BOLT].posts == left[ACME].posts && left[ACME].posts.len() == 2;
            if is_over && left[ACME].posts.values().any(|post| post.contains("reworded 1 1")) {
                return;
            }
            self.pause(left).await;
        }
    }

    async fn follows(&self) -> bool {
        let mut stand = 0;
        for site in &self.sites {
            stand += sql!("SELECT COUNT(*) FROM follows WHERE state = 1").value::<i64>(site.store()).await.unwrap().unwrap();
        }
        stand == 2
    }

    async fn left(&self, site: usize) -> Left {
        let store = self.sites[site].store();
        let waiting = sql!(
            "SELECT (SELECT COUNT(*) FROM inbox WHERE done_at IS NULL) + (SELECT COUNT(*) FROM events WHERE failed_at IS NULL) \
             + (SELECT COUNT(*) FROM log l JOIN peers p ON p.cursor IS NOT NULL WHERE l.position > p.cursor \
                AND NOT EXISTS (SELECT 1 FROM delivered d WHERE d.peer_id = p.id AND d.position = l.position))"
        );
        let mut left = Left { waiting: waiting.value(store).await.unwrap().unwrap(), ..Left::default() };
        let shown = "SELECT content || ' ' || favourites_count || ' ' || replies_count FROM posts WHERE deleted_at IS NULL AND content LIKE '%' ORDER BY content";
        for post in sql!(shown).column::<String>(store).await.unwrap() {
            let again = left.posts.insert(post.clone(), post.replace("</p>", "").replace("first, ", ""));
            assert!(again.is_none(), "there are two of {post}");
        }
        for kind in sql!("SELECT CAST(kind AS TEXT) FROM notifications").column::<String>(store).await.unwrap() {
            *left.notifications.entry(kind).or_default() += 1;
        }
        for body in sql!("SELECT body FROM log").column::<String>(store).await.unwrap() {
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let kind = body["type"].as_str().unwrap_or_default();
            if !matches!(kind, "Update" | "Follow" | "Accept") {
                *left.told.entry(kind.to_owned()).or_default() += 1;
            }
        }
        left
    }

    async fn end(mut self) -> [Left; 2] {
        let left = [self.left(ACME).await, self.left(BOLT).await];
        for site in &mut self.sites {
            site.stop().await;
        }
        left
    }
}

/// One run in which `site` ends at its `n`-th commit; whether it came to that.
async fn dies(ground: &mut Ground, (site, n, side): (usize, u64, Side), whole: &[Left; 2]) -> bool {
    let mut story = Story { sites: ground.run().await, began: Instant::now() };
    story.sites[site].store().death.comes_at(n, side);
    story.tell().await;
    let deaths = story.sites[site].deaths;
    let left = story.end().await;
    assert_eq!(&left, whole, "after the death of {site} at commit {n}, {side:?}");
    deaths > 0
}

async fn at_every_commit(site: usize) {
    let mut ground = Ground::new().await;
    let mut story = Story { sites: ground.run().await, began: Instant::now() };
    story.tell().await;
    let whole = story.end().await;
    assert!(whole[site].told.values().sum::<i64>() > 0, "{whole:?}");
    let mut points = 0;
    for n in 1..500 {
        // by turns, or in full both ways at each
        let sides: &[Side] = match (sized(0, 1), n % 2) {
            (1, _) => &[Side::Before, Side::After],
            (_, 0) => &[Side::After],
            _ => &[Side::Before],
        };
        let mut has_come = false;
        for side in sides {
            has_come |= dies(&mut ground, (site, n, *side), &whole).await;
        }
        if !has_come {
            break;
        }
        points += 1;
    }
    eprintln!("r03: {} points at {}", points, if site == ACME { "the sender" } else { "the receiver" });
    assert!(points >= 10, "{points} points");
}

/// Figure: at each commit of the sender's the story ends as it does without a death: nothing lost, nothing twice.
#[tokio::test]
async fn r03_a_sender_that_ends_at_any_commit_loses_nothing_and_does_nothing_twice() {
    at_every_commit(ACME).await;
}

/// Figure: the same at each commit of the receiver's.
#[tokio::test]
async fn r03_a_receiver_that_ends_at_any_commit_loses_nothing_and_does_nothing_twice() {
    at_every_commit(BOLT).await;
}
