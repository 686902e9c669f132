//! Delivery against scripted hosts on loopback, through the real client, signatures and database.

mod away;
mod compared;
mod names;
mod nudged;
mod peers;
mod private;
mod slow;
pub(in crate::federation) mod stage;

use crate::{
    base::{
        clock::Stamp,
        id::InboxId,
        words::{Level, Shape},
    },
    features::{accounts, deliveries, peers as hosts},
    net::signature::{self, Here, Received},
    sql,
};
use peers::{Host, Seen};
use stage::{Stage, until};
use std::{collections::HashSet, time::Duration};

#[tokio::test]
async fn ap030_ap074_a_host_never_seen_gets_its_first_activity_signed_at_once() {
    let stage = Stage::new(60_000).await;
    let host = Host::new("b.test", |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    let sent = Stamp(stage.app().store.clock.now().0);
    stage.put(1, Shape::Any, &[inbox]).await;
    until(|| host.count() == 1).await;
    assert!(stage.app().store.clock.now().0 - sent.0 < 2_000, "no polling");
    let seen = &host.seen()[0];
    let url = host.url("/inbox");
    let received = Received { method: &axum::http::Method::POST, target: "/inbox", headers: &seen.headers, body: &seen.body };
    assert_eq!(seen.headers["content-type"], "application/activity+json");
    assert!(
        seen.headers.contains_key("digest") && seen.headers["signature"].to_str().unwrap().contains("(request-target) host date digest")
    );
    let unverified = signature::read(&received, &Here::of(&url), stage.app().store.clock.now().utc()).unwrap();
    assert_eq!(unverified.key_id().as_str(), "http://acme.test/u/ada#main-key");
    unverified.verify(&stage.key.public().unwrap()).unwrap();
}

#[tokio::test]
async fn ap041_ap042_one_post_goes_to_an_inbox_that_several_share() {
    let stage = Stage::new(60_000).await;
    let host = Host::new("b.test", |_| 202).await;
    let shared = stage.inbox(&host, "/inbox").await;
    let own = stage.inbox(&host, "/u/pat/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[shared, shared, own, shared]).await;
    until(|| host.count() == 2).await;
    stage.put(2, Shape::Any, &[shared]).await;
    until(|| host.count() == 3).await;
    let paths: Vec<String> = host.seen().iter().map(|seen| seen.path.clone()).collect();
    assert_eq!(paths.iter().filter(|path| *path == "/inbox").count(), 2);
}

#[tokio::test]
async fn r02_at_most_sixteen_are_on_their_way_to_a_host_and_each_object_keeps_its_order() {
    let stage = Stage::new(60_000).await;
    let host = Host::slow("b.test", Duration::from_millis(30), |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    for n in 0..90 {
        stage.put(n % 30, Shape::Any, &[inbox]).await;
    }
    let _engine = stage.start();
    until(|| host.count() == 90).await;
    let most = host.most_at_once();
    assert!((2..=16).contains(&most), "{most} at once");
    let order: Vec<i64> = host.seen().iter().map(Seen::number).collect();
    for key in 0..30 {
        let of_key: Vec<i64> = order.iter().copied().filter(|number| (number - 1) % 30 == key).collect();
        assert!(of_key.is_sorted() && of_key.len() == 3, "{of_key:?}");
    }
}

#[tokio::test]
async fn ap040_ap043_a_host_that_fails_is_probed_one_at_a_time_and_gets_everything_when_it_returns() {
    let stage = Stage::new(1_200).await; // waits 20, 100, 400 ms
    let host = Host::new("b.test", |seen| if seen < 18 { 500 } else { 202 }).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    for n in 0..40 {
        stage.put(n, Shape::Any, &[inbox]).await;
    }
    let _engine = stage.start();
    until(|| host.count() >= 16).await;
    let peer = || async { hosts::find(&stage.app().store, &host.authority()).await.unwrap().unwrap() };
    tokio::time::sleep(Duration::from_millis(10)).await;
    until_async(async || stage.done(&inbox).await == 40).await;
    let (numbers, peer) = (host.accepted(), peer().await);
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 40, "each once");
    assert_eq!((numbers.len(), peer.failures), (40, 0));
    let probes = &host.seen()[16..18];
    assert!(probes[1].at - probes[0].at >= Duration::from_millis(60), "the second wait is longer than the first");
}

#[tokio::test]
async fn a_host_that_says_when_to_come_back_is_left_alone_until_then() {
    let stage = Stage::new(600).await;
    let host = Host::new("b.test", |seen| if seen == 0 { 503 } else { 202 }).await.retry_after("1");
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    until(|| host.count() == 2).await;
    let seen = host.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(950), "{:?}", seen[1].at - seen[0].at);
}

#[tokio::test]
async fn a_refusal_is_final_and_holds_up_nothing() {
    let stage = Stage::new(600).await;
    let host = Host::new("b.test", |seen| if seen == 0 { 400 } else { 202 }).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    stage.put(1, Shape::Any, &[inbox]).await;
    until_async(async || stage.done(&inbox).await == 2).await;
    assert_eq!(host.seen().iter().map(Seen::number).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn ap079_a_host_that_wants_rfc_9421_is_knocked_at_twice_once() {
    let stage = Stage::new(600).await;
    let host = Host::new("b.test", |_| 202).await.recognising(|headers| headers.contains_key("signature-input"));
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    until_async(async || stage.done(&inbox).await == 1).await;
    stage.put(1, Shape::Any, &[inbox]).await;
    until(|| host.count() == 3).await;
    let schemes: Vec<bool> = host.seen().iter().map(|seen| seen.headers.contains_key("signature-input")).collect();
    assert_eq!(schemes, [false, true, true]);
    assert!(hosts::find(&stage.app().store, &host.authority()).await.unwrap().unwrap().rfc9421);
}

#[tokio::test]
async fn a_node_of_our_kind_is_told_who_we_are_by_ed25519_as_long_as_it_takes_that() {
    let stage = Stage::new(600).await;
    let (host, old) = (Host::new("b.test", |_| 202).await, Host::new("c.test", |_| 202).await);
    let old = old.recognising(|headers| !headers.contains_key("signature-input"));
    for host in [&host, &old] {
        stage.knows(host, Level::Intermoot).await;
    }
    let inboxes = [stage.inbox(&host, "/inbox").await, stage.inbox(&old, "/inbox").await];
    let _engine = stage.start();
    stage.put(1, Shape::Any, &inboxes).await;
    until(|| host.count() == 1 && old.count() == 2).await;
    stage.put(1, Shape::Any, &inboxes).await;
    until(|| host.count() == 2 && old.count() == 3).await;
    let input = |seen: &Seen| seen.headers.get("signature-input").map(|input| input.to_str().unwrap().to_owned());
    assert!(host.seen().iter().all(|seen| input(seen).is_some_and(|input| input.contains("#ed25519-key"))));
    let schemes: Vec<bool> = old.seen().iter().map(|seen| input(seen).is_some()).collect();
    assert_eq!(schemes, [true, false, false], "told once in vain, then in the way that it takes");
    assert_eq!(old.accepted().len(), 2);
}

#[tokio::test]
async fn a_gone_personal_inbox_ends_its_actor_and_a_shared_one_does_not() {
    let stage = Stage::new(600).await;
    let host = Host::new("b.test", |seen| if seen < 3 { 410 } else { 202 }).await;
    let pat = stage.remote(&host, "pat", "").await;
    let others = [stage.remote(&host, "kim", "/inbox").await, stage.remote(&host, "lou", "/inbox").await];
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[pat.delivery_inbox.unwrap()]).await;
    until_async(async || accounts::queries::by_id(&stage.app().store, pat.id).await.unwrap().unwrap().gone_at.is_some()).await;
    stage.put(2, Shape::Any, &[pat.delivery_inbox.unwrap(), others[0].delivery_inbox.unwrap()]).await;
    until(|| host.accepted().len() == 1).await;
    assert!(host.seen().iter().skip(1).all(|seen| seen.path == "/inbox"), "nothing goes to the gone one any more");
    let kim = accounts::queries::by_id(&stage.app().store, others[0].id).await.unwrap().unwrap();
    assert!(kim.gone_at.is_none());
}

#[tokio::test]
async fn r23_what_a_host_asked_to_have_again_goes_out_also_after_a_restart() {
    let stage = Stage::new(60_000).await;
    let host = Host::new("b.test", |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let engine = stage.start();
    stage.put_many(3, &[inbox]).await;
    until(|| host.count() == 3).await;
    drop(engine);
    let tx = stage.app().store.begin().await.unwrap();
    let peer = hosts::find(&tx, &host.authority()).await.unwrap().unwrap();
    deliveries::ask_rewind(&tx, peer.id, 0).await.unwrap();
    tx.commit().await.unwrap();
    let _engine = stage.restarted();
    until(|| host.count() == 6).await;
    assert!(deliveries::asked_rewinds(&stage.app().store).await.unwrap().is_empty());
}

#[tokio::test]
async fn r02_a_restart_loses_nothing_and_repeats_at_most_the_window() {
    let stage = Stage::new(600).await;
    let host = Host::slow("b.test", Duration::from_millis(15), |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    for n in 0..300 {
        stage.put(n % 50, Shape::Any, &[inbox]).await;
    }
    let mut kills = 0;
    while host.count() < 300 {
        let engine = stage.start();
        let goal = (host.count() + 60).min(300);
        until(|| host.count() >= goal).await;
        engine.abort(); // no grace, nothing recorded any more
        kills += 1;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    let _engine = stage.start();
    until_async(async || stage.done(&inbox).await == 300).await;
    let numbers: Vec<i64> = host.seen().iter().map(Seen::number).collect();
    let repeats = numbers.len() - numbers.iter().collect::<HashSet<_>>().len();
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 300);
    assert!(kills >= 4 && repeats <= 16 * kills, "{repeats} repeats after {kills} kills");
}

#[tokio::test]
async fn announcements_reach_each_host_in_the_form_it_understands() {
    let stage = Stage::new(3_000).await;
    let (plain, group) = (Host::new("plain.test", |_| 202).await, Host::new("group.test", |_| 202).await);
    let (new, silent) = (Host::new("new.test", |_| 202).await, Host::new("silent.test", |_| 202).await);
    let mut inboxes = Vec::new();
    for host in [&plain, &group, &new, &silent] {
        inboxes.push(stage.inbox(host, "/inbox").await);
    }
    stage.knows(&plain, Level::Plain).await;
    stage.knows(&group, Level::Intermoot).await;
    let fresh = new.authority();
    let _engine = stage.start_asking(move |host| (host == fresh).then_some(Level::Group));
    stage.put(1, Shape::Plain, &inboxes).await;
    stage.put(1, Shape::Group, &inboxes).await;
    until(|| [&plain, &group, &new, &silent].iter().all(|host| host.count() == 1)).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    for (host, number) in [(&plain, 1), (&group, 2), (&new, 2), (&silent, 1)] {
        assert_eq!(host.seen().iter().map(Seen::number).collect::<Vec<_>>(), [number], "{}", host.authority());
    }
}

#[tokio::test]
async fn a_host_that_is_down_holds_up_no_other() {
    let stage = Stage::new(60_000).await;
    let (down, up) = (Host::new("down.test", |_| 500).await, Host::new("up.test", |_| 202).await);
    let (one, other) = (stage.inbox(&down, "/inbox").await, stage.inbox(&up, "/inbox").await);
    let _engine = stage.start();
    for n in 0..50 {
        stage.put(n, Shape::Any, &[one, other]).await;
    }
    until(|| up.count() == 50).await;
    assert!(down.count() <= 16 + 2, "{}", down.count());
    assert_eq!(stage.done(&one).await, 0, "nothing is dropped");
}

#[tokio::test]
async fn a_long_queue_is_read_from_the_log_piece_by_piece() {
    let stage = Stage::new(600).await;
    let host = Host::new("b.test", |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    stage.put_many(700, &[inbox]).await;
    let _engine = stage.start();
    until(|| host.count() == 700).await;
    until_async(async || stage.done(&inbox).await == 700).await;
    let numbers: HashSet<i64> = host.seen().iter().map(Seen::number).collect();
    assert_eq!(numbers.len(), 700);
    let left: Option<i64> = sql!("SELECT COUNT(*) FROM delivered").value(&stage.app().store).await.unwrap();
    assert_eq!(left, Some(0), "what the cursor has passed is not kept");
}

/// Waits until `is_so`, ten seconds at most.
async fn until_async(is_so: impl AsyncFn() -> bool) {
    for _ in 0..1000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not become so");
}

#[tokio::test]
async fn a_blocked_host_gets_nothing() {
    let stage = Stage::new(600).await;
    let (blocked, other) = (Host::new("b.test", |_| 202).await, Host::new("c.test", |_| 202).await);
    let inboxes: [InboxId; 2] = [stage.inbox(&blocked, "/inbox").await, stage.inbox(&other, "/inbox").await];
    let tx = stage.app().store.begin().await.unwrap();
    hosts::block(&tx, &blocked.authority(), ("ada", "")).await.unwrap();
    tx.commit().await.unwrap();
    let _engine = stage.start();
    stage.put(1, Shape::Any, &inboxes).await;
    until(|| other.count() == 1).await;
    let targets = deliveries::queries::went_to(&stage.app().store, 1).await.unwrap();
    assert_eq!((targets, blocked.count()), (vec![inboxes[1]], 0));
}
