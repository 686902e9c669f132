//! Files that people sent, and what was made of them: in a folder of this machine, or in a bucket.
//!
//! What is being received, and what waits to be worked on, always lies in a folder of this machine (`incoming`, and the folders
//! of what waits): ffmpeg and decoders want files, and a store that is away keeps nobody from sending. What is ready lies in
//! the [`Place`] of the settings. Names come from here (`name.rs`, S85). Rows in `media` and `accounts` say what there is;
//! files without a row are nobody's.

mod bucket;
mod draft;
mod folder;
mod name;
mod place;
mod read;
mod s3;
#[cfg(test)]
mod tests;
mod trouble;

pub use bucket::{Bucket, PART_BYTES};
pub use draft::Draft;
pub use folder::{Folder, make};
pub use name::{Name, shelves, span};
pub use place::{Place, Stored, carry};
pub use read::{Read, Written};
pub use trouble::{Trouble, is_trouble};

use crate::{
    base::{config::Config, error::Result},
    media::RAW,
};
use anyhow::Context;
use std::{path::PathBuf, sync::Arc};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// The files.
#[derive(Clone, Debug)]
pub struct Files {
    work: Folder,
    place: Place,
    /// Held by whoever copies all files; whoever removes files that rows named waits for a better moment.
    held: Arc<RwLock<()>>,
}

impl Files {
    /// Files in a folder of this machine, which is made when it is needed.
    pub fn below(root: PathBuf) -> Self {
        let work = Folder::below(root);
        Self { place: Place::Folder(work.clone()), work, held: Arc::default() }
    }

    /// Files that are worked on in `work` and kept in `place`.
    pub fn new(work: Folder, place: Place) -> Self {
        Self { work, place, held: Arc::default() }
    }

    /// Files where the settings say. A place that cannot be used is trouble at each use.
    pub fn of(config: &Config) -> Self {
        let place = Place::open(config, &config.media_url()).unwrap_or_else(|error| Place::Unusable(format!("{error:#}").into()));
        Self::new(Folder::below(config.media_dir()), place)
    }

    /// Where files are kept that are ready.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Where they are worked on.
    pub fn work(&self) -> &Folder {
        &self.work
    }

    /// Begins to receive a file.
    pub async fn draft(&self) -> Result<Draft> {
        self.work.draft().await
    }

    /// Keeps what was received under `file`, to be worked on, in a new folder, whose name is given back.
    pub async fn keep(&self, draft: Draft, file: &str) -> Result<String> {
        let folder = name::fresh();
        let name = Name::new(&folder, file).context("a fresh name is well made")?;
        self.work.keep(draft, &name).await?;
        Ok(folder)
    }

    /// Where the folder called `name` is worked on; none for a name that is not well made.
    pub fn folder(&self, name: &str) -> Option<PathBuf> {
        name::is_folder(name).then(|| self.work.within(name))
    }

    /// A file that is ready; none for a name that is not well made.
    pub fn stored(&self, folder: &str, file: &str) -> Option<Stored> {
        Some(self.place.stored(Name::new(folder, file)?))
    }

    /// Brings everything that was made in a folder to where files are kept; what was sent stays.
    pub async fn publish(&self, folder: &str) -> Result<()> {
        if !self.place.is_elsewhere() || !name::is_folder(folder) {
            return Ok(());
        }
        let made = self.work.list(name::shelf_of(folder)).await?;
        for name in made.into_keys().filter(|name| name.folder() == folder && name.file() != RAW) {
            self.send(&name, &name).await?;
        }
        Ok(())
    }

    /// Brings a file that was made in the folder `scratch` to where files are kept, as a file of `folder`.
    pub async fn adopt(&self, (scratch, file): (&str, &str), folder: &str, called: &str) -> Result<()> {
        let (from, to) = Name::new(scratch, file).zip(Name::new(folder, called)).context("names of ours are well made")?;
        self.send(&from, &to).await
    }

    async fn send(&self, from: &Name, to: &Name) -> Result<()> {
        let read = folder::read(&self.work.path(from), None).await?.context("a file that was made is gone")?;
        self.place.write(to, read).await.map(drop)
    }

    /// Lets go of what was sent, which is needed no more and tells more than what was made of it, and of what is kept elsewhere now.
    pub async fn clear(&self, folder: &str) -> Result<()> {
        if self.place.is_elsewhere() {
            return self.forget_work(folder).await;
        }
        match Name::new(folder, RAW) {
            Some(raw) => self.work.remove_file(&raw).await,
            None => Ok(()),
        }
    }

    /// Removes what is worked on in a folder.
    pub async fn forget_work(&self, folder: &str) -> Result<()> {
        if name::is_folder(folder) { self.work.remove(folder).await } else { Ok(()) }
    }

    /// Removes the folder called `name` with everything in it, wherever; it may be gone already.
    pub async fn remove(&self, name: &str) -> Result<()> {
        if self.place.is_elsewhere() && name::is_folder(name) {
            self.place.remove(name).await?;
        }
        self.forget_work(name).await
    }

    /// Removes one file of a folder that is ready; it may be gone already.
    pub async fn remove_file(&self, folder: &str, file: &str) -> Result<()> {
        match Name::new(folder, file) {
            Some(name) => self.place.remove_file(&name).await,
            None => Ok(()),
        }
    }

    /// Removes what was being received when the node ended. At the start, before anybody sends.
    pub async fn forget_drafts(&self) -> Result<()> {
        self.work.forget_drafts().await
    }

    /// As long as this is held, no file goes that a row names.
    pub async fn hold(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.held).read_owned().await
    }

    /// The leave to remove files; none while they are held.
    pub fn may_remove(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        Arc::clone(&self.held).try_write_owned().ok()
    }
}
