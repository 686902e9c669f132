//! Quotes with consent (FEP-044f): asked of our people, and shown of others only by a stamp that holds.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    base::words::Audience,
    features::{posts, quotes, relationships},
    federation::backfill,
    server::worker,
    sql,
    store::tables::{Account, Post},
};
use serde_json::{Value, json};

/// A node with ada, a post of hers for `audience`, and quin elsewhere.
async fn ours(audience: Audience) -> (World, Account, Post, Somebody) {
    let world = World::new().await;
    let ada = world.person("ada").await;
    let quin = world.peer.person("q", "quin", 1);
    let tx = world.federation.app.begin().await.unwrap();
    let draft = posts::publish::Draft { audience, ..crate::federation::outbox::tests::ground::draft("hello") };
    let post = posts::publish::publish(&tx, &ada, draft).await.unwrap();
    tx.commit().await.unwrap();
    (world, ada, post, quin)
}

fn request(world: &World, quin: &Somebody, n: u32, post: &Post) -> Value {
    let quoting = json!({"type": "Note", "id": world.peer.at("q", "/n/1"), "attributedTo": quin.uri, "content": "look"});
    let mut request = activity("QuoteRequest", &world.peer.at("q", &format!("/ask/{n}")), &quin.uri, json!(format!("{HERE}{}", post.uri)));
    request["instrument"] = quoting;
    request
}

/// What is in the log now, oldest first, of these types.
async fn sent(world: &World, kinds: &[&str]) -> Vec<Value> {
    worker::round(&world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log ORDER BY position").column(&world.federation.app.store).await.unwrap();
    let all = bodies.iter().map(|body| serde_json::from_str::<Value>(body).unwrap());
    all.filter(|body| kinds.contains(&body["type"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn who_asks_to_quote_a_public_post_gets_a_stamp_that_is_gone_after_a_block() {
    let (world, ada, post, quin) = ours(Audience::Public).await;
    world.tell(&quin, &request(&world, &quin, 1, &post)).await;
    let answers = sent(&world, &["Accept", "Reject"]).await;
    let [accept] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!((&accept["type"], &accept["object"]["id"]), (&json!("Accept"), &json!(world.peer.at("q", "/ask/1"))));
    assert_eq!((&accept["actor"], &accept["to"]), (&json!(format!("{HERE}/u/ada")), &json!([quin.uri])));
    let stamp = accept["result"].as_str().unwrap().to_owned();
    let path = stamp.strip_prefix(HERE).unwrap();
    let (status, text) = world.look(&quin, path).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &document["type"], &document["id"]), (200, &json!("QuoteAuthorization"), &json!(stamp)));
    assert_eq!(document["attributedTo"], json!(format!("{HERE}/u/ada")));
    assert_eq!(
        (&document["interactingObject"], &document["interactionTarget"]),
        (&json!(world.peer.at("q", "/n/1")), &json!(format!("{HERE}{}", post.uri)))
    );
    assert!(document["proof"].is_object() && document["@context"].is_array());

    world.tell(&quin, &request(&world, &quin, 2, &post)).await;
    assert_eq!(sent(&world, &["Accept"]).await[1]["result"], json!(stamp), "asked again it is answered again, with the same");

    let tx = world.federation.app.begin().await.unwrap();
    let asker = crate::features::accounts::queries::by_uri(&tx, &quin.uri).await.unwrap().unwrap();
    relationships::block(&tx, ada.id, asker.id, None).await.unwrap();
    tx.commit().await.unwrap();
    sent(&world, &[]).await;
    let deletes = sent(&world, &["Delete"]).await;
    assert_eq!((deletes.len(), &deletes[0]["object"]["id"], &deletes[0]["actor"]), (1, &json!(stamp), &json!(format!("{HERE}/u/ada"))));
    assert_eq!(world.look(&quin, path).await.0, 404);
    let denied = request(&world, &quin, 3, &post);
    world.tell(&quin, &denied).await;
    let refused = sent(&world, &["Reject"]).await;
    assert!(
        refused.iter().all(|reject| reject.get("result").is_none()) && sent(&world, &["Accept"]).await.len() == 2,
        "nobody whom she blocks"
    );
}

#[tokio::test]
async fn what_is_for_few_is_refused_to_who_sees_it_and_unknown_to_who_does_not() {
    for audience in [Audience::Followers, Audience::Direct] {
        let (world, ada, post, quin) = ours(audience).await;
        let ask = request(&world, &quin, 1, &post);
        world.tell(&quin, &ask).await;
        assert_ne!(world.verdict(ask["id"].as_str().unwrap()).await, "");
        assert!(sent(&world, &["Accept", "Reject"]).await.is_empty(), "{audience:?}: whoever may not see it is told nothing");
        world.tell(&quin, &activity("Follow", &world.peer.at("q", "/f/1"), &quin.uri, json!(format!("{HERE}{}", ada.uri)))).await;
        sent(&world, &[]).await;
        let before = sent(&world, &["Accept", "Reject"]).await.len();
        let again = request(&world, &quin, 2, &post);
        world.tell(&quin, &again).await;
        let after = sent(&world, &["Accept", "Reject"]).await;
        let answered = after.get(before).map(|answer| answer["type"].clone());
        assert_eq!(answered, (audience == Audience::Followers).then(|| json!("Reject")), "{audience:?}");
    }
}

#[tokio::test]
async fn a_deleted_post_takes_its_stamps_with_it() {
    let (world, _, post, quin) = ours(Audience::Public).await;
    world.tell(&quin, &request(&world, &quin, 1, &post)).await;
    let stamp = sent(&world, &["Accept"]).await[0]["result"].clone();
    let tx = world.federation.app.begin().await.unwrap();
    posts::delete(&tx, &post).await.unwrap();
    tx.commit().await.unwrap();
    let deletes = sent(&world, &["Delete"]).await;
    assert!(deletes.iter().any(|delete| delete["object"]["id"] == stamp), "{deletes:?}");
    let path = stamp.as_str().unwrap().strip_prefix(HERE).unwrap().to_owned();
    assert_ne!(world.look(&quin, &path).await.0, 200);
}

#[tokio::test]
async fn our_posts_say_who_may_quote_them() {
    for (audience, approved) in [
        (Audience::Public, "https://www.w3.org/ns/activitystreams#Public".to_owned()),
        (Audience::Unlisted, "https://www.w3.org/ns/activitystreams#Public".to_owned()),
    ] {
        let (world, _, post, quin) = ours(audience).await;
        let document: Value = serde_json::from_str(&world.look(&quin, &post.uri).await.1).unwrap();
        assert_eq!(document["interactionPolicy"]["canQuote"]["automaticApproval"], json!([approved]), "{audience:?}");
    }
}

/// Pat's post at p that quotes quin's at q, with `stamp` at its address on `host` saying `says`.
struct Quoting {
    world: World,
    quin: Somebody,
    stamp: String,
    quoting: String,
}

async fn quoting(host: &str, change: impl FnOnce(&mut Value)) -> Quoting {
    let world = World::new().await;
    let (pat, quin) = (world.peer.person("p", "pat", 0), world.peer.person("q", "quin", 1));
    let (quoted, quoting) = (world.peer.at("q", "/n/1"), world.peer.at("p", "/n/1"));
    world.peer.serves(&note(&quoted, &quin.uri, "<p>said before</p>"));
    let stamp = world.peer.at(host, "/stamps/1");
    let mut document = json!({"@context": "https://www.w3.org/ns/activitystreams", "type": "QuoteAuthorization", "id": stamp, "attributedTo": quin.uri, "interactingObject": quoting, "interactionTarget": quoted});
    change(&mut document);
    world.peer.says(&stamp, 200, "application/activity+json", &document);
    let mut written = note(&quoting, &pat.uri, "<p>look</p>");
    written["quote"] = json!(quoted);
    written["quoteAuthorization"] = json!(stamp);
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, written)).await;
    backfill::drain(&world.federation).await.unwrap();
    Quoting { world, quin, stamp, quoting }
}

impl Quoting {
    async fn is_shown(&self) -> bool {
        let post = self.world.post(&self.quoting).await.unwrap();
        quotes::held(&self.world.federation.app.store, &[post.id]).await.unwrap() == [post.id]
    }
}

#[tokio::test]
async fn a_quote_counts_by_the_stamp_of_whom_it_quotes_until_that_is_taken_back() {
    let case = quoting("q", |_| {}).await;
    assert!(case.is_shown().await);
    let eve = case.world.peer.person("e", "eve", 0);
    let other = case.world.peer.person("q", "other", 0);
    for (who, host) in [(&eve, "e"), (&other, "q")] {
        let forged = activity("Delete", &case.world.peer.at(host, "/d/1"), &who.uri, json!(case.stamp));
        case.world.tell(who, &forged).await;
        assert!(case.is_shown().await, "{host}: only its author takes it back");
    }
    let object = json!({"type": "QuoteAuthorization", "id": case.stamp});
    case.world.tell(&case.quin, &activity("Delete", &case.world.peer.at("q", "/d/2"), &case.quin.uri, object)).await;
    assert!(!case.is_shown().await);
}

#[tokio::test]
async fn a_stamp_by_another_for_another_or_of_another_does_not_count() {
    for (n, (host, change)) in [
        (
            "q",
            (|stamp: &mut Value| stamp["attributedTo"] = json!(stamp["id"].as_str().unwrap().replace("/stamps/1", "/u/other")))
                as fn(&mut Value),
        ),
        ("q", |stamp| stamp["interactingObject"] = json!("https://p.example/n/2")),
        ("q", |stamp| stamp["interactionTarget"] = json!(stamp["id"].as_str().unwrap().replace("/stamps/1", "/n/2"))),
        ("q", |stamp| stamp["type"] = json!("Note")),
        ("p", |_| {}),
        ("e", |_| {}),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(!quoting(host, change).await.is_shown().await, "{n}");
    }
}

#[tokio::test]
async fn a_stamp_that_comes_later_counts_without_an_edit() {
    let world = World::new().await;
    let (pat, quin) = (world.peer.person("p", "pat", 0), world.peer.person("q", "quin", 1));
    let (quoted, quoting, stamp) = (world.peer.at("q", "/n/1"), world.peer.at("p", "/n/1"), world.peer.at("q", "/stamps/1"));
    world.peer.serves(&note(&quoted, &quin.uri, "<p>said before</p>"));
    world.peer.serves(&json!({"type": "QuoteAuthorization", "id": stamp, "attributedTo": quin.uri, "interactingObject": quoting, "interactionTarget": quoted}));
    let mut written = note(&quoting, &pat.uri, "<p>look</p>");
    written["quote"] = json!(quoted);
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, written.clone())).await;
    backfill::drain(&world.federation).await.unwrap();
    let case = Quoting { world, quin, stamp: stamp.clone(), quoting };
    assert!(!case.is_shown().await, "nobody said that it may");
    written["quoteAuthorization"] = json!(stamp);
    case.world.tell(&pat, &activity("Update", &case.world.peer.at("p", "/a/2"), &pat.uri, written)).await;
    backfill::drain(&case.world.federation).await.unwrap();
    assert!(case.is_shown().await);
}

#[tokio::test]
async fn a_quote_of_ours_counts_by_the_stamp_that_we_gave() {
    let (world, ada, post, quin) = ours(Audience::Public).await;
    world.tell(&quin, &request(&world, &quin, 1, &post)).await;
    let stamp = sent(&world, &["Accept"]).await[0]["result"].clone();
    let mut written = note(&world.peer.at("q", "/n/1"), &quin.uri, "<p>look</p>");
    written["quote"] = json!(format!("{HERE}{}", post.uri));
    written["quoteAuthorization"] = stamp;
    world.tell(&quin, &activity("Create", &world.peer.at("q", "/a/1"), &quin.uri, written)).await;
    backfill::drain(&world.federation).await.unwrap();
    let case = Quoting { quoting: world.peer.at("q", "/n/1"), stamp: String::new(), quin, world };
    assert!(case.is_shown().await);
    let tx = case.world.federation.app.begin().await.unwrap();
    let asker = crate::features::accounts::queries::by_uri(&tx, &case.quin.uri).await.unwrap().unwrap();
    quotes::revoke_between(&tx, ada.id, asker.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!case.is_shown().await);
}
