//! What administrators do with the people of this node beside approving and punishing: accounts made for them, standings, ways in.
//!
//! Each act is refused by rank (`policy/administration.rs`): a link that logs in as somebody is as much as being them, so nobody
//! makes one for their equal. One entry in the audit log each. Afterwards forget bearers (`app.bearers.forget_all()`).

use crate::{
    base::{
        error::{Refusal, Result},
        text::{limits::DISPLAY_NAME_CHARS_MAX, names::display_name},
        words::{AccountKind, NodeRole},
    },
    features::{
        accounts::{self, NewKeys, NewUser},
        affiliations,
        sessions::{self, second_factor},
    },
    policy::administration::{may_act_on, may_give},
    sql,
    store::{
        Source, Tx,
        audit::Entry,
        tables::{Account, Invite, User},
    },
};
use serde_json::Value;

/// Most invitations listed.
const INVITES_MAX: i64 = 500;

/// Somebody for whom an account is made.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Name without host, checked by `names::local_name`.
    pub username: String,
    /// Name shown; may be empty.
    pub display_name: String,
    /// Address for log-in.
    pub email: String,
    /// Standing on this node.
    pub role: NodeRole,
    /// As what they work for this organisation, and where in it; none: they do not.
    pub works_as: Option<(String, String)>,
}

/// Makes an account for somebody, who may use it at once: with the secret of a one-time log-in link, shown once. Refused by rank,
/// for a name or address that is taken, and for what is no address.
pub async fn create(tx: &Tx, by: &Account, new: Newcomer, keys: NewKeys) -> Result<(Account, String)> {
    may_give(standing(tx, by).await?.role, NodeRole::Member, new.role)?;
    let display_name = display_name(&new.display_name, DISPLAY_NAME_CHARS_MAX);
    let made = accounts::New { username: new.username, kind: AccountKind::Person, display_name, locked: false, keys };
    let account = accounts::create(tx, made).await?;
    let user = NewUser { email: new.email, password_hash: String::new(), role: new.role, approved: true };
    accounts::enrol(tx, account.id, user).await?;
    if let Some((title, unit)) = &new.works_as {
        affiliations::give(tx, &account, (title, unit)).await?;
    }
    let link = sessions::make_login_link(tx, account.id).await?;
    Ok((account, link))
}

/// Gives `target` another standing. Refused by rank, for the last owner, and for guests, who have none but the least.
pub async fn set_role(tx: &Tx, by: &Account, target: &Account, role: NodeRole) -> Result<()> {
    let theirs = standing(tx, target).await?;
    may_give(standing(tx, by).await?.role, theirs.role, role)?;
    if theirs.is_guest && role != NodeRole::Member {
        return Err(Refusal::invalid("role", "is not for guests").into());
    }
    accounts::set_role(tx, target.id, role).await
}

/// A fresh one-time log-in link for `target`: its secret, shown once. Refused by rank, and for whoever may not log in.
pub async fn login_link(tx: &Tx, by: &Account, target: &Account) -> Result<String> {
    let theirs = below(tx, by, target).await?;
    if !theirs.may_enter(tx.now) || !target.is_active() {
        return Err(Refusal::conflict("may_not_enter", "This account may not log in now, so a link would open nothing.").into());
    }
    let secret = sessions::make_login_link(tx, target.id).await?;
    sessions::note_token(tx, "account.login_link", target.id, Value::Null).await?;
    Ok(secret)
}

/// Ends every session and every app of `target`. Refused by rank.
pub async fn log_out(tx: &Tx, by: &Account, target: &Account) -> Result<()> {
    below(tx, by, target).await?;
    sessions::end_all(tx, target.id).await?;
    tx.audit(Entry::of("session.end_all", target.acct()));
    Ok(())
}

/// Switches the second step of `target` off, whose phone is lost: whether it was on. Sessions end then. Refused by rank.
pub async fn without_second_factor(tx: &Tx, by: &Account, target: &Account) -> Result<bool> {
    below(tx, by, target).await?;
    let was_on = second_factor::switch_off(tx, target.id).await?;
    if was_on {
        sessions::end_all(tx, target.id).await?;
    }
    Ok(was_on)
}

/// What `target` has, where `by` stands above it.
async fn below(tx: &Tx, by: &Account, target: &Account) -> Result<User> {
    let theirs = standing(tx, target).await?;
    may_act_on(standing(tx, by).await?.role, Some(theirs.role))?;
    Ok(theirs)
}

async fn standing(tx: &Tx, account: &Account) -> Result<User> {
    Ok(accounts::queries::user(tx, account.id).await?.ok_or_else(Refusal::not_found)?)
}

/// The invitations of all of this node's people that can still be used, newest first.
pub async fn open_invites(from: &impl Source) -> Result<Vec<Invite>> {
    sql!("SELECT * FROM invites WHERE expires_at > {} AND uses < uses_max ORDER BY id DESC LIMIT {}", from.now(), INVITES_MAX)
        .all(from)
        .await
}

/// Takes an invitation back, whoever made it. Refused when none of that number can be used.
pub async fn revoke_invite(tx: &Tx, id: i64) -> Result<()> {
    if sql!("UPDATE invites SET expires_at = {} WHERE id = {} AND expires_at > {}", tx.now, id, tx.now).run(tx).await? == 0 {
        return Err(Refusal::not_found().into());
    }
    tx.audit(Entry::of("invite.revoke", id.to_string()));
    Ok(())
}
