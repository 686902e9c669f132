//! How a database would run a statement: for tests of plans.

use super::{
    Sql, Tx,
    whole::{Whole, packed},
};
use crate::base::error::Result;
use sea_orm::{DbBackend, FromQueryResult};

#[derive(FromQueryResult)]
struct Line {
    detail: String,
}

impl Sql {
    /// The plan, line by line. PostgreSQL is told that to read a whole table and to sort are dear, as they are not in tables as
    /// small as those of tests: what it does nevertheless, it must.
    pub async fn plan(self, tx: &Tx) -> Result<Vec<String>> {
        if tx.backend != DbBackend::Postgres {
            let lines: Vec<Line> = self.before("EXPLAIN QUERY PLAN ").all(tx).await?;
            return Ok(lines.into_iter().map(|line| line.detail).collect());
        }
        for what in ["seqscan", "sort", "incremental_sort", "hashagg"] {
            Self::new(format!("SET LOCAL enable_{what} = off")).run(tx).await?;
        }
        self.before("EXPLAIN (COSTS OFF) ").column(tx).await
    }

    /// The plan of what [`Sql::whole`] asks for, but for putting its rows together.
    pub async fn plan_of_whole<T: Whole>(self, tx: &Tx) -> Result<Vec<String>> {
        if tx.backend == DbBackend::Postgres {
            return self.plan(tx).await;
        }
        let plan = self.rewritten(packed::<T>).plan(tx).await?;
        Ok(plan.into_iter().filter(|line| !line.contains("(subquery-")).collect())
    }
}

/// Whether a line of a plan says that a table is read as a whole, or that what was read is sorted.
pub fn toils(line: &str) -> bool {
    let scans = line.contains("SCAN") && !line.contains("VIRTUAL TABLE INDEX") && !line.contains("CONSTANT");
    scans || ["TEMP B-TREE", "Seq Scan", "Sort"].iter().any(|word| line.contains(word) && !line.contains("Sort Key"))
}
