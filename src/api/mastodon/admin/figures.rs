//! Figures: measures day by day, dimensions by kind, and who stays. Keys that are not known here are left out of the answer.
//!
//! Source: docs.joinmastodon.org/methods/admin/{measures,dimensions,retention}.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{clock::Stamp, config::DatabaseUrl, error::Refusal, text::scan::tag_key},
    features::{
        activity::{
            measures::{DAY_MILLISECONDS, Days, Figure, Measure},
            shares::{self, Dimension, Stay},
        },
        peers,
    },
    policy::scope::Scope,
    store::Searching,
};
use axum::{Json, extract::State};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most keys of one question.
const KEYS_MAX: usize = 32;
/// Most shares of one dimension, and how many unless asked.
const SHARES: (u32, u32) = (100, 10);

/// The routes of this file. Reading by POST, as Mastodon has it.
pub(super) fn routes() -> Routes {
    let read = Access::Moderator(Scope::AdminRead);
    Routes::new()
        .post("/api/v1/admin/measures", read, "Figures of this node, day by day", measured)
        .costing(Cost::Large)
        .post("/api/v1/admin/dimensions", read, "Figures of this node, by kind", shared)
        .costing(Cost::Large)
        .post("/api/v1/admin/retention", read, "Who of those who came stayed", retained)
        .costing(Cost::Large)
}

/// What a figure is about.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    id: String,
    #[serde(rename = "domain")]
    host: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    keys: Vec<String>,
    start_at: String,
    end_at: String,
    limit: Option<u32>,
    frequency: String,
    tag_accounts: About,
    tag_uses: About,
    tag_servers: About,
    tag_languages: About,
    instance_accounts: About,
    instance_statuses: About,
    instance_reports: About,
    instance_follows: About,
    instance_followers: About,
    instance_languages: About,
}

impl Asked {
    fn days(&self) -> Result<Days> {
        if self.keys.len() > KEYS_MAX {
            return Err(Failure::field("keys", format!("may name at most {KEYS_MAX}")));
        }
        Ok(Days::between(instant("start_at", &self.start_at)?, instant("end_at", &self.end_at)?))
    }

    /// The measure that a key names; none for one that is not known, or about nothing.
    fn measure(&self, key: &str) -> Option<Measure> {
        Some(match key {
            "active_users" => Measure::ActiveUsers,
            "new_users" => Measure::NewUsers,
            "interactions" => Measure::Interactions,
            "opened_reports" => Measure::OpenedReports,
            "resolved_reports" => Measure::ResolvedReports,
            "tag_accounts" => Measure::TagAccounts(tag(&self.tag_accounts)?),
            "tag_uses" => Measure::TagUses(tag(&self.tag_uses)?),
            "tag_servers" => Measure::TagServers(tag(&self.tag_servers)?),
            "instance_accounts" => Measure::HostAccounts(host(&self.instance_accounts)?),
            "instance_statuses" => Measure::HostPosts(host(&self.instance_statuses)?),
            "instance_reports" => Measure::HostReports(host(&self.instance_reports)?),
            "instance_follows" => Measure::HostFollows(host(&self.instance_follows)?),
            "instance_followers" => Measure::HostFollowers(host(&self.instance_followers)?),
            _ => return None,
        })
    }

    /// The dimension that a key names; what this node says of its software is asked apart.
    fn dimension(&self, key: &str) -> Option<Dimension> {
        Some(match key {
            "languages" => Dimension::Languages,
            "servers" => Dimension::Servers,
            "tag_servers" => Dimension::TagServers(tag(&self.tag_servers)?),
            "tag_languages" => Dimension::TagLanguages(tag(&self.tag_languages)?),
            "instance_accounts" => Dimension::HostAccounts(host(&self.instance_accounts)?),
            "instance_languages" => Dimension::HostLanguages(host(&self.instance_languages)?),
            _ => return None,
        })
    }
}

fn tag(about: &About) -> Option<String> {
    Some(tag_key(about.id.trim_start_matches('#'))).filter(|key| !key.is_empty())
}

fn host(about: &About) -> Option<String> {
    peers::normal(&about.host).ok()
}

/// An instant or a day as apps write it.
fn instant(field: &'static str, text: &str) -> Result<Stamp> {
    let text = text.trim();
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).ok();
    let at = at.or_else(|| Some(text.get(..10)?.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc()));
    Ok(at.map(|at| Stamp(at.timestamp_millis())).ok_or_else(|| Refusal::invalid(field, "is neither a date nor a time"))?)
}

/// A day as Mastodon writes it.
fn date(day: i64) -> Stamp {
    Stamp(day * DAY_MILLISECONDS)
}

async fn measured(State(app): State<App>, _: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let days = asked.days()?;
    let mut shown = Vec::new();
    for key in &asked.keys {
        if let Some(measure) = asked.measure(key) {
            let figure = Searching::settled(measure.count(&app.store.searching(), days).await)?;
            shown.push(measure_shown(key, &figure, days));
        }
    }
    Ok(Json(Value::Array(shown)))
}

fn measure_shown(key: &str, figure: &Figure, days: Days) -> Value {
    let on = |day: i64| figure.by_day.get(&day).copied().unwrap_or_default().to_string();
    let data: Vec<Value> = days.each().map(|day| json!({ "date": date(day), "value": on(day) })).collect();
    json!({
        "key": key,
        "unit": null,
        "total": figure.total.to_string(),
        "previous_total": figure.previous.to_string(),
        "data": data,
    })
}

async fn shared(State(app): State<App>, _: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let days = asked.days()?;
    let limit = asked.limit.filter(|limit| *limit > 0).unwrap_or(SHARES.1).min(SHARES.0);
    let mut shown = Vec::new();
    for key in &asked.keys {
        if key == "software_versions" {
            shown.push(json!({ "key": key, "data": software(&app) }));
        }
        let Some(dimension) = asked.dimension(key) else { continue };
        let found = Searching::settled(dimension.shares(&app.store.searching(), days, limit).await)?;
        let data: Vec<Value> = found
            .into_iter()
            .map(|share| {
                let name = match (&dimension, share.name.as_str()) {
                    (Dimension::Servers | Dimension::TagServers(_), "") => app.origin.authority(),
                    (_, name) => name,
                };
                json!({ "key": name, "human_key": name, "value": share.count.to_string() })
            })
            .collect();
        shown.push(json!({ "key": key, "data": data }));
    }
    Ok(Json(Value::Array(shown)))
}

fn software(app: &App) -> Value {
    let database = if matches!(app.config.database(), DatabaseUrl::Postgres(_)) { "PostgreSQL" } else { "SQLite" };
    let own = env!("CARGO_PKG_VERSION");
    json!([
        { "key": "intermoot", "human_key": "Intermoot", "value": own, "human_value": own },
        { "key": "database", "human_key": "Database", "value": database, "human_value": database },
    ])
}

async fn retained(State(app): State<App>, _: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let days = asked.days()?;
    let begins: fn(i64) -> i64 = match asked.frequency.as_str() {
        "" | "day" => |day| day,
        "month" => month_of,
        _ => return Err(Failure::field("frequency", "must be day or month")),
    };
    let frequency = if asked.frequency == "month" { "month" } else { "day" };
    let stays = Searching::settled(shares::stays(&app.store.searching(), days).await)?;
    let mut cohorts: BTreeMap<i64, Vec<Stay>> = days.each().map(|day| (begins(day), Vec::new())).collect();
    for stay in stays {
        cohorts.entry(begins(stay.came.0.div_euclid(DAY_MILLISECONDS))).or_default().push(stay);
    }
    let periods: Vec<i64> = cohorts.keys().copied().collect();
    let shown = cohorts.iter().map(|(period, stays)| {
        let later = periods.iter().filter(|later| *later >= period);
        let data: Vec<Value> = later.map(|later| stayed(stays, *later, *later == *period)).collect();
        json!({ "period": date(*period), "frequency": frequency, "data": data })
    });
    Ok(Json(shown.collect()))
}

/// How many of those who came were seen in the period that begins on a day, or later; all of them in their first.
fn stayed(stays: &[Stay], day: i64, is_first: bool) -> Value {
    let count = stays.iter().filter(|stay| is_first || stay.seen >= date(day)).count();
    #[expect(clippy::cast_precision_loss, reason = "a share of at most a hundred thousand")]
    let rate = if stays.is_empty() { 0.0 } else { count as f64 / stays.len() as f64 };
    json!({ "date": date(day), "rate": rate, "value": count.to_string() })
}

/// The first day of the month in which a day is.
fn month_of(day: i64) -> i64 {
    let at = date(day).utc().date_naive();
    day - i64::from(at.day0())
}
