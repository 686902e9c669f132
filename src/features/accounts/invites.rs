//! Invitations to have an account here, made by people of this node who may.
//!
//! Whether an invitation works is read at each use: that its inviter still has the right, so that it ends with their standing,
//! their account or their time here (S98). The code is shown once and kept as a hash. It gives the standing of a member, which
//! is the least there is, and nothing in the name of the organisation (S105).

use super::Door;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, InviteId},
        secret,
        sentence::said,
        text::limits::cut_chars,
        words::NodeRole,
    },
    sql,
    store::{
        Insert, Source, Tx,
        audit::Entry,
        tables::{Account, Invite, User},
    },
};
use serde_json::json;
use std::time::Duration;

/// Most people who come by one invitation.
pub const USES_MAX: i64 = 100;
/// Longest time that one works, in days.
pub const DAYS_MAX: i64 = 90;
/// Most invitations that one person has open.
const OPEN_MAX: i64 = 50;
/// Most characters of a note.
const NOTE_CHARS_MAX: usize = 100;
const DAY: Duration = Duration::from_secs(86_400);

/// An invitation to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// How many may come by it, 1 to [`USES_MAX`].
    pub uses: i64,
    /// How many days it works, 1 to [`DAYS_MAX`].
    pub days: i64,
    /// For whom, to remember.
    pub note: String,
}

/// Whether `user` may invite now: people of this node with at least that standing, guests never.
pub fn may_invite(user: &User, door: &Door, now: Stamp) -> bool {
    door.takes_invites() && user.may_enter(now) && !user.is_guest && user.role >= door.inviting
}

/// Makes an invitation; returned with its code in clear, once. Refused where invitations mean nothing, for who may not invite,
/// for more uses or days than there may be, and beyond fifty that are open. Makes one entry in the audit log.
pub async fn make(tx: &Tx, (by, user): (&Account, &User), new: New, door: &Door) -> Result<(Invite, String)> {
    if !may_invite(user, door, tx.now) || !by.is_active() {
        return Err(Refusal::forbidden("not_permitted", "You may not invite people to this node.").into());
    }
    if !(1..=USES_MAX).contains(&new.uses) {
        return Err(Refusal::invalid("uses", said!("must be between 1 and {max}", max = USES_MAX)).into());
    }
    if !(1..=DAYS_MAX).contains(&new.days) {
        return Err(Refusal::invalid("days", said!("must be between 1 and {max}", max = DAYS_MAX)).into());
    }
    let text = "SELECT COUNT(*) FROM invites WHERE inviter_id = {} AND expires_at > {} AND uses < uses_max";
    let open: Option<i64> = sql!(text, by.id, tx.now).value(tx).await?;
    if open.unwrap_or_default() >= OPEN_MAX {
        return Err(Refusal::too_many("You have fifty open invitations; take some back first.").into());
    }
    let (id, clear) = (InviteId(tx.id()), secret::token());
    let expires_at = tx.now.plus(DAY.saturating_mul(new.days.try_into().unwrap_or(1)));
    let note = cut_chars(new.note.trim(), NOTE_CHARS_MAX).to_owned();
    let (inviter_id, uses_max, created_at) = (by.id, new.uses, tx.now);
    let invite = Invite { id, inviter_id, note, uses_max, uses: 0, created_at, expires_at };
    Insert::into("invites")
        .set("id", id)
        .set("code_hash", secret::hash_hex(&clear))
        .set("inviter_id", by.id)
        .set("note", invite.note.clone())
        .set("uses_max", new.uses)
        .set("created_at", tx.now)
        .set("expires_at", expires_at)
        .run(tx)
        .await?;
    tx.audit(Entry::of("invite.create", by.acct()).with(json!({ "invite": id, "uses": new.uses, "expires_at": expires_at })));
    Ok((invite, clear))
}

/// The invitation of this code, if somebody can come by it now; `inviting` is the least standing of who may invite.
pub async fn open(from: &impl Source, clear: &str, inviting: NodeRole) -> Result<Option<Invite>> {
    let text = "SELECT i.* FROM invites i JOIN accounts a ON a.id = i.inviter_id JOIN users u ON u.account_id = i.inviter_id \
         WHERE i.code_hash = {} AND i.expires_at > {} AND i.uses < i.uses_max AND a.suspended_at IS NULL AND a.gone_at IS NULL \
         AND u.approved = TRUE AND u.unconfirmed = FALSE AND u.is_guest = FALSE AND u.off_boarded_at IS NULL \
         AND u.disabled_at IS NULL AND u.role >= {}";
    sql!(text, secret::hash_hex(clear), from.now(), inviting).one(from).await
}

/// Somebody comes by the invitation of this code: one use less. Returns who invited. Refused when nobody can come by it (any more).
pub(super) async fn use_up(tx: &Tx, clear: &str, inviting: NodeRole) -> Result<AccountId> {
    let over = || Refusal::invalid("invite_code", "is not valid, or not any more");
    let invite = open(tx, clear, inviting).await?.ok_or_else(over)?;
    let used = sql!("UPDATE invites SET uses = uses + 1 WHERE id = {} AND uses < uses_max", invite.id).run(tx).await?;
    if used == 0 { Err(over().into()) } else { Ok(invite.inviter_id) }
}

/// The invitations that `account` made and that still can be used, newest first.
pub async fn open_of(from: &impl Source, account: AccountId) -> Result<Vec<Invite>> {
    let text = "SELECT * FROM invites WHERE inviter_id = {} AND expires_at > {} AND uses < uses_max ORDER BY id DESC LIMIT {}";
    sql!(text, account, from.now(), OPEN_MAX).all(from).await
}

/// Takes an invitation of one's own back. Refused when it is none. Makes one entry in the audit log.
pub async fn revoke(tx: &Tx, by: &Account, id: InviteId) -> Result<()> {
    let text = "UPDATE invites SET expires_at = {} WHERE id = {} AND inviter_id = {} AND expires_at > {}";
    if sql!(text, tx.now, id, by.id, tx.now).run(tx).await? == 0 {
        return Err(Refusal::not_found().into());
    }
    tx.audit(Entry::of("invite.revoke", by.acct()).with(json!({ "invite": id })));
    Ok(())
}
