//! Versions that come from the other side: offers, which wait for an administrator, and what is in force by itself.
//!
//! Nothing received grants anything that an administrator here did not sign before (S106); older terms never come back (S130).

use super::{
    Ours, PULL_WAITING, another_in_force, check_partner, close_expired,
    document::{self, Document, Party, wrong},
    is_live, note,
    offering::{fresh, key_of},
    rows, take_effect,
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AgreementId,
        sentence::said,
        words::AgreementState,
    },
    store::{
        Tx,
        event::Event,
        tables::{Account, Agreement, AgreementVersion},
    },
};
use serde_json::{Value, json};

/// A document of an agreement as it came, with its sender's signature.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The document.
    pub document: &'a Value,
    /// Multibase.
    pub signature: &'a str,
}

/// What a received document must be before it is looked at: between us and `partner`, in their hand, under the pinned key.
async fn checked(tx: &Tx, ours: Ours<'_>, partner: &Account, signed: Signed<'_>) -> Result<(Document, String, Option<Agreement>)> {
    let (document, bytes) = document::read::<Document>(signed.document)?;
    let known = match rows::by_uri(tx, ours.origin.stored(&document.id)).await? {
        Some(known) => Some(rows::hold(tx, known.id).await?),
        None => None,
    };
    let key = match &known {
        Some(known) => {
            check_partner(known, partner)?;
            known.partner_key.clone()
        }
        None => key_of(tx, partner).await?,
    };
    document.check(&ours.party()?, &Party { organisation: partner.uri.clone(), key: key.clone() })?;
    if !document::is_signed(&bytes, signed.signature, &key) {
        return Err(wrong("the agreement is not signed by its sender's organisation").into());
    }
    Ok((document, bytes, known))
}

/// Keeps an offer from elsewhere for an administrator to answer; it grants nothing (S106). One that is offered again is
/// answered again. Of a host without an agreement only the latest offer is kept.
pub async fn receive_offer(tx: &Tx, ours: Ours<'_>, partner: &Account, signed: Signed<'_>) -> Result<()> {
    let (document, bytes, known) = checked(tx, ours, partner, signed).await?;
    let received = theirs_in(tx, &document, bytes, signed.signature);
    match known {
        Some(agreement) => receive_next(tx, &agreement, &document, received).await,
        None => receive_first(tx, (ours, partner), &document, received).await,
    }
}

/// A version drawn up and signed there, as a row without its agreement.
fn theirs_in(tx: &Tx, document: &Document, bytes: String, signature: &str) -> AgreementVersion {
    AgreementVersion {
        agreement_id: AgreementId(0),
        version: document.version,
        state: AgreementState::Offered,
        offered_here: false,
        digest: document::digest(&bytes),
        document: bytes,
        our_signature: String::new(),
        their_signature: signature.to_owned(),
        reason: String::new(),
        offered_at: tx.now,
        answered_at: None,
    }
}

async fn receive_first(tx: &Tx, (ours, partner): (Ours<'_>, &Account), document: &Document, received: AgreementVersion) -> Result<()> {
    if document.version != 1 || ours.origin.is_ours(&document.id) {
        return Err(wrong("this agreement is not known here").into());
    }
    if document.terms.ends.is_some_and(|end| end <= tx.now) {
        return Err(wrong("the agreement offered is past its end").into());
    }
    close_expired(tx, &partner.host).await?;
    for other in rows::open_with(tx, &partner.host).await? {
        match other.state {
            AgreementState::InForce => return Err(another_in_force(&partner.host).into()),
            AgreementState::Offered => rows::close(tx, &other, AgreementState::Lapsed).await?,
            _ => {}
        }
    }
    let pinned = document.party(&partner.uri).map(|party| party.key.clone()).unwrap_or_default();
    let agreement = fresh(tx, (AgreementId(tx.id()), document.id.clone()), (partner, pinned), AgreementState::Offered);
    rows::add(tx, &agreement).await?;
    rows::add_version(tx, &AgreementVersion { agreement_id: agreement.id, ..received }).await?;
    tx.record(Event::AgreementReceived { agreement: agreement.id });
    note(tx, &partner.acct(), "agreement.offered", &agreement, json!({"version": 1}));
    Ok(())
}

async fn receive_next(tx: &Tx, agreement: &Agreement, document: &Document, received: AgreementVersion) -> Result<()> {
    if let Some(known) = rows::version(tx, agreement.id, document.version).await? {
        if known.digest != received.digest {
            return Err(wrong(said!("another version {version} of this agreement is known here", version = known.version)).into());
        }
        if !known.offered_here && known.answered_at.is_some() {
            tx.record(Event::AgreementAnswered { agreement: agreement.id, version: known.version });
        }
        return Ok(());
    }
    check_follows(tx, agreement, document)?;
    if document.version <= rows::highest(tx, agreement.id).await? {
        return Err(wrong("a later version of this agreement is known here").into());
    }
    if let Some(waiting) = rows::pending(tx, agreement.id).await? {
        if waiting.offered_here {
            return Err(wrong("a version offered by us waits for an answer").into());
        }
        rows::answer_version(tx, &waiting, AgreementState::Lapsed, "").await?;
    }
    rows::add_version(tx, &AgreementVersion { agreement_id: agreement.id, ..received }).await?;
    rows::pull_at(tx, agreement.id, Some(tx.now.plus(PULL_WAITING))).await?;
    tx.record(Event::AgreementReceived { agreement: agreement.id });
    note(tx, &agreement.host, "agreement.offered", agreement, json!({"version": document.version}));
    Ok(())
}

/// Whether a document is the next of what is in force (S130): later than that, and made from it.
fn check_follows(tx: &Tx, agreement: &Agreement, document: &Document) -> Result<(), Refusal> {
    if !is_live(agreement, tx.now) {
        return Err(wrong("this agreement is over: a new one is needed"));
    }
    if document.version <= agreement.version {
        return Err(wrong("a later version of this agreement is in force"));
    }
    if document.previous.as_deref() != Some(agreement.digest.as_str()) {
        return Err(wrong("this version was not made from the one in force"));
    }
    Ok(())
}

/// Applies a narrowing that the other side did alone. Two at the same moment, one on either side, hold the agreement until
/// a version signed by both.
pub async fn receive_narrowed(tx: &Tx, ours: Ours<'_>, partner: &Account, signed: Signed<'_>) -> Result<()> {
    let (document, bytes, known) = checked(tx, ours, partner, signed).await?;
    let agreement = known.ok_or_else(|| wrong("this agreement is not known here"))?;
    let received = AgreementVersion { agreement_id: agreement.id, ..theirs_in(tx, &document, bytes, signed.signature) };
    if let Some(same) = rows::version(tx, agreement.id, document.version).await? {
        let crossed = same.digest != received.digest && same.offered_here && is_live(&agreement, tx.now);
        if !crossed {
            return if same.digest == received.digest { Ok(()) } else { Err(wrong("another version of this number is known here").into()) };
        }
        if same.state == AgreementState::InForce {
            let why = said!("Both sides changed the terms at the same moment: agree on a next version.");
            return super::pinned::hold(tx, &agreement, &why.to_string()).await;
        }
        // our offer of the same number gives way: the narrowing is in force at the other side already
        rows::answer_version(tx, &same, AgreementState::Lapsed, "").await?;
    }
    check_follows(tx, &agreement, &document)?;
    let current = rows::version(tx, agreement.id, agreement.version).await?.ok_or_else(Refusal::not_found)?;
    if !document.terms.are_within(&rows::document(&current)?.terms) {
        return Err(wrong("new terms that allow more need the signatures of both sides").into());
    }
    if let Some(waiting) = rows::pending(tx, agreement.id).await? {
        rows::answer_version(tx, &waiting, AgreementState::Lapsed, "").await?;
    }
    rows::add_version(tx, &received).await?;
    take_effect(tx, ours, &agreement, &received).await?;
    note(tx, &partner.acct(), "agreement.narrow", &agreement, json!({"version": document.version}));
    Ok(())
}

/// Adopts a version that both sides signed and that we do not hold (any more): a higher one wins. One that we know and let
/// lapse or withdrew stays so, whoever signed it since.
pub async fn receive_whole(tx: &Tx, ours: Ours<'_>, partner: &Account, (signed, our_signature): (Signed<'_>, &str)) -> Result<()> {
    let (document, bytes, known) = checked(tx, ours, partner, signed).await?;
    let agreement = known.ok_or_else(|| wrong("this agreement is not known here"))?;
    if !is_live(&agreement, tx.now) || document.version <= rows::highest(tx, agreement.id).await? {
        return Err(wrong("this version is not newer than what is known here").into());
    }
    if !document::is_signed(&bytes, our_signature, &ours.party()?.key) {
        return Err(wrong("this version was not signed by us").into());
    }
    let received = AgreementVersion {
        agreement_id: agreement.id,
        our_signature: our_signature.to_owned(),
        answered_at: Some(tx.now),
        ..theirs_in(tx, &document, bytes, signed.signature)
    };
    rows::add_version(tx, &received).await?;
    take_effect(tx, ours, &agreement, &received).await?;
    note(tx, &partner.acct(), "agreement.adopt", &agreement, json!({"version": document.version}));
    Ok(())
}
