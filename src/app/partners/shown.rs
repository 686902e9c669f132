//! What administrators are shown of agreements.

use crate::{
    app::App,
    base::error::{Refusal, Result},
    features::{
        accounts,
        agreements::{
            self, Presence, document,
            quarantine::{self, Quarantine},
            rows,
            watch::{self, Alarm},
        },
        retractions,
    },
    policy::agreement::is_in_force,
    store::tables::{Agreement, AgreementVersion},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Hosts asked about in one statement.
const HOSTS_MAX: usize = 500;

/// Agreements as they are listed, in their order; with the quarantine of the other side, and its last alarm within a day.
pub async fn summaries(app: &App, agreements: &[Agreement]) -> Result<Vec<Value>> {
    let hosts: BTreeSet<String> = agreements.iter().map(|agreement| agreement.host.clone()).collect();
    let hosts: Vec<String> = hosts.into_iter().collect();
    let (mut quarantines, mut alarms) = (BTreeMap::new(), BTreeMap::new());
    for some in hosts.chunks(HOSTS_MAX) {
        let found = quarantine::of(&app.store, some).await?.into_iter();
        quarantines.extend(found.map(|found| (found.host.clone(), kept_apart(&found))));
        let found = watch::lately(&app.store, some).await?.into_iter();
        alarms.extend(found.map(|found| (found.host.clone(), rung(&found))));
    }
    let shown = agreements.iter().map(|agreement| {
        let mut shape = summary(app, agreement);
        shape["quarantine"] = json!(quarantines.get(&agreement.host));
        shape["alarm"] = json!(alarms.get(&agreement.host));
        shape
    });
    Ok(shown.collect())
}

fn kept_apart(quarantine: &Quarantine) -> Value {
    json!({ "since": quarantine.created_at, "by": quarantine.actor, "reason": quarantine.reason })
}

fn rung(alarm: &Alarm) -> Value {
    json!({ "at": alarm.created_at, "acts": alarm.acts, "usual_at_most": alarm.most })
}

fn summary(app: &App, agreement: &Agreement) -> Value {
    let now = app.store.now();
    json!({
        "id": agreement.id,
        "uri": app.origin.absolute(&agreement.uri),
        "host": agreement.host,
        "state": agreement.state,
        "in_force": is_in_force(agreements::standing(agreement), now),
        "version": agreement.version,
        "digest": agreement.digest,
        "suspended_here": agreement.suspended_here,
        "suspended_there": agreement.suspended_there,
        "held": agreement.held,
        "held_why": agreement.held_why,
        "ends": agreement.ends_at,
        "created_at": agreement.created_at,
        "in_force_at": agreement.in_force_at,
        "ended_at": agreement.ended_at,
    })
}

/// An agreement whole: what is in force and what is offered side by side, fingerprints, what is shared both ways.
pub async fn whole(app: &App, agreement: &Agreement) -> Result<Value> {
    let partner = accounts::queries::by_id(&app.store, agreement.partner_id).await?.ok_or_else(Refusal::not_found)?;
    let shown = |version: AgreementVersion| -> Result<Value> {
        Ok(json!({
            "version": version.version,
            "state": version.state,
            "offered_by": if version.offered_here { app.origin.authority() } else { agreement.host.as_str() },
            "offered_at": version.offered_at,
            "answered_at": version.answered_at,
            "digest": version.digest,
            "reason": version.reason,
            "signed_here": !version.our_signature.is_empty(),
            "signed_there": !version.their_signature.is_empty(),
            "terms": rows::document(&version)?.terms,
        }))
    };
    let optional = |version: Option<AgreementVersion>| version.map(shown).transpose();
    let current = rows::version(&app.store, agreement.id, agreement.version).await?;
    let pending = rows::pending(&app.store, agreement.id).await?;
    let all = rows::versions(&app.store, agreement.id).await?;
    let shared = agreements::shared_with(&app.store, &agreement.host).await?;
    let mut shape = summaries(app, std::slice::from_ref(agreement)).await?.pop().unwrap_or_default();
    let alarms = watch::alarms(&app.store, &agreement.host).await?;
    shape["acts_this_hour"] = json!(watch::now(&app.store, &agreement.host).await?);
    shape["alarms"] = alarms.iter().map(rung).collect();
    shape["retracted"] = retractions::of_agreement(&app.store, agreement.id).await?.iter().map(|one| retracted(app, one)).collect();
    shape["partner"] = json!({"name": agreements::name_of(&partner), "uri": partner.uri, "url": partner.url});
    shape["current"] = json!(optional(current)?);
    shape["pending"] = json!(optional(pending)?);
    shape["versions"] = all.into_iter().map(shown).collect::<Result<Vec<_>>>()?.into();
    shape["fingerprints"] = json!({
        "ours": super::fingerprint(app).await?,
        "theirs": document::fingerprint(&agreement.partner_key),
        "shown": (!agreement.shown_key.is_empty()).then(|| document::fingerprint(&agreement.shown_key)),
    });
    shape["shared"] = json!({"ours": presences(app, &shared.ours), "theirs": presences(app, &shared.theirs)});
    Ok(shape)
}

/// What the other side was told to forget of one community.
fn retracted(app: &App, told: &retractions::Told) -> Value {
    json!({
        "community": app.origin.absolute(&told.community),
        "posts": told.posts,
        "told_at": told.created_at,
        "confirmed_at": told.confirmed_at,
        "forgotten": told.forgotten,
    })
}

fn presences(app: &App, all: &[Presence]) -> Vec<Value> {
    let one = |presence: &Presence| {
        let roles: serde_json::Map<String, Value> =
            presence.seats.iter().map(|(role, people)| (role.word().to_owned(), json!(people))).collect();
        json!({
            "community": app.origin.absolute(&presence.community),
            "title": presence.title,
            "stage": presence.stage,
            "people": presence.seats.iter().map(|(_, people)| people).sum::<i64>(),
            "roles": roles,
            "since": presence.since,
        })
    };
    all.iter().map(one).collect()
}
