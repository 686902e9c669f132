//! Opening the database: connections, schema, and the highest id given out so far.

use super::{
    Source, Store,
    news::Newsroom,
    readers::{self, Readers},
    round::Rounds,
    searching,
};
use crate::{
    base::{clock::Clock, error::Result, id::Ids},
    sql,
};
use anyhow::Context;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend,
    sqlx::Connection,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use std::{sync::Arc, time::Duration};

/// How long a statement waits for another process (backup, command line) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers of SQLite; each keeps a page cache of its own.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL for reading, and as many for acts.
const POSTGRES_POOL: u32 = 6;
/// The lock under which one node at a time brings a shared schema up to date (any constant of our own).
const MIGRATION_LOCK: i64 = 0x1e7e_4007;

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres:…`), creating an SQLite file that
    /// is not there, brings its schema up to date and continues its ids.
    pub async fn open(url: &str, clock: Clock) -> Result<Self> {
        let Connections { read, write, search } = if url.starts_with("sqlite:") { sqlite(url).await? } else { postgres(url).await? };
        let backend = write.get_database_backend();
        migrate(&write).await?;
        let store = Self {
            read,
            write,
            search,
            backend,
            ids: Ids::default(),
            clock,
            bell: Arc::default(),
            log_bell: Arc::default(),
            rounds: Rounds::default(),
            newsroom: Newsroom::default(),
            #[cfg(test)]
            death: super::death::Death::default(),
        };
        let highest = highest_id(&store).await?;
        Ok(Self { ids: Ids::after(highest), ..store })
    }
}

struct Connections {
    read: Readers,
    write: DatabaseConnection,
    search: DatabaseConnection,
}

async fn sqlite(url: &str) -> Result<Connections> {
    let url = if url.contains('?') { url.to_owned() } else { format!("{url}?mode=rwc") };
    let options = |readers: Option<u32>| {
        let mut options = ConnectOptions::new(url.clone());
        options.max_connections(readers.unwrap_or(1)).min_connections(1).sqlx_logging(false).test_before_acquire(false);
        options.idle_timeout(None).max_lifetime(None).acquire_timeout(readers::PATIENCE);
        options.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY_TIMEOUT)
                .foreign_keys(true)
                .statement_cache_capacity(256)
                .pragma("cache_size", "-4000")
                .pragma("mmap_size", "0")
                .pragma("temp_store", "memory");
            if readers.is_some() { sqlite.pragma("query_only", "on") } else { sqlite }
        });
        // On a full disk SQLite ends a transaction by itself, and the driver goes on counting it: what it then takes for a
        // commit could be a savepoint's. Such a connection is replaced.
        options.map_sqlx_sqlite_before_acquire(|connection, _| Box::pin(std::future::ready(Ok(!connection.is_in_transaction()))));
        options
    };
    // The writer first: it creates the file and switches it to WAL.
    let write = Database::connect(options(None)).await.with_context(|| format!("cannot open the database {url}"))?;
    let read = Database::connect(options(Some(SQLITE_READERS))).await?;
    let mut limited = options(Some(searching::CONNECTIONS));
    searching::limit(&mut limited);
    let search = Database::connect(limited).await?;
    Ok(Connections { read: Readers::new(&read, SQLITE_READERS), write, search })
}

async fn postgres(url: &str) -> Result<Connections> {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(POSTGRES_POOL).sqlx_logging(false).acquire_timeout(readers::PATIENCE);
    // its estimates make PostgreSQL compile statements for a tenth of a second that run for less than one thousandth
    options.map_sqlx_postgres_opts(|postgres| postgres.options([("jit", "off")]).statement_cache_capacity(512));
    let write = Database::connect(options.clone()).await.context("cannot reach the PostgreSQL database")?;
    let read = Readers::new(&Database::connect(options).await?, POSTGRES_POOL);
    Ok(Connections { read, write, search: searching::postgres(url).await? })
}

/// Brings the schema up to date; on PostgreSQL under a lock, as several nodes may start at once.
async fn migrate(write: &DatabaseConnection) -> Result<()> {
    if write.get_database_backend() != DbBackend::Postgres {
        return Ok(Migrator::up(write, None).await?);
    }
    use sea_orm::TransactionTrait;
    let lock = write.begin().await?;
    lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    let outcome = Migrator::up(write, None).await;
    lock.commit().await?;
    Ok(outcome?)
}

/// The tables whose ids we mint.
const MINTED: [&str; 18] = [
    "accounts",
    "posts",
    "apps",
    "tokens",
    "follows",
    "notifications",
    "favourites",
    "seats",
    "events",
    "inbox",
    "offers",
    "invitations",
    "agreements",
    "off_boardings",
    "policies",
    "reports",
    "mod_log",
    "bookmarks",
];

/// The largest id in any table whose ids we mint.
async fn highest_id(from: &impl Source) -> Result<i64> {
    let mut highest = 0;
    for table in MINTED {
        let found: Option<Option<i64>> = sql!(format!("SELECT MAX(id) FROM {table}")).value(from).await?;
        highest = highest.max(found.flatten().unwrap_or_default());
    }
    let position: Option<Option<i64>> = sql!("SELECT MAX(position) FROM log").value(from).await?;
    Ok(highest.max(position.flatten().unwrap_or_default()))
}
