//! Other servers as administrators handle them: lists of hosts, what ties us to them, what waits, on both databases.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        error::Error,
        page::Page,
        words::{AccountKind, JoinRule, Shape},
    },
    features::{
        deliveries::{self, waiting},
        peers::{self, Kind, lists},
        relationships::{self, FollowOptions},
    },
    sql,
    store::Tx,
    tests::support::on_both_databases,
};

async fn import(world: &World, list: &str, partners: &[String], by_force: bool) -> lists::Plan {
    let wanted = lists::read(list, "acme.test").unwrap();
    world
        .act(async |tx| {
            let plan = lists::plan(tx, wanted, partners, by_force).await?;
            lists::apply(tx, &plan, "ada").await?;
            Ok(plan)
        })
        .await
        .unwrap()
}

fn hosts(wanted: &[lists::Wanted]) -> Vec<&str> {
    wanted.iter().map(|one| one.host.as_str()).collect()
}

#[tokio::test]
async fn a_list_blocks_and_silences_with_what_lies_below_and_is_read_back_the_same() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (below, other) =
            (world.at(AccountKind::Person, ("www.spam.test", "b")).await, world.elsewhere(AccountKind::Person, "pat").await);
        let list = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
            spam.test,suspend,true,true,\"ads, ads\",false\nloud.test,silence,false,false,,false\nfine.test,noop,,,,\n";
        let plan = import(&world, list, &[], false).await;
        assert_eq!((hosts(&plan.block), hosts(&plan.silence), plan.unchanged), (vec!["spam.test"], vec!["loud.test"], 1));
        for (host, blocked) in [(&below.host, true), (&other.host, false)] {
            assert_eq!(peers::is_blocked(&world.store, host).await.unwrap(), blocked, "{host}");
        }
        let marked: Option<String> =
            sql!("SELECT blocked_by FROM peers WHERE host = 'www.spam.test' AND blocked_at IS NOT NULL").value(&world.store).await.unwrap();
        assert_eq!(marked.as_deref(), Some("spam.test"));
        assert!(peers::is_silenced(&world.store, "a.loud.test").await.unwrap());
        let again = lists::export(&world.store).await.unwrap();
        assert_eq!(again, list.replace("fine.test,noop,,,,\n", ""));
        let same = import(&world, &again, &[], false).await;
        assert!(same.block.is_empty() && same.silence.is_empty() && same.unchanged == 2);
        let weaker = import(&world, "#domain,#severity\nspam.test,silence\n", &[], false).await;
        assert_eq!(weaker.unchanged, 1, "a block is more than a silence");
        let acts: Vec<String> = sql!("SELECT act FROM audit ORDER BY id").column(&world.store).await.unwrap();
        assert_eq!(acts, ["host.import"], "one entry for what changed something, none for what did not");
        world.act(async |tx| peers::unblock(tx, "spam.test", "ada").await).await.unwrap();
        assert!(!peers::is_blocked(&world.store, &below.host).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_partner_is_blocked_by_a_list_only_by_force_and_told_by_name() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let partners = ["node.bolt.test".to_owned(), "cobalt.test:8443".to_owned()];
        let list = "bolt.test\ncobalt.test\nspam.test\n";
        let plan = import(&world, list, &partners, false).await;
        assert_eq!(
            (hosts(&plan.block), &plan.partners),
            (vec!["spam.test"], &vec!["cobalt.test:8443".to_owned(), "node.bolt.test".to_owned()])
        );
        assert!(!peers::is_blocked(&world.store, "node.bolt.test").await.unwrap());
        let forced = import(&world, list, &partners, true).await;
        assert_eq!((hosts(&forced.block), forced.partners.len()), (vec!["bolt.test", "cobalt.test"], 0));
        assert!(peers::is_blocked(&world.store, "node.bolt.test").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_long_list_is_taken_in_one_act() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let list: String = (0..2_000).map(|n| format!("h{n}.test\n")).collect();
        assert_eq!(import(&world, &list, &[], false).await.block.len(), 2_000);
        assert_eq!(peers::blocks(&world.store, 10_000).await.unwrap().len(), 2_000);
    })
    .await;
}

#[tokio::test]
async fn a_peer_is_forgotten_only_when_nobody_deals_with_it_and_what_is_left_is_said() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, pat) = (world.person("ada").await, world.elsewhere(AccountKind::Person, "pat").await);
        let pumps = world.community_elsewhere("pumps", JoinRule::Open).await;
        let forget = async || match world.act(async |tx| peers::forget(tx, "bolt.test").await).await {
            Ok(_) => String::new(),
            Err(Error::Refused(refusal)) => refusal.to_string(),
            Err(fault) => panic!("{fault}"),
        };
        world.act(async |tx| relationships::follow(tx, &ada, &pat, FollowOptions::default(), None).await).await.unwrap();
        world.joins(&ada, &pumps).await.unwrap();
        world.act(async |tx| peers::block(tx, "bolt.test", ("ada", "")).await).await.unwrap();
        let said = forget().await;
        assert!(["seats (1)", "follows", "a block"].iter().all(|part| said.contains(part)), "{said}");
        let empty = async |tx: &Tx| {
            for table in ["seats", "follows"] {
                sql!(format!("DELETE FROM {table}")).run(tx).await?;
            }
            peers::unblock(tx, "bolt.test", "ada").await
        };
        world.act(empty).await.unwrap();
        world.act(async |tx| peers::heard(tx, &["bolt.test".to_owned()]).await).await.unwrap();
        let listed = async || peers::page(&world.store, None, Page::first(9)).await.unwrap().len();
        assert_eq!(listed().await, 1);
        assert_eq!((forget().await, listed().await), (String::new(), 0));
        world.act(async |tx| peers::heard(tx, &["bolt.test".to_owned()]).await).await.unwrap();
        assert_eq!(listed().await, 1, "it is known again when something comes");
        let unknown = world.act(async |tx| peers::forget(tx, "nowhere.test").await).await;
        assert!(matches!(unknown, Err(Error::Refused(refusal)) if refusal.to_string().contains("not known here")));
    })
    .await;
}

/// A peer in a certain state, with an inbox.
async fn peer(tx: &Tx, host: &str, set: &str) {
    peers::inbox(tx, &format!("https://{host}/inbox")).await.unwrap();
    sql!(format!("UPDATE peers SET {set} WHERE host = {{}}"), host).run(tx).await.unwrap();
}

#[tokio::test]
async fn peers_are_listed_by_how_they_stand() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let tx = world.store.begin().await.unwrap();
        let (recent, long) = (tx.now.0 - 1000, tx.now.0 - 31 * 24 * 3_600_000);
        peer(&tx, "well.test", "level = 2").await;
        peer(&tx, "down.test", &format!("failures = 3, failing_since = {recent}")).await;
        peer(&tx, "gone.test", &format!("failures = 300, failing_since = {long}")).await;
        peer(&tx, "loud.test", "silenced_at = 1").await;
        peer(&tx, "spam.test", "blocked_at = 1").await;
        tx.commit().await.unwrap();
        for (word, wanted) in [
            ("active", vec!["loud.test", "well.test"]),
            ("failing", vec!["down.test"]),
            ("suspended", vec!["gone.test"]),
            ("silenced", vec!["loud.test"]),
            ("blocked", vec!["spam.test"]),
            ("ours", vec!["well.test"]),
            ("partner", vec![]),
        ] {
            let found = peers::page(&world.store, Some(Kind::named(word).unwrap()), Page::first(9)).await.unwrap();
            let hosts: Vec<&str> = found.iter().map(|peer| peer.host.as_str()).collect();
            assert_eq!(hosts, wanted, "{word}");
        }
        assert!(Kind::named("asleep").is_err());
        let first = peers::page(&world.store, None, Page::first(2)).await.unwrap();
        let next = Page { max_id: Some(first[1].id.0), ..Page::first(9) };
        assert_eq!(peers::page(&world.store, None, next).await.unwrap().len(), 3);
        let now = Stamp(world.store.clock.now().0);
        let words: Vec<&str> = first.iter().map(|peer| Kind::of(peer, now)).collect();
        assert_eq!(words, ["blocked", "active"]);
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_host_is_counted_from_the_log() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let tx = world.store.begin().await.unwrap();
        let mut inboxes = Vec::new();
        for host in ["well.test", "down.test"] {
            inboxes.push(peers::inbox(&tx, &format!("https://{host}/inbox")).await.unwrap());
        }
        let mut places = Vec::new();
        for shape in [Shape::Any, Shape::Plain, Shape::Group, Shape::Any] {
            let position = deliveries::next_position(&tx).await.unwrap();
            places.push(position);
            let entry = deliveries::Entry {
                position,
                uri: format!("/activities/{position}"),
                actor: ada.id,
                object_key: 1,
                body: "{}".into(),
                shape,
                targets: inboxes.clone(),
                community: None,
            };
            deliveries::append(&tx, &entry).await.unwrap();
        }
        sql!("UPDATE peers SET cursor = {} WHERE host = 'well.test'", places[3]).run(&tx).await.unwrap();
        sql!("UPDATE peers SET failures = 2, failing_since = 1 WHERE host = 'down.test'").run(&tx).await.unwrap();
        let down = peers::find(&tx, "down.test").await.unwrap().unwrap();
        let beyond = deliveries::Batch { delivered: vec![(inboxes[1], places[3], down.id)], ..Default::default() };
        deliveries::record(&tx, &beyond).await.unwrap();
        tx.commit().await.unwrap();
        let all = peers::page(&world.store, None, Page::first(9)).await.unwrap();
        let found = waiting::waiting(&world.store, &all).await.unwrap();
        let of = |host: &str| all.iter().find(|peer| peer.host == host).and_then(|peer| found.get(&peer.id)).copied().unwrap_or_default();
        assert_eq!((of("well.test").activities, of("down.test").activities), (0, 2), "the form for groups is not for it, one is done");
        assert!(!of("down.test").at_least);
    })
    .await;
}
