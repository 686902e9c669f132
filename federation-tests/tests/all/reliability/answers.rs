//! R17: answers that say one thing and mean another. What arrived has one effect, however often it is sent.

use crate::acquaintance::peer_follows;
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Answer, Farm, Fault, Node, NodeOptions, Peer, Software, World, eventually, quickly};
use std::collections::BTreeSet;
use std::time::Duration;

/// How often the Create of a post came, and under how many ids: what a peer that knows an id does nothing about.
fn came(peer: &Peer, uri: &str) -> (usize, usize) {
    let got: Vec<_> = peer.activities("Create").into_iter().filter(|got| got.object_id() == uri).collect();
    (got.len(), got.iter().map(|got| got.id()).collect::<BTreeSet<_>>().len())
}

struct Ground {
    acme: Node,
    ada: Person,
}

async fn ground(world: &World) -> Result<Ground> {
    let acme = world.node_with("acme", NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "600")).await?;
    let ada = acme.person("ada").await?;
    Ok(Ground { acme, ada })
}

impl Ground {
    async fn says(&self, words: &str) -> Result<String> {
        Ok(text(&self.ada.api.say(words).await?, "uri")?.to_owned())
    }

    async fn is_followed_at(&self, peer: &Peer) -> Result<()> {
        peer_follows(peer, &*peer.person("mia")?, &self.acme, &self.ada.uri).await
    }
}

/// Figure: one try more, under the same id.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r17_a_host_that_stores_and_answers_500_gets_the_same_id_once_more() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let peer = world.peer("sick", Software::Mastodon).await?;
        ground.is_followed_at(&peer).await?;
        peer.answer_next([Answer::status(500)]);
        let uri = ground.says("stored, then 500").await?;
        quickly("the second try", async || Ok(when(came(&peer, &uri).0 >= 2))).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        ensure!(came(&peer, &uri) == (2, 1), "{:?}\n{}", came(&peer, &uri), peer.summary());
        Ok(())
    })
    .await
}

/// Figure: the status is the answer, so a body that breaks off costs no second try; an answer that breaks off within its head is none,
/// and the same id comes again until one is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r17_an_answer_that_breaks_off_in_its_body_counts_and_in_its_head_does_not() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let (farm, proxy) = Farm::behind(&["cut".to_owned()], Software::Mastodon).await?;
        let peer = farm.peer("cut")?;
        ground.is_followed_at(&peer).await?;
        peer.answer_always(Answer::status(200).saying(8000));
        proxy.set(Fault::CutsAnswer(1000));
        let uri = ground.says("200, and no more of it").await?;
        quickly("the post", async || Ok(when(came(&peer, &uri).0 >= 1))).await?;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        ensure!(came(&peer, &uri) == (1, 1), "{:?}\n{}", came(&peer, &uri), peer.summary());
        for fault in [Fault::CutsAnswer(12), Fault::HalfCloses, Fault::Swallows] {
            proxy.set(fault);
            tokio::time::sleep(Duration::from_millis(100)).await;
            let uri = ground.says(&format!("{fault:?}")).await?;
            quickly("the first try", async || Ok(when(came(&peer, &uri).0 >= 1))).await?;
            proxy.set(Fault::Passes);
            quickly("the last try", async || Ok(when(came(&peer, &uri).0 >= 2))).await?;
            let tries = came(&peer, &uri);
            tokio::time::sleep(Duration::from_millis(1000)).await;
            let after = came(&peer, &uri);
            ensure!(after.1 == 1 && after.0 <= tries.0 + 1, "{fault:?}: {tries:?}, then {after:?}\n{}", peer.summary());
        }
        Ok(())
    })
    .await
}

/// Figure: an answer after 9.9 s is taken where it comes within the 10 s of a delivery; at most one try more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r17_an_answer_at_the_last_moment_costs_at_most_one_try_more() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let peer = world.peer("late", Software::Mastodon).await?;
        ground.is_followed_at(&peer).await?;
        peer.answer_next([Answer::slow(Duration::from_millis(9900))]);
        let uri = ground.says("in a moment").await?;
        eventually(Duration::from_secs(15), "the late answer", async || Ok(when(came(&peer, &uri).0 >= 1))).await?;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let (times, ids) = came(&peer, &uri);
        ensure!(times <= 2 && ids == 1, "{times} times\n{}", peer.summary());
        Ok(())
    })
    .await
}
