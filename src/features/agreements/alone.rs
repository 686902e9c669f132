//! What either side does alone: suspend, resume, end, withdraw. Told as a signed notice, later ones alone count.

use super::{
    AHEAD_MAX, Ours, PULL_SETTLED, check_partner, check_reason,
    document::{self, Notice, Said, TYPE, wrong},
    note,
    receiving::Signed,
    rows,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AgreementId,
        sentence::{Sentence, said},
        words::AgreementState,
    },
    policy::agreement::{Step, next},
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Agreement, AgreementNotice, AgreementVersion},
    },
};
use serde_json::json;

/// Suspends an agreement in force: every seat under it rests from this instant.
pub async fn suspend(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId, reason: &str) -> Result<()> {
    let agreement = in_force(tx, id).await?;
    if agreement.suspended_here {
        return Err(Refusal::conflict("suspended_already", "This agreement is suspended by us already.").into());
    }
    rest(tx, ours, &agreement, reason).await?;
    note(tx, by, "agreement.suspend", &agreement, json!({"reason": reason}));
    Ok(())
}

/// Suspends it, without an entry of its own in the audit log.
pub(super) async fn rest(tx: &Tx, ours: Ours<'_>, agreement: &Agreement, reason: &str) -> Result<()> {
    sql!("UPDATE agreements SET suspended_here = TRUE WHERE id = {}", agreement.id).run(tx).await?;
    rows::note_rest(tx, agreement.id).await?;
    say(tx, ours, agreement, (Said::Suspended, reason)).await
}

/// Takes that back.
pub(super) async fn wake(tx: &Tx, ours: Ours<'_>, agreement: &Agreement) -> Result<()> {
    sql!("UPDATE agreements SET suspended_here = FALSE WHERE id = {}", agreement.id).run(tx).await?;
    rows::note_rest(tx, agreement.id).await?;
    say(tx, ours, agreement, (Said::Resumed, "")).await
}

/// Takes our suspension back; theirs stays.
pub async fn resume(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId) -> Result<()> {
    let agreement = in_force(tx, id).await?;
    if !agreement.suspended_here {
        let sentence: Sentence = match agreement.suspended_there {
            true => said!("This agreement was suspended by {host}: only they can resume it.", host = agreement.host),
            false => said!("This agreement is not suspended."),
        };
        return Err(Refusal::conflict("not_suspended", sentence).into());
    }
    wake(tx, ours, &agreement).await?;
    note(tx, by, "agreement.resume", &agreement, json!({}));
    Ok(())
}

/// Ends an agreement for good: no seat under it can be used any more, and no offer in it can be accepted.
pub async fn end(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId, reason: &str) -> Result<()> {
    let agreement = in_force(tx, id).await?;
    say(tx, ours, &agreement, (Said::Ended, reason)).await?;
    rows::close(tx, &agreement, next(agreement.state, Step::End)?).await?;
    note(tx, by, "agreement.end", &agreement, json!({"reason": reason}));
    Ok(())
}

/// Takes back an offer of ours that nobody answered.
pub async fn withdraw(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId) -> Result<()> {
    let agreement = rows::hold(tx, id).await?;
    let waiting = rows::pending(tx, id).await?.filter(|version| version.offered_here);
    let waiting = waiting.ok_or_else(|| Refusal::conflict("nothing_offered", "No offer of ours waits for an answer in this agreement."))?;
    say(tx, ours, &agreement, (Said::Withdrawn, "")).await?;
    if agreement.state == AgreementState::InForce {
        rows::answer_version(tx, &waiting, AgreementState::Lapsed, "").await?;
        rows::pull_at(tx, id, Some(tx.now.plus(PULL_SETTLED))).await?;
    } else {
        rows::close(tx, &agreement, next(agreement.state, Step::Lapse)?).await?;
    }
    note(tx, by, "agreement.withdraw", &agreement, json!({"version": waiting.version}));
    Ok(())
}

async fn in_force(tx: &Tx, id: AgreementId) -> Result<Agreement> {
    let agreement = rows::hold(tx, id).await?;
    if agreement.state != AgreementState::InForce {
        let sentence = said!("This agreement is {state}, not in force.", state = agreement.state);
        return Err(Refusal::conflict("not_in_force", sentence).into());
    }
    Ok(agreement)
}

/// Signs and keeps what we say, about every version known so far, and has it told.
async fn say(tx: &Tx, ours: Ours<'_>, agreement: &Agreement, (said, reason): (Said, &str)) -> Result<()> {
    check_reason(reason)?;
    let before = rows::notice(tx, agreement.id, true).await?;
    let at = Stamp(before.map_or(tx.now.0, |before| tx.now.0.max(before.at.0 + 1)));
    let notice = Notice {
        kind: TYPE.to_owned(),
        id: ours.origin.absolute(&agreement.uri),
        version: rows::highest(tx, agreement.id).await?,
        state: said,
        at,
        reason: reason.to_owned(),
    };
    let bytes = document::canonical(&notice)?;
    let signature = document::sign(&bytes, ours.key)?;
    rows::keep_notice(tx, &AgreementNotice { agreement_id: agreement.id, is_ours: true, document: bytes, signature, at }).await?;
    tx.record(Event::AgreementChanged { agreement: agreement.id, version: 0 });
    Ok(())
}

/// Our organisation has the key `ours` from now on: what we said alone stands under it, as the other side checks it with that.
/// Refused while an offer of ours waits, which names the key before. How many agreements there are or were.
pub async fn rekeyed(tx: &Tx, ours: Ours<'_>) -> Result<usize> {
    let waiting: Option<String> = sql!(
        "SELECT a.host FROM agreements a JOIN agreement_versions v ON v.agreement_id = a.id WHERE v.state IN (0, 1) AND v.offered_here LIMIT 1"
    )
    .value(tx)
    .await?;
    if let Some(host) = waiting {
        let sentence = said!("An offer to {host} names the present key and waits for its answer: withdraw it first, or wait.", host);
        return Err(Refusal::conflict("offer_waiting", sentence).into());
    }
    // of those that ended too: the other side may not have heard of it
    let all: Vec<AgreementId> = sql!("SELECT id FROM agreements WHERE state IN (1, 2, 3) ORDER BY id").column(tx).await?;
    for id in &all {
        if let Some(said) = rows::notice(tx, *id, true).await? {
            let signature = document::sign(&said.document, ours.key)?;
            rows::keep_notice(tx, &AgreementNotice { signature, ..said }).await?;
        }
    }
    Ok(all.len())
}

/// Tells the other side, who accepted too late, how it stands: the ending again, or that the offer is withdrawn.
pub(super) async fn tell_over(tx: &Tx, ours: Ours<'_>, agreement: &Agreement, version: &AgreementVersion) -> Result<()> {
    let said = rows::notice(tx, agreement.id, true).await?;
    let ended = said.as_ref().and_then(|said| serde_json::from_str::<Notice>(&said.document).ok());
    match ended.filter(|said| matches!(said.state, Said::Ended | Said::Withdrawn) && said.version >= version.version) {
        Some(_) => tx.record(Event::AgreementChanged { agreement: agreement.id, version: 0 }),
        None => say(tx, ours, agreement, (Said::Withdrawn, "The offer had lapsed when it was accepted.")).await?,
    }
    Ok(())
}

/// Applies what the other side says alone. What it said later before, and what is older than the version in force, changes
/// nothing (S130).
pub async fn receive_notice(tx: &Tx, ours: Ours<'_>, partner: &Account, signed: Signed<'_>) -> Result<()> {
    let (notice, bytes) = document::read::<Notice>(signed.document)?;
    notice.check()?;
    let known = rows::by_uri(tx, ours.origin.stored(&notice.id)).await?.ok_or_else(|| wrong("this agreement is not known here"))?;
    let agreement = rows::hold(tx, known.id).await?;
    check_partner(&agreement, partner)?;
    if !document::is_signed(&bytes, signed.signature, &agreement.partner_key) {
        return Err(wrong("the notice is not signed by the other side's organisation").into());
    }
    if let Some(before) = rows::notice(tx, agreement.id, false).await?
        && notice.at <= before.at
    {
        if before.document != bytes {
            return Err(wrong("something later was said about this agreement before").into());
        }
        // the same under another signature: their key changed meanwhile
        return rows::keep_notice(tx, &AgreementNotice { signature: signed.signature.to_owned(), ..before }).await;
    }
    if notice.at > tx.now.plus(AHEAD_MAX) {
        return Err(wrong("the notice is from the future").into());
    }
    if notice.version < agreement.version {
        return Err(wrong("the notice is about an older version than the one in force").into());
    }
    if !apply(tx, &agreement, &notice).await? {
        return Ok(());
    }
    let kept = AgreementNotice {
        agreement_id: agreement.id,
        is_ours: false,
        document: bytes,
        signature: signed.signature.to_owned(),
        at: notice.at,
    };
    rows::keep_notice(tx, &kept).await?;
    let act = match notice.state {
        Said::Suspended => "agreement.suspend",
        Said::Resumed => "agreement.resume",
        Said::Ended => "agreement.end",
        Said::Withdrawn => "agreement.withdraw",
    };
    note(tx, &partner.acct(), act, &agreement, json!({"reason": notice.reason}));
    Ok(())
}

/// Takes back what we said alone and do not hold any more, after a restore: our own signature proves it, and only what is later
/// than all that we remember counts.
pub async fn take_back_notice(tx: &Tx, ours: Ours<'_>, signed: Signed<'_>) -> Result<()> {
    let (notice, bytes) = document::read::<Notice>(signed.document)?;
    notice.check()?;
    let known = rows::by_uri(tx, ours.origin.stored(&notice.id)).await?.ok_or_else(|| wrong("this agreement is not known here"))?;
    let agreement = rows::hold(tx, known.id).await?;
    if !document::is_signed(&bytes, signed.signature, &ours.party()?.key) {
        return Err(wrong("the notice is not signed by our organisation").into());
    }
    if rows::notice(tx, agreement.id, true).await?.is_some_and(|before| notice.at <= before.at) {
        return Ok(());
    }
    match notice.state {
        Said::Suspended | Said::Resumed => {
            let rests = notice.state == Said::Suspended;
            sql!("UPDATE agreements SET suspended_here = {} WHERE id = {}", rests, agreement.id).run(tx).await?;
            rows::note_rest(tx, agreement.id).await?;
        }
        Said::Ended if agreement.state == AgreementState::InForce => rows::close(tx, &agreement, next(agreement.state, Step::End)?).await?,
        // an offer that we do not remember either, or what is over anyway
        Said::Ended | Said::Withdrawn => {}
    }
    let kept = AgreementNotice {
        agreement_id: agreement.id,
        is_ours: true,
        document: bytes,
        signature: signed.signature.to_owned(),
        at: notice.at,
    };
    rows::keep_notice(tx, &kept).await?;
    note(tx, &agreement.host, "agreement.take_back", &agreement, json!({"state": notice.state}));
    Ok(())
}

/// Whether it changed anything.
async fn apply(tx: &Tx, agreement: &Agreement, notice: &Notice) -> Result<bool> {
    let is_over = !matches!(agreement.state, AgreementState::Proposed | AgreementState::Offered | AgreementState::InForce);
    if is_over {
        return Ok(false);
    }
    match notice.state {
        Said::Suspended | Said::Resumed => {
            let rests = notice.state == Said::Suspended;
            sql!("UPDATE agreements SET suspended_there = {} WHERE id = {}", rests, agreement.id).run(tx).await?;
            rows::note_rest(tx, agreement.id).await?;
        }
        Said::Ended => rows::close(tx, agreement, next(agreement.state, Step::End)?).await?,
        Said::Withdrawn => return withdrawn(tx, agreement, notice).await,
    }
    Ok(true)
}

/// An offer of theirs is taken back; also one that we accepted when it had lapsed there: then nothing is in force.
async fn withdrawn(tx: &Tx, agreement: &Agreement, notice: &Notice) -> Result<bool> {
    let offered = rows::version(tx, agreement.id, notice.version).await?.filter(|version| !version.offered_here);
    let Some(offered) = offered else { return Ok(false) };
    match (agreement.state, offered.state) {
        (AgreementState::InForce, AgreementState::InForce) => rows::close(tx, agreement, AgreementState::Ended).await?,
        (AgreementState::InForce, _) => rows::answer_version(tx, &offered, AgreementState::Lapsed, "").await?,
        _ => rows::close(tx, agreement, AgreementState::Lapsed).await?,
    }
    Ok(true)
}
