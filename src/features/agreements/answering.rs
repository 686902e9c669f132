//! Answers to offers: ours to theirs, theirs to ours.

use super::{Ours, PATIENCE, PULL_SETTLED, check_partner, check_reason, document, note, rows, take_effect};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AgreementId,
        sentence::said,
        words::AgreementState,
    },
    policy::agreement::{Step, next},
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Agreement, AgreementVersion},
    },
};
use document::wrong;
use serde_json::json;

/// What an answer is to.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The agreement's id.
    pub id: &'a str,
    /// Which version.
    pub version: i64,
    /// Its digest.
    pub digest: &'a str,
}

/// The version offered to us that waits for our answer.
async fn waiting_here(tx: &Tx, agreement: &Agreement) -> Result<AgreementVersion> {
    next(agreement.state, if agreement.state == AgreementState::InForce { Step::End } else { Step::Accept })?;
    let waiting = rows::pending(tx, agreement.id).await?;
    let waiting = waiting.ok_or_else(|| Refusal::conflict("nothing_offered", "Nothing waits for an answer in this agreement."))?;
    if waiting.offered_here {
        let sentence =
            said!("Version {version} was offered by us: only {host} can answer it.", version = waiting.version, host = agreement.host);
        return Err(Refusal::conflict("not_ours_to_answer", sentence).into());
    }
    Ok(waiting)
}

/// Signs what was offered to us and puts it into force.
pub async fn approve(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId) -> Result<Agreement> {
    let agreement = rows::hold(tx, id).await?;
    let waiting = waiting_here(tx, &agreement).await?;
    if waiting.offered_at <= tx.now.minus(PATIENCE) {
        return Err(Refusal::conflict("offer_lapsed", "This offer was not answered in 14 days and has lapsed: a new one is needed.").into());
    }
    if !agreement.shown_key.is_empty() {
        return Err(unconfirmed(&agreement).into());
    }
    if rows::document(&waiting)?.terms.ends.is_some_and(|end| end <= tx.now) {
        return Err(Refusal::conflict("agreement_over", "What was offered is past its end already.").into());
    }
    let signed = document::sign(&waiting.document, ours.key)?;
    let version = AgreementVersion { our_signature: signed, ..waiting };
    rows::add_version(tx, &version).await?;
    take_effect(tx, ours, &agreement, &version).await?;
    lift_hold(tx, id).await?;
    tx.record(Event::AgreementAnswered { agreement: id, version: version.version });
    note(tx, by, "agreement.approve", &agreement, json!({"version": version.version, "digest": version.digest}));
    rows::hold(tx, id).await
}

fn unconfirmed(agreement: &Agreement) -> Refusal {
    let sentence =
        said!("{host} shows another key than the one known: compare fingerprints with them and confirm it first.", host = agreement.host);
    Refusal::conflict("key_unconfirmed", sentence)
}

/// Both sides signed anew: what held the agreement before, other than a key, is settled.
async fn lift_hold(tx: &Tx, id: AgreementId) -> Result<()> {
    sql!("UPDATE agreements SET held = FALSE, held_why = '' WHERE id = {} AND shown_key = ''", id).run(tx).await?;
    rows::note_rest(tx, id).await
}

/// Refuses what was offered to us, with a reason that the other side is told.
pub async fn reject(tx: &Tx, by: &str, id: AgreementId, reason: &str) -> Result<()> {
    check_reason(reason)?;
    let agreement = rows::hold(tx, id).await?;
    let waiting = waiting_here(tx, &agreement).await?;
    refused(tx, &agreement, &waiting, reason).await?;
    tx.record(Event::AgreementAnswered { agreement: id, version: waiting.version });
    note(tx, by, "agreement.reject", &agreement, json!({"version": waiting.version}));
    Ok(())
}

async fn refused(tx: &Tx, agreement: &Agreement, version: &AgreementVersion, reason: &str) -> Result<()> {
    if agreement.state == AgreementState::InForce {
        rows::pull_at(tx, agreement.id, Some(tx.now.plus(PULL_SETTLED))).await?;
    } else {
        rows::close(tx, agreement, next(agreement.state, Step::Reject)?).await?;
    }
    rows::answer_version(tx, version, AgreementState::Rejected, reason).await
}

/// The version of ours that an answer is to.
async fn answered(tx: &Tx, ours: Ours<'_>, partner: &Account, answer: Answered<'_>) -> Result<(Agreement, AgreementVersion)> {
    let known = rows::by_uri(tx, ours.origin.stored(answer.id)).await?.ok_or_else(|| wrong("this agreement is not known here"))?;
    let agreement = rows::hold(tx, known.id).await?;
    check_partner(&agreement, partner)?;
    let version = rows::version(tx, agreement.id, answer.version).await?.filter(|version| version.offered_here);
    let version = version.ok_or_else(|| wrong("this version was not offered by us"))?;
    if version.digest != answer.digest {
        return Err(wrong("the answer is to other terms than those offered").into());
    }
    Ok((agreement, version))
}

/// The other side signed what we offered: it is in force. An answer to what has lapsed or was withdrawn changes nothing, and
/// the other side is told once more.
pub async fn receive_accept(tx: &Tx, ours: Ours<'_>, partner: &Account, (answer, signature): (Answered<'_>, &str)) -> Result<()> {
    let (agreement, version) = answered(tx, ours, partner, answer).await?;
    if !document::is_signed(&version.document, signature, &agreement.partner_key) {
        return Err(wrong("the agreement is not signed by the other side's organisation").into());
    }
    if version.state == AgreementState::InForce {
        return Ok(());
    }
    let is_late = version.offered_at <= tx.now.minus(PATIENCE);
    if version.state != AgreementState::Proposed || is_late {
        // what we say last (withdrawn, ended) goes out once more, so that they do not believe it in force
        return super::alone::tell_over(tx, ours, &agreement, &version).await;
    }
    let version = AgreementVersion { their_signature: signature.to_owned(), ..version };
    rows::add_version(tx, &version).await?;
    take_effect(tx, ours, &agreement, &version).await?;
    lift_hold(tx, agreement.id).await?;
    note(tx, &partner.acct(), "agreement.approve", &agreement, json!({"version": version.version, "digest": version.digest}));
    Ok(())
}

/// The other side refused what we offered.
pub async fn receive_reject(tx: &Tx, ours: Ours<'_>, partner: &Account, (answer, reason): (Answered<'_>, &str)) -> Result<()> {
    let (agreement, version) = answered(tx, ours, partner, answer).await?;
    if version.state != AgreementState::Proposed {
        return Ok(());
    }
    let reason: String = reason.chars().take(super::REASON_CHARS_MAX).collect();
    refused(tx, &agreement, &version, &reason).await?;
    note(tx, &partner.acct(), "agreement.reject", &agreement, json!({"version": version.version}));
    Ok(())
}
