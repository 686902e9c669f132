//! Agreements with other nodes: offered, signed by both, suspended, renewed, ended (`membership.md` 4).
//!
//! Invariant: at most one agreement with a host is in force. Seats read it live (`communities::usable`), so that ending one
//! needs no sweep. Only an administrator's word puts one in force; whatever arrives grants nothing by itself (S106).
//! Rules: `policy/agreement.rs`. The signed bytes: `document.rs`. Wire form: `federation/objects/agreement.rs`.

mod alone;
mod answering;
mod copies;
pub mod document;
mod offering;
mod pinned;
pub mod quarantine;
mod receiving;
pub mod rows;
mod shared;
pub mod watch;

pub use alone::{end, receive_notice, rekeyed, resume, suspend, take_back_notice, withdraw};
pub use answering::{Answered, approve, receive_accept, receive_reject, reject};
pub use copies::{Copies, about_copies, bars_media};
pub use offering::{change, lapse, propose};
pub use pinned::{Endorsed, confirm, hold_all, key_seen, with_pinned_key};
pub use receiving::{Signed, receive_narrowed, receive_offer, receive_whole};
pub use shared::{Presence, Shared, name_of, shared_with};

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        keys::KeyPair,
        origin::Origin,
        sentence::said,
        words::AgreementState,
    },
    policy::agreement::{Standing, is_in_force},
    sql,
    store::{
        Source, Tx, audit,
        tables::{Account, Agreement, AgreementVersion},
    },
};
use document::{Agreed, Document, Party};
use std::time::Duration;

/// The stored uri of our organisation.
pub const ORGANISATION: &str = "/org";
/// How long an offer waits for an answer.
pub const PATIENCE: Duration = Duration::from_secs(14 * 86_400);
/// How often a side that waits for an answer looks at the other's copy.
pub const PULL_WAITING: Duration = Duration::from_secs(3600);
/// How often either looks otherwise.
pub const PULL_SETTLED: Duration = Duration::from_secs(86_400);
/// How far another node's clock may be ahead.
const AHEAD_MAX: Duration = Duration::from_secs(3600);
/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// Our side: what signing and naming need.
#[derive(Clone, Copy)]
pub struct Ours<'a> {
    /// Our origin.
    pub origin: &'a Origin,
    /// Our organisation's Ed25519 key.
    pub key: &'a KeyPair,
}

impl Ours<'_> {
    /// Our organisation as a party.
    pub fn party(&self) -> Result<Party> {
        let key = self.key.public().map_err(|error| anyhow::anyhow!("our organisation's key has no public half: {error}"))?;
        Ok(Party { organisation: self.origin.absolute(ORGANISATION), key: key.to_multibase() })
    }
}

/// The agreement with `host` that is in force now (neither suspended nor past its end), if any.
pub async fn in_force(from: &impl Source, host: &str) -> Result<Option<Agreement>> {
    Ok(rows::in_force_with(from, host).await?.filter(|agreement| is_in_force(standing(agreement), from.now())))
}

/// The hosts with which one is in force or rests.
pub async fn partners(from: &impl Source) -> Result<Vec<String>> {
    sql!("SELECT DISTINCT host FROM agreements WHERE state = 2 AND (ends_at IS NULL OR ends_at > {}) ORDER BY host", from.now())
        .column(from)
        .await
}

/// The same, if it covers the community with this stored uri: by naming it, or, for an invitation, by allowing those.
pub async fn covering(from: &impl Source, host: &str, community: &str, is_invited: bool) -> Result<Option<Agreement>> {
    let Some(agreement) = in_force(from, host).await? else { return Ok(None) };
    if is_invited && agreement.by_invitation {
        return Ok(Some(agreement));
    }
    let named: Option<String> =
        sql!("SELECT community FROM agreement_communities WHERE agreement_id = {} AND community = {}", agreement.id, community)
            .value(from)
            .await?;
    Ok(named.map(|_| agreement))
}

/// What being in force depends on.
pub fn standing(agreement: &Agreement) -> Standing {
    Standing {
        state: agreement.state,
        is_paused: agreement.suspended_here || agreement.suspended_there || agreement.held,
        ends_at: agreement.ends_at,
    }
}

/// Whether the version that is in force, suspended or not, may still be changed: neither over nor past its end.
fn is_live(agreement: &Agreement, now: Stamp) -> bool {
    agreement.state == AgreementState::InForce && agreement.ends_at.is_none_or(|end| end > now)
}

/// Ends by the clock what with `host` is past its end, so that another may come after it.
async fn close_expired(tx: &Tx, host: &str) -> Result<()> {
    match rows::in_force_with(tx, host).await?.filter(|agreement| !is_live(agreement, tx.now)) {
        Some(expired) => close_by_clock(tx, &expired).await,
        None => Ok(()),
    }
}

async fn close_by_clock(tx: &Tx, expired: &Agreement) -> Result<()> {
    rows::close(tx, expired, AgreementState::Ended).await?;
    note(tx, "node", "agreement.expire", expired, serde_json::json!({ "ended": expired.ends_at }));
    Ok(())
}

/// Ends what is past its end, at most `limit` at a time; how many. (None of it is of use past its end, closed or not: this is
/// for what follows from an end.)
pub async fn expire(tx: &Tx, limit: u32) -> Result<usize> {
    let select = "SELECT * FROM agreements WHERE state = 2 AND ends_at <= {} ORDER BY ends_at LIMIT {}";
    let over: Vec<Agreement> = sql!(select, tx.now, i64::from(limit)).all(tx).await?;
    for expired in &over {
        close_by_clock(tx, &rows::hold(tx, expired.id).await?).await?;
    }
    Ok(over.len())
}

/// Puts a version that all who must have signed into force, in place of the one before and of all other offers.
async fn take_effect(tx: &Tx, ours: Ours<'_>, agreement: &Agreement, version: &AgreementVersion) -> Result<()> {
    let document = rows::document(version)?;
    let theirs = theirs_of(&document, ours)?;
    let stored: Vec<String> = document.terms.communities.iter().map(|uri| ours.origin.stored(uri).to_owned()).collect();
    close_expired(tx, &agreement.host).await?;
    for other in rows::open_with(tx, &agreement.host).await?.into_iter().filter(|other| other.id != agreement.id) {
        match other.state {
            AgreementState::InForce => return Err(another_in_force(&agreement.host).into()),
            AgreementState::Proposed | AgreementState::Offered => rows::close(tx, &other, AgreementState::Lapsed).await?,
            _ => {}
        }
    }
    rows::enforce(tx, version, &document.terms, (&stored, theirs)).await?;
    rows::pull_at(tx, agreement.id, Some(tx.now.plus(PULL_SETTLED))).await
}

/// What the terms call the people of the other side.
fn theirs_of(document: &Document, ours: Ours<'_>) -> Result<crate::base::words::Stakeholder> {
    let us = ours.origin.absolute(ORGANISATION);
    let theirs = document.terms.stakeholder.iter().find(|(organisation, _)| **organisation != us);
    Ok(theirs.map(|(_, kind)| *kind).ok_or_else(|| document::wrong("the terms do not say what the other side's people are to us"))?)
}

fn another_in_force(host: &str) -> Refusal {
    Refusal::conflict("agreement_in_force", said!("There is an agreement with {host} already: renew or end that one.", host))
}

/// Refused when a reason is too long.
fn check_reason(reason: &str) -> Result<(), Refusal> {
    match reason.chars().nth(REASON_CHARS_MAX) {
        Some(_) => Err(Refusal::invalid("reason", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX))),
        None => Ok(()),
    }
}

/// Refused unless `partner` is the other side of `agreement`.
fn check_partner(agreement: &Agreement, partner: &Account) -> Result<(), Refusal> {
    if agreement.partner_id == partner.id { Ok(()) } else { Err(document::wrong("this agreement is with somebody else")) }
}

/// Notes an act on an agreement in the audit log.
pub(in crate::features) fn note(tx: &Tx, by: &str, act: &'static str, agreement: &Agreement, detail: serde_json::Value) {
    tx.audit(audit::Entry {
        actor: by.to_owned(),
        act,
        object: agreement.host.clone(),
        agreement: agreement.uri.clone(),
        detail,
        ..audit::Entry::default()
    });
}

/// What an administrator chose, made whole: both organisations' kinds as the document names them.
pub fn terms_between(
    chosen: Agreed,
    (ours, our_kind): (&str, crate::base::words::Stakeholder),
    (theirs, their_kind): (&str, crate::base::words::Stakeholder),
) -> Agreed {
    let stakeholder = [(ours.to_owned(), our_kind), (theirs.to_owned(), their_kind)].into_iter().collect();
    Agreed { stakeholder, ..chosen }
}

#[cfg(test)]
mod tests;
