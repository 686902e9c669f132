//! Somebody writes at a steady pace: how long each post takes to each host.

use anyhow::Result;
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::peer::Received;
use federation_tests::{Peer, eventually};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Posts `posts` times, `apart` from one another; the milliseconds from asking to each arrival at each of `peers`.
pub async fn talk(writer: &Person, peers: &[Peer], (posts, apart): (usize, Duration)) -> Result<Vec<f64>> {
    let mut asked = HashMap::new();
    let mut turns = tokio::time::interval(apart);
    for n in 0..posts {
        turns.tick().await;
        let started = Instant::now();
        let post = writer.api.say(&format!("at a steady pace, number {n}, {started:?}")).await?;
        asked.insert(text(&post, "uri")?.to_owned(), started);
    }
    let arrivals = |peer: &Peer| {
        let known = |got: &Arc<Received>| Some((got.at, *asked.get(got.object_id())?));
        peer.activities("Create").iter().filter_map(known).map(|(at, started)| (at - started).as_secs_f64() * 1000.0).collect::<Vec<_>>()
    };
    let everywhere = || peers.iter().all(|peer| arrivals(peer).len() >= posts);
    eventually(Duration::from_secs(120), "every post at every host", async || Ok(when(everywhere()))).await?;
    Ok(peers.iter().flat_map(arrivals).collect())
}
