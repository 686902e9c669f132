//! Names of servers: which URLs are acceptable, who a URL belongs to, and whether two URLs share an origin.
//!
//! For everything that compares or stores a peer. Never compare hosts as strings cut out of a URL: `Acme.example`,
//! `acme.example.` and `acme.example:443` are one server, `acme.example:4443` is another.
//! Invariant: one server has one [`authority`]. Source: FEP-fe34 (origins), WHATWG URL, RFC 3986 §6.2.

use url::Url;

/// Longest URL that we accept from elsewhere, in bytes.
pub const URL_BYTES_MAX: usize = 2048;

/// The origin of a URL: two things with equal origins speak for each other (FEP-fe34).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: String,
    /// The host, lower-case, in punycode, without a trailing dot; IPv6 in brackets.
    pub host: String,
    /// The port, the scheme's own when the URL names none.
    pub port: u16,
}

/// Reads a URL that came from elsewhere as text, strictly: `http` or `https`, written out as `scheme://host…`, at most
/// [`URL_BYTES_MAX`] bytes, no user or password, no blanks, control characters or backslashes (which parsers read in
/// different ways). `None` for anything else.
pub fn parse(text: &str) -> Option<Url> {
    if text.len() > URL_BYTES_MAX || text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return None;
    }
    // the parser would also take `https:host` and `https:///host`
    let (_, rest) = text.split_once("://")?;
    if rest.starts_with(['/', '?', '#', ':', '@']) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    is_plain(&url).then_some(url)
}

/// The origin of `url`; `None` when it is not a plain web address: another scheme, no host, or a user or password in it.
pub fn origin(url: &Url) -> Option<Origin> {
    let (host, port) = parts(url)?;
    Some(Origin { scheme: url.scheme().to_owned(), host: host.to_owned(), port })
}

/// Whether `url` is a plain web address, that is, has an [`origin`].
pub fn is_plain(url: &Url) -> bool {
    parts(url).is_some()
}

/// Whether both are plain web addresses of one origin.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && matches!((parts(one), parts(other)), (Some(one), Some(other)) if one == other)
}

/// The name of the server behind `url`, as peers are called everywhere: the host, lower-case, in punycode, without a trailing
/// dot, with `:port` only when it is not the scheme's own (`acme.example`, `acme.localhost:4001`, `[2001:db8::1]:8080`).
/// `None` where [`origin`] is `None`.
pub fn authority(url: &Url) -> Option<String> {
    let (host, _) = parts(url)?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether `url` carries a user or a password; such a URL is never acceptable.
pub fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Host (without the one trailing dot that names the root) and port of a plain web address.
fn parts(url: &Url) -> Option<(&str, u16)> {
    if !matches!(url.scheme(), "http" | "https") || has_user(url) {
        return None;
    }
    let host = url.host_str()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    let port = url.port_or_known_default().filter(|&port| port != 0)?;
    (!host.is_empty() && !host.ends_with('.')).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAME: &[(&str, &str)] = &[
        ("https://a.example/x", "https://a.example/y"),
        ("https://a.example", "https://a.example:443/"),
        ("http://a.example", "http://a.example:80/"),
        ("https://A.Example/", "https://a.example/"),
        ("HTTPS://a.example/", "https://a.example/"),
        ("https://a.example./", "https://a.example/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://BÜCHER.example/", "https://bücher.example/"),
        ("https://a.example//u/x", "https://a.example/u/x"),
        ("https://a.example/u/x/", "https://a.example/u/x"),
        ("https://a.example/?q=1", "https://a.example/#f"),
        ("https://a%2Eexample/", "https://a.example/"),
        ("https://a。example/", "https://a.example/"),
        ("https://a.example:08443/", "https://a.example:8443/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f000001/", "http://127.0.0.1/"),
        ("http://[::0:1]/", "http://[::1]/"),
    ];
    const OTHER: &[(&str, &str)] = &[
        ("https://a.example/", "http://a.example/"),
        ("https://a.example/", "https://a.example:4443/"),
        ("https://a.example/", "https://a.example:80/"),
        ("http://a.example:443/", "https://a.example/"),
        ("https://a.example/", "https://b.a.example/"),
        ("https://a.example/", "https://a.example.evil.test/"),
        ("https://a.example/", "https://evil.test/a.example"),
        ("https://a.example/", "https://evil.test?a.example"),
        ("https://a.example/", "https://evil.test#a.example"),
        ("https://a.example/", "https://aa.example/"),
        ("https://a.example/", "https://а.example/"), // Cyrillic а
        ("https://a.example/", "https://a-example/"),
        ("https://[::1]/", "https://127.0.0.1/"),
        ("https://acme.localhost:4001/", "https://acme.localhost:4002/"),
        ("https://acme.localhost:4001/", "https://boltco.localhost:4001/"),
    ];
    const REFUSED: &[&str] = &[
        "https://u@a.example/",
        "https://u:p@a.example/",
        "https://:p@a.example/",
        "https://a.example@evil.test/",
        "https://a.example\\@evil.test/",
        "https://a.example\\.evil.test/",
        "https:\\\\a.example/",
        "https:a.example/",
        "https:///a.example/",
        "https:////a.example/",
        "https://a.exa\tmple/",
        "https://a.exa\nmple/",
        "https://a.example/\r\nHost: evil.test",
        " https://a.example/",
        "https://a.example/ ",
        "https://a .example/",
        "https://a.example../",
        "https://./",
        "https://",
        "https://:443/",
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:-1/",
        "//a.example/",
        "/a.example/",
        "a.example",
        "",
        "file:///etc/passwd",
        "file://a.example/etc/passwd",
        "data:text/plain,x",
        "gopher://a.example/",
        "ftp://a.example/",
        "javascript://a.example/%0aalert(1)",
        "blob:https://a.example/1",
        "https://a.example%00.evil.test/",
        "https://xn--/",
    ];

    fn read(text: &str) -> Url {
        parse(text).unwrap_or_else(|| panic!("{text} should be read"))
    }

    #[test]
    fn s038_equal_origins_are_seen_through_every_spelling() {
        for (one, other) in SAME {
            assert!(same_origin(&read(one), &read(other)), "{one} and {other}");
            assert_eq!(authority(&read(one)), authority(&read(other)), "{one} and {other}");
        }
    }

    #[test]
    fn s038_different_origins_are_never_taken_for_one() {
        for (one, other) in OTHER {
            assert!(!same_origin(&read(one), &read(other)), "{one} and {other}");
        }
    }

    #[test]
    fn s038_ambiguous_texts_are_not_urls() {
        for text in REFUSED {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX))), None);
    }

    #[test]
    fn a_url_with_a_user_has_no_origin_even_when_parsed_elsewhere() {
        let url = Url::parse("https://a.example@b.example/").unwrap();
        assert_eq!((origin(&url), authority(&url), same_origin(&url, &url)), (None, None, false));
    }

    #[test]
    fn an_authority_names_only_unusual_ports() {
        for (text, expected) in [
            ("https://Acme.Example:443/u/ada", "acme.example"),
            ("http://acme.localhost:4001/u/ada", "acme.localhost:4001"),
            ("http://acme.example.:8080", "acme.example:8080"),
            ("https://bücher.example", "xn--bcher-kva.example"),
            ("http://[2001:DB8::1]:8080/", "[2001:db8::1]:8080"),
        ] {
            assert_eq!(authority(&read(text)).as_deref(), Some(expected));
        }
    }

    proptest! {
        #[test]
        fn reading_any_text_never_panics_and_what_is_read_has_an_authority(text in "\\PC{0,60}|https?:[/\\\\]{0,4}[a-zA-Z0-9.:@%#?-]{0,30}") {
            if let Some(url) = parse(&text) {
                prop_assert!(authority(&url).is_some());
                prop_assert!(same_origin(&url, &url));
            }
        }
    }
}
