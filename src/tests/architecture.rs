//! The plan of the house, kept true: who may import whom, what may stand where, how long a file may be.
//!
//! The tables below are the plan; `ARCHITECTURE.md` refers to them.

use super::source::{File, code_only, files_below, is_word, own_paths, without_tests, words};
use std::path::Path;

/// Floors from the ground up. A file may import from its own room and from floors below, never from
/// a room beside or above it.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["policy"],
    &["net", "media"],
    &["store"],
    &["features"],
    &["app"],
    &["federation", "api", "web", "outreach"],
    &["server"],
    &["cli"],
    &["fuzz"],
];

/// Inside `features`, a room may use only those named before it.
const FEATURES: &[&str] = &[
    "tombstones",
    "peers",
    "audit",
    "mod_log",
    "accounts",
    "affiliations",
    "agreements",
    "rosters",
    "deliveries",
    "backfills",
    "sessions",
    "relationships",
    "communities",
    "policies",
    "memberships",
    "invitations",
    "scheduled",
    "drafts",
    "off_boarding",
    "polls",
    "push",
    "quotes",
    "media",
    "posts",
    "previews",
    "reactions",
    "moderation",
    "administering",
    "filters",
    "lists",
    "tags",
    "timelines",
    "conversations",
    "suggestions",
    "collections",
    "emojis",
    "appearance",
    "announcements",
    "trends",
    "notifications",
    "retractions",
    "search",
    "expiry",
    "activity",
    "recovery",
];

/// Crates that only some rooms may name. In `base` they derive column types and nothing else.
const FENCES: &[(&str, &[&str])] = &[
    ("sea_orm", &["base/clock.rs", "base/id.rs", "base/words.rs", "base/words/declare.rs", "store/", "features/"]),
    ("sqlx", &["store/"]),
    ("fast_image_resize", &["media/"]),
    ("infer", &["media/"]),
    // forms with files are read in one place for all doors
    ("multer", &["app/receiving.rs"]),
    // the store of files, and the one client that reaches it
    ("object_store", &["net/objects.rs", "store/files/"]),
    ("axum", &["federation/", "api/", "web/", "outreach/", "server/", "fuzz/"]),
    ("activitypub_federation", &["federation/"]),
    ("reqwest", &["net/", "net.rs", "federation/", "api/", "web/", "outreach/", "cli/demo/"]),
];

/// Longest file in lines, its test module not counted.
const LINES_MAX: usize = 300;

/// Longest file of tests in lines.
const TEST_LINES_MAX: usize = 400;

/// Names that say nothing, for files and folders.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers"];

/// It would mean three things here: a host, a block of a host, a field of business.
const BANNED_WORD: &str = "domain";

/// Files that stand outside the floors: they only declare or start the house.
const ENTRANCES: &[&str] = &["lib.rs", "main.rs"];

/// Every rule that one file of the main crate breaks.
fn offences(file: &File) -> Vec<String> {
    let path = file.path.as_str();
    let code = code_only(without_tests(&file.text));
    let mut found = shape(file, &code);
    if is_test(path) || ENTRANCES.contains(&path) {
        return found;
    }
    let room = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    match floor_of(room) {
        None => found.push(format!("{path}: give the room `{room}` a floor")),
        Some(mine) => found.extend(
            own_paths(path, &code)
                .iter()
                .filter(|to| !may_import(path, room, mine, to))
                .map(|to| format!("{path} imports {}", to.join("::"))),
        ),
    }
    for (name, homes) in FENCES {
        let is_named = words(&code).any(|(before, word, _)| word == *name && !is_inner(before));
        if is_named && !homes.iter().any(|home| path.starts_with(home)) {
            found.push(format!("{path} names {name}"));
        }
    }
    if room == "policy" && words(&code).any(|(_, word, _)| word == "async") {
        found.push(format!("{path} has async in policy"));
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a file holds only tests: those may look at any floor.
fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Whether what stands before a word makes it the inner part of a path: `a::`, but not `::`.
fn is_inner(before: &str) -> bool {
    before.strip_suffix("::").is_some_and(|outer| outer.ends_with(is_word))
}

/// Rules for every file of every crate: names, length, the banned word.
fn shape(file: &File, code: &str) -> Vec<String> {
    let path = &file.path;
    let mut found = Vec::new();
    if path.trim_end_matches(".rs").split('/').any(|name| EMPTY_NAMES.contains(&name)) {
        found.push(format!("{path} has a name that says nothing"));
    }
    let lines = without_tests(&file.text).lines().count();
    let most = if is_test(path) { TEST_LINES_MAX } else { LINES_MAX };
    if lines > most {
        found.push(format!("{path} has {lines} lines, at most {most} are allowed"));
    }
    // The URL crate has a variant and a method of that name.
    let borrowed =
        |before: &str, word: &str| before.ends_with("Host::") && word == "Domain" || before.ends_with('.') && word == BANNED_WORD;
    for (_, word, _) in words(code).filter(|(before, word, _)| word.to_lowercase().contains(BANNED_WORD) && !borrowed(before, word)) {
        found.push(format!("{path} says `{word}`"));
    }
    found
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn may_import(path: &str, room: &str, mine: usize, to: &[String]) -> bool {
    let Some(theirs) = to.first().and_then(|first| floor_of(first)) else {
        return true; // an item of lib.rs itself
    };
    let is_own_room = to.first().is_some_and(|first| first == room);
    if !is_own_room || room != "features" {
        return is_own_room || theirs < mine;
    }
    let rank = |name: &str| FEATURES.iter().position(|feature| *feature == name);
    let me = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs");
    match to.get(1).and_then(|other| rank(other).map(|theirs| (other, theirs))) {
        Some((other, theirs)) => other == me || rank(me).is_some_and(|mine| theirs < mine),
        None => true,
    }
}

/// Rooms of `features` that have no place in the order yet.
fn unordered(files: &[File]) -> Vec<String> {
    let rooms = files.iter().filter_map(|file| file.path.strip_prefix("features/"));
    let names = rooms.map(|rest| rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs"));
    names
        .filter(|name| *name != "mod" && !FEATURES.contains(name))
        .map(|name| format!("features/{name}: give it a place in the order"))
        .collect()
}

#[test]
fn the_house_follows_its_plan() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = files_below(&root.join("src"));
    assert!(files.iter().any(|file| file.path == "lib.rs"), "the source was not found");
    let mut found: Vec<String> = files.iter().flat_map(offences).chain(unordered(&files)).collect();
    for neighbour in ["migrations/src", "federation-tests/src", "federation-tests/tests"] {
        let folder = root.join(neighbour);
        if folder.is_dir() {
            let files = files_below(&folder);
            found.extend(
                files.iter().flat_map(|file| shape(file, &code_only(without_tests(&file.text)))).map(|what| format!("{neighbour}/{what}")),
            );
        }
    }
    assert!(found.is_empty(), "the plan is broken:\n{}", found.join("\n"));
}

/// What the plan says about one planted file.
fn planted(path: &str, text: &str) -> Vec<String> {
    offences(&File { path: path.into(), text: text.into() })
}

#[test]
fn planted_offences_are_all_found() {
    for (path, text, offence) in [
        ("base/x.rs", "use crate::store::Tx;", "base/x.rs imports store::Tx"),
        ("policy/x.rs", "use crate::{base::id, api};", "policy/x.rs imports api"),
        ("store/x.rs", "fn f() { crate::features::posts::delete() }", "store/x.rs imports features::posts::delete"),
        ("api/x.rs", "use crate::federation::inbox;", "api/x.rs imports federation::inbox"),
        ("server/x.rs", "use super::super::cli::main;", "server/x.rs imports cli::main"),
        ("server/mod.rs", "use super::cli;", "server/mod.rs imports cli"),
        (
            "features/posts/queries.rs",
            "use crate::features::{accounts, notifications::tell};",
            "features/posts/queries.rs imports features::notifications::tell",
        ),
        ("features/posts/queries.rs", "use super::super::search;", "features/posts/queries.rs imports features::search"),
        ("features/accounts.rs", "use super::posts;", "features/accounts.rs imports features::posts"),
        ("attic/x.rs", "", "attic/x.rs: give the room `attic` a floor"),
        ("policy/x.rs", "pub async fn may() {}", "policy/x.rs has async in policy"),
        ("base/text.rs", "use sea_orm::Value;", "base/text.rs names sea_orm"),
        ("features/posts.rs", "fn f() -> axum::Json<()> {}", "features/posts.rs names axum"),
        ("api/x.rs", "use activitypub_federation as ap;", "api/x.rs names activitypub_federation"),
        ("features/posts.rs", "use { reqwest };", "features/posts.rs names reqwest"),
        ("features/posts.rs", "fn f() { ::reqwest::get() }", "features/posts.rs names reqwest"),
        ("app/media.rs", "use object_store::ObjectStore;", "app/media.rs names object_store"),
        ("net/client.rs", "use object_store::client;", "net/client.rs names object_store"),
        ("features/posts.rs", "use sqlx::query;", "features/posts.rs names sqlx"),
        ("net/utils.rs", "", "net/utils.rs has a name that says nothing"),
        ("net/common/x.rs", "", "net/common/x.rs has a name that says nothing"),
        ("net/x.rs", "struct DomainBlock;", "net/x.rs says `DomainBlock`"),
        ("tests/x.rs", "let domain = 1;", "tests/x.rs says `domain`"),
        ("net/x.rs", &"\n".repeat(301), "net/x.rs has 301 lines, at most 300 are allowed"),
    ] {
        assert_eq!(planted(path, text), [offence], "{path}: {text}");
    }
    let file = File { path: "features/gossip/mod.rs".into(), text: String::new() };
    assert_eq!(unordered(&[file]), ["features/gossip: give it a place in the order"]);
}

#[test]
fn what_is_allowed_is_not_reported() {
    for (path, text) in [
        ("cli/x.rs", "use crate::{app::App, base::config::Config, server};"),
        ("server/x.rs", "use crate::{api, federation, outreach, web}; use axum::Router;"),
        (
            "features/posts/mod.rs",
            "mod queries; use crate::features::{accounts, posts::queries}; use super::memberships; use sea_orm::Value;",
        ),
        ("features/posts/queries.rs", "use super::Post; fn f() { self::g() }"),
        ("federation/x.rs", "use activitypub_federation::config; use reqwest::Client; use crate::net;"),
        ("base/id.rs", "#[derive(sea_orm::DeriveValueType)] struct Id(i64);"),
        ("base/x.rs", "// see crate::api and axum\nconst A: &str = \"crate::api axum domain\"; /* reqwest */"),
        ("base/x.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use crate::api; }"),
        ("base/x.rs", "use crate::VERSION; match h { url::Host::Domain(d) => d } url.domain(); metrics::axum::x()"),
        ("policy/x.rs", "// async is not for here\nfn asynchronous() {}"),
        ("net/x.rs", &format!("{}#[cfg(test)]\nmod tests {{{}}}", "\n".repeat(300), "\n".repeat(100))),
        ("main.rs", "fn main() { intermoot::cli::main() }"),
    ] {
        assert_eq!(planted(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
