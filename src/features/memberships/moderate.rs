//! What moderators and owners decide over others. Only where the community lives.
//!
//! Each act: the community held, the ranks of both read, the rule asked, the seat kept, one entry in the
//! community's log. Nobody acts on an equal or a higher rank, and a community always keeps an owner.

use super::{REFUSED, end, entering, keep_an_owner, terms::Visit, trail};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        sentence::said,
        text::limits::REASON_CHARS_MAX,
        words::{ModAct, Role, SeatStatus},
    },
    features::{
        agreements,
        communities::{self, seats},
        mod_log::{self, Entry},
        relationships::{self, FollowOptions},
    },
    policy::{
        ladder::{Asker, on_asking},
        membership::{may_appoint, may_moderate},
    },
    sql,
    store::{
        Insert, Tx,
        event::Event,
        tables::{Account, Community, Seat},
    },
};
use serde_json::json;

/// A moderator decides over a request: admits or refuses. One that was already admitted stays so; one refused before can be
/// admitted without asking anew, unless the person left meanwhile. Refused when there is none, and where the agreement under
/// which the seat would be held has no room.
pub async fn decide(tx: &Tx, by: &Account, account: &Account, community: &Account, admit: bool) -> Result<Seat> {
    if !admit {
        return refuse(tx, by, account, community, "").await;
    }
    let facts = held(tx, community).await?;
    moderates(tx, by, community, None).await?;
    let before = match seats::seat(tx, community.id, account.id).await? {
        Some(seat) if is_open_request(&seat) => seat,
        Some(seat) if seat.status == SeatStatus::Active => return Ok(seat),
        _ => return Err(no_request().into()),
    };
    let visit = Visit { account, community, facts: &facts };
    let terms = visit.terms(tx, true).await?;
    let asker = visit.asker(tx, Some(&before), &terms).await?;
    if asker.is_banned {
        return Err(Refusal::forbidden("banned", "This person is banned from the community; lift the ban first.").into());
    }
    on_asking(visit.door(), Asker { standing: Some(SeatStatus::Invited), ..asker })?;
    // One that waits for its organisation to be announced was decided over before.
    let is_decided = before.status == SeatStatus::Requested && before.admitted_by.is_some();
    let seat = Seat { role: Role::Member, admitted_by: Some(by.id), ..before.clone() };
    let seat = entering::admit(tx, &visit, (Some(&before), seat, terms), Some(by)).await??;
    if !is_decided {
        mod_log::note(tx, Entry::of(by, community, ModAct::Admit).over(account.id, "")).await?;
    }
    if seat.status == SeatStatus::Active {
        if account.is_local() && relationships::queries::find(tx, account.id, community.id).await?.is_none() {
            // It ended with the refusal that is taken back.
            relationships::follow(tx, account, community, FollowOptions::default(), None).await?;
        }
        relationships::accept(tx, account.id, community.id).await?;
    }
    Ok(seat)
}

/// A moderator refuses a request, for a reason that the person is told. Reversible, but for one who asked by a Follow from
/// elsewhere: its server was told Reject and has to follow anew.
pub async fn refuse(tx: &Tx, by: &Account, account: &Account, community: &Account, reason: &str) -> Result<Seat> {
    held(tx, community).await?;
    moderates(tx, by, community, None).await?;
    check_reason(reason)?;
    let seat = seats::seat(tx, community.id, account.id).await?.filter(|seat| seat.status == SeatStatus::Requested);
    let seat = seat.ok_or_else(no_request)?;
    let is_follow = !account.is_local() && relationships::queries::find(tx, account.id, community.id).await?.is_some();
    let refused_at = (!is_follow).then_some(tx.now);
    let (given, reason) = (reason, if reason.is_empty() { REFUSED } else { reason }.to_owned());
    let seat = Seat { status: SeatStatus::Ended, reason, refused_at, expires_at: None, next_attempt_at: None, ..seat };
    let seat = seats::keep(tx, seat, true).await?;
    relationships::reject(tx, account.id, community.id).await?;
    let act = trail::Act { by: Some(by), name: "seat.refuse", account, community };
    trail::note(tx, act, "", json!({}));
    mod_log::note(tx, Entry::of(by, community, ModAct::Refuse).over(account.id, given)).await?;
    Ok(seat)
}

fn is_open_request(seat: &Seat) -> bool {
    seat.status == SeatStatus::Requested || seat.status == SeatStatus::Ended && seat.refused_at.is_some()
}

fn no_request() -> Refusal {
    Refusal::conflict("no_request", "There is no request of this person any more.")
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
    let act = trail::Act { by: Some(by), name: "seat.end", account, community };
    trail::note(tx, act, &trail::agreement_of(tx, seat.as_ref()).await?, json!({ "reason": "removed" }));
    put_out(tx, by, (account, community), seat, reason).await?;
    mod_log::note(tx, Entry::of(by, community, ModAct::PutOut).over(account.id, reason)).await.map(drop)
}

/// How somebody is barred.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bar<'a> {
    /// Why.
    pub reason: &'a str,
    /// Until when; none: for good.
    pub until: Option<Stamp>,
    /// Their posts are taken out too, which whoever calls does.
    pub removes_data: bool,
    /// The `Block` that says it, as stored, if one came from elsewhere.
    pub uri: Option<&'a str>,
}

/// A moderator puts somebody out and bars them. Records `MemberRemoved`. Banning again changes reason and end. The entry in
/// the community's log.
pub async fn ban(tx: &Tx, by: &Account, account: &Account, community: &Account, bar: Bar<'_>) -> Result<i64> {
    let Bar { reason, until, removes_data, uri } = bar;
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
    let act = trail::Act { by: Some(by), name: "member.ban", account, community };
    trail::note(tx, act, &trail::agreement_of(tx, seat.as_ref()).await?, json!({ "until": until }));
    put_out(tx, by, (account, community), seat, reason).await?;
    mod_log::note(tx, Entry { until, removes_data, uri, ..Entry::of(by, community, ModAct::Ban).over(account.id, reason) }).await
}

/// Lifts a ban, for `reason`; `uri` as in [`Bar`]. The entry in the community's log; none when there was no ban. The seat stays
/// ended: whoever was banned asks again.
pub async fn unban(
    tx: &Tx,
    by: &Account,
    account: &Account,
    community: &Account,
    (reason, uri): (&str, Option<&str>),
) -> Result<Option<i64>> {
    held(tx, community).await?;
    moderates(tx, by, community, None).await?;
    let lifted = sql!("DELETE FROM bans WHERE community_id = {} AND account_id = {}", community.id, account.id).run(tx).await?;
    if lifted == 0 {
        return Ok(None);
    }
    trail::note(tx, trail::Act { by: Some(by), name: "member.unban", account, community }, "", json!({}));
    mod_log::note(tx, Entry { uri, ..Entry::of(by, community, ModAct::Unban).over(account.id, reason) }).await.map(Some)
}

/// Gives a member another role. Records `SeatChanged`. Refused for those who are no members, above
/// one's own rank, over one's equals (owners excepted), and where no owner would be left.
pub async fn appoint(tx: &Tx, by: &Account, account: &Account, community: &Account, role: Role) -> Result<Seat> {
    appoint_as(tx, by, account, community, Appointment { role, uri: None }).await
}

/// A role that is given, and the activity that says so, if it came from elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Appointment<'a> {
    pub role: Role,
    pub uri: Option<&'a str>,
}

/// [`appoint`], as an activity says it.
pub(super) async fn appoint_as(
    tx: &Tx,
    by: &Account,
    account: &Account,
    community: &Account,
    Appointment { role, uri }: Appointment<'_>,
) -> Result<Seat> {
    held(tx, community).await?;
    let actor = seats::rank(tx, community.id, by.id).await?;
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
    let most = agreements::in_force(tx, &seat.agreement_host).await?.map(|agreement| agreement.most_role);
    if !seat.agreement_host.is_empty() && most.is_some_and(|most| role > most) {
        let sentence = "The agreement under which this person is here does not allow that role.";
        return Err(Refusal::forbidden("agreement_role", sentence).into());
    }
    let act = trail::Act { by: Some(by), name: "seat.role", account, community };
    trail::note(tx, act, &trail::agreement_of(tx, Some(&seat)).await?, json!({ "from": seat.role, "to": role }));
    let seat = seats::keep(tx, Seat { role, ..seat }, true).await?;
    mod_log::note(tx, Entry { role: Some(role), uri, ..Entry::of(by, community, ModAct::Appoint).over(account.id, "") }).await?;
    Ok(seat)
}

/// The community, held until the act ends; refused when it lives elsewhere.
pub(super) async fn held(tx: &Tx, community: &Account) -> Result<Community> {
    if !community.is_local() {
        return Err(Refusal::forbidden("elsewhere", "Moderate this community on its own node.").into());
    }
    communities::queries::held(tx, community.id).await
}

/// Refuses unless `by` may act over whoever holds `seat`.
pub(super) async fn moderates(tx: &Tx, by: &Account, community: &Account, seat: Option<&Seat>) -> Result<()> {
    let actor = seats::rank(tx, community.id, by.id).await?;
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

/// Refuses unless `by` may act over everybody of `host` who holds a seat.
pub(super) async fn may_act_over_host(tx: &Tx, by: &Account, community: &Account, host: &str) -> Result<()> {
    let highest = "SELECT MAX(role) FROM seats WHERE community_id = {} AND host = {} AND status = {}";
    let highest: Option<Option<i16>> = sql!(highest, community.id, host, SeatStatus::Active).value(tx).await?;
    let highest = highest.flatten().and_then(|number| Role::ALL.iter().find(|role| **role as i16 == number)).copied();
    if !may_moderate(seats::rank(tx, community.id, by.id).await?, highest) || by.host == host {
        return Err(not_permitted().into());
    }
    Ok(())
}

pub(super) fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Refusal::invalid("reason", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)));
    }
    Ok(())
}

pub(super) fn not_permitted() -> Refusal {
    Refusal::forbidden("rank", "Your role in this community does not allow this.")
}
