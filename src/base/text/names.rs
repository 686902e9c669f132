//! Names people choose: user names of this node, display names.
//!
//! Invariant: no user name of this node can be taken for another or for an address of the node;
//! no display name can turn text round, hide in it, or wear the mark of a verified organisation (S41).

use super::limits::{LOCAL_NAME_CHARS_MAX, cut_chars};
use crate::base::{error::Refusal, sentence::said};

/// Names nobody may take: addresses of the node, and words that would speak in its name.
/// People, communities and these share one name space (decisions, 3).
const RESERVED: [&str; 66] = [
    "about",
    "abuse",
    "account",
    "accounts",
    "actor",
    "activities",
    "admin",
    "administrator",
    "administration",
    "all",
    "anonymous",
    "api",
    "assets",
    "auth",
    "c",
    "channel",
    "communities",
    "community",
    "contact",
    "default",
    "everyone",
    "explore",
    "followers",
    "following",
    "healthz",
    "help",
    "home",
    "here",
    "host",
    "hostmaster",
    "inbox",
    "info",
    "instance",
    "intermoot",
    "invite",
    "localhost",
    "login",
    "logout",
    "mail",
    "media",
    "metrics",
    "moderator",
    "mod",
    "nodeinfo",
    "null",
    "oauth",
    "org",
    "organisation",
    "organization",
    "outbox",
    "owner",
    "p",
    "postmaster",
    "public",
    "readyz",
    "root",
    "search",
    "security",
    "settings",
    "signup",
    "staff",
    "support",
    "system",
    "u",
    "undefined",
    "webmaster",
];

/// The user name in the form it is stored: lower case, `[a-z0-9_]`, at most 30 characters, not a
/// reserved word, not the name of the node. `node_host` is the host of `server.url`, with or
/// without port.
pub fn local_name(typed: &str, node_host: &str) -> Result<String, Refusal> {
    let name = typed.trim().trim_start_matches('@').to_ascii_lowercase();
    if name.is_empty() {
        return Err(Refusal::invalid("username", "must not be empty"));
    }
    if name.chars().count() > LOCAL_NAME_CHARS_MAX {
        return Err(Refusal::invalid("username", said!("must not be longer than {max} characters", max = LOCAL_NAME_CHARS_MAX)));
    }
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(Refusal::invalid("username", "may hold only letters a to z, digits and underscores"));
    }
    if !name.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Err(Refusal::invalid("username", "must hold a letter or digit"));
    }
    if is_reserved(&name, node_host) {
        return Err(Refusal::invalid("username", "is reserved"));
    }
    Ok(name)
}

/// Whether a name belongs to the node itself, also when spelled with look-alikes or underscores.
pub fn is_reserved(name: &str, node_host: &str) -> bool {
    let wanted = bare(&skeleton(name));
    let host = node_host.split(':').next().unwrap_or_default();
    let first = host.split('.').next().unwrap_or_default();
    let www = wanted == "www" || wanted == bare(&skeleton("www"));
    www || RESERVED.iter().chain([&host, &first]).any(|word| bare(&skeleton(word)) == wanted)
}

/// A form equal for names that look alike: `0` and `o`, `1` and `l`, `vv` and `w`, `rn` and `m`.
/// Two people of one node may not have the same skeleton. Names are shown in lower case, where `i` and `l` differ.
pub fn skeleton(name: &str) -> String {
    name.to_ascii_lowercase().replace('0', "o").replace('1', "l").replace("vv", "w").replace("rn", "m")
}

fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A display name, title or other single line fit to show: control characters, direction marks,
/// invisible characters and check marks (they mean "verified") are taken out, spaces are joined,
/// combining marks limited to four in a row, the whole cut to `chars_max` characters. May be empty.
pub fn display_name(typed: &str, chars_max: usize) -> String {
    let mut clean = String::with_capacity(typed.len().min(chars_max * 4));
    let mut marks = 0;
    let (mut last, mut space) = (' ', false);
    let mut chars = typed.chars().take(chars_max.saturating_mul(8)).peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        let joins = joins(last, c, chars.peek().copied());
        if c.is_control() || is_check_mark(c) || (is_invisible(c) && !joins) {
            continue;
        }
        marks = if matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}') {
            marks + 1
        } else {
            0
        };
        if marks > 4 {
            continue;
        }
        if space && !clean.is_empty() {
            clean.push(' ');
        }
        space = false;
        clean.push(c);
        last = c;
    }
    cut_chars(&clean, chars_max).trim_end().to_owned()
}

/// Text of several lines fit to show: as [`display_name`], but lines, spaces and check marks stay.
pub fn free_text(typed: &str, chars_max: usize) -> String {
    let hidden = |c: char| (c.is_control() && c != '\n' && c != '\t') || is_turning(c);
    let clean: String = typed.replace("\r\n", "\n").chars().filter(|c| !hidden(*c)).collect();
    cut_chars(clean.trim(), chars_max).to_owned()
}

/// `text` without check marks, which mean "verified"; all else stays.
pub fn without_check_marks(text: &str) -> String {
    text.chars().filter(|c| !is_check_mark(*c)).collect()
}

/// Marks that turn the direction of what follows.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(c: char) -> bool {
    is_turning(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Joiners that a script or an emoji needs: ZWJ between emoji, ZWNJ between Arabic letters.
fn joins(last: char, c: char, next: Option<char>) -> bool {
    let emoji = |c: char| matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}') && !is_check_mark(c);
    let arabic = |c: char| matches!(c, '\u{620}'..='\u{6ff}');
    match c {
        '\u{200d}' => emoji(last) && next.is_some_and(emoji),
        '\u{200c}' => arabic(last) && next.is_some_and(arabic),
        _ => false,
    }
}

fn is_check_mark(c: char) -> bool {
    matches!(c, '\u{2611}' | '\u{2705}' | '\u{2713}' | '\u{2714}' | '\u{221a}' | '\u{1f5f8}' | '\u{1f5f9}' | '\u{1f5f3}' | '\u{1fbb1}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s041_user_names_are_plain_ascii_and_not_the_nodes_own() {
        let name = |typed| local_name(typed, "acme.example:8443");
        assert_eq!(name("@Ada_1").unwrap(), "ada_1");
        for refused in
            ["", "pаt", "a b", "a.b", "a-b", "___", "ad\u{200b}a", "ａda", "admin", "0rg", "Adrnin", "_root_", "acme", "vvvvvv", "www"]
        {
            assert!(name(refused).is_err(), "{refused}");
        }
        assert!(name(&"a".repeat(31)).is_err());
        assert_eq!(skeleton("b0b"), skeleton("bob"));
        assert_ne!(skeleton("ian"), skeleton("lan"));
    }

    #[test]
    fn s041_display_names_hide_nothing_and_wear_no_badge() {
        assert_eq!(display_name("  Ada\u{202e}  Byron\n\u{200b} ✔\u{fe0f}✅", 100).trim_end_matches('\u{fe0f}').trim_end(), "Ada Byron");
        assert_eq!(display_name("👩\u{200d}💻 مى\u{200c}خواهم", 100), "👩\u{200d}💻 مى\u{200c}خواهم");
        assert_eq!(display_name("\u{3164}\u{2800}", 100), "");
        assert!(display_name(&format!("Z{}", "\u{301}".repeat(50)), 100).chars().count() <= 5);
        assert_eq!(free_text("a\r\nb\u{202e}\u{0}", 10), "a\nb");
    }

    proptest! {
        #[test]
        fn s041_no_input_leaves_control_or_direction_marks(typed in ".{0,80}", max in 1usize..60) {
            let shown = display_name(&typed, max);
            prop_assert!(shown.chars().count() <= max);
            prop_assert!(!shown.chars().any(|c| c.is_control() || is_turning(c) || is_check_mark(c)));
            prop_assert_eq!(display_name(&shown, max), shown);
        }
    }
}
