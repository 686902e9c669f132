//! What moderators elsewhere may do in a community of ours, and what a community elsewhere says was done in it: S35, S43, S105.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    base::words::{JoinRule, Level, Role, Stage},
    features::{communities, memberships, moderation::reports::queries as reports, peers},
    federation::objects::Introduced,
    sql,
    store::tables::{Account, Post},
};
use serde_json::{Value, json};

/// A public community of ada's, in which pat (elsewhere) is a member with a post, and mo (elsewhere) holds `role`.
pub struct Cast {
    pub world: World,
    pub ada: Account,
    pub group: Account,
    pub pat: Somebody,
    pub mo: Somebody,
    pub post: String,
}

pub async fn cast(role: Option<Role>) -> Cast {
    let world = World::new().await;
    let (pat, mo) = (world.peer.person("p", "pat", 0), world.peer.person("m", "mo", 1));
    let ada = world.person("ada").await;
    let store = &world.federation.app.store;
    let founding = communities::Founding {
        name: "valves".into(),
        title: "Valves".into(),
        purpose: "Valves.".into(),
        stage: Stage::Public,
        join_rule: JoinRule::Open,
        question: String::new(),
        least_level: Level::Plain,
        keys: world.federation.app.new_keys().await.unwrap(),
    };
    let tx = store.begin().await.unwrap();
    let (group, _) = communities::found(&tx, &ada, founding).await.unwrap();
    tx.commit().await.unwrap();
    let follow = |who: &Somebody, host: &str| activity("Follow", &world.peer.at(host, "/f/1"), &who.uri, json!(format!("{HERE}/c/valves")));
    world.tell(&pat, &follow(&pat, "p")).await;
    world.tell(&mo, &follow(&mo, "m")).await;
    let id = world.account(&mo.uri).await.unwrap().id;
    let tx = store.begin().await.unwrap();
    match role {
        Some(role) => sql!("UPDATE seats SET role = {} WHERE account_id = {}", role, id),
        None => sql!("DELETE FROM seats WHERE account_id = {}", id),
    }
    .run(&tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let post = world.peer.at("p", "/n/1");
    let mut note = note(&post, &pat.uri, "<p>spam</p>");
    note["to"] = json!(["https://www.w3.org/ns/activitystreams#Public", format!("{HERE}/c/valves")]);
    note["audience"] = json!(format!("{HERE}/c/valves"));
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note)).await;
    Cast { world, ada, group, pat, mo, post }
}

impl Cast {
    /// What mo sends, as Lemmy writes it: an activity of this kind; with `undone`, its Undo.
    fn act(&self, n: u32, kind: &str) -> Value {
        let (group, id) = (format!("{HERE}/c/valves"), self.world.peer.at("m", &format!("/act/{n}")));
        let kind_of = kind.strip_prefix("Undo ").unwrap_or(kind);
        let object = if kind_of == "Block" { &self.pat.uri } else { &self.post };
        let mut act = activity(kind_of, &id, &self.mo.uri, json!(object));
        act["summary"] = json!("a reason");
        act["cc"] = json!([group]);
        act["audience"] = json!(group);
        if kind_of == "Block" {
            act["target"] = json!(group);
            act["endTime"] = json!("2999-01-01T00:00:00Z");
        }
        if kind_of == "Warn" {
            act["to"] = json!([self.pat.uri]);
        }
        if kind == kind_of { act } else { activity("Undo", &format!("{id}/undo"), &self.mo.uri, act) }
    }

    pub async fn tells(&self, n: u32, kind: &str) -> String {
        let act = self.act(n, kind);
        self.world.tell(&self.mo, &act).await;
        self.world.verdict(act["id"].as_str().unwrap()).await
    }

    async fn post(&self) -> Post {
        self.world.post(&self.post).await.unwrap()
    }

    /// What a moderator could have changed: removed, locked, banned; and entries of the log.
    pub async fn state(&self) -> (bool, bool, i64, i64) {
        let (post, store) = (self.post().await, &self.world.federation.app.store);
        let count = async |text: &'static str| -> i64 { sql!(text).value(store).await.unwrap().unwrap() };
        (
            post.removed_at.is_some(),
            post.locked_at.is_some(),
            count("SELECT COUNT(*) FROM bans").await,
            count("SELECT COUNT(*) FROM mod_log").await,
        )
    }

    /// How many announcements of an activity of this type are in the log.
    pub async fn announced(&self, kind: &str) -> usize {
        let bodies: Vec<String> = sql!("SELECT body FROM log").column(&self.world.federation.app.store).await.unwrap();
        let read = bodies.iter().filter_map(|body| serde_json::from_str::<Value>(body).ok());
        read.filter(|body| body["type"] == "Announce" && body["object"]["type"] == kind).count()
    }
}

#[tokio::test]
async fn s035_moderators_elsewhere_act_by_their_rank_and_their_acts_are_announced() {
    let cast = cast(Some(Role::Moderator)).await;
    let steps = [
        ("Delete", "Delete", (true, false, 0, 1)),
        ("Undo Delete", "Undo", (false, false, 0, 2)),
        ("Lock", "Lock", (false, true, 0, 3)),
        ("Undo Lock", "Undo", (false, false, 0, 4)),
        ("Warn", "Warn", (false, false, 0, 5)),
        ("Block", "Block", (false, false, 1, 6)),
        ("Undo Block", "Undo", (false, false, 0, 7)),
    ];
    let mut undone = 0;
    for (n, (kind, announced, state)) in steps.into_iter().enumerate() {
        assert_eq!(cast.tells(n as u32, kind).await, "", "{kind}");
        assert_eq!(cast.state().await, state, "{kind}");
        undone += usize::from(announced == "Undo");
        assert_eq!(cast.announced(announced).await, if announced == "Undo" { undone } else { 1 }, "{kind}");
    }
}

#[tokio::test]
async fn s035_whoever_has_not_the_rank_changes_nothing() {
    for role in [None, Some(Role::Observer), Some(Role::Member), Some(Role::Curator)] {
        let cast = cast(role).await;
        let before = cast.state().await;
        for (n, kind) in ["Delete", "Undo Delete", "Lock", "Undo Lock", "Warn", "Block", "Undo Block"].into_iter().enumerate() {
            assert_ne!(cast.tells(n as u32, kind).await, "", "{role:?} {kind}");
            assert_eq!(cast.state().await, before, "{role:?} {kind}");
        }
    }
}

#[tokio::test]
async fn s105_a_moderator_elsewhere_acts_over_nobody_of_their_rank() {
    let cast = cast(Some(Role::Moderator)).await;
    let tx = cast.world.federation.app.store.begin().await.unwrap();
    sql!("UPDATE seats SET role = {}", Role::Moderator).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    for (n, kind) in ["Delete", "Warn", "Block"].into_iter().enumerate() {
        assert_ne!(cast.tells(n as u32, kind).await, "", "{kind}");
    }
    assert_eq!(cast.state().await, (false, false, 0, 0));
}

#[tokio::test]
async fn a_locked_thread_takes_no_answers_from_elsewhere() {
    let cast = cast(Some(Role::Moderator)).await;
    assert_eq!(cast.tells(1, "Lock").await, "");
    let answer = cast.world.peer.at("p", "/n/2");
    let mut note = note(&answer, &cast.pat.uri, "<p>but</p>");
    note["inReplyTo"] = json!(cast.post);
    let create = activity("Create", &cast.world.peer.at("p", "/a/2"), &cast.pat.uri, note);
    cast.world.tell(&cast.pat, &create).await;
    assert!(cast.world.post(&answer).await.is_none());
    assert!(cast.world.verdict(create["id"].as_str().unwrap()).await.contains("locked"));
}

#[tokio::test]
async fn what_changes_nothing_is_not_announced_again_under_fresh_ids() {
    let cast = cast(Some(Role::Moderator)).await;
    let announced = cast.announced("Create").await;
    let mut again = activity("Create", &cast.world.peer.at("p", "/a/9"), &cast.pat.uri, note(&cast.post, &cast.pat.uri, "<p>spam</p>"));
    again["object"]["to"] = json!(["https://www.w3.org/ns/activitystreams#Public", format!("{HERE}/c/valves")]);
    cast.world.tell(&cast.pat, &again).await;
    assert_eq!(cast.announced("Create").await, announced);
    for n in 1..4 {
        cast.tells(n, "Lock").await;
    }
    assert_eq!(cast.announced("Lock").await, 1);
}

#[tokio::test]
async fn a_report_from_elsewhere_is_kept_once_and_its_outcome_is_told_back() {
    let cast = cast(Some(Role::Member)).await;
    let store = &cast.world.federation.app.store;
    let id = cast.world.peer.at("m", "/flag/1");
    let flag = json!({"type": "Flag", "id": id, "actor": cast.mo.uri, "to": [format!("{HERE}/c/valves")], "audience": format!("{HERE}/c/valves"), "object": cast.post, "summary": "report this post"});
    cast.world.tell(&cast.mo, &flag).await;
    assert_eq!(cast.world.verdict(&id).await, "");
    let report = reports::by_uri(store, &id).await.unwrap().unwrap();
    assert_eq!((report.community_id, report.comment.as_str()), (Some(cast.group.id), "report this post"));
    assert_eq!(reports::posts(&report), [cast.post().await.id]);
    // a member does not close it, the owner here does, and the reporter's node is told
    let resolve = json!({"type": "Resolve", "id": cast.world.peer.at("m", "/resolve/1"), "actor": cast.mo.uri, "to": [], "object": flag});
    cast.world.tell(&cast.mo, &resolve).await;
    assert!(reports::find(store, report.id).await.unwrap().unwrap().resolved_at.is_none());
    let tx = store.begin().await.unwrap();
    crate::features::moderation::reports::resolve(&tx, &cast.ada, report.id, "removed").await.unwrap();
    tx.commit().await.unwrap();
    crate::server::worker::round(&cast.world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log").column(store).await.unwrap();
    let told: Vec<Value> =
        bodies.iter().filter_map(|body| serde_json::from_str(body).ok()).filter(|body: &Value| body["type"] == "Resolve").collect();
    assert_eq!((told.len(), &told[0]["object"]["id"], &told[0]["summary"]), (1, &json!(id), &json!("removed")));
}

#[tokio::test]
async fn a_report_goes_to_moderators_elsewhere_without_the_reporters_name() {
    let cast = cast(Some(Role::Moderator)).await;
    let store = &cast.world.federation.app.store;
    let flo = cast.world.person("flo").await;
    let (target, post) = (cast.world.account(&cast.pat.uri).await.unwrap(), cast.post().await);
    let tx = store.begin().await.unwrap();
    let new = crate::features::moderation::reports::New {
        posts: vec![post.id],
        category: "spam".into(),
        comment: "pills".into(),
        ..Default::default()
    };
    let made = crate::features::moderation::reports::make(&tx, &flo, &target, new).await.unwrap();
    tx.commit().await.unwrap();
    crate::server::worker::round(&cast.world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log WHERE body LIKE '%\"Flag\"%'").column(store).await.unwrap();
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].contains("pills") && !bodies[0].contains("/u/flo"), "{}", bodies[0]);
    let flag: Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!((&flag["actor"], &flag["object"]), (&json!(format!("{HERE}/c/valves")), &json!(cast.post)));
    // the moderator there closes it
    let resolve = json!({"type": "Resolve", "id": cast.world.peer.at("m", "/resolve/1"), "actor": cast.mo.uri, "to": [], "object": {"type": "Flag", "id": flag["id"]}, "summary": "done"});
    cast.world.tell(&cast.mo, &resolve).await;
    let closed = reports::find(store, made.id).await.unwrap().unwrap();
    assert!(closed.resolved_at.is_some() && closed.outcome == "done");
}

/// Ada is in a community at g; what g announces of its moderators is copied.
pub async fn elsewhere() -> (World, Somebody, Account, Account) {
    let world = World::new().await;
    let group = world.peer.actor("Group", "g", "valves", 1);
    let ada = world.person("ada").await;
    let document =
        crate::federation::fetch::document(&world.federation, &group.uri.parse().unwrap(), &crate::net::Budget::default()).await.unwrap();
    let community = crate::federation::keep::actor(&world.federation, &Introduced::read(&document).unwrap()).await.unwrap();
    let tx = world.federation.app.store.begin().await.unwrap();
    memberships::join(&tx, &ada, &community, None).await.unwrap();
    memberships::admitted(&tx, ada.id, community.id).await.unwrap();
    tx.commit().await.unwrap();
    (world, group, ada, community)
}

pub async fn announce(world: &World, group: &Somebody, n: u32, object: Value) -> String {
    let id = world.peer.at("g", &format!("/announce/{n}"));
    world.tell(group, &activity("Announce", &id, &group.uri, object)).await;
    world.verdict(&id).await
}

#[tokio::test]
async fn a_community_elsewhere_tells_our_member_that_they_are_banned_and_why() {
    let (world, group, ada, community) = elsewhere().await;
    let store = &world.federation.app.store;
    let block = json!({"type": "Block", "id": world.peer.at("g", "/b/1"), "actor": world.peer.at("g", "/u/mod"), "object": format!("{HERE}/u/ada"), "target": group.uri, "summary": "spam post", "endTime": "2999-01-01T00:00:00Z", "to": [], "cc": []});
    assert_eq!(announce(&world, &group, 1, block.clone()).await, "");
    let seat = &memberships::queries::seats_of(store, ada.id, &[community.id]).await.unwrap()[0];
    assert_eq!((seat.status.word(), seat.reason.as_str()), ("ended", "spam post"));
    let banned = async || -> i64 { sql!("SELECT COUNT(*) FROM bans").value(store).await.unwrap().unwrap() };
    assert_eq!(banned().await, 1);
    let _ = announce(&world, &group, 2, block).await;
    let logged: Option<i64> = sql!("SELECT COUNT(*) FROM mod_log").value(store).await.unwrap();
    assert_eq!(logged, Some(1), "the same activity is one act");
    // let in again, without a word of the ban
    let tx = store.begin().await.unwrap();
    memberships::join(&tx, &ada, &community, None).await.unwrap();
    assert_eq!(banned().await, 1, "asking lifts nothing");
    tx.commit().await.unwrap();
    let tx = store.begin().await.unwrap();
    memberships::admitted(&tx, ada.id, community.id).await.unwrap();
    tx.commit().await.unwrap();
    let seat = &memberships::queries::seats_of(store, ada.id, &[community.id]).await.unwrap()[0];
    assert_eq!((seat.status.word(), banned().await), ("active", 0));
}

#[tokio::test]
async fn who_asks_from_a_server_that_a_private_community_does_not_admit_is_told_no_but_learns_of_none_for_partners() {
    for (stage, answers) in [(Stage::Federated, 1), (Stage::Partners, 0)] {
        let Cast { world, group, .. } = cast(None).await;
        let store = &world.federation.app.store;
        let kim = world.peer.person("k", "kim", 1);
        let tx = store.begin().await.unwrap();
        sql!("UPDATE communities SET stage = {}, least_level = {} WHERE account_id = {}", stage, Level::Intermoot, group.id)
            .run(&tx)
            .await
            .unwrap();
        let peer = peers::known(&tx, &world.peer.at("k", "").replace("http://", "")).await.unwrap();
        sql!("UPDATE peers SET level = {}, nodeinfo_at = {} WHERE id = {}", Level::Group, tx.now, peer).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let follow = activity("Follow", &world.peer.at("k", "/f/1"), &kim.uri, json!(format!("{HERE}/c/valves")));
        world.tell(&kim, &follow).await;
        crate::server::worker::round(&world.federation, true).await.unwrap();
        let rejects: i64 = sql!("SELECT COUNT(*) FROM log WHERE body LIKE '%\"Reject\"%/f/1%'").value(store).await.unwrap().unwrap();
        assert_eq!(rejects, answers, "{stage}");
    }
}

#[tokio::test]
async fn s035_a_community_decides_over_nobody_in_another() {
    let (world, group, _, _) = elsewhere().await;
    let other = world.peer.at("o", "/c/pumps");
    let block = json!({"type": "Block", "id": world.peer.at("g", "/b/1"), "actor": world.peer.at("g", "/u/mod"), "object": format!("{HERE}/u/ada"), "target": other, "summary": "no", "to": [], "cc": []});
    assert_ne!(announce(&world, &group, 1, block).await, "");
    let banned: Option<i64> = sql!("SELECT COUNT(*) FROM bans").value(&world.federation.app.store).await.unwrap();
    assert_eq!(banned, Some(0));
}

#[tokio::test]
async fn s043_what_a_blocked_host_says_comes_in_by_no_way() {
    let (world, group, _, _) = elsewhere().await;
    let pat = world.peer.person("p", "pat", 0);
    let served = |n: u32| {
        let mut note = note(&world.peer.at("p", &format!("/n/{n}")), &pat.uri, "<p>real</p>");
        note["audience"] = json!(group.uri);
        note["to"] = json!(["https://www.w3.org/ns/activitystreams#Public", group.uri]);
        world.peer.serves(&note);
        note
    };
    assert_eq!(announce(&world, &group, 1, served(1)["id"].clone()).await, "", "known before");
    let tx = world.federation.app.store.begin().await.unwrap();
    peers::block(&tx, "P.localhost.", ("ada", "spam")).await.unwrap();
    tx.commit().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    // itself, signed well
    let second = served(2);
    assert_ne!(world.deliver(&pat, &activity("Create", &world.peer.at("p", "/a/2"), &pat.uri, second.clone())).await, 202);
    // by a community, by its id, whole, and with its author's proof
    assert_ne!(announce(&world, &group, 2, second["id"].clone()).await, "");
    let mut create = activity("Create", &world.peer.at("p", "/a/3"), &pat.uri, second.clone());
    assert_ne!(announce(&world, &group, 3, create.clone()).await, "");
    let at = world.federation.app.store.now().utc();
    crate::base::proof::add_proof(&mut create, &pat.ed25519, &format!("{}#ed25519-key", pat.uri), at).unwrap();
    assert_ne!(announce(&world, &group, 4, create.clone()).await, "");
    // forwarded by somebody else
    let kim = world.peer.person("k", "kim", 1);
    world.deliver(&kim, &create).await;
    crate::federation::process::drain(&world.federation).await.unwrap();
    assert!(world.post(second["id"].as_str().unwrap()).await.is_none());
}
