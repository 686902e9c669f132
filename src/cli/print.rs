//! What a command prints: text for people or JSON for programs.

use serde_json::{Value, json};
use std::fmt::Write;

/// What came of a command, in both forms.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    human: String,
    json: Value,
}

impl Outcome {
    /// Nothing to say: no text, no JSON. For commands that have printed already, such as `serve`.
    pub fn silent() -> Self {
        Self { human: String::new(), json: Value::Null }
    }

    /// A text for people, which may be one bare value such as a token, and the same as JSON.
    pub fn new(human: impl Into<String>, json: Value) -> Self {
        Self { human: human.into(), json }
    }

    /// A table with a heading for each column. As JSON: a list of objects keyed by the headings
    /// in lower case with `_` for spaces.
    pub fn table(headings: &[&str], rows: &[Vec<String>]) -> Self {
        let key = |heading: &&str| heading.to_lowercase().replace(' ', "_");
        let object = |row: &Vec<String>| headings.iter().map(key).zip(row.iter().map(|cell| json!(cell))).collect::<Value>();
        Self { human: aligned(headings, rows), json: rows.iter().map(object).collect() }
    }

    /// The same outcome with other JSON, for tables whose cells are more than texts.
    #[must_use]
    pub fn with_json(self, json: Value) -> Self {
        Self { json, ..self }
    }

    /// What to print, without the last line end; empty if nothing.
    pub fn text(&self, as_json: bool) -> String {
        match (&self.json, as_json) {
            (Value::Null, true) => String::new(),
            (json, true) => json.to_string(),
            (_, false) => self.human.clone(),
        }
    }
}

/// The failure as one sentence on one line, causes after colons.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn aligned(headings: &[&str], rows: &[Vec<String>]) -> String {
    let wide = |text: &str| text.chars().count();
    let widest = |(column, heading): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| wide(cell));
        cells.max().unwrap_or(0).max(wide(heading))
    };
    let widths: Vec<usize> = headings.iter().enumerate().map(widest).collect();
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: String = cells.zip(&widths).fold(String::new(), |mut line, (cell, width)| {
            let _ = write!(line, "{cell:width$}  ");
            line
        });
        text.push_str(padded.trim_end());
        text.push('\n');
    };
    line(&mut headings.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
    text.truncate(text.trim_end().len());
    text
}
