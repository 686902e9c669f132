//! Fixed SQL with values: one text for both databases.
//!
//! `sql!("SELECT … WHERE id = {} AND author_id IN {}", id, list(&authors))` numbers the
//! placeholders (`$1 …`; on SQLite they stand as `?`) and counts every statement, so
//! that a page's number of statements can be watched. Values are always bound, never pasted; only
//! the number of a `LIMIT` is written out.

use super::{Store, Tx, readers::Readers};
use crate::base::{
    clock::Stamp,
    error::Result,
    page::{Page, Walk},
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, FromQueryResult, QueryResult, Statement, TryGetable, Value,
};
use std::{borrow::Cow, fmt::Write};

/// Connections of each kind.
#[derive(Clone, Copy)]
pub enum Connection<'a> {
    /// The readers.
    Readers(&'a Readers),
    /// Those for statements whose cost strangers choose.
    Pool(&'a DatabaseConnection),
    /// Inside an act.
    Act(&'a DatabaseTransaction),
}

/// Where a statement runs: the readers ([`Store`]) or an act ([`Tx`]).
pub trait Source: Sync {
    /// The connection, and which database it speaks to.
    fn connection(&self) -> (Connection<'_>, DbBackend);
    /// Now: of the act, or by this node's clock.
    fn now(&self) -> Stamp;
}

impl Source for Store {
    fn connection(&self) -> (Connection<'_>, DbBackend) {
        (Connection::Readers(&self.read), self.backend)
    }

    fn now(&self) -> Stamp {
        self.clock.now()
    }
}

impl Source for Tx {
    fn connection(&self) -> (Connection<'_>, DbBackend) {
        (Connection::Act(&self.sql), self.backend)
    }

    fn now(&self) -> Stamp {
        self.now
    }
}

/// One thing bound into a statement: a value, or a list for `IN`.
pub enum Bind {
    /// One value.
    One(Value),
    /// A parenthesised list.
    Many(Vec<Value>),
    /// A column of the same statement, named in our own code: it stands there as it is.
    Column(&'static str),
}

impl<T: Into<Value>> From<T> for Bind {
    fn from(value: T) -> Self {
        Self::One(value.into())
    }
}

/// The values of `items` as a list for `IN {}`; an empty list matches nothing.
pub fn list<T: Clone + Into<Value>>(items: &[T]) -> Bind {
    Bind::Many(items.iter().cloned().map(Into::into).collect())
}

/// A statement: text with `{}` for each bound thing. Made by the `sql!` macro.
pub struct Sql {
    /// What is finished: its places are numbered.
    text: String,
    /// What follows, its `{}` still open.
    open: Cow<'static, str>,
    /// How much of `open` has moved into `text`.
    moved: usize,
    values: Vec<Value>,
}

/// Builds an [`Sql`]: `sql!("… {} …", value)`.
#[macro_export]
macro_rules! sql {
    ($text:expr $(, $value:expr)* $(,)?) => {
        $crate::store::Sql::new($text)$(.bind($value))*
    };
}

impl Sql {
    /// A statement whose `{}` are filled by [`Sql::bind`] in order.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        let open = text.into();
        Self { text: String::with_capacity(open.len() + 32), open, moved: 0, values: Vec::new() }
    }

    /// A statement whose places are numbered already, for rows by the hundred.
    pub(super) fn numbered(text: String, values: Vec<Value>) -> Self {
        Self { text, open: Cow::default(), moved: 0, values }
    }

    /// Fills the next `{}`.
    pub fn bind(mut self, value: impl Into<Bind>) -> Self {
        let rest = self.open.get(self.moved..).unwrap_or_default();
        debug_assert!(rest.contains("{}"), "more values than places: {}", self.open);
        let before = rest.find("{}").unwrap_or(rest.len());
        self.text.push_str(rest.get(..before).unwrap_or_default());
        self.moved += before + 2;
        match value.into() {
            // SQLite plans a statement anew whenever a limit is bound to it
            Bind::One(Value::BigInt(Some(limit))) if self.text.ends_with("LIMIT ") => {
                let _ = write!(self.text, "{limit}");
            }
            Bind::One(value) => self.place(value),
            Bind::Many(values) if values.is_empty() => self.text.push_str("(NULL)"),
            Bind::Many(values) => self.places(values),
            Bind::Column(name) => self.text.push_str(name),
        }
        self
    }

    /// Adds text; its `{}` are filled by the binds that follow.
    pub fn then(mut self, text: &str) -> Self {
        self.open.to_mut().push_str(text);
        self
    }

    /// Puts text without `{}` in front.
    pub fn before(mut self, text: &str) -> Self {
        self.text.insert_str(0, text);
        self
    }

    /// Ends the statement with one page over `key`, in the order of [`Page::walk`]; the text so
    /// far must have a `WHERE`. Hand the rows to [`Page::newest_first`].
    pub fn page(mut self, key: &str, page: Page) -> Self {
        if let Some(max) = page.max_id {
            self = self.then(&format!(" AND {key} < {{}}")).bind(max);
        }
        if let Some(min) = page.lower() {
            self = self.then(&format!(" AND {key} > {{}}")).bind(min);
        }
        let order = if page.walk() == Walk::Ascending { "ASC" } else { "DESC" };
        self.then(&format!(" ORDER BY {key} {order} LIMIT {{}}")).bind(i64::from(page.limit))
    }

    /// A list, its last value repeated up to a power of two: few texts, so that the database prepares few statements.
    fn places(&mut self, values: Vec<Value>) {
        let (length, last) = (values.len(), values.last().cloned());
        let repeats = std::iter::repeat_n(last, length.next_power_of_two() - length).flatten();
        for (nth, value) in values.into_iter().chain(repeats).enumerate() {
            self.text.push_str(if nth == 0 { "(" } else { ", " });
            self.place(value);
        }
        self.text.push(')');
    }

    fn place(&mut self, value: Value) {
        self.values.push(value);
        // Writing to a string cannot fail.
        let _ = write!(self.text, "${}", self.values.len());
    }

    /// The same, asked for in other words: `by` is given the whole text, and must leave its places as they are.
    pub(super) fn rewritten(mut self, by: impl FnOnce(&str) -> String) -> Self {
        self.finish();
        self.text = by(&self.text);
        self
    }

    /// One row of two values: what this and `other` answer, each one value itself. For SQLite, where places have no numbers.
    pub(super) fn beside(mut self, mut other: Self) -> Self {
        self.finish();
        other.finish();
        self.text = format!("SELECT ({}), ({})", self.text, other.text);
        self.values.append(&mut other.values);
        self
    }

    fn finish(&mut self) {
        let rest = self.open.get(self.moved..).unwrap_or_default();
        debug_assert!(!rest.contains("{}"), "a place was left open: {}", self.open);
        self.text.push_str(rest);
        (self.open, self.moved) = (Cow::default(), 0);
    }

    fn statement(mut self, backend: DbBackend) -> Statement {
        self.finish();
        self.values.iter_mut().for_each(make_storable);
        metrics::counter!("intermoot_sql_statements_total").increment(1);
        #[cfg(test)]
        let _ = STATEMENTS.try_with(|count| count.set(count.get() + 1));
        debug_assert_eq!(self.text.matches('$').count(), self.values.len(), "each place stands once, in its order: {}", self.text);
        let text = if backend == DbBackend::Sqlite { without_numbers(&self.text) } else { self.text };
        Statement::from_sql_and_values(backend, text, self.values)
    }

    pub(super) async fn rows(self, from: &impl Source) -> Result<Vec<QueryResult>> {
        let (connection, backend) = from.connection();
        let statement = self.statement(backend);
        Ok(match connection {
            Connection::Readers(readers) => readers.rows(statement).await?,
            Connection::Pool(pool) => pool.query_all_raw(statement).await?,
            Connection::Act(act) => act.query_all_raw(statement).await?,
        })
    }

    /// All rows.
    pub async fn all<T: FromQueryResult>(self, from: &impl Source) -> Result<Vec<T>> {
        self.rows(from).await?.iter().map(|row| T::from_query_result(row, "").map_err(Into::into)).collect()
    }

    /// The first row, if any.
    pub async fn one<T: FromQueryResult>(self, from: &impl Source) -> Result<Option<T>> {
        Ok(self.all(from).await?.into_iter().next())
    }

    /// The first column of all rows.
    pub async fn column<T: TryGetable>(self, from: &impl Source) -> Result<Vec<T>> {
        self.rows(from).await?.iter().map(|row| row.try_get_by_index(0).map_err(Into::into)).collect()
    }

    /// The first column of the first row, if any.
    pub async fn value<T: TryGetable>(self, from: &impl Source) -> Result<Option<T>> {
        Ok(self.column(from).await?.into_iter().next())
    }

    /// Runs it; how many rows it changed.
    pub async fn run(self, tx: &Tx) -> Result<u64> {
        let statement = self.statement(tx.backend);
        Ok(tx.sql.execute_raw(statement).await?.rows_affected())
    }
}

/// `text` with its places, which are numbered in their order, as `?`: the driver asks SQLite for the name of each place that has
/// one, and SQLite goes through the names of all to find it.
fn without_numbers(text: &str) -> String {
    let mut parts = text.split('$');
    let mut plain = String::with_capacity(text.len());
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push('?');
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    plain
}

/// PostgreSQL refuses a text with U+0000 in it: one such text from elsewhere would make the statement, and all that it is
/// asked for, fail for ever. It stands as U+FFFD, on SQLite too.
fn make_storable(value: &mut Value) {
    if let Value::String(Some(text)) = value
        && text.contains('\0')
    {
        *text = text.replace('\0', "\u{fffd}");
    }
}

#[cfg(test)]
tokio::task_local! {
    static STATEMENTS: std::cell::Cell<u32>;
}

/// Runs `work` and counts the statements that it makes itself (not in other tasks): for tests.
#[cfg(test)]
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, u32) {
    STATEMENTS
        .scope(std::cell::Cell::new(0), async {
            let outcome = work.await;
            (outcome, STATEMENTS.with(std::cell::Cell::get))
        })
        .await
}
