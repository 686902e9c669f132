//! Off-boarding: somebody left the company and is out everywhere, with receipts (`membership.md` 5).
//!
//! One verb, [`off_board`], for the command line, the API and later SCIM. Here everything ends in its transaction; elsewhere
//! partners are told, and each seat counts as ended when its node's signed record says so. Invariant: it always wins, also
//! over the last owner of a community (S138); the node's own last owner stays. Who says it of whom is refused by rank, but for the
//! machine's own word. Too many at once are held: their seats elsewhere are paused, nothing ends (S142).

mod ahead;
mod held;
mod receipts;
mod review;
mod unvouched;

pub use ahead::{Ahead, ahead};
pub use held::{confirm_held, is_sole_administrator, undo};
pub use receipts::{Receipt, by_id, confirm, latest, receipt, receipts_of, settle, tell_again};
pub use review::{Admitted, admitted, keep as keep_admitted, remove as end_admitted};
pub use unvouched::{apply, end_silent};

use super::{
    accounts, affiliations,
    communities::{self, seats},
    invitations, relationships, rosters, scheduled, sessions,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, OffBoardingId},
        words::SeatStatus,
    },
    policy::leaving::is_mass,
    sql,
    store::{
        Insert, Source, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, OffBoarding, Seat},
    },
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

/// Within which time people who leave are counted together.
const AT_ONCE: Duration = Duration::from_secs(3600);
/// When a node that did not confirm is told again for the first time.
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// How long a request waits that the leaver had granted.
const REQUEST_KEPT: Duration = Duration::from_secs(30 * 86_400);
/// Why a seat held through the organisation ended.
const REASON: &str = "left the organisation";

/// Who does it and why.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leaving<'a> {
    /// The administrator; none: the machine's own word (the command line), which no rank binds.
    pub by: Option<&'a Account>,
    /// Why, for the receipt.
    pub reason: &'a str,
}

/// How the audit log names who does it.
fn name(by: Option<&Account>) -> String {
    by.map_or_else(|| "command line".to_owned(), Account::acct)
}

/// Off-boards one of our people: log-in, sessions, tokens, posts to come, invitations and seats held through the organisation end, partners
/// are told. Seats that are the person's own stay. Done twice it is the same act. Records `RosterDue` for each partner, and
/// what seats that end record; one audit entry. Afterwards forget bearers (`app.bearers.forget_all()`). Refused by rank, and for
/// the last owner whoever says it.
pub async fn off_board(tx: &Tx, account: &Account, leaving: Leaving<'_>) -> Result<OffBoarding> {
    let user = accounts::queries::user(tx, account.id).await?.filter(|_| account.is_local()).ok_or_else(Refusal::not_found)?;
    accounts::may_off_board(tx, leaving.by, account.id).await?;
    if user.off_boarded_at.is_some()
        && let Some(before) = latest(tx, account.id).await?
    {
        return Ok(before);
    }
    accounts::refuse_last_owner(tx, account.id).await?;
    let is_held = is_one_of_many(tx).await?;
    sql!("UPDATE users SET off_boarded_at = {} WHERE account_id = {}", tx.now, account.id).run(tx).await?;
    sessions::end_all(tx, account.id).await?;
    scheduled::end_all(tx, account.id).await?;
    end_invitations(tx, account.id).await?;
    invitations::end_guests_of(tx, account.id).await?;
    review::pause(tx, account.id).await?;
    let act = keep(tx, account, leaving, is_held).await?;
    let hosts = list_seats(tx, &act).await?;
    if !is_held {
        end_here(tx, account).await?;
    }
    rosters::tell_all(tx, &hosts).await?;
    let detail = json!({"seats_elsewhere": hosts.len(), "held": is_held, "reason": leaving.reason});
    tx.audit(Entry { actor: name(leaving.by), act: "account.off_board", object: account.acct(), detail, ..Entry::default() });
    Ok(act)
}

/// Lets somebody who left log in again: hired anew. Nothing else comes back by itself; an act that was held is taken back
/// with its seats ([`undo`]). No effect on somebody who did not leave. Refused by rank; `by` as in [`Leaving`].
pub async fn restore(tx: &Tx, account: &Account, by: Option<&Account>) -> Result<()> {
    accounts::may_off_board(tx, by, account.id).await?;
    let Some(act) = latest(tx, account.id).await?.filter(|act| act.undone_at.is_none()) else { return Ok(()) };
    if act.held_at.is_some() && act.confirmed_at.is_none() {
        return undo(tx, &act, by).await;
    }
    let back = sql!("UPDATE users SET off_boarded_at = NULL WHERE account_id = {} AND off_boarded_at IS NOT NULL", account.id);
    if back.run(tx).await? > 0 {
        tx.audit(Entry { actor: name(by), act: "account.restore", object: account.acct(), ..Entry::default() });
    }
    Ok(())
}

/// Whether one more who leaves now makes too many.
async fn is_one_of_many(from: &impl Source) -> Result<bool> {
    let now = from.now();
    let left = "SELECT COUNT(*) FROM off_boardings WHERE created_at > {} AND undone_at IS NULL";
    let left: Option<i64> = sql!(left, now.minus(AT_ONCE)).value(from).await?;
    let staff = "SELECT COUNT(*) FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.host = '' AND a.gone_at IS NULL \
                 AND (u.off_boarded_at > {} OR (u.off_boarded_at IS NULL AND a.affiliation <> ''))";
    let staff: Option<i64> = sql!(staff, now.minus(AT_ONCE)).value(from).await?;
    Ok(is_mass(left.unwrap_or_default() + 1, staff.unwrap_or_default()))
}

async fn keep(tx: &Tx, account: &Account, leaving: Leaving<'_>, is_held: bool) -> Result<OffBoarding> {
    let act = OffBoarding {
        id: OffBoardingId(tx.id()),
        account_id: account.id,
        by_id: leaving.by.map(|by| by.id),
        reason: leaving.reason.to_owned(),
        sequence: rosters::next_sequence(tx).await?,
        created_at: tx.now,
        held_at: is_held.then_some(tx.now),
        confirmed_by: None,
        confirmed_at: None,
        undone_at: None,
    };
    let row = Insert::into("off_boardings").set("id", act.id).set("account_id", act.account_id).set("by_id", act.by_id);
    let row = row.set("reason", act.reason.as_str()).set("sequence", act.sequence).set("created_at", act.created_at);
    row.set("held_at", act.held_at).run(tx).await?;
    Ok(act)
}

/// Lists the seats elsewhere that are held through us; the hosts where they are.
async fn list_seats(tx: &Tx, act: &OffBoarding) -> Result<Vec<String>> {
    sql!(
        "INSERT INTO off_boarding_seats (off_boarding_id, community_id, host, attempts, next_attempt_at) SELECT {}, s.community_id, c.host, 0, {} \
         FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.account_id = {} AND c.host <> '' AND s.organisation = {} AND s.status IN (0, 1, 2)",
        act.id,
        tx.now.plus(FIRST_WAIT),
        act.account_id,
        affiliations::OURS,
    )
    .run(tx)
    .await?;
    sql!("SELECT DISTINCT host FROM off_boarding_seats WHERE off_boarding_id = {} ORDER BY host", act.id).column(tx).await
}

/// Ends what the person holds here through the organisation, and the badge.
async fn end_here(tx: &Tx, account: &Account) -> Result<()> {
    let held: Vec<Seat> = sql!(
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.account_id = {} AND c.host = '' AND s.organisation = {} \
         AND s.status IN (0, 1, 2)",
        account.id,
        affiliations::OURS,
    )
    .all(tx)
    .await?;
    for seat in hold(tx, held).await? {
        let community = seat.community_id;
        end_seat(tx, seat, REASON).await?;
        relationships::unfollow(tx, account.id, community, None).await?;
    }
    affiliations::take(tx, account).await.map(drop)
}

/// Ends one seat in a community of ours, whatever its role: the last owner's too.
async fn end_seat(tx: &Tx, seat: Seat, reason: &str) -> Result<()> {
    seats::keep(tx, Seat { status: SeatStatus::Ended, reason: reason.to_owned(), paused_at: None, ..seat }, true).await?;
    Ok(())
}

/// Ends the invitations that the person wrote and nobody accepted yet: by address, and in our communities by handle.
async fn end_invitations(tx: &Tx, account: AccountId) -> Result<()> {
    sql!("UPDATE invitations SET ended_at = {} WHERE inviter_id = {} AND accepted_at IS NULL AND ended_at IS NULL", tx.now, account)
        .run(tx)
        .await?;
    let invited: Vec<Seat> = sql!(
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.admitted_by = {} AND c.host = '' AND s.status = {}",
        account,
        SeatStatus::Invited,
    )
    .all(tx)
    .await?;
    for seat in hold(tx, invited).await? {
        end_seat(tx, seat, "whoever invited you has left").await?;
    }
    // Whom they let in while the organisation is being announced waits for somebody else's word.
    sql!(
        "UPDATE seats SET admitted_by = NULL, next_attempt_at = NULL, expires_at = {} WHERE admitted_by = {} AND status = {} \
         AND community_id IN (SELECT id FROM accounts WHERE host = '')",
        tx.now.plus(REQUEST_KEPT),
        account,
        SeatStatus::Requested,
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Holds the communities of `seats` until the act ends, as every other act over a seat does, and reads the seats again: those
/// that ended meanwhile are left out.
async fn hold(tx: &Tx, seats: Vec<Seat>) -> Result<Vec<Seat>> {
    // SQLite has one writer anyway.
    if !tx.is_postgres() {
        return Ok(seats);
    }
    hold_communities(tx, seats.iter().map(|seat| seat.community_id).collect()).await?;
    let mut now = Vec::with_capacity(seats.len());
    for seat in seats {
        let seat = seats::seat(tx, seat.community_id, seat.account_id).await?;
        now.extend(seat.filter(|seat| seat.status != SeatStatus::Ended));
    }
    Ok(now)
}

/// In the order of their ids, so that two acts over the same ones do not wait for each other.
async fn hold_communities(tx: &Tx, ids: BTreeSet<AccountId>) -> Result<()> {
    for id in ids {
        communities::queries::held(tx, id).await?;
    }
    Ok(())
}

/// What an administrator is to see first: acts, newest first (id below `before`), at most `limit`.
pub async fn list(from: &impl Source, before: Option<OffBoardingId>, limit: u32) -> Result<Vec<OffBoarding>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    sql!("SELECT * FROM off_boardings WHERE id < {} ORDER BY id DESC LIMIT {}", before, i64::from(limit)).all(from).await
}

/// Tells the partners where one act's seats are, once each.
fn tell(tx: &Tx, hosts: Vec<String>) {
    hosts.into_iter().for_each(|host| tx.record(Event::RosterDue { host }));
}

/// So long ago that what the leaver did then needs no second look.
fn review_since(now: Stamp) -> Stamp {
    now.minus(Duration::from_secs(30 * 86_400))
}
