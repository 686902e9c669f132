//! R30: keys that rotate amid traffic. Nothing is lost, each rotation costs one look, and no other key is taken.

use super::{
    peer::Somebody,
    world::{World, activity, note},
};
use crate::tests::support::keys::lent_rsa;
use futures::future::join_all;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The unit of retries, and so the time in which a key that failed is not looked at again: a minute in life.
const UNIT: u32 = 1500;

/// A post of pat's, the n-th.
fn create(world: &World, pat: &Somebody, n: usize) -> Value {
    let id = world.peer.at("p", &format!("/n/{n}"));
    activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, note(&id, &pat.uri, "hi"))
}

/// What is answered to posts that arrive together.
async fn together(world: &World, pat: &Somebody, numbers: std::ops::Range<usize>) -> Vec<u16> {
    let creates: Vec<Value> = numbers.map(|n| create(world, pat, n)).collect();
    join_all(creates.iter().map(|create| world.deliver(pat, create))).await
}

async fn world() -> (World, Somebody) {
    let world = World::with(|config| config.federation.retry_unit_milliseconds = UNIT).await;
    let pat = world.peer.person("p", "pat", 0);
    (world, pat)
}

/// Figure: 16 posts on their way when the key has just changed are all taken, for one look; what is still signed by the old key is refused
/// (S16) and is taken when it is signed anew.
#[tokio::test]
async fn r30_a_rotation_amid_traffic_costs_one_look_and_loses_nothing() {
    let (world, pat) = world().await;
    assert_eq!(together(&world, &pat, 0..5).await, [202; 5]);
    assert_eq!(world.peer.asked_for("/u/pat"), 1);
    let renewed = world.peer.person("p", "pat", 1);
    assert_eq!(together(&world, &renewed, 5..21).await, [202; 16]);
    assert_eq!((world.peer.asked_for("/u/pat"), world.kept().await), (2, 21));
    assert_eq!(together(&world, &pat, 21..24).await, [401; 3], "the old key");
    assert_eq!(together(&world, &renewed, 21..24).await, [202; 3]);
    assert_eq!((world.peer.asked_for("/u/pat"), world.kept().await), (2, 24));
}

/// Figure: a key that signs before its owner shows it is refused for a minute at most; a sender that tries again as ours does (after 5, 20
/// and 60 s) loses nothing.
#[tokio::test]
async fn r30_a_key_that_is_shown_a_moment_late_is_taken_at_a_later_try() {
    let (world, pat) = world().await;
    assert_eq!(together(&world, &pat, 0..1).await, [202]);
    let early = Somebody { rsa: lent_rsa(), ..pat.clone() };
    let late = create(&world, &pat, 1);
    assert_eq!(world.deliver(&early, &late).await, 401);
    world.peer.actor_with("Person", ("p", "pat"), (early.rsa.clone(), early.ed25519.clone()));
    let mut statuses = Vec::new();
    for part in [12, 3, 1] {
        tokio::time::sleep(Duration::from_millis((UNIT / part).into()).mul_f64(1.05)).await;
        statuses.push(world.deliver(&early, &late).await);
    }
    assert_eq!(statuses.last(), Some(&202), "{statuses:?}");
    assert_eq!(world.kept().await, 2);
    assert!(world.peer.asked_for("/u/pat") <= 3, "{} looks", world.peer.asked_for("/u/pat"));
}

/// Figure: a key that cannot be had for a moment is a 503, also for those that come right after; once it can be had, all are taken.
#[tokio::test]
async fn r30_a_rotation_while_the_owner_does_not_answer_is_no_refusal() {
    let (world, pat) = world().await;
    assert_eq!(together(&world, &pat, 0..1).await, [202]);
    let renewed = Somebody { rsa: lent_rsa(), ..pat.clone() };
    world.peer.says(&pat.uri, 503, "text/plain", &Value::Null);
    assert_eq!(together(&world, &renewed, 1..7).await, [503; 6]);
    assert!(world.peer.asked_for("/u/pat") <= 1 + 4, "{} looks", world.peer.asked_for("/u/pat"));
    world.peer.actor_with("Person", ("p", "pat"), (renewed.rsa.clone(), renewed.ed25519.clone()));
    tokio::time::sleep(Duration::from_millis(UNIT.into()).mul_f64(1.1)).await;
    assert_eq!(together(&world, &renewed, 1..7).await, [202; 6]);
}

/// Figure: 60 posts in pat's name by another key, among pat's own: each is a 401 and none is kept, pat's are all taken, and nobody looks
/// at pat's key more than once in a minute.
#[tokio::test]
async fn r30_a_forged_key_is_never_taken_and_costs_the_owner_nothing() {
    let (world, pat) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let forger = Somebody { rsa: eve.rsa, ..pat.clone() };
    assert_eq!(together(&world, &pat, 0..1).await, [202]);
    let began = Instant::now();
    for n in 0..6 {
        assert_eq!(together(&world, &forger, 100 + n * 10..110 + n * 10).await, [401; 10]);
        assert_eq!(together(&world, &pat, 1 + n..2 + n).await, [202]);
    }
    let minutes = 1 + usize::try_from(began.elapsed().as_millis()).unwrap() / UNIT as usize;
    assert!(world.peer.asked_for("/u/pat") <= 1 + minutes, "{} looks", world.peer.asked_for("/u/pat"));
    assert_eq!(world.kept().await, 7);
}
