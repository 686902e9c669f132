//! People, communities, nodes and organisations, here and elsewhere.

mod addresses;
mod approval;
mod ending;
pub mod invites;
pub mod letters;
pub mod limits;
pub mod names;
pub mod queries;
mod remote;
mod rotation;
mod sign_up;
mod users;

pub use addresses::{ask_for_address, confirm, confirm_again, confirm_by_hand, opened};
pub use approval::{approve, forget_unconfirmed, reject, waiting};
pub use ending::{delete, mark_gone};
pub use remote::{Remote, keep_remote};
pub use rotation::{forget_retired, retired, rotate};
pub use sign_up::{Door, Newcomer, sign_up};
pub(in crate::features) use users::may_off_board;
pub use users::{NewUser, address, enrol, note_sign_in, set_locale, set_password, set_role};

use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        text::names::skeleton,
        words::{AccountKind, Audience, KeyKind, NodeRole},
    },
    sql,
    store::{
        Insert, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, Emoji, Field, Showing},
    },
};
use serde_json::Value;

/// The two keys of an account of ours, ready to be kept: made outside the transaction.
#[derive(Clone, Debug)]
pub struct NewKeys {
    /// RSA-2048 public key, SPKI PEM.
    pub rsa_public: String,
    /// Its private half, PKCS#8, sealed by the node secret.
    pub rsa_sealed: Vec<u8>,
    /// Ed25519 public key, multibase.
    pub ed25519_public: String,
    /// Its private half, PKCS#8, sealed by the node secret.
    pub ed25519_sealed: Vec<u8>,
}

/// A new account of ours: person, community, node or organisation.
#[derive(Clone, Debug)]
pub struct New {
    /// Already validated by `base/text/names.rs`.
    pub username: String,
    /// What it is; decides the path of its id (`/u/…`, `/c/…`, `/actor`, `/org`).
    pub kind: AccountKind,
    /// Name shown.
    pub display_name: String,
    /// Followers approved by hand.
    pub locked: bool,
    /// Its keys.
    pub keys: NewKeys,
}

/// Changes of one's own profile; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Name shown.
    pub display_name: Option<String>,
    /// Description as typed, and its HTML.
    pub note: Option<(String, String)>,
    /// Profile fields as typed.
    pub fields: Option<Vec<Field>>,
    /// Followers approved by hand.
    pub locked: Option<bool>,
    /// Bot.
    pub bot: Option<bool>,
    /// To be found.
    pub discoverable: Option<bool>,
    /// Default audience of posts.
    pub posting_audience: Option<Audience>,
    /// Posts sensitive by default.
    pub posting_sensitive: Option<bool>,
    /// Default language.
    pub posting_language: Option<String>,
    /// The path of the avatar; empty for none.
    pub avatar: Option<String>,
    /// The path of the header; empty for none.
    pub header: Option<String>,
    /// Custom emoji of this node in name, description and fields.
    pub emojis: Option<Vec<Emoji>>,
    /// How the profile is shown.
    pub showing: Option<Showing>,
}

/// Makes an account of ours with its keys. Refused when the name is taken, or looks like one that
/// is (names of people and communities share one space, also those of deleted ones).
pub async fn create(tx: &Tx, new: New) -> Result<Account> {
    let taken = || Refusal::invalid("username", "has already been taken");
    let key = new.username.to_lowercase();
    let alike: Option<i64> = sql!(
        "SELECT COUNT(*) FROM accounts WHERE host = '' AND (username_key = {} OR \
         replace(replace(replace(replace(username_key, '0', 'o'), '1', 'l'), 'vv', 'w'), 'rn', 'm') = {})",
        key.clone(),
        skeleton(&key),
    )
    .value(tx)
    .await?;
    if alike.unwrap_or_default() > 0 {
        return Err(taken().into());
    }
    let (id, uri) = (AccountId(tx.id()), local_uri(new.kind, &new.username));
    let inserted = Insert::into("accounts")
        .set("id", id)
        .set("kind", new.kind)
        .set("username", new.username.as_str())
        .set("username_key", key)
        .set("uri", uri.clone())
        .set("url", uri.clone())
        .set("display_name", new.display_name.as_str())
        .set("locked", new.locked)
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await?;
    if inserted == 0 {
        return Err(taken().into());
    }
    keep_keys(tx, id, &uri, new.keys).await?;
    names::keep(tx, id, &new.username, &new.display_name).await?;
    Ok(queries::by_id(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

/// The stored uri of an account of ours.
pub fn local_uri(kind: AccountKind, username: &str) -> String {
    match kind {
        AccountKind::Person | AccountKind::Service => format!("/u/{username}"),
        AccountKind::Community => format!("/c/{username}"),
        AccountKind::Node => "/actor".to_owned(),
        AccountKind::Organisation => "/org".to_owned(),
    }
}

async fn keep_keys(tx: &Tx, id: AccountId, uri: &str, keys: NewKeys) -> Result<()> {
    let pairs = [
        (KeyKind::Rsa, "main-key", keys.rsa_public, keys.rsa_sealed),
        (KeyKind::Ed25519, "ed25519-key", keys.ed25519_public, keys.ed25519_sealed),
    ];
    for (kind, name, public, sealed) in pairs {
        let key = Insert::into("keys").set("uri", format!("{uri}#{name}")).set("account_id", id).set("kind", kind);
        key.set("public_key", public).set("private_sealed", sealed).set("fetched_at", tx.now).run(tx).await?;
    }
    Ok(())
}

/// Changes a profile of ours; records `ProfileEdited` when something that others see changed.
pub async fn change_profile(tx: &Tx, account: &Account, changes: Changes) -> Result<()> {
    let shown = changes.display_name.is_some() || changes.note.is_some() || changes.fields.is_some();
    let shown = shown || changes.avatar.is_some() || changes.header.is_some();
    let shown = shown || changes.locked.is_some() || changes.bot.is_some() || changes.discoverable.is_some();
    if let Some(name) = &changes.display_name {
        names::keep(tx, account.id, &account.username, name).await?;
    }
    let (source, html) = changes.note.unzip();
    let fields = changes.fields.map(|fields| serde_json::to_string(&fields)).transpose().map_err(anyhow::Error::from)?;
    let emojis = changes.emojis.map(|emojis| serde_json::to_string(&emojis)).transpose().map_err(anyhow::Error::from)?;
    let shown = shown || changes.showing.is_some();
    let showing = changes.showing.map(|showing| serde_json::to_string(&showing)).transpose().map_err(anyhow::Error::from)?;
    sql!(
        "UPDATE accounts SET display_name = COALESCE({}, display_name), note_source = COALESCE({}, note_source), note = COALESCE({}, note), \
         fields = COALESCE({}, fields), locked = COALESCE({}, locked), bot = COALESCE({}, bot), discoverable = COALESCE({}, discoverable), \
         avatar_url = COALESCE({}, avatar_url), header_url = COALESCE({}, header_url), emojis = COALESCE({}, emojis), \
         showing = COALESCE({}, showing) WHERE id = {} AND host = ''",
        changes.display_name,
        source,
        html,
        fields,
        changes.locked,
        changes.bot,
        changes.discoverable,
        changes.avatar,
        changes.header,
        emojis,
        showing,
        account.id,
    )
    .run(tx)
    .await?;
    sql!(
        "UPDATE users SET posting_audience = COALESCE({}, posting_audience), posting_sensitive = COALESCE({}, posting_sensitive), \
         posting_language = COALESCE({}, posting_language) WHERE account_id = {}",
        changes.posting_audience.map(|audience| audience as i16),
        changes.posting_sensitive,
        changes.posting_language,
        account.id,
    )
    .run(tx)
    .await?;
    if shown {
        tx.record(Event::ProfileEdited { account: account.id });
    }
    Ok(())
}

/// Suspends an account, here or elsewhere. Refused for the last owner.
pub async fn suspend(tx: &Tx, account: AccountId) -> Result<()> {
    refuse_last_owner(tx, account).await?;
    changed(sql!("UPDATE accounts SET suspended_at = COALESCE(suspended_at, {}) WHERE id = {}", tx.now, account).run(tx).await?)?;
    note(tx, "account.suspend", account, Value::Null).await
}

/// Lifts a suspension.
pub async fn restore(tx: &Tx, account: AccountId) -> Result<()> {
    changed(sql!("UPDATE accounts SET suspended_at = NULL WHERE id = {}", account).run(tx).await?)?;
    note(tx, "account.restore", account, Value::Null).await
}

/// One entry of the audit log about `account`.
async fn note(tx: &Tx, act: &'static str, account: AccountId, detail: Value) -> Result<()> {
    let object = queries::by_id(tx, account).await?.map(|account| account.acct()).unwrap_or_default();
    tx.audit(Entry::of(act, object).with(detail));
    Ok(())
}

/// Refuses when `account` is an owner and no other is left who may use the node. The owners are held until the act ends, so that
/// two of them do not put each other out at once.
pub(in crate::features) async fn refuse_last_owner(tx: &Tx, account: AccountId) -> Result<()> {
    // SQLite has one writer anyway.
    let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
    let owners: Vec<AccountId> = sql!(
        "SELECT u.account_id FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.role = {} AND u.approved = TRUE \
         AND u.unconfirmed = FALSE AND u.disabled_at IS NULL AND u.off_boarded_at IS NULL AND a.suspended_at IS NULL \
         AND a.gone_at IS NULL ORDER BY u.account_id",
        NodeRole::Owner,
    )
    .then(lock)
    .column(tx)
    .await?;
    if owners == [account] {
        return Err(Refusal::conflict("last_owner", "This is the node's only owner; make somebody else an owner first").into());
    }
    Ok(())
}

/// Nothing changed means that nothing was there.
fn changed(rows: u64) -> Result<()> {
    if rows == 0 { Err(Refusal::not_found().into()) } else { Ok(()) }
}
