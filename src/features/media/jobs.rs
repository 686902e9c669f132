//! The work that waits: rows are their own queue.
//!
//! Taking a row up counts a try and makes it due again later, before anything is decoded: a file that ends the process is
//! not taken up for ever. Doing it twice is harmless, the files have the same names.

use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, MediumId},
        words::media::{MediumPlace, MediumState},
    },
    media::Made,
    sql,
    store::{Insert, Source, Tx, tables::Medium},
};
use std::time::Duration;

/// How often a file is taken up.
pub const TRIES_MAX: i16 = 3;
/// After how long one is taken up again of which nothing was heard: longer than the longest work.
const AGAIN: Duration = Duration::from_secs(900);

/// Whether anything is due: asked before a transaction is begun.
pub async fn is_due(from: &impl Source) -> Result<bool> {
    let now = from.now();
    let due: Option<i64> = sql!("SELECT id FROM media WHERE state = 0 AND due_at <= {} LIMIT 1", now).value(from).await?;
    Ok(due.is_some())
}

/// The next medium that is due, taken up. Those that were taken up too often fail on the way.
pub async fn take(tx: &Tx) -> Result<Option<Medium>> {
    loop {
        let next: Option<Medium> =
            sql!("SELECT * FROM media WHERE state = 0 AND due_at <= {} ORDER BY due_at, id LIMIT 1", tx.now).one(tx).await?;
        let Some(next) = next else { return Ok(None) };
        if next.tries >= TRIES_MAX {
            let often = Refusal::invalid("file", "could not be worked on: send it again, or in another format");
            fail(tx, next.id, &often.to_string()).await?;
            continue;
        }
        sql!("UPDATE media SET tries = tries + 1, due_at = {} WHERE id = {}", tx.now.plus(AGAIN), next.id).run(tx).await?;
        return Ok(Some(next));
    }
}

/// What was being worked on when the node ended is due at once.
pub async fn resume(tx: &Tx) -> Result<u64> {
    sql!("UPDATE media SET due_at = {} WHERE state = 0 AND due_at > {}", tx.now, tx.now).run(tx).await
}

/// It broke on our side: it is tried again after `pause`. What had nothing to do with the file (`is_free`) counts as no try.
pub async fn put_off(tx: &Tx, id: MediumId, pause: Duration, is_free: bool) -> Result<()> {
    let back = i16::from(is_free);
    sql!("UPDATE media SET due_at = {}, tries = tries - {} WHERE id = {} AND state = 0", tx.now.plus(pause), back, id).run(tx).await?;
    Ok(())
}

/// Nothing can be made of it, for this reason, a plain sentence.
pub async fn fail(tx: &Tx, id: MediumId, reason: &str) -> Result<()> {
    sql!("UPDATE media SET state = {}, reason = {} WHERE id = {} AND state = 0", MediumState::Failed, reason, id).run(tx).await?;
    Ok(())
}

/// It may be shown, by the picture that its owner chose, or else by the one that was made.
pub async fn finish(tx: &Tx, id: MediumId, made: &Made) -> Result<()> {
    let side = |size: Option<(u32, u32)>| size.map(|(width, height)| (i64::from(width), i64::from(height))).unzip();
    let ((width, height), (preview_width, preview_height)) = (side(made.size), side(made.preview_size));
    sql!(
        "UPDATE media SET state = {}, kind = {}, media_type = {}, file = {}, width = {}, height = {}, milliseconds = {} \
         WHERE id = {} AND state = 0",
        MediumState::Ready,
        made.kind,
        made.media_type,
        made.file.clone(),
        width,
        height,
        made.milliseconds.and_then(|time| i64::try_from(time).ok()),
        id
    )
    .run(tx)
    .await?;
    sql!(
        "UPDATE media SET preview = {}, preview_width = {}, preview_height = {}, blurhash = {} WHERE id = {} AND state = {} AND preview = ''",
        made.preview.clone(),
        preview_width,
        preview_height,
        made.blurhash.clone(),
        id,
        MediumState::Ready
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Keeps the avatar or header of an account, ready, in place of the one before; its path. `made` is none for no picture at all.
pub async fn put_on(tx: &Tx, owner: AccountId, place: MediumPlace, made: Option<(String, Made)>) -> Result<String> {
    sql!("UPDATE media SET expires_at = {} WHERE owner_id = {} AND place = {} AND expires_at IS NULL", tx.now, owner, place)
        .run(tx)
        .await?;
    let Some((folder, made)) = made else { return Ok(String::new()) };
    let id = MediumId(tx.id());
    Insert::into("media")
        .set("id", id)
        .set("owner_id", owner)
        .set("place", place)
        .set("kind", made.kind)
        .set("state", MediumState::Waiting)
        .set("media_type", made.media_type)
        .set("folder", folder.clone())
        .set("due_at", tx.now)
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    finish(tx, id, &made).await?;
    Ok(format!("/media/{folder}/{}", made.file))
}
