//! Accounts elsewhere, as their documents describe them.

use super::{names, queries};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{self, AccountId, InboxId},
        secret,
        words::{AccountKind, KeyKind, searching::Searchable},
    },
    features::peers,
    sql,
    store::{
        Insert, Tx, list,
        tables::{Account, Emoji, Field, Guest, Key},
    },
};

/// An account elsewhere as its document describes it (already verified and sanitised).
#[derive(Clone, Debug, Default)]
pub struct Remote {
    /// Its id.
    pub uri: String,
    /// What it is.
    pub kind: Option<AccountKind>,
    /// Name without host.
    pub username: String,
    /// Verified host of its handle, with explicit port.
    pub host: String,
    /// Page for people.
    pub url: String,
    /// Own inbox.
    pub inbox: String,
    /// Shared inbox; empty for none.
    pub shared_inbox: String,
    /// Outbox.
    pub outbox: String,
    /// Followers collection.
    pub followers_uri: String,
    /// Featured collection.
    pub featured_uri: String,
    /// Moderators collection (`attributedTo` of a Group).
    pub moderators_uri: String,
    /// Name shown, cleaned.
    pub display_name: String,
    /// Description, safe HTML.
    pub note: String,
    /// Profile fields, safe HTML.
    pub fields: Vec<Field>,
    /// Custom emoji of name and description.
    pub emojis: Vec<Emoji>,
    /// Avatar.
    pub avatar_url: String,
    /// Header.
    pub header_url: String,
    /// Approves followers by hand.
    pub locked: bool,
    /// Wants to be found.
    pub discoverable: bool,
    /// Who may find what it posts in public; none where it says nothing.
    pub searchable: Option<Searchable>,
    /// Whose guest its node says that it is: sponsor's id and the end; none for nobody's.
    pub guest: Option<Guest>,
    /// Published.
    pub created_at: Option<Stamp>,
    /// Keys: id, algorithm, public half.
    pub keys: Vec<(String, KeyKind, String)>,
}

/// How often another id is tried for an account whose moment is taken.
const ID_TRIES: u64 = 8;

/// Keeps an account elsewhere, new or changed, with its keys and inbox. Never touches one of ours.
/// An actor whose `uri` changes its kind, or its handle to one that another actor holds, is refused.
/// Takes four statements when little has changed.
pub async fn keep_remote(tx: &Tx, remote: &Remote) -> Result<Account> {
    if remote.host.is_empty() || remote.username.is_empty() || !remote.uri.starts_with("http") {
        return Err(Refusal::invalid("actor", "is not an account elsewhere").into());
    }
    let kind = remote.kind.unwrap_or(AccountKind::Person);
    let known = queries::by_uri(tx, &remote.uri).await?;
    let delivery = if remote.shared_inbox.is_empty() { &remote.inbox } else { &remote.shared_inbox };
    let inbox = if delivery.is_empty() { None } else { Some(peers::inbox(tx, delivery).await?) };
    let id = match &known {
        Some(account) => changed(tx, account, kind, remote).await?,
        None => added(tx, kind, remote).await?,
    };
    keep_keys(tx, id, &remote.keys).await?;
    let is_same =
        |account: &Account| account.username == remote.username && account.display_name == remote.display_name && account.gone_at.is_none();
    if !known.as_ref().is_some_and(is_same) {
        names::keep(tx, id, &remote.username, &remote.display_name).await?;
    }
    describe(tx, id, inbox, remote).await
}

/// Checks that a known account may become what `remote` says.
async fn changed(tx: &Tx, account: &Account, kind: AccountKind, remote: &Remote) -> Result<AccountId> {
    let personal = |kind| matches!(kind, AccountKind::Person | AccountKind::Service);
    if account.is_local() || (account.kind != kind && !(personal(account.kind) && personal(kind))) {
        return Err(Refusal::conflict("kind_changed", "An account elsewhere may not become another kind of thing").into());
    }
    if account.host != remote.host || !account.username.eq_ignore_ascii_case(&remote.username) {
        free_handle(tx, remote).await?;
    }
    Ok(account.id)
}

/// Adds a row for an account seen for the first time.
async fn added(tx: &Tx, kind: AccountKind, remote: &Remote) -> Result<AccountId> {
    free_handle(tx, remote).await?;
    // what is decided about a host is kept with its peer, and read by the host of the handle
    peers::known(tx, &remote.host).await?;
    let id = AccountId(fresh_id(tx, remote).await?);
    let inserted = Insert::into("accounts")
        .set("id", id)
        .set("kind", kind)
        .set("username", remote.username.clone())
        .set("username_key", remote.username.to_lowercase())
        .set("host", remote.host.clone())
        .set("uri", remote.uri.clone())
        .set("url", remote.url.clone())
        .set("created_at", remote.created_at.unwrap_or(tx.now).min(tx.now))
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await?;
    if inserted > 0 {
        return Ok(id);
    }
    // Another act added it meanwhile, or took its handle.
    let known = queries::by_uri(tx, &remote.uri).await?;
    Ok(known.ok_or_else(handle_taken)?.id)
}

/// Everything that may change from one fetch to the next: the account as it is now.
async fn describe(tx: &Tx, id: AccountId, inbox: Option<InboxId>, remote: &Remote) -> Result<Account> {
    let fields = serde_json::to_string(&remote.fields).map_err(anyhow::Error::from)?;
    let guest = remote.guest.as_ref().map(serde_json::to_string).transpose().map_err(anyhow::Error::from)?.unwrap_or_default();
    let emojis = serde_json::to_string(&remote.emojis).map_err(anyhow::Error::from)?;
    let named = sql!(
        "UPDATE accounts SET username = {}, username_key = {}, host = {}, url = {}, display_name = {}, note = {}, fields = {}, emojis = {}",
        remote.username.clone(),
        remote.username.to_lowercase(),
        remote.host.clone(),
        remote.url.clone(),
        remote.display_name.clone(),
        remote.note.clone(),
        fields,
        emojis,
    );
    let placed = named
        .then(", guest = {}, inbox = {}, delivery_inbox = {}, outbox = {}, followers_uri = {}, featured_uri = {}, moderators_uri = {}")
        .bind(guest)
        .bind(remote.inbox.clone())
        .bind(inbox)
        .bind(remote.outbox.clone())
        .bind(remote.followers_uri.clone())
        .bind(remote.featured_uri.clone())
        .bind(remote.moderators_uri.clone());
    let described = placed
        .then(", avatar_url = {}, header_url = {}, locked = {}, discoverable = {}, searchable = {}, kind = {}, refreshed_at = {}, gone_at = NULL")
        .bind(remote.avatar_url.clone())
        .bind(remote.header_url.clone())
        .bind(remote.locked)
        .bind(remote.discoverable)
        .bind(remote.searchable.unwrap_or(Searchable::Unsaid))
        .bind(remote.kind.unwrap_or(AccountKind::Person))
        .bind(tx.now);
    let account: Option<Account> = described.then(" WHERE id = {} RETURNING *").bind(id).one(tx).await?;
    Ok(account.ok_or_else(Refusal::not_found)?)
}

/// Makes sure that nobody else holds the handle. One who is gone lets go of it.
async fn free_handle(tx: &Tx, remote: &Remote) -> Result<()> {
    let Some(holder) = queries::by_handle(tx, &remote.username, &remote.host).await?.filter(|holder| holder.uri != remote.uri) else {
        return Ok(());
    };
    if holder.gone_at.is_none() {
        return Err(handle_taken().into());
    }
    let parted = format!("{}#{}", holder.username.to_lowercase(), holder.id);
    sql!("UPDATE accounts SET username_key = {} WHERE id = {}", parted, holder.id).run(tx).await?;
    Ok(())
}

fn handle_taken() -> Refusal {
    Refusal::conflict("handle_taken", "Another account elsewhere already has this handle")
}

/// An id from the time the account was made, as far as its node says.
async fn fresh_id(tx: &Tx, remote: &Remote) -> Result<i64> {
    let Some(created_at) = remote.created_at else { return Ok(tx.id()) };
    let digest = secret::sha256(remote.uri.as_bytes());
    let hash = digest.first_chunk::<8>().copied().map_or(0, u64::from_be_bytes);
    for attempt in 0..ID_TRIES {
        let id = id::remote(created_at, tx.now, hash.wrapping_add(attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        if queries::by_id(tx, AccountId(id)).await?.is_none() {
            return Ok(id);
        }
    }
    Ok(tx.id())
}

/// Keeps the keys listed and forgets others. A key id that another account holds stays theirs.
async fn keep_keys(tx: &Tx, account: AccountId, keys: &[(String, KeyKind, String)]) -> Result<()> {
    let known = queries::keys_of(tx, account).await?;
    let same = |key: &Key| keys.iter().any(|(uri, kind, public)| key.uri == *uri && key.kind == *kind && key.public_key == *public);
    let stale: Vec<String> = known.iter().filter(|key| !same(key)).map(|key| key.uri.clone()).collect();
    if !stale.is_empty() {
        sql!("DELETE FROM keys WHERE account_id = {} AND uri IN {}", account, list(&stale)).run(tx).await?;
    }
    for (uri, kind, public) in keys.iter().filter(|(uri, ..)| stale.contains(uri) || !known.iter().any(|key| key.uri == *uri)) {
        let key = Insert::into("keys").set("uri", uri.clone()).set("account_id", account).set("kind", *kind);
        key.set("public_key", public.clone()).set("fetched_at", tx.now).on_conflict("ON CONFLICT (uri) DO NOTHING").run(tx).await?;
    }
    Ok(())
}
