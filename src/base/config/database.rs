//! `[database]`: which database.

use super::words::as_text;
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr};
use url::Url;

/// Which database; without either setting a SQLite file in `data.dir`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub url: Option<DatabaseUrl>,
    /// A file that holds the address, for those with a password.
    pub url_file: Option<PathBuf>,
}

/// The address of a database. `Display`, `Debug` and JSON leave the password out.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// PostgreSQL; may hold a password.
    Postgres(Url),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    /// The error never repeats the text, which may hold a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is not understood; allowed: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE".to_owned();
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            let is_file = !file.is_empty() && !file.starts_with(':') && !file.contains('?');
            return if is_file { Ok(Self::Sqlite(file.into())) } else { Err(wrong()) };
        }
        let url = Url::parse(text).map_err(|_| wrong())?;
        let is_postgres = matches!(url.scheme(), "postgres" | "postgresql") && text.contains("://");
        if is_postgres { Ok(Self::Postgres(url)) } else { Err(wrong()) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                write!(f, "postgres://{}{port}{}", url.host_str().unwrap_or_default(), url.path())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

as_text!(DatabaseUrl);
