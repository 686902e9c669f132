//! Invitations to a community of ours by e-mail address; one by handle is a seat with status invited.
//!
//! The link's token is kept as a hash, and sealed until its mail is sent. It works once: as a guest of this node
//! ([`guests`]), or handed over to an account that the person has elsewhere ([`hand_over`]).
//! Invariant: nobody gives a role of their own rank or above, neither when inviting nor when the link is used (S105, S129).

pub mod guests;
pub mod mails;
pub mod queries;

pub use guests::{end_due, end_guests_of, sponsor};

use super::{
    accounts,
    communities::{self, seats},
};
use crate::{
    base::{
        clock::Stamp,
        error::{Error, Refusal, Result},
        id::InvitationId,
        seal::Secret,
        secret,
        sentence::said,
        words::{AccountKind, Role, SeatStatus, Stage, Stakeholder},
    },
    policy::invitation::{guest_until, may_invite, open_until},
    sql,
    store::{
        Insert, Tx,
        audit::Entry,
        tables::{Account, Community, Invitation, Seat},
    },
};
use serde_json::json;
use std::time::Duration;

/// How many links one person makes in a day.
const PER_DAY_MAX: i64 = 50;
/// How often a link is made for one invitation.
const SENDS_MAX: i64 = 5;
const DAY: Duration = Duration::from_secs(86_400);
/// Longest e-mail address, in bytes (RFC 5321 §4.5.3.1.3).
const EMAIL_BYTES_MAX: usize = 254;

/// An invitation to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// To which address.
    pub email: String,
    /// The role it gives.
    pub role: Role,
    /// What a guest is to the organisation that owns the community.
    pub stakeholder: Stakeholder,
    /// Until when a guest stays; by default 90 days from accepting.
    pub guest_until: Option<Stamp>,
    /// Until when it can be accepted; by default 14 days.
    pub expires_at: Option<Stamp>,
}

/// Invites an address to a community of ours; its mail is then sent (`outreach/`).
///
/// Refused below curator, for roles not below one's own, for guests, when the address has an open invitation to the same
/// community, and beyond 50 a day. Whether the address belongs to somebody here changes nothing (S54).
pub async fn invite(tx: &Tx, by: &Account, community: &Account, new: New, node: &Secret) -> Result<Invitation> {
    may(tx, by, community, new.role).await?;
    let email = address(&new.email)?;
    let expires_at = open_until(tx.now, new.expires_at)?;
    new.guest_until.map(|until| guest_until(tx.now, Some(until))).transpose()?;
    let key = email.to_lowercase();
    if queries::open_to(tx, community.id, &key).await?.is_some() {
        return Err(Refusal::conflict("invited", "This address has an open invitation already; send it again, or revoke it first.").into());
    }
    within_the_day(tx, by).await?;
    let (id, clear) = (InvitationId(tx.id()), secret::token());
    Insert::into("invitations")
        .set("id", id)
        .set("community_id", community.id)
        .set("inviter_id", by.id)
        .set("email", email)
        .set("email_key", key)
        .set("token_hash", secret::hash_hex(&clear))
        .set("token_sealed", node.seal(&context(id), clear.as_bytes())?)
        .set("role", new.role)
        .set("stakeholder", new.stakeholder)
        .set("guest_until", new.guest_until)
        .set("created_at", tx.now)
        .set("expires_at", expires_at)
        .set("sends", 1_i64)
        .set("mail_next_at", tx.now)
        .run(tx)
        .await?;
    tx.audit(entry(by, "invitation.create", community, json!({ "invitation": id, "role": new.role, "expires_at": expires_at })));
    Ok(queries::by_id(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

/// Makes a new link for an open or expired invitation and sends it; the link before it no longer works.
/// Refused as [`invite`] is, and beyond five links for one invitation.
pub async fn resend(tx: &Tx, by: &Account, community: &Account, id: InvitationId, node: &Secret) -> Result<Invitation> {
    let invitation = unsettled(tx, community, id).await?;
    may(tx, by, community, invitation.role).await?;
    if invitation.sends >= SENDS_MAX {
        return Err(Refusal::too_many("This invitation was sent five times; make another one.").into());
    }
    within_the_day(tx, by).await?;
    let clear = secret::token();
    sql!(
        "UPDATE invitations SET token_hash = {}, token_sealed = {}, inviter_id = {}, expires_at = {}, sends = sends + 1, mail_attempts = 0, \
         mail_next_at = {}, mailed_at = NULL, mail_error = '' WHERE id = {}",
        secret::hash_hex(&clear),
        node.seal(&context(id), clear.as_bytes())?,
        by.id,
        open_until(tx.now, None)?,
        tx.now,
        id
    )
    .run(tx)
    .await?;
    tx.audit(entry(by, "invitation.resend", community, json!({ "invitation": id })));
    Ok(queries::by_id(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

/// Takes an invitation back: its link no longer works. Refused once it was accepted.
pub async fn revoke(tx: &Tx, by: &Account, community: &Account, id: InvitationId) -> Result<()> {
    let invitation = unsettled(tx, community, id).await?;
    if invitation.inviter_id != by.id {
        may(tx, by, community, invitation.role).await?;
    }
    settle(tx, id, "ended_at = {}", None).await?;
    tx.audit(entry(by, "invitation.revoke", community, json!({ "invitation": id })));
    Ok(())
}

/// Whoever holds the link declines it: it no longer works. Nothing happens when it is over anyway.
pub async fn decline(tx: &Tx, token: &str) -> Result<()> {
    let Claimed { invitation, community, .. } = claimed(tx, token).await?;
    settle(tx, invitation.id, "ended_at = {}", None).await?;
    tx.audit(Entry { actor: "node".into(), ..entry(&community, "invitation.decline", &community, json!({ "invitation": invitation.id })) });
    Ok(())
}

/// Whoever holds the link has an account, here or elsewhere: the seat becomes an invitation for that account, to be accepted
/// where it lives. The caller has fetched `account` before. Refused for what is no person, for members, for the banned.
pub async fn hand_over(tx: &Tx, token: &str, account: &Account) -> Result<Seat> {
    let Claimed { invitation, inviter, community, facts } = claimed(tx, token).await?;
    if !account.is_active() || account.kind != AccountKind::Person {
        return Err(Refusal::invalid("handle", "is not a person's").into());
    }
    if !account.is_local() && facts.stage == Stage::Local {
        let sentence =
            "This community is for people of this node: come as a guest, or ask for a place in a community that is open to partners.";
        return Err(Refusal::forbidden("stage", sentence).into());
    }
    let before = seats::seat(tx, community.id, account.id).await?;
    if before.as_ref().is_some_and(|seat| seat.status == SeatStatus::Active) {
        return Err(Refusal::conflict("member", "This account is a member of the community already.").into());
    }
    if seats::is_banned(tx, community.id, account.id).await? {
        return Err(Refusal::forbidden("banned", "This account is banned from the community.").into());
    }
    let seat = before.unwrap_or_else(|| seats::fresh(tx, community.id, account.id, SeatStatus::Invited));
    let expires_at = Some(open_until(tx.now, None)?);
    let (role, admitted_by) = (invitation.role, Some(invitation.inviter_id));
    let seat = Seat { status: SeatStatus::Invited, role, admitted_by, expires_at, reason: String::new(), ..seat };
    let seat = seats::keep(tx, seat, true).await?;
    settle(tx, invitation.id, "accepted_at = {}", Some(account)).await?;
    let detail = json!({ "invitation": invitation.id, "account": account.acct(), "role": role });
    tx.audit(entry(&inviter, "seat.invite", &community, detail));
    Ok(seat)
}

/// An invitation that is being used.
struct Claimed {
    invitation: Invitation,
    inviter: Account,
    community: Account,
    facts: Community,
}

/// The invitation whose link has this token, held until the act ends, with its community. One answer for unknown, used,
/// revoked and expired ones (S54); over as well when its inviter could not give this role any more.
async fn claimed(tx: &Tx, token: &str) -> Result<Claimed> {
    let invitation = queries::open(tx, token).await?.ok_or_else(Refusal::not_found)?;
    let facts = communities::queries::held(tx, invitation.community_id).await?;
    // Read again now that the community is held: two uses of one link follow one another.
    let invitation = queries::open(tx, token).await?.ok_or_else(Refusal::not_found)?;
    let community = accounts::queries::by_id(tx, invitation.community_id).await?.filter(Account::is_active);
    let community = community.ok_or_else(Refusal::not_found)?;
    let inviter = accounts::queries::by_id(tx, invitation.inviter_id).await?.ok_or_else(Refusal::not_found)?;
    match may(tx, &inviter, &community, invitation.role).await {
        Ok(()) => Ok(Claimed { invitation, inviter, community, facts }),
        Err(Error::Refused(_)) => Err(Refusal::not_found().into()),
        Err(fault) => Err(fault),
    }
}

/// Whether `by` may invite to the community as `role`, now.
async fn may(tx: &Tx, by: &Account, community: &Account, role: Role) -> Result<()> {
    if !community.is_local() {
        return Err(Refusal::forbidden("elsewhere", "Invite by e-mail on the community's own node.").into());
    }
    if communities::queries::held(tx, community.id).await?.closed_at.is_some() {
        return Err(Refusal::forbidden("community_closed", "This community is closed.").into());
    }
    if by.guest().is_some() {
        return Err(Refusal::forbidden("guest", "Guests do not invite others; ask your sponsor to.").into());
    }
    Ok(may_invite(seats::role(tx, community.id, by.id).await?, role)?)
}

/// An invitation to this community that was neither accepted nor revoked.
async fn unsettled(tx: &Tx, community: &Account, id: InvitationId) -> Result<Invitation> {
    let found = queries::by_id(tx, id).await?.filter(|invitation| invitation.community_id == community.id);
    let found = found.filter(|invitation| invitation.accepted_at.is_none() && invitation.ended_at.is_none());
    Ok(found.ok_or_else(Refusal::not_found)?)
}

async fn within_the_day(tx: &Tx, by: &Account) -> Result<()> {
    if queries::links_since(tx, by.id, tx.now.minus(DAY)).await? >= PER_DAY_MAX {
        return Err(Refusal::too_many(said!("You sent {max} invitations within a day; go on tomorrow.", max = PER_DAY_MAX)).into());
    }
    Ok(())
}

/// Ends the use of a link: `set` names the column that says how. No mail goes out any more.
async fn settle(tx: &Tx, id: InvitationId, set: &str, account: Option<&Account>) -> Result<()> {
    let text = format!("UPDATE invitations SET {set}, account_id = {{}}, token_sealed = NULL, mail_next_at = NULL WHERE id = {{}}");
    sql!(text, tx.now, account.map(|account| account.id), id).run(tx).await?;
    Ok(())
}

/// An address as typed, without what stands around it.
fn address(typed: &str) -> Result<String, Refusal> {
    let email = typed.trim();
    let whole = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.len() > 2 && !host.contains('@'));
    let plain = email.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[]\\,;:\"".contains(&b));
    if whole && plain && email.len() <= EMAIL_BYTES_MAX {
        Ok(email.to_owned())
    } else {
        Err(Refusal::invalid("email", "is not an e-mail address"))
    }
}

/// The context under which the token of an invitation is sealed.
fn context(id: InvitationId) -> String {
    format!("invitations:{id}")
}

fn entry(actor: &Account, act: &'static str, object: &Account, detail: serde_json::Value) -> Entry {
    Entry { actor: actor.acct(), act, object: object.uri.clone(), detail, ..Entry::default() }
}
