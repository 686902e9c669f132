//! What was agreed about copies, kept to: how long a partner's posts are kept here, and whether its media are (`membership.md` 4).
//!
//! Each side keeps to it in the copies it holds of the other's communities that are not public; a community's own node keeps its
//! content, and an author's node what they wrote. What counts are the terms last in force with a host, also after their end.

use crate::{
    base::{clock::Stamp, error::Result, id::PostId, words::Stage},
    features::{
        agreements::{self, Copies},
        deliveries, posts,
    },
    sql,
    store::{
        Tx,
        audit::Entry,
        facts::{fact, keep_fact},
        list,
    },
};
use serde_json::json;
use std::time::Duration;

/// The row of `facts` that says when copies are looked at next (milliseconds).
const NEXT: &str = "copies_next";
/// How long after a sweep that found no more the next begins: the terms count days.
const PAUSE: Duration = Duration::from_secs(3600);
/// Posts that go, and posts that lose their media, in one sweep.
const BATCH: i64 = 100;

/// Deletes copies that are older than was agreed, and lets go of media that were not to travel; how many posts it touched. One
/// entry of the audit log for each partner and sweep.
pub(super) async fn copies(tx: &Tx) -> Result<u64> {
    let next = fact(tx, NEXT).await?.and_then(|next| next.parse().ok()).map_or(Stamp(0), Stamp);
    if next > tx.now {
        return Ok(0);
    }
    let (mut all, mut is_more) = (0, false);
    for terms in agreements::about_copies(tx).await? {
        let (gone, bare) = (too_old(tx, &terms).await?, barred_media(tx, &terms).await?);
        if gone + bare > 0 {
            let detail = json!({ "posts": gone, "without_media": bare, "retention_days": terms.retention_days, "media": terms.media });
            tx.audit(Entry {
                actor: "node".to_owned(),
                act: "agreement.copies",
                object: terms.host.clone(),
                agreement: terms.uri.clone(),
                detail,
                ..Entry::default()
            });
        }
        is_more |= gone.max(bare) >= BATCH.unsigned_abs();
        all += gone + bare;
    }
    if !is_more {
        keep_fact(tx, NEXT, &tx.now.plus(PAUSE).0.to_string()).await?;
    }
    Ok(all)
}

/// Deletes our copies of what people elsewhere wrote in the partner's communities, as their author's deletion would, but that
/// nobody is told; how many.
async fn too_old(tx: &Tx, terms: &Copies) -> Result<u64> {
    let Some(days) = terms.retention_days.and_then(|days| u64::try_from(days).ok()) else { return Ok(0) };
    let before = tx.now.minus(Duration::from_secs(days.saturating_mul(24 * 3600)));
    let old: Vec<PostId> = sql!(
        "SELECT p.id FROM posts p JOIN accounts c ON c.id = p.community_id JOIN communities k ON k.account_id = c.id \
         WHERE c.host = {} AND k.stage <> {} AND p.id < {} AND p.created_at < {} AND p.deleted_at IS NULL AND p.boost_of_id IS NULL \
         AND p.uri LIKE 'http%' ORDER BY p.id LIMIT {}",
        terms.host.as_str(),
        Stage::Public,
        deliveries::position_at(before),
        before,
        BATCH
    )
    .column(tx)
    .await?;
    for post in posts::queries::by_ids(tx, &old).await? {
        posts::delete(tx, &post).await?;
    }
    Ok(old.len() as u64)
}

/// Takes the media off posts that were kept before it was agreed that none travel; how many.
async fn barred_media(tx: &Tx, terms: &Copies) -> Result<u64> {
    if terms.media {
        return Ok(0);
    }
    let bare: Vec<PostId> = sql!(
        "SELECT p.id FROM posts p JOIN accounts c ON c.id = p.community_id \
         JOIN communities k ON k.account_id = c.id JOIN accounts a ON a.id = p.author_id WHERE k.stage <> {} AND p.attachments <> '[]' \
         AND (c.host = {} OR (c.host = '' AND a.host = {})) LIMIT {}",
        Stage::Public,
        terms.host.as_str(),
        terms.host.as_str(),
        BATCH
    )
    .column(tx)
    .await?;
    sql!("UPDATE versions SET attachments = '[]' WHERE post_id IN {}", list(&bare)).run(tx).await?;
    let changed = sql!("UPDATE posts SET attachments = '[]' WHERE id IN {}", list(&bare)).run(tx).await?;
    posts::words::keep_again(tx, &bare).await?;
    Ok(changed)
}
