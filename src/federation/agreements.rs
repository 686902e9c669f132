//! Agreements heal by being fetched again: each side looks at the other's copy, hourly while it waits, else daily.
//!
//! Whatever the copy says goes through the same verbs as what is delivered, with the same signatures; what the other side
//! lacks of ours is sent again. Nothing is asked of a host whose offer nobody here approved (S27).

use super::{
    Federation,
    activities::agreed::our_key,
    fetch::{self, Failure},
    objects::{
        Fields,
        agreement::{copy_path, is_agreement},
        retraction::is_retraction,
    },
};
use crate::{
    base::{
        error::{Error, Result},
        host,
        words::AgreementState,
    },
    features::{
        accounts,
        agreements::{self, Answered, Ours, PULL_SETTLED, PULL_WAITING, Signed, document, rows},
        retractions,
    },
    net::Budget,
    store::{
        Tx,
        event::Event,
        tables::{Account, Agreement},
    },
};
use serde_json::Value;
use std::time::Duration;

/// Agreements looked at in one go.
const PULLS_MAX: u32 = 20;
/// Lists that are told again in one go.
const LISTS_MAX: u32 = 20;
/// Offers that lapse in one go.
const LAPSES_MAX: u32 = 100;
/// Versions and notices of a copy that are looked at.
const LISTED_MAX: usize = 10;

/// Lets lapse what nobody answered, ends what is past its end, and pulls the copies that are due, a bounded number.
pub async fn pull_due(federation: &Federation) -> Result<()> {
    let tx = federation.app.begin().await?;
    agreements::lapse(&tx, LAPSES_MAX).await?;
    agreements::expire(&tx, LAPSES_MAX).await?;
    tx.commit().await?;
    for agreement in rows::due(&federation.app.store, PULLS_MAX).await? {
        if let Err(error) = pull(federation, &agreement).await {
            tracing::info!(host = agreement.host, %error, "the other side's copy of an agreement could not be had");
        }
        let tx = federation.app.begin().await?;
        let waits = rows::pending(&tx, agreement.id).await?.is_some();
        let next = rows::by_id(&tx, agreement.id).await?.filter(|now| now.state <= AgreementState::InForce);
        let pause = if waits { PULL_WAITING } else { PULL_SETTLED };
        rows::pull_at(&tx, agreement.id, next.map(|_| tx.now.plus(pause))).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Looks at the other side's organisation (its key) and its copy of one agreement, and heals what differs.
pub async fn pull(federation: &Federation, agreement: &Agreement) -> Result<()> {
    let budget = Budget::default();
    let store = &federation.app.store;
    let Some(partner) = accounts::queries::by_id(store, agreement.partner_id).await? else { return Ok(()) };
    let partner = fetch::fresh_account(federation, &partner.uri, &budget).await?;
    let base = host::parse(&partner.uri).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let id = federation.app.origin.absolute(&agreement.uri);
    let Some(url) = host::parse(&format!("{base}{}", copy_path(&id))) else { return Ok(()) };
    match fetch::document(federation, &url, &budget).await {
        Ok(copy) => heal(federation, agreement, &partner, &copy).await,
        // they never got it
        Err(Failure::Gone(..)) => tell_again(federation, agreement, None).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn heal(federation: &Federation, agreement: &Agreement, partner: &Account, copy: &Value) -> Result<()> {
    let fields = Fields::expect(copy, "the copy of an agreement")?;
    for listed in fields.list("versions").take(LISTED_MAX).filter_map(Fields::of) {
        settle(federation, agreement, partner, Listed::Version(listed)).await?;
    }
    for listed in fields.list("notices").take(LISTED_MAX).filter_map(Fields::of) {
        settle(federation, agreement, partner, Listed::Notice(listed)).await?;
    }
    tell_again(federation, agreement, Some(fields)).await
}

enum Listed<'a> {
    Version(Fields<'a>),
    Notice(Fields<'a>),
}

/// One entry of the copy, in a transaction of its own: what is refused leaves the others.
async fn settle(federation: &Federation, agreement: &Agreement, partner: &Account, listed: Listed<'_>) -> Result<()> {
    let tx = federation.app.begin().await?;
    let key = our_key(federation, &tx).await?;
    let ours = Ours { origin: &federation.app.origin, key: &key.1 };
    let outcome = match listed {
        Listed::Version(listed) => version(&tx, ours, (agreement, partner), listed).await,
        Listed::Notice(listed) => notice(&tx, ours, partner, listed).await,
    };
    match outcome {
        Ok(()) => tx.commit().await,
        Err(Error::Refused(refusal)) => {
            tracing::debug!(%refusal, host = agreement.host, "something in the other side's copy was not taken");
            Ok(())
        }
        Err(fault) => Err(fault),
    }
}

async fn version(tx: &Tx, ours: Ours<'_>, (agreement, partner): (&Agreement, &Account), listed: Fields<'_>) -> Result<()> {
    let Some(document) = listed.value("document") else { return Ok(()) };
    let of = |organisation: &str| listed.object("signatures").and_then(|all| all.text(organisation)).unwrap_or_default();
    let us = ours.party()?.organisation;
    let (mine, theirs) = (of(&us), of(&partner.uri));
    let state = listed.text("state").unwrap_or_default();
    let (read, bytes) = document::read::<document::Document>(document)?;
    let digest = document::digest(&bytes);
    let answer = Answered { id: &read.id, version: read.version, digest: &digest };
    let known = rows::version(tx, agreement.id, read.version).await?;
    if known.is_some_and(|known| known.offered_here) {
        return match state {
            "rejected" => agreements::receive_reject(tx, ours, partner, (answer, listed.text("reason").unwrap_or_default())).await,
            _ if !theirs.is_empty() => agreements::receive_accept(tx, ours, partner, (answer, theirs)).await,
            _ => Ok(()),
        };
    }
    let signed = Signed { document, signature: theirs };
    match state {
        "in_force" if !mine.is_empty() => agreements::receive_whole(tx, ours, partner, (signed, mine)).await,
        "in_force" => agreements::receive_narrowed(tx, ours, partner, signed).await,
        "proposed" => agreements::receive_offer(tx, ours, partner, signed).await,
        _ => Ok(()),
    }
}

async fn notice(tx: &Tx, ours: Ours<'_>, partner: &Account, listed: Fields<'_>) -> Result<()> {
    let (Some(document), Some(signature)) = (listed.value("document"), listed.text("signature")) else { return Ok(()) };
    let signed = Signed { document, signature };
    match listed.text("organisation") {
        Some(organisation) if organisation == partner.uri => agreements::receive_notice(tx, ours, partner, signed).await,
        Some(organisation) if organisation == ours.party()?.organisation => agreements::take_back_notice(tx, ours, signed).await,
        _ => Ok(()),
    }
}

/// Sends again what of ours the other side's copy (none: it has nothing) lacks.
async fn tell_again(federation: &Federation, agreement: &Agreement, copy: Option<Fields<'_>>) -> Result<()> {
    let tx = federation.app.begin().await?;
    let listed =
        |name: &str| copy.into_iter().flat_map(|copy| copy.list(name).collect::<Vec<_>>()).filter_map(Fields::of).collect::<Vec<_>>();
    let (versions, notices) = (listed("versions"), listed("notices"));
    let numbers: Vec<i64> = versions.iter().filter_map(|listed| listed.object("document")?.number("version")).map(i64::from).collect();
    for version in rows::versions(&tx, agreement.id).await?.into_iter().filter(|version| version.offered_here) {
        let is_missing = !numbers.contains(&version.version);
        match version.state {
            AgreementState::Proposed if is_missing => {
                tx.record(Event::AgreementOffered { agreement: agreement.id, version: version.version });
            }
            AgreementState::InForce if is_missing && version.their_signature.is_empty() => {
                tx.record(Event::AgreementChanged { agreement: agreement.id, version: version.version });
            }
            _ => {}
        }
    }
    let us = federation.app.origin.absolute(agreements::ORGANISATION);
    let heard = notices.iter().find(|listed| listed.text("organisation") == Some(us.as_str())).and_then(|listed| listed.text("signature"));
    if let Some(said) = rows::notice(&tx, agreement.id, true).await?
        && heard != Some(said.signature.as_str())
    {
        tx.record(Event::AgreementChanged { agreement: agreement.id, version: 0 });
    }
    tx.commit().await
}

/// Tells the other sides of ended agreements again what to forget, where they did not confirm it.
pub async fn tell_again_to_forget(federation: &Federation) -> Result<()> {
    let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
    let tx = federation.app.begin().await?;
    retractions::tell_again(&tx, unit, LISTS_MAX).await?;
    tx.commit().await
}

/// Whether an activity is about an agreement, or what is to be forgotten after its end: what a host without one may send us too
/// (`membership.md` 6).
pub fn concerns_agreement(activity: &Value) -> bool {
    activity.get("object").is_some_and(|object| is_agreement(object) || is_retraction(object))
}
