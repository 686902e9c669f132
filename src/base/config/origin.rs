//! The public address of a node: scheme, host and port, nothing else.

use super::words::as_text;
use std::{fmt, str::FromStr};
use url::Url;

/// An origin (RFC 6454) that people and other nodes reach: `https://acme.example`, `http://localhost:3000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    url: Url,
    text: String,
}

impl Origin {
    /// The origin without a trailing slash; the port only where it is not the scheme's own.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and, where it is not the scheme's own, port.
    pub fn authority(&self) -> &str {
        self.url.authority()
    }

    /// The host alone, lower case, names in their ASCII form.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether the world is to reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The same as a URL, with the path `/`.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it names this machine only: `localhost`, `*.localhost` or a loopback address.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("is {text:?}, {what}; allowed: an origin such as https://acme.example or http://localhost:3000");
        let url = Url::parse(text.trim()).map_err(|e| wrong(&format!("which is no URL ({e})")))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(wrong("which is neither https nor http"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The text may hold a password: not repeated.
            return Err("is an address with a user name or password; allowed: an origin such as https://acme.example".into());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("which has more than scheme, host and port"));
        }
        if url.host_str().is_none_or(|host| host.ends_with('.')) {
            return Err(wrong("whose host is empty or ends in a dot"));
        }
        Ok(Self { text: url.origin().ascii_serialization(), url })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

as_text!(Origin);
