//! Telling the database's own trouble (no room, no disk, no connection) from a mistake of ours.
//!
//! Trouble passes: whoever meets it answers 503 or rests, and never takes it for a verdict about what was being written.
//! Source: sqlite.org/rescode.html; PostgreSQL 17, appendix A.

use crate::base::error::Error;
use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::DatabaseError, postgres::PgDatabaseError, sqlite::SqliteError},
};

/// Whether `error` says that the database cannot be used now, or cannot be written to.
///
/// SQLite may have given up the whole transaction by itself then: nothing more may be written through its `Tx`.
pub fn is_trouble(error: &Error) -> bool {
    match error {
        Error::Refused(_) => false,
        Error::Fault(fault) => fault.chain().any(|cause| cause.downcast_ref::<DbErr>().is_some_and(of_database)),
    }
}

/// Whether `error` says that the database ended a statement because it took too long.
pub(super) fn is_interrupted(error: &Error) -> bool {
    let Error::Fault(fault) = error else { return false };
    let code = |error: &DbErr| match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error().and_then(|error| Some(error.code()?.into_owned()))
        }
        _ => None,
    };
    // SQLITE_INTERRUPT; query_canceled
    fault.chain().filter_map(|cause| code(cause.downcast_ref()?)).any(|code| code == "9" || code == "57014")
}

fn of_database(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
        _ => false,
    }
}

/// The same of what the driver says.
pub(super) fn of_driver(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => of_code(error.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        _ => false,
    }
}

fn of_code(error: &dyn DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return code.parse().is_ok_and(of_sqlite);
    }
    error.try_downcast_ref::<PgDatabaseError>().is_some() && of_postgres(&code)
}

/// The low byte of a result code is its class: busy, locked, out of memory, read-only, I/O error, full, cannot open.
fn of_sqlite(code: i32) -> bool {
    matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14)
}

/// Connection lost, no resources (53100 is a full disk), shut down, I/O error, read-only (a standby); and a deadlock, of which
/// one act is undone so that the other goes on.
fn of_postgres(state: &str) -> bool {
    matches!(state, "25006" | "40P01") || ["08", "53", "57P", "58"].iter().any(|class| state.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Refusal;

    #[test]
    fn a_full_disk_and_a_lost_connection_are_trouble() {
        // full, I/O error on write, on fsync, busy snapshot
        assert!([13, 778, 1034, 517].into_iter().all(of_sqlite));
        assert!(["53100", "53300", "57P01", "08006", "58030", "25006", "40P01"].into_iter().all(of_postgres));
        assert!(is_trouble(&DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::PoolTimedOut.into())).into()));
        let deeper = anyhow::Error::from(DbErr::Exec(RuntimeErr::SqlxError(sqlx::Error::WorkerCrashed.into()))).context("writing");
        assert!(is_trouble(&deeper.into()));
    }

    #[test]
    fn a_refusal_and_a_mistake_of_ours_are_not() {
        // a constraint, a mistake in the text, a type
        assert!(![19, 2067, 1, 20].into_iter().any(of_sqlite));
        assert!(!["23505", "42601", "40001"].into_iter().any(of_postgres));
        assert!(!is_trouble(&Refusal::not_found().into()));
        assert!(!is_trouble(&anyhow::anyhow!("no key").into()));
        assert!(!is_trouble(&DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::RowNotFound.into())).into()));
    }
}
