//! `[media]`: files that people send, and files of others that are shown through this node.

use super::{limits::at_least_one, words::as_text};
use serde::{Deserialize, Serialize};
use std::{fmt, path::Path, path::PathBuf, str::FromStr};

/// Files: where they are kept, and how large they may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// A folder of this machine; by default `media` in `data.dir`.
    pub url: Option<MediaUrl>,
    /// Largest picture that is taken, in bytes.
    #[serde(deserialize_with = "at_least_one")]
    pub image_bytes: u32,
    /// Most pixels of a picture or video that is taken.
    #[serde(deserialize_with = "at_least_one")]
    pub image_pixels: u32,
    /// Largest video or sound that is taken, in bytes.
    #[serde(deserialize_with = "at_least_one")]
    pub video_bytes: u32,
    /// Longest video or sound that is taken, in seconds.
    #[serde(deserialize_with = "at_least_one")]
    pub video_seconds: u32,
    /// The command that makes videos and sounds; empty: none are taken.
    pub ffmpeg: String,
    /// Whether files of others are shown through this node.
    pub proxy: bool,
    /// Largest file of others that is shown through this node, in bytes.
    #[serde(deserialize_with = "at_least_one")]
    pub proxy_bytes: u32,
    /// Most bytes of files of others that are kept.
    #[serde(deserialize_with = "at_least_one")]
    pub cache_bytes: u32,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            url: None,
            image_bytes: 16 << 20,
            image_pixels: 7680 * 4320,
            video_bytes: 99 << 20,
            video_seconds: 600,
            ffmpeg: "ffmpeg".to_owned(),
            proxy: true,
            proxy_bytes: 40 << 20,
            cache_bytes: 1 << 30,
        }
    }
}

/// A folder for uploaded files, written as a path or `file:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaUrl(PathBuf);

impl MediaUrl {
    /// Files in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl FromStr for MediaUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(text);
        let scheme = path.split_once(':').map(|(scheme, _)| scheme);
        if path.is_empty() || scheme.is_some_and(|scheme| !scheme.contains('/')) {
            return Err("is not a folder; allowed: a path such as /srv/intermoot/media (object storage is not supported yet)".into());
        }
        Ok(Self(path.into()))
    }
}

impl fmt::Display for MediaUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

as_text!(MediaUrl);
