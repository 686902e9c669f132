//! What a WebFinger query asks about (RFC 7033 §4.1, RFC 7565).

use crate::base::{host, origin::Origin, text::handle};
use url::Url;

/// Longest query that is read, in bytes.
const QUERY_BYTES_MAX: usize = 4096;

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `acct:name@host`, with the host as in [`Origin::authority`].
    Handle(String, String),
    /// A web address.
    Page(Url),
    /// A thing of another kind; we know none.
    Other,
}

/// A WebFinger query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What is asked about.
    pub resource: Resource,
    /// The relations wanted; none given means all.
    pub rels: Vec<String>,
}

impl Query {
    /// Reads a raw query string. None when there is no `resource`, or several, or one that is no URI.
    pub fn read(query: &str, origin: &Origin) -> Option<Self> {
        if query.len() > QUERY_BYTES_MAX {
            return None;
        }
        // RFC 7033 percent-encodes; a plus is a plus
        let plus = query.replace('+', "%2B");
        let pairs: Vec<_> = url::form_urlencoded::parse(plus.as_bytes()).collect();
        let mut resources = pairs.iter().filter(|(name, _)| name == "resource").map(|(_, value)| value.as_ref());
        let resource = resources.next().filter(|_| resources.next().is_none())?;
        let rels = pairs.iter().filter(|(name, _)| name == "rel").map(|(_, value)| value.clone().into_owned()).collect();
        Some(Self { resource: Resource::read(resource, origin)?, rels })
    }
}

impl Resource {
    fn read(text: &str, origin: &Origin) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(is_scheme) || rest.is_empty() {
            return None;
        }
        match scheme.to_ascii_lowercase().as_str() {
            "acct" => Self::handle(rest, origin),
            "http" | "https" => host::parse(text).map(Self::Page),
            _ => Some(Self::Other),
        }
    }

    /// `name@host`. The name may hold a port of its own (that of the node does), and may be encoded once more (RFC 7565 §7).
    fn handle(rest: &str, origin: &Origin) -> Option<Self> {
        let decoded = url::form_urlencoded::parse(rest.replace('+', "%2B").replace(['&', '='], "%00").as_bytes()).next()?.0.into_owned();
        let (name, at) = decoded.rsplit_once('@')?;
        let is_good = |c: char| !c.is_whitespace() && !c.is_control() && !"@/?#\\".contains(c);
        (!name.is_empty() && name.chars().all(is_good)).then_some(())?;
        Some(Self::Handle(name.to_owned(), authority(at, origin)?))
    }
}

/// A host as typed, in the one spelling of a server; a port that is our scheme's own is left out.
pub fn authority(typed: &str, origin: &Origin) -> Option<String> {
    let (scheme, _) = origin.base().split_once("://")?;
    let host = handle::host(typed).ok()?;
    host::parse(&format!("{scheme}://{host}/")).filter(|url| url.path() == "/").and_then(|url| host::authority(&url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origin() -> Origin {
        Origin::new(&"http://acme.localhost:4001".parse().unwrap())
    }

    fn read(query: &str) -> Option<Query> {
        Query::read(query, &origin())
    }

    #[test]
    fn ap069_order_encoding_and_case_do_not_matter() {
        let ada = Resource::Handle("ada".into(), "acme.localhost:4001".into());
        for query in [
            "resource=acct:ada@acme.localhost:4001",
            "resource=acct%3Aada%40acme.localhost%3A4001",
            "rel=self&resource=ACCT:ada@ACME.localhost:4001",
            "x=y&resource=acct:ada%40acme.localhost:4001",
            "resource=acct:ada%2540acme.localhost%253A4001",
        ] {
            assert_eq!(read(query).map(|query| query.resource), Some(ada.clone()), "{query}");
        }
        assert_eq!(read("rel=a&rel=b&resource=acct:ada@x.test").unwrap().rels, ["a", "b"]);
        assert_eq!(
            read("resource=acct:acme.localhost:4001@acme.localhost:4001").unwrap().resource,
            Resource::Handle("acme.localhost:4001".into(), "acme.localhost:4001".into())
        );
        assert_eq!(read("resource=acct:ada@acme.test:80").unwrap().resource, Resource::Handle("ada".into(), "acme.test".into()));
        assert_eq!(read("resource=mailto:ada@acme.test").unwrap().resource, Resource::Other);
    }

    #[test]
    fn ap067_what_is_no_resource_is_told_apart() {
        for query in [
            "",
            "resource",
            "resource=",
            "resource=ada",
            "resource=acct:",
            "resource=acct:ada",
            "resource=acct:@acme.test",
            "resource=acct:ada@",
            "resource=acct:ada@acme test",
            "resource=acct:ada@acme.test/x",
            "resource=http://",
            "resource=https:acme.test",
            "resource=:x",
            "resource=acct:ada@acme.test&resource=acct:bo@acme.test",
            "resource=acct:a%20b@acme.test",
            "resource=acct:ada@acme.test:99999",
        ] {
            assert_eq!(read(query), None, "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(query in "\\PC{0,80}|resource=acct:[a-z%@:.0-9/&=+]{0,30}") {
            let _ = read(&query);
        }
    }
}
