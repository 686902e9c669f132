//! Reading rows of the tables that pages are full of.

use sea_orm::{
    DbErr, QueryResult, TryGetable,
    sqlx::{Row, ValueRef},
};

/// Reads rows as the derivation of [`sea_orm::FromQueryResult`] would, column by column by their names. It makes a message for each
/// column that is empty, only to throw it away: of the twelve columns that a post may leave empty, most are.
/// Such rows can be read as one value too ([`crate::store::whole`]).
macro_rules! read_rows {
    ($row:ident { $($column:ident)* } maybe { $($empty:ident)* }) => {
        impl sea_orm::FromQueryResult for $row {
            fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
                Ok(Self {
                    $($column: row.try_get(prefix, stringify!($column))?,)*
                    $($empty: $crate::store::tables::row::maybe(row, prefix, stringify!($empty))?,)*
                })
            }
        }

        impl $crate::store::whole::Whole for $row {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column),)* $(stringify!($empty)),*];

            fn read<'de, A: serde::de::SeqAccess<'de>>(columns: &mut A) -> Result<Self, A::Error> {
                Ok(Self {
                    $($column: $crate::store::whole::column(columns, stringify!($column))?,)*
                    $($empty: $crate::store::whole::maybe(columns, stringify!($empty))?,)*
                })
            }
        }
    };
}

pub(crate) use read_rows;

/// What stands in a column that may be empty.
pub(crate) fn maybe<T: TryGetable>(row: &QueryResult, prefix: &str, column: &str) -> Result<Option<T>, DbErr> {
    if prefix.is_empty() && is_empty(row, column) { Ok(None) } else { row.try_get(prefix, column) }
}

fn is_empty(row: &QueryResult, column: &str) -> bool {
    if let Some(row) = row.try_as_sqlite_row() {
        return row.try_get_raw(column).is_ok_and(|value| value.is_null());
    }
    row.try_as_pg_row().is_some_and(|row| row.try_get_raw(column).is_ok_and(|value| value.is_null()))
}
