//! Forms with files (RFC 7578) as they come: words are held in memory, files go to the disk piece by piece. Both doors read them
//! here; who may send one, and in which words it is refused, is theirs.
//!
//! Bounded in bytes, in parts and in the length of their names. A file is looked at when its first bytes are here: what is no
//! medium is refused then, not after a hundred megabytes, and what is one too many or beyond its sender's quota before any of it
//! is kept (S70, S75). No word of its name or of its declared type is used (S85).

use super::App;
use crate::{
    base::{
        error::{Error, Refusal},
        id::AccountId,
        sentence::said,
    },
    media::sniff::{self, Family, HEAD_BYTES},
    store::files::Draft,
};
use bytes::Bytes;
use futures::Stream;
use multer::{Constraints, Field, Multipart, SizeLimit};
use std::time::Duration;

/// Longest name of a part, in bytes.
const NAME_BYTES_MAX: usize = 256;
/// Most files of one form.
const FILES_MAX: usize = 4;
/// How much of a refused file is still read, so that its sender is there for the answer.
const DRAINED_MAX: usize = 4 << 20;

/// How much a form may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes in all.
    pub bytes: u64,
    /// Bytes that are held in memory: everything that is no file on the disk.
    pub held: usize,
    /// Parts.
    pub parts: usize,
}

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A picture.
    Pictures,
    /// A picture, a video or a sound.
    Media,
}

/// Why a form cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is none, or has no end.
    Broken,
    /// It, or a name in it, is longer than it may be.
    TooLong,
    /// It has more parts than it may have.
    TooMany,
}

/// Why a file is not taken; the rest of its form can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The form has as many as it may have.
    TooMany,
    /// Its sender sent too many; they may again after this.
    TooOften(Duration),
    /// It has more bytes than this.
    TooLarge(u64),
    /// It is played, where a picture is asked for.
    NoPicture,
    /// It is of no type that is taken.
    NoMedium,
}

/// Why there is no file.
#[derive(Debug)]
pub enum Wrong {
    /// The form cannot be read on.
    Form(Trouble),
    /// It is not taken.
    File(Unfit),
    /// It could not be kept.
    Fault(Error),
}

/// A form that is being read.
pub struct Form {
    parts: Multipart<'static>,
    bounds: Bounds,
    seen: usize,
    held: usize,
    files: usize,
}

/// A part of a form, of which only what stands before its content was read. One that is dropped is read past.
pub struct Part {
    /// Its field.
    pub name: String,
    /// The name of its file, where it says that it is one.
    pub file_name: Option<String>,
    /// The type that it declares.
    pub content_type: Option<String>,
    content: Field<'static>,
}

impl App {
    /// The bytes of the largest file that is taken.
    pub fn largest_file(&self) -> u64 {
        self.config.media.video_bytes.max(self.config.media.image_bytes).into()
    }
}

impl Form {
    /// The form that `body` brings, whose declared type is `kind`.
    pub fn of<E>(kind: &str, body: impl Stream<Item = Result<Bytes, E>> + Send + 'static, bounds: Bounds) -> Result<Self, Trouble>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let boundary = multer::parse_boundary(kind).map_err(|_| Trouble::Broken)?;
        let limit = Constraints::new().size_limit(SizeLimit::new().whole_stream(bounds.bytes));
        Ok(Self { parts: Multipart::with_constraints(body, boundary, limit), bounds, seen: 0, held: 0, files: 0 })
    }

    /// Its next part; none at its end.
    pub async fn next(&mut self) -> Result<Option<Part>, Trouble> {
        let Some(content) = self.parts.next_field().await.map_err(trouble)? else { return Ok(None) };
        self.seen += 1;
        let name = content.name().unwrap_or_default().to_owned();
        if self.seen > self.bounds.parts {
            return Err(Trouble::TooMany);
        }
        if name.len() > NAME_BYTES_MAX {
            return Err(Trouble::TooLong);
        }
        let file_name = content.file_name().map(str::to_owned);
        let content_type = content.content_type().map(ToString::to_string);
        Ok(Some(Part { name, file_name, content_type, content }))
    }

    /// What a part says, as text.
    pub async fn words(&mut self, part: Part) -> Result<String, Trouble> {
        Ok(String::from_utf8_lossy(&self.whole(part).await?).into_owned())
    }

    /// The bytes of a part that is held in memory.
    pub async fn whole(&mut self, mut part: Part) -> Result<Vec<u8>, Trouble> {
        let mut whole = Vec::new();
        while let Some(piece) = part.content.chunk().await.map_err(trouble)? {
            self.held += piece.len();
            if self.held > self.bounds.held {
                return Err(Trouble::TooLong);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// The file of a part that `who` sends, on the disk; none where none was chosen.
    pub async fn file(&mut self, app: &App, who: AccountId, (mut part, takes): (Part, Takes)) -> Result<Option<Draft>, Wrong> {
        let kept = self.kept(app, who, (&mut part.content, takes)).await;
        if matches!(kept, Err(Wrong::File(_))) {
            drain(&mut part.content).await;
        }
        kept
    }

    async fn kept(&mut self, app: &App, who: AccountId, (content, takes): (&mut Field<'_>, Takes)) -> Result<Option<Draft>, Wrong> {
        let mut draft = app.workshop.files.draft().await.map_err(Wrong::Fault)?;
        let (mut head, mut most) = (Vec::with_capacity(HEAD_BYTES), None);
        while let Some(piece) = content.chunk().await.map_err(trouble)? {
            if draft.bytes == 0 && !piece.is_empty() {
                self.let_in(app, who)?;
            }
            if most.is_none() {
                head.extend_from_slice(piece.get(..piece.len().min(HEAD_BYTES - head.len())).unwrap_or_default());
                if head.len() >= HEAD_BYTES {
                    most = Some(takes.most(app, &head)?);
                }
            }
            draft.write(&piece).await.map_err(Wrong::Fault)?;
            if let Some(most) = most.filter(|most| draft.bytes > *most) {
                return Err(Unfit::TooLarge(most).into());
            }
        }
        if draft.bytes == 0 {
            return Ok(None);
        }
        let most = most.map_or_else(|| takes.most(app, &head), Ok)?;
        if draft.bytes > most { Err(Unfit::TooLarge(most).into()) } else { Ok(Some(draft)) }
    }

    /// Counts one more file of `who`.
    fn let_in(&mut self, app: &App, who: AccountId) -> Result<(), Unfit> {
        self.files += 1;
        if self.files > FILES_MAX {
            return Err(Unfit::TooMany);
        }
        app.quotas.uploads.take(&who.to_string()).map(drop).map_err(|left| Unfit::TooOften(left.wait))
    }
}

impl Part {
    /// Reads past what is not wanted, so that its sender is there for the answer.
    pub async fn pass(mut self) {
        drain(&mut self.content).await;
    }
}

impl Takes {
    /// Most bytes of what begins with `head`.
    fn most(self, app: &App, head: &[u8]) -> Result<u64, Unfit> {
        let media = &app.config.media;
        match (sniff::of(head).map(|format| format.family), self) {
            (Some(Family::Image), _) => Ok(media.image_bytes.into()),
            (Some(Family::Video | Family::Audio), Self::Media) => Ok(media.video_bytes.into()),
            (Some(Family::Video | Family::Audio), Self::Pictures) => Err(Unfit::NoPicture),
            (None, _) => Err(Unfit::NoMedium),
        }
    }
}

impl Unfit {
    /// In a sentence about the field of the file.
    pub fn refusal(self, field: &'static str) -> Refusal {
        match self {
            Self::TooMany => Refusal::invalid(field, said!("must be at most {max} at a time", max = FILES_MAX)),
            Self::TooOften(_) => Refusal::too_many("Too many requests"),
            Self::TooLarge(bytes) => Refusal::invalid(field, said!("is larger than {max} bytes", max = bytes)),
            Self::NoPicture => Refusal::invalid(field, "is no picture"),
            Self::NoMedium => Refusal::invalid(field, "is of a type that is not taken here: send a JPEG, PNG, GIF or WebP picture"),
        }
    }
}

impl From<Trouble> for Wrong {
    fn from(trouble: Trouble) -> Self {
        Self::Form(trouble)
    }
}

impl From<Unfit> for Wrong {
    fn from(unfit: Unfit) -> Self {
        Self::File(unfit)
    }
}

/// What stopped the reading. A body that is cut off was too long for a limit around us, or its sender is not there to be told.
fn trouble(error: multer::Error) -> Trouble {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } | multer::Error::StreamReadFailed(_) => {
            Trouble::TooLong
        }
        _ => Trouble::Broken,
    }
}

/// Reads a little more of what is not taken.
async fn drain(content: &mut Field<'_>) {
    let mut seen = 0;
    while let Ok(Some(piece)) = content.chunk().await {
        seen += piece.len();
        if seen > DRAINED_MAX {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    const KIND: &str = "multipart/form-data; boundary=cut";

    /// A form of these names and contents, which comes in pieces of so many bytes.
    fn form(parts: &[(&str, &str)], end: &str, piece: usize, bounds: Bounds) -> Form {
        let part =
            |(name, content): &(&str, &str)| format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n");
        let body = parts.iter().map(part).collect::<String>() + end;
        let pieces: Vec<Result<Bytes, Infallible>> = body.as_bytes().chunks(piece).map(|bytes| Ok(Bytes::copy_from_slice(bytes))).collect();
        Form::of(KIND, futures::stream::iter(pieces), bounds).unwrap()
    }

    /// Everything that it says, or what stops it.
    async fn said(mut form: Form) -> Result<Vec<(String, String)>, Trouble> {
        let mut all = Vec::new();
        while let Some(part) = form.next().await? {
            all.push((part.name.clone(), form.words(part).await?));
        }
        Ok(all)
    }

    #[tokio::test]
    async fn s070_a_form_is_read_whole_up_to_its_bounds_however_it_comes() {
        let wide = Bounds { bytes: 10_000, held: 8, parts: 3 };
        let parts = [("a", "four"), ("b", ""), ("a", "four")];
        let whole: Vec<(String, String)> = parts.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect();
        for piece in [1, 7, 10_000] {
            assert_eq!(said(form(&parts, "--cut--\r\n", piece, wide)).await, Ok(whole.clone()), "{piece}");
            for (bounds, trouble) in [
                (Bounds { held: 7, ..wide }, Trouble::TooLong),
                (Bounds { parts: 2, ..wide }, Trouble::TooMany),
                (Bounds { bytes: 60, ..wide }, Trouble::TooLong),
            ] {
                assert_eq!(said(form(&parts, "--cut--\r\n", piece, bounds)).await, Err(trouble), "{piece} {bounds:?}");
            }
            assert_eq!(said(form(&parts, "--cut", piece, wide)).await, Err(Trouble::Broken), "{piece}: it has no end");
        }
        let long = "x".repeat(NAME_BYTES_MAX + 1);
        assert_eq!(said(form(&[(long.as_str(), "")], "--cut--\r\n", 10_000, wide)).await, Err(Trouble::TooLong));
        let none = Form::of("text/plain", futures::stream::empty::<Result<Bytes, Infallible>>(), wide);
        assert_eq!(none.err(), Some(Trouble::Broken));
    }
}
