//! Versions drawn up here: a first one, a next one as an offer, or a narrowing that needs no answer; and their lapsing.

use super::{
    Ours, PATIENCE, PULL_SETTLED, PULL_WAITING, another_in_force, close_expired,
    document::{self, Agreed, Document, Party, TYPE, wrong},
    is_live, note, rows, take_effect,
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AgreementId,
        sentence::{Sentence, said},
        words::{AccountKind, AgreementState, KeyKind},
    },
    features::accounts,
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Agreement, AgreementVersion},
    },
};
use serde_json::json;

/// The key that an organisation elsewhere shows now.
pub(super) async fn key_of(tx: &Tx, partner: &Account) -> Result<String> {
    let key = accounts::queries::key_of(tx, partner.id, KeyKind::Ed25519).await?;
    let none = || {
        Refusal::conflict(
            "no_key",
            said!("The organisation at {host} shows no Ed25519 key: it cannot sign an agreement.", host = partner.host),
        )
    };
    Ok(key.ok_or_else(none)?.public_key)
}

/// Offers a first agreement to `partner`, the organisation of another node. Refused while there is one with that node, in
/// force or waiting for an answer.
pub async fn propose(tx: &Tx, ours: Ours<'_>, by: &str, partner: &Account, terms: Agreed) -> Result<Agreement> {
    if partner.is_local() || partner.kind != AccountKind::Organisation {
        return Err(Refusal::conflict("not_an_organisation", "An agreement is made with the organisation of another node.").into());
    }
    close_expired(tx, &partner.host).await?;
    for other in rows::open_with(tx, &partner.host).await? {
        match other.state {
            AgreementState::InForce => return Err(another_in_force(&partner.host).into()),
            AgreementState::Proposed => {
                let sentence = said!("An offer to {host} waits for its answer: withdraw it first.", host = partner.host);
                return Err(Refusal::conflict("offer_waiting", sentence).into());
            }
            AgreementState::Offered => {
                let sentence = said!("{host} offered an agreement: approve or reject that one.", host = partner.host);
                return Err(Refusal::conflict("offer_waiting", sentence).into());
            }
            _ => {}
        }
    }
    let id = AgreementId(tx.id());
    let theirs = Party { organisation: partner.uri.clone(), key: key_of(tx, partner).await? };
    let uri = format!("/agreements/{id}");
    let drawn = Document {
        kind: TYPE.to_owned(),
        id: ours.origin.absolute(&uri),
        version: 1,
        previous: None,
        parties: vec![ours.party()?, theirs.clone()],
        terms,
    };
    drawn.check(&ours.party()?, &theirs)?;
    let agreement = fresh(tx, (id, uri), (partner, theirs.key), AgreementState::Proposed);
    rows::add(tx, &agreement).await?;
    rows::add_version(tx, &ours_of(tx, ours, id, &drawn)?).await?;
    tx.record(Event::AgreementOffered { agreement: id, version: 1 });
    note(tx, by, "agreement.propose", &agreement, json!({"version": 1}));
    Ok(agreement)
}

/// An agreement that is not in force yet.
pub(super) fn fresh(tx: &Tx, (id, uri): (AgreementId, String), (partner, key): (&Account, String), state: AgreementState) -> Agreement {
    use crate::base::words::{History, Role, Stakeholder};
    Agreement {
        id,
        uri,
        host: partner.host.clone(),
        partner_id: partner.id,
        state,
        version: 0,
        digest: String::new(),
        by_invitation: false,
        most_role: Role::Member,
        stakeholder: Stakeholder::Partner,
        seats_max: None,
        seats_per_day: None,
        history: History::Join,
        history_from: None,
        media: true,
        retention_days: None,
        ends_at: None,
        suspended_here: false,
        suspended_there: false,
        held: false,
        created_at: tx.now,
        in_force_at: None,
        ended_at: None,
        updated_at: tx.now,
        // whoever offers something unasked is asked nothing before somebody here approved it (S27)
        next_attempt_at: (state == AgreementState::Proposed).then(|| tx.now.plus(PULL_WAITING)),
        partner_key: key,
        shown_key: String::new(),
        held_why: String::new(),
        key_at: tx.now,
    }
}

/// A version drawn up and signed here.
fn ours_of(tx: &Tx, ours: Ours<'_>, id: AgreementId, drawn: &Document) -> Result<AgreementVersion> {
    let bytes = document::canonical(drawn)?;
    if bytes.len() > document::DOCUMENT_BYTES_MAX {
        return Err(wrong(said!("the agreement is too long")).into());
    }
    Ok(AgreementVersion {
        agreement_id: id,
        version: drawn.version,
        state: AgreementState::Proposed,
        offered_here: true,
        digest: document::digest(&bytes),
        our_signature: document::sign(&bytes, ours.key)?,
        document: bytes,
        their_signature: String::new(),
        reason: String::new(),
        offered_at: tx.now,
        answered_at: None,
    })
}

/// Changes the terms of what is in force: at once and alone when the new ones allow nothing new, else as an offer that the
/// other side must approve. Whether it took effect at once.
pub async fn change(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId, terms: Agreed) -> Result<bool> {
    let agreement = rows::hold(tx, id).await?;
    if !is_live(&agreement, tx.now) {
        return Err(Refusal::conflict("agreement_over", "This agreement is not in force: propose a new one.").into());
    }
    if let Some(waiting) = rows::pending(tx, id).await? {
        let sentence: Sentence = match waiting.offered_here {
            true => said!("Version {version} waits for an answer: withdraw it first.", version = waiting.version),
            false => said!("Version {version} waits for an answer: approve or reject it first.", version = waiting.version),
        };
        return Err(Refusal::conflict("offer_waiting", sentence).into());
    }
    let current = rows::version(tx, id, agreement.version).await?.ok_or_else(Refusal::not_found)?;
    let before = rows::document(&current)?;
    let theirs = Party { organisation: their_name(&before, ours)?, key: agreement.partner_key.clone() };
    let number = rows::highest(tx, id).await? + 1;
    let drawn = Document {
        version: number,
        previous: Some(current.digest.clone()),
        parties: vec![ours.party()?, theirs.clone()],
        terms,
        ..before.clone()
    };
    drawn.check(&ours.party()?, &theirs)?;
    let version = ours_of(tx, ours, id, &drawn)?;
    rows::add_version(tx, &version).await?;
    let narrows = drawn.terms.are_within(&before.terms);
    if narrows {
        take_effect(tx, ours, &agreement, &version).await?;
        tx.record(Event::AgreementChanged { agreement: id, version: number });
    } else {
        rows::pull_at(tx, id, Some(tx.now.plus(PULL_WAITING))).await?;
        tx.record(Event::AgreementOffered { agreement: id, version: number });
    }
    note(tx, by, if narrows { "agreement.narrow" } else { "agreement.renew" }, &agreement, json!({"version": number}));
    Ok(narrows)
}

fn their_name(document: &Document, ours: Ours<'_>) -> Result<String, Refusal> {
    let us = ours.party().map_err(|_| wrong(said!("our organisation has no key")))?;
    let theirs = document.parties.iter().find(|party| party.organisation != us.organisation);
    Ok(theirs.ok_or_else(|| wrong("the agreement has no other party"))?.organisation.clone())
}

/// Lets lapse what nobody answered in 14 days, at most `limit` at a time; how many.
pub async fn lapse(tx: &Tx, limit: u32) -> Result<usize> {
    let over: Vec<AgreementVersion> = sql!(
        "SELECT * FROM agreement_versions WHERE state IN (0, 1) AND offered_at <= {} ORDER BY offered_at LIMIT {}",
        tx.now.minus(PATIENCE),
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for version in &over {
        let agreement = rows::hold(tx, version.agreement_id).await?;
        if agreement.state == AgreementState::InForce {
            rows::answer_version(tx, version, AgreementState::Lapsed, "").await?;
            rows::pull_at(tx, agreement.id, Some(tx.now.plus(PULL_SETTLED))).await?;
        } else {
            rows::close(tx, &agreement, AgreementState::Lapsed).await?;
        }
        tx.record(Event::AgreementLapsed { agreement: agreement.id });
        note(tx, "node", "agreement.lapse", &agreement, json!({"version": version.version}));
    }
    Ok(over.len())
}
