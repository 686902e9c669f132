//! Our posts on the wire, and how we read them back.

use super::*;
use crate::federation::tests::rows;

fn origin() -> Origin {
    Origin::new(&"https://acme.test".parse().unwrap())
}

fn facts(stage: Option<Stage>) -> Facts {
    let group = rows::account(2, "valves", "bolt.test");
    Facts {
        author: rows::account(1, "ada", ""),
        community: stage.map(|stage| (group, stage)),
        answered: Some(rows::account(3, "pat", "p.test")),
        named: vec![rows::account(3, "pat", "p.test"), rows::account(1, "ada", "")],
        root: None,
        poll: None,
        stamp: None,
    }
}

#[test]
fn a_public_post_into_a_community_is_addressed_as_decided() {
    let (post, facts) = (rows::post(9, Audience::Public), facts(Some(Stage::Public)));
    let address = address(&origin(), &post, &facts);
    assert_eq!(address.to, [vocabulary::PUBLIC, "https://bolt.test/u/valves"]);
    assert_eq!(address.cc, ["https://bolt.test/u/valves/followers", "https://p.test/u/pat", "https://acme.test/u/ada/followers"]);
    assert_eq!(address.audience.as_deref(), Some("https://bolt.test/u/valves"));
    let note = serde_json::to_value(into_json(&origin(), &post, &facts)).unwrap();
    assert_eq!(note["tag"][0], json!({"type": "Mention", "href": "https://bolt.test/u/valves", "name": "@valves@bolt.test"}));
}

#[test]
fn what_begins_a_thread_in_a_community_under_a_title_is_a_page_to_those_who_know_groups() {
    let written = |title: &str, answers: &str, facts: &Facts| {
        let post =
            Post { title: title.into(), in_reply_to_uri: answers.into(), spoiler: "careful".into(), ..rows::post(9, Audience::Public) };
        serde_json::to_value(into_json(&origin(), &post, facts).for_groups()).unwrap()
    };
    let (inside, outside) = (facts(Some(Stage::Public)), facts(None));
    let page = written("Title", "", &inside);
    assert_eq!((&page["type"], &page["sensitive"]), (&json!("Page"), &json!(true)));
    let read = crate::federation::objects::Written::read(&page).unwrap();
    assert_eq!((read.content.as_str(), read.title.as_str(), read.spoiler.as_str()), ("<p>hello</p>", "Title", "careful"));
    for note in [written("", "", &inside), written("Title", "https://p.test/1", &inside), written("Title", "", &outside)] {
        assert_eq!(note["type"], "Note");
    }
}

#[test]
fn a_post_into_a_private_community_goes_to_the_group_alone() {
    let address = address(&origin(), &rows::post(9, Audience::Members), &facts(Some(Stage::Federated)));
    assert_eq!(address.to, ["https://bolt.test/u/valves", "https://bolt.test/u/valves/followers"]);
    assert!(address.cc.is_empty());
}

#[test]
fn a_direct_post_names_no_community_and_only_those_mentioned() {
    let address = address(&origin(), &rows::post(9, Audience::Direct), &facts(Some(Stage::Public)));
    assert_eq!(address, Address { to: vec!["https://p.test/u/pat".into()], cc: vec![], audience: None });
}

#[test]
fn a_note_of_ours_is_read_back_as_it_was_written() {
    let (post, facts) = (rows::post(9, Audience::Unlisted), facts(None));
    let note = serde_json::to_value(into_json(&origin(), &post, &facts)).unwrap();
    let read = crate::federation::objects::Written::read(&note).unwrap();
    assert_eq!((read.uri.as_str(), read.author.as_str()), ("https://acme.test/p/9", "https://acme.test/u/ada"));
    assert_eq!((read.content.as_str(), read.language.as_str(), read.title.as_str()), ("<p>hello</p>", "en", "Title"));
    assert_eq!(read.audience("https://acme.test/u/ada/followers", &[]), Audience::Unlisted);
    assert_eq!(read.mentions, ["https://p.test/u/pat", "https://acme.test/u/ada"]);
    assert_eq!(read.tags, ["Valves"]);
}
