//! R24: three nodes that do not reach each other for a while, and go on meanwhile.

use super::{ground::Ground, world::World};
use crate::tests::support::Place;
use std::time::Duration;

const ADA: usize = 0;
const BO: usize = 2;
const CY: usize = 4;
const LOFT: usize = 3;
const SPOTS: [usize; 1] = [LOFT];

async fn fine(world: &mut World) {
    world.look().await;
    assert_eq!(world.unsafe_now(&SPOTS).await, Vec::<String>::new(), "{}", world.log.join("\n"));
}

#[tokio::test]
async fn r24_nodes_that_were_split_converge_and_nobody_reads_what_was_written_after_they_left() {
    let place = Place::sqlite();
    let (mut ground, first) = Ground::new(&place).await;
    let (people, spots) = (first.people.clone(), first.spots.clone());
    first.close().await;
    let mut world = ground.world(1).await.with(&people, &spots).await;
    for who in [BO, BO + 1, CY, CY + 1] {
        world.model.step += 1;
        world.join(who, LOFT).await;
    }
    world.calm().await;
    fine(&mut world).await;
    for who in [ADA, BO, CY] {
        world.model.step += 1;
        world.writes(who, LOFT, None).await;
    }
    world.calm().await;
    fine(&mut world).await;
    // nothing is delivered any more, nothing can be fetched, and each side goes on
    world.part();
    for (round, who) in [ADA, BO, CY, ADA, BO + 1, CY].into_iter().enumerate() {
        world.model.step += 1;
        world.writes(who, LOFT, None).await;
        if round == 2 {
            world.model.step += 1;
            world.leave(BO, LOFT).await;
        }
        world.settle().await;
        world.wait(Duration::from_secs(120)).await;
        fine(&mut world).await;
    }
    world.model.step += 1;
    world.leave(CY + 1, LOFT).await;
    world.model.step += 1;
    world.writes(ADA, LOFT, None).await;
    fine(&mut world).await;
    world.calm().await;
    world.look().await;
    assert_eq!(world.unlike(&SPOTS).await, Vec::<String>::new(), "{}", world.log.join("\n"));
    world.close().await;
}
