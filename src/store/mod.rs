//! The database: where to read, and the one way to write.
//!
//! SQLite has one writing connection (WAL, `synchronous=FULL`, immediate transactions) and several
//! readers that cannot write (`query_only`); PostgreSQL has some for either. [`Tx`] is the only
//! way to write: its writes and the events they cause are kept together or not at all.

pub mod audit;
pub mod copy;
#[cfg(test)]
pub mod death;
pub mod event;
pub mod events;
pub mod facts;
pub mod files;
pub mod findable;
pub mod inbox;
mod insert;
pub mod log;
pub mod news;
pub mod open;
#[cfg(test)]
pub mod plans;
mod readers;
pub mod round;
mod searching;
pub mod sql;
pub mod tables;
pub mod trouble;
mod tx;
pub mod whole;

pub use insert::Insert;
pub use searching::Searching;
pub use sql::{Bind, Source, Sql, list};
pub use trouble::is_trouble;
pub use tx::Tx;
pub use whole::both;

use crate::base::{
    clock::{Clock, Stamp},
    error::Result,
    id::Ids,
};
use readers::Readers;
use round::Rounds;
use sea_orm::{DatabaseConnection, DbBackend};
use std::sync::Arc;
use tokio::sync::Notify;

/// Rows in one statement: few sizes, so that the database prepares few texts.
pub(crate) const ROWS: [usize; 4] = [64, 16, 4, 1];

/// The database of this node. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    read: Readers,
    write: DatabaseConnection,
    /// See [`Searching`].
    search: DatabaseConnection,
    backend: DbBackend,
    /// Mints ids that rise strictly.
    pub ids: Ids,
    /// Tells the time to every transaction.
    pub clock: Clock,
    /// Rung after each commit that recorded an event.
    pub bell: Arc<Notify>,
    /// Rung after each commit that put an activity into the log.
    pub log_bell: Arc<Notify>,
    /// How far the consequences of events have been drawn.
    pub rounds: Rounds,
    /// What the streams have still to tell.
    pub newsroom: news::Newsroom,
    /// Ends this node at a commit that a test names.
    #[cfg(test)]
    pub death: death::Death,
}

impl Store {
    /// Begins one indivisible act, as a writer.
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(self).await
    }

    /// Now, by this node's clock.
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// Whether this is PostgreSQL rather than SQLite: for the few statements that differ.
    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Waits until the consequences of everything committed before are drawn (a quarter of a
    /// second at most), so that people read their own writes.
    pub async fn settle(&self) {
        self.rounds.settle().await;
    }

    /// Closes all connections; on SQLite the write-ahead log is folded in.
    pub async fn close(self) -> Result<()> {
        self.search.close().await?;
        self.read.close().await;
        self.write.close().await?;
        Ok(())
    }
}

impl From<sea_orm::DbErr> for crate::base::error::Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}
