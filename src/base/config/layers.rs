//! Reads the layers of settings and lays them over the defaults, one setting at a time.
//!
//! Each setting is tried alone against [`Config`], so that an error belongs to exactly one setting and
//! its line. Which settings exist, and of which type, is read from the defaults themselves.

use super::{Config, ConfigError};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{fmt, fs, path::Path, path::PathBuf};

const PREFIX: &str = "INTERMOOT__";
/// Largest configuration file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Where a setting was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A line of the file, counted from one.
    File { path: PathBuf, line: usize },
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One setting as somebody made it.
struct Made {
    section: String,
    key: String,
    value: Value,
    source: Source,
}

/// Defaults, then `file`, then `env`.
pub(super) fn read(file: Option<&Path>, env: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let defaults = defaults();
    let mut made = match file {
        Some(path) => from_file(path, &read_file(path)?)?,
        None => Vec::new(),
    };
    for (name, text) in env.into_iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        made.push(from_variable(&defaults, name, &text)?);
    }
    lay(defaults, made)
}

/// Every setting of `config` by its name `section.key`.
pub(super) fn flatten(config: &Config) -> Vec<(String, Value)> {
    let sections = match serde_json::to_value(config) {
        Ok(Value::Object(sections)) => sections,
        _ => Map::new(),
    };
    let keys = |(section, keys): (String, Value)| match keys {
        Value::Object(keys) => keys.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)).collect(),
        _ => Vec::new(),
    };
    sections.into_iter().flat_map(keys).collect()
}

fn defaults() -> Value {
    serde_json::to_value(Config::default()).unwrap_or_default()
}

fn read_file(path: &Path) -> Result<String, ConfigError> {
    let cannot = |e: std::io::Error| ConfigError::plain(format!("{} cannot be read: {e}", path.display()));
    if fs::metadata(path).map_err(cannot)?.len() > FILE_BYTES_MAX {
        return Err(ConfigError::plain(format!("{} is larger than 1 MiB; that cannot be a configuration file", path.display())));
    }
    fs::read_to_string(path).map_err(cannot)
}

fn from_file(path: &Path, text: &str) -> Result<Vec<Made>, ConfigError> {
    let line_at = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    let source = |at: usize| Source::File { path: path.to_owned(), line: line_at(at) };
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    let start = |e: &toml::de::Error| e.span().map_or(0, |span| span.start);
    if let Some(e) = errors.iter().min_by_key(|e| start(e)) {
        let problem = e.message().replace('\n', ", ");
        return Err(ConfigError::plain(format!("{} is not TOML: {problem}", source(start(e)))));
    }
    let mut made = Vec::new();
    for (section, keys) in table.into_inner() {
        let (at, section) = (source(section.span().start), section.into_inner().into_owned());
        let toml::de::DeValue::Table(keys) = keys.into_inner() else {
            let problem = format!("stands outside a section; allowed: settings under {}", sections(&defaults()).join(", "));
            return Err(ConfigError::about(Some(&at), &section, problem));
        };
        for (key, value) in keys {
            let (source, key) = (source(key.span().start), key.into_inner().into_owned());
            let value = Value::deserialize(toml::de::ValueDeserializer::from(value))
                .map_err(|e| ConfigError::about(Some(&source), &format!("{section}.{key}"), e.message().to_owned()))?;
            made.push(Made { section: section.clone(), key, value, source });
        }
    }
    Ok(made)
}

/// Reads `INTERMOOT__SECTION__KEY`; what the text stands for follows from the type of the default.
fn from_variable(defaults: &Value, name: String, text: &str) -> Result<Made, ConfigError> {
    let parts = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once("__"));
    let Some((section, key)) = parts.map(|(section, key)| (section.to_lowercase(), key.to_lowercase())) else {
        return Err(ConfigError::plain(format!("{name} names no setting; allowed: {PREFIX}SECTION__KEY")));
    };
    let number = |text: &str| text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number));
    let value = match &defaults[&section][&key] {
        Value::Bool(_) => text.parse::<bool>().map_or_else(|_| json!(text), |yes| json!(yes)),
        Value::Number(_) => number(text.trim()),
        Value::Array(_) => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(number).collect(),
        _ => json!(text),
    };
    Ok(Made { section, key, value, source: Source::Variable(name) })
}

/// Lays the settings over the defaults, each tried alone first.
fn lay(mut all: Value, made: Vec<Made>) -> Result<Config, ConfigError> {
    let mut sources = std::collections::BTreeMap::new();
    let known = all.clone();
    for Made { section, key, value, source } in made {
        let name = format!("{section}.{key}");
        let Some(default) = known.get(&section).and_then(|keys| keys.get(&key)) else {
            return Err(ConfigError::about(Some(&source), &name, format!("is not a setting{}", did_you_mean(&known, &section, &key))));
        };
        if let Err(e) = serde_json::from_value::<Config>(json!({ &section: { &key: &value } })) {
            return Err(ConfigError::about(Some(&source), &name, explain(&e.to_string(), &value, default)));
        }
        all[&section][&key] = value;
        sources.insert(name, source);
    }
    let config: Config = serde_json::from_value(all).map_err(|e| ConfigError::plain(format!("the settings do not fit together: {e}")))?;
    Ok(Config { sources, ..config })
}

/// Our own types say what is wrong themselves; for plain ones the type of the default says what is allowed.
fn explain(message: &str, value: &Value, default: &Value) -> String {
    if message.starts_with("is ") {
        return message.to_owned();
    }
    let allowed = match default {
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a whole number from 1 to 4294967295",
        Value::Array(_) => "a list",
        _ => "a text in quotation marks",
    };
    format!("is {value}; allowed: {allowed}")
}

fn sections(known: &Value) -> Vec<String> {
    known.as_object().into_iter().flatten().map(|(name, _)| format!("[{name}]")).collect()
}

fn did_you_mean(known: &Value, section: &str, key: &str) -> String {
    let Some(keys) = known.get(section).and_then(Value::as_object) else {
        let near = nearest(section, known.as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
        return near.map_or_else(
            || format!("; sections are {}", sections(known).join(", ")),
            |near| format!("; did you mean the section [{near}]?"),
        );
    };
    if let Some(near) = nearest(key, keys.keys().map(String::as_str)) {
        return format!("; did you mean {section}.{near}?");
    }
    let elsewhere = known.as_object().into_iter().flatten().find(|(_, keys)| keys.get(key).is_some());
    elsewhere.map_or_else(
        || format!("; [{section}] has {}", keys.keys().cloned().collect::<Vec<_>>().join(", ")),
        |(other, _)| format!("; did you mean {other}.{key}?"),
    )
}

/// The candidate that differs by the fewest letters, if it is near enough to be a slip.
fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.map(|candidate| (distance(word, candidate), candidate));
    scored.min().filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4).map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped or changed to turn `a` into `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let (mut diagonal, mut left) = (i, i + 1);
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let best = (*cell + 1).min(left + 1).min(diagonal + usize::from(x != *y));
            diagonal = std::mem::replace(cell, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
