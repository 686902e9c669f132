//! What moderators and owners decide over others. Only where the community lives.
//!
//! Each act: the community held, the ranks of both read, the rule asked, the seat kept. Nobody acts
//! on an equal or a higher rank, and a community always keeps an owner.

use super::{end, keep_an_owner};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        text::limits::REASON_CHARS_MAX,
        words::{Role, SeatStatus},
    },
    features::{
        communities::{self, seats},
        relationships,
    },
    policy::membership::{may_appoint, may_moderate},
    sql,
    store::{
        Insert, Tx,
        event::Event,
        tables::{Account, Community, Seat},
    },
};

/// A moderator decides over a request: admits or refuses. A request that was already admitted stays
/// so. Refused when there is none.
pub async fn decide(tx: &Tx, by: &Account, account: &Account, community: &Account, admit: bool) -> Result<Seat> {
    let facts = held(tx, community).await?;
    moderates(tx, by, community, None).await?;
    let seat = seats::seat(tx, community.id, account.id).await?;
    let seat = match seat {
        Some(seat) if seat.status == SeatStatus::Requested => seat,
        Some(seat) if seat.status == SeatStatus::Active && admit => return Ok(seat),
        _ => return Err(Refusal::conflict("no_request", "There is no request of this person any more.").into()),
    };
    if !admit {
        let seat = seats::keep(tx, Seat { status: SeatStatus::Ended, reason: "refused".to_owned(), ..seat }, true).await?;
        relationships::reject(tx, account.id, community.id).await?;
        return Ok(seat);
    }
    if facts.closed_at.is_some() {
        return Err(Refusal::forbidden("community_closed", "This community is closed.").into());
    }
    if seats::is_banned(tx, community.id, account.id).await? {
        return Err(Refusal::forbidden("banned", "This person is banned from the community; lift the ban first.").into());
    }
    let seat = Seat { status: SeatStatus::Active, role: Role::Member, admitted_by: Some(by.id), ..seat };
    let seat = seats::keep(tx, seat, true).await?;
    relationships::accept(tx, account.id, community.id).await?;
    Ok(seat)
}

/// A moderator puts a member out (they may ask again). Records `MemberRemoved`. Refused when they
/// are not there: no seat, no request, no follow.
pub async fn remove(tx: &Tx, by: &Account, account: &Account, community: &Account, reason: &str) -> Result<()> {
    held(tx, community).await?;
    let seat = seats::seat(tx, community.id, account.id).await?;
    moderates(tx, by, community, seat.as_ref()).await?;
    check_reason(reason)?;
    let seat = seat.filter(|seat| seat.status != SeatStatus::Ended);
    if seat.is_none() && relationships::queries::find(tx, account.id, community.id).await?.is_none() {
        return Err(Refusal::not_found().into());
    }
    put_out(tx, by, (account, community), seat, reason).await
}

/// A moderator puts somebody out and bars them until `until` (none: for good). Records
/// `MemberRemoved`. Banning again changes reason and end.
pub async fn ban(tx: &Tx, by: &Account, account: &Account, community: &Account, (reason, until): (&str, Option<Stamp>)) -> Result<()> {
    held(tx, community).await?;
    let seat = seats::seat(tx, community.id, account.id).await?;
    moderates(tx, by, community, seat.as_ref()).await?;
    check_reason(reason)?;
    if until.is_some_and(|until| until <= tx.now) {
        return Err(Refusal::invalid("expires_at", "must lie in the future").into());
    }
    Insert::into("bans")
        .set("community_id", community.id)
        .set("account_id", account.id)
        .set("reason", reason)
        .set("expires_at", until)
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT (community_id, account_id) DO UPDATE SET reason = excluded.reason, expires_at = excluded.expires_at")
        .run(tx)
        .await?;
    put_out(tx, by, (account, community), seat, reason).await
}

/// Lifts a ban. The seat stays ended: whoever was banned asks again.
pub async fn unban(tx: &Tx, by: &Account, account: &Account, community: &Account) -> Result<()> {
    held(tx, community).await?;
    moderates(tx, by, community, None).await?;
    sql!("DELETE FROM bans WHERE community_id = {} AND account_id = {}", community.id, account.id).run(tx).await?;
    Ok(())
}

/// Gives a member another role. Records `SeatChanged`. Refused for those who are no members, above
/// one's own rank, over one's equals (owners excepted), and where no owner would be left.
pub async fn appoint(tx: &Tx, by: &Account, account: &Account, community: &Account, role: Role) -> Result<Seat> {
    held(tx, community).await?;
    let actor = seats::role(tx, community.id, by.id).await?;
    let seat = seats::seat(tx, community.id, account.id).await?.filter(|seat| seat.status == SeatStatus::Active);
    if actor < Some(Role::Moderator) {
        return Err(not_permitted().into());
    }
    let seat = seat.ok_or_else(|| Refusal::conflict("not_a_member", "Only members have a role."))?;
    if !may_appoint(actor, seat.role, role) {
        return Err(not_permitted().into());
    }
    if role == seat.role {
        return Ok(seat);
    }
    if role != Role::Owner {
        keep_an_owner(tx, account.id, community.id).await?;
    }
    seats::keep(tx, Seat { role, ..seat }, true).await
}

/// The community, held until the act ends; refused when it lives elsewhere.
async fn held(tx: &Tx, community: &Account) -> Result<Community> {
    if !community.is_local() {
        return Err(Refusal::forbidden("elsewhere", "Moderate this community on its own node.").into());
    }
    communities::queries::held(tx, community.id).await
}

/// Refuses unless `by` may act over whoever holds `seat`.
async fn moderates(tx: &Tx, by: &Account, community: &Account, seat: Option<&Seat>) -> Result<()> {
    let actor = seats::role(tx, community.id, by.id).await?;
    let target = seat.filter(|seat| seat.status == SeatStatus::Active).map(|seat| seat.role);
    if seat.is_some_and(|seat| seat.account_id == by.id) || !may_moderate(actor, target) {
        return Err(not_permitted().into());
    }
    Ok(())
}

async fn put_out(tx: &Tx, by: &Account, (account, community): (&Account, &Account), seat: Option<Seat>, reason: &str) -> Result<()> {
    if let Some(seat) = seat {
        end(tx, seat, if reason.is_empty() { "removed" } else { reason }, true).await?;
    }
    relationships::reject(tx, account.id, community.id).await?;
    tx.record(Event::MemberRemoved { community: community.id, account: account.id, by: by.id });
    Ok(())
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Refusal::invalid("reason", format_args!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    Ok(())
}

fn not_permitted() -> Refusal {
    Refusal::forbidden("rank", "Your role in this community does not allow this.")
}
