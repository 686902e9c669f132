//! What goes into the log after acts of ours, through the real verbs, worker and database.

mod checklist;
pub(in crate::federation) mod ground;
mod seats;

use super::*;
use crate::{
    base::{
        id::InboxId,
        words::{AccountKind, Audience, JoinRule, Shape, Stage},
    },
    features::{communities, memberships, posts, reactions, relationships},
    federation::{deliver::tests::stage::Stage as Node, objects::note, vocabulary::PUBLIC},
    server::worker,
    sql,
};
use ground::{community, draft, follower, kinds, proven, publish, told};
use serde_json::Value;

/// Draws the consequences of everything that happened.
async fn draw(node: &Node) {
    worker::round(&node.federation, true).await.unwrap();
}

#[tokio::test]
async fn ap029_ap032_ap034_ap035_ap036_ap042_a_public_post_goes_once_to_each_inbox_with_a_proof_and_never_to_ourselves() {
    let node = Node::new(600).await;
    let pat = follower(&node, ("pat", "b.test"), &node.ada).await;
    follower(&node, ("kim", "b.test"), &node.ada).await;
    told(&node).await;
    let post = publish(&node, posts::publish::Draft { mentions: vec![pat.id, node.ada.id], ..draft("hello") }).await;
    let rows = told(&node).await;
    assert_eq!(kinds(&rows), ["any Create{Note}"]);
    assert_eq!(rows[0].targets, [pat.delivery_inbox.unwrap()]);
    let create = &rows[0].activity;
    assert_eq!(create["id"], format!("http://acme.test{}", note::create_uri(post.id)));
    assert_eq!((&create["to"][0], &create["cc"][0]), (&Value::from(PUBLIC), &Value::from("http://acme.test/u/ada/followers")));
    proven(&node, create, node.ada.id).await;
}

#[tokio::test]
async fn a_post_that_concerns_nobody_elsewhere_leaves_nothing_in_the_log() {
    let node = Node::new(600).await;
    publish(&node, draft("alone")).await;
    assert!(told(&node).await.is_empty());
}

#[tokio::test]
async fn a_community_announces_a_post_in_both_forms_and_a_reply_to_those_who_know_groups() {
    let node = Node::new(600).await;
    let (group, members) = community(&node).await;
    let inboxes: Vec<InboxId> = members.iter().filter_map(|member| member.delivery_inbox).collect();
    let post = publish(&node, posts::publish::Draft { community: Some(group.id), ..draft("a valve") }).await;
    let rows = told(&node).await;
    assert_eq!(kinds(&rows), ["group Announce{Create}", "plain Announce{id}"]);
    assert!(rows.iter().all(|row| row.targets == inboxes), "each host chooses among the same two");
    for row in &rows {
        proven(&node, &row.activity, group.id).await;
        let object = &row.activity["object"];
        if row.shape == Shape::Plain {
            assert_eq!(object, &format!("http://acme.test{}", post.uri));
        } else {
            assert_eq!((&object["actor"], &object["audience"]), (&"http://acme.test/u/ada".into(), &"http://acme.test/c/valves".into()));
            proven(&node, object, node.ada.id).await;
        }
    }
    publish(&node, posts::publish::Draft { in_reply_to: Some(post.id), ..draft("indeed") }).await;
    assert_eq!(kinds(&told(&node).await), ["group Announce{Create}"]);
}

#[tokio::test]
async fn edits_likes_and_deletes_in_a_community_travel_in_one_form_to_each_host() {
    let node = Node::new(600).await;
    let (group, _) = community(&node).await;
    let post = publish(&node, posts::publish::Draft { community: Some(group.id), ..draft("a valve") }).await;
    told(&node).await;
    let tx = node.app().store.begin().await.unwrap();
    let edit = posts::Edit { source: "b".into(), content: "<p>b</p>".into(), ..posts::Edit::default() };
    let post = posts::edit(&tx, &node.ada, &post, edit).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kinds(&told(&node).await), ["group Announce{Update}", "plain Update{Note}"]);
    let tx = node.app().store.begin().await.unwrap();
    reactions::like(&tx, &node.ada, &post, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kinds(&told(&node).await), ["group Announce{Like}"]);
    let tx = node.app().store.begin().await.unwrap();
    reactions::unlike(&tx, &node.ada, &post).await.unwrap();
    posts::delete(&tx, &post).await.unwrap();
    tx.commit().await.unwrap();
    let rows = told(&node).await;
    assert_eq!(kinds(&rows), ["group Announce{Delete}", "group Announce{Undo}", "plain Delete{Tombstone}"]);
}

#[tokio::test]
async fn ap046_what_a_community_receives_is_passed_on_as_it_came() {
    let node = Node::new(600).await;
    let (group, [pat, kim]) = community(&node).await;
    let raw = r#"{"id":"http://plain.test/likes/1", "type":"Like","actor":"http://plain.test/u/pat","object":"http://acme.test/p/1","x:more":[1.0, 2]}"#;
    let tx = node.app().store.begin().await.unwrap();
    announce_received(&node.federation, &tx, &group, Passed { raw, sender: &pat, key: 1 }).await.unwrap();
    tx.commit().await.unwrap();
    let rows = told(&node).await;
    assert_eq!(kinds(&rows), ["group Announce{Like}"]);
    assert!(rows[0].raw.contains(raw));
    assert!(rows[0].targets.contains(&kim.delivery_inbox.unwrap()));
    proven(&node, &rows[0].activity, group.id).await;
    let [inside, outside] = [Some(group.id), None].map(|community| posts::publish::Draft { community, ..draft("a valve") });
    let (inside, outside) = (publish(&node, inside).await, publish(&node, outside).await);
    told(&node).await;
    let tx = node.app().store.begin().await.unwrap();
    pass_on_received(&node.federation, &tx, inside.id, (&pat, raw)).await.unwrap();
    pass_on_received(&node.federation, &tx, outside.id, (&pat, raw)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kinds(&told(&node).await), ["group Announce{Like}"], "only for what is in the community");
}

#[tokio::test]
async fn s063_ap037_whom_an_author_wrote_to_in_secret_is_told_to_nobody() {
    let node = Node::new(600).await;
    let (group, [pat, kim]) = community(&node).await;
    let secret = "http://secret.test/u/sid";
    for (nth, name) in ["bto", "bcc", "b\\u0063c"].into_iter().enumerate() {
        let raw = format!(
            r#"{{"id":"http://plain.test/c/{nth}","type":"Create","actor":"http://plain.test/u/pat","{name}":["{secret}"],"proof":{{}},
                "object":{{"type":"Note","id":"http://plain.test/n/{nth}","content":"kept","{name}":"{secret}"}}}}"#
        );
        let tx = node.app().store.begin().await.unwrap();
        announce_received(&node.federation, &tx, &group, Passed { raw: &raw, sender: &pat, key: 1 }).await.unwrap();
        tx.commit().await.unwrap();
        let rows = told(&node).await;
        assert_eq!(kinds(&rows), ["group Announce{Create}"]);
        let object = &rows[0].activity["object"];
        assert!(!rows[0].raw.contains("secret.test") && object["object"]["content"] == "kept", "{}", rows[0].raw);
        assert!(object.get("proof").is_none(), "a proof over what is not there any more");
    }
    // ours names whom it is for in the open, and nobody else
    let direct = posts::publish::Draft { audience: Audience::Direct, mentions: vec![kim.id], ..draft("for kim") };
    publish(&node, direct).await;
    for row in told(&node).await {
        assert!(!row.raw.contains("bto") && !row.raw.contains("bcc") && !row.raw.contains("#Public"), "{}", row.raw);
    }
}

#[tokio::test]
async fn a_moderators_removal_is_announced_with_its_reason_and_taken_back_from_plain_hosts() {
    let node = Node::new(600).await;
    let (group, [pat, _]) = community(&node).await;
    let tx = node.app().store.begin().await.unwrap();
    let incoming = posts::receive::Incoming {
        uri: "http://plain.test/p/1".into(),
        url: "http://plain.test/p/1".into(),
        community: Some(group.id),
        through: None,
        in_reply_to_uri: String::new(),
        audience: Audience::Public,
        title: String::new(),
        content: "<p>spam</p>".into(),
        spoiler: String::new(),
        sensitive: false,
        language: String::new(),
        attachments: Vec::new(),
        mentions: Vec::new(),
        tags: Vec::new(),
        details: crate::store::tables::Details::default(),
        quote_uri: String::new(),
        quote_stamp: String::new(),
        poll: None,
        published: tx.now,
        updated: None,
        context_uri: String::new(),
    };
    let post = posts::receive::receive(&tx, &pat, incoming).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let shown = told(&node).await;
    assert_eq!(kinds(&shown), ["plain Announce{id}"], "its Create is passed on by the inbox");
    let tx = node.app().store.begin().await.unwrap();
    posts::remove(&tx, &node.ada, &post, "spam").await.unwrap();
    tx.commit().await.unwrap();
    let rows = told(&node).await;
    assert_eq!(kinds(&rows), ["group Announce{Delete}", "plain Undo{Announce}"]);
    for row in &rows {
        match row.shape {
            Shape::Group => assert_eq!(row.activity["object"]["summary"], "spam"),
            _ => assert_eq!(row.activity["object"]["id"], shown[0].activity["id"], "the very boost that was sent"),
        }
    }
}

#[tokio::test]
async fn a_post_into_a_community_elsewhere_goes_to_its_inbox() {
    let node = Node::new(600).await;
    let group = node.stranger(AccountKind::Community, ("pumps", "c.test"), "http://c.test/inbox".into()).await;
    let tx = node.app().store.begin().await.unwrap();
    let facts = communities::RemoteFacts {
        purpose: "pumps".into(),
        stage: Stage::Public,
        join_rule: JoinRule::Open,
        question: String::new(),
        members_count: 1,
    };
    communities::keep_remote(&tx, group.id, &facts).await.unwrap();
    memberships::join(&tx, &node.ada, &group, None).await.unwrap();
    tx.commit().await.unwrap();
    let asks = told(&node).await;
    assert_eq!(kinds(&asks), ["any Follow{id}"]);
    assert_eq!(asks[0].activity["object"], "http://c.test/u/pumps");
    let tx = node.app().store.begin().await.unwrap();
    memberships::admitted(&tx, node.ada.id, group.id).await.unwrap();
    tx.commit().await.unwrap();
    told(&node).await;
    publish(&node, posts::publish::Draft { community: Some(group.id), audience: Audience::Unlisted, ..draft("a pump") }).await;
    let rows = told(&node).await;
    assert_eq!((kinds(&rows), rows[0].targets.as_slice()), (vec!["any Create{Note}".to_owned()], &[group.delivery_inbox.unwrap()][..]));
}

#[tokio::test]
async fn a_follow_that_ends_is_undone_under_its_own_id() {
    let node = Node::new(600).await;
    let pat = node.stranger(AccountKind::Person, ("pat", "b.test"), String::new()).await;
    let tx = node.app().store.begin().await.unwrap();
    let follow = relationships::follow(&tx, &node.ada, &pat, relationships::FollowOptions::default(), None).await.unwrap();
    tx.commit().await.unwrap();
    let asked = told(&node).await;
    assert_eq!(asked[0].activity["id"], format!("http://acme.test{}", follow.uri));
    let tx = node.app().store.begin().await.unwrap();
    relationships::unfollow(&tx, node.ada.id, pat.id, None).await.unwrap();
    tx.commit().await.unwrap();
    let undone = told(&node).await;
    assert_eq!(kinds(&undone), ["any Undo{Follow}"]);
    assert_eq!(undone[0].activity["object"]["id"], asked[0].activity["id"]);
}

#[tokio::test]
async fn an_event_that_fails_is_left_after_five_tries_and_holds_up_no_other() {
    let node = Node::new(600).await;
    follower(&node, ("pat", "b.test"), &node.ada).await;
    told(&node).await;
    let store = &node.app().store;
    let tx = store.begin().await.unwrap();
    sql!("INSERT INTO events (id, body) VALUES (1, '{{\"nonsense\":1}}')").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    publish(&node, draft("hello")).await;
    for _ in 0..7 {
        draw(&node).await;
    }
    let attempts: Option<i64> = sql!("SELECT attempts FROM events WHERE failed_at IS NOT NULL AND error <> ''").value(store).await.unwrap();
    let others: Option<i64> = sql!("SELECT COUNT(*) FROM events WHERE id > 1").value(store).await.unwrap();
    assert_eq!((attempts, others), (Some(5), Some(0)));
    let told: Option<i64> = sql!("SELECT COUNT(*) FROM log WHERE position > 0").value(store).await.unwrap();
    assert_eq!(told, Some(1), "the other event was drawn");
}
