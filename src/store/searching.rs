//! Reading whose cost strangers choose: search, lists in an order without an index. On connections of its own, with an end.
//!
//! A statement that takes longer than [`PATIENCE`] is interrupted by the database itself (S80), and however many there are,
//! everything else keeps its readers. Both are bounded by construction already; this is what holds when an index is lost,
//! statistics are wrong or a disk is slow.

use super::{Source, Store, sql::Connection, trouble};
use crate::base::{
    clock::Stamp,
    error::{Error, Refusal, Result},
};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbBackend,
    sqlx::{self, sqlite::SqliteConnection},
};
use std::time::{Duration, Instant};

/// The longest that one statement may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// Connections; what asks for one more waits.
pub(super) const CONNECTIONS: u32 = 2;
/// How long a connection to PostgreSQL is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(60);
/// After how many steps of its program SQLite looks at the clock: about a millisecond.
const STEPS: i32 = 20_000;

/// Where such statements run.
#[derive(Clone, Copy)]
pub struct Searching<'a>(&'a Store);

impl Store {
    /// Where statements run whose cost strangers choose.
    pub fn searching(&self) -> Searching<'_> {
        Searching(self)
    }
}

impl Source for Searching<'_> {
    fn connection(&self) -> (Connection<'_>, DbBackend) {
        (Connection::Pool(&self.0.search), self.0.backend)
    }

    fn now(&self) -> Stamp {
        self.0.clock.now()
    }
}

impl Searching<'_> {
    /// `outcome`, and a plain refusal where the database interrupted it.
    pub fn settled<T>(outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| match error {
            error if trouble::is_interrupted(&error) => {
                metrics::counter!("intermoot_searches_interrupted_total").increment(1);
                Error::Refused(Refusal::unavailable("too_slow", "The search took too long; ask for something narrower."))
            }
            error => error,
        })
    }
}

/// Has every statement on connections made by `options` end in time.
pub(super) fn limit(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        let fresh = pool.after_connect(|connection, _| Box::pin(begin(connection)));
        fresh.before_acquire(|connection, _| Box::pin(async move { begin(connection).await.map(|()| true) }))
    });
}

/// The time begins: a connection is taken from the pool for one statement.
async fn begin(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let until = Instant::now() + PATIENCE;
    connection.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < until);
    Ok(())
}

/// The connections as PostgreSQL is asked for them.
pub(super) async fn postgres(url: &str) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(CONNECTIONS).sqlx_logging(false).acquire_timeout(Duration::from_secs(30));
    // a server has few connections to give: none is held that nobody searches with
    options.min_connections(0).connect_lazy(true).idle_timeout(IDLE);
    let patience = PATIENCE.as_millis().to_string();
    options.map_sqlx_postgres_opts(move |postgres| postgres.options([("jit", "off"), ("statement_timeout", patience.as_str())]));
    sea_orm::Database::connect(options).await
}
