//! Addresses of files: our own, and of others through our cache, so that whoever looks is seen by nobody else (S91, S136).
//!
//! What is for everybody has a plain address, or one that only this node can make. What is not is given to one reader for
//! five minutes at most (S57), signed over path, reader and end; the right to see it is asked again when it is fetched.

use super::App;
use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, PostId},
        secret,
        words::Audience,
    },
    store::tables::Post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::time::Duration;

/// How long an address counts that is for one reader.
pub const READER_LASTS: Duration = Duration::from_secs(300);
/// What a tag is for: addresses of our own files, and of files of others.
const OWN: &str = "media";
const OTHERS: &str = "proxy";
/// Bytes of a tag that stand in an address.
const TAG_BYTES: usize = 16;
/// Longest address elsewhere that is asked for.
const URL_BYTES_MAX: usize = 2048;

/// For whom a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// For everybody.
    Everybody,
    /// For one reader, with the post whose visibility counts (0: a file that no post holds, for its owner).
    Reader(AccountId, PostId),
}

impl Sight {
    /// For whom files of `post` are shown to `reader`, who may see it.
    pub fn of(post: &Post, reader: Option<AccountId>) -> Self {
        let is_for_all = post.audience <= Audience::Unlisted && post.removed_at.is_none() && post.queued_at.is_none();
        match reader {
            Some(reader) if !is_for_all => Self::Reader(reader, post.id),
            _ => Self::Everybody,
        }
    }
}

/// What an address says of who may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The reader.
    pub reader: AccountId,
    /// The post whose visibility counts.
    pub post: PostId,
}

impl App {
    /// The page of a hashtag, by its key.
    pub fn tag_url(&self, key: &str) -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        format!("{}/tags/{encoded}", self.origin.base())
    }

    /// The address of one of our files (a path).
    pub fn file_url(&self, path: &str, sight: Sight) -> String {
        let plain = self.origin.absolute(path);
        match sight {
            Sight::Everybody => plain,
            Sight::Reader(reader, post) => {
                let end = self.store.now().plus(READER_LASTS);
                let tag = self.tag(OWN, &claim(path, Pass { reader, post }, end));
                format!("{plain}?post={post}&reader={reader}&expires={}&signature={tag}", end.0)
            }
        }
    }

    /// The address under which a file elsewhere is had through this node; its own where `media.proxy` is off.
    pub fn shown_url(&self, url: &str, sight: Sight) -> String {
        if url.starts_with('/') {
            return self.file_url(url, sight);
        }
        if !self.config.media.proxy || url.len() > URL_BYTES_MAX {
            return url.to_owned();
        }
        let named = URL_SAFE_NO_PAD.encode(url);
        match sight {
            Sight::Everybody => self.origin.absolute(&format!("/proxy/{}/{named}", self.tag(OTHERS, url))),
            Sight::Reader(reader, post) => {
                let end = self.store.now().plus(READER_LASTS);
                let tag = self.tag(OTHERS, &claim(url, Pass { reader, post }, end));
                self.origin.absolute(&format!("/proxy/{tag}/{named}?post={post}&reader={reader}&expires={}", end.0))
            }
        }
    }

    /// The reader whom the query of an address of our own file names; none where the signature or the time does not hold.
    pub fn file_pass(&self, path: &str, query: &str) -> Option<Pass> {
        let (pass, end, tag) = asked(query)?;
        self.holds((OWN, &claim(path, pass, end)), &tag?, Some(end)).then_some(pass)
    }

    /// The file elsewhere that an address names, and for whom, if this node made that address and its time is not over.
    pub fn proxied(&self, tag: &str, named: &str, query: &str) -> Option<(String, Option<Pass>)> {
        let url = String::from_utf8(URL_SAFE_NO_PAD.decode(named).ok()?).ok().filter(|url| url.len() <= URL_BYTES_MAX)?;
        if self.holds((OTHERS, &url), tag, None) {
            return Some((url, None));
        }
        let (pass, end, _) = asked(query)?;
        self.holds((OTHERS, &claim(&url, pass, end)), tag, Some(end)).then_some((url, Some(pass)))
    }

    fn tag(&self, context: &str, text: &str) -> String {
        let tag = self.secret.tag(context, text);
        URL_SAFE_NO_PAD.encode(tag.get(..TAG_BYTES).unwrap_or_default())
    }

    fn holds(&self, (context, text): (&str, &str), tag: &str, end: Option<Stamp>) -> bool {
        let now = self.store.now();
        let is_in_time = end.is_none_or(|end| now < end && end <= now.plus(READER_LASTS));
        is_in_time && secret::equal(self.tag(context, text).as_bytes(), tag.as_bytes())
    }
}

/// What is signed for one reader. Nothing that stands in an address holds a line break.
fn claim(what: &str, pass: Pass, end: Stamp) -> String {
    format!("{what}\n{}\n{}\n{}", pass.post, pass.reader, end.0)
}

/// Reader, post, end and tag of a query.
fn asked(query: &str) -> Option<(Pass, Stamp, Option<String>)> {
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let said = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.to_string());
    let pass = Pass { reader: said("reader")?.parse().ok()?, post: said("post")?.parse().ok()? };
    Some((pass, Stamp(said("expires")?.parse().ok()?), said("signature")))
}
