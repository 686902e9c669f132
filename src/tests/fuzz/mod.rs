//! The fuzz bodies (R37), each with thousands of inputs: fixtures that were changed here and there, and bytes of any kind.
//!
//! The inputs are the same in every run. `INTERMOOT_FUZZ_CASES=100000 cargo test r37_` tries that many others of each kind.

mod change;
mod seeds;

use crate::fuzz::{self, Body};
use change::{changed_json, changed_text};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::time::{Duration, Instant};

/// The longest that one input may take where nothing is optimised and others work too; R37 wants 100 ms of a release.
const SLOW: Duration = Duration::from_secs(3);
/// The variable that asks for more inputs, and for others than always.
const CASES: &str = "INTERMOOT_FUZZ_CASES";

fn check(body: Body, inputs: impl Strategy<Value = Vec<u8>>, cases: u32) {
    let asked: Option<u32> = std::env::var(CASES).ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: asked.unwrap_or(cases), failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let rng = match asked {
        Some(_) => TestRng::from_seed(RngAlgorithm::ChaCha, &crate::base::secret::random::<32>()),
        None => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    };
    let inputs = inputs.prop_map(Shown);
    let outcome = TestRunner::new_with_rng(config, rng).run(&inputs, |Shown(input)| {
        let began = Instant::now();
        body(&input);
        prop_assert!(began.elapsed() < SLOW, "{:?}", began.elapsed());
        Ok(())
    });
    outcome.unwrap();
}

/// Bytes that are shown as text where a test fails.
#[derive(Clone)]
struct Shown(Vec<u8>);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..400)
}

fn changes() -> impl Strategy<Value = Vec<(u8, u16, u16)>> {
    proptest::collection::vec(any::<(u8, u16, u16)>(), 0..6)
}

/// Documents that were changed, and bytes.
fn json(documents: Vec<serde_json::Value>) -> impl Strategy<Value = Vec<u8>> {
    let documented = (0..documents.len(), changes()).prop_map(move |(nth, changes)| changed_json(&documents[nth], &changes));
    prop_oneof![9 => documented, 1 => any_bytes()]
}

/// Texts that were changed by words such as these, and bytes.
fn texts(seeds: &'static [&'static str], words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let written = (0..seeds.len(), changes()).prop_map(move |(nth, changes)| changed_text(seeds[nth].as_bytes(), &changes, words));
    prop_oneof![9 => written, 1 => any_bytes()]
}

#[test]
fn r37_any_letter_to_an_inbox_is_read_within_bounds_or_refused() {
    check(fuzz::inbox, json(seeds::letters()), 1500);
}

#[test]
fn r37_any_answer_of_anothers_webfinger_is_read_or_refused() {
    check(fuzz::jrd, json(seeds::jrds()), 1000);
}

#[test]
fn r37_any_cavage_signature_covers_what_decides_or_is_refused() {
    check(fuzz::cavage, texts(seeds::CAVAGE, seeds::SIGNATURE_WORDS), 3000);
}

#[test]
fn r37_any_rfc9421_signature_covers_what_decides_or_is_refused() {
    check(fuzz::rfc9421, texts(seeds::RFC9421, seeds::SIGNATURE_WORDS), 3000);
}

#[test]
fn r37_no_change_to_a_signed_request_passes_for_what_was_signed() {
    check(fuzz::signed, proptest::collection::vec(any::<u8>(), 1..14), 1500);
}

#[test]
fn r37_any_question_to_webfinger_is_understood_in_one_way_or_refused() {
    check(fuzz::webfinger, texts(seeds::QUESTIONS, seeds::ADDRESS_WORDS), 3000);
}

#[test]
fn r37_link_headers_lead_nowhere_else_whatever_was_asked() {
    check(fuzz::link, texts(seeds::TARGETS, seeds::ADDRESS_WORDS), 3000);
}

#[test]
fn r37_any_body_of_an_app_grows_no_larger_than_it_is() {
    check(fuzz::body, texts(seeds::BODIES, seeds::BODY_WORDS), 1500);
}

#[test]
fn r37_any_html_comes_out_clean_and_stays_as_it_is() {
    check(fuzz::html, texts(seeds::HTML, seeds::HTML_WORDS), 1000);
}

#[test]
fn r37_any_address_has_one_reading_or_none() {
    check(fuzz::url, texts(seeds::ADDRESSES, seeds::ADDRESS_WORDS), 5000);
}

/// Every body is also under cargo-fuzz, by its name.
#[test]
fn every_body_is_a_target_of_cargo_fuzz() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/Cargo.toml")).unwrap();
    for (name, _) in fuzz::ALL {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml has no target {name}");
        let target = std::fs::read_to_string(format!("{}/fuzz/targets/{name}.rs", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(target.contains(&format!("intermoot::fuzz::{name}(")), "fuzz/targets/{name}.rs calls something else");
    }
}
