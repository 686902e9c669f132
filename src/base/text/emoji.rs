//! Whether a text is one emoji.

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
