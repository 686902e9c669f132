//! What is read of a document, and what is not.

use super::*;
use proptest::prelude::*;
use serde_json::json;

const US: &str = "https://acme.test/org";
const THEM: &str = "https://bolt.test/org";

fn key(seed: u8) -> KeyPair {
    KeyPair::from_ed25519_seed(&[seed; 32]).unwrap()
}

fn party(organisation: &str, seed: u8) -> Party {
    Party { organisation: organisation.into(), key: key(seed).public().unwrap().to_multibase() }
}

fn document() -> Value {
    json!({
        "type": "Agreement", "id": "https://acme.test/agreements/1", "version": 1, "previous": null,
        "parties": [party(US, 1), party(THEM, 2)],
        "terms": {
            "communities": ["https://acme.test/c/valves"], "byInvitation": false, "mostRole": "contributor",
            "stakeholder": {US: "customer", THEM: "supplier"}, "mostSeats": 10, "seatsPerDay": null, "history": "join",
            "historyFrom": null, "media": true, "retentionDays": null, "contacts": ["ada@acme.test"], "ends": "2027-01-31T00:00:00.000Z"
        }
    })
}

fn checked(value: &Value) -> Result<Document> {
    let (document, _) = read::<Document>(value)?;
    document.check(&party(US, 1), &party(THEM, 2))?;
    Ok(document)
}

#[test]
fn a_document_is_signed_and_any_change_ends_the_signature() {
    let (_, bytes) = read::<Document>(&document()).unwrap();
    let signature = sign(&bytes, &key(2)).unwrap();
    assert!(is_signed(&bytes, &signature, &party(THEM, 2).key));
    assert!(!is_signed(&bytes, &signature, &party(THEM, 1).key));
    assert!(!is_signed(&bytes.replace("contributor", "moderator"), &signature, &party(THEM, 2).key));
    for broken in ["", "z", "z1", &signature[1..], &format!("{signature}1")] {
        assert!(!is_signed(&bytes, broken, &party(THEM, 2).key), "{broken}");
    }
}

#[test]
fn what_is_not_as_we_would_write_it_is_refused() {
    assert!(checked(&document()).is_ok());
    for (path, value) in [
        ("/type", json!("Contract")),
        ("/version", json!(0)),
        ("/version", json!(2)),
        ("/version", json!("1")),
        ("/previous", json!("ab")),
        ("/id", json!("https://e.test/agreements/1")),
        ("/id", json!("/agreements/1")),
        ("/parties/0/organisation", json!("https://e.test/org")),
        ("/parties/0/key", json!(party(US, 9).key)),
        ("/parties/1/key", json!(party(THEM, 9).key)),
        ("/parties", json!([party(US, 1)])),
        ("/parties", json!([party(US, 1), party(THEM, 2), party("https://e.test/org", 3)])),
        ("/terms/communities", json!(["https://e.test/c/x"])),
        ("/terms/communities", json!(["https://acme.test/c/x", "https://acme.test/c/x"])),
        ("/terms/communities", json!(vec!["https://acme.test/c/x"; 5000])),
        ("/terms/mostRole", json!("owner")),
        ("/terms/mostRole", json!("king")),
        ("/terms/mostSeats", json!(-1)),
        ("/terms/mostSeats", json!(1.5)),
        ("/terms/history", json!("since")),
        ("/terms/historyFrom", json!("2026-01-01T00:00:00.000Z")),
        ("/terms/stakeholder", json!({US: "customer"})),
        ("/terms/stakeholder", json!({US: "customer", THEM: "supplier", "https://e.test/org": "supplier"})),
        ("/terms/contacts", json!(["x".repeat(201)])),
        ("/terms/ends", json!("2027-01-31T00:00:00Z")),
        ("/terms/ends", json!("tomorrow")),
    ] {
        let mut changed = document();
        *changed.pointer_mut(path).unwrap() = value.clone();
        assert!(checked(&changed).is_err(), "{path} {value}");
    }
    for path in ["", "/terms", "/parties/0"] {
        let mut more = document();
        more.pointer_mut(path).unwrap()["secretly"] = json!(true);
        assert!(checked(&more).is_err(), "an unknown word in {path:?}");
    }
}

#[test]
fn a_fingerprint_is_short_enough_to_be_read_out() {
    let print = fingerprint(&party(US, 1).key);
    assert_eq!(print.split(' ').count(), 8);
    assert_ne!(print, fingerprint(&party(US, 2).key));
}

proptest! {
    #[test]
    fn terms_are_within_themselves_and_a_wider_bound_never_within(seats in 0..50_i64, more in 1..50_i64) {
        let (base, _) = read::<Document>(&document()).unwrap();
        let narrow = Agreed { most_seats: Some(seats), ..base.terms.clone() };
        let wide = Agreed { most_seats: Some(seats + more), ..base.terms };
        prop_assert!(narrow.are_within(&narrow) && narrow.are_within(&wide) && !wide.are_within(&narrow));
        let renamed = Agreed { stakeholder: [(US.to_owned(), Stakeholder::Partner), (THEM.to_owned(), Stakeholder::Partner)].into(), ..narrow.clone() };
        prop_assert!(!renamed.are_within(&narrow), "what the people are called changes by both hands only");
    }
}
