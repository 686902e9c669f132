//! Notifications and markers on both databases.

use super::memberships::World;
use crate::{
    base::{
        id::{AccountId, PostId},
        page::Page,
        words::{AccountKind, NotificationKind},
    },
    features::{notifications, relationships},
    store::tables::Notification,
    tests::support::on_both_databases,
};

async fn told(world: &World, account: AccountId) -> Vec<Notification> {
    notifications::page(&world.store, account, &[], Page::first(40)).await.unwrap()
}

#[tokio::test]
async fn the_same_thing_is_told_once_and_never_to_oneself() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        for (whom, by, post) in [(&ada, &eve, Some(PostId(1))), (&ada, &eve, Some(PostId(1))), (&ada, &eve, None), (&ada, &ada, None), (&bo, &eve, None)] {
            world.act(async |tx| notifications::tell(tx, whom.id, NotificationKind::Favourite, by.id, post).await).await.unwrap();
        }
        assert_eq!(told(&world, ada.id).await.len(), 2);
        assert_eq!(told(&world, bo.id).await.len(), 0, "people elsewhere are told by their own node");
    })
    .await;
}

#[tokio::test]
async fn blocked_and_muted_people_are_not_heard() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let (blocked, muted, quiet, past) = (world.person("b").await, world.person("m").await, world.person("q").await, world.person("p").await);
        let until = crate::base::clock::Stamp(world.store.clock.now().0 + 1000);
        world
            .act(async |tx| {
                relationships::block(tx, ada.id, blocked.id, None).await?;
                relationships::mute(tx, ada.id, muted.id, true, None).await?;
                relationships::mute(tx, ada.id, quiet.id, false, None).await?;
                relationships::mute(tx, ada.id, past.id, true, Some(until)).await
            })
            .await
            .unwrap();
        world.store.clock.advance(2000);
        for by in [&blocked, &muted, &quiet, &past] {
            world.act(async |tx| notifications::tell(tx, ada.id, NotificationKind::Follow, by.id, None).await).await.unwrap();
        }
        let by: Vec<AccountId> = told(&world, ada.id).await.iter().map(|told| told.from_id).collect();
        assert_eq!(by, [past.id, quiet.id]);
        world.act(async |tx| relationships::block(tx, ada.id, quiet.id, None).await).await.unwrap();
        assert_eq!(told(&world, ada.id).await.len(), 1, "a block hides what was told before");
    })
    .await;
}

#[tokio::test]
async fn pages_choose_kinds_and_unread_counts_from_the_marker() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        for kind in [NotificationKind::Mention, NotificationKind::Follow, NotificationKind::Reblog] {
            world.act(async |tx| notifications::tell(tx, ada.id, kind, eve.id, None).await).await.unwrap();
        }
        let follows = notifications::page(&world.store, ada.id, &[NotificationKind::Follow], Page::first(40)).await.unwrap();
        assert_eq!(follows.len(), 1);
        let newest = told(&world, ada.id).await;
        assert_eq!((newest[0].kind, newest[2].kind), (NotificationKind::Reblog, NotificationKind::Mention));
        assert_eq!(notifications::unread(&world.store, ada.id, 100).await.unwrap(), 3);
        let read = newest[1].id.to_string();
        let first = world.act(async |tx| notifications::mark(tx, ada.id, "notifications", &read).await).await.unwrap();
        let second = world.act(async |tx| notifications::mark(tx, ada.id, "notifications", &read).await).await.unwrap();
        assert_eq!((first.version, second.version), (1, 2));
        assert_eq!(notifications::unread(&world.store, ada.id, 100).await.unwrap(), 1);
        world.act(async |tx| notifications::mark(tx, ada.id, "lists", &read).await).await.unwrap_err();
        world.act(async |tx| notifications::mark(tx, ada.id, "home", "x").await).await.unwrap_err();
        world.act(async |tx| notifications::dismiss(tx, eve.id, newest[0].id).await).await.unwrap();
        assert_eq!(told(&world, ada.id).await.len(), 3, "one dismisses only one's own");
        world.act(async |tx| notifications::clear(tx, ada.id).await).await.unwrap();
        assert_eq!(told(&world, ada.id).await.len(), 0);
    })
    .await;
}
