//! What Mastodon's Status has no word for: under `intermoot` in every post.

use super::community;
use crate::{
    base::{id::AccountId, words::Audience},
    store::tables::{Account, Post},
};
use serde::Serialize;

/// What Mastodon has no word for.
#[derive(Clone, Debug, Serialize)]
pub struct Extra {
    /// The community it belongs to.
    pub community: Option<Community>,
    /// Its title; none for most.
    pub title: Option<String>,
    /// Waits for its community.
    pub pending: bool,
    /// Waits for a moderator, as its author is new in the community.
    pub queued: bool,
    /// The thread takes no more answers.
    pub locked: bool,
    /// Removed by a moderator (only its author sees it still), and why.
    pub removed: Option<Removed>,
    /// How many dislike it, as far as we know.
    pub dislikes_count: i64,
    /// What its writer chose, in the answer to the writing alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowered_from: Option<Audience>,
}

/// Why a post was removed.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct Removed {
    pub reason: String,
}

/// The community of a post.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of our communities, contract.md")]
pub struct Community {
    pub id: AccountId,
    pub name: String,
    pub acct: String,
    pub title: String,
}

impl Extra {
    /// What is ours of `post`, which is in `community`.
    pub(super) fn of(post: &Post, community: Option<&Account>) -> Self {
        Self {
            community: community.map(|account| {
                let (name, acct, title) = (account.username.clone(), account.acct(), community::title(account));
                Community { id: account.id, name, acct, title }
            }),
            title: Some(post.title.clone()).filter(|title| !title.is_empty()),
            pending: post.pending,
            queued: post.queued_at.is_some(),
            locked: post.locked_at.is_some(),
            removed: post.removed_at.map(|_| Removed { reason: post.removed_reason.clone() }),
            dislikes_count: 0,
            lowered_from: None,
        }
    }
}
