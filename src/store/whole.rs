//! Rows that pages are full of, all of them in one value.
//!
//! SQLite hands over a row column by column: each is copied in the thread of the connection and copied again here, and a page of
//! posts with its authors has well over a thousand. So that database is asked for one text instead, rows that are JSON arrays
//! of columns. PostgreSQL sends its rows packed anyway, and is asked for them as they are.

use super::{Source, Sql};
use crate::base::error::Result;
use anyhow::Context;
use sea_orm::{
    DbBackend, FromQueryResult, QueryResult, Value,
    sea_query::{ArrayType, ValueType},
    sqlx::Row,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{fmt, marker::PhantomData};

/// A row, by those of its columns that are read.
pub trait Whole: FromQueryResult {
    /// The columns, as [`Whole::read`] reads them.
    const COLUMNS: &'static [&'static str];

    /// Reads the columns one after another.
    fn read<'de, A: SeqAccess<'de>>(columns: &mut A) -> Result<Self, A::Error>;
}

impl Sql {
    /// All rows of a statement that reads `* FROM` one table (or `p.* FROM` one of several) and nothing beside it, in its order.
    /// The first `* FROM` in its text is taken for that. For what is bounded to a few thousand rows: they are held several times over.
    pub async fn whole<T: Whole>(self, from: &impl Source) -> Result<Vec<T>> {
        if from.connection().1 != DbBackend::Sqlite {
            return self.all(from).await;
        }
        let rows = self.rewritten(packed::<T>).rows(from).await?;
        rows.first().map_or_else(|| Ok(Vec::new()), |row| unpack(row, 0))
    }
}

/// As [`Sql::whole`] for two statements that do not need each other's answers: on SQLite asked together.
pub async fn both<A: Whole, B: Whole>(from: &impl Source, (one, other): (Sql, Sql)) -> Result<(Vec<A>, Vec<B>)> {
    if from.connection().1 != DbBackend::Sqlite {
        return Ok((one.all(from).await?, other.all(from).await?));
    }
    let rows = one.rewritten(packed::<A>).beside(other.rewritten(packed::<B>)).rows(from).await?;
    rows.first().map_or_else(|| Ok((Vec::new(), Vec::new())), |row| Ok((unpack(row, 0)?, unpack(row, 1)?)))
}

/// The statement that asks for what `text` asks for as one text.
pub(super) fn packed<T: Whole>(text: &str) -> String {
    let star = text.find("* FROM ").unwrap_or_default();
    let (head, rest) = text.split_at_checked(star).unwrap_or_default();
    let (select, table) = head.rsplit_once(' ').unwrap_or_default();
    debug_assert!(select.ends_with("SELECT"), "not whole rows of one table: {text}");
    let mut packed = String::with_capacity(text.len() + 1024);
    packed.extend(["SELECT group_concat(w, ' ') FROM (", select, " json_array("]);
    for (nth, column) in T::COLUMNS.iter().enumerate() {
        packed.extend([if nth == 0 { "" } else { "," }, table, column]);
    }
    packed.extend([") AS w", rest.trim_start_matches('*'), ")"]);
    packed
}

fn unpack<T: Whole>(row: &QueryResult, nth: usize) -> Result<Vec<T>> {
    let row = row.try_as_sqlite_row().context("no row of SQLite")?;
    let text: Option<&str> = row.try_get(nth).map_err(anyhow::Error::from)?;
    // nothing at all stands for no rows
    let rows = serde_json::Deserializer::from_str(text.unwrap_or_default()).into_iter();
    Ok(rows.map(|row| row.map(|Unpacked(row)| row)).collect::<Result<_, _>>().context("rows as JSON")?)
}

struct Unpacked<T>(T);

impl<'de, T: Whole> Deserialize<'de> for Unpacked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Columns(PhantomData)).map(Self)
    }
}

struct Columns<T>(PhantomData<T>);

impl<'de, T: Whole> Visitor<'de> for Columns<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the columns of a row")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut columns: A) -> Result<T, A::Error> {
        T::read(&mut columns)
    }
}

/// The next column, called `name`, which is never empty.
pub(crate) fn column<'de, T: ValueType, A: SeqAccess<'de>>(columns: &mut A, name: &str) -> Result<T, A::Error> {
    maybe(columns, name)?.ok_or_else(|| A::Error::custom(format_args!("{name} is empty")))
}

/// The next column, called `name`, which may be empty.
pub(crate) fn maybe<'de, T: ValueType, A: SeqAccess<'de>>(columns: &mut A, name: &str) -> Result<Option<T>, A::Error> {
    let wrong = |why: &dyn fmt::Display| A::Error::custom(format_args!("{name}: {why}"));
    let cell: Cell = columns.next_element()?.ok_or_else(|| wrong(&"is missing"))?;
    let value = match (cell, T::array_type()) {
        (Cell::Empty, _) => return Ok(None),
        (Cell::Text(text), _) => Value::from(text),
        (Cell::Number(number), ArrayType::Bool) => Value::from(number != 0),
        (Cell::Number(number), ArrayType::SmallInt) => Value::SmallInt(Some(number.try_into().map_err(|why| wrong(&why))?)),
        (Cell::Number(number), ArrayType::Int) => Value::Int(Some(number.try_into().map_err(|why| wrong(&why))?)),
        (Cell::Number(number), _) => Value::from(number),
    };
    T::try_from(value).map(Some).map_err(|why| wrong(&why))
}

/// What stands in a column. There are no fractions and no bytes in such tables.
enum Cell {
    Empty,
    Number(i64),
    Text(String),
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfCell)
    }
}

struct OfCell;

impl Visitor<'_> for OfCell {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, a text or nothing")
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Empty)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell, E> {
        number.try_into().map(Cell::Number).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }
}
