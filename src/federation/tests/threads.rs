//! Threads that are filled in, upwards and downwards (FEP-7888, FEP-f228), and what a list may make us do (S67, S68).

use super::{
    peer::Somebody,
    world::{World, activity, note},
};
use crate::{
    base::words::Missing,
    features::backfills,
    federation::backfill::{self, want_thread},
    sql,
    store::tables::{Backfill, Post},
};
use serde_json::{Value, json};

/// A public note by `author` at its host, answering `to`; served.
fn served(world: &World, author: &Somebody, path: &str, to: Option<&Value>, change: impl FnOnce(&mut Value)) -> Value {
    let host = author.uri.strip_prefix("http://").unwrap().split('.').next().unwrap();
    let mut note = note(&world.peer.at(host, path), &author.uri, &format!("<p>{path}</p>"));
    if let Some(to) = to {
        note["inReplyTo"] = to["id"].clone();
    }
    change(&mut note);
    world.peer.serves(&note);
    note
}

/// `note` is sent here by its author.
async fn told(world: &World, author: &Somebody, note: &Value) -> Post {
    let id = note["id"].as_str().unwrap();
    world.tell(author, &activity("Create", &format!("{id}/create"), &author.uri, note.clone())).await;
    world.post(id).await.expect("it came")
}

fn collection(world: &World, id: &str, items: &[&Value]) {
    let items: Vec<&Value> = items.iter().map(|item| &item["id"]).collect();
    world.peer.serves(&json!({"type": "OrderedCollection", "id": id, "totalItems": items.len(), "orderedItems": items}));
}

async fn here(world: &World, note: &Value) -> Option<Post> {
    world.post(note["id"].as_str().unwrap()).await
}

async fn row(world: &World, kind: Missing, subject: &Value) -> Option<Backfill> {
    backfills::find(&world.federation.app.store, kind, subject["id"].as_str().unwrap()).await.unwrap()
}

#[tokio::test]
async fn answers_that_never_came_are_there_once_somebody_opened_the_thread() {
    let world = World::new().await;
    let (pat, quin) = (world.peer.person("p", "pat", 0), world.peer.person("q", "quin", 1));
    let context = world.peer.at("p", "/n/1/context");
    let top = served(&world, &pat, "/n/1", None, |note| note["context"] = json!(context));
    let answer = served(&world, &quin, "/n/2", Some(&top), |_| ());
    let deeper = served(&world, &pat, "/n/3", Some(&answer), |_| ());
    let another = served(&world, &quin, "/n/4", None, |_| ());
    collection(&world, &context, &[&top, &answer, &deeper, &another]);
    let post = told(&world, &pat, &top).await;
    assert_eq!(post.context_uri, context);
    want_thread(&world.federation, post.id).await.unwrap();
    backfill::drain(&world.federation).await.unwrap();
    let (answer, deeper) = (here(&world, &answer).await.unwrap(), here(&world, &deeper).await.unwrap());
    assert_eq!((answer.root_id, deeper.in_reply_to_id, deeper.root_id), (Some(post.id), Some(answer.id), Some(post.id)));
    assert!(here(&world, &another).await.is_none(), "what answers nothing is not of the thread");
    // opened again and again it is asked for once an hour
    want_thread(&world.federation, deeper.id).await.unwrap();
    backfill::drain(&world.federation).await.unwrap();
    assert_eq!(world.peer.asked_for("/context"), 1);
    world.federation.app.store.clock.advance(3_600_001);
    want_thread(&world.federation, answer.id).await.unwrap();
    backfill::drain(&world.federation).await.unwrap();
    assert_eq!((world.peer.asked_for("/context"), world.peer.asked_for("/n/2")), (2, 1));
}

#[tokio::test]
async fn where_there_is_no_context_the_lists_of_replies_are_followed_down() {
    let world = World::new().await;
    let (pat, quin) = (world.peer.person("p", "pat", 0), world.peer.person("q", "quin", 1));
    let list = |host: &str, n: u32| world.peer.at(host, &format!("/n/{n}/replies"));
    // a name of old software, and a list on another server, lead nowhere
    let top = served(&world, &pat, "/n/1", None, |note| {
        note["context"] = json!("tag:p,2026:objectId=1");
        note["replies"] = json!({"type": "Collection", "id": list("p", 1)});
    });
    let answer = served(&world, &quin, "/n/2", Some(&top), |note| note["replies"] = json!(list("q", 2)));
    let deeper = served(&world, &pat, "/n/3", Some(&answer), |note| note["replies"] = json!(list("e", 3)));
    world.peer.serves(&json!({"type": "Collection", "id": list("p", 1),
        "first": {"type": "CollectionPage", "partOf": list("p", 1), "items": [], "next": format!("{}?page=1", list("p", 1))}}));
    world.peer.serves(&json!({"type": "CollectionPage", "id": format!("{}?page=1", list("p", 1)), "items": [answer["id"]]}));
    collection(&world, &list("q", 2), &[&deeper]);
    let post = told(&world, &pat, &top).await;
    want_thread(&world.federation, post.id).await.unwrap();
    backfill::drain(&world.federation).await.unwrap();
    assert!(here(&world, &answer).await.is_some());
    assert_eq!(here(&world, &deeper).await.unwrap().root_id, Some(post.id));
    assert_eq!(world.peer.asked_for("e.localhost"), 0);
}

#[tokio::test]
async fn s067_a_list_of_very_many_answers_elsewhere_costs_a_bounded_number_of_fetches() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let context = world.peer.at("p", "/n/1/context");
    let top = served(&world, &pat, "/n/1", None, |note| note["context"] = json!(context));
    let post = told(&world, &pat, &top).await;
    let at = |n: usize| format!("{context}?page={n}");
    world.peer.serves(&json!({"type": "OrderedCollection", "id": context, "totalItems": 1_000_000, "first": at(0)}));
    for n in 0..100 {
        let items: Vec<String> = (0..100).map(|m| world.peer.at("victim", &format!("/n/{n}/{m}"))).collect();
        world.peer.serves(&json!({"type": "OrderedCollectionPage", "id": at(n), "orderedItems": items, "next": at(n + 1)}));
    }
    want_thread(&world.federation, post.id).await.unwrap();
    backfill::drain(&world.federation).await.unwrap();
    assert!(row(&world, Missing::Thread, &top).await.unwrap().done_at.is_some());
    let asked = world.peer.asked_for("victim");
    assert!((50..=110).contains(&asked), "{asked}");
    assert_eq!(world.peer.asked_for("victim.localhost") - asked, 0);
    assert!(world.peer.asked_for("/context") <= 30);
}

#[tokio::test]
async fn what_a_post_answers_is_fetched_and_tried_again_while_its_server_is_away() {
    let world = World::new().await;
    let (pat, quin) = (world.peer.person("p", "pat", 0), world.peer.person("q", "quin", 1));
    let top = served(&world, &pat, "/n/1", None, |_| ());
    let middle = served(&world, &quin, "/n/2", Some(&top), |_| ());
    let last = served(&world, &pat, "/n/3", Some(&middle), |_| ());
    world.peer.says(middle["id"].as_str().unwrap(), 503, "text/plain", &json!("away"));
    let post = told(&world, &pat, &last).await;
    assert_eq!(post.in_reply_to_id, None);
    backfill::drain(&world.federation).await.unwrap();
    assert!(row(&world, Missing::Parents, &middle).await.unwrap().due_at.is_some(), "it waits for another try");
    world.peer.serves(&middle);
    world.federation.app.store.clock.advance(3_600_000);
    backfill::drain(&world.federation).await.unwrap();
    let (top, last) = (here(&world, &top).await.unwrap(), here(&world, &last).await.unwrap());
    assert_eq!((last.root_id, last.in_reply_to_id), (Some(top.id), here(&world, &middle).await.map(|post| post.id)));
    assert!(row(&world, Missing::Parents, &middle).await.unwrap().done_at.is_some());
}

#[tokio::test]
async fn s068_posts_that_answer_each_other_for_ever_end() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let (one, two) = (json!({"id": world.peer.at("p", "/n/1")}), json!({"id": world.peer.at("p", "/n/2")}));
    served(&world, &pat, "/n/1", Some(&two), |_| ());
    served(&world, &pat, "/n/2", Some(&one), |_| ());
    let first = served(&world, &pat, "/n/3", Some(&one), |_| ());
    told(&world, &pat, &first).await;
    backfill::drain(&world.federation).await.unwrap();
    assert!(world.peer.asked_for("/n/") <= 2);
    for n in 10..90 {
        let next = json!({"id": world.peer.at("p", &format!("/n/{}", n + 1))});
        served(&world, &pat, &format!("/n/{n}"), Some(&next), |_| ());
    }
    let long = served(&world, &pat, "/n/9", Some(&json!({"id": world.peer.at("p", "/n/10")})), |_| ());
    let before = world.peer.asked_for("/n/");
    told(&world, &pat, &long).await;
    backfill::drain(&world.federation).await.unwrap();
    assert!(world.peer.asked_for("/n/") - before <= 50, "a thread is followed fifty posts up, and as far as one budget goes");
    let waiting: i64 =
        sql!("SELECT COUNT(*) FROM backfills WHERE due_at IS NOT NULL").value(&world.federation.app.store).await.unwrap().unwrap();
    assert_eq!(waiting, 0);
}
