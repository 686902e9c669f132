use super::*;
use proptest::prelude::*;

fn said(question: &Question) -> Vec<String> {
    let sign = |not: bool| if not { "-" } else { "" };
    let star = |words: &Words| if words.is_beginning { "*" } else { "" };
    question.words.iter().map(|words| format!("{}{}{}", sign(words.not), words.tokens.join(" "), star(words))).collect()
}

#[test]
fn words_phrases_beginnings_and_what_is_left_out() {
    for (typed, expected) in [
        ("Valve  PUMP", vec!["valve", "pump"]),
        ("\"pressure valve\" -leak", vec!["pressure valve", "-leak"]),
        ("-\"old valve\" “new valve”", vec!["-old valve", "new valve"]),
        ("\"never ends", vec!["never ends"]),
        ("foo-bar don't", vec!["foo bar", "don t"]),
        ("val* v* 水* \"big val*\"", vec!["val*", "v", "水", "big val*"]),
        ("水道", vec!["水 道"]),
        ("- -- 🎉 *", vec![]),
        ("scheme:value 12:30", vec!["scheme value", "12 30"]),
        ("\"from:me\" from:", vec!["from me", "from"]),
    ] {
        let question = Question::read(typed);
        assert_eq!(said(&question), expected, "{typed}");
        assert!(question.is_plain(), "{typed}");
    }
}

#[test]
fn operators_are_read_and_what_is_none_is_words() {
    let question = Question::read("valve from:me -from:@bo@x.test in:!pumps has:image -has:poll is:reply language:de-AT in:library");
    assert_eq!(said(&question), ["valve"]);
    let facets = [
        (Facet::Has(Has::Image), false),
        (Facet::Has(Has::Poll), true),
        (Facet::Is(Is::Reply), false),
        (Facet::Language("de".into()), false),
    ];
    assert_eq!(question.facets, facets);
    assert_eq!(question.among, Among::Library);
    assert_eq!(
        question.names.iter().map(|named| (named.is_place, named.not)).collect::<Vec<_>>(),
        [(false, false), (false, true), (true, false)]
    );
    let known = |acct: &Acct| (acct.name == "pumps").then_some(AccountId(7));
    let settled = question.settled(Some(AccountId(1)), known).unwrap();
    assert_eq!(settled.facets[4..], [(Facet::Author(AccountId(1)), false), (Facet::Community(AccountId(7)), false)]);

    for typed in
        ["has:nothing", "is:", "in:somewhere", "before:yesterday", "after:2026-13-01", "-in:library", "-before:2026-01-01", "from:ä"]
    {
        let question = Question::read(typed);
        assert!(question.is_plain() && !question.is_empty(), "{typed}: {question:?}");
    }
}

#[test]
fn a_day_is_left_out_by_before_and_after_and_meant_by_during() {
    let at = |text: &str| Stamp::parse(&format!("{text}T00:00:00Z"));
    for (typed, since, until) in [
        ("before:2026-03-01", None, at("2026-03-01")),
        ("after:2026-03-01", at("2026-03-02"), None),
        ("during:2026-02-28", at("2026-02-28"), at("2026-03-01")),
        ("after:2026-01-01 before:2026-02-01 after:2026-01-05 before:2026-03-01", at("2026-01-06"), at("2026-02-01")),
    ] {
        let question = Question::read(typed);
        assert_eq!((question.since, question.until), (since, until), "{typed}");
        assert!(question.words.is_empty() && !question.is_empty());
    }
}

#[test]
fn somebody_unknown_is_asked_for_in_vain_and_left_out_without_effect() {
    let asked = |typed: &str| Question::read(typed).settled(None, |_| None);
    assert_eq!(asked("valve from:nobody"), None);
    assert_eq!(asked("valve from:me"), None, "a stranger is nobody");
    assert_eq!(asked("valve -from:nobody").unwrap().facets, []);
}

proptest! {
    #[test]
    fn s080_whatever_is_typed_is_read_within_its_bounds(typed in any::<String>()) {
        let question = Question::read(&typed);
        let tokens: Vec<&String> = question.words.iter().flat_map(|words| &words.tokens).collect();
        prop_assert!(question.words.len() + question.facets.len() <= TERMS_MAX && tokens.len() <= TOKENS_MAX);
        prop_assert!(tokens.iter().all(|token| !token.is_empty() && token.chars().all(char::is_alphanumeric)));
    }

    #[test]
    fn s080_operators_in_any_order_are_read_within_their_bounds(
        terms in prop::collection::vec(
            prop::sample::select(vec![
                "from:me", "from:a@b.test", "-from:x", "in:!c", "has:media", "-is:quote", "before:2020-02-30", "after:2020-02-29", "\"", "-", "a*",
                "AND", "NOT", "NEAR(", "\"a b\"", "words:x", "^a", "('x':*)", "language:fr", "in:public",
            ]),
            0..80,
        ),
    ) {
        let question = Question::read(&terms.join(" "));
        prop_assert!(question.words.len() + question.facets.len() + question.names.len() <= TERMS_MAX && question.names.len() <= NAMES_MAX);
    }
}
