//! Every order of what can happen to one post, with repeats: the end is the same.
//!
//! R14 of `reliability.md`: Create, Update, Like, Announce, Undo (of the Like) and Delete in all 720 orders. A second test leaves
//! the Delete out (120 orders), so that there is an end to look at: newest text, like taken back, boost kept.

use crate::acquaintance::{follows_peer, settles};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::own;
use federation_tests::dice::Dice;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::wire::{Connection, Place};
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, Peer, PeerActor, Software, World, eventually, shapes};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How many orders are under way at once.
const SIDE_BY_SIDE: usize = 8;

/// All orders of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(n - 1);
    let insert = |order: &Vec<usize>, at: usize| {
        let mut longer = order.clone();
        longer.insert(at, n - 1);
        longer
    };
    shorter.iter().flat_map(|order| (0..n).map(move |at| insert(order, at))).collect()
}

/// An order with some of its steps repeated at later places.
fn with_repeats(order: &[usize], dice: &mut Dice) -> Vec<usize> {
    let mut steps = order.to_vec();
    for step in order {
        if dice.one_in(3) {
            let first = steps.iter().position(|known| known == step).unwrap_or(0);
            let at = first + 1 + dice.below((steps.len() - first) as u64) as usize;
            steps.insert(at, *step);
        }
    }
    steps
}

/// The author's host, the reader of its posts, and who likes and boosts.
struct Stage {
    acme: Node,
    ada: Person,
    home: Peer,
    mia: Arc<PeerActor>,
    mia_here: String,
    lee: Arc<PeerActor>,
    lee_here: String,
    away: Peer,
}

async fn stage(world: &World) -> Result<Stage> {
    let acme = world.node("acme").await?;
    let ada = acme.person("ada").await?;
    let (home, away) = (world.peer("home", Software::Mastodon).await?, world.peer("away", Software::Mastodon).await?);
    let (mia, lee) = (home.person("mia")?, away.person("lee")?);
    let (mia_here, lee_here) = (follows_peer(&ada, &mia).await?, follows_peer(&ada, &lee).await?);
    Ok(Stage { acme, ada, home, mia, mia_here, lee, lee_here, away })
}

/// An activity and who sends it.
type Step = (Arc<PeerActor>, Value);

/// The activities about one post, in their natural order, each with who sends it. The origin serves what is true at the end.
fn life(stage: &Stage, n: usize, ends: bool) -> Result<(String, Vec<Step>)> {
    let (mia, lee) = (&stage.mia, &stage.lee);
    let note = shapes::note(mia, &stage.home.fresh_id("notes"), &format!("post {n} at first"), &[]);
    let id = text(&note, "id")?.to_owned();
    let mut edited = shapes::edited(&note, &format!("post {n} corrected"));
    edited["updated"] = serde_json::json!(federation_tests::clock::rfc3339(federation_tests::clock::now_plus(1)));
    let like = shapes::like(lee, &id, &stage.away.fresh_id("likes"));
    let mut steps = vec![
        (mia.clone(), shapes::create(mia, &note)),
        (mia.clone(), shapes::update(mia, &edited, "1")),
        (lee.clone(), like.clone()),
        (lee.clone(), shapes::announce(lee, serde_json::json!(id), &stage.away.fresh_id("announces"))),
        (lee.clone(), shapes::undo(lee, &like)),
    ];
    if ends {
        steps.push((mia.clone(), shapes::delete(mia, &id)));
        stage.home.withdraw(&id);
    } else {
        stage.home.publish(&edited)?;
    }
    Ok((id, steps))
}

/// Plays all orders, several posts at once, each post's steps one after the other; answers the ids by order.
async fn play(stage: &Stage, dice: &mut Dice, ends: bool) -> Result<BTreeMap<String, Vec<usize>>> {
    let all = orders(if ends { 6 } else { 5 });
    let mut played = BTreeMap::new();
    let mut queues: Vec<Vec<Vec<u8>>> = vec![Vec::new(); SIDE_BY_SIDE];
    for (n, order) in all.iter().enumerate() {
        let (id, steps) = life(stage, n, ends)?;
        let order = with_repeats(order, dice);
        for step in &order {
            let (actor, activity) = steps.get(*step).context("no such step")?;
            let request = actor.sign(&stage.acme.inbox(), activity, &actor.usual())?;
            queues.get_mut(n % SIDE_BY_SIDE).context("no such queue")?.push(request.to_bytes());
        }
        played.insert(id, order);
    }
    let to = Place::of(&stage.acme.inbox())?.address;
    let mut senders: JoinSet<Result<()>> = JoinSet::new();
    for queue in queues {
        senders.spawn(async move {
            let mut connection = Connection::open(to).await?;
            for request in queue {
                let answer = connection.exchange(&request).await?;
                ensure!(answer.is_success(), "status {}: {}", answer.status, answer.text());
            }
            Ok(())
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    Ok(played)
}

/// Posts and boosts of an account, by the URI of what is shown.
async fn shown(person: &Person, account: &str) -> Result<Vec<Value>> {
    person.api.all_statuses_of(account, 5000).await
}

#[test]
fn there_are_720_orders_of_six_and_they_differ() {
    let mut all = orders(6);
    assert_eq!(all.len(), 720);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 720);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_in_all_720_orders_what_was_deleted_stays_deleted() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut dice = Dice::for_run("r14");
        let stage = stage(world).await?;
        let played = play(&stage, &mut dice, true).await?;
        settles(&stage.ada, &stage.home, &stage.mia, &stage.acme).await?;
        eventually(Duration::from_secs(60), "all 720 posts gone", async || {
            let mut left = shown(&stage.ada, &stage.mia_here).await?;
            left.extend(shown(&stage.ada, &stage.lee_here).await?);
            left.extend(stage.ada.api.home().await?);
            let orders: Vec<_> =
                left.iter().filter_map(|post| own(post)["uri"].as_str()).filter_map(|uri| played.get(uri)).take(5).collect();
            ensure!(orders.is_empty(), "seed {}: still shown after the orders {orders:?}", dice.seed());
            Ok(when(true))
        })
        .await
    })
    .await
}

/// The posts that did not end as they must, with their orders.
fn wrong<'a>(posts: &'a [Value], boosts: &'a [Value], played: &'a BTreeMap<String, Vec<usize>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (uri, order) in played {
        let found: Vec<&Value> = posts.iter().filter(|post| post["uri"] == uri.as_str()).collect();
        let boosted = boosts.iter().filter(|post| post["reblog"]["uri"] == uri.as_str()).count();
        let ended = match found.as_slice() {
            [post] => {
                let text = post["content"].as_str().unwrap_or("");
                let as_it_must = text.contains("corrected") && post["favourites_count"] == 0 && post["reblogs_count"] == 1 && boosted == 1;
                if as_it_must {
                    continue;
                } else {
                    format!("{text}, {} likes, {} boosts, shown boosted {boosted} times", post["favourites_count"], post["reblogs_count"])
                }
            }
            other => format!("shown {} times", other.len()),
        };
        wrong.push(format!("{order:?}: {ended}"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_in_all_120_orders_the_newest_text_wins_and_an_undone_like_stays_undone() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut dice = Dice::for_run("r14 without Delete");
        let stage = stage(world).await?;
        let played = play(&stage, &mut dice, false).await?;
        settles(&stage.ada, &stage.home, &stage.mia, &stage.acme).await?;
        eventually(Duration::from_secs(60), "all 120 posts at the same end", async || {
            let (posts, boosts) = (shown(&stage.ada, &stage.mia_here).await?, shown(&stage.ada, &stage.lee_here).await?);
            let wrong = wrong(&posts, &boosts, &played);
            let few: Vec<&String> = wrong.iter().take(5).collect();
            ensure!(
                wrong.is_empty(),
                "seed {}, 0 Create 1 Update 2 Like 3 Announce 4 Undo: {} of 120 wrong, as {few:#?}",
                dice.seed(),
                wrong.len()
            );
            Ok(when(true))
        })
        .await
    })
    .await
}
