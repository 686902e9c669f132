//! A partner whose keys somebody else holds: what they can do, and how it is stopped at once (S113).

use super::{
    agreed::{all, drawn, offer, world},
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    app::partners::{self, Act},
    base::{
        clock::Stamp,
        config::FederationMode,
        words::{Audience, JoinRule, Level, SeatStatus, Stage},
    },
    features::{
        communities::{self, seats},
        posts::publish,
    },
    federation::outbox::tests::ground::draft,
    sql,
    store::{
        Insert,
        tables::{Account, Agreement, Post, Seat},
    },
};
use serde_json::{Value, json};

/// In mode `partners`: bolt is one, and its pat sits in our private community.
struct Scene {
    world: World,
    bolt: Somebody,
    pat: Somebody,
    agreement: Agreement,
    group: Account,
    post: Post,
}

async fn scene() -> Scene {
    let (world, bolt) = world(FederationMode::Partners).await;
    let offered = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &offered)).await;
    let agreement = all(&world, &bolt).await.remove(0);
    partners::perform(&world.federation.app, "ada", agreement.id, Act::Approve).await.unwrap();
    let pat = world.peer.person("bolt", "pat", 0);
    world.federation.app.network().unwrap().find_url(&pat.uri).await.unwrap();
    let ada = world.person("ada").await;
    let known = world.account(&pat.uri).await.unwrap();
    let keys = world.federation.app.new_keys().await.unwrap();
    let tx = world.federation.app.store.begin().await.unwrap();
    let founding = communities::Founding {
        name: "valves".into(),
        title: String::new(),
        purpose: "Valves.".into(),
        stage: Stage::Local,
        join_rule: JoinRule::Ask,
        question: String::new(),
        least_level: Level::Plain,
        keys,
    };
    let (group, _) = communities::found(&tx, &ada, founding).await.unwrap();
    sql!("UPDATE communities SET stage = {} WHERE account_id = {}", Stage::Partners, group.id).run(&tx).await.unwrap();
    let seat = seats::fresh(&tx, group.id, known.id, SeatStatus::Active);
    seats::keep(&tx, Seat { agreement_host: known.host.clone(), ..seat }, true).await.unwrap();
    let later = Stamp(tx.now.0 + 3_600_000);
    sql!("DELETE FROM rosters").run(&tx).await.unwrap();
    let roster = Insert::into("rosters").set("host", known.host.as_str()).set("sequence", 1_i64).set("issued_at", tx.now);
    roster.set("valid_until", later).set("fetched_at", tx.now).set("tried_at", tx.now).run(&tx).await.unwrap();
    Insert::into("vouched").set("host", known.host.as_str()).set("uri", known.uri.as_str()).run(&tx).await.unwrap();
    let draft = publish::Draft { community: Some(group.id), audience: Audience::Members, ..draft("canary") };
    let post = publish::publish(&tx, &ada, draft).await.unwrap();
    tx.commit().await.unwrap();
    Scene { world, bolt, pat, agreement, group, post }
}

impl Scene {
    /// A note by pat into the community.
    fn says(&self, n: u32) -> Value {
        let group = format!("{HERE}/c/valves");
        let mut inner = note(&self.world.peer.at("bolt", &format!("/n/{n}")), &self.pat.uri, "<p>hi</p>");
        inner["to"] = json!([group, format!("{group}/followers")]);
        inner["cc"] = json!([]);
        inner["audience"] = json!(group);
        activity("Create", &self.world.peer.at("bolt", &format!("/c/{n}")), &self.pat.uri, inner)
    }

    async fn count(&self, table: &str) -> i64 {
        sql!(format!("SELECT COUNT(*) FROM {table}")).value(&self.world.federation.app.store).await.unwrap().unwrap()
    }

    /// What pat's node is shown of the community's post, and whether the community would send to it.
    async fn reaches(&self) -> (u16, bool) {
        let shown = self.world.look(&self.pat, &format!("/p/{}", self.post.id)).await.0;
        let sends = seats::access(&self.world.federation.app.store, self.group.id, &self.agreement.host, self.group.id).await.unwrap();
        (shown, sends == seats::Access::Usable)
    }

    async fn act(&self, act: Act) {
        partners::perform(&self.world.federation.app, "ada", self.agreement.id, act).await.unwrap();
    }
}

#[tokio::test]
async fn s113_a_compromised_partner_speaks_for_its_own_people_and_for_nobody_else() {
    let scene = scene().await;
    let world = &scene.world;
    let cy = world.peer.person("cobalt", "cy", 1);
    world.federation.app.network().unwrap().find_url(&cy.uri).await.unwrap();
    let ada = format!("{HERE}/u/ada");
    let group = format!("{HERE}/c/valves");
    let (posts, follows, likes) = (scene.count("posts").await, scene.count("follows").await, scene.count("favourites").await);
    let seats = scene.count("seats WHERE status = 2").await;
    let theirs = format!("{HERE}{}", scene.post.uri);
    for signer in [&scene.bolt, &scene.pat] {
        for (n, by) in [&ada, &cy.uri, &group].into_iter().enumerate() {
            let id = |what: &str| world.peer.at("bolt", &format!("/forged/{what}/{n}/{}", signer.uri.ends_with("pat")));
            for (kind, object) in [
                ("Create", note(&id("note"), by, "<p>forged</p>")),
                ("Follow", json!(group)),
                ("Join", json!(group)),
                ("Like", json!(theirs)),
                ("Delete", json!(theirs)),
                ("Update", json!({"type": "Note", "id": theirs, "attributedTo": ada, "content": "<p>forged</p>"})),
            ] {
                world.deliver(signer, &activity(kind, &id(kind), by, object)).await;
            }
        }
    }
    crate::federation::process::drain(&world.federation).await.unwrap();
    assert_eq!((scene.count("posts").await, scene.count("follows").await, scene.count("favourites").await), (posts, follows, likes));
    assert_eq!(scene.count("seats WHERE status = 2").await, seats);
    let post = world.post(&theirs).await.unwrap();
    assert_eq!((post.content.as_str(), post.deleted_at), ("<p>canary</p>", None));
    // as its own it may do what pat may
    world.tell(&scene.pat, &scene.says(1)).await;
    assert_eq!(scene.count("posts WHERE content = '<p>hi</p>'").await, 1);
}

#[tokio::test]
async fn s113_one_act_stops_a_partner_both_ways_at_once_and_keeps_the_evidence() {
    let scene = scene().await;
    let world = &scene.world;
    assert_eq!(scene.reaches().await, (200, true));
    world.tell(&scene.pat, &scene.says(1)).await;
    let (posts, kept) = (scene.count("posts").await, world.kept().await);
    // what came a moment before and is not processed yet counts as after
    assert_eq!(world.deliver(&scene.pat, &scene.says(2)).await, 202);
    scene.act(Act::Suspend { reason: "its keys were stolen".into() }).await;
    assert_eq!(scene.reaches().await, (404, false));
    assert_eq!(world.deliver(&scene.pat, &scene.says(3)).await, 403);
    crate::federation::process::drain(&world.federation).await.unwrap();
    assert_eq!(scene.count("posts").await, posts, "nothing of it came in since");
    assert_eq!(scene.count("posts WHERE content = '<p>hi</p>' AND deleted_at IS NULL").await, 1, "what it did before is still there");
    assert!(world.kept().await >= kept && scene.count("audit WHERE act = 'agreement.suspend'").await == 1);
    scene.act(Act::Resume).await;
    assert_eq!(scene.reaches().await, (200, true));
}
