//! The log of a community across nodes: what is told of it, who is shown what, and our copy of one elsewhere.

use super::{
    moderated::{announce, cast, elsewhere},
    world::{HERE, activity},
};
use crate::{
    base::{
        page::Page,
        proof,
        words::{ModAct, Role, Stage},
    },
    features::{memberships, moderation::log},
    sql,
    store::tables::ModLogRow,
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_ban_that_a_moderator_elsewhere_decides_by_an_offer_is_logged_once_and_told_by_the_community() {
    let cast = cast(Some(Role::Moderator)).await;
    let (federation, group) = (&cast.world.federation, format!("{HERE}/c/valves"));
    let rev = "SELECT s.rev FROM seats s JOIN accounts a ON a.id = s.account_id WHERE a.uri = {}";
    let rev: Option<i64> = sql!(rev, cast.pat.uri.as_str()).value(&federation.app.store).await.unwrap();
    let member = json!({"type": "Member", "actor": cast.pat.uri, "object": group, "summary": "spam"});
    let mut offer = activity("Offer", &cast.world.peer.at("m", "/offer/1"), &cast.mo.uri, member);
    let now = federation.app.store.now();
    (offer["target"], offer["decision"], offer["basedOn"], offer["askedAt"]) = (json!(group), json!("ban"), json!(rev), json!(now));
    proof::add_proof(&mut offer, &cast.mo.ed25519, &format!("{}#ed25519-key", cast.mo.uri), now.utc()).unwrap();
    cast.world.tell(&cast.mo, &offer).await;
    assert_eq!(cast.world.verdict(offer["id"].as_str().unwrap()).await, "");
    crate::server::worker::round(federation, true).await.unwrap();
    assert_eq!(cast.state().await, (false, false, 1, 1));
    assert_eq!(cast.announced("Block").await, 1);
    let rows = log::page(&federation.app.store, cast.group.id, true, Page::first(9)).await.unwrap();
    let mo = cast.world.account(&cast.mo.uri).await.unwrap();
    assert_eq!((rows[0].act, rows[0].moderator_id, rows[0].reason.as_str()), (ModAct::Ban, mo.id, "spam"));
    let bodies: Vec<String> = sql!("SELECT body FROM log WHERE body LIKE '%\"Block\"%'").column(&federation.app.store).await.unwrap();
    let block = serde_json::from_str::<Value>(&bodies[0]).unwrap()["object"].clone();
    assert_eq!((&block["actor"], &block["object"], &block["target"]), (&json!(group), &json!(cast.pat.uri), &json!(group)));
    assert_eq!(block["id"], json!(format!("{HERE}{}", rows[0].uri)));
    // what the moderator sends as a Block is passed on as it came, and not told a second time
    assert_eq!(cast.tells(1, "Undo Block").await, "");
    crate::server::worker::round(federation, true).await.unwrap();
    assert_eq!((cast.state().await.3, cast.announced("Undo").await), (2, 1));
}

#[tokio::test]
async fn strangers_are_shown_neither_who_was_warned_nor_anybody_of_a_private_community() {
    let cast = cast(Some(Role::Moderator)).await;
    let (world, store) = (&cast.world, &cast.world.federation.app.store);
    let kim = world.peer.person("k", "kim", 1);
    assert_eq!(cast.tells(1, "Warn").await, "");
    assert_eq!(cast.tells(2, "Lock").await, "");
    let mo = world.account(&cast.mo.uri).await.unwrap();
    let tx = store.begin().await.unwrap();
    memberships::appoint(&tx, &cast.ada, &mo, &cast.group, Role::Curator).await.unwrap();
    tx.commit().await.unwrap();
    let path = "/c/valves/log?page=true";
    assert_eq!(world.look(&kim, path).await.0, 404, "members only, unless the community says otherwise");
    let set = async |stage: Stage| {
        let tx = store.begin().await.unwrap();
        sql!("UPDATE communities SET log_public = TRUE, stage = {} WHERE account_id = {}", stage, cast.group.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    set(Stage::Public).await;
    let items = async |who| -> Vec<Value> {
        let (status, text) = world.look(who, path).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str::<Value>(&text).unwrap()["orderedItems"].as_array().unwrap().clone()
    };
    let (member, stranger) = (items(&cast.mo).await, items(&kim).await);
    let of = |items: &[Value], act: &str| items.iter().find(|item| item["act"] == act).unwrap().clone();
    assert_eq!((member.len(), stranger.len()), (3, 3));
    assert_eq!(of(&member, "warn")["target"], json!(cast.pat.uri));
    assert_eq!((of(&member, "appoint")["target"].clone(), of(&member, "appoint")["role"].clone()), (json!(cast.mo.uri), json!("curator")));
    assert_eq!(of(&stranger, "lock")["object"], json!(cast.post));
    for act in ["warn", "appoint"] {
        assert!(of(&stranger, act)["target"].is_null() && of(&stranger, act)["summary"] == "", "{act}");
    }
    set(Stage::Federated).await;
    let text = json!(items(&kim).await).to_string();
    for name in [&cast.pat.uri, &cast.mo.uri, &cast.post, &format!("{HERE}/u/ada"), &"a reason".to_owned()] {
        assert!(!text.contains(name.as_str()), "{name} in {text}");
    }
    assert!(json!(items(&cast.mo).await).to_string().contains(&cast.pat.uri));
}

#[tokio::test]
async fn the_log_of_a_community_elsewhere_is_read_now_and_then_and_an_act_in_it_counts_when_it_is_announced() {
    let (world, group, _, community) = elsewhere().await;
    let store = &world.federation.app.store;
    let mo = world.peer.person("g", "mod", 0);
    world.federation.app.network().unwrap().find_url(&mo.uri).await.unwrap();
    let page = format!("{}/log?page=true", group.uri);
    let ban = world.peer.at("g", "/b/1");
    let entry = |id: &str, act: &str| {
        json!({"type": "ModerationAct", "id": id, "act": act, "actor": mo.uri, "target": format!("{HERE}/u/ada"), "object": null,
            "summary": "spam post", "published": "2026-01-01T00:00:00Z"})
    };
    let items =
        [entry(&ban, "ban"), entry(&format!("{}/log#2", group.uri), "admit"), entry(&format!("{}/log#3", group.uri), "dance"), json!(7)];
    world.peer.says(&page, 200, "application/activity+json", &json!({"type": "OrderedCollectionPage", "id": page, "orderedItems": items}));
    let look = async || world.federation.app.network().unwrap().moderation_log(community.id).await.unwrap();
    look().await;
    assert_eq!(world.peer.asked_for("/log"), 0, "only nodes of ours keep one");
    let tx = store.begin().await.unwrap();
    sql!("UPDATE peers SET level = 2").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    look().await;
    look().await;
    assert_eq!(world.peer.asked_for("/log"), 1, "once in a while");
    let rows = async || -> Vec<ModLogRow> { log::page(store, community.id, true, Page::first(9)).await.unwrap() };
    let mut acts: Vec<ModAct> = rows().await.iter().map(|row| row.act).collect();
    acts.sort();
    assert_eq!(acts, [ModAct::Ban, ModAct::Admit]);
    let banned = async || -> i64 { sql!("SELECT COUNT(*) FROM bans").value(store).await.unwrap().unwrap() };
    assert_eq!(banned().await, 0);
    let block = json!({"type": "Block", "id": ban, "actor": mo.uri, "object": format!("{HERE}/u/ada"), "target": group.uri, "summary": "spam post", "to": [], "cc": []});
    assert_eq!(announce(&world, &group, 1, block).await, "");
    assert_eq!((banned().await, rows().await.len()), (1, 2));
}
