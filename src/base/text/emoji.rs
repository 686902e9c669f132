//! Emoji in texts: whether a text is one, and which shortcodes of custom ones stand in it.

/// Longest emoji of Unicode, in scalar values: families and flags have many.
const EMOJI_CHARS_MAX: usize = 14;

/// Whether a text is one emoji of Unicode, as far as its code points say.
pub fn is_emoji(text: &str) -> bool {
    let is_keycap = text.contains('\u{20e3}');
    let is_picture = |c: char| {
        matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}'
            | '\u{24c2}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}'
            | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
    };
    let joins = |c: char| matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}');
    let is_key = |c: char| is_keycap && (c.is_ascii_digit() || matches!(c, '#' | '*'));
    let is_bounded = (1..=EMOJI_CHARS_MAX).contains(&text.chars().count());
    is_bounded && text.chars().any(|c| is_picture(c) || is_key(c)) && text.chars().all(|c| is_picture(c) || joins(c) || is_key(c))
}

/// Longest shortcode (S85).
const SHORTCODE_BYTES_MAX: usize = 64;
/// Shortcodes that are looked for in one text.
const SHORTCODES_MAX: usize = 64;

/// Shortcodes that stand between colons in a text (`:valve:`), each once, in order. Letters, digits and underscores; no letter,
/// digit or colon stands right before or behind (Mastodon's `CustomEmoji::SCAN_RE`). Linear in the length of the text.
pub fn shortcodes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let is_code = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_near = |c: char| c.is_alphanumeric() || c == ':';
    let mut behind = 0;
    for (at, _) in text.match_indices(':') {
        let (Some(before), Some(rest)) = (text.get(..at), text.get(at + 1..)) else { continue };
        if at < behind || before.ends_with(is_near) {
            continue;
        }
        let length = rest.bytes().take(SHORTCODE_BYTES_MAX + 1).take_while(|byte| is_code(char::from(*byte))).count();
        let (Some(code), Some(after)) = (rest.get(..length), rest.get(length..).and_then(|after| after.strip_prefix(':'))) else {
            continue;
        };
        if !(1..=SHORTCODE_BYTES_MAX).contains(&length) || after.starts_with(is_near) {
            continue;
        }
        behind = at + length + 2;
        if !found.iter().any(|known| known == code) && found.len() < SHORTCODES_MAX {
            found.push(code.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shortcodes_stand_between_colons_and_apart_from_words() {
        for (text, codes) in [
            ("a :valve: b", &["valve"][..]),
            (":a::b:", &[]),
            (":a: :b: :a:", &["a", "b"]),
            ("10:30:45", &[]),
            ("http://x:80/:valve:", &["valve"]),
            ("x:valve:", &[]),
            (":valve:x", &[]),
            (":no way:", &[]),
            ("::", &[]),
            (":", &[]),
            ("(:valve:)", &["valve"]),
            ("ü:valve:", &[]),
        ] {
            assert_eq!(shortcodes(text), codes, "{text}");
        }
        assert_eq!(shortcodes(&format!(":{}:", "x".repeat(65))), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn every_shortcode_found_stands_in_the_text(text in "[a-z:_ü ]{0,40}") {
            for code in shortcodes(&text) {
                let between = format!(":{code}:");
                prop_assert!(text.contains(&between));
            }
        }
    }
}
