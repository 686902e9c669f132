//! R12: clocks that are wrong. Needs a debug build of the node, whose clock can be moved.

use crate::acquaintance::sees;
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::sign::{Scheme, SignOptions};
use federation_tests::world::scenario;
use federation_tests::{NodeOptions, Software, quickly, shapes};
use std::time::Duration;

const HOUR: i64 = 3600;

/// Figure: signatures made up to 59 minutes before or after are taken, in both schemes; two hours are a 401 that says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_signatures_are_taken_within_an_hour_and_refused_with_the_reason_beyond() -> Result<()> {
    scenario(1, async |world| {
        let acme = world.node("acme").await?;
        let peer = world.peer("skewed", Software::Mastodon).await?;
        let mia = peer.person("mia")?;
        for scheme in [Scheme::Cavage, Scheme::Rfc9421, Scheme::Rfc9421Ed25519] {
            for seconds in [0, 30, 300, 59 * 60, 2 * HOUR] {
                for skew_seconds in [seconds, -seconds] {
                    let options = SignOptions { skew_seconds, ..SignOptions::by(scheme) };
                    let note = shapes::note(&mia, &peer.fresh_id("notes"), "what time is it", &[]);
                    let answer = mia.send_with(&acme.inbox(), &shapes::create(&mia, &note), &options).await?;
                    let said = answer.text();
                    match seconds < HOUR {
                        true => ensure!(answer.status == 202, "{scheme:?} {skew_seconds} s: {} {said}", answer.status),
                        false => {
                            ensure!(answer.status == 401 && said.contains("hour"), "{scheme:?} {skew_seconds} s: {} {said}", answer.status)
                        }
                    }
                }
            }
        }
        Ok(())
    })
    .await
}

/// Figure: nodes 59 minutes apart federate as if they were not, both ways; one that is two hours ahead is not understood, and is again
/// once its clock is right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_nodes_whose_clocks_differ_by_less_than_an_hour_federate() -> Result<()> {
    scenario(2, async |world| {
        let acme = world.node("acme").await?;
        let ahead = NodeOptions { clock_seconds: 59 * 60, ..NodeOptions::default() };
        let mut bolt = world.node_with("bolt", ahead).await?;
        let (ada, bo) = (acme.person("ada").await?, bolt.person("bo").await?);
        let (at_bolt, at_acme) = (bo.api.resolve_account(&ada.uri).await?, ada.api.resolve_account(&bo.uri).await?);
        bo.api.follow(text(&at_bolt, "id")?).await?;
        ada.api.follow(text(&at_acme, "id")?).await?;
        quickly("both follows", async || {
            let (one, other) = (ada.api.relationship(text(&at_acme, "id")?).await?, bo.api.relationship(text(&at_bolt, "id")?).await?);
            Ok(when(one["following"] == true && other["following"] == true))
        })
        .await?;
        ada.api.say("it is noon").await?;
        bo.api.say("it is one").await?;
        sees("bolt", "it is noon", async || bo.api.home().await).await?;
        sees("acme", "it is one", async || ada.api.home().await).await?;

        let shown = bo.api.say("the last of that hour").await?;
        bolt.terminate().await?;
        bolt.set_clock(2 * HOUR);
        bolt.resume().await?;
        bo.api.say("it is two").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let home = ada.api.home().await?;
        ensure!(!home.iter().any(|post| post["content"].as_str().is_some_and(|text| text.contains("it is two"))), "two hours are taken");
        bolt.terminate().await?;
        // back to the right time: what was written ahead stays where it stands, and new things get greater ids
        bolt.set_clock(0);
        bolt.resume().await?;
        let back = bo.api.say("it is noon here too").await?;
        let number = |post: &serde_json::Value| text(post, "id").and_then(|id| Ok(id.parse::<i64>()?));
        ensure!(number(&back)? > number(&shown)?, "ids went back with the clock");
        sees("acme", "it is noon here too", async || ada.api.home().await).await?;
        Ok(())
    })
    .await
}
