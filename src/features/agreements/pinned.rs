//! The pinned key of the other side, and holding an agreement until an administrator confirms it (`membership.md` 7, S112).

use super::{
    AHEAD_MAX,
    document::{fingerprint, wrong},
    note, rows,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, AgreementId},
        sentence::said,
        words::AgreementState,
    },
    sql,
    store::{Tx, event::Event, tables::Agreement},
};
use serde_json::json;
use std::time::Duration;

/// Pauses an agreement until it is confirmed, or signed anew by both.
pub(super) async fn hold(tx: &Tx, agreement: &Agreement, why: &str) -> Result<()> {
    sql!("UPDATE agreements SET held = TRUE, held_why = {} WHERE id = {}", why, agreement.id).run(tx).await?;
    rows::note_rest(tx, agreement.id).await?;
    tx.record(Event::AgreementHeld { agreement: agreement.id });
    note(tx, "node", "agreement.hold", agreement, json!({"why": why}));
    Ok(())
}

/// What makes a new key of an organisation count: a statement of its own, proven by the key before.
#[derive(Clone, Copy, Debug)]
pub struct Endorsed<'a> {
    /// The key whose proof it is (Ed25519, multibase).
    pub by: &'a str,
    /// When it was made, as the proof says.
    pub at: Stamp,
}

/// How long a statement about keys counts: as long as it may be on its way.
const ENDORSED_AGE_MAX: Duration = Duration::from_secs(31 * 86_400);

/// An organisation shows `key` (Ed25519, multibase). One that differs from the pinned key is taken where the pinned key signed
/// the change, later than that key itself was pinned; otherwise the agreements with it are held until administrators compared
/// fingerprints.
pub async fn key_seen(tx: &Tx, organisation: AccountId, key: &str, endorsed: Option<Endorsed<'_>>) -> Result<()> {
    for agreement in with_pinned_key(tx, organisation).await? {
        if agreement.partner_key == key {
            if !agreement.shown_key.is_empty() {
                // the old key is back: whoever showed the other one is no longer believed to speak for them, but a person looks
                sql!("UPDATE agreements SET shown_key = '' WHERE id = {}", agreement.id).run(tx).await?;
            }
        } else if let Some(endorsed) = endorsed.filter(|endorsed| endorsed.by == agreement.partner_key && counts(tx, &agreement, endorsed))
        {
            take(tx, &agreement, key, endorsed.at).await?;
        } else if agreement.shown_key != key {
            sql!("UPDATE agreements SET shown_key = {} WHERE id = {}", key, agreement.id).run(tx).await?;
            hold(tx, &agreement, &other_key(&agreement)).await?;
        }
    }
    Ok(())
}

/// The agreements with an organisation, waiting or in force, for which a key of it is pinned.
pub async fn with_pinned_key(tx: &Tx, organisation: AccountId) -> Result<Vec<Agreement>> {
    sql!("SELECT * FROM agreements WHERE partner_id = {} AND state IN (0, 1, 2) AND partner_key <> '' ORDER BY id", organisation)
        .all(tx)
        .await
}

/// Whether a statement is neither older than the pinned key nor from another time: an old one is not said again (S112).
fn counts(tx: &Tx, agreement: &Agreement, endorsed: &Endorsed<'_>) -> bool {
    endorsed.at > agreement.key_at && endorsed.at <= tx.now.plus(AHEAD_MAX) && endorsed.at >= tx.now.minus(ENDORSED_AGE_MAX)
}

/// Pins the key that the one before signed. An agreement that was held only because this key was seen first goes on.
async fn take(tx: &Tx, agreement: &Agreement, key: &str, at: Stamp) -> Result<()> {
    sql!("UPDATE agreements SET partner_key = {}, key_at = {}, shown_key = '' WHERE id = {}", key, at, agreement.id).run(tx).await?;
    if agreement.held && agreement.shown_key == key && agreement.held_why == other_key(agreement) {
        sql!("UPDATE agreements SET held = FALSE, held_why = '' WHERE id = {}", agreement.id).run(tx).await?;
    }
    note(tx, &agreement.host, "agreement.key", agreement, json!({"fingerprint": fingerprint(key)}));
    Ok(())
}

/// Why an agreement is held whose other side shows another key.
fn other_key(agreement: &Agreement) -> String {
    said!("{host} shows another key than the one known: compare fingerprints with them, then confirm.", host = agreement.host).to_string()
}

/// An administrator confirms an agreement that is held. Where the other side shows a new key, `seen` must be its fingerprint
/// as they read it out; the key is then pinned.
pub async fn confirm(tx: &Tx, by: &str, id: AgreementId, seen: &str) -> Result<()> {
    let agreement = rows::hold(tx, id).await?;
    if !agreement.held {
        return Err(Refusal::conflict("not_held", "This agreement is not held: there is nothing to confirm.").into());
    }
    if !agreement.shown_key.is_empty() && seen.is_empty() {
        let sentence = said!(
            "{host} shows another key than the one known: compare fingerprints with them (partner confirm {host}).",
            host = agreement.host
        );
        return Err(Refusal::conflict("key_unconfirmed", sentence).into());
    }
    let expected = if agreement.shown_key.is_empty() { &agreement.partner_key } else { &agreement.shown_key };
    let plain = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase();
    if !seen.is_empty() && plain(seen) != plain(&fingerprint(expected)) {
        let sentence = "The fingerprint is not that of the key shown: do not confirm; ask the other side by telephone what happened.";
        return Err(Refusal::conflict("other_fingerprint", sentence).into());
    }
    let released = "UPDATE agreements SET held = FALSE, held_why = '', shown_key = '', partner_key = {}, key_at = {}, updated_at = {} \
                    WHERE id = {}";
    sql!(released, expected.as_str(), tx.now, tx.now, id).run(tx).await?;
    rows::note_rest(tx, id).await?;
    note(tx, by, "agreement.confirm", &agreement, json!({"fingerprint": fingerprint(expected)}));
    Ok(())
}

/// Holds every agreement that is in force: after a restore, since a partner could hide an ending. How many.
pub async fn hold_all(tx: &Tx, why: &str) -> Result<usize> {
    if why.is_empty() {
        return Err(wrong("holding agreements needs a reason").into());
    }
    // also those held for another key: no key alone releases them now
    let all = "SELECT * FROM agreements WHERE state = {} AND (held = FALSE OR held_why <> {})";
    let all: Vec<Agreement> = sql!(all, AgreementState::InForce, why).all(tx).await?;
    for agreement in &all {
        hold(tx, agreement, why).await?;
    }
    Ok(all.len())
}
