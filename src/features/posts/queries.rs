//! Reading posts: only as somebody sees them. There is no unscoped query for what is shown.

use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        page::Page,
    },
    store::{
        Source,
        tables::{Account, Post, Version},
    },
};

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody we know.
    Stranger,
    /// One of our people.
    Account(AccountId),
    /// A node that signed its request: sees what is public (and, later, what its members may see).
    Host(String),
}

/// The SQL twin of `policy::visibility::may_see`: a condition on `posts p`, with its values.
/// Every query here carries it.
pub fn visible_to(_viewer: &Viewer) -> (String, Vec<i64>) { (String::new(), Vec::new()) }
/// The post with this id, as `viewer` may see it.
pub async fn seen(_from: &impl Source, _viewer: &Viewer, _id: PostId) -> Result<Option<Post>> { crate::features::later() }
/// The posts with these ids as `viewer` may see them, in no order.
pub async fn seen_many(_from: &impl Source, _viewer: &Viewer, _ids: &[PostId]) -> Result<Vec<Post>> { crate::features::later() }
/// The post with this stored uri, whoever asks: for rules and federation, not for showing.
pub async fn by_uri(_from: &impl Source, _uri: &str) -> Result<Option<Post>> { crate::features::later() }
/// The post with this id, whoever asks: for rules and federation, not for showing.
pub async fn by_id(_from: &impl Source, _id: PostId) -> Result<Option<Post>> { crate::features::later() }
/// Several posts by id, whoever asks: for rules and federation, not for showing.
pub async fn by_ids(_from: &impl Source, _ids: &[PostId]) -> Result<Vec<Post>> { crate::features::later() }
/// An account's public posts, oldest last, for its outbox.
pub async fn outbox(_from: &impl Source, _author: AccountId, _page: Page) -> Result<Vec<Post>> { crate::features::later() }
/// Who favourited a post, cursor is the favourite's id.
pub async fn favourited_by(_from: &impl Source, _post: PostId, _page: Page) -> Result<Vec<(i64, Account)>> { crate::features::later() }
/// Who boosted a post, cursor is the boost's id.
pub async fn boosted_by(_from: &impl Source, _post: PostId, _page: Page) -> Result<Vec<(i64, Account)>> { crate::features::later() }
/// Earlier wordings, oldest first.
pub async fn versions(_from: &impl Source, _post: PostId) -> Result<Vec<Version>> { crate::features::later() }
/// Local posts: how many there are, for NodeInfo.
pub async fn count_local(_from: &impl Source) -> Result<i64> { crate::features::later() }
