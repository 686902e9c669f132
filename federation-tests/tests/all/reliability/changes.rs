//! R40: what administrators change while much goes on counts within a second, without a restart.

use crate::acquaintance::peer_follows;
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Node, NodeOptions, Peer, PeerActor, Software, World, eventually, quickly, shapes};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How soon a change must count.
const COUNTS: Duration = Duration::from_secs(1);
/// What a delivery that was under way at the change may take to arrive.
const UNDER_WAY: Duration = Duration::from_millis(500);

struct Ground {
    acme: Node,
    ada: Person,
    peer: Peer,
    mia: Arc<PeerActor>,
    other: Peer,
}

async fn ground(world: &World) -> Result<Ground> {
    // else what is written in mode `off` or `partners` stays at home
    let open = NodeOptions::default().with("POSTING__WIDEST_OUTSIDE_COMMUNITIES", "public");
    let acme = world.node_with("acme", open).await?;
    let ada = acme.person("ada").await?;
    let (peer, other) = (world.peer("first", Software::Mastodon).await?, world.peer("other", Software::Mastodon).await?);
    let mia = peer.person("mia")?;
    peer_follows(&peer, &mia, &acme, &ada.uri).await?;
    peer_follows(&other, &*other.person("lou")?, &acme, &ada.uri).await?;
    Ok(Ground { acme, ada, peer, mia, other })
}

impl Ground {
    /// The status of a post of mia's at the inbox.
    async fn knocks(&self) -> Result<u16> {
        let note = shapes::note(&self.mia, &self.peer.fresh_id("notes"), "a letter", &[]);
        Ok(self.mia.send(&self.acme.inbox(), &shapes::create(&self.mia, &note)).await?.status)
    }

    /// How long after `began` the inbox answers `status`.
    async fn answers(&self, status: u16, began: Instant) -> Result<Duration> {
        eventually(Duration::from_secs(5), &format!("the answer {status}"), async || Ok(when(self.knocks().await? == status))).await?;
        Ok(began.elapsed())
    }

    /// Ada writes until it is over; what she wrote.
    async fn writes(&self, is_over: &AtomicBool) -> Result<Vec<String>> {
        let mut said = Vec::new();
        while !is_over.load(Ordering::SeqCst) {
            said.push(text(&self.ada.api.say(&format!("news {}", said.len())).await?, "uri")?.to_owned());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(said)
    }

    /// Nothing new reaches `peer` later than a second after `began`, watched for a second and a half.
    async fn is_left_alone(&self, peer: &Peer, began: Instant) -> Result<()> {
        tokio::time::sleep(COUNTS + Duration::from_millis(1500)).await;
        let late = peer.posts().iter().filter(|got| got.at > began + COUNTS.mul_f64(eventually::patience()) + UNDER_WAY).count();
        ensure!(late == 0, "{late} deliveries later than a second\n{}", peer.summary());
        Ok(())
    }
}

fn within(what: &str, took: Duration) -> Result<()> {
    eprintln!("r40: {what} counted after {took:?}");
    ensure!(took <= COUNTS.mul_f64(eventually::patience()), "{what} took {took:?}");
    Ok(())
}

async fn modes(ground: &Ground) -> Result<()> {
    for (mode, status) in [("off", 405), ("default", 202), ("partners", 403), ("default", 202), ("off", 405)] {
        // from when the word is kept: starting the command is not the change
        ground.acme.cli(&["federation", "mode", mode], "").await?;
        within(&format!("mode {mode}"), ground.answers(status, Instant::now()).await?)?;
    }
    ground.is_left_alone(&ground.other, Instant::now()).await?;
    ground.acme.cli(&["federation", "mode", "default"], "").await?;
    ground.answers(202, Instant::now()).await.map(drop)
}

/// Figure: `open`, `partners` and `off` count within a second at the inbox and for deliveries, under load; what was written meanwhile
/// arrives afterwards, each once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r40_a_change_of_the_mode_under_load_counts_within_a_second() -> Result<()> {
    scenario(2, async |world| {
        let ground = ground(world).await?;
        let (pid, is_over) = (ground.acme.pid(), AtomicBool::new(false));
        let changing = async {
            let done = modes(&ground).await;
            is_over.store(true, Ordering::SeqCst);
            done
        };
        let ((), said) = tokio::try_join!(changing, ground.writes(&is_over))?;
        for peer in [&ground.peer, &ground.other] {
            quickly("everything that was written", async || {
                let got = peer.activities("Create");
                Ok(when(said.iter().all(|uri| got.iter().filter(|got| got.was_taken() && got.object_id() == uri).count() == 1)))
            })
            .await?;
        }
        ensure!(ground.acme.pid() == pid, "it was started anew");
        Ok(())
    })
    .await
}

/// Figure: a block of a host counts within a second at the inbox and for deliveries, under load, and holds up nobody else; lifted, so does
/// that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r40_a_host_that_is_blocked_under_load_is_shut_out_within_a_second() -> Result<()> {
    scenario(2, async |world| {
        let ground = ground(world).await?;
        let is_over = AtomicBool::new(false);
        let host = ground.peer.authority().to_owned();
        let changing = async {
            let done = async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                ground.acme.cli(&["host", "block", &host], "").await?;
                let began = Instant::now();
                within("the block", ground.answers(403, began).await?)?;
                ground.is_left_alone(&ground.peer, began).await?;
                ground.acme.cli(&["host", "unblock", &host], "").await?;
                within("its end", ground.answers(202, Instant::now()).await?)?;
                tokio::time::sleep(Duration::from_millis(500)).await;
                anyhow::Ok(())
            };
            let done = done.await;
            is_over.store(true, Ordering::SeqCst);
            done
        };
        let ((), said) = tokio::try_join!(changing, ground.writes(&is_over))?;
        quickly("everything at the other host", async || {
            let got = ground.other.activities("Create");
            Ok(when(said.iter().all(|uri| got.iter().any(|got| got.was_taken() && got.object_id() == uri))))
        })
        .await
    })
    .await
}
