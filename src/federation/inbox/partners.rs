//! Who may send at all: in mode `partners`, hosts with an agreement in force; any other only offers of one, and answers, and one
//! whose agreement rests what its organisation says of itself: a new key may be what heals it.
//!
//! Asked twice: before a key is fetched, by the host that the activity claims, so that a stranger costs no request; and
//! again by the host whose key signed. The agreement is read live: its end counts at once. Source: `membership.md` 6.

use super::Turned;
use crate::{
    base::{config::FederationMode, host},
    features::agreements,
    federation::{Federation, activities::Envelope, agreements::concerns_agreement},
};
use axum::http::StatusCode;
use serde_json::Value;

/// Refuses what a host that is no partner sends, before anything is fetched for it.
pub(super) async fn check(federation: &Federation, envelope: Option<&Envelope>, document: &Value) -> Result<(), Turned> {
    let claimed = envelope.and_then(|envelope| host::parse(&envelope.actor)).and_then(|actor| host::authority(&actor));
    match claimed {
        // a malformed one is told so later; it is kept nowhere
        None => Ok(()),
        Some(claimed) => may_send(federation, &claimed, document).await.map(|_| ()),
    }
}

/// The same for the host whose key signed; messages about agreements are counted where there is none.
pub(super) async fn admit(federation: &Federation, host: &str, document: &Value) -> Result<(), Turned> {
    let is_partner = may_send(federation, host, document).await?;
    if is_partner || !concerns_agreement(document) {
        return Ok(());
    }
    federation.offers.count(host).map_err(|wait| Turned {
        wait_seconds: Some(wait.as_secs() + 1),
        ..Turned::new(StatusCode::TOO_MANY_REQUESTS, "your server says too much about agreements")
    })
}

/// Whether `host` is a partner; refused where only partners may send this.
async fn may_send(federation: &Federation, host: &str, document: &Value) -> Result<bool, Turned> {
    let concerns = concerns_agreement(document);
    let mode = federation.app.federation_mode(&federation.app.store).await?;
    if mode != FederationMode::Partners && !concerns {
        return Ok(true);
    }
    let is_partner = agreements::in_force(&federation.app.store, host).await?.is_some();
    if is_partner || concerns || mode != FederationMode::Partners {
        return Ok(is_partner);
    }
    if is_of_organisation(document) && agreements::rows::is_open_with(&federation.app.store, host).await? {
        return Ok(false);
    }
    Err(Turned::new(StatusCode::FORBIDDEN, "this server federates with its partners only"))
}

/// Whether an organisation tells of itself.
fn is_of_organisation(activity: &Value) -> bool {
    let is = |value: Option<&Value>, kind: &str| value.and_then(|value| value.get("type")).and_then(Value::as_str) == Some(kind);
    is(Some(activity), "Update") && is(activity.get("object"), "Organization")
}
