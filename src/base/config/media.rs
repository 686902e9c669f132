//! `[media]`: files that people send, and files of others that are shown through this node.

use super::{limits::at_least_one, words::as_text};
use serde::{Deserialize, Serialize};
use std::{fmt, path::Path, path::PathBuf, str::FromStr};
use url::Url;

/// Files: where they are kept, and how large they may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// A folder of this machine, or a bucket; by default `media` in `data.dir`.
    pub url: Option<MediaUrl>,
    /// Where the store of buckets is; by default Amazon's.
    pub s3_endpoint: Option<S3Endpoint>,
    /// The region of the bucket.
    pub s3_region: String,
    /// The key by which the store knows this node.
    pub s3_key_id: Option<String>,
    /// A file that holds the secret of that key.
    pub s3_secret_file: Option<PathBuf>,
    /// Whether the bucket is named in the path and not in the host.
    pub s3_path_style: bool,
    /// Whether the store may be reached over plain http.
    pub s3_allow_http: bool,
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
            s3_endpoint: None,
            s3_region: "us-east-1".to_owned(),
            s3_key_id: None,
            s3_secret_file: None,
            s3_path_style: true,
            s3_allow_http: false,
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

impl Media {
    /// The address of the store of buckets, without the bucket: `s3_endpoint`, or Amazon's of the region.
    ///
    /// # Errors
    /// The region is no word of an address.
    pub fn s3_origin(&self) -> Result<Url, String> {
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_word(&self.s3_region) {
            return Err(format!("is {:?}; allowed: a region such as eu-central-1", self.s3_region));
        }
        match &self.s3_endpoint {
            Some(endpoint) => Ok(endpoint.url().clone()),
            None => Url::parse(&format!("https://s3.{}.amazonaws.com", self.s3_region)).map_err(|error| error.to_string()),
        }
    }
}

/// Where uploaded files are: a folder, written as a path or `file:PATH`, or a bucket, `s3://BUCKET/PREFIX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaUrl {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of the store that `s3_endpoint` names.
    Bucket {
        /// Its name.
        name: String,
        /// What the names of our objects begin with, without a slash at either end; empty for none.
        prefix: String,
    },
}

impl MediaUrl {
    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket { .. } => None,
        }
    }
}

/// Whether a bucket may be called so (Amazon S3, "Bucket naming rules").
fn is_bucket(name: &str) -> bool {
    let is_edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && is_edge(bytes.first().copied())
        && is_edge(bytes.last().copied())
        && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

/// Whether the names of objects may begin so: plain words with slashes between.
fn is_prefix(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_word = |word: &str| !word.is_empty() && word != "." && word != ".." && word.bytes().all(is_plain);
    text.is_empty() || (text.len() <= 200 && text.split('/').all(is_word))
}

impl FromStr for MediaUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(rest) = text.strip_prefix("s3:") {
            let rest = rest.strip_prefix("//").unwrap_or(rest);
            let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_end_matches('/');
            if !is_bucket(name) || !is_prefix(prefix) {
                return Err("is not a bucket; allowed: s3://BUCKET or s3://BUCKET/PREFIX, such as s3://acme-moot/media".into());
            }
            return Ok(Self::Bucket { name: name.to_owned(), prefix: prefix.to_owned() });
        }
        let path = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(text);
        let scheme = path.split_once(':').map(|(scheme, _)| scheme);
        if path.is_empty() || scheme.is_some_and(|scheme| !scheme.contains('/')) {
            return Err("is no place for files; allowed: a path such as /srv/intermoot/media, or s3://BUCKET/PREFIX".into());
        }
        Ok(Self::Folder(path.into()))
    }
}

impl fmt::Display for MediaUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Bucket { name, prefix } if prefix.is_empty() => write!(f, "s3://{name}"),
            Self::Bucket { name, prefix } => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

as_text!(MediaUrl);

/// The address of a store of buckets: scheme, host and port alone. Never holds a user or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Endpoint(Url);

impl S3Endpoint {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_http(&self) -> bool {
        self.0.scheme() == "http"
    }
}

impl FromStr for S3Endpoint {
    type Err = String;

    /// The error never repeats the text, which may hold a secret.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "is not understood; allowed: an address such as https://s3.acme.example or https://minio.acme.example:9000".to_owned();
        let url = crate::base::host::parse(text).ok_or_else(wrong)?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if is_bare { Ok(Self(url)) } else { Err("has a path; the bucket is named in media.url, as s3://BUCKET".to_owned()) }
    }
}

impl fmt::Display for S3Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

as_text!(S3Endpoint);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket_and_reads_back_as_it_is_written() {
        for (text, shown) in [
            ("/srv/media", "/srv/media"),
            ("file:///srv/media", "/srv/media"),
            ("s3:acme-moot", "s3://acme-moot"),
            ("s3://acme.moot/a/b/", "s3://acme.moot/a/b"),
        ] {
            let place: MediaUrl = text.parse().unwrap();
            assert_eq!(place.to_string(), shown);
            assert_eq!(shown.parse::<MediaUrl>().unwrap(), place);
        }
        for wrong in ["", "s3:", "s3://A", "s3://a_b_c", "s3://acme/../x", "s3://acme//x", "s3://acme/x y", "http://x", "s3://-acme"] {
            assert!(wrong.parse::<MediaUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_address_of_a_store_holds_no_secret_and_no_bucket() {
        let endpoint = |text: &str| text.parse::<S3Endpoint>();
        assert_eq!(endpoint("http://127.0.0.1:9000/").unwrap().to_string(), "http://127.0.0.1:9000");
        for wrong in ["https://key:secret@s3.example", "https://s3.example/bucket", "https://s3.example/?secret", "ftp://s3.example"] {
            let problem = endpoint(wrong).unwrap_err();
            assert!(!problem.contains("secret"), "{problem}");
        }
        let mut media = Media::default();
        assert_eq!(media.s3_origin().unwrap().as_str(), "https://s3.us-east-1.amazonaws.com/");
        media.s3_region = "x.evil.example/".to_owned();
        assert!(media.s3_origin().is_err());
    }
}
