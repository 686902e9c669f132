//! Seats under an agreement: they stop, and come back, in the instant in which the agreement does.

use super::seats::World;
use crate::{
    base::{
        keys::KeyPair,
        origin::Origin,
        words::{AccountKind, JoinRule, Role, SeatStatus, Stage},
    },
    features::{
        agreements::{self, Ours},
        communities::seats,
        memberships,
        posts::{
            publish::{Draft, publish},
            queries::{Viewer, seen},
            tests::world::draft,
        },
    },
    sql,
    store::{Insert, tables::Account},
    tests::support::on_both_databases,
};

/// bob of bolt.test holds a seat in ada's community through his company. The agreement's id is 7.
pub(super) async fn held(world: &World) -> (Account, Account) {
    let ada = world.person("ada").await;
    let group = world.founds(&ada, "valves", JoinRule::Open).await;
    let bob = world.elsewhere(AccountKind::Person, "bob").await;
    world
        .act(async |tx| {
            sql!("UPDATE communities SET stage = {} WHERE account_id = {}", Stage::Federated, group.id).run(tx).await?;
            let agreement = Insert::into("agreements").set("id", 7_i64).set("uri", "/agreements/7").set("host", "bolt.test");
            let agreement =
                agreement.set("partner_id", bob.id).set("state", 2_i16).set("version", 1_i64).set("most_role", Role::Contributor);
            agreement.set("created_at", tx.now).set("updated_at", tx.now).run(tx).await?;
            let seat = seats::fresh(tx, group.id, bob.id, SeatStatus::Active);
            let organisation = "https://bolt.test/org".to_owned();
            let seat = crate::store::tables::Seat { role: Role::Moderator, organisation, agreement_host: "bolt.test".into(), ..seat };
            seats::keep(tx, seat, true).await?;
            let roster = Insert::into("rosters").set("host", "bolt.test").set("sequence", 1_i64).set("issued_at", tx.now);
            let until = tx.now.plus(std::time::Duration::from_secs(3600));
            roster.set("valid_until", until).set("fetched_at", tx.now).set("tried_at", tx.now).run(tx).await?;
            Insert::into("vouched").set("host", "bolt.test").set("uri", bob.uri.as_str()).run(tx).await?;
            Ok(())
        })
        .await
        .unwrap();
    (group, bob)
}

#[tokio::test]
async fn s118_suspending_or_ending_an_agreement_stops_every_seat_under_it_in_the_same_instant() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (group, bob) = held(&world).await;
        let ada = crate::features::accounts::queries::by_handle(&world.store, "ada", "").await.unwrap().unwrap();
        let draft = Draft { community: Some(group.id), ..draft("secret") };
        let post = world.act(async |tx| publish(tx, &ada, draft).await).await.unwrap().id;
        let (origin, key) = (Origin::new(&"https://acme.test".parse().unwrap()), KeyPair::from_ed25519_seed(&[1; 32]).unwrap());
        let ours = Ours { origin: &origin, key: &key };
        let id = crate::base::id::AgreementId(7);
        let stands = async || {
            let role = world.role(&group, &bob).await;
            let reads = seen(&world.store, &Viewer::Account(bob.id), post).await.unwrap().is_some();
            let host_reads = seen(&world.store, &Viewer::Host("bolt.test".into()), post).await.unwrap().is_some();
            let delivered = seats::host_has_seat(&world.store, group.id, "bolt.test").await.unwrap();
            let shown = memberships::queries::unusable(&world.store, bob.id, &[group.id]).await.unwrap().is_empty();
            (role, reads, host_reads, delivered, shown)
        };
        let open = (Some(Role::Contributor), true, true, true, true);
        let shut = (None, false, false, false, false);
        assert_eq!(stands().await, open, "a moderator's seat, capped by the agreement");
        world.act(async |tx| agreements::suspend(tx, ours, "ada", id, "").await).await.unwrap();
        assert_eq!(stands().await, shut);
        world.act(async |tx| agreements::resume(tx, ours, "ada", id).await).await.unwrap();
        assert_eq!(stands().await, open);
        world.act(async |tx| agreements::hold_all(tx, "restored").await).await.unwrap();
        assert_eq!(stands().await, shut);
        world.act(async |tx| sql!("UPDATE agreements SET held = FALSE WHERE id = 7").run(tx).await).await.unwrap();
        assert_eq!(stands().await, open);
        world.act(async |tx| agreements::end(tx, ours, "ada", id, "").await).await.unwrap();
        assert_eq!(stands().await, shut);
    })
    .await;
}
