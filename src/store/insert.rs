//! Writing one row.

use super::{Sql, Tx};
use crate::base::error::Result;
use sea_orm::Value;

/// An `INSERT` of one row, column by column.
pub struct Insert {
    table: &'static str,
    columns: Vec<&'static str>,
    values: Vec<Value>,
    conflict: &'static str,
}

impl Insert {
    /// A row of `table`.
    pub fn into(table: &'static str) -> Self {
        Self { table, columns: Vec::new(), values: Vec::new(), conflict: "" }
    }

    /// One column's value.
    pub fn set(mut self, column: &'static str, value: impl Into<Value>) -> Self {
        self.columns.push(column);
        self.values.push(value.into());
        self
    }

    /// What to do on a clash, e.g. `ON CONFLICT (uri) DO NOTHING`.
    pub fn on_conflict(mut self, clause: &'static str) -> Self {
        self.conflict = clause;
        self
    }

    /// Runs it; 1 when the row was inserted (or updated by the conflict clause), 0 when not.
    pub async fn run(self, tx: &Tx) -> Result<u64> {
        let places: Vec<String> = (1..=self.values.len()).map(|place| format!("${place}")).collect();
        let text = format!("INSERT INTO {} ({}) VALUES ({}) {}", self.table, self.columns.join(", "), places.join(", "), self.conflict);
        Sql::numbered(text, self.values).run(tx).await
    }
}
