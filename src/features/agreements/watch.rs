//! What partners do in an hour, and the alarm when it is far more than usual (S113).
//!
//! Counted by hour and kind for hosts with which an agreement is in force, suspended or not; who counts is the door that takes
//! activities in. One alarm for each host and hour. The rule: `policy/watch.rs`.

use super::{note, rows};
use crate::{
    base::{clock::Stamp, error::Result, id::AgreementId},
    features::peers::SUSPENDED_AFTER,
    policy::watch::{Bounds, Hour, most},
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        facts::{beginning, drop_fact, keep_fact},
        list,
    },
};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

/// The hours that say what is usual.
pub const HOURS: i64 = 7 * 24;
/// How long counts are kept.
const COUNTS_KEPT: i64 = 14 * 24;
/// How long alarms are kept.
const ALARMS_KEPT: i64 = 400 * 24;
/// Most partners that are watched.
const PARTNERS_MAX: i64 = 10_000;
/// Alarms shown of one partner.
const SHOWN_MAX: i64 = 20;

/// An hour in which a partner did more than is usual for it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Alarm {
    /// Which partner's host.
    pub host: String,
    /// The hour, counted since 1970.
    pub hour: i64,
    /// What it had done when the alarm was raised.
    pub acts: i64,
    /// What would have been usual at most.
    pub most: i64,
    /// When it was raised.
    pub created_at: Stamp,
}

/// The number of the hour in which `at` lies.
pub fn hour(at: Stamp) -> i64 {
    at.0.div_euclid(3_600_000)
}

/// The hosts that are watched.
pub async fn hosts(from: &impl Source) -> Result<Vec<String>> {
    sql!("SELECT host FROM agreements WHERE state = 2 ORDER BY host LIMIT {}", PARTNERS_MAX).column(from).await
}

/// Adds what was counted since the last time to this hour: host and kind, and how many.
pub async fn count(tx: &Tx, counts: &BTreeMap<(String, &'static str), i64>) -> Result<()> {
    for ((host, kind), acts) in counts {
        Insert::into("partner_hours")
            .set("host", host.as_str())
            .set("hour", hour(tx.now))
            .set("kind", *kind)
            .set("acts", *acts)
            .on_conflict("ON CONFLICT (host, hour, kind) DO UPDATE SET acts = partner_hours.acts + excluded.acts")
            .run(tx)
            .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Busy {
    host: String,
    acts: i64,
}

#[derive(FromQueryResult)]
struct Past {
    hour: i64,
    acts: i64,
    most: Option<i64>,
}

/// Raises the alarm for every partner that did more in this hour than is usual for it; those raised now.
pub async fn raise(tx: &Tx, bounds: Bounds) -> Result<Vec<Alarm>> {
    let this = hour(tx.now);
    let busy: Vec<Busy> = sql!(
        "SELECT host, CAST(SUM(acts) AS BIGINT) AS acts FROM partner_hours WHERE hour = {} GROUP BY host HAVING SUM(acts) > {}",
        this,
        bounds.least
    )
    .all(tx)
    .await?;
    let mut raised = Vec::new();
    for Busy { host, acts } in busy {
        let Some(most) = usual(tx, &host, bounds).await?.filter(|most| acts > *most) else { continue };
        let alarm = Alarm { host, hour: this, acts, most, created_at: tx.now };
        let row = Insert::into("partner_alarms").set("host", alarm.host.as_str()).set("hour", this).set("acts", acts).set("most", most);
        if row.set("created_at", tx.now).on_conflict("ON CONFLICT (host, hour) DO NOTHING").run(tx).await? > 0 {
            tell(tx, &alarm).await?;
            raised.push(alarm);
        }
    }
    Ok(raised)
}

/// What is usual for a partner in an hour at most, by what it did before this one.
async fn usual(tx: &Tx, host: &str, bounds: Bounds) -> Result<Option<i64>> {
    let this = hour(tx.now);
    let past: Vec<Past> = sql!(
        "SELECT h.hour AS hour, CAST(SUM(h.acts) AS BIGINT) AS acts, \
         (SELECT a.most FROM partner_alarms a WHERE a.host = {} AND a.hour = h.hour) AS most \
         FROM partner_hours h WHERE h.host = {} AND h.hour >= {} AND h.hour < {} GROUP BY h.hour",
        host,
        host,
        this - HOURS,
        this
    )
    .all(tx)
    .await?;
    let since = past.iter().map(|past| past.hour).min().unwrap_or(this);
    let past: Vec<Hour> = past.iter().map(|past| Hour { acts: past.acts, alarmed_above: past.most }).collect();
    Ok(most(bounds, &past, this - since))
}

/// Rows of `facts` with this prefix and a partner's host: what administrators were told of it, and the failure it was about.
const TOLD: &str = "unreachable ";
/// How long a partner may take nothing before administrators are told.
const SILENT: Duration = Duration::from_secs(3600);

#[derive(FromQueryResult)]
struct Silent {
    id: AgreementId,
    host: String,
    failing_since: Stamp,
}

/// Tells administrators of each partner that takes nothing from us for an hour, and once more after 30 days, when it is tried
/// only daily; the hosts that they are told of now. Of one that takes things again what was told is forgotten.
pub async fn tell_of_silence(tx: &Tx) -> Result<Vec<String>> {
    let silent: Vec<Silent> = sql!(
        "SELECT a.id, a.host, p.failing_since FROM agreements a JOIN peers p ON p.host = a.host \
         WHERE a.state = 2 AND p.failures > 0 AND p.blocked_at IS NULL AND p.failing_since <= {} ORDER BY a.id LIMIT {}",
        tx.now.minus(SILENT),
        PARTNERS_MAX
    )
    .all(tx)
    .await?;
    let before: BTreeMap<String, String> = beginning(tx, TOLD).await?.into_iter().collect();
    for host in before.keys().filter(|host| !silent.iter().any(|silent| silent.host == **host)) {
        drop_fact(tx, &format!("{TOLD}{host}")).await?;
    }
    let mut told = Vec::new();
    for Silent { id, host, failing_since } in silent {
        let is_suspended = failing_since <= tx.now.minus(SUSPENDED_AFTER);
        let now = format!("{} {is_suspended}", failing_since.0);
        if before.get(&host) != Some(&now) {
            keep_fact(tx, &format!("{TOLD}{host}"), &now).await?;
            tx.record(Event::PartnerUnreachable { agreement: id });
            told.push(host);
        }
    }
    Ok(told)
}

#[derive(FromQueryResult)]
struct Kind {
    kind: String,
    acts: i64,
}

async fn tell(tx: &Tx, alarm: &Alarm) -> Result<()> {
    let Some(agreement) = rows::in_force_with(tx, &alarm.host).await? else { return Ok(()) };
    let select = "SELECT kind, acts FROM partner_hours WHERE host = {} AND hour = {} ORDER BY acts DESC, kind";
    let kinds: Vec<Kind> = sql!(select, alarm.host.as_str(), alarm.hour).all(tx).await?;
    let kinds: serde_json::Map<String, serde_json::Value> = kinds.into_iter().map(|kind| (kind.kind, json!(kind.acts))).collect();
    tx.record(Event::PartnerAlarmed { agreement: agreement.id });
    note(tx, "node", "partner.alarm", &agreement, json!({"acts": alarm.acts, "most": alarm.most, "kinds": kinds}));
    Ok(())
}

/// The latest alarm of each of these hosts within the last day.
pub async fn lately(from: &impl Source, hosts: &[String]) -> Result<Vec<Alarm>> {
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    let since = hour(from.now().minus(Duration::from_secs(86_400)));
    let select = "SELECT a.* FROM partner_alarms a WHERE a.hour > {} AND a.host IN {} \
        AND NOT EXISTS (SELECT 1 FROM partner_alarms b WHERE b.host = a.host AND b.hour > a.hour)";
    sql!(select, since, list(hosts)).all(from).await
}

/// The alarms of one partner, latest first.
pub async fn alarms(from: &impl Source, host: &str) -> Result<Vec<Alarm>> {
    sql!("SELECT * FROM partner_alarms WHERE host = {} ORDER BY hour DESC LIMIT {}", host, SHOWN_MAX).all(from).await
}

/// What a partner did in this hour so far, all kinds together.
pub async fn now(from: &impl Source, host: &str) -> Result<i64> {
    let select = "SELECT CAST(COALESCE(SUM(acts), 0) AS BIGINT) FROM partner_hours WHERE host = {} AND hour = {}";
    Ok(sql!(select, host, hour(from.now())).value(from).await?.unwrap_or_default())
}

/// Forgets counts and alarms that had their time.
pub async fn forget(tx: &Tx) -> Result<()> {
    let this = hour(tx.now);
    sql!("DELETE FROM partner_hours WHERE hour < {}", this - COUNTS_KEPT).run(tx).await?;
    sql!("DELETE FROM partner_alarms WHERE hour < {}", this - ALARMS_KEPT).run(tx).await?;
    Ok(())
}
