//! Content of a private community reaches the hosts that may read it when it is sent, and no other (S62, S111).

use super::{
    peers::Host,
    stage::{Stage as Node, until},
};
use crate::{
    base::words::{Audience, JoinRule, Level, SeatStatus, Stage},
    features::{
        communities::{self, seats},
        posts,
    },
    federation::outbox::tests::ground::{draft, publish},
    server::worker,
    sql,
    store::tables::{Account, Post},
    tests::support::on_both_databases,
};
use std::time::Duration;

/// What happens to a host between the writing and the sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    SeatPaused,
    AgreementSuspended,
    SeatEnded,
    Banned,
    HostBanned,
    AgreementEnded,
    /// Its people only follow the community; they never had a seat.
    NeverIn,
}

const FATES: [Fate; 8] = [
    Fate::Stays,
    Fate::SeatPaused,
    Fate::AgreementSuspended,
    Fate::SeatEnded,
    Fate::Banned,
    Fate::HostBanned,
    Fate::AgreementEnded,
    Fate::NeverIn,
];

impl Fate {
    fn heals(self) -> bool {
        matches!(self, Self::SeatPaused | Self::AgreementSuspended)
    }
}

async fn run(node: &Node, statement: crate::store::Sql) {
    let tx = node.app().store.begin().await.unwrap();
    statement.run(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// A community of ada's for members elsewhere.
async fn private(node: &Node) -> Account {
    let founding = communities::Founding {
        name: "valves".into(),
        title: "Valves".into(),
        purpose: "Valves".into(),
        stage: Stage::Local,
        join_rule: JoinRule::Ask,
        question: String::new(),
        least_level: Level::Plain,
        keys: node.app().new_keys().await.unwrap(),
    };
    let tx = node.app().store.begin().await.unwrap();
    let (group, _) = communities::found(&tx, &node.ada, founding).await.unwrap();
    sql!("UPDATE communities SET stage = {} WHERE account_id = {}", Stage::Federated, group.id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    // What follows from founding is over before anybody elsewhere is in.
    draw(node).await;
    group
}

/// Somebody of `host` who follows `group` and, unless never in, holds a seat there under an agreement.
async fn member(node: &Node, host: &Host, (group, fate): (&Account, Fate)) -> Account {
    let pat = node.remote(host, "pat", "/inbox").await;
    node.knows(host, Level::Intermoot).await;
    let tx = node.app().store.begin().await.unwrap();
    crate::store::Insert::into("follows")
        .set("id", tx.id())
        .set("follower_id", pat.id)
        .set("target_id", group.id)
        .set("state", 1i16)
        .set("uri", format!("{}/follow", pat.uri))
        .set("created_at", tx.now)
        .run(&tx)
        .await
        .unwrap();
    if fate != Fate::NeverIn {
        let agreement =
            crate::store::Insert::into("agreements").set("id", tx.id()).set("uri", pat.uri.clone()).set("host", host.authority());
        let agreement = agreement.set("partner_id", pat.id).set("state", 2i16).set("created_at", tx.now).set("updated_at", tx.now);
        agreement.run(&tx).await.unwrap();
        let roster = crate::store::Insert::into("rosters").set("host", host.authority()).set("sequence", 1i64).set("issued_at", tx.now);
        let roster = roster.set("valid_until", tx.now.plus(Duration::from_secs(3600))).set("fetched_at", tx.now).set("tried_at", tx.now);
        roster.run(&tx).await.unwrap();
        crate::store::Insert::into("vouched").set("host", host.authority()).set("uri", pat.uri.clone()).run(&tx).await.unwrap();
        let seat = seats::fresh(&tx, group.id, pat.id, SeatStatus::Active);
        seats::keep(&tx, crate::store::tables::Seat { agreement_host: host.authority(), ..seat }, true).await.unwrap();
    }
    tx.commit().await.unwrap();
    // What follows from being let in is over before anything is written.
    draw(node).await;
    pat
}

async fn befall(node: &Node, host: &Host, (group, pat, fate): (&Account, &Account, Fate)) {
    match fate {
        Fate::Stays | Fate::NeverIn => {}
        Fate::SeatPaused => run(node, sql!("UPDATE seats SET paused_at = 1 WHERE account_id = {}", pat.id)).await,
        Fate::AgreementSuspended => run(node, sql!("UPDATE agreements SET suspended_here = TRUE WHERE host = {}", host.authority())).await,
        Fate::SeatEnded => run(node, sql!("UPDATE seats SET status = {} WHERE account_id = {}", SeatStatus::Ended, pat.id)).await,
        Fate::Banned => {
            run(node, sql!("INSERT INTO bans (community_id, account_id, created_at) VALUES ({}, {}, 1)", group.id, pat.id)).await;
        }
        Fate::HostBanned => {
            run(node, sql!("INSERT INTO host_bans (community_id, host, created_at) VALUES ({}, {}, 1)", group.id, host.authority())).await;
        }
        Fate::AgreementEnded => run(node, sql!("UPDATE agreements SET state = 3 WHERE host = {}", host.authority())).await,
    }
}

async fn heal(node: &Node) {
    run(node, sql!("UPDATE seats SET paused_at = NULL")).await;
    run(node, sql!("UPDATE agreements SET suspended_here = FALSE")).await;
}

/// The types of what came, in order: of the activity inside, where it is announced. Records of seats, which are no content
/// and go to whom they are about in any case, are left out.
fn came(host: &Host) -> Vec<String> {
    let kind = |body: &[u8]| {
        let activity: serde_json::Value = serde_json::from_slice(body).unwrap();
        assert!(!activity.to_string().contains("#Public"), "{activity}");
        activity["object"]["type"].as_str().unwrap_or_else(|| activity["type"].as_str().unwrap_or_default()).to_owned()
    };
    host.seen().iter().map(|seen| kind(seen.body.as_ref())).filter(|kind| kind != "Member").collect()
}

async fn draw(node: &Node) {
    worker::round(&node.federation, true).await.unwrap();
    let failed: Vec<String> = sql!("SELECT error FROM events").column(&node.app().store).await.unwrap();
    assert!(failed.is_empty(), "{failed:?}");
}

async fn written(node: &Node, group: &Account) -> Post {
    let before: Option<Option<i64>> = sql!("SELECT MAX(position) FROM log").value(&node.app().store).await.unwrap();
    let post = publish(node, posts::publish::Draft { community: Some(group.id), audience: Audience::Members, ..draft("canary") }).await;
    draw(node).await;
    let logged: Vec<String> =
        sql!("SELECT body FROM log WHERE position > {}", before.flatten().unwrap_or_default()).column(&node.app().store).await.unwrap();
    assert_eq!(logged.len(), 1, "{logged:#?}");
    post
}

/// Long enough for whatever would go wrongly to have gone.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

#[tokio::test]
async fn s062_s111_content_reaches_exactly_the_hosts_that_may_read_it_when_it_is_sent() {
    on_both_databases(async |place| {
        let node = Node::at(place, 1_200).await;
        let group = private(&node).await;
        let mut hosts = Vec::new();
        for fate in FATES {
            let host = Host::new("b.test", |_| 202).await;
            let pat = member(&node, &host, (&group, fate)).await;
            hosts.push((host, pat, fate));
        }
        let post = written(&node, &group).await;
        for (host, pat, fate) in &hosts {
            befall(&node, host, (&group, pat, *fate)).await;
        }
        let _engine = node.start();
        let got = |wanted: &dyn Fn(Fate) -> bool, what: &[&str]| {
            hosts.iter().all(|(host, _, fate)| came(host) == if wanted(*fate) { what.to_vec() } else { vec![] })
        };
        until(|| got(&|fate| fate == Fate::Stays, &["Create"])).await;
        settle().await;
        assert!(got(&|fate| fate == Fate::Stays, &["Create"]), "the paused wait and the others get nothing");

        heal(&node).await;
        let allowed = |fate: Fate| fate == Fate::Stays || fate.heals();
        until(|| got(&allowed, &["Create"])).await;

        let tx = node.app().store.begin().await.unwrap();
        posts::delete(&tx, &post).await.unwrap();
        tx.commit().await.unwrap();
        draw(&node).await;
        until(|| got(&allowed, &["Create", "Delete"])).await;
        settle().await;
        assert!(got(&allowed, &["Create", "Delete"]), "who never had it is not told that it was there");
    })
    .await;
}

#[tokio::test]
async fn s111_what_is_parked_holds_up_nothing_else_and_is_no_failure_of_the_host() {
    let node = Node::new(1_200).await;
    let group = private(&node).await;
    let host = Host::new("b.test", |_| 202).await;
    let pat = member(&node, &host, (&group, Fate::SeatPaused)).await;
    written(&node, &group).await;
    befall(&node, &host, (&group, &pat, Fate::SeatPaused)).await;
    let _engine = node.start();
    node.put(7, crate::base::words::Shape::Any, &[pat.delivery_inbox.unwrap()]).await;
    until(|| !came(&host).is_empty()).await;
    let peer = crate::features::peers::find(&node.app().store, &host.authority()).await.unwrap().unwrap();
    assert_eq!(came(&host), ["Test"]);
    assert_eq!(peer.failures, 0, "what is not of the community goes on");
    heal(&node).await;
    until(|| came(&host) == ["Test", "Create"]).await;
}

#[tokio::test]
async fn s111_an_ending_after_the_writing_and_an_edit_reach_who_had_it_alone() {
    let node = Node::new(1_200).await;
    let group = private(&node).await;
    let (stays, leaves) = (Host::new("b.test", |_| 202).await, Host::new("c.test", |_| 202).await);
    member(&node, &stays, (&group, Fate::Stays)).await;
    let pat = member(&node, &leaves, (&group, Fate::SeatEnded)).await;
    let _engine = node.start();
    let post = written(&node, &group).await;
    until(|| came(&stays).len() == 1 && came(&leaves).len() == 1).await;
    befall(&node, &leaves, (&group, &pat, Fate::SeatEnded)).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let tx = node.app().store.begin().await.unwrap();
    let edit = posts::Edit { source: "new".into(), content: "<p>new</p>".into(), ..posts::Edit::default() };
    let post = posts::edit(&tx, &node.ada, &post, edit).await.unwrap();
    tx.commit().await.unwrap();
    draw(&node).await;
    until(|| came(&stays).len() == 2).await;
    let tx = node.app().store.begin().await.unwrap();
    posts::delete(&tx, &post).await.unwrap();
    tx.commit().await.unwrap();
    draw(&node).await;
    until(|| came(&stays).len() == 3 && came(&leaves).len() == 2).await;
    assert_eq!(came(&stays), ["Create", "Update", "Delete"]);
    assert_eq!(came(&leaves), ["Create", "Delete"], "the one who left is told that it is gone, and nothing more");
}
