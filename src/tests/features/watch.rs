//! The watch over partners (S113): counts by hour, one alarm for each host and hour, told to administrators; and quarantine.

use super::{partnership::held, seats::World};
use crate::{
    base::{
        clock::Stamp,
        error::Error,
        id::{AgreementId, PostId},
        keys::KeyPair,
        origin::Origin,
        page::Page,
        words::{NodeRole, NotificationKind, Role},
    },
    features::{
        accounts,
        agreements::{
            self, Ours,
            quarantine::{self, Quarantine},
            watch::{self, Alarm},
        },
        communities::seats,
        notifications, peers,
    },
    policy::watch::Bounds,
    sql,
    tests::support::on_both_databases,
};

const BOUNDS: Bounds = Bounds { least: 1000, times: 10 };
const HOUR: i64 = 3_600_000;

async fn does(world: &World, host: &str, acts: i64) -> Vec<Alarm> {
    let counts = [((host.to_owned(), "Create"), acts - 1), ((host.to_owned(), "Like"), 1)].into();
    let act = async |tx: &crate::store::Tx| {
        watch::count(tx, &counts).await?;
        watch::raise(tx, BOUNDS).await
    };
    world.act(act).await.unwrap()
}

async fn entries(world: &World, act: &'static str) -> Vec<String> {
    sql!("SELECT detail FROM audit WHERE act = {} ORDER BY id", act).column(&world.store).await.unwrap()
}

#[tokio::test]
async fn s113_an_unusual_rate_of_acts_raises_one_alarm_an_hour() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        held(&world).await;
        assert_eq!(watch::hosts(&world.store).await.unwrap(), ["bolt.test"]);
        assert!(does(&world, "bolt.test", 900).await.is_empty());
        let raised = does(&world, "bolt.test", 200).await;
        assert_eq!(raised.iter().map(|alarm| (alarm.acts, alarm.most)).collect::<Vec<_>>(), [(1100, 1000)]);
        assert!(does(&world, "bolt.test", 5000).await.is_empty(), "once in an hour");
        let said = entries(&world, "partner.alarm").await;
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("\"Create\":1098") && said[0].contains("\"Like\":2"), "{said:?}");
        world.store.clock.advance(HOUR);
        assert!(does(&world, "bolt.test", 999).await.is_empty());
        assert_eq!(does(&world, "bolt.test", 9000).await.len(), 1, "the flood before did not make this one usual");
        assert_eq!(watch::alarms(&world.store, "bolt.test").await.unwrap().len(), 2);
        let lately = watch::lately(&world.store, &["bolt.test".into(), "cobalt.test".into()]).await.unwrap();
        assert_eq!(lately.iter().map(|alarm| alarm.acts).collect::<Vec<_>>(), [9999]);
        assert_eq!(watch::now(&world.store, "bolt.test").await.unwrap(), 9999);
        world.store.clock.advance(25 * HOUR);
        assert!(watch::lately(&world.store, &["bolt.test".into()]).await.unwrap().is_empty());
        world.store.clock.advance(15 * 24 * HOUR);
        world.act(async |tx| watch::forget(tx).await).await.unwrap();
        let left: Option<i64> = sql!("SELECT COUNT(*) FROM partner_hours").value(&world.store).await.unwrap();
        assert_eq!(left, Some(0));
    })
    .await;
}

#[tokio::test]
async fn s113_a_busy_partner_is_known_for_it_and_its_usual_rate_is_no_alarm() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        held(&world).await;
        for _ in 0..30 {
            assert!(does(&world, "bolt.test", 600).await.is_empty());
            world.store.clock.advance(HOUR);
        }
        assert!(does(&world, "bolt.test", 5900).await.is_empty(), "ten times the mean of 600 are 6000");
        assert_eq!(does(&world, "bolt.test", 200).await[0].most, 6000);
    })
    .await;
}

#[tokio::test]
async fn administrators_alone_are_told_and_the_same_again_comes_anew() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (_, bob) = held(&world).await;
        let (ada, eve) = (world.person("alf").await, world.person("eve").await);
        world.act(async |tx| accounts::set_role(tx, ada.id, NodeRole::Admin).await).await.unwrap();
        let tell = async || {
            let told = async |tx: &crate::store::Tx| {
                notifications::tell_administrators(tx, NotificationKind::AgreementHeld, bob.id, AgreementId(7)).await
            };
            world.act(told).await.unwrap();
            let page = async |whom| {
                let kinds = [NotificationKind::AgreementHeld];
                notifications::page(&world.store, whom, &kinds, Page::first(10)).await.unwrap()
            };
            assert!(page(eve.id).await.is_empty());
            let found = page(ada.id).await;
            assert_eq!((found.len(), found[0].from_id, found[0].post_id), (1, bob.id, PostId(7)));
            found[0].id
        };
        let first = tell().await;
        assert!(tell().await > first);
    })
    .await;
}

#[tokio::test]
async fn s113_quarantine_stops_every_seat_at_once_deletes_nothing_and_is_lifted_as_it_was() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (group, bob) = held(&world).await;
        let (origin, key) = (Origin::new(&"https://acme.test".parse().unwrap()), KeyPair::from_ed25519_seed(&[1; 32]).unwrap());
        let (ours, id) = (Ours { origin: &origin, key: &key }, AgreementId(7));
        let stands = async || {
            let role = world.role(&group, &bob).await;
            let held = seats::host_has_seat(&world.store, group.id, "bolt.test").await.unwrap();
            (role, held, peers::is_blocked(&world.store, "bolt.test").await.unwrap())
        };
        let open = (Some(Role::Contributor), true, false);
        assert_eq!(stands().await, open);
        let before = seats::seat(&world.store, group.id, bob.id).await.unwrap();
        world.act(async |tx| quarantine::begin(tx, ours, "ada", id, "a break-in").await).await.unwrap();
        assert_eq!(stands().await, (None, false, true));
        assert_eq!(seats::seat(&world.store, group.id, bob.id).await.unwrap(), before, "the seat is as it was");
        let found: Vec<Quarantine> = quarantine::of(&world.store, &["bolt.test".into()]).await.unwrap();
        assert_eq!((found[0].actor.as_str(), found[0].blocks, found[0].suspends), ("ada", true, true));
        let again = world.act(async |tx| quarantine::begin(tx, ours, "ada", id, "").await).await;
        assert!(matches!(again, Err(Error::Refused(refusal)) if refusal.code == "quarantined_already"));
        world.act(async |tx| quarantine::lift(tx, ours, "ada", id).await).await.unwrap();
        assert_eq!(stands().await, open);
        // what an administrator had done before stays
        world.act(async |tx| agreements::suspend(tx, ours, "ada", id, "").await).await.unwrap();
        world.act(async |tx| peers::block(tx, "bolt.test", ("ada", "spam")).await).await.unwrap();
        world.act(async |tx| quarantine::begin(tx, ours, "ada", id, "").await).await.unwrap();
        world.act(async |tx| quarantine::lift(tx, ours, "ada", id).await).await.unwrap();
        assert!(peers::is_blocked(&world.store, "bolt.test").await.unwrap());
        let rests: Option<bool> = sql!("SELECT suspended_here FROM agreements WHERE id = {}", id).value(&world.store).await.unwrap();
        assert_eq!(rests, Some(true));
        let acts: Vec<String> = sql!("SELECT act FROM audit WHERE object = 'bolt.test' AND act LIKE 'partner.%' ORDER BY id")
            .column(&world.store)
            .await
            .unwrap();
        assert_eq!(acts, ["partner.quarantine", "partner.release", "partner.quarantine", "partner.release"]);
        assert!(entries(&world, "host.block").await.len() == 1 && entries(&world, "agreement.suspend").await.len() == 1, "no entry twice");
        assert!(found[0].created_at > Stamp(0));
    })
    .await;
}

/// What administrators were told of partners that take nothing.
async fn told(world: &World) -> i64 {
    let count = sql!("SELECT COUNT(*) FROM events WHERE body LIKE '%partner_unreachable%'");
    count.value(&world.store).await.unwrap().unwrap()
}

/// Figure: told after an hour, once more after 30 days, and anew when it fails anew; not of hosts without an agreement.
#[tokio::test]
async fn r10_administrators_are_told_of_a_partner_that_takes_nothing() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        held(&world).await;
        let fails = async |host: &'static str, since: Option<Stamp>| {
            let act = async |tx: &crate::store::Tx| {
                let peer = peers::known(tx, host).await?;
                let failing = "UPDATE peers SET failures = {}, failing_since = {} WHERE id = {}";
                sql!(failing, i64::from(since.is_some()), since, peer).run(tx).await
            };
            world.act(act).await.unwrap();
        };
        let look = async || world.act(async |tx| watch::tell_of_silence(tx).await).await.unwrap();
        let before = told(&world).await;
        for host in ["bolt.test", "dead.test"] {
            fails(host, Some(world.store.now())).await;
        }
        assert!(look().await.is_empty(), "a moment is nothing");
        world.store.clock.advance(HOUR);
        assert_eq!(look().await, ["bolt.test"]);
        assert!(look().await.is_empty(), "once");
        world.store.clock.advance(30 * 24 * HOUR);
        assert_eq!(look().await, ["bolt.test"]);
        assert!(look().await.is_empty());
        fails("bolt.test", None).await;
        assert!(look().await.is_empty());
        fails("bolt.test", Some(world.store.now())).await;
        world.store.clock.advance(2 * HOUR);
        assert_eq!(look().await, ["bolt.test"], "anew");
        assert_eq!(told(&world).await - before, 3);
    })
    .await;
}
