//! `[mail]`: how the node sends mail.

use super::words::as_text;
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr};
use url::Url;

/// How the node sends mail; without `url` and `sink` it sends none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The mail server: `smtps://USER@HOST` or `smtp://USER@HOST`.
    pub url: Option<MailUrl>,
    /// A file that holds the user's password.
    pub password_file: Option<PathBuf>,
    /// Whom mails come from; by default `no-reply` at the host of `server.url`.
    pub from: Option<String>,
    /// A folder into which mails are written instead.
    pub sink: Option<PathBuf>,
}

impl Mail {
    /// Whether mails go anywhere.
    pub fn is_configured(&self) -> bool {
        self.url.is_some() || self.sink.is_some()
    }
}

/// The address of a mail server. Never holds a password.
#[derive(Clone, PartialEq, Eq)]
pub struct MailUrl(Url);

impl MailUrl {
    /// Whether the connection is encrypted from the start.
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "smtps"
    }

    /// The server.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Its port, if it is not the usual one.
    pub fn port(&self) -> Option<u16> {
        self.0.port()
    }

    /// Whom to log in as; empty for nobody. As typed: an @ in it is written `%40`.
    pub fn user(&self) -> String {
        self.0.username().replace("%40", "@")
    }

    /// Whether the server is this machine itself.
    pub fn is_loopback(&self) -> bool {
        matches!(self.host(), "localhost" | "127.0.0.1" | "[::1]")
    }
}

impl FromStr for MailUrl {
    type Err = String;

    /// The error never repeats the text, which may hold a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is not understood; allowed: smtps://USER@HOST or smtp://USER@HOST, with :PORT if need be".to_owned();
        let url = Url::parse(text).map_err(|_| wrong())?;
        if url.password().is_some() {
            return Err("holds a password; write it into a file and set mail.password_file".to_owned());
        }
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let is_server = matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some_and(|host| !host.is_empty());
        if is_bare && is_server { Ok(Self(url)) } else { Err(wrong()) }
    }
}

impl fmt::Display for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

as_text!(MailUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_named_without_a_password() {
        let url: MailUrl = "smtps://acme%40mail.example@mail.example:4650".parse().unwrap();
        assert_eq!((url.host(), url.port(), url.user().as_str(), url.is_tls()), ("mail.example", Some(4650), "acme@mail.example", true));
        for wrong in ["smtps://a:secret@mail.example", "http://mail.example", "smtp://", "mail.example", "smtp://mail.example/x"] {
            let problem = wrong.parse::<MailUrl>().unwrap_err();
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
