//! One's own profile and preferences.

use super::shapes::assert_is;
use crate::tests::support::{Person, Place, on_both_databases, people::done};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

const UPDATE: &str = "/api/v1/accounts/update_credentials";

fn update(person: &Person) -> RequestBuilder {
    person.ask(Method::PATCH, UPDATE)
}

/// A multipart body by hand (RFC 7578): parts as their headers' further parameters and their content.
fn multipart(request: RequestBuilder, parts: &[(String, &str)]) -> RequestBuilder {
    let part =
        |(parameters, content): &(String, &str)| format!("--cut\r\nContent-Disposition: form-data; {parameters}\r\n\r\n{content}\r\n");
    let body: String = parts.iter().map(part).collect::<String>() + "--cut--\r\n";
    request.header("content-type", "multipart/form-data; boundary=cut").body(body)
}

/// What all three styles below ask for.
fn expect_changed(own: &Value, style: &str) {
    assert_is("CredentialAccount", own);
    assert_eq!(own["display_name"], "Ada L.", "{style}");
    assert_eq!(own["locked"], true, "{style}");
    assert_eq!(own["bot"], false, "{style}");
    assert_eq!(own["discoverable"], true, "{style}");
    assert_eq!(own["source"]["privacy"], "private", "{style}");
    assert_eq!(own["source"]["sensitive"], true, "{style}");
    assert_eq!(own["source"]["language"], "de", "{style}");
    assert_eq!(own["source"]["note"], "Valves & pipes", "{style}");
    assert_eq!(own["note"], "<p>Valves &amp; pipes</p>", "{style}");
    assert_eq!(own["source"]["fields"][0]["value"], "https://acme.example/a", "{style}");
    assert_eq!(own["fields"][1]["name"], "Team", "{style}");
    assert_eq!(own["fields"].as_array().unwrap().len(), 2, "{style}");
    assert!(own["fields"][0]["value"].as_str().unwrap().starts_with("<a href=\"https://acme.example/a\""), "{style}");
}

const FLAT: [(&str, &str); 13] = [
    ("display_name", "Ada L."),
    ("note", "Valves & pipes"),
    ("locked", "1"),
    ("bot", "0"),
    ("discoverable", "on"),
    ("fields_attributes[0][name]", "Home"),
    ("fields_attributes[0][value]", "https://acme.example/a"),
    ("fields_attributes[1][name]", "Team"),
    ("fields_attributes[1][value]", "<i>pumps</i>"),
    ("fields_attributes[2][name]", ""),
    ("source[privacy]", "private"),
    ("source[sensitive]", "true"),
    ("source[language]", "de"),
];

#[tokio::test]
async fn a_profile_is_changed_by_json_form_and_multipart_alike() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let by_json = json!({
            "display_name": "Ada L.", "note": "Valves & pipes", "locked": "true", "bot": "f", "discoverable": 1,
            "fields_attributes": { "0": { "name": "Home", "value": "https://acme.example/a" }, "1": { "name": "Team", "value": "<i>pumps</i>" }, "2": {} },
            "source": { "privacy": "private", "sensitive": "1", "language": "de" }, "avatar": null, "header": "",
        });
        let parts: Vec<(String, &str)> = FLAT.iter().map(|(name, value)| (format!("name=\"{name}\""), *value)).collect();
        let person = node.person("json").await;
        expect_changed(&done(update(&person).json(&by_json)).await, "json");
        let person = node.person("form").await;
        expect_changed(&done(update(&person).form(&FLAT)).await, "form");
        let person = node.person("parts").await;
        expect_changed(&done(multipart(update(&person), &parts)).await, "multipart");
        expect_changed(&person.get("/api/v1/accounts/verify_credentials").await, "read again");
        let seen = done(node.get(&format!("/api/v1/accounts/{}", person.account.id))).await;
        assert_eq!(seen["fields"][1]["value"], "&lt;i&gt;pumps&lt;/i&gt;");
        assert!(seen.get("source").is_none() && seen.get("role").is_none());
    })
    .await;
}

#[tokio::test]
async fn what_is_not_named_stays_and_empty_words_empty() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        node.person("bo").await;
        let own = done(update(&ada).json(&json!({ "note": "with @bo and @nobody #Valves", "display_name": "Ada" }))).await;
        let note = own["note"].as_str().unwrap();
        assert!(
            note.contains(&format!("href=\"{}/u/bo\"", node.url)) && note.contains(" @nobody ") && note.contains("/tags/valves"),
            "{note}"
        );
        let own = done(update(&ada).form(&[("bot", "true")])).await;
        assert_eq!((&own["display_name"], &own["bot"], own["note"].as_str().unwrap()), (&json!("Ada"), &json!(true), note));
        let own = done(update(&ada).form(&[("note", ""), ("display_name", ""), ("source[language]", "")])).await;
        assert_eq!((&own["display_name"], &own["note"], &own["source"]["language"]), (&json!(""), &json!(""), &Value::Null));
        assert_eq!(done(update(&ada)).await["bot"], true, "a request without a body changes nothing");
    })
    .await;
}

#[tokio::test]
async fn preferences_follow_the_profile() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        assert_eq!(ada.get("/api/v1/preferences").await["posting:default:visibility"], "public");
        done(update(&ada).json(&json!({ "source": { "privacy": "unlisted", "language": "pt_BR" } }))).await;
        let preferences = ada.get("/api/v1/preferences").await;
        assert_is("Preferences", &preferences);
        assert_eq!(preferences.as_object().unwrap().len(), 6);
        assert_eq!(preferences["posting:default:visibility"], "unlisted");
        assert_eq!(preferences["posting:default:language"], "pt-BR");
    })
    .await;
}

#[tokio::test]
async fn s087_hostile_profiles_are_refused_with_the_field_and_change_nothing() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let line = |n: usize| json!({ "name": format!("n{n}"), "value": "v" });
        let hostile = [
            ("display_name", json!({ "display_name": "x".repeat(101) })),
            ("note", json!({ "note": "x".repeat(501) })),
            ("locked", json!({ "locked": "perhaps" })),
            ("fields_attributes", json!({ "fields_attributes": (0..5).map(line).collect::<Vec<_>>() })),
            ("fields_attributes.value", json!({ "fields_attributes": [{ "name": "a", "value": "x".repeat(256) }] })),
            ("source.privacy", json!({ "source": { "privacy": "everyone" } })),
            ("source.language", json!({ "source": { "language": "<script>" } })),
            ("source", json!({ "source": "private" })),
            ("avatar", json!({ "avatar": "data:image/png;base64,AAAA" })),
        ];
        for (field, body) in hostile {
            let answer = update(&ada).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            let failure: Value = answer.json().await.unwrap();
            assert!(failure["error"].is_string() && failure["details"].get(field).is_some(), "{field}: {failure}");
        }
        let picture = [(r#"name="header"; filename="a.png""#.to_owned(), "GIF89a")];
        assert_eq!(multipart(update(&ada), &picture).send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
        let broken = update(&ada).header("content-type", "application/json").body("{\"note\":").send().await.unwrap();
        assert_eq!(broken.status(), StatusCode::BAD_REQUEST);
        let own = done(update(&ada).json(&json!({ "display_name": "A\u{0}d\u{202e}a ✔", "note": "a\u{0}b\u{202e}c", "fields_attributes": [{ "name": "\u{0}n", "value": "\u{0}" }] }))).await;
        assert_eq!((&own["display_name"], &own["source"]["note"]), (&json!("Ada"), &json!("abc")));
        assert_eq!(own["fields"], json!([{ "name": "n", "value": "", "verified_at": null }]));
    })
    .await;
}

#[tokio::test]
async fn s099_a_profile_is_changed_only_with_a_token_for_that() {
    let node = Place::sqlite().node("acme").await;
    let reader = node.person_with("ada", "read").await;
    assert_eq!(update(&reader).json(&json!({ "note": "x" })).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(node.ask(Method::PATCH, UPDATE).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(reader.get("/api/v1/accounts/verify_credentials").await["source"]["note"], "");
}
