//! Files that people sent, and what was made of them, in a folder of this machine.
//!
//! Names come from here and never from whoever sends: a folder is 32 random hexadecimal digits, a file in it has one of a
//! few names (S85). What is being received lies in `incoming` and goes when nobody keeps it. Rows in `media` and `accounts`
//! say what there is; files without a row are nobody's.

use crate::base::{error::Result, secret};
use anyhow::Context;
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};
use tokio::{fs, io::AsyncWriteExt};

/// The folder of what is being received.
const INCOMING: &str = "incoming";
/// Hexadecimal digits in the name of a folder.
const NAME_CHARS: usize = 32;

/// The folder of files.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
}

/// A file that is being received; gone when dropped, unless kept.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: Option<fs::File>,
    /// Bytes received.
    pub bytes: u64,
}

impl Files {
    /// Files below `root`, which is made when it is needed.
    pub fn below(root: PathBuf) -> Self {
        Self { root }
    }

    /// Begins to receive a file.
    pub async fn draft(&self) -> Result<Draft> {
        let folder = self.root.join(INCOMING);
        make(&folder).await?;
        let path = folder.join(secret::hex(&secret::random::<16>()));
        let file = fs::File::create_new(&path).await.with_context(|| format!("a file cannot be made in {}", folder.display()))?;
        Ok(Draft { path, file: Some(file), bytes: 0 })
    }

    /// Keeps what was received under `name` in a new folder, whose name is given back.
    pub async fn keep(&self, mut draft: Draft, name: &str) -> Result<String> {
        draft.close().await?;
        let folder = secret::hex(&secret::random::<16>());
        let place = self.folder(&folder).context("a fresh name is well made")?;
        make(&place).await?;
        fs::rename(&draft.path, place.join(name)).await.context("a file cannot be put in its place")?;
        Ok(folder)
    }

    /// Where the folder called `name` is; none for a name that is not well made.
    pub fn folder(&self, name: &str) -> Option<PathBuf> {
        let is_made_here = name.len() == NAME_CHARS && name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        is_made_here.then(|| self.root.join(name.get(..2).unwrap_or_default()).join(name))
    }

    /// Removes the folder called `name` with everything in it; it may be gone already.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let Some(folder) = self.folder(name) else { return Ok(()) };
        match fs::remove_dir_all(&folder).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(anyhow::Error::from(error).context("files cannot be removed").into()),
            _ => Ok(()),
        }
    }

    /// Removes one file of a folder; it may be gone already.
    pub async fn remove_file(&self, folder: &str, name: &str) -> Result<()> {
        let Some(folder) = self.folder(folder) else { return Ok(()) };
        match fs::remove_file(folder.join(name)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(anyhow::Error::from(error).context("a file cannot be removed").into()),
            _ => Ok(()),
        }
    }

    /// Removes what was being received when the node ended. At the start, before anybody sends.
    pub async fn forget_drafts(&self) -> Result<()> {
        match fs::remove_dir_all(self.root.join(INCOMING)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(anyhow::Error::from(error).context("old drafts cannot be removed").into())
            }
            _ => Ok(()),
        }
    }
}

impl Draft {
    /// Adds what came.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let file = self.file.as_mut().context("a draft that was closed takes no more")?;
        file.write_all(bytes).await.context("a file cannot be written")?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Ends the writing: what came is on the disk.
    pub async fn close(&mut self) -> Result<()> {
        if let Some(mut file) = self.file.take() {
            file.flush().await.context("a file cannot be written")?;
            file.sync_all().await.context("a file cannot be kept")?;
        }
        Ok(())
    }

    /// Where it is meanwhile.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // kept ones have been moved away
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Makes `folder`, readable by its owner alone.
pub async fn make(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    Ok(builder.create(folder).await.with_context(|| format!("the folder {} cannot be made", folder.display()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s085_only_names_that_were_made_here_lead_to_a_folder() {
        let files = Files::below("/srv/media".into());
        let name = "0123456789abcdef0123456789abcdef";
        assert_eq!(files.folder(name).unwrap(), Path::new("/srv/media/01").join(name));
        let long = "a".repeat(4096);
        for odd in
            ["", "..", "../../etc/passwd", "incoming", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde/", "\0", &long]
        {
            assert!(files.folder(odd).is_none(), "{odd}");
        }
    }

    #[tokio::test]
    async fn what_nobody_keeps_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let files = Files::below(root.path().join("media"));
        let mut draft = files.draft().await.unwrap();
        draft.write(b"half").await.unwrap();
        let path = draft.path().to_owned();
        assert!(path.exists());
        drop(draft);
        assert!(!path.exists());
        let mut draft = files.draft().await.unwrap();
        draft.write(b"whole").await.unwrap();
        let folder = files.keep(draft, "raw").await.unwrap();
        let kept = files.folder(&folder).unwrap();
        assert_eq!(std::fs::read(kept.join("raw")).unwrap(), b"whole");
        files.remove(&folder).await.unwrap();
        files.remove(&folder).await.unwrap();
        assert!(!kept.exists());
    }
}
