//! Handles and hosts: `@name@host` in all the ways people and servers write it.
//!
//! Invariant: a host that leaves here is lower case ASCII (punycode) with an optional port, so that
//! two spellings of one host compare equal. Addresses with a scheme are left to the caller.
//! Source: RFC 7565 (acct), UTS 46 through the `url` crate.

use super::limits::{HOST_BYTES_MAX, NAME_BYTES_MAX};
use crate::base::{error::Refusal, sentence::said};

/// Somebody's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Acct {
    /// Name, as written.
    pub name: String,
    /// Host with optional port, normalised by [`host`]; none for this node.
    pub host: Option<String>,
}

impl std::fmt::Display for Acct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.host {
            Some(host) => write!(f, "{}@{host}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Reads `name`, `@name`, `name@host`, `@name@host`, `acct:name@host`, with or without port.
/// Names of other servers: letters, digits, `_`, `.`, `-`; Lemmy also marks a community by `!`.
pub fn acct(typed: &str) -> Result<Acct, Refusal> {
    let typed = typed.trim();
    let bare = typed.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("acct:")).map_or(typed, |_| typed.get(5..).unwrap_or_default());
    let bare = bare.strip_prefix(['@', '!']).unwrap_or(bare);
    let (name, at) = bare.split_once('@').map_or((bare, None), |(name, host)| (name, Some(host)));
    if name.is_empty() {
        return Err(Refusal::invalid("acct", "has no name before the @; write it as name@host"));
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(Refusal::invalid("acct", said!("has a name longer than {max} characters", max = NAME_BYTES_MAX)));
    }
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if !name.chars().all(inner) || name.starts_with(['.', '-']) || name.ends_with(['.', '-']) {
        return Err(Refusal::invalid("acct", "has a name with other characters than letters, digits, _ . and -"));
    }
    Ok(Acct { name: name.to_owned(), host: at.map(host).transpose()? })
}

/// Normalises a host with optional port: lower case, punycode, no trailing dot, no userinfo, no path.
pub fn host(typed: &str) -> Result<String, Refusal> {
    let wrong = || Refusal::invalid("host", "is not a host name; write it as example.org or example.org:8080");
    let (name, port) = match typed.rsplit_once(':') {
        Some((name, port)) if !typed.ends_with(']') => (name, Some(port)),
        _ => (typed, None),
    };
    let port = match port {
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => Some(port.parse::<u16>().map_err(|_| wrong())?),
        Some(_) => return Err(wrong()),
        None => None,
    };
    let ascii = if plainly_a_host(name) { name.to_ascii_lowercase() } else { url::Host::parse(name).map_err(|_| wrong())?.to_string() };
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii);
    if ascii.is_empty() || ascii.len() > HOST_BYTES_MAX {
        return Err(wrong());
    }
    Ok(port.map_or_else(|| ascii.to_owned(), |port| format!("{ascii}:{port}")))
}

/// Letters, digits, hyphens and dots with a letter behind the last dot: needs no IDNA.
fn plainly_a_host(name: &str) -> bool {
    let label =
        |l: &str| !l.is_empty() && !l.starts_with("xn--") && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    name.split('.').all(label) && name.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// Whether a host as typed may be shown so: no label can pass for one in another script (S41).
/// Otherwise show the punycode. Strict: letters that look like Latin ones (Cyrillic, Greek,
/// Armenian, Cherokee, full-width) only in hosts that have no ASCII letters at all.
pub fn looks_honest(host: &str) -> bool {
    if host.is_ascii() {
        return true;
    }
    let latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{df}'..='\u{17f}' if !matches!(c, 'ı' | 'ĸ' | 'ſ'));
    let imitating = |c: char| matches!(c, '\u{180}'..='\u{52f}' | '\u{531}'..='\u{58f}' | '\u{10a0}'..='\u{10ff}' | '\u{13a0}'..='\u{13ff}' | '\u{1d00}'..='\u{2fff}' | '\u{a000}'..='\u{abff}' | '\u{ff00}'..='\u{ffef}');
    let honest = |label: &str| {
        let foreign = label.chars().any(|c| !c.is_ascii() && !latin(c));
        !(foreign && label.chars().any(latin))
    };
    let any_imitating = host.chars().any(imitating) && host.chars().any(|c| c.is_ascii_alphabetic());
    let odd = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | ':')) || c > '\u{ffff}';
    host.split('.').all(honest) && !any_imitating && !host.chars().any(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_write_a_handle_are_read() {
        for typed in ["ada@Garden.example", "@ada@garden.example", "acct:ada@garden.example", " ACCT:ada@garden.example. "] {
            assert_eq!(acct(typed).unwrap().to_string(), "ada@garden.example", "{typed}");
        }
        assert_eq!(acct("ada").unwrap(), Acct { name: "ada".into(), host: None });
        assert_eq!(acct("!valves@acme.localhost:4001").unwrap().host.as_deref(), Some("acme.localhost:4001"));
        assert_eq!(acct("bo@bücher.example").unwrap().host.as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(acct("bo@127.0.0.1:80").unwrap().host.as_deref(), Some("127.0.0.1:80"));
    }

    #[test]
    fn what_is_no_handle_is_refused_with_a_sentence() {
        for typed in
            ["", "@", "@@host", "a b@host", "ada@", "ada@ho st", "ada@host/path", "ada@host:99999", "ada@b@host", "a@host:", "a\u{202e}@h"]
        {
            let refused = acct(typed);
            assert!(refused.is_err(), "{typed} → {refused:?}");
        }
    }

    #[test]
    fn s041_hosts_that_imitate_others_are_not_shown_as_typed() {
        for honest in ["example.com", "bücher.example", "例え.jp", "президент.рф", "localhost:4001"] {
            assert!(looks_honest(honest), "{honest}");
        }
        for imitating in ["pаypal.com", "аррӏе.com", "ｇoogle.com", "goοgle.com", "exam\u{200b}ple.com", "bank.com\u{2044}x.evil"] {
            assert!(!looks_honest(imitating), "{imitating}");
        }
    }
}
