//! The index itself: what it is made from, and how it is walked.

use super::{asked, found, says, search};
use crate::{
    base::page::Page,
    features::{
        accounts,
        posts::{
            self,
            queries::Viewer,
            tests::world::{self, World},
        },
    },
    sql,
    store::{
        Source,
        findable::{self, Indexed},
        plans::toils,
        sql::counted,
    },
};
use sea_orm::DbBackend;

#[tokio::test]
async fn what_was_there_before_the_index_is_read_into_it_newest_first_and_over_restarts() {
    for world in world::worlds().await {
        let store = &world.store;
        let tx = store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        let mut ids = Vec::new();
        for nth in 0..450 {
            ids.push(says(&tx, &ada, if nth % 3 == 0 { "valve" } else { "pump" }).await.id);
        }
        // as it was before the migration
        sql!("DELETE FROM findable").run(&tx).await.unwrap();
        findable::read_down_to(&tx, Indexed::Posts, Some(ids[449].0 + 1)).await.unwrap();
        let later = says(&tx, &ada, "valve").await;
        posts::delete(&tx, &posts::queries::by_id(&tx, ids[0]).await.unwrap().unwrap()).await.unwrap();
        assert_eq!(found(&tx, &ada, "valve").await, [later.id]);
        tx.commit().await.unwrap();

        assert_eq!(posts::catch_up(store).await.unwrap(), Some(200));
        let again = world.reopened().await;
        assert_eq!(posts::catch_up(&again).await.unwrap(), Some(200));
        let tx = again.begin().await.unwrap();
        assert_eq!(found(&tx, &ada, "valve").await.len(), 40);
        assert_eq!(found(&tx, &ada, &format!("valve {}", "-pump")).await[0], later.id);
        drop(tx);
        let mut rounds = 0;
        while posts::catch_up(&again).await.unwrap().is_some() {
            rounds += 1;
        }
        assert!((1..=2).contains(&rounds), "{rounds}");
        let count = sql!("SELECT COUNT(*) FROM findable").value::<i64>(&again).await.unwrap();
        assert_eq!(count, Some(450), "449 of before and one of after; none twice, none that is deleted");
        if !again.is_postgres() {
            let findings = sql!("PRAGMA integrity_check").column::<String>(&again).await.unwrap();
            assert_eq!(findings, ["ok"], "a check of the database reads the index too");
        }
        again.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_search_walks_the_index_and_costs_the_same_statements_whatever_it_finds() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let (ada, eve) = (world::person(&tx, "ada").await, world::person(&tx, "eve").await);
        for _ in 0..60 {
            says(&tx, &ada, "valve").await;
        }
        let most = if tx.connection().1 == DbBackend::Postgres { 2 } else { 1 };
        let viewer = Viewer::Account(eve.id);
        for typed in ["valve", "rare", "valve -pump in:library from:me has:media", "-valve", "before:2020-01-01"] {
            for page in [Page::first(20), Page { min_id: Some(1), ..Page::first(20) }] {
                let question = asked(&tx, eve.id, typed).await.unwrap();
                let (_, statements) = counted(search(&tx, &viewer, &question, (page, 0))).await;
                assert!(statements <= most, "{typed}: {statements}");
                for found in findable::posts(tx.connection().1, &question, &page) {
                    let plan = super::super::shown(&tx, &viewer, question.among, found).page(&page, 0).plan(&tx).await.unwrap();
                    // the index of words knows no order: on PostgreSQL what it gives, which is bounded, is sorted
                    let is_bad = |line: &&String| toils(line) && !(most == 2 && line.trim_start().starts_with("->  Sort"));
                    assert_eq!(plan.iter().find(is_bad), None, "{typed}: {plan:#?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn s080_people_are_found_by_their_index() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        for words in ["ada", "ada@far", "%"] {
            let plan = accounts::names::candidates(&tx, words).plan(&tx).await.unwrap();
            let is_bad = |line: &&String| line.contains("SCAN accounts") || line.contains("Seq Scan on accounts");
            assert_eq!(plan.iter().find(is_bad), None, "{words}: {plan:#?}");
        }
    }
}
