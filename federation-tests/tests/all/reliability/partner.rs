//! R40 for partners: an agreement that is suspended and resumed while much is written under it.

use crate::partners::alliance::{Alliance, alliance, eager, usable, walks_in};
use anyhow::{Result, ensure};
use federation_tests::eventually::when;
use federation_tests::world::scenario;
use federation_tests::{Node, database, eventually};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How soon the word must count, with what a delivery under way may take to arrive.
const COUNTS: Duration = Duration::from_millis(1500);

fn arrived(node: &Node) -> Result<i64> {
    database::count(node, "SELECT COUNT(*) FROM posts WHERE content LIKE '%under load%' AND boost_of_id IS NULL")
}

/// Figure: a second after an administrator suspended the agreement nothing of the community reaches the partner, though more is written all
/// the time; when it is resumed everything is there, once, and nobody started anything anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r40_an_agreement_that_is_suspended_under_load_counts_within_a_second() -> Result<()> {
    scenario(2, async |world| {
        let cast = alliance(world, eager(false)).await?;
        let Alliance { acme, boltco, ada, bo, valves, .. } = &cast;
        let there = walks_in(bo, &cast).await?;
        let (pids, is_over) = ((acme.pid(), boltco.pid()), AtomicBool::new(false));
        let writing = async {
            let mut written = 0;
            while !is_over.load(Ordering::SeqCst) {
                ada.api.post_into(&valves.id, &format!("under load {written}")).await?;
                written += 1;
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            anyhow::Ok(written)
        };
        let changing = async {
            let done = async {
                eventually(Duration::from_secs(10), "the first posts", async || Ok(when(arrived(boltco)? >= 5))).await?;
                ada.api.with_partner(boltco.authority(), "suspend").await?;
                tokio::time::sleep(COUNTS.mul_f64(eventually::patience())).await;
                let before = arrived(boltco)?;
                tokio::time::sleep(Duration::from_millis(1500)).await;
                let after = arrived(boltco)?;
                ensure!(before == after, "{} posts later than a second", after - before);
                ada.api.with_partner(boltco.authority(), "resume").await?;
                usable(bo, &there, true).await
            };
            let done = done.await;
            is_over.store(true, Ordering::SeqCst);
            done
        };
        let (_, written) = tokio::try_join!(changing, writing)?;
        eventually(Duration::from_secs(30), "everything at the partner", async || Ok(when(arrived(boltco)? == written))).await?;
        ensure!((acme.pid(), boltco.pid()) == pids, "something was started anew");
        Ok(())
    })
    .await
}
