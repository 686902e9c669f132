//! Where a web address ends in running text.
//!
//! Wider than RFC 3986 (any script, brackets in pairs), as people paste what their browser shows;
//! narrower at the end, where punctuation belongs to the sentence. Source: twitter-text's habits.

use super::limits::URL_BYTES_MAX;

/// Length of the address at the start of `text`, or how many bytes were looked at in vain.
/// Closing punctuation is left out, and closing brackets that were not opened in the address.
pub(super) fn length(text: &str) -> Result<usize, usize> {
    let begins = |scheme: &&str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = ["https://", "http://"].into_iter().find(begins).ok_or(0usize)?.len();
    let rest = text.get(scheme..).unwrap_or_default();
    if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return Err(scheme);
    }
    let (mut round, mut square) = (0i32, 0i32);
    let mut end = scheme;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => round += 1,
            ')' => round -= 1,
            '[' => square += 1,
            ']' => square -= 1,
            _ => {}
        }
        if round < 0 || square < 0 || ends_url(c) {
            break;
        }
        let next = scheme + at + c.len_utf8();
        if next > URL_BYTES_MAX {
            return Err(next);
        }
        if !may_follow_url(c) {
            end = next;
        }
    }
    let parsed = text.get(..end).and_then(|address| url::Url::parse(address).ok());
    if parsed.is_some_and(|url| url.host_str().is_some_and(|host| !host.is_empty())) { Ok(end) } else { Err(end) }
}

/// No part of an address.
fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^') || is_hidden(c)
}

/// Part of an address only when more of it follows.
fn may_follow_url(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '(' | '[' | '…' | '。' | '、' | '，' | '」' | '”' | '’')
}

/// Characters that are not seen and could hide where an address leads.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
