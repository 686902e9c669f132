//! The pages say the same in every language, and nothing that they ask for is missing.

use crate::web::language::{FILES, Language};
use fluent_bundle::FluentResource;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Messages whose keys are put together from a prefix and a word; all else stands in the sources as it is.
const PUT_TOGETHER: &[&str] =
    &["administering-step-", "administering-word-", "communities-done-", "communities-word-", "entering-role-", "month-"];

/// The messages of a file with the names of what stands in each.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let read = FluentResource::try_new(text.to_owned()).map_err(|(_, problems)| problems);
    read.unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    let mut at = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once('=').filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic())) {
            at = key.trim().to_owned();
            assert!(found.insert(at.clone(), BTreeSet::new()).is_none(), "{at} stands there twice");
        }
        let names = line.split('$').skip(1).map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or_default());
        // The number beside its shown form: which of both a language needs is its own affair.
        let names = names.map(|name| name.trim_end_matches("-shown").to_owned()).collect::<Vec<_>>();
        if let Some(held) = found.get_mut(&at) {
            held.extend(names);
        }
    }
    found
}

fn all(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (key, names) in files.iter().flat_map(|file| messages(file)) {
        assert!(found.insert(key.clone(), names).is_none(), "{key} stands in two files");
    }
    found
}

#[test]
fn every_language_has_every_message_with_the_same_in_it() {
    let [(_, english), rest @ ..] = FILES;
    for (nth, file) in english.iter().enumerate() {
        for (language, files) in rest {
            let (ours, theirs) = (messages(file), messages(files[nth]));
            for (key, names) in &ours {
                assert_eq!(theirs.get(key), Some(names), "{key} in {}", language.code());
            }
            assert_eq!(ours.len(), theirs.len(), "{} has more in file {nth}", language.code());
        }
    }
}

/// The sources of the pages: templates and code.
fn sources() -> String {
    fn gather(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "html" || ending == "rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"), &mut text);
    text
}

#[test]
fn what_the_pages_ask_for_is_there_and_what_is_there_is_asked_for() {
    let (text, there) = (sources(), all(&FILES[0].1));
    for call in ["say(\"", "name(\"", "names(\"", "count(\"", "count_of(\""] {
        for asked in text.split(&format!("frame.{call}")).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(there.contains_key(asked), "{asked} has no words");
            assert!(Language::ALL.iter().all(|language| language.knows(asked)), "{asked}");
        }
    }
    let asked: BTreeSet<&str> = text.split('"').collect();
    let unused = there.keys().filter(|key| !asked.contains(key.as_str()) && !PUT_TOGETHER.iter().any(|prefix| key.starts_with(prefix)));
    assert_eq!(unused.collect::<Vec<_>>(), Vec::<&String>::new(), "nobody says these");
}
