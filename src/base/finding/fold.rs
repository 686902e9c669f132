//! Letters without what distinguishes them by marks: `é` is found by `e`, `Ё` by `е`, `ß` by `ss`.
//!
//! As SQLite's `unicode61 remove_diacritics 2` and PostgreSQL's `unaccent` do it, in one place. Source of the table: the canonical
//! and compatibility decompositions of Unicode, for Latin, Greek, Cyrillic and Arabic; and letters with a stroke, by custom.

use std::{collections::HashMap, sync::LazyLock};

/// A letter, and what it stands for.
const LETTERS: &[(char, &str)] = &[
    ('a', "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
    ('b', "ƀḃḅḇ"),
    ('c', "çćĉċčḉ"),
    ('d', "ðďđḋḍḏḑḓ"),
    ('e', "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
    ('f', "ḟ"),
    ('g', "ĝğġģǧǵḡ"),
    ('h', "ĥħȟḣḥḧḩḫẖ"),
    ('i', "ìíîïĩīĭįıǐȉȋḭḯỉị"),
    ('j', "ĵǰ"),
    ('k', "ķǩḱḳḵ"),
    ('l', "ĺļľłḷḹḻḽ"),
    ('m', "ḿṁṃ"),
    ('n', "ñńņňǹṅṇṉṋ"),
    ('o', "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
    ('p', "ṕṗ"),
    ('r', "ŕŗřȑȓṙṛṝṟ"),
    ('s', "śŝşšſșṡṣṥṧṩẛ"),
    ('t', "ţťŧțṫṭṯṱẗ"),
    ('u', "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ('v', "ṽṿ"),
    ('w', "ŵẁẃẅẇẉẘ"),
    ('x', "ẋẍ"),
    ('y', "ýÿŷȳẏẙỳỵỷỹ"),
    ('z', "źżžẑẓẕ"),
    ('ʒ', "ǯ"),
    ('α', "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ"),
    ('β', "ϐ"),
    ('ε', "έϵἐἑἒἓἔἕὲέ"),
    ('η', "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ"),
    ('θ', "ϑ"),
    ('ι', "ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ"),
    ('κ', "ϰ"),
    ('ο', "όὀὁὂὃὄὅὸό"),
    ('π', "ϖ"),
    ('ρ', "ϱῤῥ"),
    ('σ', "ςϲ"),
    ('υ', "ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ"),
    ('φ', "ϕ"),
    ('ω', "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ"),
    ('а', "ӑӓ"),
    ('г', "ѓ"),
    ('е', "ѐёӗ"),
    ('ж', "ӂӝ"),
    ('з', "ӟ"),
    ('и', "йѝӣӥ"),
    ('к', "ќ"),
    ('о', "ӧ"),
    ('у', "ўӯӱӳ"),
    ('ч', "ӵ"),
    ('ы', "ӹ"),
    ('э', "ӭ"),
    ('і', "ї"),
    ('ѵ', "ѷ"),
    ('ә', "ӛ"),
    ('ө', "ӫ"),
    ('ا', "آأإ"),
    ('و', "ؤ"),
    ('ي', "ئ"),
];

/// Letters that are two.
const PAIRS: [(char, &str); 14] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('ǣ', "ae"),
    ('ǽ', "ae"),
    ('œ', "oe"),
    ('þ', "th"),
    ('ĳ', "ij"),
    ('ŉ', "n"),
    ('ǆ', "dz"),
    ('ﬀ', "ff"),
    ('ﬁ', "fi"),
    ('ﬂ', "fl"),
    ('ﬃ', "ffi"),
    ('ﬄ', "ffl"),
];

static FOLDED: LazyLock<HashMap<char, char>> =
    LazyLock::new(|| LETTERS.iter().flat_map(|(to, from)| from.chars().map(move |letter| (letter, *to))).collect());

/// Appends `letter` (no ASCII) to `word`: lower case, without marks.
pub(super) fn push(word: &mut String, letter: char) {
    for lower in narrow(letter).to_lowercase().filter(|lower| !is_mark(*lower)) {
        match (PAIRS.iter().find(|(pair, _)| *pair == lower), FOLDED.get(&lower)) {
            (Some((_, both)), _) => word.push_str(both),
            (None, Some(plain)) => word.push(*plain),
            (None, None) => word.push(lower),
        }
    }
}

/// Full-width forms of ASCII (as East Asian keyboards write them) as ASCII.
pub(super) fn narrow(letter: char) -> char {
    match u32::from(letter) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

/// What stands on or in a letter and is left out: combining marks, points of Hebrew and Arabic, joiners, soft hyphens.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}'
        | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_letter_stands_for_stands_for_itself() {
        for (letter, plain) in FOLDED.iter() {
            assert!(plain.is_alphabetic() && !FOLDED.contains_key(plain), "{letter} {plain}");
        }
    }
}
