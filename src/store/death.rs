//! The end of a node between two steps, for tests (R3): at the n-th commit, just before it counts or just after.
//!
//! From then on the database takes nothing more from this node, as if its process had been killed there. What is on its way
//! in the network at that moment still arrives, as it would.

use crate::base::error::Result;
use std::sync::{Arc, Mutex, PoisonError};

/// On which side of a commit a node ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What was to be kept is lost.
    Before,
    /// It is kept, and nobody is told so.
    After,
}

/// When a node ends. Shared by a store and its acts; at first never.
#[derive(Clone, Default)]
pub struct Death(Arc<Mutex<Fate>>);

#[derive(Default)]
struct Fate {
    commits: u64,
    at: Option<(u64, Side)>,
    is_dead: bool,
}

/// Whether the commit that is under way is the last.
pub struct Dies(bool);

impl Dies {
    /// The commit is made. An error where the node ends here.
    pub fn after(self) -> Result<()> {
        if self.0 { Err(dead()) } else { Ok(()) }
    }
}

fn dead() -> crate::base::error::Error {
    anyhow::anyhow!("the node was ended here by a test").into()
}

impl Death {
    /// Ends the node at its `n`-th commit from now, counted from 1.
    pub fn comes_at(&self, n: u64, side: Side) {
        let mut fate = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fate.at = Some((fate.commits + n, side));
    }

    /// Commits so far.
    pub fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).commits
    }

    /// Whether the node has ended.
    pub fn has_come(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_dead
    }

    /// An act begins. An error once the node has ended.
    pub(super) fn begins(&self) -> Result<()> {
        if self.has_come() { Err(dead()) } else { Ok(()) }
    }

    /// An act is about to be kept. An error where the node ends before it, or has ended.
    pub(super) fn commits(&self) -> Result<Dies> {
        let mut fate = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if fate.is_dead {
            return Err(dead());
        }
        fate.commits += 1;
        match fate.at.filter(|(n, _)| *n == fate.commits) {
            None => Ok(Dies(false)),
            Some((_, side)) => {
                fate.is_dead = true;
                if side == Side::Before { Err(dead()) } else { Ok(Dies(true)) }
            }
        }
    }
}
