//! Files in a folder of this machine.

use super::{
    draft::Draft,
    name::{Name, fresh, shelf_of},
    read::{Read, Written, pieces_of},
};
use crate::base::{error::Result, secret::Sum};
use anyhow::Context;
use futures::StreamExt;
use std::{
    collections::BTreeMap,
    io::{ErrorKind, SeekFrom},
    path::{Path, PathBuf},
};
use tokio::{fs, io::AsyncSeekExt};

/// The folder of what is being received or copied.
const INCOMING: &str = "incoming";

/// A folder of files, made when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Files below `root`.
    pub fn below(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Begins a file that has no name yet.
    pub(super) async fn draft(&self) -> Result<Draft> {
        let folder = self.root.join(INCOMING);
        make(&folder).await?;
        Draft::begin(folder.join(fresh())).await
    }

    /// Puts a draft in its place.
    pub(super) async fn keep(&self, mut draft: Draft, name: &Name) -> Result<()> {
        draft.close().await?;
        make(&self.within(name.folder())).await?;
        fs::rename(draft.path(), self.path(name)).await.context("a file cannot be put in its place")?;
        Ok(())
    }

    /// Where the files of a folder lie.
    pub(super) fn within(&self, folder: &str) -> PathBuf {
        self.root.join(shelf_of(folder)).join(folder)
    }

    /// Where a file lies.
    pub fn path(&self, name: &Name) -> PathBuf {
        self.within(name.folder()).join(name.file())
    }

    /// The files on a shelf, with their bytes.
    pub async fn list(&self, shelf: &str) -> Result<BTreeMap<Name, u64>> {
        let root = self.root.join(shelf);
        let shelf = shelf.to_owned();
        let work = tokio::task::spawn_blocking(move || listed(&root, &shelf));
        Ok(work.await.context("the thread of a look ended")?.context("a folder of files cannot be read")?)
    }

    /// Writes a file; a half of it is never seen.
    pub async fn write(&self, name: &Name, mut read: Read) -> Result<Written> {
        let (mut draft, mut sum) = (self.draft().await?, Sum::default());
        while let Some(piece) = read.pieces.next().await {
            let piece = piece.context("a file broke off")?;
            sum.add(&piece);
            draft.write(&piece).await?;
        }
        let bytes = draft.bytes;
        read.expect_whole(bytes)?;
        self.keep(draft, name).await?;
        Ok(Written { bytes, sum: sum.hex() })
    }

    /// Removes a folder with everything in it; it may be gone already.
    pub(super) async fn remove(&self, folder: &str) -> Result<()> {
        gone(fs::remove_dir_all(self.within(folder)).await)
    }

    /// Removes one file; it may be gone already.
    pub async fn remove_file(&self, name: &Name) -> Result<()> {
        gone(fs::remove_file(self.path(name)).await)?;
        // the last one leaves no empty folder behind; one that is not empty stays
        let _ = fs::remove_dir(self.within(name.folder())).await;
        Ok(())
    }

    /// Removes what was being received when the node ended. At the start, before anybody sends.
    pub(super) async fn forget_drafts(&self) -> Result<()> {
        gone(fs::remove_dir_all(self.root.join(INCOMING)).await)
    }
}

/// The file at `path`, from byte `part.0` on, `part.1` of them; or all of it. None where nothing is.
pub(super) async fn read(path: &Path, part: Option<(u64, u64)>) -> Result<Option<Read>> {
    let mut file = match fs::File::open(path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.context("a file cannot be opened")?,
    };
    let bytes = file.metadata().await.context("a file cannot be measured")?.len();
    let (from, length) = part.unwrap_or((0, bytes));
    if from > 0 {
        file.seek(SeekFrom::Start(from)).await.context("a file cannot be read")?;
    }
    Ok(Some(Read { bytes, length, pieces: pieces_of(file, length) }))
}

/// Bytes of the file at `path`; none where nothing is.
pub(super) async fn bytes(path: &Path) -> Result<Option<u64>> {
    match fs::metadata(path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        about => Ok(Some(about.context("a file cannot be measured")?.len())),
    }
}

fn listed(root: &Path, shelf: &str) -> std::io::Result<BTreeMap<Name, u64>> {
    let mut found = BTreeMap::new();
    let folders = match std::fs::read_dir(root) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        folders => folders?,
    };
    for folder in folders {
        let folder = folder?;
        let files = match std::fs::read_dir(folder.path()) {
            // gone meanwhile, or none of ours
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => continue,
            files => files?,
        };
        for file in files {
            let file = file?;
            let (inside, own) = (folder.file_name(), file.file_name());
            let name = inside.to_str().zip(own.to_str()).and_then(|(folder, file)| Name::new(folder, file));
            let (Some(name), Ok(about)) = (name.filter(|name| name.shelf() == shelf), file.metadata()) else { continue };
            if about.is_file() {
                found.insert(name, about.len());
            }
        }
    }
    Ok(found)
}

fn gone(outcome: std::io::Result<()>) -> Result<()> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(anyhow::Error::from(error).context("files cannot be removed").into()),
        _ => Ok(()),
    }
}

/// Makes `folder`, readable by its owner alone.
pub async fn make(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    Ok(builder.create(folder).await.with_context(|| format!("the folder {} cannot be made", folder.display()))?)
}
