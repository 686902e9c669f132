//! Posts that somebody, or a community, puts at the head of their profile.
//!
//! Invariant: only what is public or unlisted, or in the community that features it; few for each account.

use super::{ground::Ground, queries::Viewer, sight::shown_to};
use crate::{
    base::{
        error::{Kind, Refusal, Result},
        id::{AccountId, PostId},
        sentence::{Sentence, said},
        words::{Audience, Role},
    },
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        list,
        tables::{Account, Post},
    },
};

/// Most pins of somebody here (Mastodon's number).
pub const PINS_MAX: u32 = 5;
/// Most that are kept of an account elsewhere, or featured by a community.
const PINS_MAX_ELSEWHERE: u32 = 20;

/// `by` pins a post of their own, or takes it off (`pinned` false). Records `PostPinned`. Doing it twice is doing it once.
/// Refused for another's post, for a boost, for one that not everybody may see, and beyond the bound.
pub async fn set(tx: &Tx, by: &Account, post: &Post, pinned: bool) -> Result<()> {
    let no = |sentence: Sentence| Refusal { kind: Kind::Invalid, ..Refusal::forbidden("not_to_pin", sentence) };
    if post.author_id != by.id || post.boost_of_id.is_some() || post.deleted_at.is_some() {
        return Err(no(said!("Only a post of one's own can be pinned.")).into());
    }
    if pinned && post.audience > Audience::Unlisted {
        return Err(no(said!("Only a post that everybody may see can be pinned.")).into());
    }
    keep(tx, by, post.id, pinned).await
}

/// `by` features a post in its community, which is ours, or no longer. Records `PostPinned`. Refused for whoever is less than a
/// curator there.
pub async fn feature(tx: &Tx, by: &Account, (community, post): (&Account, &Post), pinned: bool) -> Result<()> {
    let ground = Ground::find(tx, community.id, by.id).await?.ok_or_else(Refusal::not_found)?;
    let is_in = post.community_id == Some(community.id) && !post.pending && post.removed_at.is_none() && post.deleted_at.is_none();
    if !ground.is_ours() || !is_in {
        return Err(Refusal::not_found().into());
    }
    if ground.role() < Some(Role::Curator) {
        return Err(Refusal::forbidden("not_a_curator", "Only curators of the community and above feature posts in it.").into());
    }
    keep(tx, community, post.id, pinned).await
}

/// A community elsewhere says what it features. The caller has made sure that it speaks, and of a post in it.
pub async fn copied(tx: &Tx, group: &Account, post: &Post, pinned: bool) -> Result<()> {
    keep(tx, group, post.id, pinned).await
}

async fn keep(tx: &Tx, account: &Account, post: PostId, pinned: bool) -> Result<()> {
    let changed = if pinned {
        let most = if account.is_local() && !account.is_community() { PINS_MAX } else { PINS_MAX_ELSEWHERE };
        let count: Option<i64> =
            sql!("SELECT COUNT(*) FROM pins WHERE account_id = {} AND post_id <> {}", account.id, post).value(tx).await?;
        if count.unwrap_or_default() >= i64::from(most) {
            let sentence = said!("No more than {max} posts can be pinned.", max = most);
            return Err(Refusal { kind: Kind::Invalid, ..Refusal::forbidden("too_many_pins", sentence) }.into());
        }
        let row = Insert::into("pins").set("account_id", account.id).set("post_id", post).set("created_at", tx.now);
        row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?
    } else {
        sql!("DELETE FROM pins WHERE account_id = {} AND post_id = {}", account.id, post).run(tx).await?
    };
    if changed > 0 {
        tx.record(Event::PostPinned { account: account.id, post, is_pinned: pinned });
    }
    Ok(())
}

/// What `account` pinned, as `viewer` may see it, latest first.
pub async fn of(from: &impl Source, viewer: &Viewer, account: AccountId) -> Result<Vec<Post>> {
    let sql = sql!(
        "SELECT p.* FROM pins n CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE n.account_id = {} AND p.id = n.post_id",
        account
    );
    shown_to(sql, (viewer, from.now())).then(" ORDER BY n.created_at DESC, p.id DESC").all(from).await
}

/// Which of `posts` the account pinned.
pub async fn among(from: &impl Source, account: AccountId, posts: &[PostId]) -> Result<Vec<PostId>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT post_id FROM pins WHERE account_id = {} AND post_id IN {}", account, list(posts)).column(from).await
}
