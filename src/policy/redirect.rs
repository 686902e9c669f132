//! Redirect URIs of OAuth clients: which may be registered, and how the answer is sent there.
//!
//! They are kept and compared byte for byte (RFC 9700 §2.1). Mobile apps register schemes of their
//! own, also with nothing behind them (`icecubesapp://`). Source: RFC 6749 §3.1.2, client-api.md 3.

use crate::base::{
    error::Refusal,
    sentence::{Sentence, said},
};

/// Shows the code on a page instead of sending it anywhere.
pub const OOB: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Longest redirect URI, in bytes.
const BYTES_MAX: usize = 2000;

/// Schemes that run or show something in the browser itself rather than lead to an app.
const RUNNABLE: [&str; 12] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ws", "wss", "ftp", "mailto"];

/// Refuses what must not be registered: no scheme, a scheme that runs, a fragment, a user name or
/// password, anything but printable ASCII.
pub fn may_register(uri: &str) -> Result<(), Refusal> {
    let wrong = |problem: Sentence| Err(Refusal::invalid("redirect_uris", problem));
    if uri == OOB {
        return Ok(());
    }
    if uri.is_empty() || uri.len() > BYTES_MAX || !uri.bytes().all(|b| b.is_ascii_graphic()) || uri.contains(['\\', '<', '>', '"']) {
        return wrong(said!("must be a URI of printable ASCII characters"));
    }
    let Some((scheme, rest)) = uri.split_once(':') else { return wrong(said!("must be an absolute URI")) };
    let named =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let scheme = scheme.to_ascii_lowercase();
    if !named || RUNNABLE.contains(&scheme.as_str()) || (scheme == "urn") {
        return wrong(said!("must have the scheme https, http, or one of the app's own"));
    }
    if rest.contains('#') {
        return wrong(said!("must have no fragment"));
    }
    if matches!(scheme.as_str(), "http" | "https") {
        let parsed = url::Url::parse(uri).ok().filter(|_| rest.starts_with("//") && !authority(rest).is_empty());
        let Some(url) = parsed else { return wrong(said!("must be a whole web address")) };
        if !url.username().is_empty() || url.password().is_some() || authority(rest).contains('@') {
            return wrong(said!("must have no user name or password"));
        }
    }
    Ok(())
}

/// What stands between `//` and the next slash, as typed: parsers forgive an empty one.
fn authority(rest: &str) -> &str {
    rest.strip_prefix("//").unwrap_or_default().split(['/', '?']).next().unwrap_or_default()
}

/// `uri` with these parameters added to its query, its own bytes kept as they are.
pub fn with(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    let joint = match uri {
        _ if uri.ends_with(['?', '&']) => "",
        _ if uri.contains('?') => "&",
        _ => "?",
    };
    format!("{uri}{joint}{}", query.finish())
}

/// Where the answer goes, as people can judge it: a host, or the scheme of an app.
pub fn shown(uri: &str) -> String {
    match url::Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "http" | "https")) {
        Some(url) => url.authority().to_owned(),
        None => format!("an app on this device ({})", uri.split(':').next().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s101_what_runs_or_hides_is_never_registered() {
        for bad in [
            "",
            "/back",
            "//e.test",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "https://a.test/#x",
            "https://u:p@a.test/",
            "https://u@a.test",
            "https://a.test/ b",
            "https:\\\\a.test",
            "https:a.test",
            "http:///x",
            "https://a.test/\nb",
            "vbscript:x",
            "urn:x:y",
            "https://@a.test/",
            "https://ä.test/",
            "file:///etc/passwd",
        ] {
            assert!(may_register(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn real_clients_redirects_are_registered() {
        for good in [
            OOB,
            "icecubesapp://",
            "mastodon-android-auth://callback",
            "oauth2redirect://com.keylesspalace.tusky/",
            "https://phanpy.social/",
            "https://elk.test/api/a.test/oauth/https%3A%2F%2Felk.test",
            "http://localhost:5173/cb?x=1",
            "com.example.app:/back",
        ] {
            assert!(may_register(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn parameters_are_added_without_touching_the_uri() {
        assert_eq!(with("icecubesapp://", &[("code", "a"), ("state", "")]), "icecubesapp://?code=a");
        assert_eq!(with("https://a.test/%2F?x=1", &[("code", "a b"), ("state", "&")]), "https://a.test/%2F?x=1&code=a+b&state=%26");
    }
}
