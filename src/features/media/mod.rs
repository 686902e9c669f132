//! Media: files that people of this node send, from the upload to the post and to their end.
//!
//! A row waits, is worked on (`jobs.rs`) and is ready or failed. What no post holds expires after a day, with its files;
//! `app/media.rs` removes those. Invariant: only its owner attaches a medium, and to one post alone.

pub mod jobs;
pub mod queries;

use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::{AccountId, MediumId, PostId},
        sentence::{Sentence, said},
        text::{limits::ALT_TEXT_CHARS_MAX, names::free_text},
        words::media::{MediumKind, MediumPlace, MediumState},
    },
    media::Preview,
    sql,
    store::{
        Insert, Source, Tx, list,
        tables::{Attachment, Medium},
    },
};
use std::time::Duration;

/// Most media of one post, as Mastodon has it.
pub const ATTACHED_MAX: usize = 4;
/// Most media of one person that no post holds.
pub const LOOSE_MAX: i64 = 100;
/// How long a medium is kept that no post holds; so long its owner may use it again after deleting a post.
pub const LOOSE_KEPT: Duration = Duration::from_secs(24 * 3600);

/// A file that was received.
#[derive(Clone, Debug)]
pub struct New {
    /// Who sent it.
    pub owner: AccountId,
    /// The name of its folder.
    pub folder: String,
    /// Its MIME type, sniffed.
    pub media_type: String,
    /// What it is, as far as its type says.
    pub kind: MediumKind,
    /// A picture of its owner's that stands for it.
    pub preview: Option<Preview>,
    /// What its owner says of it.
    pub about: About,
}

/// What an owner says of a medium; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What it shows.
    pub description: Option<String>,
    /// What must stay in view, in thousandths from the middle.
    pub focus: Option<(i16, i16)>,
}

impl About {
    /// What is said of a file; the focus as `x,y`, each from -1 to 1 (docs.joinmastodon.org). Refused for a focus that is none.
    pub fn read(description: Option<String>, focus: Option<&str>) -> Result<Self, Refusal> {
        Ok(Self { description, focus: focus.filter(|focus| !focus.is_empty()).map(point).transpose()? })
    }
}

/// `x,y`, each from -1 to 1, in thousandths.
fn point(focus: &str) -> Result<(i16, i16), Refusal> {
    let side = |text: &str| text.trim().parse::<f64>().ok().filter(|side| side.is_finite());
    let sides = focus.split_once(',').and_then(|(x, y)| side(x).zip(side(y)));
    let (x, y) = sides.ok_or_else(|| Refusal::invalid("focus", "is not two numbers from -1 to 1 with a comma between"))?;
    let thousandths = |side: f64| (side.clamp(-1.0, 1.0) * 1000.0).round() as i16;
    Ok((thousandths(x), thousandths(y)))
}

/// Keeps a file that waits to be worked on. Refused (429) when its owner has too many that no post holds.
pub async fn keep(tx: &Tx, new: New) -> Result<Medium> {
    let loose: Option<i64> =
        sql!("SELECT COUNT(*) FROM media WHERE owner_id = {} AND post_id IS NULL AND expires_at IS NOT NULL AND place = 0", new.owner)
            .value(tx)
            .await?;
    if loose.unwrap_or_default() >= LOOSE_MAX {
        return Err(
            Refusal::too_many(said!("You have sent {max} files that no post uses: post or delete some first", max = LOOSE_MAX)).into()
        );
    }
    let id = MediumId(tx.id());
    let (x, y) = new.about.focus.unzip();
    Insert::into("media")
        .set("id", id)
        .set("owner_id", new.owner)
        .set("place", MediumPlace::Attachment)
        .set("kind", new.kind)
        .set("state", MediumState::Waiting)
        .set("media_type", new.media_type)
        .set("folder", new.folder)
        .set("focus_x", x)
        .set("focus_y", y)
        .set("description", described(new.about.description.as_deref().unwrap_or_default())?)
        .set("due_at", tx.now)
        .set("created_at", tx.now)
        .set("expires_at", tx.now.plus(LOOSE_KEPT))
        .run(tx)
        .await?;
    if let Some(preview) = new.preview {
        stand_for(tx, id, preview).await?;
    }
    Ok(queries::by_id(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

/// An alternative text as it is kept. Refused when it is too long.
fn described(text: &str) -> Result<String> {
    if text.chars().count() > ALT_TEXT_CHARS_MAX {
        return Err(Refusal::invalid("description", said!("is longer than {max} characters", max = ALT_TEXT_CHARS_MAX)).into());
    }
    Ok(free_text(text.trim(), ALT_TEXT_CHARS_MAX))
}

/// A medium of `owner` that no post holds. Not found for anybody else's.
pub async fn loose(from: &impl Source, owner: AccountId, id: MediumId) -> Result<Medium> {
    Ok(queries::own(from, owner, id).await?.filter(|medium| medium.post_id.is_none()).ok_or_else(Refusal::not_found)?)
}

/// Has a picture of its owner's stand for a medium, also for one that is still worked on.
async fn stand_for(tx: &Tx, id: MediumId, preview: Preview) -> Result<()> {
    let (width, height) = preview.size;
    sql!(
        "UPDATE media SET preview = {}, preview_width = {}, preview_height = {}, blurhash = {} WHERE id = {}",
        preview.file,
        i64::from(width),
        i64::from(height),
        preview.blurhash,
        id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Says something else of a medium that no post holds, and has another picture stand for it where one is given. Not found for
/// anybody else's.
pub async fn describe(tx: &Tx, owner: AccountId, id: MediumId, (about, preview): (About, Option<Preview>)) -> Result<Medium> {
    let medium = loose(tx, owner, id).await?;
    say(tx, &medium, about).await?;
    if let Some(preview) = preview {
        stand_for(tx, id, preview).await?;
    }
    Ok(queries::by_id(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

async fn say(tx: &Tx, medium: &Medium, about: About) -> Result<()> {
    let text = about.description.as_deref().map(described).transpose()?;
    let (x, y) = about.focus.unzip();
    sql!(
        "UPDATE media SET description = COALESCE({}, description), focus_x = COALESCE({}, focus_x), focus_y = COALESCE({}, focus_y) \
         WHERE id = {}",
        text,
        x,
        y,
        medium.id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Lets go of a medium that no post holds: it expires at once. Not found for anybody else's, refused (422) for an attached one.
pub async fn discard(tx: &Tx, owner: AccountId, id: MediumId) -> Result<()> {
    let medium = queries::own(tx, owner, id).await?.ok_or_else(Refusal::not_found)?;
    if medium.post_id.is_some() {
        return Err(unready("in_use", said!("This file belongs to a post: edit or delete the post instead.")));
    }
    sql!("UPDATE media SET expires_at = {} WHERE id = {}", tx.now, id).run(tx).await?;
    Ok(())
}

fn unready(code: &'static str, sentence: Sentence) -> crate::base::error::Error {
    Refusal { kind: Kind::Invalid, ..Refusal::forbidden(code, sentence) }.into()
}

/// Attaches media of `owner` to `post`, in their order; what it had and is not named any more stays with its earlier wordings.
/// `said` are new words about some of them.
///
/// Refused (422) for more than [`ATTACHED_MAX`], for what is not ready, and for a video or sound beside anything else; not found
/// for what is not the owner's, is gone, or belongs to another post.
pub async fn attach(tx: &Tx, owner: AccountId, post: PostId, ids: &[MediumId], said: &[(MediumId, About)]) -> Result<Vec<Attachment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.len() > ATTACHED_MAX {
        return Err(Refusal::invalid("media_ids", said!("has more than {max} entries", max = ATTACHED_MAX)).into());
    }
    let found = queries::by_ids(tx, ids).await?;
    let is_theirs = |medium: &&Medium| {
        medium.owner_id == owner
            && medium.place == MediumPlace::Attachment
            && medium.post_id.is_none_or(|its| its == post)
            && medium.expires_at.is_none_or(|end| end > tx.now)
    };
    let mut chosen: Vec<Medium> = Vec::with_capacity(ids.len());
    for id in ids {
        let medium = found.iter().filter(is_theirs).find(|medium| medium.id == *id).ok_or_else(Refusal::not_found)?;
        if !chosen.contains(medium) {
            chosen.push(medium.clone());
        }
    }
    for medium in &chosen {
        match medium.state {
            MediumState::Ready => {}
            MediumState::Waiting => {
                return Err(unready(
                    "media_waiting",
                    said!("Cannot attach files that have not finished processing. Try again in a moment!"),
                ));
            }
            MediumState::Failed => {
                return Err(unready("media_failed", said!("A file cannot be attached. {reason}", reason = medium.reason)));
            }
        }
    }
    let is_played = |medium: &Medium| matches!(medium.kind, MediumKind::Video | MediumKind::Audio);
    if chosen.len() > 1 && chosen.iter().any(is_played) {
        return Err(Refusal::invalid("media_ids", "holds a video or sound, which must be a post's only file").into());
    }
    for (id, about) in said {
        if let Some(medium) = chosen.iter().find(|medium| medium.id == *id) {
            say(tx, medium, about.clone()).await?;
        }
    }
    let ids: Vec<MediumId> = chosen.iter().map(|medium| medium.id).collect();
    let claim = "UPDATE media SET post_id = {}, expires_at = NULL WHERE id IN {} AND (post_id IS NULL OR post_id = {})";
    if sql!(claim, post, list(&ids), post).run(tx).await? < ids.len() as u64 {
        // another post was quicker
        return Err(Refusal::not_found().into());
    }
    let now = queries::by_ids(tx, &ids).await?;
    let place = |medium: &&Medium| ids.iter().position(|id| *id == medium.id);
    let mut now: Vec<&Medium> = now.iter().collect();
    now.sort_by_key(place);
    Ok(now.into_iter().map(Medium::attachment).collect())
}

/// Keeps media of `owner` that no post holds yet for a post to come at `until`.
pub async fn hold(tx: &Tx, owner: AccountId, ids: &[MediumId], until: Stamp) -> Result<()> {
    if !ids.is_empty() {
        let end = until.plus(LOOSE_KEPT);
        let held = "UPDATE media SET expires_at = {} WHERE owner_id = {} AND id IN {} AND post_id IS NULL AND expires_at < {}";
        sql!(held, end, owner, list(ids), end).run(tx).await?;
    }
    Ok(())
}

/// The post is deleted: its media are nobody's but their owner's, for a day.
pub async fn detach(tx: &Tx, post: PostId) -> Result<()> {
    sql!("UPDATE media SET post_id = NULL, expires_at = {} WHERE post_id = {}", tx.now.plus(LOOSE_KEPT), post).run(tx).await?;
    Ok(())
}

/// Forgets rows whose files have been removed.
pub async fn forget(tx: &Tx, ids: &[MediumId]) -> Result<()> {
    sql!("DELETE FROM media WHERE id IN {}", list(ids)).run(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_focus_is_two_numbers_and_never_outside_the_picture() {
        assert_eq!(point("0.5,-0.25").unwrap(), (500, -250));
        assert_eq!(point(" 7 , -7").unwrap(), (1000, -1000));
        for odd in ["", "1", "a,b", "NaN,0", "inf,1", "1;2"] {
            assert!(point(odd).is_err(), "{odd}");
        }
    }
}
