//! Where files are: a folder or a bucket, behind one type.

use super::{
    bucket::Bucket,
    folder::{self, Folder},
    name::Name,
    read::{Read, Written},
    s3,
    trouble::Trouble,
};
use crate::base::{
    config::{Config, MediaUrl},
    error::Result,
};
use futures::StreamExt;
use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc};

/// A place of files. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder of this machine.
    Folder(Folder),
    /// A bucket.
    Bucket(Bucket),
    /// One that cannot be used, and why.
    Unusable(Arc<str>),
}

/// The way people know it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.root().display().fmt(f),
            Self::Bucket(bucket) => f.write_str(bucket.title()),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

impl Place {
    /// The place that `url` names, reached as the settings say.
    ///
    /// # Errors
    /// Settings for a bucket are missing or unusable. Nothing is reached yet.
    pub fn open(config: &Config, url: &MediaUrl) -> anyhow::Result<Self> {
        Ok(match url {
            MediaUrl::Folder(folder) => Self::Folder(Folder::below(folder.clone())),
            MediaUrl::Bucket { name, prefix } => Self::Bucket(s3::open(config, (name, prefix))?),
        })
    }

    fn unusable(why: &Arc<str>) -> crate::base::error::Error {
        Trouble::new(why.as_ref()).into()
    }

    /// Whether what is written here leaves this machine's folder.
    pub fn is_elsewhere(&self) -> bool {
        !matches!(self, Self::Folder(_))
    }

    /// The file called `name`, which is read when it is needed.
    pub fn stored(&self, name: Name) -> Stored {
        match self {
            Self::Folder(folder) => Stored::File(folder.path(&name)),
            other => Stored::In(other.clone(), name),
        }
    }

    /// A file; none where nothing is.
    pub async fn read(&self, name: &Name, part: Option<(u64, u64)>) -> Result<Option<Read>> {
        match self {
            Self::Folder(folder) => folder::read(&folder.path(name), part).await,
            Self::Bucket(bucket) => bucket.read(name, part).await,
            Self::Unusable(why) => Err(Self::unusable(why)),
        }
    }

    /// Writes a file, in the place of one of its name.
    pub async fn write(&self, name: &Name, read: Read) -> Result<Written> {
        match self {
            Self::Folder(folder) => folder.write(name, read).await,
            Self::Bucket(bucket) => bucket.write(name, read).await,
            Self::Unusable(why) => Err(Self::unusable(why)),
        }
    }

    /// The files on a shelf, with their bytes.
    pub async fn list(&self, shelf: &str) -> Result<BTreeMap<Name, u64>> {
        match self {
            Self::Folder(folder) => folder.list(shelf).await,
            Self::Bucket(bucket) => bucket.list(shelf).await,
            Self::Unusable(why) => Err(Self::unusable(why)),
        }
    }

    /// Removes a folder with everything in it; it may be gone already.
    pub(super) async fn remove(&self, name: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.remove(name).await,
            Self::Bucket(bucket) => bucket.remove(name).await,
            Self::Unusable(why) => Err(Self::unusable(why)),
        }
    }

    /// Removes one file; it may be gone already.
    pub async fn remove_file(&self, name: &Name) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.remove_file(name).await,
            Self::Bucket(bucket) => bucket.remove_file(name).await,
            Self::Unusable(why) => Err(Self::unusable(why)),
        }
    }

    /// Tries whether it can be used: a bucket is written to and read from, a folder is made at its first use.
    pub async fn try_out(&self) -> Result<()> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Bucket(bucket) => bucket.try_out().await,
            Self::Unusable(why) => Err(Self::unusable(why)),
        }
    }
}

/// A file that a row names: it is there, or something is wrong.
#[derive(Clone, Debug)]
pub enum Stored {
    /// On the disk.
    File(PathBuf),
    /// In another place.
    In(Place, Name),
}

impl Stored {
    /// All of it, or `part.1` bytes from `part.0` on. Trouble where it is missing.
    pub async fn read(&self, part: Option<(u64, u64)>) -> Result<Read> {
        let read = match self {
            Self::File(path) => folder::read(path, part).await?,
            Self::In(place, name) => place.read(name, part).await?,
        };
        Ok(read.ok_or_else(|| self.missing())?)
    }

    /// Its bytes. Trouble where it is missing.
    pub async fn bytes(&self) -> Result<u64> {
        let bytes = match self {
            Self::File(path) => folder::bytes(path).await?,
            Self::In(Place::Bucket(bucket), name) => bucket.bytes(name).await?,
            Self::In(place, name) => place.read(name, None).await?.map(|read| read.bytes),
        };
        Ok(bytes.ok_or_else(|| self.missing())?)
    }

    fn missing(&self) -> Trouble {
        match self {
            Self::File(path) => Trouble::new(format!("the file {} is missing", path.display())),
            Self::In(place, name) => Trouble::new(format!("the file {name} is missing in {place}")),
        }
    }
}

/// Files that are copied at a time.
const AT_ONCE: usize = 4;

/// Copies a file; none where it is gone.
async fn copy(from: &Place, to: &Place, name: &Name) -> Result<Option<Written>> {
    match from.read(name, None).await? {
        Some(read) => Ok(Some(to.write(name, read).await?)),
        None => Ok(None),
    }
}

/// Copies `names` from one place to another, a few at a time, and tells `each`. Ends at the first that fails.
pub async fn carry(from: &Place, to: &Place, names: Vec<Name>, mut each: impl FnMut(&Name, Option<Written>) -> Result<()>) -> Result<()> {
    let copies = names.into_iter().map(|name| {
        let (from, to) = (from.clone(), to.clone());
        async move {
            let copied = copy(&from, &to, &name).await;
            (name, copied)
        }
    });
    let mut copies = futures::stream::iter(copies).buffer_unordered(AT_ONCE);
    while let Some((name, copied)) = copies.next().await {
        each(&name, copied?)?;
    }
    Ok(())
}
