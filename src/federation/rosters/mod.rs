//! Rosters on the wire: ours served and told to partners, theirs pulled and taken (`membership.md` 5).
//!
//! `{"type": "Roster", "id": "{org}/roster?for={host}", "attributedTo": org, "for": host, "sequence": n, "items": [uri],
//! "paused": [uri], "issuedAt", "validUntil", "proof"}`. Invariant: a roster counts by the proof of the organisation with which
//! the agreement was made, for us, about people on hosts that are that organisation's.

mod read;
mod serve;

pub use read::Roster;
pub(super) use serve::roster;

use super::{
    Federation,
    fetch::{self, Failure},
    objects::Fields,
};
use crate::{
    base::{
        error::{Error, Refusal, Result},
        host,
        keys::PublicKey,
        origin::Origin,
        proof,
        sentence::Sentence,
        words::KeyKind,
    },
    features::{
        accounts, affiliations, agreements, off_boarding,
        rosters::{self, Listed},
    },
    net::Budget,
    store::{
        Source, Tx,
        tables::{Account, Agreement},
    },
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, task::JoinSet, time::Instant};

/// Partners pulled at a time.
const PULLS_MAX: u32 = 16;
/// Seats told again at a time.
const TOLD_MAX: u32 = 500;
/// Time for one pull.
const TIME: Duration = Duration::from_secs(10);

/// Our roster as a document without context and proof; `asked` is the partner's host.
pub fn document(origin: &Origin, asked: &str, listed: &Listed) -> Value {
    let organisation = origin.absolute(affiliations::OURS);
    let absolute = |uris: &[String]| uris.iter().map(|uri| origin.absolute(uri)).collect::<Vec<_>>();
    json!({
        "type": "Roster",
        "id": format!("{organisation}/roster?for={asked}"),
        "attributedTo": organisation,
        "for": asked,
        "sequence": listed.sequence,
        "items": absolute(&listed.people),
        "paused": absolute(&listed.paused),
        "issuedAt": listed.issued_at,
        "validUntil": listed.valid_until,
    })
}

/// The agreement with `host` that is signed by both and not ended; it may be suspended.
pub async fn signed_agreement(from: &impl Source, host: &str) -> Result<Option<Agreement>> {
    agreements::rows::in_force_with(from, host).await
}

/// Pulls the roster of the partner at `host` now and applies it. True when it was newer than ours. To be called before an ask
/// of somebody is decided who is not on it ([`rosters::vouches`]). A node that does not answer changes nothing but that it
/// is noted.
///
/// # Errors
/// No agreement is in force; the partner's node refuses, does not answer, or answers something else.
pub async fn pull(federation: &Federation, host: &str) -> Result<bool, Failure> {
    let outcome = pull_noted(federation, host).await;
    if outcome.is_err() {
        let tx = federation.app.store.begin().await?;
        rosters::note_silence(&tx, host).await?;
        tx.commit().await?;
    }
    outcome
}

/// The last pull of a partner's roster for an ask: when it began and how it went.
pub(super) type LastPull = Arc<Mutex<Option<(Instant, Result<(), Failure>)>>>;

/// [`pull`] for one of perhaps many asks: whoever asks while a pull is under way shares the next one, since that began after
/// their own node had written down that they ask.
///
/// # Errors
/// Those of [`pull`].
pub async fn pull_shared(federation: &Federation, host: &str) -> Result<(), Failure> {
    let called = Instant::now();
    let last: LastPull = federation.roster_pulls.get_with(host.to_owned(), Arc::default);
    let mut last = last.lock().await;
    if let Some((_, outcome)) = last.as_ref().filter(|(began, _)| *began >= called) {
        return outcome.clone();
    }
    let began = Instant::now();
    let outcome = pull(federation, host).await.map(drop);
    *last = Some((began, outcome.clone()));
    outcome
}

async fn pull_noted(federation: &Federation, host: &str) -> Result<bool, Failure> {
    let store = &federation.app.store;
    let agreement = agreements::in_force(store, host).await?;
    let agreement = agreement.ok_or_else(|| Failure::Refused(format!("no agreement with {host} is in force")))?;
    let partner = accounts::queries::by_id(store, agreement.partner_id).await?.ok_or_else(Refusal::not_found)?;
    let address = format!("{}/roster?for={}", partner.uri, federation.app.origin.authority());
    let url = host::parse(&address).ok_or_else(|| Failure::Refused("the partner has no address".into()))?;
    let document = fetch::document(federation, &url, &Budget::new(3, TIME)).await?;
    let tx = store.begin().await?;
    let is_newer = receive(&tx, &partner, (federation, &document)).await?;
    tx.commit().await?;
    Ok(is_newer)
}

/// Takes a roster of `partner`, pulled or told: verified with the organisation's own key, then applied. True when it was newer.
///
/// # Errors
/// No agreement was signed with this organisation; the document is not as it must be, not for us, or not proven.
pub async fn receive(tx: &Tx, partner: &Account, (federation, document): (&Federation, &Value)) -> Result<bool> {
    let authority = host::parse(&partner.uri).as_ref().and_then(host::authority).unwrap_or_default();
    let agreement = signed_agreement(tx, &authority).await?.filter(|agreement| agreement.partner_id == partner.id && !agreement.held);
    let agreement = agreement.ok_or_else(|| Refusal::forbidden("no_agreement", "There is no agreement with this organisation."))?;
    check_proof(tx, (partner, &agreement), (federation, document)).await?;
    let hosts = affiliations::hosts_of(tx, &partner.uri).await?;
    let roster = Roster::read(document, &partner.uri, &hosts)?;
    if roster.asked != federation.app.origin.authority() {
        return Err(Refusal::forbidden("bad_document", "This roster is for another server.").into());
    }
    off_boarding::apply(tx, partner, (&agreement.host, &roster.listed)).await
}

/// Checks the proof with a key that is the organisation's, and the one pinned in the agreement (S112).
async fn check_proof(tx: &Tx, (partner, agreement): (&Account, &Agreement), (federation, document): (&Federation, &Value)) -> Result<()> {
    let wrong = |sentence: String| Error::from(Refusal::forbidden("bad_document", Sentence::verbatim(sentence)));
    let method = proof::verification_method_of(document).unwrap_or_default();
    let key = accounts::queries::key(tx, federation.app.origin.stored(method)).await?;
    let is_pinned = |key: &str| agreement.partner_key.is_empty() || agreement.partner_key == key;
    let key = key.filter(|key| key.account_id == partner.id && key.kind == KeyKind::Ed25519 && is_pinned(&key.public_key));
    let key = key.ok_or_else(|| wrong("the roster's proof names a key that is not its organisation's".into()))?;
    let key = PublicKey::from_multibase(&key.public_key).map_err(|error| wrong(error.to_string()))?;
    proof::check_proof(document, &key).map_err(|error| wrong(error.to_string()))
}

/// Whether an object in an activity is a roster.
pub fn is_roster(object: &Value) -> bool {
    Fields::of(object).is_some_and(|object| object.kind() == "Roster")
}

/// Pulls what is due, several at a time, and ends what was held through partners that were silent for 30 days. Once a minute.
pub async fn pull_due(federation: &Federation) -> Result<()> {
    let mut pulls = JoinSet::new();
    for host in rosters::due(&federation.app.store, PULLS_MAX).await? {
        let federation = federation.clone();
        pulls.spawn(async move {
            if let Err(failure) = pull(&federation, &host).await {
                tracing::info!(%failure, host, "a partner's roster was not had; its people's seats pause when the lease lapses");
            }
        });
    }
    while pulls.join_next().await.is_some() {}
    let tx = federation.app.store.begin().await?;
    off_boarding::end_silent(&tx).await?;
    tx.commit().await
}

/// Tells the nodes again that have not confirmed the end of a leaver's seat. Once a minute.
pub async fn tell_again(federation: &Federation) -> Result<()> {
    let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
    let tx = federation.app.store.begin().await?;
    off_boarding::tell_again(&tx, unit, TOLD_MAX).await?;
    tx.commit().await
}
