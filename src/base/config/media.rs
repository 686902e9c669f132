//! `[media]`: where uploaded files are kept.

use super::words::as_text;
use serde::{Deserialize, Serialize};
use std::{fmt, path::Path, path::PathBuf, str::FromStr};

/// Where uploaded files are kept; by default `media` in `data.dir`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// A folder of this machine.
    pub url: Option<MediaUrl>,
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
