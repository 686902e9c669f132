//! The index of words: what is kept in it, and how it is walked. FTS5 on SQLite, `tsvector` with GIN on PostgreSQL.
//!
//! Both hold the words that `base/finding` makes, and are asked for nothing but such words, each in quotes (S80). A walk goes
//! from one end of the ids and is bounded: a word that is in every post is read until the page is full, and never through.

use super::{Source, Sql, Tx, facts};
use crate::{
    base::{
        error::Result,
        finding::question::{Question, Words},
        id::first_at,
        page::{Page, Walk},
    },
    sql,
};
use sea_orm::DbBackend;
use std::fmt::Write;

/// How many rows that say the words are looked at for one page.
const LOOKED_THROUGH: i64 = 10_000;
/// How many of the nearest posts PostgreSQL looks through before it asks its index: words that are in one of a hundred are
/// found there, and of rarer ones the index gives few.
const NEAREST: i64 = 2_000;
/// Stands among the words of each post on SQLite, where nothing can be asked for that has no word.
const EVERY: &str = "\u{e000}z";

/// What is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// Posts, not their boosts.
    Posts,
    /// Accounts of every kind.
    Accounts,
}

impl Indexed {
    fn table(self) -> &'static str {
        match self {
            Self::Posts => "findable",
            Self::Accounts => "findable_accounts",
        }
    }

    fn key(self, backend: DbBackend) -> &'static str {
        match (backend, self) {
            (DbBackend::Postgres, Self::Posts) => "post_id",
            (DbBackend::Postgres, Self::Accounts) => "account_id",
            _ => "rowid",
        }
    }

    fn fact(self) -> &'static str {
        match self {
            Self::Posts => "findable.posts_below",
            Self::Accounts => "findable.accounts_below",
        }
    }
}

/// Has the thing with this `id` found by `tokens` from now on, whatever it was found by before. `facets` stand behind the words.
pub async fn keep(tx: &Tx, (what, id): (Indexed, i64), tokens: &[String], facets: &[String]) -> Result<()> {
    let (table, key) = (what.table(), what.key(tx.backend));
    match tx.backend {
        DbBackend::Postgres => {
            let set = "ON CONFLICT ({key}) DO UPDATE SET words = excluded.words".replace("{key}", key);
            let text = format!("INSERT INTO {table} ({key}, words) VALUES ({{}}, CAST(CAST({{}} AS TEXT) AS tsvector)) {set}");
            sql!(text, id, vector(tokens, facets)).run(tx).await?;
        }
        _ => {
            let words: Vec<&str> = tokens.iter().chain(facets).map(String::as_str).chain([EVERY]).collect();
            sql!(format!("INSERT OR REPLACE INTO {table} (rowid, words) VALUES ({{}}, {{}})"), id, words.join(" ")).run(tx).await?;
        }
    }
    Ok(())
}

/// Has things found no more: those whose id is `which` (`= {}`, `IN {}`, `IN (SELECT …)`).
pub async fn forget(tx: &Tx, what: Indexed, which: Sql) -> Result<()> {
    which.before(&format!("DELETE FROM {} WHERE {} ", what.table(), what.key(tx.backend))).run(tx).await?;
    Ok(())
}

/// Below which id is still to be indexed what was here before the index was; none when all is.
pub async fn unread_below(from: &impl Source, what: Indexed) -> Result<Option<i64>> {
    Ok(facts::fact(from, what.fact()).await?.and_then(|below| below.parse().ok()))
}

/// What was here before the index is in it down to `below`; none: all of it.
pub async fn read_down_to(tx: &Tx, what: Indexed, below: Option<i64>) -> Result<()> {
    match below {
        Some(below) => facts::keep_fact(tx, what.fact(), &below.to_string()).await,
        None => facts::drop_fact(tx, what.fact()).await,
    }
}

/// `tokens` with their places, and `facets` without, as PostgreSQL writes them.
fn vector(tokens: &[String], facets: &[String]) -> String {
    let mut text = String::with_capacity(tokens.len() * 12);
    for (nth, token) in tokens.iter().enumerate() {
        let _ = write!(text, "'{token}':{} ", nth + 1);
    }
    for facet in facets {
        let _ = write!(text, "'{facet}' ");
    }
    text
}

/// A statement over the posts `p` that a question finds, to be narrowed by [`Found::and`] and ended by [`Found::page`].
pub struct Found {
    sql: Sql,
    key: &'static str,
    order: &'static str,
}

impl Found {
    /// What `conditions` appends is true of them too: text that begins with ` AND `.
    pub fn and(self, conditions: impl FnOnce(Sql) -> Sql) -> Self {
        Self { sql: conditions(self.sql), ..self }
    }

    /// Ends the statement: in the order of the page's walk, after the first `offset`.
    pub fn page(self, page: &Page, offset: u32) -> Sql {
        let end = format!(" ORDER BY {} {} LIMIT {{}} OFFSET {{}}", self.key, self.order);
        self.sql.then(&end).bind(i64::from(page.limit)).bind(i64::from(offset))
    }
}

/// The statements that together find the posts of `page`, to be run in their order until one fills it: the cheap before the
/// thorough, two at most.
pub fn posts(backend: DbBackend, question: &Question, page: &Page) -> Vec<Found> {
    let bounds = bounds(question, page);
    let is_ascending = page.walk() == Walk::Ascending;
    if backend != DbBackend::Postgres {
        return vec![walked(question, bounds, is_ascending)];
    }
    let asked = tsquery(question);
    if !asked.is_selective {
        return vec![nearest(&asked.text, bounds, (is_ascending, LOOKED_THROUGH))];
    }
    vec![nearest(&asked.text, bounds, (is_ascending, NEAREST)), indexed(asked.text, bounds, is_ascending)]
}

/// Between which ids, both exclusive.
fn bounds(question: &Question, page: &Page) -> (i64, i64) {
    let above = page.lower().unwrap_or(0).max(question.since.map_or(0, |since| first_at(since) - 1));
    let below = page.max_id.unwrap_or(i64::MAX).min(question.until.map_or(i64::MAX, first_at));
    (above, below)
}

/// On SQLite: the rows of FTS5 that say the words, from one end, as far as the bound.
fn walked(question: &Question, (above, below): (i64, i64), is_ascending: bool) -> Found {
    let (order, within, none) = if is_ascending { ("ASC", "<=", i64::MAX) } else { ("DESC", ">=", 0) };
    let last = format!(
        "SELECT rowid FROM findable WHERE findable MATCH {{}} AND rowid > {{}} AND rowid < {{}} ORDER BY rowid {order} LIMIT 1 OFFSET {LOOKED_THROUGH}"
    );
    let text = format!(
        "SELECT p.* FROM findable w CROSS JOIN posts p WHERE p.id = w.rowid AND w.findable MATCH {{}} AND w.rowid > {{}} AND w.rowid < {{}} \
         AND w.rowid {within} COALESCE(({last}), {none})"
    );
    let asked = fts5(question);
    Found { sql: sql!(text, asked.clone(), above, below, asked, above, below), key: "w.rowid", order }
}

/// On PostgreSQL: those of the nearest posts that say the words.
fn nearest(asked: &str, (above, below): (i64, i64), (is_ascending, reach): (bool, i64)) -> Found {
    let order = if is_ascending { "ASC" } else { "DESC" };
    let all = format!("SELECT post_id, words FROM findable WHERE post_id > {{}} AND post_id < {{}} ORDER BY post_id {order} LIMIT {reach}");
    let sql = sql!(format!("SELECT p.* FROM (SELECT n.post_id FROM ({all}) n"), above, below);
    let sql = match asked {
        "" => sql,
        asked => sql.then(" WHERE n.words @@ CAST(CAST({} AS TEXT) AS tsquery)").bind(asked),
    };
    Found { sql: sql.then(") w JOIN posts p ON p.id = w.post_id WHERE TRUE"), key: "w.post_id", order }
}

/// On PostgreSQL: all that the index gives, and of these as many as the bound allows.
fn indexed(asked: String, (above, below): (i64, i64), is_ascending: bool) -> Found {
    let order = if is_ascending { "ASC" } else { "DESC" };
    let text = format!(
        "WITH m AS MATERIALIZED (SELECT post_id FROM findable WHERE words @@ CAST(CAST({{}} AS TEXT) AS tsquery) AND post_id > {{}} AND post_id < {{}}) \
         SELECT p.* FROM (SELECT post_id FROM m ORDER BY post_id {order} LIMIT {LOOKED_THROUGH}) w JOIN posts p ON p.id = w.post_id WHERE TRUE"
    );
    Found { sql: sql!(text, asked, above, below), key: "w.post_id", order }
}

/// Appends a selection of the accounts (their `id`s) whose names have a word that begins with each of `tokens`, at most `most`.
pub fn accounts(sql: Sql, backend: DbBackend, tokens: &[String], most: u32) -> Sql {
    let (text, asked): (_, Vec<String>) = match backend {
        DbBackend::Postgres => (
            "SELECT account_id AS id FROM findable_accounts WHERE words @@ CAST(CAST({} AS TEXT) AS tsquery) LIMIT {}",
            tokens.iter().map(|token| format!("'{token}':*")).collect(),
        ),
        _ => (
            "SELECT rowid AS id FROM findable_accounts WHERE findable_accounts MATCH {} ORDER BY rowid DESC LIMIT {}",
            tokens.iter().map(|token| format!("\"{token}\" *")).collect(),
        ),
    };
    let all = asked.join(if backend == DbBackend::Postgres { " & " } else { " AND " });
    sql.then(text).bind(all).bind(i64::from(most))
}

/// The question in the language of FTS5: every word and facet in quotes.
fn fts5(question: &Question) -> String {
    let phrase = |words: &Words| format!("\"{}\"{}", words.tokens.join(" "), if words.is_beginning { " *" } else { "" });
    let (with, without) = parts(question, phrase, |facet| format!("\"{facet}\""));
    let with = if with.is_empty() { format!("\"{EVERY}\"") } else { with.join(" AND ") };
    without.iter().fold(format!("({with})"), |asked, not| format!("({asked} NOT {not})"))
}

/// The question in the language of PostgreSQL.
struct Asked {
    text: String,
    /// It names something that is looked for: the index gives less than everything.
    is_selective: bool,
}

fn tsquery(question: &Question) -> Asked {
    let phrase = |words: &Words| {
        let tokens: Vec<String> = words.tokens.iter().map(|token| format!("'{token}'")).collect();
        format!("({}{})", tokens.join(" <-> "), if words.is_beginning { ":*" } else { "" })
    };
    let (with, without) = parts(question, phrase, |facet| format!("'{facet}'"));
    let is_selective = !with.is_empty();
    let all: Vec<String> = with.into_iter().chain(without.into_iter().map(|not| format!("!{not}"))).collect();
    Asked { text: all.join(" & "), is_selective }
}

/// What is looked for, and what is left out.
fn parts(question: &Question, phrase: impl Fn(&Words) -> String, facet: impl Fn(String) -> String) -> (Vec<String>, Vec<String>) {
    let words = question.words.iter().map(|words| (phrase(words), words.not));
    let facets = question.facets.iter().map(|(wanted, not)| (facet(wanted.token()), *not));
    let (without, with): (Vec<_>, Vec<_>) = words.chain(facets).partition(|(_, not)| *not);
    let texts = |parts: Vec<(String, bool)>| parts.into_iter().map(|(text, _)| text).collect();
    (texts(with), texts(without))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_is_asked_in_both_languages() {
        let question = Question::read("valve \"big pump\" val* -leak has:poll -is:reply");
        assert_eq!(fts5(&question), "(((\"valve\" AND \"big pump\" AND \"val\" * AND \"\u{e000}h4\") NOT \"leak\") NOT \"\u{e000}i0\")");
        assert_eq!(tsquery(&question).text, "('valve') & ('big' <-> 'pump') & ('val':*) & '\u{e000}h4' & !('leak') & !'\u{e000}i0'");
        assert_eq!(fts5(&Question::read("-leak")), "((\"\u{e000}z\") NOT \"leak\")");
        assert!(!tsquery(&Question::read("-leak")).is_selective);
    }

    /// What is left when everything in these quotes is taken out, if each quotation is letters, digits and spaces.
    fn outside(text: &str, quote: char) -> Option<String> {
        let parts: Vec<&str> = text.split(quote).collect();
        let inner = |c: char| c.is_alphanumeric() || c == ' ' || c == '\u{e000}';
        let is_plain = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|quoted| quoted.chars().all(inner));
        is_plain.then(|| parts.iter().step_by(2).copied().collect())
    }

    proptest! {
        #[test]
        fn s080_nothing_typed_becomes_part_of_the_language_of_a_database(typed in any::<String>()) {
            let question = Question::read(&typed);
            let rest = outside(&fts5(&question), '"').unwrap();
            let rest = rest.replace("AND", "").replace("NOT", "");
            prop_assert!(rest.chars().all(|c| "( )*".contains(c)), "{rest}");
            let rest = outside(&tsquery(&question).text, '\'').unwrap();
            prop_assert!(rest.chars().all(|c| "( )&!<->:*".contains(c)), "{rest}");
        }
    }
}
