//! Files in a bucket of a store that speaks Amazon's S3, or of any other that `object_store` knows.
//!
//! Nobody but the node reaches it: files are read through the node, piece by piece, after the rule of visibility (S57). Whatever
//! goes wrong there is [`Trouble`], never "no such file". A file is there whole or not at all: what is larger than a part is
//! put together by the store when the last part is there.

use super::{
    name::{Name, fresh, shelf_of},
    read::{Read, Written},
    trouble::{self, Trouble},
};
use crate::base::{
    error::{Error, Result},
    secret::Sum,
};
use anyhow::Context;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, path::Path};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Bytes that are sent at a time, and the most that one writing holds: stores want 5 MiB and more for all parts but the last.
pub const PART_BYTES: usize = 8 << 20;
/// What the name of an object begins with that is put there to try the store.
const TRIAL: &str = "intermoot-trial-";

/// A bucket, and what the names of our objects in it begin with. Cheap to clone.
#[derive(Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    /// How people know it: `s3://acme-moot/media at https://s3.acme.example`.
    title: Arc<str>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.title).finish()
    }
}

impl Bucket {
    /// Objects of `store` whose names begin with `prefix` and a slash; `title` names it in messages.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: &str, title: &str) -> Self {
        Self { store, prefix: prefix.to_owned(), title: title.into() }
    }

    /// How people know it.
    pub fn title(&self) -> &str {
        &self.title
    }

    fn key(&self, below: &str) -> Path {
        if self.prefix.is_empty() { Path::from(below) } else { Path::from(format!("{}/{below}", self.prefix)) }
    }

    fn trouble(&self, error: &object_store::Error) -> Error {
        metrics::counter!("intermoot_file_store_errors_total").increment(1);
        Trouble::new(format!("the store of files, {}, {}", self.title, trouble::account(error))).into()
    }

    /// A file, from byte `part.0` on, `part.1` of them; or all of it. None where nothing is.
    pub(super) async fn read(&self, name: &Name, part: Option<(u64, u64)>) -> Result<Option<Read>> {
        let options = GetOptions::new().with_range(part.map(|(from, length)| from..from + length));
        let found = match self.store.get_opts(&self.key(&name.to_string()), options).await {
            Err(error @ object_store::Error::NotFound { .. }) if !trouble::lacks_bucket(&error) => return Ok(None),
            found => found.map_err(|error| self.trouble(&error))?,
        };
        let (bytes, length) = (found.meta.size, found.range.end - found.range.start);
        let bucket = self.clone();
        let broke = move |error: object_store::Error| std::io::Error::other(format!("{:#}", anyhow::anyhow!(bucket.trouble(&error))));
        Ok(Some(Read { bytes, length, pieces: whole(found.into_stream().map_err(broke).boxed(), length) }))
    }

    /// Bytes of a file; none where nothing is.
    pub(super) async fn bytes(&self, name: &Name) -> Result<Option<u64>> {
        match self.store.head(&self.key(&name.to_string())).await {
            Err(error @ object_store::Error::NotFound { .. }) if !trouble::lacks_bucket(&error) => Ok(None),
            found => Ok(Some(found.map_err(|error| self.trouble(&error))?.size)),
        }
    }

    /// Writes a file, holding at most [`PART_BYTES`] and a piece of it.
    pub async fn write(&self, name: &Name, mut read: Read) -> Result<Written> {
        let key = self.key(&name.to_string());
        let mut written = Parts { bucket: self, key: &key, upload: None, sum: Sum::default(), bytes: 0 };
        match written.take(&mut read).await {
            Ok(last) if written.bytes == read.length => written.end(last).await,
            Ok(_) => {
                written.give_up().await;
                Err(read.expect_whole(written.bytes).err().unwrap_or_else(|| Trouble::new("a file broke off").into()))
            }
            Err(error) => {
                written.give_up().await;
                Err(error)
            }
        }
    }

    /// The files on a shelf, with their bytes.
    pub async fn list(&self, shelf: &str) -> Result<BTreeMap<Name, u64>> {
        self.below(shelf).await
    }

    /// The files whose names begin with this folder or shelf; what is no file of ours is left out.
    async fn below(&self, place: &str) -> Result<BTreeMap<Name, u64>> {
        let skip = if self.prefix.is_empty() { 0 } else { self.prefix.len() + 1 };
        let mut found = BTreeMap::new();
        let mut listed = self.store.list(Some(&self.key(place)));
        while let Some(one) = listed.try_next().await.map_err(|error| self.trouble(&error))? {
            if let Some(name) = one.location.as_ref().get(skip..).and_then(Name::read) {
                found.insert(name, one.size);
            }
        }
        Ok(found)
    }

    /// Removes a folder with everything in it; it may be gone already.
    pub(super) async fn remove(&self, folder: &str) -> Result<()> {
        for name in self.below(&format!("{}/{folder}", shelf_of(folder))).await?.into_keys() {
            self.remove_file(&name).await?;
        }
        Ok(())
    }

    /// Removes one file; it may be gone already.
    pub async fn remove_file(&self, name: &Name) -> Result<()> {
        self.remove_object(&self.key(&name.to_string())).await
    }

    async fn remove_object(&self, key: &Path) -> Result<()> {
        match self.store.delete(key).await {
            Err(error @ object_store::Error::NotFound { .. }) if !trouble::lacks_bucket(&error) => Ok(()),
            gone => gone.map_err(|error| self.trouble(&error)),
        }
    }

    /// Writes, lists, reads and removes a small object.
    ///
    /// # Errors
    /// The first of these that fails, in a sentence that says what to do.
    pub async fn try_out(&self) -> Result<()> {
        let (key, words) = (self.key(&format!("{TRIAL}{}", fresh())), Bytes::from_static(b"written to try this store; may be deleted"));
        let said = |error: object_store::Error| self.trouble(&error);
        self.store.put(&key, words.clone().into()).await.map_err(said)?;
        let read = self.store.get(&key).await.map_err(said)?.bytes().await.map_err(said)?;
        if read != words {
            return Err(Trouble::new(format!("the store of files, {}, gives back other bytes than were written", self.title)).into());
        }
        let mut listed = self.store.list(Some(&self.key("00")));
        listed.try_next().await.map_err(said)?;
        self.remove_object(&key).await
    }
}

/// `pieces` with an error at the end where they are fewer than `length` bytes.
fn whole(pieces: BoxStream<'static, std::io::Result<Bytes>>, length: u64) -> BoxStream<'static, std::io::Result<Bytes>> {
    let step = async |(mut pieces, left): (BoxStream<'static, std::io::Result<Bytes>>, u64)| match pieces.try_next().await? {
        Some(piece) => {
            let left = left.checked_sub(piece.len() as u64).ok_or_else(|| std::io::Error::other("more came than was announced"))?;
            Ok(Some((piece, (pieces, left))))
        }
        None if left == 0 => Ok(None),
        None => Err(std::io::ErrorKind::UnexpectedEof.into()),
    };
    futures::stream::try_unfold((pieces, length), step).boxed()
}

/// A file on its way: in one go when it fits into a part, else part by part.
struct Parts<'a> {
    bucket: &'a Bucket,
    key: &'a Path,
    upload: Option<Box<dyn MultipartUpload>>,
    sum: Sum,
    bytes: u64,
}

impl Parts<'_> {
    /// Sends every part but the last, which is given back.
    async fn take(&mut self, read: &mut Read) -> Result<Bytes> {
        let mut part = BytesMut::new();
        while let Some(piece) = read.pieces.next().await {
            let piece = piece.context("a file broke off")?;
            self.sum.add(&piece);
            self.bytes += piece.len() as u64;
            part.extend_from_slice(&piece);
            while part.len() > PART_BYTES {
                self.send(part.split_to(PART_BYTES).freeze()).await?;
            }
        }
        Ok(part.freeze())
    }

    async fn send(&mut self, part: Bytes) -> Result<()> {
        let said = |error: object_store::Error| self.bucket.trouble(&error);
        let upload = match &mut self.upload {
            Some(upload) => upload,
            none => none.insert(self.bucket.store.put_multipart(self.key).await.map_err(said)?),
        };
        upload.put_part(part.into()).await.map_err(said)
    }

    async fn end(mut self, last: Bytes) -> Result<Written> {
        if self.upload.is_none() {
            self.bucket.store.put(self.key, last.into()).await.map_err(|error| self.bucket.trouble(&error))?;
        } else if let Err(error) = self.complete(last).await {
            self.give_up().await;
            return Err(error);
        }
        Ok(Written { bytes: self.bytes, sum: self.sum.hex() })
    }

    async fn complete(&mut self, last: Bytes) -> Result<()> {
        self.send(last).await?;
        let Some(upload) = &mut self.upload else { return Ok(()) };
        upload.complete().await.map(drop).map_err(|error| self.bucket.trouble(&error))
    }

    /// Parts that no file needs are not left behind, as far as the store can be reached.
    async fn give_up(&mut self) {
        if let Some(mut upload) = self.upload.take()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(error = trouble::account(&error), "parts of a file that was not finished stay in the store");
        }
    }
}
