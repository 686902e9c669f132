//! Reads Rust source as far as the plan of the house needs it: code without comments, strings and
//! tests, and the paths that it names. Not a parser; what it cannot see is in the review's hands.

use std::{fs, path::Path};

/// One file: its path below the folder that was read, with `/`, and its text.
pub(super) struct File {
    pub path: String,
    pub text: String,
}

/// Every Rust file below `folder`.
pub(super) fn files_below(folder: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.push(File { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// `text` up to its test module at the bottom.
pub(super) fn without_tests(text: &str) -> &str {
    for (at, mark) in text.match_indices("#[cfg(test)]") {
        let rest = &text[at + mark.len()..];
        let item = &rest[..rest.find(['{', ';']).unwrap_or(rest.len())];
        if item.trim_start().starts_with("mod ") || item.contains("\nmod ") {
            return &text[..at];
        }
    }
    text
}

/// `text` with comments and the contents of strings and characters blanked; line ends stay.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after_word = code.ends_with(is_word);
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            'r' | 'b' | 'c' if !after_word => raw_string(rest),
            '\'' => character(rest),
            _ => 0,
        };
        let (gone, kept) = if skipped > 0 { (&rest[..skipped], " ") } else { ("", &rest[..c.len_utf8()]) };
        code.push_str(kept);
        code.extend(gone.chars().filter(|c| *c == '\n'));
        rest = &rest[skipped.max(c.len_utf8())..];
    }
    code
}

/// Length of the nested block comment at the start of `text`.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        depth += i32::from(text[at..].starts_with("/*"));
        depth -= i32::from(text[at..].starts_with("*/"));
        if depth == 0 {
            return (at + 2).min(text.len());
        }
    }
    text.len()
}

/// Length of the string in double quotes at the start of `text`.
fn string(text: &str) -> usize {
    let mut escaped = true; // the opening quote does not close
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of a raw or byte string at the start of `text`; 0 if none begins here.
fn raw_string(text: &str) -> usize {
    let prefix = text.find(|c| !matches!(c, 'r' | 'b' | 'c')).unwrap_or(0);
    let hashes = text[prefix..].find(|c| c != '#').unwrap_or(0);
    let open = prefix + hashes;
    if prefix > 2 || !text[open..].starts_with('"') {
        return 0;
    }
    if !text[..prefix].contains('r') {
        return if hashes == 0 { prefix + string(&text[prefix..]) } else { 0 };
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[open + 1..].find(&close).map_or(text.len(), |at| open + 1 + at + close.len())
}

/// Length of the character at the start of `text`; 0 if it is a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((escaped, _))) => text[escaped + 1..].find('\'').map_or(0, |at| escaped + at + 2),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// Whether `c` may stand in a name.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of `code`, each with what stands before and after it.
pub(super) fn words(code: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    code.split(|c| !is_word(c)).filter(|word| !word.is_empty()).map(move |word| {
        let at = word.as_ptr() as usize - code.as_ptr() as usize;
        (&code[..at], word, &code[at + word.len()..])
    })
}

/// The paths of our own that `code` names, from the root of the crate: `crate::a::{b, c}` and, in
/// `a/x.rs`, `super::{b, c}` give `[a, b]` and `[a, c]`.
pub(super) fn own_paths(path: &str, code: &str) -> Vec<Vec<String>> {
    let module: Vec<&str> = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect();
    let mut paths = Vec::new();
    for (before, word, after) in words(code) {
        let continued = before.trim_end().ends_with("super::") || before.trim_end().ends_with("self::");
        let Some(after) = after.strip_prefix("::").filter(|_| !continued) else { continue };
        let (mut base, mut rest) = match word {
            "crate" => (Vec::new(), after),
            "self" => (module.clone(), after),
            "super" => (module[..module.len() - 1].to_vec(), after),
            _ => continue,
        };
        while let Some(above) = rest.strip_prefix("super::") {
            base.pop();
            rest = above;
        }
        expand(&base.into_iter().map(str::to_owned).collect::<Vec<_>>(), rest, &mut paths);
    }
    paths
}

/// Follows `rest` from `base` through names and groups, and adds each whole path.
fn expand(base: &[String], rest: &str, paths: &mut Vec<Vec<String>>) {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        for item in items(group) {
            expand(base, item, paths);
        }
        return;
    }
    let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
    let path = [base, &[name.to_owned()][..usize::from(!name.is_empty() && name != "self")]].concat();
    match rest[name.len()..].strip_prefix("::") {
        Some(further) if !name.is_empty() => expand(&path, further, paths),
        _ if path.is_empty() => {}
        _ => paths.push(path),
    }
}

/// The items of a group whose opening brace has been read.
fn items(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return [found, vec![&group[start..at]]].concat(),
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn comments_strings_and_characters_are_not_code() {
    let text = "a /* b /* c */ d */ e // f\ng \"h \\\" i\" 'j' '\\'' '\\u{1F600}' &'k str r#\"l \" m\"# b\"n\" for\"o\" br\"p\" é '{' q";
    let code = code_only(text);
    let seen: Vec<&str> = words(&code).map(|(_, word, _)| word).collect();
    assert_eq!(seen, ["a", "e", "g", "k", "str", "for", "é", "q"]);
    assert_eq!(code.lines().count(), text.lines().count());
}

#[test]
fn paths_are_followed_through_groups_and_upwards() {
    let code = "use crate::{a::{self, b}, c::d::E}; use super::x; self::y(); super::super::z::f(); mycrate::no; pub(crate) fn g() {}";
    let found: Vec<String> = own_paths("r/s/t.rs", code).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a", "a::b", "c::d::E", "r::s::x", "r::s::t::y", "r::z::f"]);
    assert_eq!(own_paths("r/s/mod.rs", "use super::x;"), [["r", "x"]]);
}

#[test]
fn only_the_test_module_is_cut_off() {
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests { b }"), "a\n");
    assert_eq!(without_tests("a\n#[cfg(test)]\n#[allow(x)]\nmod tests;"), "a\n");
    assert_eq!(without_tests("a\n#[cfg(test)]\nfn b() {}\nc"), "a\n#[cfg(test)]\nfn b() {}\nc");
}
