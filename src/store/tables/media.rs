//! `media`: files that people of this node sent.

use super::Attachment;
use crate::base::{
    clock::Stamp,
    id::{AccountId, MediumId, PostId},
    words::media::{MediumKind, MediumPlace, MediumState},
};
use sea_orm::FromQueryResult;

/// A picture, video or sound that somebody sent.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Medium {
    /// Its id.
    pub id: MediumId,
    /// Who sent it.
    pub owner_id: AccountId,
    /// The post it belongs to.
    pub post_id: Option<PostId>,
    /// What it is for.
    pub place: MediumPlace,
    /// What it is.
    pub kind: MediumKind,
    /// How far it has come.
    pub state: MediumState,
    /// Why nothing could be made of it; empty otherwise.
    pub reason: String,
    /// MIME type: of the upload until it is ready, then of what is served.
    pub media_type: String,
    /// The random name of its folder.
    pub folder: String,
    /// Name of the file that is served; empty until it is ready.
    pub file: String,
    /// Name of the picture that stands for it; empty for none.
    pub preview: String,
    /// Pixels.
    pub width: Option<i64>,
    /// Pixels.
    pub height: Option<i64>,
    /// Pixels of the preview.
    pub preview_width: Option<i64>,
    /// Pixels of the preview.
    pub preview_height: Option<i64>,
    /// How long it plays.
    pub milliseconds: Option<i64>,
    /// Blurhash.
    pub blurhash: Option<String>,
    /// What must stay in view, in thousandths from the middle.
    pub focus_x: Option<i16>,
    /// The same upwards.
    pub focus_y: Option<i16>,
    /// What it shows, in its owner's words.
    pub description: String,
    /// How often it was taken up.
    pub tries: i16,
    /// When it is taken up next.
    pub due_at: Stamp,
    /// When it was sent.
    pub created_at: Stamp,
    /// When it goes; none while it is in use.
    pub expires_at: Option<Stamp>,
}

impl Medium {
    /// The path of the file with this name.
    pub fn path(&self, name: &str) -> String {
        format!("/media/{}/{name}", self.folder)
    }

    /// As posts keep it.
    pub fn attachment(&self) -> Attachment {
        let pixels = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
        Attachment {
            id: Some(self.id.0),
            kind: Some(self.kind),
            url: self.path(&self.file),
            media_type: self.media_type.clone(),
            description: self.description.clone(),
            blurhash: self.blurhash.clone(),
            width: pixels(self.width),
            height: pixels(self.height),
            preview_url: if self.preview.is_empty() { String::new() } else { self.path(&self.preview) },
            preview_size: pixels(self.preview_width).zip(pixels(self.preview_height)),
            milliseconds: self.milliseconds.and_then(|time| u64::try_from(time).ok()),
            focus: self.focus_x.zip(self.focus_y),
        }
    }
}
