//! Invitations by handle: a seat with the status `invited`, here or (as a decision told to its node) elsewhere.
//!
//! Accepting one is asking, declining it is leaving (`membership.md` 3). Nobody invites to their own rank or above, owners excepted.

use super::{
    moderate,
    terms::{Visit, standing},
    trail,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        words::{Role, SeatStatus, Stage},
    },
    features::communities::seats,
    policy::{
        ladder::{Asker, on_asking},
        membership::may_appoint,
    },
    store::{
        Tx,
        tables::{Account, Seat},
    },
};
use serde_json::json;
use std::time::Duration;

/// How long an invitation can be accepted, unless it says otherwise.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// A moderator asks somebody in, as `role`. Inviting again changes role and end; one who asked already is admitted by
/// [`super::decide`] instead. Refused for members, for those who are banned, and where no seat would be possible.
pub async fn invite(tx: &Tx, by: &Account, account: &Account, community: &Account, (role, until): (Role, Option<Stamp>)) -> Result<Seat> {
    let facts = moderate::held(tx, community).await?;
    let rank = seats::rank(tx, community.id, by.id).await?;
    if rank < Some(Role::Moderator) || !may_appoint(rank, Role::Observer, role) || account.id == by.id {
        return Err(moderate::not_permitted().into());
    }
    if until.is_some_and(|until| until <= tx.now) {
        return Err(Refusal::invalid("expires_at", "must lie in the future").into());
    }
    if !account.is_active() || account.is_community() || facts.stage == Stage::Local && !account.is_local() {
        return Err(Refusal::invalid("acct", "cannot be invited here: this community is for people of this node only").into());
    }
    let before = seats::seat(tx, community.id, account.id).await?;
    match before.as_ref().map(|seat| standing(seat, tx.now)) {
        Some(SeatStatus::Active) => return Err(Refusal::conflict("a_member", "This person is a member already.").into()),
        Some(SeatStatus::Requested) => {
            return Err(Refusal::conflict("asked_already", "This person has asked already: accept the request.").into());
        }
        _ => {}
    }
    let visit = Visit { account, community, facts: &facts };
    let terms = visit.terms(tx, true).await?;
    let asker = visit.asker(tx, before.as_ref(), &terms).await?;
    on_asking(visit.door(), Asker { standing: Some(SeatStatus::Invited), ..asker })?;
    let before = before.unwrap_or_else(|| {
        // Nobody asked: whatever the person's node asks next is newer.
        Seat { asked_at: Stamp(0), ..seats::fresh(tx, community.id, account.id, SeatStatus::Invited) }
    });
    let expires_at = Some(until.unwrap_or_else(|| tx.now.plus(KEPT)));
    let given = terms.seat(before, role);
    let agreement = terms.agreement.as_ref().map(|agreement| agreement.uri.as_str()).unwrap_or_default();
    let seat = Seat { status: SeatStatus::Invited, admitted_by: Some(by.id), expires_at, ..given };
    let act = trail::Act { by: Some(by), name: "seat.invite", account, community };
    trail::note(tx, act, agreement, json!({ "role": seat.role, "until": seat.expires_at }));
    seats::keep(tx, seat, true).await
}

/// A moderator takes an invitation back. Refused where there is none.
pub async fn revoke(tx: &Tx, by: &Account, account: &Account, community: &Account) -> Result<Seat> {
    moderate::held(tx, community).await?;
    let seat = seats::seat(tx, community.id, account.id).await?.filter(|seat| seat.status == SeatStatus::Invited);
    moderate::moderates(tx, by, community, None).await?;
    let seat = seat.ok_or_else(|| Refusal::conflict("no_invitation", "There is no invitation of this person any more."))?;
    trail::note(tx, trail::Act { by: Some(by), name: "seat.revoke", account, community }, "", json!({}));
    let reason = "The invitation was taken back.".to_owned();
    seats::keep(tx, Seat { status: SeatStatus::Ended, reason, expires_at: None, ..seat }, true).await
}
