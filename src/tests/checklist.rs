//! FEDERATION.md and the tests against the lists that they answer: each line of ActivityPub's checklist is shown by a test
//! (`ap007_…`) or decided in the table there, and each FEP that the source names stands there too (FEP-67ff).

use super::source::{File, files_below, is_word};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The lines of the checklist that bind between servers.
const LINES: std::ops::RangeInclusive<u32> = 1..=82;
/// Those of the client protocol, which is not offered.
const CLIENT_LINES: std::ops::RangeInclusive<u32> = 83..=90;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<File> {
    let folders = ["src", "federation-tests/src", "federation-tests/tests"];
    folders.iter().map(|folder| root().join(folder)).filter(|folder| folder.is_dir()).flat_map(|folder| files_below(&folder)).collect()
}

/// The names of the tests in `text`.
fn tests_in(text: &str) -> Vec<&str> {
    let after = |mark: &'static str| text.match_indices(mark).map(move |(at, _)| &text[at..]);
    let marked = after("#[test]").chain(after("#[tokio::test"));
    let names = marked.filter_map(|rest| rest.split_once("fn ")).map(|(_, rest)| &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())]);
    names.collect()
}

/// The lines of the checklist in a name: `s030_ap007_ap081_…` says 7 and 81.
fn lines_in(name: &str) -> impl Iterator<Item = u32> + '_ {
    let number = |part: &str| part.strip_prefix("ap").filter(|digits| matches!(digits.len(), 2 | 3)).and_then(|digits| digits.parse().ok());
    name.split('_').filter_map(number)
}

/// The FEPs in a text, as `FEP-67ff` or `fep_67ff_…`.
fn feps_in(text: &str) -> BTreeSet<String> {
    let after = |mark: &'static str| text.match_indices(mark).map(move |(at, _)| &text[at + mark.len()..]);
    let slugs = after("FEP-").chain(after("fep_")).filter_map(|rest| rest.get(..4));
    slugs.filter(|slug| slug.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))).map(str::to_owned).collect()
}

/// What stands below a heading of FEDERATION.md, up to the next of its rank.
fn section(heading: &str) -> String {
    let text = fs::read_to_string(root().join("FEDERATION.md")).unwrap();
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("FEDERATION.md has no {heading}"));
    let rank = heading.split(' ').next().unwrap_or_default();
    let rest = &text[start + heading.len() + 2..];
    rest[..rest.find(&format!("\n{rank} ")).unwrap_or(rest.len())].to_owned()
}

/// The lines that the table decides.
fn decided() -> BTreeSet<u32> {
    let table = section("## Decisions on the checklist");
    let cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |")).map(|(cell, _)| cell);
    let numbers = cells.flat_map(|cell| cell.split(", ")).filter_map(|part| match part.split_once(" to ") {
        Some((first, last)) => Some(first.parse().ok()?..=last.parse().ok()?),
        None => part.parse().ok().map(|one: u32| one..=one),
    });
    numbers.flatten().collect()
}

#[test]
fn every_line_of_the_checklist_is_tested_or_decided() {
    let mut tested: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for file in sources() {
        for name in tests_in(&file.text) {
            lines_in(name).for_each(|line| tested.entry(line).or_default().push(format!("{}: {name}", file.path)));
        }
    }
    let decided = decided();
    let open: Vec<u32> = LINES.chain(CLIENT_LINES).filter(|line| !tested.contains_key(line) && !decided.contains(line)).collect();
    assert!(open.is_empty(), "neither tested nor decided in FEDERATION.md: {open:?}");
    let unknown: Vec<_> = tested.keys().chain(&decided).filter(|line| !LINES.contains(line) && !CLIENT_LINES.contains(line)).collect();
    assert!(unknown.is_empty(), "the checklist has no such lines: {unknown:?}");
}

#[test]
fn fep_67ff_federation_md_names_protocols_and_every_fep_that_the_source_does() {
    let protocols = section("## Supported federation protocols and standards");
    for name in ["ActivityPub", "WebFinger", "NodeInfo", "HTTP signatures", "RFC 9421"] {
        assert!(protocols.contains(name), "{name}");
    }
    let listed: BTreeSet<String> = feps_in(&section("## Supported FEPs"));
    let known: BTreeSet<String> = listed.union(&feps_in(&section("## Not there yet"))).cloned().collect();
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    for file in sources().iter().filter(|file| file.path != "tests/checklist.rs") {
        for fep in feps_in(&file.text).difference(&known) {
            missing.entry(fep.clone()).or_insert_with(|| file.path.clone());
        }
    }
    assert!(missing.is_empty(), "not in FEDERATION.md: {missing:?}");
    let linked = section("## Supported FEPs");
    let unlinked: Vec<&String> = listed.iter().filter(|fep| !linked.contains(&format!("/fep/{fep}/fep-{fep}.md)"))).collect();
    assert!(unlinked.is_empty(), "named without a link: {unlinked:?}");
}

#[test]
fn names_and_numbers_are_read_as_they_are_written() {
    let text = "#[tokio::test(flavor = \"x\")]\nasync fn s030_ap007_ap081_a() {}\n#[test]\n#[ignore]\nfn ap82_fep_8fcf_b() {}\nfn ap003_no_test() {}";
    assert_eq!(tests_in(text), ["ap82_fep_8fcf_b", "s030_ap007_ap081_a"]);
    assert_eq!(tests_in(text).into_iter().flat_map(lines_in).collect::<Vec<_>>(), [82, 7, 81]);
    assert_eq!(lines_in("apis_answer_like_apple_ap1_ap1234").count(), 0);
    assert_eq!(feps_in("FEP-67ff, fep_8fcf_x, FEP-xyzw, FEP-1b1").into_iter().collect::<Vec<_>>(), ["67ff", "8fcf"]);
}
