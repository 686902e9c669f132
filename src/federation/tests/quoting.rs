//! Quotes by our people of posts elsewhere: their authors are asked, and only their word counts (FEP-044f).

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    base::words::QuoteAnswer,
    features::{
        posts::{self, publish},
        quotes::{self, asking},
    },
    server::worker,
    sql,
    store::tables::Post,
};
use serde_json::{Value, json};

/// Ada quotes a post of quin's at q.
async fn quoting() -> (World, Somebody, Post, String) {
    let world = World::new().await;
    let ada = world.person("ada").await;
    let quin = world.peer.person("q", "quin", 1);
    let quoted = world.peer.at("q", "/n/1");
    world.tell(&quin, &activity("Create", &world.peer.at("q", "/a/1"), &quin.uri, note(&quoted, &quin.uri, "<p>said before</p>"))).await;
    let theirs = world.post(&quoted).await.unwrap();
    let tx = world.federation.app.begin().await.unwrap();
    let beside = publish::Beside { quote: Some(theirs.id), ..publish::Beside::default() };
    let draft = publish::Draft { beside, ..crate::federation::outbox::tests::ground::draft("look") };
    let post = publish::publish(&tx, &ada, draft).await.unwrap();
    tx.commit().await.unwrap();
    (world, quin, post, quoted)
}

async fn sent(world: &World) -> Vec<Value> {
    worker::round(&world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log ORDER BY position").column(&world.federation.app.store).await.unwrap();
    bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

async fn is_held(world: &World, post: &Post) -> bool {
    !quotes::held(&world.federation.app.store, &[post.id]).await.unwrap().is_empty()
}

fn answer(world: &World, (by, host): (&Somebody, &str), kind: &str, asked: &Value, n: u32) -> Value {
    let mut answer = activity(kind, &world.peer.at(host, &format!("/answers/{n}")), &by.uri, asked.clone());
    if kind == "Accept" {
        answer["result"] = json!(world.peer.at(host, "/stamps/1"));
    }
    answer
}

#[tokio::test]
async fn the_author_elsewhere_is_asked_and_the_stamp_goes_out_with_the_post() {
    let (world, quin, post, quoted) = quoting().await;
    let all = sent(&world).await;
    let asked = all.iter().find(|activity| activity["type"] == "QuoteRequest").expect("asked").clone();
    let uri = format!("{HERE}{}", post.uri);
    assert_eq!((&asked["object"], &asked["instrument"]["id"], &asked["to"]), (&json!(quoted), &json!(uri), &json!([quin.uri])));
    let instrument = &asked["instrument"];
    assert_eq!((&instrument["quote"], instrument.get("quoteAuthorization")), (&json!(quoted), None));
    assert!(instrument["content"].as_str().unwrap().starts_with("<p class=\"quote-inline\">RE: "));
    let state = asking::unanswered(&world.federation.app.store, &[post.id]).await.unwrap();
    assert_eq!(state[0].answer, QuoteAnswer::None);

    let eve = world.peer.person("e", "eve", 0);
    let other = world.peer.person("q", "other", 1);
    for (n, who) in [((&eve, "e"), 1), ((&other, "q"), 2)].into_iter().map(|(who, n)| (n, who)) {
        let forged = answer(&world, who, "Accept", &asked, n);
        world.tell(who.0, &forged).await;
        assert!(!world.verdict(forged["id"].as_str().unwrap()).await.is_empty() && !is_held(&world, &post).await, "{n}");
    }
    world.tell(&quin, &answer(&world, (&quin, "q"), "Accept", &asked, 3)).await;
    assert!(is_held(&world, &post).await);
    let stamp = world.peer.at("q", "/stamps/1");
    let document: Value = serde_json::from_str(&world.look(&quin, &post.uri).await.1).unwrap();
    assert_eq!((&document["quoteAuthorization"], document.get("updated")), (&json!(stamp), None), "no edit");
    world
        .tell(&quin, &activity("Delete", &world.peer.at("q", "/d/1"), &quin.uri, json!({"type": "QuoteAuthorization", "id": stamp})))
        .await;
    let state = asking::unanswered(&world.federation.app.store, &[post.id]).await.unwrap();
    assert_eq!((state[0].answer, is_held(&world, &post).await), (QuoteAnswer::TakenBack, false));
    let document: Value = serde_json::from_str(&world.look(&quin, &post.uri).await.1).unwrap();
    assert!(document.get("quoteAuthorization").is_none());
}

#[tokio::test]
async fn a_no_is_kept_and_a_deleted_post_is_answered_by_nobody() {
    let (world, quin, post, _) = quoting().await;
    let asked = sent(&world).await.into_iter().find(|activity| activity["type"] == "QuoteRequest").unwrap();
    world.tell(&quin, &answer(&world, (&quin, "q"), "Reject", &asked, 1)).await;
    let state = asking::unanswered(&world.federation.app.store, &[post.id]).await.unwrap();
    assert_eq!(state[0].answer, QuoteAnswer::Refused);
    let tx = world.federation.app.begin().await.unwrap();
    posts::delete(&tx, &post).await.unwrap();
    tx.commit().await.unwrap();
    let late = answer(&world, (&quin, "q"), "Accept", &asked, 2);
    world.tell(&quin, &late).await;
    assert!(!world.verdict(late["id"].as_str().unwrap()).await.is_empty() && !is_held(&world, &post).await);
}
