//! Nodes that are killed together (R4), and one that starts with nobody else there (R38).

use crate::acquaintance::peer_follows;
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, NodeOptions, Software, World, eventually, quickly};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long both may take to agree, once both are up.
const CONVERGES: Duration = Duration::from_secs(5);
/// How long the second stays down after the first is up: by then the first asks every 20 s only.
const APART: Duration = Duration::from_secs(7);

/// Follows each other, and waits until both follows stand.
async fn befriend(one: &Person, other: &Person) -> Result<(String, String)> {
    let (there, here) = (one.api.resolve_account(&other.uri).await?, other.api.resolve_account(&one.uri).await?);
    let (there, here) = (text(&there, "id")?.to_owned(), text(&here, "id")?.to_owned());
    one.api.follow(&there).await?;
    other.api.follow(&here).await?;
    for (person, id) in [(one, &there), (other, &here)] {
        quickly("a follow that stands", async || Ok(when(person.api.relationship(id).await?["following"] == true))).await?;
    }
    Ok((there, here))
}

/// Writes until it is over; what was acknowledged.
async fn write_on(person: &Person, is_over: &AtomicBool) -> Result<Vec<String>> {
    let mut said = Vec::new();
    for n in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        if let Ok(post) = person.api.say_once(&format!("{} writes {n}", person.name), &format!("{}-{n}", person.name)).await {
            said.push(text(&post, "uri")?.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    Ok(said)
}

/// Whether `reader` has each of `said` by the author, once. An error where something is doubled.
async fn has_all(reader: &Person, author: &str, said: &[String]) -> Result<bool> {
    let posts = reader.api.all_statuses_of(author, said.len() * 2 + 100).await?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for uri in posts.iter().filter_map(|post| post["uri"].as_str()) {
        *counts.entry(uri).or_default() += 1;
    }
    ensure!(counts.values().all(|times| *times == 1), "something is there twice: {counts:?}");
    Ok(said.iter().all(|uri| counts.contains_key(uri.as_str())))
}

/// Both die under load and come back, `first` before `second`.
async fn both_die(world: &World, names: [&str; 2]) -> Result<()> {
    let (first, second) = (world.node(names[0]).await?, world.node(names[1]).await?);
    let (ada, bo) = (first.person("ada").await?, second.person("bo").await?);
    let (bo_there, ada_there) = befriend(&ada, &bo).await?;
    let is_over = AtomicBool::new(false);
    let killing = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        first.kill()?;
        second.kill()?;
        is_over.store(true, Ordering::SeqCst);
        first.resume().await?;
        tokio::time::sleep(APART).await;
        second.resume().await.map(|_| Instant::now())
    };
    let (up, by_ada, by_bo) = tokio::try_join!(killing, write_on(&ada, &is_over), write_on(&bo, &is_over))?;
    ensure!(by_ada.len() > 5 && by_bo.len() > 5, "hardly anything was written: {} and {}", by_ada.len(), by_bo.len());
    eventually(CONVERGES, "both nodes having everything that was acknowledged", async || {
        Ok(when(has_all(&ada, &bo_there, &by_bo).await? && has_all(&bo, &ada_there, &by_ada).await?))
    })
    .await?;
    eprintln!("r04: {} and {} posts, the same {:.1} s after both were up", by_ada.len(), by_bo.len(), up.elapsed().as_secs_f64());
    Ok(())
}

/// Figure: both are up, 5 s later each has what the other acknowledged, once. The second starts 7 s after the first, so that the
/// first waits 20 s before it would ask again by itself: it takes the other's first word for a sign of life.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r04_two_nodes_that_die_together_agree_within_five_seconds_of_their_return() -> Result<()> {
    scenario(ALONE, async |world| both_die(world, ["acme", "bolt"]).await).await
}

/// How many activities wait for the peers, as administrators see it.
async fn waiting(node: &Node) -> Result<i64> {
    let shown: serde_json::Value = serde_json::from_str(&node.cli(&["peer", "list", "--json"], "").await?)?;
    let peers = shown.as_array().or(shown["peers"].as_array()).cloned().unwrap_or_default();
    Ok(peers.iter().filter_map(|peer| peer["queue"]["activities"].as_i64()).sum())
}

/// Figure: a node that starts with no other host to be reached is ready and serves its own people; what it owes others waits, over
/// a second start too, and arrives once when they are there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_node_that_starts_alone_serves_its_people_and_keeps_what_it_owes() -> Result<()> {
    scenario(1, async |world| {
        let hasty = NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "600");
        let acme = world.node_with("acme", hasty).await?;
        let ada = acme.person("ada").await?;
        let eve = acme.person("eve").await?;
        let peer = world.peer("away", Software::Mastodon).await?;
        peer_follows(&peer, &*peer.person("mia")?, &acme, &ada.uri).await?;
        let account = eve.api.resolve_account(&ada.uri).await?;
        eve.api.follow(text(&account, "id")?).await?;
        acme.kill()?;
        peer.farm().down().await;
        let mut said = Vec::new();
        for start in 0..2 {
            let took = acme.resume().await?;
            ensure!(took < Duration::from_secs(10), "ready after {took:?}");
            for n in 0..5 {
                said.push(text(&ada.api.say(&format!("alone {start} {n}")).await?, "uri")?.to_owned());
            }
            quickly("a reader at home", async || Ok(when(eve.api.home().await?.len() >= said.len()))).await?;
            // somebody whose name leads nowhere: an honest no, and no harm
            let nobody = eve.api.resolve_account("@nobody@no-such-host.invalid").await;
            ensure!(nobody.is_err(), "{nobody:?}");
            let owed = said.len() as i64;
            quickly("the queue", async || Ok(when(waiting(&acme).await? >= owed))).await?;
            acme.kill()?;
        }
        peer.farm().resume().await?;
        acme.resume().await?;
        for uri in &said {
            peer.awaits("what was owed", |got| got.kind() == "Create" && got.object_id() == uri).await?;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let creates = peer.activities("Create");
        let mut ids: Vec<&str> = creates.iter().filter(|got| got.was_taken()).map(|got| got.id()).collect();
        let taken = ids.len();
        ids.sort_unstable();
        ids.dedup();
        ensure!(ids.len() == said.len() && taken == said.len(), "{}", peer.summary());
        Ok(())
    })
    .await
}
