//! Text as the words by which it is found.

use super::fold::{is_mark, narrow, push};
use crate::base::text::limits::cut_bytes;

/// How much of a text is read.
const TEXT_BYTES_MAX: usize = 65_536;
/// Words of one text.
const TOKENS_MAX: usize = 5_000;
/// One word; what is longer is cut, when it is looked for too.
const TOKEN_CHARS_MAX: usize = 64;

/// The words of `text` in their order: lower case, without marks ([`super::fold`]). A word is a run of letters and digits. In
/// scripts that put no spaces between words (Han, kana, hangul, Thai and its neighbours) each character is a word of its own:
/// those that stand side by side are found as a phrase. At most 5,000 words of the first 64 KiB.
pub fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for c in cut_bytes(text, TEXT_BYTES_MAX).chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if is_mark(c) {
            // it belongs to the letter before
        } else if c.is_ascii() || !narrow(c).is_alphanumeric() {
            end(&mut word, &mut found);
        } else if stands_alone(c) {
            end(&mut word, &mut found);
            word.push(c);
            end(&mut word, &mut found);
        } else {
            push(&mut word, c);
        }
        if found.len() >= TOKENS_MAX {
            break;
        }
    }
    end(&mut word, &mut found);
    found.truncate(TOKENS_MAX);
    found
}

/// Whether it is a word of a script without spaces.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0xe00..=0xeff | 0x1000..=0x109f | 0x1100..=0x11ff | 0x1780..=0x17ff | 0x3005..=0x3007 | 0x3040..=0x30ff | 0x3130..=0x318f
        | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff66..=0xff9f
        | 0x1b000..=0x1b16f | 0x20000..=0x3ffff)
}

fn end(word: &mut String, found: &mut Vec<String>) {
    if word.is_empty() {
        return;
    }
    // what a letter becomes in lower case need not be a letter again in every version of Unicode
    let whole = std::mem::take(word);
    let kept: String = whole.chars().filter(|c| c.is_alphanumeric()).take(TOKEN_CHARS_MAX).collect();
    if !kept.is_empty() {
        found.push(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_found_in_every_script_however_they_are_written() {
        for (text, expected) in [
            ("Größe, crème brûlée & Łódź!", "grosse creme brulee lodz"),
            ("Gro\u{308}ße", "grosse"),
            ("Ёлка и ЁЛКА, й и и\u{306}", "елка и елка и и и"),
            ("ΑΘΉΝΑΣ αθήνας", "αθηνασ αθηνασ"),
            ("İstanbul ılık", "istanbul ilik"),
            ("valve_7-b: #Pumps @bo@x.test", "valve 7 b pumps bo x test"),
            ("水道の弁", "水 道 の 弁"),
            ("Ｖａｌｖｅ７水", "valve7 水"),
            ("밸브 2개", "밸 브 2 개"),
            ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
            ("ﬁnal don\u{2019}t", "final don t"),
            ("🎉 -- \u{0}\u{e000}ab", "ab"),
        ] {
            assert_eq!(tokens(text).join(" "), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn words_hold_letters_and_digits_alone_and_are_their_own_words(text in any::<String>()) {
            let found = tokens(&text);
            for token in &found {
                prop_assert!(!token.is_empty() && token.chars().all(char::is_alphanumeric), "{token:?}");
                prop_assert!(!token.chars().any(|c| c.is_ascii_uppercase()));
                let again = tokens(token);
                prop_assert_eq!(again.len(), 1, "{:?}", token);
            }
        }

        #[test]
        fn a_text_is_no_dearer_than_its_bounds(text in "[a水 ]{0,200}") {
            let found = tokens(&text.repeat(400));
            prop_assert!(found.len() <= TOKENS_MAX && found.iter().all(|token| token.chars().count() <= TOKEN_CHARS_MAX));
        }
    }
}
