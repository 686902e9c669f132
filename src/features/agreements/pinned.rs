//! The pinned key of the other side, and holding an agreement until an administrator confirms it (`membership.md` 7, S112).

use super::{
    document::{fingerprint, wrong},
    note, rows,
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, AgreementId},
        words::AgreementState,
    },
    sql,
    store::{Tx, event::Event, tables::Agreement},
};
use serde_json::json;

/// Pauses an agreement until it is confirmed, or signed anew by both.
pub(super) async fn hold(tx: &Tx, agreement: &Agreement, why: &str) -> Result<()> {
    sql!("UPDATE agreements SET held = TRUE, held_why = {} WHERE id = {}", why, agreement.id).run(tx).await?;
    rows::note_rest(tx, agreement.id).await?;
    tx.record(Event::AgreementHeld { agreement: agreement.id });
    note(tx, "node", "agreement.hold", agreement, json!({"why": why}));
    Ok(())
}

/// An organisation shows `key` (Ed25519, multibase). One that differs from the pinned key is taken where the old key signed
/// the change (`is_endorsed`); otherwise the agreements with it are held until administrators compared fingerprints.
pub async fn key_seen(tx: &Tx, organisation: AccountId, key: &str, is_endorsed: bool) -> Result<()> {
    let with: Vec<Agreement> =
        sql!("SELECT * FROM agreements WHERE partner_id = {} AND state IN (0, 1, 2) AND partner_key <> ''", organisation).all(tx).await?;
    for agreement in with {
        if agreement.partner_key == key {
            if !agreement.shown_key.is_empty() {
                // the old key is back: whoever showed the other one is no longer believed to speak for them, but a person looks
                sql!("UPDATE agreements SET shown_key = '' WHERE id = {}", agreement.id).run(tx).await?;
            }
        } else if is_endorsed {
            sql!("UPDATE agreements SET partner_key = {}, shown_key = '' WHERE id = {}", key, agreement.id).run(tx).await?;
            note(tx, &agreement.host, "agreement.key", &agreement, json!({"fingerprint": fingerprint(key)}));
        } else if agreement.shown_key != key {
            sql!("UPDATE agreements SET shown_key = {} WHERE id = {}", key, agreement.id).run(tx).await?;
            let why = format!("{} shows another key than the one known: compare fingerprints with them, then confirm.", agreement.host);
            hold(tx, &agreement, &why).await?;
        }
    }
    Ok(())
}

/// An administrator confirms an agreement that is held. Where the other side shows a new key, `seen` must be its fingerprint
/// as they read it out; the key is then pinned.
pub async fn confirm(tx: &Tx, by: &str, id: AgreementId, seen: &str) -> Result<()> {
    let agreement = rows::hold(tx, id).await?;
    if !agreement.held {
        return Err(Refusal::conflict("not_held", "This agreement is not held: there is nothing to confirm.").into());
    }
    if !agreement.shown_key.is_empty() && seen.is_empty() {
        let sentence =
            format!("{0} shows another key than the one known: compare fingerprints with them (partner confirm {0}).", agreement.host);
        return Err(Refusal::conflict("key_unconfirmed", sentence).into());
    }
    let expected = if agreement.shown_key.is_empty() { &agreement.partner_key } else { &agreement.shown_key };
    let plain = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase();
    if !seen.is_empty() && plain(seen) != plain(&fingerprint(expected)) {
        let sentence = "The fingerprint is not that of the key shown: do not confirm; ask the other side by telephone what happened.";
        return Err(Refusal::conflict("other_fingerprint", sentence).into());
    }
    let released = "UPDATE agreements SET held = FALSE, held_why = '', shown_key = '', partner_key = {}, updated_at = {} WHERE id = {}";
    sql!(released, expected.as_str(), tx.now, id).run(tx).await?;
    rows::note_rest(tx, id).await?;
    note(tx, by, "agreement.confirm", &agreement, json!({"fingerprint": fingerprint(expected)}));
    Ok(())
}

/// Holds every agreement that is in force: after a restore, since a partner could hide an ending. How many.
pub async fn hold_all(tx: &Tx, why: &str) -> Result<usize> {
    if why.is_empty() {
        return Err(wrong("holding agreements needs a reason").into());
    }
    let all: Vec<Agreement> = sql!("SELECT * FROM agreements WHERE state = {} AND held = FALSE", AgreementState::InForce).all(tx).await?;
    for agreement in &all {
        hold(tx, agreement, why).await?;
    }
    Ok(all.len())
}
