//! How the node did over the last day: deliveries, what came, how long answers took, what waits for whom.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin,
    plots::{self, Plot, Series, Together},
};
use crate::app::{App, samples::Minute};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use std::collections::BTreeMap;

/// Hosts whose queue is drawn: those for which most waited.
const PEERS: usize = 5;

#[derive(Template)]
#[template(path = "administering/health.html")]
struct Health {
    frame: Frame,
    plots: Vec<Plot>,
    since: Option<Moment>,
}

/// A line over the minutes.
fn series(frame: &Frame, key: &str, minutes: &[Minute], value: impl Fn(&Minute) -> u64) -> Series {
    Series { label: frame.say(key), values: minutes.iter().map(value).collect() }
}

/// A line for each host for which most waited within the day.
fn queues(minutes: &[Minute]) -> Vec<Series> {
    let mut most: BTreeMap<&str, u64> = BTreeMap::new();
    for (host, waiting) in minutes.iter().flat_map(|minute| &minute.waiting.peers) {
        let before = most.entry(host).or_default();
        *before = (*before).max(*waiting);
    }
    let mut hosts: Vec<(&str, u64)> = most.into_iter().collect();
    hosts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    let of = |minute: &Minute, host: &str| minute.waiting.peers.iter().find(|(name, _)| name == host).map_or(0, |(_, waiting)| *waiting);
    hosts
        .iter()
        .take(PEERS)
        .map(|(host, _)| Series { label: (*host).to_owned(), values: minutes.iter().map(|minute| of(minute, host)).collect() })
        .collect()
}

fn drawn(frame: &Frame, minutes: &[Minute]) -> Vec<Plot> {
    let line = |key: &str, value: fn(&Minute) -> u64| series(frame, key, minutes, value);
    let deliveries = vec![line("administering-plot-taken", |it| it.delivered), line("administering-plot-not-taken", |it| it.undelivered)];
    let inbox = vec![
        line("administering-plot-kept", |it| it.received),
        line("administering-plot-turned-away", |it| it.turned_away),
        line("administering-plot-waiting", |it| it.waiting.inbox),
    ];
    let latency = vec![line("administering-plot-median", |it| it.median), line("administering-plot-slowest", |it| it.slowest)];
    let requests = vec![line("administering-plot-requests", |it| it.requests), line("administering-plot-faults", |it| it.faults)];
    let all = [
        ("administering-plot-deliveries", "administering-plot-deliveries-note", deliveries, Together::Sum),
        ("administering-plot-inbox", "administering-plot-inbox-note", inbox, Together::Sum),
        ("administering-plot-latency", "administering-plot-latency-note", latency, Together::Most),
        ("administering-plot-answers", "administering-plot-answers-note", requests, Together::Sum),
        ("administering-plot-queues", "administering-plot-queues-note", queues(minutes), Together::Most),
    ];
    let plot = |(title, note, series, how): (&str, &str, Vec<Series>, Together)| {
        plots::plot(frame, (&frame.say(title), &frame.say(note)), minutes, (series, how))
    };
    all.into_iter().map(plot).collect()
}

async fn health(State(app): State<App>, admin: Admin) -> Result<Response> {
    let (minutes, frame) = (app.samples.minutes(), admin.frame());
    let plots = if minutes.is_empty() { Vec::new() } else { drawn(&frame, &minutes) };
    let page = Health { plots, since: minutes.first().map(|first| first.at.into()), frame };
    Ok(admin.page(&Problems::default(), &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/health", get(health))
}
