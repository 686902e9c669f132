//! Rows about people who come: invitations to have an account here, and the mails that go to them.

use crate::base::{
    clock::Stamp,
    id::{AccountId, InviteId, LetterId},
    words::LetterKind,
};
use sea_orm::FromQueryResult;

/// An invitation to have an account here.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// Who made it.
    pub inviter_id: AccountId,
    /// For whom, as the inviter remembers it; '' for nothing.
    pub note: String,
    /// How many may come by it.
    pub uses_max: i64,
    /// How many have.
    pub uses: i64,
    /// Made.
    pub created_at: Stamp,
    /// Not valid after.
    pub expires_at: Stamp,
}

/// A mail to somebody of this node, or who wants to be.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// What it is for.
    pub kind: LetterKind,
    /// Whom it is about; 0 for nobody, whose mail is never sent.
    pub account_id: AccountId,
    /// Their user name when it was written.
    pub name: String,
    /// To which address.
    pub email: String,
    /// What else it says; '' for nothing.
    pub detail: String,
    /// The secret of its link, sealed, until it is sent.
    pub token_sealed: Option<Vec<u8>>,
    /// Until when its link works.
    pub expires_at: Option<Stamp>,
    /// Written.
    pub created_at: Stamp,
    /// How often it was tried to be sent.
    pub attempts: i64,
}
