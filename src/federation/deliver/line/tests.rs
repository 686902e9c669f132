use super::*;
use crate::{
    base::id::{AccountId, InboxId},
    features::deliveries::Health,
    federation::deliver::parcel::Activity,
};
use proptest::prelude::*;
use std::sync::Arc;

const UNIT: Duration = Duration::from_secs(60);
const NOW: Stamp = Stamp(1_000_000);
const NONE: [i64; 0] = [];

fn line(level: Option<Level>) -> Line {
    let peer = Peer {
        id: PeerId(1),
        host: "b.test".into(),
        software: String::new(),
        version: String::new(),
        level: level.unwrap_or(Level::Plain),
        rfc9421: false,
        nodeinfo_at: level.map(|_| NOW),
        created_at: NOW,
        cursor: Some(0),
        failures: 0,
        failing_since: None,
        next_attempt_at: None,
        succeeded_at: None,
        blocked_at: None,
        silenced_at: None,
        heard_at: None,
    };
    Line::new(&peer, BTreeSet::new())
}

fn parcel(position: i64, key: i64, shape: Shape) -> Parcel {
    let activity =
        Activity { position, actor: AccountId(1), key, body: "{}".into(), sha256: [0; 32], shape, created_at: NOW, community: None };
    Parcel {
        activity: Arc::new(activity),
        inbox: InboxId(1),
        url: Arc::new("https://b.test/inbox".parse().unwrap()),
        refusals: 0,
        parked: 0,
    }
}

/// A line that was offered activities with these keys, in order.
fn loaded(keys: &[i64]) -> Line {
    let mut line = line(Some(Level::Plain));
    for (position, key) in (1..).zip(keys) {
        line.offer(parcel(position, *key, Shape::Any));
        line.read_to = position;
    }
    line
}

fn start(line: &mut Line, now: Stamp) -> Vec<i64> {
    std::iter::from_fn(|| line.next(now, UNIT)).map(|parcel| parcel.activity.position).collect()
}

fn finish(line: &mut Line, position: i64, verdict: Verdict) {
    line.finish((position, InboxId(1)), verdict, NOW, (UNIT, 0.5));
}

fn record(line: &mut Line) -> i64 {
    let news = line.news();
    line.recorded(&news);
    news.cursor
}

#[test]
fn r02_no_more_than_sixteen_are_on_their_way_or_unrecorded() {
    let mut line = loaded(&(0..40).collect::<Vec<_>>());
    assert_eq!(start(&mut line, NOW).len(), 16);
    (1..=10).for_each(|position| finish(&mut line, position, Verdict::Taken));
    assert_eq!(start(&mut line, NOW), NONE, "done but not recorded still counts");
    let news = line.news();
    assert_eq!(start(&mut line, NOW), NONE, "being recorded still counts");
    line.recorded(&news);
    assert_eq!((news.cursor, start(&mut line, NOW).len()), (10, 10));
}

#[test]
fn activities_about_one_thing_go_one_after_the_other() {
    let mut line = loaded(&[7, 8, 7, 7, 9]);
    assert_eq!(start(&mut line, NOW), [1, 2, 5]);
    finish(&mut line, 1, Verdict::Taken);
    assert_eq!(start(&mut line, NOW), [3]);
    finish(&mut line, 3, Verdict::Refused);
    assert_eq!(start(&mut line, NOW), [4]);
}

#[test]
fn the_cursor_stops_before_what_is_not_done() {
    let mut line = loaded(&[1, 2, 3]);
    start(&mut line, NOW);
    finish(&mut line, 2, Verdict::Taken);
    let news = line.news();
    assert_eq!((news.cursor, news.delivered.as_slice()), (0, &[(2, InboxId(1))][..]));
    line.recorded(&news);
    finish(&mut line, 1, Verdict::Taken);
    let news = line.news();
    assert_eq!((news.cursor, news.has_passed), (2, true));
    line.recorded(&news);
    finish(&mut line, 3, Verdict::Taken);
    assert_eq!(record(&mut line), 3);
    assert!(line.is_idle());
}

#[test]
fn a_failing_host_gets_one_probe_at_a_time_and_then_everything_at_full_speed() {
    let mut line = loaded(&(0..20).collect::<Vec<_>>());
    start(&mut line, NOW);
    (1..=16).for_each(|position| finish(&mut line, position, Verdict::Failed(None)));
    assert_eq!(line.failures, 1, "failures beside the first are no news");
    record(&mut line);
    assert_eq!(start(&mut line, NOW), NONE);
    let later = line.wake_at(NOW, UNIT).unwrap();
    assert_eq!(later, NOW.plus(Duration::from_secs(1)));
    assert_eq!(start(&mut line, later), [1]);
    line.finish((1, InboxId(1)), Verdict::Failed(Some(Duration::from_secs(90))), later, (UNIT, 0.5));
    assert_eq!(line.wake_at(later, UNIT), Some(later.plus(Duration::from_secs(90))));
    record(&mut line);
    let later = later.plus(Duration::from_secs(90));
    assert_eq!(start(&mut line, later), [1]);
    finish(&mut line, 1, Verdict::Taken);
    assert_eq!(line.news().health, Some(Health::Well));
    assert_eq!(start(&mut line, later).len(), 15);
}

#[test]
fn r30_an_activity_that_is_not_recognised_is_tried_for_more_than_a_minute_and_holds_back_only_its_own() {
    let mut line = loaded(&[7, 7, 8]);
    let mut now = NOW;
    for _ in 0..3 {
        assert!(start(&mut line, now).contains(&1));
        line.finish((1, InboxId(1)), Verdict::Unrecognised, now, (UNIT, 0.5));
        assert!(!start(&mut line, now).contains(&2));
        now = line.wake_at(now, UNIT).unwrap();
    }
    assert_eq!(start(&mut line, now), [1]);
    assert!(now > NOW.plus(UNIT), "a host that looked at our key a moment too early looks again before it is given up");
    line.finish((1, InboxId(1)), Verdict::Unrecognised, now, (UNIT, 0.5));
    assert_eq!(start(&mut line, now), [2]);
}

#[test]
fn an_announcement_reaches_each_host_in_one_form() {
    for (level, wanted) in [(Level::Plain, 1), (Level::Group, 2), (Level::Intermoot, 2)] {
        let mut line = line(Some(level));
        line.offer(parcel(1, 7, Shape::Plain));
        line.offer(parcel(2, 7, Shape::Group));
        assert_eq!(start(&mut line, NOW), [wanted], "{level}");
    }
}

#[test]
fn an_announcement_to_a_new_host_waits_for_its_nodeinfo_a_minute_at_most() {
    let offered = || {
        let mut line = line(None);
        line.offer(parcel(1, 7, Shape::Plain));
        line.offer(parcel(2, 7, Shape::Group));
        line.offer(parcel(3, 8, Shape::Any));
        line
    };
    let mut told = offered();
    assert_eq!(start(&mut told, NOW), [3], "what goes to all does not wait");
    told.level = Some(Level::Group);
    assert_eq!(start(&mut told, NOW), [2]);
    let mut silent = offered();
    let late = silent.wake_at(NOW, UNIT).unwrap();
    assert_eq!(late, NOW.plus(UNIT));
    assert_eq!(start(&mut silent, late), [1, 3]);
}

#[test]
fn a_full_line_leaves_the_rest_in_the_log() {
    let mut line = line(Some(Level::Plain));
    let taken = (1..=1000).take_while(|position| line.offer(parcel(*position, *position, Shape::Any))).count();
    assert_eq!((taken, line.is_behind), (QUEUE_MAX, true));
    assert!(line.read_to < 257, "what did not fit is read again");
}

proptest! {
    #[test]
    fn r02_whatever_happens_nothing_is_passed_over_and_order_is_kept(steps in proptest::collection::vec((0_usize..16, 0_u8..5, any::<bool>()), 1..300)) {
        let keys: Vec<i64> = (0..60).map(|n| n % 7).collect();
        let mut line = loaded(&keys);
        let (mut now, mut flying, mut done): (Stamp, Vec<i64>, BTreeSet<i64>) = (NOW, Vec::new(), BTreeSet::new());
        for (which, how, keep) in steps {
            for position in start(&mut line, now) {
                let key = keys[position as usize - 1];
                let earlier = (1..position).filter(|other| keys[*other as usize - 1] == key);
                prop_assert!(earlier.clone().all(|other| done.contains(&other)), "{position} before its elders");
                flying.push(position);
            }
            prop_assert!(flying.len() <= WINDOW);
            if !flying.is_empty() {
                let position = flying.remove(which % flying.len());
                let verdict = [Verdict::Taken, Verdict::Refused, Verdict::Failed(None), Verdict::Taken, Verdict::Gone][how as usize];
                line.finish((position, InboxId(1)), verdict, now, (UNIT, 0.5));
                if !matches!(verdict, Verdict::Failed(_)) {
                    done.insert(position);
                }
            }
            if keep && line.has_news() {
                let cursor = record(&mut line);
                prop_assert!((1..=cursor).all(|position| done.contains(&position)), "the cursor {cursor} passed something");
            }
            now = line.wake_at(now, UNIT).unwrap_or(now);
        }
    }
}
