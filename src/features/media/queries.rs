//! Reading rows of `media`, and who may have the files.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, MediumId, PostId},
        words::media::MediumState,
    },
    sql,
    store::{Source, list, tables::Medium},
};

/// The medium with this id, whoever asks.
pub async fn by_id(from: &impl Source, id: MediumId) -> Result<Option<Medium>> {
    sql!("SELECT * FROM media WHERE id = {}", id).one(from).await
}

/// The media with these ids, in no order, whoever asks.
pub async fn by_ids(from: &impl Source, ids: &[MediumId]) -> Result<Vec<Medium>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM media WHERE id IN {}", list(ids)).all(from).await
}

/// A medium of `owner` that has not expired.
pub async fn own(from: &impl Source, owner: AccountId, id: MediumId) -> Result<Option<Medium>> {
    let now = from.now();
    sql!("SELECT * FROM media WHERE id = {} AND owner_id = {} AND place = 0 AND (expires_at IS NULL OR expires_at > {})", id, owner, now)
        .one(from)
        .await
}

/// The medium whose files are in this folder, if it is ready and has not expired.
pub async fn by_folder(from: &impl Source, folder: &str) -> Result<Option<Medium>> {
    let now = from.now();
    sql!(
        "SELECT * FROM media WHERE folder = {} AND state = {} AND (expires_at IS NULL OR expires_at > {})",
        folder,
        MediumState::Ready,
        now
    )
    .one(from)
    .await
}

/// Media whose time is over, with their folders; at most `limit`.
pub async fn expired(from: &impl Source, now: Stamp, limit: u32) -> Result<Vec<Medium>> {
    sql!("SELECT * FROM media WHERE expires_at <= {} ORDER BY expires_at LIMIT {}", now, i64::from(limit)).all(from).await
}

/// The files of one medium, as its row names them.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Named {
    /// Its folder.
    pub folder: String,
    /// The file that is served; empty until it is ready.
    pub file: String,
    /// The picture that stands for it; empty for none.
    pub preview: String,
    /// How far it has come.
    pub state: MediumState,
}

/// What rows name whose folders are from `first` on and before `end`, as of `until`; nothing of what failed.
pub async fn named(from: &impl Source, (first, end): (&str, &str), until: Stamp) -> Result<Vec<Named>> {
    sql!(
        "SELECT folder, file, preview, state FROM media WHERE folder >= {} AND folder < {} AND state <> {} AND created_at <= {}",
        first,
        end,
        MediumState::Failed,
        until
    )
    .all(from)
    .await
}

/// Whether people of `host` were sent this post of ours, which is for followers or for those it names, and may have it still.
pub async fn was_sent_to(from: &impl Source, post: PostId, host: &str) -> Result<bool> {
    let found: Option<i64> = sql!(
        "SELECT p.id FROM posts p JOIN accounts w ON w.id = p.author_id WHERE p.id = {} AND w.host = '' AND w.suspended_at IS NULL \
         AND p.deleted_at IS NULL AND p.removed_at IS NULL AND p.queued_at IS NULL AND p.audience IN (2, 4) \
         AND NOT EXISTS (SELECT 1 FROM peers b WHERE b.host = {} AND b.blocked_at IS NOT NULL) \
         AND (EXISTS (SELECT 1 FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.post_id = p.id AND a.host = {}) \
            OR (p.audience = 2 AND EXISTS (SELECT 1 FROM follows f JOIN accounts a ON a.id = f.follower_id \
                WHERE f.target_id = p.author_id AND f.state = 1 AND a.host = {})))",
        post,
        host,
        host,
        host
    )
    .value(from)
    .await?;
    Ok(found.is_some())
}

/// The community elsewhere, with its node, for whose members this post of ours is; none for any other post.
pub async fn community_elsewhere(from: &impl Source, post: PostId) -> Result<Option<(AccountId, String)>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Elsewhere {
        id: AccountId,
        host: String,
    }
    let found: Option<Elsewhere> = sql!(
        "SELECT c.id, c.host FROM posts p JOIN accounts c ON c.id = p.community_id JOIN accounts w ON w.id = p.author_id \
         WHERE p.id = {} AND c.host <> '' AND w.host = '' AND w.suspended_at IS NULL AND p.audience = 3 \
         AND p.deleted_at IS NULL AND p.removed_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM peers b WHERE b.host = c.host AND b.blocked_at IS NOT NULL)",
        post
    )
    .one(from)
    .await?;
    Ok(found.map(|found| (found.id, found.host)))
}
