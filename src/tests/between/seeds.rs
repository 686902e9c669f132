//! R35: sequences of acts by chance, seed by seed.

use super::{ground::Ground, world::World};
use crate::{
    base::words::SeatStatus,
    features::memberships::Decision,
    tests::support::{Place, on_both_databases},
};

/// Acts of one run.
const ACTS: usize = 45;
/// Runs in CI, on SQLite.
const SEEDS: u64 = 50;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Which runs: `INTERMOOT_SEED` alone, or the first `INTERMOOT_SEEDS`.
fn seeds() -> std::ops::Range<u64> {
    match number("INTERMOOT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("INTERMOOT_SEEDS").unwrap_or(SEEDS),
    }
}

/// One run; what it found wrong.
pub async fn run(world: &mut World, seed: u64) -> Vec<String> {
    let mut spots: Vec<usize> = (0..world.spots.len()).collect();
    world.random.shuffle(&mut spots);
    spots.truncate(3);
    if !seed.is_multiple_of(3) {
        settled_in(world, &spots).await;
    }
    // every other run not even the order about one thing is kept
    world.wire.storms(seed.is_multiple_of(2));
    for _ in 0..ACTS {
        Box::pin(world.something(&spots)).await;
        for _ in 0..world.random.u8(..5) {
            world.chance().await;
        }
        world.look().await;
        let wrong = world.unsafe_now(&spots).await;
        if !wrong.is_empty() {
            return wrong;
        }
    }
    world.model.step += 1;
    world.log.push("the wire calms".to_owned());
    Box::pin(world.calm()).await;
    world.look().await;
    world.unlike(&spots).await
}

/// Most people are in some of the communities already.
async fn settled_in(world: &mut World, spots: &[usize]) {
    world.wire.calms();
    for who in 1..world.people.len() {
        for spot in spots {
            if world.random.bool() {
                world.model.step += 1;
                world.join(who, *spot).await;
                world.settle().await;
            }
        }
    }
    world.deliver_all().await;
    for who in 1..world.people.len() {
        for spot in spots {
            if world.seat(0, who, *spot).await.is_some_and(|seat| seat.status == SeatStatus::Requested) {
                world.model.step += 1;
                world.decides(0, who, *spot, Decision::Admit).await;
            }
        }
    }
    world.settle().await;
    world.deliver_all().await;
    world.look().await;
}

async fn report(world: &World, seed: u64, wrong: &[String]) -> String {
    let (acts, refused) = (world.log.join("\n"), world.refused().await.join("\n"));
    format!("seed {seed} (INTERMOOT_SEED={seed} cargo test --lib r35_):\n{acts}\nrefused:\n{refused}\n=> {}", wrong.join("\n=> "))
}

#[tokio::test]
async fn r35_whatever_happens_to_messages_every_viewer_sees_the_same_in_the_end() {
    let place = Place::sqlite();
    let (mut ground, first) = Ground::new(&place).await;
    let (people, spots) = (first.people.clone(), first.spots.clone());
    first.close().await;
    let mut failed = Vec::new();
    for seed in seeds() {
        let mut world = ground.world(seed).await.with(&people, &spots).await;
        let wrong = Box::pin(run(&mut world, seed)).await;
        if !wrong.is_empty() {
            failed.push(report(&world, seed, &wrong).await);
        }
        world.close().await;
    }
    let count = failed.len();
    assert!(failed.is_empty(), "{count} runs failed\n{}", failed.join("\n\n"));
}

#[tokio::test]
async fn r35_the_same_on_the_other_database() {
    on_both_databases(async |place| {
        if place.is_sqlite() {
            return;
        }
        for seed in 0..2 {
            let (_ground, first) = Ground::new(&place).await;
            let (people, spots) = (first.people.clone(), first.spots.clone());
            let mut world = first.again(seed).with(&people, &spots).await;
            let wrong = Box::pin(run(&mut world, seed)).await;
            let said = if wrong.is_empty() { String::new() } else { report(&world, seed, &wrong).await };
            assert!(wrong.is_empty(), "{said}");
            world.close().await;
        }
    })
    .await;
}
