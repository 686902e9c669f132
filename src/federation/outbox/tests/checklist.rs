//! What ActivityPub asks of every activity that is sent, over one of each kind.

use super::{
    Node,
    ground::{community, draft, follower, kinds, publish, told},
};
use crate::{
    base::words::AccountKind,
    features::{accounts, posts, posts::pins, reactions, relationships},
    store::tables::Account,
};
use serde_json::{Value, json};

/// Everything that ada, one of ours, does and takes back; what was sent of it.
async fn deeds(node: &Node, pat: &Account) -> Vec<Value> {
    let (group, _) = community(node).await;
    let post = publish(node, draft("hello")).await;
    publish(node, posts::publish::Draft { community: Some(group.id), ..draft("a valve") }).await;
    let theirs = {
        let tx = node.app().store.begin().await.unwrap();
        let incoming = posts::tests::world::incoming("http://b.test/n/1", "theirs", tx.now);
        let theirs = posts::receive::receive(&tx, pat, incoming).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        theirs
    };
    let mut sent: Vec<Value> = told(node).await.into_iter().map(|row| row.activity).collect();
    let tx = node.app().store.begin().await.unwrap();
    let edit = posts::Edit { source: "b".into(), content: "<p>b</p>".into(), ..posts::Edit::default() };
    let post = posts::edit(&tx, &node.ada, &post, edit).await.unwrap();
    pins::set(&tx, &node.ada, &post, true).await.unwrap();
    relationships::follow(&tx, &node.ada, pat, relationships::FollowOptions::default(), None).await.unwrap();
    reactions::like(&tx, &node.ada, &theirs, None).await.unwrap();
    reactions::boost(&tx, &node.ada, &theirs, None).await.unwrap();
    accounts::change_profile(&tx, &node.ada, accounts::Changes { display_name: Some("Ada".into()), ..accounts::Changes::default() })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    sent.extend(told(node).await.into_iter().map(|row| row.activity));
    let tx = node.app().store.begin().await.unwrap();
    reactions::unlike(&tx, &node.ada, &theirs).await.unwrap();
    pins::set(&tx, &node.ada, &post, false).await.unwrap();
    relationships::block(&tx, node.ada.id, pat.id, None).await.unwrap();
    posts::delete(&tx, &post).await.unwrap();
    tx.commit().await.unwrap();
    sent.extend(told(node).await.into_iter().map(|row| row.activity));
    sent
}

#[tokio::test]
async fn ap002_ap038_ap039_ap044_every_activity_has_an_id_and_what_it_is_about() {
    let node = Node::new(600).await;
    let pat = node.stranger(AccountKind::Person, ("pat", "b.test"), "http://b.test/inbox".into()).await;
    follower(&node, ("kim", "c.test"), &node.ada).await;
    assert_eq!(kinds(&told(&node).await), ["any Accept{Follow}"]);
    let sent = deeds(&node, &pat).await;
    let kinds: std::collections::BTreeSet<&str> = sent.iter().filter_map(|activity| activity["type"].as_str()).collect();
    let expected = ["Add", "Announce", "Block", "Create", "Delete", "Follow", "Like", "Remove", "Undo", "Update"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected, "a Block goes to the one blocked");
    for activity in &sent {
        assert!(activity["id"].as_str().is_some_and(|id| id.starts_with("http://acme.test/")), "{activity}");
        let object = &activity["object"];
        assert!(object.is_string() || object["id"].is_string() || object["type"].is_string(), "{activity}");
        if ["Add", "Remove"].contains(&activity["type"].as_str().unwrap()) {
            assert_eq!(activity["target"], json!("http://acme.test/u/ada/featured"), "{activity}");
        }
    }
}

#[tokio::test]
async fn ap029_a_post_for_named_people_goes_to_their_inboxes_and_to_nobody_else() {
    let node = Node::new(600).await;
    let pat = node.stranger(AccountKind::Person, ("pat", "b.test"), "http://b.test/inbox".into()).await;
    follower(&node, ("kim", "c.test"), &node.ada).await;
    told(&node).await;
    let audience = crate::base::words::Audience::Direct;
    publish(&node, posts::publish::Draft { audience, mentions: vec![pat.id], ..draft("for pat") }).await;
    let rows = told(&node).await;
    assert_eq!((kinds(&rows), rows[0].targets.as_slice()), (vec!["any Create{Note}".to_owned()], &[pat.delivery_inbox.unwrap()][..]));
}
