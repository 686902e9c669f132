//! What is forwarded: a signature inside a document (Linked-Data signatures) says nothing here, only its origin does (S13).

use super::{
    peer::Somebody,
    world::{World, activity, note},
};
use crate::base::secret::sha256;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// `document` with a Linked-Data signature by `author`: by their own key, in every form that is around.
fn ld_signed(mut document: Value, author: &Somebody) -> Value {
    document["@context"] = json!(["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]);
    let value = STANDARD.encode(author.rsa.sign(&sha256(document.to_string().as_bytes())).unwrap());
    document["signature"] =
        json!({"type": "RsaSignature2017", "creator": author.key_id, "created": "2026-11-22T12:00:00Z", "signatureValue": value});
    document
}

/// The ways in which a document can say one thing to who checks it and another to who applies it.
fn disguises(document: &Value, author: &Somebody) -> Vec<Value> {
    let whole = ld_signed(document.clone(), author);
    let mut graph = json!({"@context": document["@context"], "id": document["id"], "@graph": [document.clone()]});
    graph["signature"] = whole["signature"].clone();
    let mut included = whole.clone();
    included["@included"] = json!([{"@id": document["id"], "as:actor": document["actor"]}]);
    let mut prefixed = whole.clone();
    prefixed["as:object"] = prefixed["object"].clone();
    let mut aliased = whole.clone();
    aliased["@context"] = json!([{"actor": {"@id": "as:actor", "@type": "@id"}, "signature": "https://w3id.org/security#signature"}]);
    vec![whole, graph, included, prefixed, aliased]
}

#[tokio::test]
async fn s013_a_signature_inside_a_document_lets_nobody_speak_for_another() {
    let world = World::new().await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 1));
    let forged = activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&world.peer.at("p", "/n/1"), &pat.uri, "forged"));
    let before = world.rows().await["posts"];
    for (nth, disguise) in disguises(&forged, &pat).into_iter().enumerate() {
        let status = world.deliver(&eve, &disguise).await;
        assert!([202, 400].contains(&status), "disguise {nth}: {status}");
    }
    world.calm().await;
    crate::federation::process::drain(&world.federation).await.unwrap();
    let after = world.rows().await;
    assert_eq!((world.kept().await, after["posts"], after["log"]), (0, before, 0), "nothing of it is kept");
    assert_eq!(world.peer.asked_for("/u/pat"), 0, "the key that it names is not even asked for");
    assert!(world.account(&pat.uri).await.is_none());
    // without a signature on the request itself there is nothing that could be believed
    let body = serde_json::to_vec(&ld_signed(forged, &pat)).unwrap();
    let mut headers = world.signed(&pat, "http://acme.localhost:1/inbox", &body);
    headers.remove("signature");
    assert_eq!(world.send("/inbox", headers, body).await, 401);
}

#[tokio::test]
async fn s013_of_what_is_forwarded_the_words_of_its_origin_are_taken() {
    let world = World::new().await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 1));
    // a post that we know, and its author, so that what answers it is worth a look
    let top = world.peer.at("p", "/n/top");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/top"), &pat.uri, note(&top, &pat.uri, "first"))).await;
    let answer = |id: &str, words: &str| {
        let mut answer = note(id, &pat.uri, words);
        answer["inReplyTo"] = json!(top);
        answer
    };
    let (there, nowhere) = (world.peer.at("p", "/n/there"), world.peer.at("p", "/n/nowhere"));
    world.peer.serves(&answer(&there, "<p>as it was written</p>"));
    for (nth, id) in [&there, &nowhere].into_iter().enumerate() {
        let forged = activity("Create", &world.peer.at("p", &format!("/a/{nth}")), &pat.uri, answer(id, "<p>forged</p>"));
        assert_eq!(world.deliver(&eve, &ld_signed(forged, &pat)).await, 202);
        world.calm().await;
    }
    assert_eq!(world.post(&there).await.unwrap().content, "<p>as it was written</p>");
    assert!(world.post(&nowhere).await.is_none(), "what its origin does not have is not there");
    // an edit and a deletion that are only said to be by their author
    let edit = activity("Update", &world.peer.at("p", "/a/edit"), &pat.uri, answer(&there, "<p>forged</p>"));
    let mut end = activity("Delete", &world.peer.at("p", "/a/end"), &pat.uri, json!(there));
    end["object"] = json!({"type": "Tombstone", "id": there});
    for forged in [edit, end] {
        assert_eq!(world.deliver(&eve, &ld_signed(forged, &pat)).await, 202);
        world.calm().await;
    }
    let post = world.post(&there).await.unwrap();
    assert!(post.deleted_at.is_none() && post.content == "<p>as it was written</p>");
}
