//! What is being received, on the disk of this machine; gone when nobody keeps it.

use crate::base::error::Result;
use anyhow::Context;
use std::path::{Path, PathBuf};
use tokio::{fs, io::AsyncWriteExt};

/// A file that is being received; gone when dropped, unless kept.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: Option<fs::File>,
    /// Bytes received.
    pub bytes: u64,
}

impl Draft {
    /// A new file at `path`.
    pub(super) async fn begin(path: PathBuf) -> Result<Self> {
        let file = fs::File::create_new(&path).await.with_context(|| format!("a file cannot be made at {}", path.display()))?;
        Ok(Self { path, file: Some(file), bytes: 0 })
    }

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
