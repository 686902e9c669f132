//! What the deeds of moderators change, here and in copies of communities elsewhere.

use super::{Deed, Said};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        words::SeatStatus,
    },
    features::{communities::seats, memberships, mod_log::kept, posts, relationships},
    sql,
    store::{
        Insert, Tx,
        tables::{Post, Seat},
    },
};

/// Most posts that go with somebody who is banned.
const TAKEN_MAX: i64 = 500;

/// What became of a deed.
pub(super) enum Done {
    /// It was so already.
    Nothing,
    /// It is to be noted.
    Changed,
    /// The verb noted it: the entry.
    Noted(i64),
}

impl Done {
    fn changed(is_so: bool) -> Self {
        if is_so { Self::Changed } else { Self::Nothing }
    }
}

/// Does it in a community of ours. Ranks were looked at, and are again where a verb does.
pub(super) async fn done(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<Done> {
    Ok(match deed {
        Deed::Remove(post) => {
            posts::remove(tx, said.by, post, said.reason).await?;
            Done::changed(post.removed_at.is_none())
        }
        Deed::Restore(post) => Done::changed(posts::put_back(tx, post, said.community, None).await?),
        Deed::Lock(post) => Done::changed(posts::lock(tx, post.id, true).await?),
        Deed::Unlock(post) => Done::changed(posts::lock(tx, post.id, false).await?),
        Deed::Warn(..) => Done::Changed,
        Deed::Ban { account, until, removes_data } => {
            let bar = memberships::Bar { reason: said.reason, until, removes_data, uri: said.uri };
            let entry = memberships::ban(tx, said.by, account, said.community, bar).await?;
            if removes_data {
                for post in posts_of(tx, said.community.id, account.id).await? {
                    posts::remove(tx, said.by, &post, said.reason).await?;
                }
            }
            Done::Noted(entry)
        }
        Deed::Unban(account) => {
            let lifted = memberships::unban(tx, said.by, account, said.community, (said.reason, said.uri)).await?;
            lifted.map_or(Done::Nothing, Done::Noted)
        }
    })
}

/// The same as a copy: nobody's rank is asked. False when it was so already.
pub(super) async fn copied(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<bool> {
    match deed {
        Deed::Remove(post) => {
            posts::removed_elsewhere(tx, post, said.reason).await?;
            Ok(post.removed_at.is_none())
        }
        Deed::Restore(post) => {
            // the boost is the community's, also where the act that brings it back is one of ours
            let announced =
                said.uri.map(|uri| if uri.starts_with('/') { format!("{}#restored{uri}", said.community.uri) } else { uri.to_owned() });
            posts::put_back(tx, post, said.community, announced.as_deref()).await
        }
        Deed::Lock(post) => posts::lock(tx, post.id, true).await,
        Deed::Unlock(post) => posts::lock(tx, post.id, false).await,
        Deed::Warn(..) => Ok(true),
        Deed::Ban { account, until, removes_data } => {
            Insert::into("bans")
                .set("community_id", said.community.id)
                .set("account_id", account.id)
                .set("reason", kept(said.reason))
                .set("expires_at", until)
                .set("created_at", tx.now)
                .on_conflict(
                    "ON CONFLICT (community_id, account_id) DO UPDATE SET reason = excluded.reason, expires_at = excluded.expires_at",
                )
                .run(tx)
                .await?;
            put_out(tx, said, account.id).await?;
            if removes_data {
                for post in posts_of(tx, said.community.id, account.id).await? {
                    posts::removed_elsewhere(tx, &post, said.reason).await?;
                }
            }
            Ok(true)
        }
        Deed::Unban(account) => lift(tx, said.community.id, account.id).await,
    }
}

/// Our copy of a seat ends with its ban, so that the member sees it; their follow ends too.
async fn put_out(tx: &Tx, said: Said<'_>, account: AccountId) -> Result<()> {
    if let Some(seat) = seats::seat(tx, said.community.id, account).await?.filter(|seat| seat.status != SeatStatus::Ended) {
        let reason = if said.reason.is_empty() { "banned".to_owned() } else { kept(said.reason) };
        seats::keep(tx, Seat { status: SeatStatus::Ended, reason, ..seat }, false).await?;
    }
    relationships::reject(tx, account, said.community.id).await
}

async fn lift(tx: &Tx, community: AccountId, account: AccountId) -> Result<bool> {
    Ok(sql!("DELETE FROM bans WHERE community_id = {} AND account_id = {}", community, account).run(tx).await? > 0)
}

/// The newest posts of somebody in a community that are not removed.
async fn posts_of(tx: &Tx, community: AccountId, author: AccountId) -> Result<Vec<Post>> {
    let ids: Vec<PostId> = sql!(
        "SELECT id FROM posts WHERE author_id = {} AND community_id = {} AND boost_of_id IS NULL AND deleted_at IS NULL \
         AND removed_at IS NULL ORDER BY id DESC LIMIT {}",
        author,
        community,
        TAKEN_MAX
    )
    .column(tx)
    .await?;
    posts::queries::by_ids(tx, &ids).await
}
