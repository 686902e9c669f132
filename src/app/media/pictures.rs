//! Pictures that are made at once, while whoever sent them waits: avatars, headers, and what is to stand for a medium.

use super::App;
use crate::{
    base::{
        error::{Error, Refusal, Result},
        id::{AccountId, MediumId},
        secret,
    },
    features::media::{self, About},
    media::{
        Made, Preview, RAW, Shape, picture,
        sniff::{Family, Format},
    },
    store::{files::Draft, tables::Medium},
};
use anyhow::Context;

/// The field of a request in which a thumbnail is sent.
const THUMBNAIL: &str = "thumbnail";

impl App {
    /// Makes an avatar or header of what was received: the name of its folder, and what it is.
    pub async fn portray(&self, draft: Draft, shape: Shape) -> Result<(String, Made)> {
        let (name, format) = self.received(draft).await?;
        let files = &self.workshop.files;
        let made = async {
            let folder = files.folder(&name).context("a fresh folder has a name of ours")?;
            let made = self.made(folder, format, shape).await?;
            files.publish(&name).await?;
            files.clear(&name).await?;
            Ok(made)
        };
        match made.await {
            Ok(made) => Ok((name, made)),
            Err(error) => {
                files.forget_work(&name).await?;
                Err(error)
            }
        }
    }

    /// A picture that was received, in a folder of its own. Refused as [`App::inspect`] says, and for anything else.
    async fn received(&self, mut draft: Draft) -> Result<(String, &'static Format)> {
        draft.close().await?;
        let format = self.inspect(&draft).await?;
        if format.family != Family::Image {
            return Err(Refusal::invalid("file", "is no picture").into());
        }
        Ok((self.workshop.files.keep(draft, RAW).await?, format))
    }

    /// Makes a picture of an owner's that is to stand for the medium in `folder`, by the same checks as any picture, and puts it
    /// there. It has a name of its own each time: an address names its bytes for ever.
    pub(super) async fn thumbnail(&self, draft: Draft, folder: &str) -> Result<Preview> {
        let (scratch, format) = self.received(draft).await.map_err(of_thumbnail)?;
        let files = &self.workshop.files;
        let placed = async {
            let small = self.small(&scratch, format).await.map_err(of_thumbnail)?;
            let (name, ending) = small.file.rsplit_once('.').context("a picture has an ending")?;
            let called = format!("{name}-{}.{ending}", secret::hex(&secret::random::<4>()));
            files.adopt((&scratch, &small.file), folder, &called).await?;
            Ok(Preview { file: called, ..small })
        };
        let placed = placed.await;
        files.forget_work(&scratch).await?;
        placed
    }

    async fn small(&self, scratch: &str, format: &'static Format) -> Result<Preview> {
        let (folder, bounds) = (self.workshop.files.folder(scratch).context("a fresh folder has a name of ours")?, self.bounds());
        let _place = self.workshop.places.acquire().await.context("the places are never closed")?;
        super::apart(move || picture::thumbnail(&folder.join(RAW), &folder, format, bounds)).await
    }

    /// Says something else of a medium that no post holds, and has another picture stand for it where one was sent. Not found for
    /// anybody else's.
    pub async fn describe_medium(&self, owner: AccountId, id: MediumId, (about, thumbnail): (About, Option<Draft>)) -> Result<Medium> {
        let before = media::loose(&self.store, owner, id).await?;
        let preview = match thumbnail {
            Some(thumbnail) => Some(self.thumbnail(thumbnail, &before.folder).await?),
            None => None,
        };
        let kept = async {
            let tx = self.begin().await?;
            let medium = media::describe(&tx, owner, id, (about, preview.clone())).await?;
            tx.commit().await?;
            Ok(medium)
        };
        let kept = kept.await;
        let Some(preview) = preview else { return kept };
        // whichever of the two is not used any more; the rest of the folder goes with the medium
        let unused = if kept.is_ok() { &before.preview } else { &preview.file };
        if let Some(_leave) = self.workshop.files.may_remove().filter(|_| !unused.is_empty())
            && let Err(error) = self.workshop.files.remove_file(&before.folder, unused).await
        {
            tracing::warn!(%error, "a picture that stood for a file stays until that goes");
        }
        kept
    }
}

/// A refusal of a picture as one of the field in which thumbnails are sent.
fn of_thumbnail(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.field == Some("file") => Refusal { field: Some(THUMBNAIL), ..refusal }.into(),
        error => error,
    }
}
