//! Connections for reading, kept at hand.
//!
//! A pool asks each connection that comes back whether it still lives, and PostgreSQL's once more before it is lent: for one
//! statement that is as many changes of thread, or round trips, again as the statement itself. A connection whose statement has
//! just ended well has said so. It stays here and is lent again, the last first, for its caches are warm; one whose statement
//! failed or was given up goes back to the pool and is asked.

use super::trouble;
use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, QueryResult, RuntimeErr, Statement, Values,
    sqlx::{self, AssertSqlSafe, Database, Executor, IntoArguments, Pool, Postgres, Sqlite, pool::PoolConnection},
};
use sea_query_sqlx::SqlxValues;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// The longest that a statement waits for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Where statements are read outside of acts. Cheap to clone.
#[derive(Clone)]
pub struct Readers(Arc<Kind>);

enum Kind {
    Sqlite(Shelf<Sqlite>),
    Postgres(Shelf<Postgres>),
}

impl Readers {
    /// Lends the connections of `pool`, which nobody else uses: `most` at a time, all that it may open.
    pub(super) fn new(pool: &DatabaseConnection, most: u32) -> Self {
        Self(Arc::new(if pool.get_database_backend() == DbBackend::Postgres {
            Kind::Postgres(Shelf::new(pool.get_postgres_connection_pool().clone(), most))
        } else {
            Kind::Sqlite(Shelf::new(pool.get_sqlite_connection_pool().clone(), most))
        }))
    }

    /// All rows of `statement`.
    pub(super) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let values = statement.values.unwrap_or(Values(Vec::new()));
        let text = Arc::from(statement.sql);
        // in boxes: what the driver needs on the way would else be part of every future that reads
        let rows = match &*self.0 {
            Kind::Sqlite(shelf) => Box::pin(shelf.rows(text, values)).await,
            Kind::Postgres(shelf) => Box::pin(shelf.rows(text, values)).await,
        };
        rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }

    /// Closes all of them; waits for those that are lent.
    pub(super) async fn close(&self) {
        match &*self.0 {
            Kind::Sqlite(shelf) => shelf.close().await,
            Kind::Postgres(shelf) => shelf.close().await,
        }
    }
}

struct Shelf<D: Database> {
    pool: Pool<D>,
    /// One for each connection that may be lent: who waits waits here, for what is kept never comes back to the pool.
    places: Semaphore,
    kept: Mutex<Vec<PoolConnection<D>>>,
}

impl<D: Database> Shelf<D> {
    fn new(pool: Pool<D>, most: u32) -> Self {
        Self { pool, places: Semaphore::new(most as usize), kept: Mutex::default() }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<PoolConnection<D>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn rows(&self, text: Arc<str>, values: Values) -> Result<Vec<QueryResult>, sqlx::Error>
    where
        for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
        SqlxValues: IntoArguments<D>,
        QueryResult: From<D::Row>,
    {
        let _place =
            timeout(PATIENCE, self.places.acquire()).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let kept = self.kept().pop();
        if let Some(kept) = kept {
            match self.ask(kept, Arc::clone(&text), values.clone()).await {
                // the server was restarted, say: what became of one became of all
                Err(error) if trouble::of_driver(&error) => self.kept().clear(),
                outcome => return outcome,
            }
        }
        self.ask(self.pool.acquire().await?, text, values).await
    }

    async fn ask(&self, mut connection: PoolConnection<D>, text: Arc<str>, values: Values) -> Result<Vec<QueryResult>, sqlx::Error>
    where
        for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
        SqlxValues: IntoArguments<D>,
        QueryResult: From<D::Row>,
    {
        // the text is our own and every value is bound (`sql!`)
        let rows = sqlx::query_with(AssertSqlSafe(text), SqlxValues(values)).fetch_all(&mut *connection).await?;
        self.keep(connection);
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Keeps it at hand; the pool closes what comes back after the end, and waits for it.
    fn keep(&self, connection: PoolConnection<D>) {
        let mut kept = self.kept();
        if !self.places.is_closed() {
            kept.push(connection);
        }
    }

    async fn close(&self) {
        // in this order: whoever keeps one looks, with the lock in hand, whether it is the end
        self.places.close();
        self.kept().clear();
        self.pool.close().await;
    }
}

impl<D: Database> Drop for Shelf<D> {
    /// Ends what is kept. Back to the pool it could go only within a runtime, which may be gone by now.
    fn drop(&mut self) {
        for connection in self.kept().drain(..) {
            drop(connection.leak());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PATIENCE;
    use crate::{
        sql,
        store::Store,
        tests::support::{Place, on_both_databases},
    };
    use futures::future::{FutureExt, join, join_all};
    use tokio::time::timeout;

    const SLOW: &str =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT CAST(SUM(i) AS BIGINT) FROM n";

    async fn number(store: &Store, number: i64) -> i64 {
        sql!("SELECT CAST({} AS BIGINT)", number).value(store).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn more_readings_than_connections_are_all_answered() {
        on_both_databases(async |place: Place| {
            let store = place.store().await;
            let answers = join_all((0..100).map(|nth| number(&store, nth))).await;
            assert_eq!(answers, (0..100).collect::<Vec<_>>());
            store.close().await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn readings_that_are_given_up_leave_their_places_to_others() {
        on_both_databases(async |place: Place| {
            let store = place.store().await;
            for _ in 0..20 {
                drop(sql!(SLOW).value::<i64>(&store).now_or_never());
                number(&store, 1).await;
            }
            assert_eq!(join_all((0..20).map(|nth| number(&store, nth))).await.len(), 20);
        })
        .await;
    }

    #[tokio::test]
    async fn the_end_waits_for_what_is_being_read_and_for_nothing_else() {
        on_both_databases(async |place: Place| {
            let store = place.store().await;
            number(&store, 1).await;
            // begins the one, then the other
            let both = join(sql!(SLOW).value::<i64>(&store), store.clone().close());
            let (read, closed) = timeout(PATIENCE, both).await.expect("the end waits for ever");
            assert_eq!(read.unwrap(), Some(5_000_050_000));
            closed.unwrap();
            assert!(sql!("SELECT 1").value::<i64>(&store).await.is_err(), "read after the end");
        })
        .await;
    }

    #[tokio::test]
    async fn a_mistake_in_a_statement_costs_no_connection() {
        on_both_databases(async |place: Place| {
            let store = place.store().await;
            for _ in 0..20 {
                assert!(sql!("SELECT nonsense").value::<i64>(&store).await.is_err());
            }
            assert_eq!(number(&store, 7).await, 7);
        })
        .await;
    }

    #[tokio::test]
    async fn connections_that_the_server_ended_are_replaced_unnoticed() {
        on_both_databases(async |place: Place| {
            let store = place.store().await;
            if store.is_postgres() {
                let who = async || sql!("SELECT pg_backend_pid()").value::<i32>(&store).await.unwrap().unwrap();
                join_all((0..20).map(|nth| number(&store, nth))).await;
                let one = who().await;
                assert_eq!((who().await, who().await), (one, one), "the one whose caches are warm");
                let tx = store.begin().await.unwrap();
                let all =
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
                assert!(sql!(all).column::<bool>(&tx).await.unwrap().len() > 2);
                tx.commit().await.unwrap();
                assert_ne!(who().await, one);
                assert_eq!(join_all((0..20).map(|nth| number(&store, nth))).await.len(), 20);
            }
        })
        .await;
    }
}
