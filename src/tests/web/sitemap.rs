//! The sitemap: what is public and wants to be found, and nothing else.

use super::{
    feeds::read,
    public::{draft, founds, into, keeps, page, writes},
};
use crate::{
    base::config::FederationMode,
    features::{
        accounts,
        posts::publish::Draft,
        timelines::findable::{Findable, found, further},
    },
    sql,
    tests::support::{TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

/// The addresses that stand in a document of the sitemap, as paths.
async fn listed(node: &TestNode, path: &str) -> Vec<String> {
    let answer = node.get(path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=600");
    let root = read(&answer.text().await.unwrap());
    assert_eq!(root.attribute("xmlns"), "http://www.sitemaps.org/schemas/sitemap/0.9");
    root.children.iter().map(|one| node.app.origin.stored(one.word("loc")).to_owned()).collect()
}

/// Everything that the index leads to.
async fn all(node: &TestNode) -> Vec<String> {
    let mut all = Vec::new();
    for list in listed(node, "/sitemap.xml").await {
        all.extend(listed(node, &list).await);
    }
    all.sort();
    all
}

#[tokio::test]
async fn s048_s056_the_sitemap_names_what_is_public_and_wants_to_be_found_and_nothing_else() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, shy) = (node.person("ada").await, node.person("bob").await, node.person("shy").await);
        let (waits, left, spam) = (node.person("waits").await, node.person("left").await, node.person("spam").await);
        let body = json!({ "discoverable": false });
        shy.ask(Method::PATCH, "/api/v1/accounts/update_credentials").json(&body).send().await.unwrap();
        let open = founds(&ada, "valves", "Valve quality", "public").await;
        for (name, stage) in [("inner", "local"), ("shared", "federated"), ("partnersonly", "partners")] {
            let hidden = founds(&ada, name, name, stage).await;
            into(&ada, &hidden, "Hidden in there").await;
        }
        for one in [&bob, &shy, &spam] {
            one.post(&format!("/api/intermoot/v1/communities/{}/join", open["id"].as_str().unwrap()), json!({})).await;
        }
        let seen = into(&ada, &open, "A thread").await;
        let by_bob = into(&bob, &open, "Another").await;
        for one in [&shy, &spam] {
            into(one, &open, "Does not want to be found, or must not").await;
        }
        let answer = json!({ "status": "An answer", "in_reply_to_id": seen });
        writes(&bob, answer).await;
        writes(&ada, json!({ "status": "In no community" })).await;
        writes(&ada, json!({ "status": "For followers", "visibility": "private" })).await;
        let deleted = into(&ada, &open, "Oops").await;
        ada.ask(Method::DELETE, &format!("/api/v1/statuses/{deleted}")).send().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        accounts::suspend(&tx, spam.account.id).await.unwrap();
        sql!("UPDATE users SET approved = FALSE WHERE account_id = {}", waits.account.id).run(&tx).await.unwrap();
        sql!("UPDATE users SET off_boarded_at = {} WHERE account_id = {}", tx.now, left.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();

        let mut wanted = ["/", "/about", "/c/valves", "/u/ada", "/u/bob"].map(str::to_owned).to_vec();
        wanted.extend([format!("/p/{seen}"), format!("/p/{by_bob}")]);
        wanted.sort();
        assert_eq!(all(&node).await, wanted);
        for path in &wanted {
            let (status, text) = page(&node, path).await;
            assert_eq!((status, text.contains("content=\"noindex\"")), (StatusCode::OK, false), "{path}");
        }
        for wrong in ["/sitemap/people-x.xml", "/sitemap/posts-0.xml", "/sitemap/people--1.xml", "/sitemap/node"] {
            assert_eq!(page(&node, wrong).await.0, StatusCode::NOT_FOUND, "{wrong}");
        }
        assert!(page(&node, "/robots.txt").await.1.contains(&format!("\nSitemap: {}\n", node.app.origin.absolute("/sitemap.xml"))));
    })
    .await;
}

#[tokio::test]
async fn s054_a_node_that_federates_with_partners_alone_does_not_list_its_people() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.federation.mode = FederationMode::Partners).await;
        let ada = node.person("ada").await;
        founds(&ada, "valves", "Valve quality", "public").await;
        assert_eq!(all(&node).await, ["/", "/about", "/c/valves"]);
        assert_eq!(page(&node, "/sitemap/people-0.xml").await, page(&node, "/sitemap/nothing").await);
    })
    .await;
}

#[tokio::test]
async fn a_list_goes_on_where_the_one_before_ended() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let open = founds(&ada, "valves", "Valve quality", "public").await;
        let community: i64 = open["id"].as_str().unwrap().parse().unwrap();
        let mut ids = Vec::new();
        for nth in 0..7 {
            let within = Draft { community: Some(crate::base::id::AccountId(community)), ..draft(&format!("<p>{nth}</p>")) };
            ids.push(keeps(&node, &ada.account, within).await.id.0);
        }
        let store = &node.app.store;
        let (mut after, mut seen) = (Some(0), Vec::new());
        while let Some(start) = after {
            let list = found(store, Findable::Threads, start, 3).await.unwrap();
            assert!(list.len() <= 3);
            seen.extend(list.iter().map(|one| one.id));
            after = further(store, Findable::Threads, start, 3).await.unwrap();
        }
        assert_eq!(seen, ids);
    })
    .await;
}
