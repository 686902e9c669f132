//! Posts that were written elsewhere.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        words::Audience,
    },
    store::{
        Tx,
        tables::{Account, Attachment, Post},
    },
};

/// A post from elsewhere, verified, sanitised, with everything it refers to already resolved.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its id.
    pub uri: String,
    /// Page for people.
    pub url: String,
    /// The community it says it belongs to (`audience`, or the Group among its addressees).
    pub community: Option<AccountId>,
    /// What it answers, by uri as stored (empty for none).
    pub in_reply_to_uri: String,
    /// To whom.
    pub audience: Audience,
    /// Title.
    pub title: String,
    /// Safe HTML.
    pub content: String,
    /// Content warning, plain.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// Language.
    pub language: String,
    /// Media at their origin.
    pub attachments: Vec<Attachment>,
    /// People named whom we know.
    pub mentions: Vec<AccountId>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
    /// Published.
    pub published: Stamp,
    /// Last edited.
    pub updated: Option<Stamp>,
}

/// Keeps a post from elsewhere, once: a known uri changes nothing, a buried one stays buried.
/// A post without Public never enters a public community. Where the community is ours, the author
/// may post there or it stays outside it; if they may, it is admitted. Records `PostPublished`.
/// Returns the post, new or known; `None` when it is buried.
pub async fn receive(_tx: &Tx, _author: &Account, _incoming: Incoming) -> Result<Option<Post>> { crate::features::later() }

/// Applies an edit from elsewhere if it is newer than what we have (`updated`; same time: no effect).
/// Its audience only narrows. Records `PostEdited`.
pub async fn update(_tx: &Tx, _post: &Post, _incoming: Incoming) -> Result<()> { crate::features::later() }

/// Posts that waited for `uri` as their parent are hung under `parent`.
pub async fn adopt_replies(_tx: &Tx, _uri: &str, _parent: PostId) -> Result<()> { crate::features::later() }
