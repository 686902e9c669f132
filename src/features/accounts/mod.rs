//! People, communities, nodes and organisations, here and elsewhere.

pub mod queries;

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::AccountId,
        words::{AccountKind, Audience, KeyKind, NodeRole},
    },
    store::{
        Tx,
        tables::{Account, Field},
    },
};

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

/// What only people who log in have.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// E-mail address.
    pub email: String,
    /// argon2id PHC string; empty for none (log-in link only).
    pub password_hash: String,
    /// Standing on this node.
    pub role: NodeRole,
    /// Whether sign-up needs no approval (any more).
    pub approved: bool,
}

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
    /// Avatar.
    pub avatar_url: String,
    /// Header.
    pub header_url: String,
    /// Approves followers by hand.
    pub locked: bool,
    /// Wants to be found.
    pub discoverable: bool,
    /// Published.
    pub created_at: Option<Stamp>,
    /// Keys: id, algorithm, public half.
    pub keys: Vec<(String, KeyKind, String)>,
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
}

/// Makes an account of ours with its keys. Refused when the name is taken (names of people and
/// communities share one space).
pub async fn create(_tx: &Tx, _new: New) -> Result<Account> { super::later() }
/// Lets an account log in here. Refused when the address is in use.
pub async fn enrol(_tx: &Tx, _account: AccountId, _user: NewUser) -> Result<()> { super::later() }
/// Keeps an account elsewhere, new or changed, with its keys and inbox. Never touches one of ours.
/// An actor whose `uri` changes its kind or handle to one that another actor holds is refused.
pub async fn keep_remote(_tx: &Tx, _remote: &Remote) -> Result<Account> { super::later() }
/// Changes a profile of ours; records `ProfileEdited`.
pub async fn change_profile(_tx: &Tx, _account: &Account, _changes: Changes) -> Result<()> { super::later() }
/// Sets a password hash; ends nothing by itself (see `sessions::end_all`).
pub async fn set_password(_tx: &Tx, _account: AccountId, _password_hash: &str) -> Result<()> { super::later() }
/// Changes somebody's standing on this node. Refused for the last owner.
pub async fn set_role(_tx: &Tx, _account: AccountId, _role: NodeRole) -> Result<()> { super::later() }
/// Suspends an account, here or elsewhere.
pub async fn suspend(_tx: &Tx, _account: AccountId) -> Result<()> { super::later() }
/// Lifts a suspension.
pub async fn restore(_tx: &Tx, _account: AccountId) -> Result<()> { super::later() }
/// Marks an account elsewhere as gone (410 at its origin, or its own Delete): follows end, posts are tombstones.
pub async fn mark_gone(_tx: &Tx, _account: AccountId) -> Result<()> { super::later() }
/// Deletes an account of ours; records `AccountDeleted`. Its name is never given again.
pub async fn delete(_tx: &Tx, _account: &Account) -> Result<()> { super::later() }
