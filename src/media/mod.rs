//! What files are and what is made of them: pictures, and, where ffmpeg is installed, videos and sounds.
//!
//! For `app/media.rs`, which says when. Knows bytes and pixels alone: no database, no network. Invariant: what is made holds
//! nothing of the original but what is seen and heard; sizes are read before anything is decoded, and memory and time are
//! bounded whatever a file claims. Source: security.md S77, S86.

pub mod animation;
pub mod ffmpeg;
pub mod picture;
pub mod sniff;

use crate::base::{
    error::{Error, Refusal},
    sentence::Sentence,
    words::media::MediumKind,
};

/// The name of what was uploaded, beside what is made of it. Never served.
pub const RAW: &str = "raw";

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A post: as it is, within bounds.
    Attachment,
    /// An avatar: a square of 400 pixels, cut out of the middle.
    Avatar,
    /// A header: 1500 by 500 pixels at most, cut out of the middle.
    Header,
}

/// How large a thing may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Most pixels of one picture.
    pub pixels: u64,
    /// Longest video or sound, in seconds.
    pub seconds: u64,
    /// Largest file that is made, in bytes.
    pub bytes: u64,
}

/// What was made of a file, in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it is.
    pub kind: MediumKind,
    /// MIME type of the file.
    pub media_type: &'static str,
    /// Name of the file.
    pub file: String,
    /// Name of the picture that stands for it; empty for none.
    pub preview: String,
    /// Pixels of the file; none for sounds.
    pub size: Option<(u32, u32)>,
    /// Pixels of the preview.
    pub preview_size: Option<(u32, u32)>,
    /// Blurhash of the preview.
    pub blurhash: Option<String>,
    /// How long it plays.
    pub milliseconds: Option<u64>,
}

/// A picture that stands for a file, in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Name of its file.
    pub file: String,
    /// Pixels.
    pub size: (u32, u32),
    /// Blurhash.
    pub blurhash: Option<String>,
}

/// The refusal of a file.
fn unfit(problem: Sentence) -> Error {
    Refusal::invalid("file", problem).into()
}
