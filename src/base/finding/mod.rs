//! What posts and people are found by, and how they are asked for. Pure: no database.
//!
//! Text is taken apart into folded words here and in no database, so that SQLite and PostgreSQL find the same, in every script.
//! Invariant: a word holds letters and digits alone, so that nothing that was typed becomes part of the language in which a
//! database is asked (S80); a [`facet::Facet`] begins with a character that no word has, so that nobody can type one.

pub mod facet;
mod fold;
pub mod question;
pub mod tokens;
