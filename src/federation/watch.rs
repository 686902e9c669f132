//! The watch over partners: counts what each sends, and raises an alarm when that is far more than usual (S113).
//!
//! Counted in memory, for hosts with an agreement alone, and written once a minute: a crash loses a minute's counts, and the
//! inbox pays nothing for it. The counting and the rule: `features/agreements/watch.rs`, `policy/watch.rs`.

use super::Federation;
use crate::{
    base::{config::FederationMode, error::Result},
    features::agreements::watch,
    policy::watch::Bounds,
};
use std::{
    collections::{BTreeMap, HashSet},
    mem::take,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

/// How often counts are written and looked at, where the retry unit does not ask for more.
const EVERY: Duration = Duration::from_secs(60);
/// How often old counts are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// What is counted by its own name.
const KINDS: [&str; 16] = [
    "Accept", "Add", "Announce", "Block", "Create", "Delete", "Flag", "Follow", "Join", "Leave", "Like", "Offer", "Reject", "Remove",
    "Undo", "Update",
];
/// What is counted under none.
const OTHER: &str = "other";
/// Signed requests that read something.
pub const READ: &str = "read";

/// What partners sent since it was last written.
#[derive(Default)]
pub struct Tally(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    partners: HashSet<String>,
    counts: BTreeMap<(String, &'static str), i64>,
}

impl Tally {
    /// Counts one act of `host`, if that is a partner's; `kind` is the type of an activity, or [`READ`].
    pub fn note(&self, host: &str, kind: &str) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.partners.contains(host) {
            let kind = KINDS.into_iter().chain([READ]).find(|known| *known == kind).unwrap_or(OTHER);
            *counted.counts.entry((host.to_owned(), kind)).or_default() += 1;
        }
    }

    /// Watches these hosts from now on; what was counted until now.
    fn turn(&self, partners: HashSet<String>) -> BTreeMap<(String, &'static str), i64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.partners = partners;
        take(&mut counted.counts)
    }
}

/// Writes what was counted, raises the alarms that follow, and learns who is a partner now.
pub async fn look(federation: &Federation) -> Result<()> {
    let store = &federation.app.store;
    look_for_silence(federation).await?;
    let counts = federation.watch.turn(watch::hosts(store).await?.into_iter().collect());
    if counts.is_empty() {
        return Ok(());
    }
    let settings = &federation.app.config.federation;
    let bounds = Bounds { least: settings.alarm_least.into(), times: settings.alarm_times.into() };
    let tx = store.begin().await?;
    watch::count(&tx, &counts).await?;
    let raised = watch::raise(&tx, bounds).await?;
    tx.commit().await?;
    for alarm in raised {
        metrics::counter!("intermoot_partner_alarms_total").increment(1);
        tracing::warn!(
            host = alarm.host,
            acts = alarm.acts,
            usual_at_most = alarm.most,
            "a partner does far more in this hour than it is known for; `intermoot partner quarantine {}` keeps it apart",
            alarm.host
        );
    }
    Ok(())
}

/// Tells administrators of partners that take nothing from us.
async fn look_for_silence(federation: &Federation) -> Result<()> {
    if federation.app.federation_mode(&federation.app.store).await? == FederationMode::Off {
        return Ok(());
    }
    let tx = federation.app.store.begin().await?;
    let told = watch::tell_of_silence(&tx).await?;
    tx.commit().await?;
    for host in told {
        tracing::warn!(host, "a partner takes nothing from us; `intermoot peer retry {host}` tries it at once");
    }
    Ok(())
}

/// Watches until `shutdown`, and writes what was counted last.
pub async fn run(federation: Federation, shutdown: CancellationToken) {
    let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
    let pause = unit.clamp(Duration::from_millis(200), EVERY);
    let mut clock = interval_at(Instant::now(), pause);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut forgot: Option<Instant> = None;
    loop {
        let ends = tokio::select! {
            () = shutdown.cancelled() => true,
            _ = clock.tick() => false,
        };
        if let Err(error) = look(&federation).await {
            tracing::error!(%error, "what partners do could not be counted; it is counted again from now on");
        }
        if ends {
            return;
        }
        if forgot.is_none_or(|at| at.elapsed() > FORGET_EVERY) {
            forgot = Some(Instant::now());
            if let Err(error) = forget(&federation).await {
                tracing::warn!(%error, "old counts of partners could not be forgotten");
            }
        }
    }
}

async fn forget(federation: &Federation) -> Result<()> {
    let tx = federation.app.store.begin().await?;
    watch::forget(&tx).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_partners_are_counted_and_by_few_names() {
        let tally = Tally::default();
        tally.note("bolt.test", "Create");
        assert!(tally.turn(["bolt.test".to_owned()].into()).is_empty(), "nobody is watched yet");
        for (host, kind) in [("bolt.test", "Create"), ("bolt.test", "Create"), ("bolt.test", "Made-up"), ("evil.test", "Create")] {
            tally.note(host, kind);
        }
        let counted = tally.turn(HashSet::new());
        let expected = [(("bolt.test".to_owned(), "Create"), 2), (("bolt.test".to_owned(), OTHER), 1)];
        assert_eq!(counted, expected.into());
    }
}
