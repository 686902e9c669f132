//! The log of a community: every act of a moderator once, whichever door it came by, and our copy of a log elsewhere.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        page::Page,
        words::{AccountKind, JoinRule, ModAct, Role, Stage},
    },
    features::{
        communities::{self, seats},
        memberships::{self, Decision, Offered, ban_host, decided, offered, remove, unban_host},
        moderation::{Deed, Listed, Said, adopt, copied, log, perform},
    },
    sql,
    store::tables::{Account, ModLogRow},
    tests::support::on_both_databases,
};

async fn rows(world: &World, community: &Account) -> Vec<ModLogRow> {
    let mut rows = log::page(&world.store, community.id, true, Page::first(80)).await.unwrap();
    rows.reverse();
    rows
}

async fn acts(world: &World, community: &Account) -> Vec<ModAct> {
    rows(world, community).await.iter().map(|row| row.act).collect()
}

async fn audited(world: &World, act: &str) -> i64 {
    sql!("SELECT COUNT(*) FROM audit WHERE act = {}", act).value(&world.store).await.unwrap().unwrap()
}

#[tokio::test]
async fn every_act_over_seats_stands_in_the_log_exactly_once() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea, eve) = (world.person("ada").await, world.person("bea").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Ask).await;
        for who in [&bea, &eve] {
            world.joins(who, &valves).await.unwrap();
        }
        let decide = async |who: &Account, what: Decision| world.act(async |tx| decided(tx, &ada, who, &valves, what).await).await;
        decide(&bea, Decision::Admit).await.unwrap();
        decide(&bea, Decision::Admit).await.unwrap();
        decide(&eve, Decision::Refuse { reason: "no room".into() }).await.unwrap();
        decide(&bea, Decision::Appoint { role: Role::Curator }).await.unwrap();
        decide(&bea, Decision::Appoint { role: Role::Curator }).await.unwrap();
        world.act(async |tx| remove(tx, &ada, &bea, &valves, "left the project").await).await.unwrap();
        assert!(decide(&bea, Decision::Remove { reason: String::new() }).await.is_err());
        world.act(async |tx| ban_host(tx, &ada, &valves, "Cobalt.test", ("spam", None)).await).await.unwrap();
        world.act(async |tx| unban_host(tx, &ada, &valves, "cobalt.test").await).await.unwrap();
        world.act(async |tx| unban_host(tx, &ada, &valves, "cobalt.test").await).await.unwrap();
        let found = rows(&world, &valves).await;
        let told: Vec<_> = found.iter().map(|row| (row.act, row.account_id, row.reason.as_str(), row.role, row.host.as_str())).collect();
        let expected = [
            (ModAct::Admit, Some(bea.id), "", None, ""),
            (ModAct::Refuse, Some(eve.id), "no room", None, ""),
            (ModAct::Appoint, Some(bea.id), "", Some(Role::Curator), ""),
            (ModAct::PutOut, Some(bea.id), "left the project", None, ""),
            (ModAct::BanHost, None, "spam", None, "cobalt.test"),
            (ModAct::UnbanHost, None, "", None, "cobalt.test"),
        ];
        assert_eq!(told, expected);
        assert!(found.iter().all(|row| row.moderator_id == ada.id && !row.asked && row.uri.starts_with("/c/valves/log#")));
        for (act, count) in [("seat.refuse", 1), ("seat.role", 1), ("seat.end", 1), ("host_ban.set", 1), ("host_ban.lift", 1)] {
            assert_eq!(audited(&world, act).await, count, "{act}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_ban_stands_once_whether_it_came_as_a_decision_or_as_an_act_and_so_does_a_widening() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let (mo, bob) = (world.elsewhere(AccountKind::Person, "mo").await, world.elsewhere(AccountKind::Person, "bob").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.has_role(&valves, &mo, Role::Moderator).await;
        for who in [&eve, &bob] {
            world.joins(who, &valves).await.unwrap();
        }
        let rev = seats::seat(&world.store, valves.id, eve.id).await.unwrap().unwrap().rev;
        let offer = Offered { decision: Decision::Ban { reason: "rude".into(), until: None }, based_on: rev, asked_at: Stamp(5) };
        for _ in 0..2 {
            world.act(async |tx| offered(tx, &mo, &eve, &valves, offer.clone()).await).await.unwrap();
        }
        let said = |reason| Said { by: &ada, community: &valves, reason, uri: None };
        let entry = world.act(async |tx| perform(tx, said("sorry"), Deed::Unban(&eve)).await).await.unwrap();
        assert!(entry.is_some());
        assert_eq!(world.act(async |tx| perform(tx, said(""), Deed::Unban(&eve)).await).await.unwrap(), None);
        let until = Some(Stamp(world.store.clock.now().0 + 60_000));
        let deed = Deed::Ban { account: &bob, until, removes_data: true };
        let entry = world.act(async |tx| perform(tx, said("spam"), deed).await).await.unwrap();
        let found = rows(&world, &valves).await;
        assert_eq!(found.iter().map(|row| row.act).collect::<Vec<_>>(), [ModAct::Ban, ModAct::Unban, ModAct::Ban]);
        assert_eq!((found[0].moderator_id, found[0].account_id, found[0].reason.as_str()), (mo.id, Some(eve.id), "rude"));
        assert_eq!((Some(found[2].id), found[2].expires_at, found[2].removes_data), (entry, until, true));
        assert_eq!(found[2].uri, format!("/activities/{}", found[2].id), "what tells it has its id");
        assert_eq!((audited(&world, "member.ban").await, audited(&world, "member.unban").await), (2, 1));
        let inner = world.try_found(&ada, "inner", Stage::Local, JoinRule::Ask).await.unwrap();
        world.act(async |tx| communities::widen(tx, &ada, inner.id, Stage::Public, &[]).await).await.unwrap();
        assert_eq!(
            rows(&world, &inner).await.iter().map(|row| (row.act, row.stage)).collect::<Vec<_>>(),
            [(ModAct::Widen, Some(Stage::Public))]
        );
        assert!(world.act(async |tx| memberships::remove(tx, &bob, &ada, &inner, "").await).await.is_err());
        assert_eq!(acts(&world, &inner).await.len(), 1, "what is refused leaves no entry");
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_was_read_counts_when_it_is_announced_and_stands_once() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let pumps = world.community_elsewhere("pumps", JoinRule::Open).await;
        let mo = world.elsewhere(AccountKind::Person, "mo").await;
        let listed = |n: u32, act, moderator| Listed {
            uri: format!("https://bolt.test/activities/{n}"),
            act,
            moderator,
            account: Some(ada.id),
            post: None,
            reason: "spam".into(),
            until: None,
            role: None,
            host: String::new(),
            stage: None,
            at: Stamp(world.store.clock.now().0 - 1000),
        };
        let all = [listed(1, ModAct::Ban, None), listed(2, ModAct::Admit, Some(mo.id))];
        assert_eq!(world.act(async |tx| adopt(tx, &pumps, &all).await).await.unwrap(), 2);
        assert_eq!(world.act(async |tx| adopt(tx, &pumps, &all).await).await.unwrap(), 0);
        let banned = async || -> i64 { sql!("SELECT COUNT(*) FROM bans").value(&world.store).await.unwrap().unwrap() };
        assert_eq!(banned().await, 0, "what is only read bars nobody");
        assert!(rows(&world, &pumps).await.iter().all(|row| row.fetched));
        let said = Said { by: &mo, community: &pumps, reason: "spam", uri: Some("https://bolt.test/activities/1") };
        let deed = Deed::Ban { account: &ada, until: None, removes_data: false };
        for _ in 0..2 {
            assert_eq!(world.act(async |tx| copied(tx, said, deed).await).await.unwrap(), None);
        }
        assert_eq!(banned().await, 1);
        assert_eq!(world.act(async |tx| adopt(tx, &pumps, &[listed(1, ModAct::Ban, Some(mo.id))]).await).await.unwrap(), 0);
        let found = rows(&world, &pumps).await;
        let ban = found.iter().find(|row| row.act == ModAct::Ban).unwrap();
        assert_eq!((found.len(), ban.fetched, ban.moderator_id), (2, false, mo.id), "the name comes with the log");
    })
    .await;
}
