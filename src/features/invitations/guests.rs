//! Guests: people without a node of their own, on the word of a sponsor, until a date.
//!
//! A guest is an account of this node: unaffiliated, marked so wherever it is shown (`accounts.guest`), with personal seats
//! only. Its end counts at each use (`User::is_over`, `seats.expires_at`); the verbs here write down what has ended, at the
//! date or with the sponsor (suspended, deleted, off-boarded), unless somebody else sponsors them.

use super::{Claimed, claimed, entry, may, queries::policies, settle};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        words::{AccountKind, History, NodeRole, Role, SeatStatus},
    },
    features::{
        accounts::{self, NewKeys, NewUser},
        communities::{self, seats},
        memberships,
        relationships::{self, FollowOptions},
        sessions,
    },
    policy::invitation::guest_until,
    sql,
    store::{
        Insert, Tx,
        audit::Entry,
        event::Event,
        list,
        tables::{Account, Community, Guest, Invitation, Seat, User},
    },
};
use serde_json::json;

/// Why a seat ended with its guest.
const OVER: &str = "the guest's time is over";
/// Most seats of one guest that end in one act.
const SEATS_MAX: i64 = 1000;

/// Somebody who comes as a guest.
#[derive(Clone, Debug)]
pub struct NewGuest {
    /// Already validated by `base/text/names.rs`.
    pub username: String,
    /// Name shown.
    pub display_name: String,
    /// argon2id PHC string.
    pub password_hash: String,
    /// Whether they accept the policies that were shown.
    pub accepts: bool,
    /// Their keys.
    pub keys: NewKeys,
}

/// Whoever holds the link becomes a guest of this node and a member of the community. The link was sent to their address, so
/// that is confirmed. Refused when name or address are taken, or the policies are not accepted; the link works on then.
pub async fn accept(tx: &Tx, token: &str, new: NewGuest) -> Result<Account> {
    let Claimed { invitation, inviter, community, facts } = claimed(tx, token).await?;
    let until = guest_until(tx.now, invitation.guest_until.filter(|until| *until > tx.now))?;
    let policies = policies(tx, community.id).await?;
    if !policies.is_empty() && !new.accepts {
        return Err(Refusal::invalid("policies", "must be accepted").into());
    }
    let made =
        accounts::New { username: new.username, kind: AccountKind::Person, display_name: new.display_name, locked: false, keys: new.keys };
    let account = accounts::create(tx, made).await?;
    let user = NewUser { email: invitation.email.clone(), password_hash: new.password_hash, role: NodeRole::Member, approved: true };
    accounts::enrol(tx, account.id, user).await?;
    mark(tx, account.id, &inviter, until).await?;
    for policy in policies {
        let row = Insert::into("acceptances").set("account_id", account.id).set("digest", policy.digest).set("owner_id", policy.owner_id);
        row.set("accepted_at", tx.now).on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    }
    seat(tx, (&account, &community), (&invitation, &facts), until).await?;
    settle(tx, invitation.id, "accepted_at = {}", Some(&account)).await?;
    let detail = json!({ "invitation": invitation.id, "community": community.uri, "role": invitation.role, "until": until });
    tx.audit(entry(&inviter, "guest.admit", &account, detail));
    Ok(accounts::queries::by_id(tx, account.id).await?.ok_or_else(Refusal::not_found)?)
}

/// The personal seat of a new guest, and the follow that brings them its posts.
async fn seat(tx: &Tx, (account, community): (&Account, &Account), (by, facts): (&Invitation, &Community), until: Stamp) -> Result<()> {
    let seat = Seat {
        role: by.role,
        stakeholder: by.stakeholder,
        admitted_by: Some(by.inviter_id),
        sponsor_id: Some(by.inviter_id),
        expires_at: Some(until),
        history_from: if facts.history == History::All { Stamp(0) } else { tx.now },
        ..seats::fresh(tx, community.id, account.id, SeatStatus::Active)
    };
    seats::keep(tx, seat, true).await?;
    relationships::follow(tx, account, community, FollowOptions::default(), None).await?;
    relationships::accept(tx, account.id, community.id).await
}

/// Marks an account of ours as the guest of `sponsor` until then. Records `ProfileEdited`: others show it too.
async fn mark(tx: &Tx, account: AccountId, sponsor: &Account, until: Stamp) -> Result<()> {
    let users = "UPDATE users SET is_guest = TRUE, sponsor_id = {}, guest_until = {} WHERE account_id = {}";
    sql!(users, sponsor.id, until, account).run(tx).await?;
    let shown = Guest { sponsor: sponsor.uri.clone(), handle: sponsor.acct(), until };
    let shown = serde_json::to_string(&shown).map_err(anyhow::Error::from)?;
    sql!("UPDATE accounts SET guest = {}, affiliation = '' WHERE id = {}", shown, account).run(tx).await?;
    tx.record(Event::ProfileEdited { account });
    Ok(())
}

/// Answers for a guest of this node from now on, until `until` (90 days unless said). A guest whose time was over may log in
/// again, and has their seat in this community back in the role they had; other seats stay ended.
///
/// Refused below curator, over ranks not below one's own, for who is no guest or was put out of the community.
pub async fn sponsor(tx: &Tx, by: &Account, (account, community): (&Account, &Account), until: Option<Stamp>) -> Result<Seat> {
    let user = accounts::queries::user(tx, account.id).await?.filter(|user| user.is_guest);
    let before = seats::seat(tx, community.id, account.id).await?;
    let (_, before) = user.zip(before).ok_or_else(Refusal::not_found)?;
    may(tx, by, community, before.role).await?;
    let is_in = before.status == SeatStatus::Active;
    if !account.is_active() || !(is_in || before.status == SeatStatus::Ended && before.reason == OVER) {
        let sentence = "This guest was not only out of time; invite them again, or lift the ban first.";
        return Err(Refusal::conflict("not_a_guest", sentence).into());
    }
    if seats::is_banned(tx, community.id, account.id).await? {
        return Err(Refusal::forbidden("banned", "This person is banned from the community; lift the ban first.").into());
    }
    let until = guest_until(tx.now, until)?;
    mark(tx, account.id, by, until).await?;
    // Every seat that still is one lasts as long as the guest does.
    let others = "UPDATE seats SET sponsor_id = {}, expires_at = {} WHERE account_id = {} AND status = {} AND sponsor_id IS NOT NULL";
    sql!(others, by.id, until, account.id, SeatStatus::Active).run(tx).await?;
    let admitted_by = if is_in { before.admitted_by } else { Some(by.id) };
    let (status, sponsor_id, expires_at) = (SeatStatus::Active, Some(by.id), Some(until));
    let seat = seats::keep(tx, Seat { status, admitted_by, sponsor_id, expires_at, reason: String::new(), ..before }, true).await?;
    if !is_in {
        relationships::follow(tx, account, community, FollowOptions::default(), None).await?;
        relationships::accept(tx, account.id, community.id).await?;
    }
    tx.audit(entry(by, "guest.sponsor", account, json!({ "community": community.uri, "until": until })));
    Ok(seat)
}

/// Ends every guest whom `sponsor` answers for, since the sponsor is off-boarded, suspended or deleted. How many ended.
pub async fn end_guests_of(tx: &Tx, sponsor: AccountId) -> Result<u64> {
    let guests: Vec<AccountId> =
        sql!("SELECT account_id FROM users WHERE is_guest AND sponsor_id = {} AND guest_until > {}", sponsor, tx.now).column(tx).await?;
    end_all(tx, &guests, "the sponsor left").await
}

/// Ends guests whose date has come or whose sponsor is no longer there, at most `limit`: for housekeeping. How many ended.
pub async fn end_due(tx: &Tx, limit: u32) -> Result<u64> {
    // A guest's sessions end with them: whoever still has something that ends is not yet written down as ended.
    let due: Vec<AccountId> = sql!(
        "SELECT u.account_id FROM users u JOIN accounts g ON g.id = u.account_id WHERE u.is_guest AND g.guest <> '' AND g.gone_at IS NULL \
         AND (u.guest_until <= {} OR NOT EXISTS (SELECT 1 FROM accounts s LEFT JOIN users su ON su.account_id = s.id \
             WHERE s.id = u.sponsor_id AND s.suspended_at IS NULL AND s.gone_at IS NULL AND su.off_boarded_at IS NULL)) \
         AND (u.guest_until > {} OR EXISTS (SELECT 1 FROM seats t WHERE t.account_id = u.account_id AND t.status = {}) \
             OR EXISTS (SELECT 1 FROM tokens k WHERE k.account_id = u.account_id)) ORDER BY u.account_id LIMIT {}",
        tx.now,
        tx.now,
        SeatStatus::Active,
        i64::from(limit)
    )
    .column(tx)
    .await?;
    end_all(tx, &due, "the end date, or the sponsor's").await
}

async fn end_all(tx: &Tx, guests: &[AccountId], why: &str) -> Result<u64> {
    if guests.is_empty() {
        return Ok(0);
    }
    let accounts: Vec<Account> = sql!("SELECT * FROM accounts WHERE id IN {} ORDER BY id", list(guests)).all(tx).await?;
    for account in &accounts {
        let user = accounts::queries::user(tx, account.id).await?.ok_or_else(Refusal::not_found)?;
        end(tx, account, &user, why).await?;
    }
    Ok(accounts.len() as u64)
}

/// Ends one guest: log-in, sessions, tokens and every seat. The account and what it wrote stay.
async fn end(tx: &Tx, account: &Account, user: &User, why: &str) -> Result<()> {
    let until = user.guest_until.map_or(tx.now, |until| until.min(tx.now));
    sql!("UPDATE users SET guest_until = {} WHERE account_id = {}", until, account.id).run(tx).await?;
    if let Some(guest) = account.guest() {
        let shown = serde_json::to_string(&Guest { until, ..guest }).map_err(anyhow::Error::from)?;
        sql!("UPDATE accounts SET guest = {} WHERE id = {}", shown, account.id).run(tx).await?;
    }
    sessions::end_all(tx, account.id).await?;
    let held: Vec<AccountId> = sql!(
        "SELECT community_id FROM seats WHERE account_id = {} AND status <> {} ORDER BY community_id LIMIT {}",
        account.id,
        SeatStatus::Ended,
        SEATS_MAX
    )
    .column(tx)
    .await?;
    for community in held {
        leave(tx, account, community).await?;
    }
    tx.audit(Entry { actor: "node".into(), ..entry(account, "guest.end", account, json!({ "why": why })) });
    Ok(())
}

async fn leave(tx: &Tx, account: &Account, community: AccountId) -> Result<()> {
    let Some(community) = accounts::queries::by_id(tx, community).await? else { return Ok(()) };
    if !community.is_local() {
        return memberships::leave(tx, account, &community, None).await;
    }
    communities::queries::held(tx, community.id).await?;
    if let Some(seat) = seats::seat(tx, community.id, account.id).await?.filter(|seat| seat.status != SeatStatus::Ended) {
        // Whoever was only invited or asked was never in: they ask again.
        let reason = if seat.status == SeatStatus::Active { OVER.to_owned() } else { "ended".to_owned() };
        let role = seat.role.min(Role::Moderator);
        seats::keep(tx, Seat { status: SeatStatus::Ended, reason, role, ..seat }, true).await?;
    }
    relationships::unfollow(tx, account.id, community.id, None).await
}
