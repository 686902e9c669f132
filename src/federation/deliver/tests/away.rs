//! Hosts that are away for a week (R9) and for more than a month (R10), by a clock that is moved; and a clock that jumps (R12).

use super::{
    peers::{Host, Seen},
    stage::{Stage, until},
    until_async,
};
use crate::{
    app::peers as administrators,
    base::{id::InboxId, words::Shape},
    features::{
        expiry,
        peers::{self, Kind},
    },
    sql,
    store::tables::Peer,
    tests::support::sized,
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Activities with the same key reach a host in order: so many things are written about.
const THINGS: i64 = 50;

/// A host that answers 503 until it is back.
async fn away(name: &'static str) -> (Host, Arc<AtomicBool>) {
    let is_back = Arc::new(AtomicBool::new(false));
    let shown = Arc::clone(&is_back);
    (Host::new(name, move |_| if shown.load(Ordering::SeqCst) { 202 } else { 503 }).await, is_back)
}

async fn row(stage: &Stage, host: &Host) -> Peer {
    peers::find(&stage.app().store, &host.authority()).await.unwrap().unwrap()
}

/// Time passes, and the delivery loop does what is due then.
async fn passes(stage: &Stage, host: &Host, milliseconds: i64) {
    stage.app().store.clock.advance(milliseconds);
    stage.app().store.log_bell.notify_one();
    let now = stage.app().store.clock.now();
    until_async(async || row(stage, host).await.next_attempt_at.is_some_and(|next| next > now)).await;
}

async fn count(stage: &Stage, table: &str) -> i64 {
    sql!(format!("SELECT COUNT(*) FROM {table}")).value(&stage.app().store).await.unwrap().unwrap()
}

/// Activities that came in, in the order of their arrival, each once; of one thing in the order in which they were made.
fn is_in_order(accepted: &[i64]) {
    assert_eq!(accepted.iter().collect::<HashSet<_>>().len(), accepted.len(), "something came twice");
    let mut last: BTreeMap<i64, i64> = BTreeMap::new();
    for number in accepted {
        let before = last.insert((number - 1) % THINGS, *number).unwrap_or_default();
        assert!(before < *number, "{number} came after {before}");
    }
}

async fn writes(stage: &Stage, many: i64, written: &mut i64, inboxes: &[InboxId]) {
    for _ in 0..many {
        stage.put(*written % THINGS, Shape::Any, inboxes).await;
        *written += 1;
    }
}

/// Figure: 1,500 activities (in full 100,000) in a week in which the host is down: it is asked at most once an hour on average (an hour
/// ± a fifth apart), nothing but the log grows, and it gets all of it once, each thing's in order.
#[tokio::test]
async fn r09_a_host_that_was_away_for_a_week_gets_everything_in_order_and_was_asked_once_an_hour() {
    const STEP: i64 = 20 * MINUTE;
    let steps = 7 * DAY / STEP;
    let each = i64::try_from(sized(1_500, 100_000)).unwrap() / steps;
    let stage = Stage::new(60_000).await;
    let (host, is_back) = away("b.test").await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    let mut written = 0;
    writes(&stage, 1, &mut written, &[inbox]).await;
    until_async(async || row(&stage, &host).await.failures > 0).await;
    for _ in 0..steps {
        writes(&stage, each, &mut written, &[inbox]).await;
        passes(&stage, &host, STEP).await;
    }
    let probes = host.count();
    assert!((120..=7 * 24 + 24).contains(&probes), "{probes} probes in a week");
    assert_eq!((count(&stage, "log").await, count(&stage, "delivered").await), (written, 0));
    assert_eq!(Kind::of(&row(&stage, &host).await, stage.app().store.now()), "failing");

    is_back.store(true, Ordering::SeqCst);
    stage.app().store.clock.advance(2 * HOUR);
    stage.app().store.log_bell.notify_one();
    let all = usize::try_from(written).unwrap();
    for _ in 0..60 {
        if host.accepted().len() >= all {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let accepted = host.accepted();
    assert_eq!(accepted.len(), all);
    is_in_order(&accepted);
    until_async(async || stage.done(&inbox).await == written).await;
    assert_eq!(row(&stage, &host).await.failures, 0);
}

/// Figure: after 31 days the host counts as suspended and is asked about once a day; the log holds 30 days and no table more than a row
/// for it; an administrator's word has it tried at once, and it gets the 30 days that are kept, once and in order.
#[tokio::test]
async fn r10_a_host_that_was_away_for_a_month_is_parked_and_resumes_by_an_administrators_word() {
    const STEP: i64 = 6 * HOUR;
    let stage = Stage::new(60_000).await;
    let (host, is_back) = away("b.test").await;
    let well = Host::new("c.test", |_| 202).await;
    let inboxes = [stage.inbox(&host, "/inbox").await, stage.inbox(&well, "/inbox").await];
    let _engine = stage.start();
    let (mut written, mut asked) = (0, 0);
    writes(&stage, 1, &mut written, &inboxes).await;
    until_async(async || row(&stage, &host).await.failures > 0).await;
    for step in 0..42 * DAY / STEP {
        writes(&stage, 2, &mut written, &inboxes).await;
        passes(&stage, &host, STEP).await;
        let tx = stage.app().store.begin().await.unwrap();
        expiry::sweep(&tx, 500).await.unwrap();
        tx.commit().await.unwrap();
        if step == 31 * DAY / STEP {
            asked = host.count();
        }
    }
    let daily = host.count() - asked;
    assert!((6..=16).contains(&daily), "asked {daily} times in eleven days");
    let now = stage.app().store.now();
    assert_eq!(Kind::of(&row(&stage, &host).await, now), "suspended");
    until(|| well.accepted().len() == usize::try_from(written).unwrap()).await;
    let kept = count(&stage, "log").await;
    assert!(kept <= 30 * 4 * 2 + 2, "{kept} in the log");
    assert_eq!((count(&stage, "delivered").await, count(&stage, "peers").await), (0, 2));

    is_back.store(true, Ordering::SeqCst);
    administrators::retry(stage.app(), &host.authority()).await.unwrap();
    // what the line held in memory may be older than that
    let wanted: HashSet<i64> = (written - kept + 1..=written).collect();
    until(|| wanted.is_subset(&host.accepted().into_iter().collect())).await;
    is_in_order(&host.accepted());
    until_async(async || row(&stage, &host).await.failures == 0).await;
    assert_eq!(Kind::of(&row(&stage, &host).await, now), "active");
}

/// A host that fails is asked as soon as something comes from it, and not for each thing that it sends.
#[tokio::test]
async fn r04_a_host_that_fails_and_is_heard_from_is_tried_at_once_and_once_in_a_unit() {
    let stage = Stage::new(3_600_000).await; // the first wait is a minute
    let (host, is_back) = away("b.test").await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    until_async(async || row(&stage, &host).await.failures == 1).await;
    for _ in 0..20 {
        stage.federation.note_heard(&host.authority());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(host.count(), 2, "once for all that it sends");
    stage.app().store.clock.advance(3 * HOUR);
    stage.app().store.log_bell.notify_one();
    until_async(async || row(&stage, &host).await.failures == 3).await;
    is_back.store(true, Ordering::SeqCst);
    stage.federation.note_heard("c.test");
    stage.federation.note_heard(&host.authority());
    until(|| host.accepted().len() == 1).await;
}

/// What a host asked for itself is not cut short by what it sends.
#[tokio::test]
async fn r04_a_host_that_said_when_to_come_back_is_not_tried_before_whatever_it_sends() {
    let stage = Stage::new(60_000).await;
    let host = Host::new("b.test", |_| 503).await.retry_after("600");
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    until_async(async || row(&stage, &host).await.failures == 1).await;
    stage.federation.note_heard(&host.authority());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(host.count(), 1);
}

/// Figure: our own clock jumps an hour ahead and an hour back: no host that fails is asked more than once for it, what is written after
/// the jump comes after what was written before, and hosts that answer notice nothing.
#[tokio::test]
async fn r12_a_jump_of_our_own_clock_makes_no_storm_and_ids_go_on_rising() {
    let stage = Stage::new(60_000).await;
    let well = Host::new("well.test", |_| 202).await;
    let mut sick = Vec::new();
    for name in ["a.test", "b.test", "c.test", "d.test"] {
        sick.push(Host::new(name, |_| 500).await);
    }
    let mut inboxes = vec![stage.inbox(&well, "/inbox").await];
    for host in &sick {
        inboxes.push(stage.inbox(host, "/inbox").await);
    }
    let _engine = stage.start();
    let mut written = 0;
    for jump in [0, HOUR, -HOUR, -HOUR, HOUR] {
        stage.app().store.clock.advance(jump);
        stage.app().store.log_bell.notify_one();
        tokio::time::sleep(Duration::from_millis(150)).await;
        let before: Vec<usize> = sick.iter().map(Host::count).collect();
        writes(&stage, 5, &mut written, &inboxes).await;
        until(|| well.accepted().len() == usize::try_from(written).unwrap()).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        // at first five are on their way at a time
        let most = if jump == 0 { 5 } else { 1 };
        for (host, before) in sick.iter().zip(before) {
            assert!(host.count() <= before + most, "{} was asked {} times after {jump}", host.authority(), host.count() - before);
        }
    }
    let bodies: Vec<String> = sql!("SELECT body FROM log ORDER BY position").column(&stage.app().store).await.unwrap();
    let number = |body: &String| serde_json::from_str::<serde_json::Value>(body).unwrap()["number"].as_i64().unwrap();
    assert!(bodies.iter().map(number).is_sorted(), "what was written later stands earlier");
    assert_eq!(well.seen().iter().map(Seen::number).collect::<HashSet<_>>().len(), 25);
}
