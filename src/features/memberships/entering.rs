//! What an ask gives in a community of ours, whoever asked and by which message: one seat, given, waiting or refused.
//!
//! The caller holds the community. In a community that is not public the first of a new organisation waits until those present
//! have been told of it for as long as the node's setting says (`membership.md` 4).

use super::{
    asked::Ask,
    organisations::{self, Presence},
    terms::{Terms, Visit},
    trail,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        text::{limits::REASON_CHARS_MAX, names::free_text},
        words::{Role, SeatStatus, Stage},
    },
    features::communities::seats,
    policy::ladder::{Asker, on_asking},
    store::{
        Tx,
        tables::{Account, Seat},
    },
};
use std::time::Duration;

/// How long a request waits for a moderator.
const REQUEST_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Asks for a seat: the one that there is now, or why there is none. Nothing is written with a refusal.
pub(super) async fn enter(tx: &Tx, visit: &Visit<'_>, before: Option<Seat>, ask: Ask<'_>) -> Result<Result<Seat, Refusal>> {
    let is_invited = before.as_ref().is_some_and(|seat| seat.status == SeatStatus::Invited);
    let terms = visit.terms(tx, is_invited).await?;
    let asker = visit.asker(tx, before.as_ref(), &terms).await?;
    let status = match on_asking(visit.door(), asker) {
        Ok(status) => status,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let invited = before.as_ref().filter(|seat| asker.standing == Some(SeatStatus::Invited) && seat.status == SeatStatus::Invited);
    let (role, inviter) = invited.map_or((Role::Member, None), |seat| (seat.role, seat.admitted_by));
    let seat = anew(tx, visit, before.clone(), ask);
    if asker.standing == Some(SeatStatus::Active) {
        return Ok(Ok(seats::keep_over(tx, before.as_ref(), seat, true).await?));
    }
    if status == SeatStatus::Active {
        let seat = Seat { admitted_by: inviter, role, ..seat };
        return admit(tx, visit, (before.as_ref(), seat, terms), None).await;
    }
    let expires_at = Some(tx.now.plus(REQUEST_KEPT));
    let waiting =
        Seat { status, role, admitted_by: None, reason: String::new(), expires_at, refused_at: None, next_attempt_at: None, ..seat };
    Ok(Ok(seats::keep_over(tx, before.as_ref(), terms.request(waiting), true).await?))
}

/// The seat of one who asks, as it was but for the ask.
fn anew(tx: &Tx, visit: &Visit<'_>, before: Option<Seat>, ask: Ask<'_>) -> Seat {
    let before = before.unwrap_or_else(|| {
        let fresh = seats::fresh(tx, visit.community.id, visit.account.id, SeatStatus::Requested);
        Seat { asked_at: Stamp(0), host: visit.account.host.clone(), ..fresh }
    });
    let answer = free_text(ask.answer, REASON_CHARS_MAX);
    let answer = if answer.is_empty() { before.answer.clone() } else { answer };
    Seat { asked_at: ask.asked_at.max(before.asked_at), answer, ..before }
}

/// Gives `seat`, in place of the one `before` it, on `terms`; `by` is the moderator who does. With its `role` and `admitted_by` as they are to be.
///
/// Refused where the agreement has no room left. Where the person's organisation was not announced long enough the seat waits,
/// and is given by housekeeping.
pub(super) async fn admit(
    tx: &Tx,
    visit: &Visit<'_>,
    (before, seat, terms): (Option<&Seat>, Seat, Terms),
    by: Option<&Account>,
) -> Result<Result<Seat, Refusal>> {
    if let Err(refusal) = terms.has_room(tx).await? {
        return Ok(Err(refusal));
    }
    if let Presence::From(at) = organisations::introduce(tx, visit).await? {
        let waiting = Seat {
            status: SeatStatus::Requested,
            reason: format!("Your organisation is new in this community: its members are told of it first, and you are admitted at {at}."),
            next_attempt_at: Some(at),
            expires_at: None,
            refused_at: None,
            ..terms.request(seat)
        };
        return Ok(Ok(seats::keep_over(tx, before, waiting, true).await?));
    }
    let role = seat.role;
    let seat = seats::keep_over(tx, before, terms.seat(seat, role), true).await?;
    let act = trail::Act { by: by.or(Some(visit.account)), name: "seat.admit", account: visit.account, community: visit.community };
    let agreement = terms.agreement.as_ref().map(|agreement| agreement.uri.as_str()).unwrap_or_default();
    trail::note(tx, act, agreement, serde_json::json!({ "role": seat.role, "organisation": seat.organisation }));
    Ok(Ok(seat))
}

/// Gives a seat that waited for its organisation to be announced, by the rules of now.
pub(super) async fn admit_waiting(tx: &Tx, visit: &Visit<'_>, seat: Seat) -> Result<Result<Seat, Refusal>> {
    let terms = visit.terms(tx, seat.admitted_by.is_some()).await?;
    let asker = Asker { standing: Some(SeatStatus::Invited), ..visit.asker(tx, Some(&seat), &terms).await? };
    if let Err(refusal) = on_asking(visit.door(), asker) {
        return Ok(Err(refusal));
    }
    admit(tx, visit, (Some(&seat.clone()), seat, terms), None).await
}

/// Whether reading along is free to one who was refused a seat.
pub(super) fn may_read_along(stage: Stage, refusal: &Refusal) -> bool {
    stage == Stage::Public && !matches!(refusal.code, "banned" | "least_level" | "community_closed")
}
