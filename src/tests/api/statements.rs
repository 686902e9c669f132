//! What a page costs in statements: posts of private communities are no dearer than public ones.

use crate::{
    api::entities::status::statuses,
    base::{
        page::Page,
        words::{JoinRule, Level, Stage},
    },
    features::{
        communities, memberships,
        posts::{publish, queries::Viewer, tests::world::draft},
        timelines,
    },
    sql,
    store::sql::counted,
    tests::support::{Person, TestNode, on_both_databases},
};

/// Two communities at that stage, with ten posts of each on ada's home.
async fn filled(node: &TestNode, ada: &Person, stage: Stage) {
    for nth in 0..2 {
        let keys = node.app.new_keys().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        let founding = communities::Founding {
            name: format!("c{nth}"),
            title: String::new(),
            purpose: "Valves.".into(),
            stage: Stage::Local,
            join_rule: JoinRule::Open,
            question: String::new(),
            least_level: Level::Intermoot,
            keys,
        };
        let (community, _) = communities::found(&tx, &ada.account, founding).await.unwrap();
        tx.commit().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE communities SET stage = {} WHERE account_id = {}", stage, community.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        for which in ["a", "b"] {
            let writer = node.person(&format!("p{nth}{which}")).await;
            let tx = node.app.begin().await.unwrap();
            memberships::join(&tx, &writer.account, &community, None).await.unwrap();
            sql!("UPDATE seats SET status = 2 WHERE account_id = {}", writer.account.id).run(&tx).await.unwrap();
            for _ in 0..5 {
                let draft = publish::Draft { community: Some(community.id), tags: vec!["Valves".into()], ..draft("x") };
                let post = publish::publish(&tx, &writer.account, draft).await.unwrap();
                timelines::shelve(&tx, post.id).await.unwrap();
                let boost = sql!("SELECT id FROM posts WHERE boost_of_id = {}", post.id).value(&tx).await.unwrap();
                timelines::shelve(&tx, boost.expect("the community's boost")).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_page_of_private_posts_costs_no_more_statements_than_one_of_public_posts() {
    on_both_databases(async |place| {
        let mut costs = Vec::new();
        for stage in [Stage::Public, Stage::Federated, Stage::Partners, Stage::Local] {
            let node = place.node("acme").await;
            let ada = node.person("ada").await;
            filled(&node, &ada, stage).await;
            let (store, viewer) = (&node.app.store, Viewer::Account(ada.account.id));
            let (home, of_home) = counted(async {
                let posts = timelines::queries::home(store, ada.account.id, Page::first(20)).await.unwrap();
                statuses(&node.app, &viewer, &posts).await.unwrap()
            })
            .await;
            assert_eq!(home.len(), 20, "{stage:?}");
            costs.push((stage, of_home));
        }
        let public = costs[0].1;
        assert!(costs.iter().all(|(_, cost)| *cost <= public), "{costs:?}");
        assert!(public <= 8, "{costs:?}");
    })
    .await;
}
