//! Moderators as servers tell them that have no records: made or taken back by `Add` and `Remove` (FEP-1b12).
//!
//! In a community of ours the rule is that of `appoint`; of one elsewhere a copy follows what its node says.

use super::moderate::{Appointment, appoint_as};
use crate::{
    base::{
        error::{Refusal, Result},
        words::{Role, SeatStatus},
    },
    features::communities::seats,
    store::{
        Tx,
        tables::{Account, Seat},
    },
};

/// `by`, a moderator elsewhere, makes a member of a community of ours its moderator (`is_one`), or an ordinary member again. Nothing
/// happens where they are that already, and an owner is not made less by being added. `uri` names the activity. Refused as
/// [`super::appoint`] refuses.
pub async fn made_moderator(tx: &Tx, by: &Account, account: &Account, community: &Account, (is_one, uri): (bool, &str)) -> Result<()> {
    let role = if is_one { Role::Moderator } else { Role::Member };
    let seat = seats::seat(tx, community.id, account.id).await?.filter(|seat| seat.status == SeatStatus::Active);
    let moderates = seat.is_some_and(|seat| seat.role >= Role::Moderator);
    let appointment = Appointment { role, uri: Some(uri) };
    if moderates != is_one {
        return appoint_as(tx, by, account, community, appointment).await.map(drop);
    }
    // whoever may not decide learns nothing of how it stands
    if seats::rank(tx, community.id, by.id).await? < Some(Role::Moderator) {
        return Err(super::moderate::not_permitted().into());
    }
    Ok(())
}

/// A community elsewhere says that `account` moderates it now, or no longer: our copy of the seat follows. Refused for a person
/// of ours who holds no seat there (nobody is made a member who did not ask). Where our person's seat has a signed record, that
/// alone counts, and nothing happens.
pub async fn moderator_copied(tx: &Tx, group: &Account, account: &Account, is_one: bool) -> Result<()> {
    if group.is_local() || !group.is_community() || account.is_community() {
        return Err(Refusal::not_found().into());
    }
    let seat = match seats::seat(tx, group.id, account.id).await? {
        Some(seat) if account.is_local() && (seat.status != SeatStatus::Active || !seat.record.is_empty()) => return Ok(()),
        Some(seat) => seat,
        None if account.is_local() => {
            return Err(Refusal::forbidden("not_a_member", "Nobody moderates a community who did not ask to be in it.").into());
        }
        None if !is_one => return Ok(()),
        None => seats::fresh(tx, group.id, account.id, SeatStatus::Active),
    };
    let moderates = seat.status == SeatStatus::Active && seat.role >= Role::Moderator;
    if moderates == is_one {
        return Ok(());
    }
    let status = if is_one { SeatStatus::Active } else { seat.status };
    let role = if is_one { Role::Moderator } else { Role::Member };
    seats::keep(tx, Seat { status, role, ..seat }, false).await.map(drop)
}
