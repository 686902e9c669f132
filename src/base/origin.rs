//! This node's own origin: where stored paths become URLs and URLs of ours become paths.
//!
//! Ids of our own things are stored as paths (`/u/ada`); only here do they meet `server.url`, so
//! that it may change until the first activity has gone out (`membership.md` 7).

use url::Url;

/// Scheme, host and port of this node, from `server.url` alone, never from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Without a trailing slash: `https://acme.example`.
    base: String,
    /// Host with an explicit port: `acme.example`, `acme.localhost:4001`.
    authority: String,
}

impl Origin {
    /// The origin of `url` (its path is ignored).
    pub fn new(url: &Url) -> Self {
        let base = url.origin().ascii_serialization();
        let authority = base.split_once("://").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        Self { base, authority }
    }

    /// Host with an explicit port: the name of this node in handles and for peers.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The origin itself, without a trailing slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The URL of `uri`: paths of ours get our origin, URLs stay as they are, empty stays empty.
    pub fn absolute(&self, uri: &str) -> String {
        if uri.starts_with('/') { format!("{}{uri}", self.base) } else { uri.to_owned() }
    }

    /// `url` as it is stored: a path when it is ours, otherwise itself.
    pub fn stored<'a>(&self, url: &'a str) -> &'a str {
        match url.strip_prefix(&self.base) {
            Some(path) if path.starts_with('/') => path,
            _ => url,
        }
    }

    /// Whether `url` is one of ours.
    pub fn is_ours(&self, url: &str) -> bool {
        self.stored(url).starts_with('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> Origin {
        Origin::new(&Url::parse("http://acme.localhost:4001/").unwrap())
    }

    #[test]
    fn paths_and_urls_of_ours_are_two_forms_of_one_id() {
        assert_eq!(acme().absolute("/u/ada"), "http://acme.localhost:4001/u/ada");
        assert_eq!(acme().stored("http://acme.localhost:4001/u/ada"), "/u/ada");
        assert_eq!(acme().authority(), "acme.localhost:4001");
    }

    #[test]
    fn a_host_that_only_begins_like_ours_is_not_ours() {
        assert!(!acme().is_ours("http://acme.localhost:40011/u/ada"));
        assert!(!acme().is_ours("https://acme.localhost:4001/u/ada"));
        assert_eq!(acme().stored("http://acme.localhost:4001.evil.test/u/a"), "http://acme.localhost:4001.evil.test/u/a");
    }
}
