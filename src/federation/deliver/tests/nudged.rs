//! Deliveries while the node federates with nobody, and after; hosts that are tried now, or forgotten.

use super::{
    peers::Host,
    stage::{Stage, until},
};
use crate::{
    app::peers,
    base::words::Shape,
    features::{deliveries, peers as hosts},
    federation::heard,
    sql,
};
use std::{collections::HashSet, time::Duration};

/// Long enough for a delivery that should not be made.
const QUIET: Duration = Duration::from_millis(300);

#[tokio::test]
async fn while_the_node_federates_with_nobody_nothing_is_sent_and_nothing_is_lost() {
    let stage = Stage::new(60_000).await;
    let (host, down) = (Host::new("b.test", |_| 202).await, Host::new("c.test", |seen| if seen == 0 { 500 } else { 202 }).await);
    let inboxes = [stage.inbox(&host, "/inbox").await, stage.inbox(&down, "/inbox").await];
    let _engine = stage.start();
    stage.put(1, Shape::Any, &inboxes).await;
    until(|| host.count() == 1 && down.count() == 1).await;
    stage.app().change_mode("off").await.unwrap();
    tokio::time::sleep(QUIET).await;
    let before = (host.count(), down.count());
    for key in 2..300 {
        stage.put(key, Shape::Any, &inboxes).await;
    }
    tokio::time::sleep(QUIET).await;
    assert_eq!((host.count(), down.count()), before, "what was on its way has ended, and nothing follows");
    stage.app().change_mode("default").await.unwrap();
    until(|| host.accepted().len() == 299 && down.accepted().len() == 299).await;
    for host in [&host, &down] {
        assert_eq!(host.accepted().iter().collect::<HashSet<_>>().len(), 299, "each once");
    }
}

#[tokio::test]
async fn a_node_that_starts_while_it_federates_with_nobody_goes_on_when_it_may() {
    let stage = Stage::new(600).await;
    let host = Host::new("b.test", |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    stage.app().change_mode("off").await.unwrap();
    stage.put(1, Shape::Any, &[inbox]).await;
    let _engine = stage.start();
    tokio::time::sleep(QUIET).await;
    assert_eq!(host.count(), 0);
    stage.app().change_mode("partners").await.unwrap();
    until(|| host.count() == 1).await;
}

#[tokio::test]
async fn a_host_that_fails_is_tried_at_once_when_an_administrator_says_so() {
    let stage = Stage::new(3_600_000).await; // the first wait is a minute
    let host = Host::new("b.test", |seen| if seen == 0 { 500 } else { 202 }).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    until(|| host.count() == 1).await;
    let failing = async || {
        let peer = hosts::find(&stage.app().store, &host.authority()).await.unwrap().unwrap();
        (peer.failures, peer.next_attempt_at.is_some())
    };
    for _ in 0..200 {
        if failing().await == (1, true) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(failing().await, (1, true));
    let shape = peers::retry(stage.app(), &host.authority()).await.unwrap();
    assert!(shape["next_attempt_at"].is_null());
    until(|| host.accepted().len() == 1).await;
}

#[tokio::test]
async fn what_waits_for_a_host_that_is_forgotten_is_not_sent_after_a_restart_either() {
    let stage = Stage::new(60_000).await;
    let host = Host::new("b.test", |seen| if seen == 0 { 500 } else { 202 }).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    stage.put(1, Shape::Any, &[inbox]).await;
    until(|| host.count() == 1).await;
    peers::forget(stage.app(), &host.authority()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    engine.abort();
    let _engine = stage.start();
    tokio::time::sleep(QUIET).await;
    assert_eq!(host.count(), 1, "nothing of what waited");
    stage.put(2, Shape::Any, &[inbox]).await;
    until(|| host.count() == 2).await;
    assert_eq!(deliveries::queries::went_to(&stage.app().store, 2).await.unwrap(), [inbox]);
}

#[tokio::test]
async fn whom_we_heard_from_is_written_down_in_the_next_round() {
    let stage = Stage::new(600).await;
    let tx = stage.app().store.begin().await.unwrap();
    for host in ["b.test", "c.test"] {
        hosts::known(&tx, host).await.unwrap();
    }
    tx.commit().await.unwrap();
    stage.federation.note_heard("b.test");
    heard::keep(&stage.federation).await.unwrap();
    let known: Vec<String> = sql!("SELECT host FROM peers WHERE heard_at IS NOT NULL").column(&stage.app().store).await.unwrap();
    assert_eq!(known, ["b.test"]);
}
