//! Actors of other software, read as they introduce themselves.

use super::*;
use crate::{base::keys::KeyPair, tests::support::keys::lent_rsa};
use serde_json::json;

fn person() -> Value {
    let (rsa, ed) = (lent_rsa().public().unwrap(), KeyPair::generate_ed25519().unwrap().public().unwrap());
    json!({
        "type": "Person", "id": "https://p.test/users/pat", "preferredUsername": "pat", "name": "Pat \u{202e}x",
        "inbox": "https://p.test/users/pat/inbox", "outbox": "https://p.test/users/pat/outbox",
        "followers": "https://p.test/users/pat/followers", "url": "https://p.test/@pat",
        "summary": "<p>hi<script>alert(1)</script></p>", "endpoints": {"sharedInbox": "https://p.test/inbox"},
        "publicKey": {"id": "https://p.test/users/pat#main-key", "owner": "https://p.test/users/pat", "publicKeyPem": rsa.to_pem().unwrap()},
        "assertionMethod": [{"id": "https://p.test/users/pat#ed25519-key", "type": "Multikey", "controller": "https://p.test/users/pat", "publicKeyMultibase": ed.to_multibase()}],
    })
}

#[test]
fn fep_fb2a_lines_of_a_profile_are_read_in_every_form_and_each_once() {
    let mut document = person();
    document["attachment"] = json!([
        {"type": "PropertyValue", "name": "Pronouns", "value": "she<script>x</script>"},
        {"type": "Note", "name": "Pronouns", "content": "she"},
        {"type": "Note", "name": "Team", "content": "<b>valves</b>"},
        {"type": "Link", "name": "Site", "href": "https://p.test/?a=1&b=\"2", "rel": ["me"]},
        {"type": "Link", "name": "Bad", "href": "javascript:alert(1)"},
        {"type": "PropertyValue", "name": "Link", "value": "one"},
        {"type": "PropertyValue", "name": "Link", "value": "two"},
        {"type": "Image", "name": "Else", "url": "https://p.test/1.png"},
    ]);
    let fields = Introduced::read(&document).unwrap().remote.fields;
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["Pronouns", "Team", "Site", "Link", "Link"]);
    assert_eq!(fields[0].value, "she");
    assert!(fields[2].value.contains("href=\"https://p.test/"), "{}", fields[2].value);
}

#[test]
fn fep_5feb_fep_268d_whether_one_may_be_searched_is_read_with_missing_words_as_none() {
    for (name, value, expected) in [
        ("indexable", json!(true), Some(Searchable::Everyone)),
        ("indexable", json!(false), Some(Searchable::Nobody)),
        ("indexable", json!("yes"), None),
        ("searchableBy", json!("https://www.w3.org/ns/activitystreams#Public"), Some(Searchable::Everyone)),
        ("searchableBy", json!(["https://p.test/users/pat/followers"]), Some(Searchable::Followers)),
        ("searchableBy", json!(["https://p.test/users/pat"]), Some(Searchable::Nobody)),
        ("searchableBy", json!([]), Some(Searchable::Nobody)),
        ("other", json!(1), None),
    ] {
        let mut document = person();
        document[name] = value;
        assert_eq!(Introduced::read(&document).unwrap().remote.searchable, expected, "{name}");
    }
}

#[test]
fn fep_2c59_the_handle_is_read_in_both_spellings() {
    for (said, expected) in [(json!("pat@p.test"), "pat@p.test"), (json!("acct:pat@p.test"), "pat@p.test"), (json!(7), "")] {
        let mut document = person();
        document["webfinger"] = said;
        assert_eq!(Introduced::read(&document).unwrap().webfinger, expected);
    }
}

#[test]
fn a_person_is_read_with_both_keys_and_cleaned() {
    let found = Introduced::read(&person()).unwrap();
    assert_eq!((found.remote.username.as_str(), found.remote.host.as_str()), ("pat", "p.test"));
    assert_eq!((found.remote.note.as_str(), found.remote.keys.len()), ("<p>hi</p>", 2));
    assert_eq!((found.remote.shared_inbox.as_str(), found.remote.url.as_str()), ("https://p.test/inbox", "https://p.test/@pat"));
    assert!(found.community.is_none() && !found.remote.display_name.contains('\u{202e}'));
}

#[test]
fn s010_keys_of_other_owners_or_origins_are_left_out() {
    for (name, value) in [("owner", "https://p.test/users/eve"), ("id", "https://e.test/users/pat#main-key")] {
        let mut document = person();
        document["publicKey"][name] = json!(value);
        let found = Introduced::read(&document).unwrap();
        assert!(found.key("https://p.test/users/pat#main-key").is_none() && found.remote.keys.len() == 1);
    }
}

#[test]
fn s033_an_inbox_on_another_server_is_refused_and_other_urls_there_are_left_out() {
    let mut document = person();
    document["inbox"] = json!("https://e.test/inbox");
    assert!(Introduced::read(&document).is_err());
    let mut document = person();
    document["endpoints"]["sharedInbox"] = json!("https://e.test/inbox");
    document["followers"] = json!("https://e.test/followers");
    document["url"] = json!("https://bank.test/");
    let found = Introduced::read(&document).unwrap().remote;
    assert_eq!((found.shared_inbox.as_str(), found.followers_uri.as_str(), found.url.as_str()), ("", "", "https://p.test/users/pat"));
}

#[test]
fn a_document_without_what_an_actor_needs_is_refused() {
    for name in ["id", "type", "inbox", "preferredUsername"] {
        let mut document = person();
        document.as_object_mut().unwrap().remove(name);
        assert!(Introduced::read(&document).is_err(), "{name}");
    }
    let mut document = person();
    document["preferredUsername"] = json!("pat@other.test");
    assert!(Introduced::read(&document).is_err());
}

#[test]
fn a_community_is_never_taken_for_wider_than_its_door_says() {
    let stage = |by_hand: bool, said: Value| {
        let mut document = person();
        document["type"] = json!("Group");
        document["manuallyApprovesFollowers"] = json!(by_hand);
        document["stage"] = said;
        Introduced::read(&document).unwrap().community.unwrap().stage
    };
    assert_eq!(stage(true, json!("partners")), Stage::Partners);
    for said in [json!("public"), json!("local"), json!("federated"), json!("secret"), Value::Null, json!(3)] {
        assert_eq!(stage(true, said), Stage::Federated);
    }
    for said in [json!("partners"), json!("federated"), json!("public"), Value::Null] {
        assert_eq!(stage(false, said), Stage::Public);
    }
}

#[test]
fn documents_of_other_software_are_read() {
    let folder = std::env::var("INTERMOOT_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    for (file, expected) in [
        ("lemmy/lemmy/objects/group.json", AccountKind::Community),
        ("lemmy/lemmy/objects/person.json", AccountKind::Person),
        ("lemmy/lemmy/objects/instance.json", AccountKind::Node),
        ("lemmy/mastodon/objects/person.json", AccountKind::Person),
        ("lemmy/discourse/objects/group.json", AccountKind::Community),
        ("lemmy/pleroma/objects/person.json", AccountKind::Person),
        ("lemmy/wordpress/objects/group.json", AccountKind::Community),
    ] {
        let Ok(text) = std::fs::read(format!("{folder}/fixtures/{file}")) else {
            eprintln!("{file} is not there: not tried");
            continue;
        };
        let document: Value = serde_json::from_slice(&text).unwrap();
        let found = Introduced::read(&document).unwrap_or_else(|refusal| panic!("{file}: {refusal}"));
        assert_eq!(found.remote.kind, Some(expected), "{file}");
        assert!(!found.remote.keys.is_empty() || file.contains("wordpress"), "{file} has a key");
    }
}
