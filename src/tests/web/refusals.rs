//! What is refused is said in the language of the page, and to apps in the same English as ever.

use crate::{
    tests::support::{Browser, PASSWORD, Place, TestNode},
    web::refusals::GERMAN,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Where sentences arise that a page may show. What only another server, an app by a door of its own or the command line can cause
/// (`api`, `server`, all else of `federation`) is said in English alone.
const SHOWN: [&str; 10] =
    ["base", "policy", "net", "media", "store", "features", "app", "web", "federation/network.rs", "federation/discovery"];
/// Places of words that are English themselves: another language may leave them out.
const ENGLISH: [&str; 8] = ["actor", "from", "reason", "role", "stage", "state", "to", "words"];
/// Files that pass on sentences of others: papers of another node, and what the rules of signing up found.
const PASSED_ON: [&str; 2] = ["features/agreements/document.rs", "web/problems.rs"];

const KINDS: [&str; 7] = ["invalid", "forbidden", "conflict", "unavailable", "too_many", "unauthenticated", "missing"];

/// The sources below `path`, without tests and comments, by their paths in `src`.
fn sources(path: &Path, into: &mut BTreeMap<String, String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), into);
        }
        return;
    }
    let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
    if path.extension().is_none_or(|ending| ending != "rs") || name.contains("tests") {
        return;
    }
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    into.insert(name, code.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The arguments of a call, from behind its parenthesis.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut is_text, mut is_escaped, mut start) = (0, false, false, 0);
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            _ if is_text => {}
            ')' if depth == 0 => {
                found.push(text[start..at].trim());
                break;
            }
            ',' if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    found.retain(|argument| !argument.is_empty());
    found
}

/// A constant text at the beginning of `code`, as the compiler reads it.
fn literal(code: &str) -> Option<String> {
    let mut letters = code.strip_prefix('"')?.chars().peekable();
    let mut text = String::new();
    loop {
        match letters.next()? {
            '"' => return Some(text),
            '\\' => match letters.next()? {
                '\n' => while letters.next_if(|letter| letter.is_whitespace()).is_some() {},
                letter => text.push(letter),
            },
            letter => text.push(letter),
        }
    }
}

/// The names of the places of a sentence.
fn places(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// The sentences of `said!` in a file. What stands in each must be what its places want.
fn made(name: &str, code: &str) -> BTreeSet<String> {
    let calls = code.split("said!(").skip(1).map(arguments);
    let sentences = calls.filter_map(|arguments| {
        let (sentence, values) = (literal(arguments.first()?)?, &arguments[1..]);
        let values: BTreeSet<&str> = values.iter().map(|value| value.split_once('=').map_or(*value, |(name, _)| name.trim())).collect();
        assert_eq!(values, places(&sentence), "{name}: {sentence}");
        Some(sentence)
    });
    sentences.collect()
}

/// The constant sentences that refusals in a file are given; each other one must come of `said!`.
fn given(name: &str, code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, call) in KINDS.iter().flat_map(|kind| code.match_indices(&format!("Refusal::{kind}(")).collect::<Vec<_>>()) {
        let last = arguments(&code[at + call.len()..]).pop().unwrap_or_default();
        let declared = code[..at].rsplit_once(&format!("let {last} =")).map(|(_, value)| value.trim_start());
        match literal(last).or_else(|| literal(declared?)) {
            Some(sentence) => {
                assert!(places(&sentence).is_empty(), "{name}: nothing stands in {sentence}");
                found.insert(sentence);
            }
            None => assert!(
                [Some(last), declared]
                    .iter()
                    .flatten()
                    .any(|value| value.starts_with("said!(") || value.starts_with("Sentence::verbatim("))
                    || code[..at].contains(&format!("{last}: Sentence"))
                    || PASSED_ON.contains(&name),
                "{name}: what does {call}… say? Write {last} as a constant or by said!",
            ),
        }
    }
    found
}

#[test]
fn every_sentence_that_a_page_may_show_is_there_in_german_with_the_same_in_it_and_no_other() {
    let german: BTreeMap<String, String> = toml::from_str(GERMAN).unwrap();
    let mut files = BTreeMap::new();
    SHOWN.iter().for_each(|room| sources(&root().join(room), &mut files));
    sources(&root().join("app.rs"), &mut files);
    assert!(files.len() > 300, "the sources are not where they were");
    let mut said = BTreeSet::new();
    for (name, code) in files.iter().filter(|(name, _)| *name != "base/sentence.rs") {
        said.extend(made(name, code));
        said.extend(given(name, code));
    }
    let missing: Vec<&String> = said.iter().filter(|sentence| !german.contains_key(*sentence)).collect();
    assert_eq!(missing, Vec::<&String>::new(), "these want German");
    let unused: Vec<&String> = german.keys().filter(|sentence| !said.contains(*sentence)).collect();
    assert_eq!(unused, Vec::<&String>::new(), "nobody says these");
    for (english, german) in &german {
        let (ours, theirs) = (places(english), places(german));
        assert!(theirs.is_subset(&ours) && ours.difference(&theirs).all(|place| ENGLISH.contains(place)), "{english}: {german}");
        assert!(german.ends_with(['.', '!', '?']), "no sentence: {german}");
    }
}

#[test]
fn what_stands_in_a_sentence_is_what_its_places_want_at_every_door() {
    let mut files = BTreeMap::new();
    sources(&root(), &mut files);
    let said: usize = files.iter().filter(|(name, _)| *name != "base/sentence.rs").map(|(name, code)| made(name, code).len()).sum();
    assert!(said > 100, "the sentences are not where they were");
}

async fn german<'a>(node: &'a TestNode, name: &str) -> Browser<'a> {
    let tx = node.app.begin().await.unwrap();
    crate::sql!("UPDATE users SET locale = 'de'").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = Browser::new(node);
    browser.log_in(name, PASSWORD).await;
    browser
}

#[tokio::test]
async fn a_page_in_german_says_in_german_what_apps_are_told_in_english() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.status_characters = 20).await;
    let ada = node.person("ada").await;
    let long = "more than twenty letters";
    let answer = ada.ask(Method::POST, "/api/v1/statuses").json(&json!({ "status": long })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["error"], "Validation failed: text is longer than 20 characters");
    assert_eq!(told["details"]["text"][0]["description"], "is longer than 20 characters");

    let mut browser = german(&node, "ada").await;
    browser.open("/write").await;
    assert_eq!(browser.submit("/write", &[("text", long), ("goes", "public")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("Das ist zu lang: höchstens 20 Zeichen."), "{}", browser.page);
    assert!(!browser.page.contains("longer than"), "{}", browser.page);
}

#[tokio::test]
async fn a_page_of_refusal_is_in_the_language_of_its_reader() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    ada.post(&format!("/api/v1/accounts/{}/block", bob.account.id), json!({})).await;
    let mut browser = german(&node, "bob").await;
    browser.open("/u/ada").await;
    assert_eq!(browser.submit("/u/ada/follow", &[]).await.status(), StatusCode::FORBIDDEN);
    assert!(browser.page.contains("<html lang=\"de\"") && browser.page.contains("Von euch beiden blockiert jemand den anderen."));
    let answer = bob.ask(Method::POST, &format!("/api/v1/accounts/{}/follow", ada.account.id)).send().await.unwrap();
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["error"], "One of you blocks the other.");
}

#[tokio::test]
async fn what_is_wrong_at_sign_up_is_said_all_at_once_in_the_language_of_the_browser() {
    use crate::base::config::RegistrationMode;
    let node = Place::sqlite().node_with("acme", |config| config.registration.mode = RegistrationMode::Open).await;
    let page = node.get("/auth/sign_up").header("accept-language", "de").send().await.unwrap();
    let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let token = page.text().await.unwrap().split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sent = [("token", token.as_str()), ("username", "admin"), ("email", "<b>"), ("password", "short"), ("agreement", "yes")];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(sent).finish();
    let request = node.ask(Method::POST, "/auth/sign_up").header("accept-language", "de").header("cookie", cookie);
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    for said in ["Das ist vorbehalten.", "Das ist keine E-Mail-Adresse.", "Das ist zu kurz: mindestens"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}
