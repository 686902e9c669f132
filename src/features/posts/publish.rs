//! Writing a post here.

use crate::{
    base::{
        error::Result,
        id::{AccountId, AppId, PostId},
        words::Audience,
    },
    store::{
        Tx,
        tables::{Account, Post},
    },
};

/// A post to be written. Its words are composed outside (`base/text`), mentions resolved before.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Title; empty for none.
    pub title: String,
    /// Words as typed.
    pub source: String,
    /// Words, safe HTML.
    pub content: String,
    /// Content warning; empty for none.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// Language (BCP 47; empty when unknown).
    pub language: String,
    /// What the writer chose.
    pub audience: Audience,
    /// The post it answers.
    pub in_reply_to: Option<PostId>,
    /// The community the writer named (`community_id`, or a mention at the edge, decisions.md 5).
    pub community: Option<AccountId>,
    /// Communities mentioned elsewhere in the text: they never cause a refusal.
    pub mentions: Vec<AccountId>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
    /// The app it is written with.
    pub app_id: Option<AppId>,
}

/// Publishes a post: settles its community (a reply inherits its root's), its effective audience
/// (never wider than chosen, `policy::visibility::narrower`), checks the right to post there, and
/// keeps it. Into a community elsewhere it is `pending` until announced; into one of ours it is
/// admitted in the same act (`admit`). Records `PostPublished` (and `PostAdmitted`).
pub async fn publish(_tx: &Tx, _author: &Account, _draft: Draft) -> Result<Post> { crate::features::later() }

/// Where the community lives: accepts `post` into it: the community boosts it (top-level posts),
/// members' nodes will get the Announce. Records `PostAdmitted`. A post that is already in stays so.
pub async fn admit(_tx: &Tx, _post: &Post, _community: &Account) -> Result<()> { crate::features::later() }
