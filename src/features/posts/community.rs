//! Posts in communities: let in, announced from elsewhere, taken out.
//!
//! The community's own node decides; every other node follows its announcements.
//! Source: decisions.md 5, FEP-1b12.

use super::{
    boosts,
    ground::Ground,
    queries,
    row::{self, Count},
    shelves, words,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::{AccountId, PostId},
        text::limits::{REASON_CHARS_MAX, cut_chars},
        words::{Audience, Role, Stage},
    },
    features::communities::{self, seats},
    policy::membership,
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Post},
    },
};

/// How many ids beside that of a post are tried for its boost.
const BESIDE: i64 = 7;

/// Where the community lives: accepts `post` into it: the community boosts it (top-level posts),
/// members' nodes will get the Announce. Records `PostAdmitted`. A post that is already in stays so.
/// Refused for a community elsewhere, for a boost, and for a post that is in another community.
pub async fn admit(tx: &Tx, post: &Post, community: &Account) -> Result<()> {
    if !community.is_local() {
        return Err(Refusal::forbidden("not_our_community", "Only the community's own node lets posts in.").into());
    }
    if !let_in(tx, post, community.id).await? {
        return Ok(());
    }
    if post.in_reply_to_uri.is_empty() {
        shelve_by(tx, post, community, (None, tx.now)).await?;
    }
    tx.record(Event::PostAdmitted { post: post.id, community: community.id });
    Ok(())
}

/// [`admit`] for a post just kept, unless its author is new in the community and it waits for a moderator
/// (`communities.newcomer_posts`). The post as it stands then.
pub(super) async fn admit_or_queue(tx: &Tx, post: Post, community: &Account) -> Result<Post> {
    if !waits(tx, &post, community.id).await? {
        admit(tx, &post, community).await?;
        return Ok(Post { pending: false, ..post });
    }
    sql!("UPDATE posts SET queued_at = {} WHERE id = {} AND pending", tx.now, post.id).run(tx).await?;
    Ok(Post { queued_at: Some(tx.now), ..post })
}

/// Whether a post's author has still to be known in the community. Who was made more than a member is.
async fn waits(tx: &Tx, post: &Post, community: AccountId) -> Result<bool> {
    let first: Option<i64> = sql!("SELECT newcomer_posts FROM communities WHERE account_id = {}", community).value(tx).await?;
    let first = first.unwrap_or_default();
    if first <= 0 || seats::role(tx, community, post.author_id).await? >= Some(Role::Contributor) {
        return Ok(false);
    }
    let stood: Option<i64> = sql!(
        "SELECT COUNT(*) FROM (SELECT id FROM posts WHERE author_id = {} AND community_id = {} AND boost_of_id IS NULL AND NOT pending \
            AND removed_at IS NULL LIMIT {}) AS stood",
        post.author_id,
        community,
        first
    )
    .value(tx)
    .await?;
    Ok(stood.unwrap_or_default() < first)
}

/// A moderator, whose right the caller has checked, lets in a post that waited. Records `PostPublished`, as it is news only
/// now, and `PostAdmitted`.
pub async fn let_in_queued(tx: &Tx, post: &Post, community: &Account) -> Result<()> {
    sql!("UPDATE posts SET queued_at = NULL WHERE id = {}", post.id).run(tx).await?;
    tx.record(Event::PostPublished { post: post.id });
    admit(tx, post, community).await
}

/// A removed post is put back into its community; false when it was not removed. `announced` names the announcement of a
/// community elsewhere. The caller has checked the right. In a community of ours it records `PostAdmitted`.
pub async fn put_back(tx: &Tx, post: &Post, community: &Account, announced: Option<&str>) -> Result<bool> {
    let changed = sql!(
        "UPDATE posts SET removed_at = NULL, removed_reason = '', queued_at = NULL WHERE id = {} AND removed_at IS NOT NULL AND deleted_at IS NULL",
        post.id
    )
    .run(tx)
    .await?;
    if changed == 0 {
        return Ok(false);
    }
    if let Some(parent) = post.in_reply_to_id {
        row::count(tx, parent, Count::Replies, 1).await?;
    }
    if post.in_reply_to_uri.is_empty() && (community.is_local() || announced.is_some()) {
        shelve_by(tx, post, community, (announced, tx.now)).await?;
    }
    if community.is_local() {
        tx.record(Event::PostAdmitted { post: post.id, community: community.id });
    }
    Ok(true)
}

/// A thread takes no more answers, or takes them again; false when it was so. The caller has checked the right.
pub async fn lock(tx: &Tx, post: PostId, is_locked: bool) -> Result<bool> {
    let locked_at = is_locked.then_some(tx.now);
    let changed = sql!(
        "UPDATE posts SET locked_at = {} WHERE id = {} AND (CASE WHEN locked_at IS NULL THEN 0 ELSE 1 END) <> {}",
        locked_at,
        post,
        i64::from(is_locked)
    )
    .run(tx)
    .await?;
    Ok(changed > 0)
}

/// Refuses an answer to `parent` when that, or the first post of its thread, is locked.
pub(super) async fn check_lock(tx: &Tx, parent: &Post) -> Result<()> {
    let root = match parent.root_id.filter(|root| *root != parent.id && parent.locked_at.is_none()) {
        Some(root) => queries::by_id(tx, root).await?,
        None => None,
    };
    if parent.locked_at.is_some() || root.is_some_and(|root| root.locked_at.is_some()) {
        let sentence = "The moderators have locked this thread: it takes no more answers.";
        return Err(Refusal { kind: Kind::Invalid, ..Refusal::forbidden("locked", sentence) }.into());
    }
    Ok(())
}

/// A community's node announced a post: it is in. On the community's own node this is `admit`.
/// Makes the community's boost (top-level posts), once; records `PostBoosted` for it. A post that was
/// not written to the community is only boosted: announcing makes nobody else's words its own, to be
/// removed or voted on there. Refused for a community of ours, a post that was not made public (in a
/// community that is not: not made for its members), and one that is in another community.
pub async fn announced(tx: &Tx, post: PostId, community: &Account, boost_uri: &str) -> Result<()> {
    if let Some(boost) = let_in_announced(tx, post, community, (boost_uri, None)).await? {
        tx.record(Event::PostBoosted { boost });
    }
    Ok(())
}

/// [`announced`] for what the community had before anybody here could read it: no news. Its boost stands at the time of the
/// post, and records nothing. The boost, where one was made.
pub async fn announced_before(tx: &Tx, post: &Post, community: &Account, boost_uri: &str) -> Result<Option<PostId>> {
    let_in_announced(tx, post.id, community, (boost_uri, Some(post.created_at))).await
}

/// Lets in what a community elsewhere announced, at the time of its announcement or now. The boost, where one was made.
async fn let_in_announced(tx: &Tx, post: PostId, community: &Account, (boost_uri, at): (&str, Option<Stamp>)) -> Result<Option<PostId>> {
    if community.is_local() || boost_uri.starts_with('/') {
        return Err(Refusal::forbidden("our_community", "Nobody else announces for a community of this node.").into());
    }
    let Some(post) = queries::by_id(tx, post).await?.filter(is_there) else {
        return Err(Refusal::not_found().into());
    };
    let about = communities::queries::by_id(tx, community.id).await?;
    if !may_announce(&post, community.id, about.map(|about| about.stage)) {
        return Err(Refusal::forbidden("not_public", "Only public posts are announced by public communities.").into());
    }
    if post.community_id.is_some_and(|known| known != community.id) {
        return Err(Refusal::conflict("in_another_community", "The post belongs to another community.").into());
    }
    if is_written_to(tx, &post, community.id).await? {
        let_in(tx, &post, community.id).await?;
    }
    if !post.in_reply_to_uri.is_empty() {
        return Ok(None);
    }
    shelve_by(tx, &post, community, (Some(boost_uri), at.unwrap_or(tx.now))).await
}

/// A public community shows what is public; another one only what was written to its members, which nobody else announces (S51).
fn may_announce(post: &Post, community: AccountId, stage: Option<Stage>) -> bool {
    match stage {
        None | Some(Stage::Public) => post.audience <= Audience::Unlisted,
        Some(_) => post.audience == Audience::Members && post.community_id == Some(community),
    }
}

/// Whether `post` is for the community: it says so, or, coming from elsewhere, answers what is in it (the answer may have
/// come before what it answers). Where posts of ours belong is settled when they are written.
async fn is_written_to(tx: &Tx, post: &Post, community: AccountId) -> Result<bool> {
    if post.community_id == Some(community) {
        return Ok(true);
    }
    let Some(parent) = post.in_reply_to_id.filter(|_| !post.uri.starts_with('/')) else { return Ok(false) };
    Ok(queries::by_id(tx, parent).await?.is_some_and(|parent| parent.community_id == Some(community)))
}

/// Neither deleted nor removed, and no boost.
fn is_there(post: &Post) -> bool {
    post.deleted_at.is_none() && post.removed_at.is_none() && post.boost_of_id.is_none()
}

/// Marks a post as in; false when it was.
async fn let_in(tx: &Tx, post: &Post, community: AccountId) -> Result<bool> {
    let changed = sql!(
        "UPDATE posts SET pending = FALSE, community_id = {} WHERE id = {} AND deleted_at IS NULL AND boost_of_id IS NULL \
            AND (community_id IS NULL OR (community_id = {} AND pending))",
        community,
        post.id,
        community
    )
    .run(tx)
    .await?;
    if changed > 0 && post.community_id != Some(community) {
        words::keep_again(tx, &[post.id]).await?;
    }
    Ok(changed > 0)
}

/// The community's boost of `post` as of `at`, unless it is there or its uri is buried.
async fn shelve_by(tx: &Tx, post: &Post, community: &Account, (uri, at): (Option<&str>, Stamp)) -> Result<Option<PostId>> {
    if queries::boost_by(tx, community.id, post.id).await?.is_some() {
        return Ok(None);
    }
    // one of long ago stands beside its post, which has an id of that time
    let ids = if at < tx.now { (1..=BESIDE).map(|nth| post.id.0 ^ nth).collect() } else { vec![tx.id()] };
    for id in ids {
        let mut boost = row::boost_of(post, id, uri, community.id, at);
        boost.community_id = Some(community.id);
        if row::insert(tx, &boost).await? {
            row::count_post(tx, community.id, at).await?;
            return Ok(Some(boost.id));
        }
    }
    Ok(None)
}

/// A moderator of its community removes a post: gone for everyone but its author, who sees why.
/// The caller's right is checked here: a moderator or owner who outranks the author, where the
/// community lives. Removing twice is removing once. Records `PostRemoved`.
pub async fn remove(tx: &Tx, by: &Account, post: &Post, reason: &str) -> Result<()> {
    let Some(community) = post.community_id.filter(|_| post.deleted_at.is_none()) else { return Err(Refusal::not_found().into()) };
    let ground = Ground::find(tx, community, by.id).await?.ok_or_else(Refusal::not_found)?;
    if !ground.is_ours() {
        return Err(Refusal::forbidden("not_our_community", "Only the community's own node removes posts from it.").into());
    }
    let actor = ground.role();
    let target = Ground::find(tx, community, post.author_id).await?.as_ref().and_then(Ground::role);
    if !membership::may_moderate(actor, target) {
        return Err(
            Refusal::forbidden("not_a_moderator", "Only moderators of the community who outrank the author remove posts from it.").into()
        );
    }
    if take_out(tx, post, reason).await? {
        tx.record(Event::PostRemoved { post: post.id, by: by.id });
    }
    Ok(())
}

/// The community's node removed a post (a moderator's Delete announced by the group). The caller
/// has made sure that it speaks for the post's community. The post itself stays its author's.
pub async fn removed_elsewhere(tx: &Tx, post: &Post, reason: &str) -> Result<()> {
    if post.community_id.is_none() {
        return Err(Refusal::not_found().into());
    }
    take_out(tx, post, reason).await?;
    Ok(())
}

async fn take_out(tx: &Tx, post: &Post, reason: &str) -> Result<bool> {
    let changed = sql!(
        "UPDATE posts SET removed_at = {}, removed_reason = {}, pending = FALSE WHERE id = {} AND removed_at IS NULL AND deleted_at IS NULL",
        tx.now,
        cut_chars(reason, REASON_CHARS_MAX),
        post.id
    )
    .run(tx)
    .await?;
    if changed == 0 {
        return Ok(false);
    }
    boosts::end_all(tx, post.id).await?;
    shelves::clear(tx, sql!("entry_id = {} AND account_id <> {}", post.id, post.author_id)).await?;
    shelves::tell_named(tx, post);
    if let Some(parent) = post.in_reply_to_id {
        row::count(tx, parent, Count::Replies, -1).await?;
    }
    Ok(true)
}
