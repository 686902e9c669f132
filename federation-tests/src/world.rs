//! A scenario: its nodes, their data in one folder, and their logs when it fails.
//!
//! Scenarios run side by side in one test process; each says how heavy it is, so that a machine with two cores is not asked to
//! run thirty nodes at once.

use crate::fedify::{self, Fedify};
use crate::node::{Node, NodeOptions, tail};
use crate::peer::{Peer, Software};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The whole machine: a scenario of this weight runs alone.
pub const ALONE: u32 = 4;
static ROOM: Semaphore = Semaphore::const_new(ALONE as usize);

/// What a scenario works with.
#[derive(Debug)]
pub struct World {
    folder: tempfile::TempDir,
    logs: Mutex<Vec<(String, PathBuf)>>,
}

impl World {
    /// Starts a node on SQLite.
    pub async fn node(&self, name: &str) -> Result<Node> {
        self.node_with(name, NodeOptions::default()).await
    }

    /// Starts a node.
    pub async fn node_with(&self, name: &str, options: NodeOptions) -> Result<Node> {
        let log = self.folder.path().join(name).join("node.log");
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), log));
        Node::start(self.folder.path(), name, options).await
    }

    /// Starts a scripted peer.
    pub async fn peer(&self, name: &str, software: Software) -> Result<Peer> {
        Peer::start(name, software).await
    }

    /// Starts a server on Fedify; none where Fedify is not installed.
    pub async fn fedify(&self, name: &str, more: &[&str]) -> Result<Option<Fedify>> {
        let Some(folder) = fedify::folder()? else { return Ok(None) };
        let peer = Fedify::prepare(&folder, self.folder.path(), name, more)?;
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), peer.log_path().to_owned()));
        peer.resume().await?;
        Ok(Some(peer))
    }

    /// The folder of this scenario.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn print_logs(&self) {
        for (name, path) in self.logs.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            eprintln!("---- the last lines of {name} ----\n{}", tail(path, 60));
        }
    }
}

/// Runs a scenario once there is room for it; prints the nodes' logs when it fails.
pub async fn scenario(weight: u32, story: impl AsyncFnOnce(&World) -> Result<()>) -> Result<()> {
    let _room = ROOM.acquire_many(weight.min(ALONE)).await?;
    let world = World { folder: tempfile::Builder::new().prefix("intermoot-test-").tempdir()?, logs: Mutex::default() };
    let result = story(&world).await;
    if result.is_err() {
        world.print_logs();
        if std::env::var_os("INTERMOOT_KEEP").is_some() {
            let World { folder, .. } = world;
            eprintln!("kept: {}", folder.keep().display());
        }
    }
    result
}
