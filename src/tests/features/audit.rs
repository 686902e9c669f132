//! The audit log: what tampering leaves a trace, and which acts leave an entry.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        words::{JoinRule, NodeRole},
    },
    features::{
        accounts,
        audit::{Head, after, verify},
        communities, peers, sessions,
    },
    sql,
    store::{Store, audit, audit::Entry},
    tests::support::on_both_databases,
};

/// Seven entries in two acts.
async fn log(store: &Store) -> Vec<Head> {
    for objects in [&["a", "b", "c"][..], &["d", "e", "f", "g"]] {
        let tx = store.begin().await.unwrap();
        objects.iter().for_each(|object| tx.audit(Entry::of("thing.done", *object)));
        tx.commit().await.unwrap();
    }
    let (id, hash) = audit::head(store).await.unwrap();
    vec![Head { id, hash, at: store.now() }]
}

async fn tamper(store: &Store, statements: &[&'static str]) {
    let tx = store.begin().await.unwrap();
    for statement in statements {
        assert!(sql!(*statement).run(&tx).await.unwrap() > 0, "{statement}");
    }
    tx.commit().await.unwrap();
}

async fn named(store: &Store, heads: &[Head]) -> Option<i64> {
    verify(store, heads).await.unwrap().finding.map(|finding| finding.id)
}

#[tokio::test]
async fn s125_an_entry_that_was_edited_deleted_moved_or_cut_off_is_named() {
    on_both_databases(async |place| {
        for (statements, first) in [
            (&["UPDATE audit SET object = 'x' WHERE id = 3"][..], 3),
            (&["UPDATE audit SET at = at + 1 WHERE id = 1"][..], 1),
            (&["DELETE FROM audit WHERE id = 4"][..], 4),
            (&["DELETE FROM audit WHERE id = 1"][..], 1),
            (
                &["UPDATE audit SET id = 99 WHERE id = 2", "UPDATE audit SET id = 2 WHERE id = 5", "UPDATE audit SET id = 5 WHERE id = 99"]
                    [..],
                2,
            ),
            (&["DELETE FROM audit WHERE id > 5"][..], 6),
            (&["DELETE FROM audit WHERE id > 0"][..], 1),
        ] {
            let store = place.store().await;
            let heads = log(&store).await;
            let whole = verify(&store, &heads).await.unwrap();
            assert_eq!((whole.entries, whole.finding), (7, None));
            tamper(&store, statements).await;
            assert_eq!(named(&store, &heads).await, Some(first), "{statements:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn s125_a_chain_written_anew_or_an_old_copy_does_not_fit_the_head_outside() {
    on_both_databases(async |place| {
        let store = place.store().await;
        let heads = log(&store).await;
        // whoever writes every hash anew from the entry they changed has a chain that fits itself
        tamper(&store, &["DELETE FROM audit WHERE id > 5"]).await;
        let tx = store.begin().await.unwrap();
        ["f", "other"].iter().for_each(|object| tx.audit(Entry::of("thing.done", *object)));
        tx.commit().await.unwrap();
        assert_eq!(named(&store, &[]).await, None);
        assert_eq!(named(&store, &heads).await, Some(7));
        // yesterday's copy is a chain that fits itself too
        tamper(&store, &["DELETE FROM audit WHERE id > 3"]).await;
        assert_eq!((named(&store, &[]).await, named(&store, &heads).await), (None, Some(4)));
    })
    .await;
}

/// What the last act left, as `act object by`.
async fn entries(store: &Store, since: i64) -> Vec<String> {
    let rows = after(store, since).await.unwrap();
    rows.into_iter().map(|row| format!("{} {} by {} via {}", row.act, row.object, row.actor, row.via)).collect()
}

#[tokio::test]
async fn s126_every_verb_over_accounts_tokens_and_hosts_leaves_one_entry() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let store = &world.store;
        world.act(async |tx| accounts::set_role(tx, ada.id, NodeRole::Owner).await).await.unwrap();
        let app = sessions::NewApp { name: "toot".into(), website: String::new(), redirect_uris: vec![], scopes: "read".into() };
        let (app, _) = world.act(async |tx| sessions::register_app(tx, app).await).await.unwrap();
        let (token, clear) = world.act(async |tx| sessions::issue_token(tx, app.id, Some(bob.id), "read").await).await.unwrap();
        let mut seen = audit::head(store).await.unwrap().0;
        let mut expect = async |want: &str| {
            let found = entries(store, seen).await;
            assert_eq!(found, [format!("{want} by ada via test")]);
            seen = audit::head(store).await.unwrap().0;
        };
        let by_ada = |work| audit::through("test".into(), audit::acting("ada".into(), work));
        macro_rules! act {
            ($want:expr, $tx:ident => $work:expr) => {
                by_ada(Box::pin(async {
                    let $tx = store.begin().await.unwrap();
                    $work.await.unwrap();
                    $tx.commit().await.unwrap();
                }) as std::pin::Pin<Box<dyn Future<Output = ()>>>)
                .await;
                expect($want).await;
            };
        }
        act!("account.role bob", tx => accounts::set_role(&tx, bob.id, NodeRole::Moderator));
        act!("account.password bob", tx => accounts::set_password(&tx, bob.id, "hash"));
        act!("account.suspend bob", tx => accounts::suspend(&tx, bob.id));
        act!("account.restore bob", tx => accounts::restore(&tx, bob.id));
        act!("token.revoke bob", tx => sessions::revoke(&tx, app.id, &clear));
        act!("host.block bolt.test", tx => peers::block(&tx, "bolt.test", ("ada", "spam")));
        act!("host.unblock bolt.test", tx => peers::unblock(&tx, "bolt.test", "ada"));
        act!("account.delete bob", tx => accounts::delete(&tx, &bob));
        // what is refused, and what was not there, leaves none
        assert!(world.act(async |tx| accounts::suspend(tx, ada.id).await).await.is_err());
        world.act(async |tx| sessions::revoke_id(tx, token.id).await).await.unwrap();
        assert_eq!(audit::head(store).await.unwrap().0, seen);
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        world.act(async |tx| communities::close(tx, &ada, community.id).await).await.unwrap();
        assert_eq!(entries(store, seen).await, ["community.create valves by node via node", "community.close valves by ada via node"]);
        assert_eq!(verify(store, &[]).await.unwrap().finding, None);
        assert!(after(store, 0).await.unwrap().iter().all(|row| row.at > Stamp(0)));
    })
    .await;
}
