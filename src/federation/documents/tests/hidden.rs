//! What may not be seen is not there, byte for byte.

use super::desk::Desk;
use crate::{
    base::words::{Audience, Stage},
    features::{memberships, posts},
    tests::support::on_both_databases,
};
use axum::http::StatusCode;

const URL: &str = "http://acme.localhost:4001";

#[tokio::test]
async fn s050_s054_ap009_a_post_that_is_not_public_answers_like_none_to_strangers_and_signers() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let bolt = Desk::open(&place, "http://bolt.localhost:4002", vec![]).await;
        let (ada, bo) = (desk.person("ada").await, bolt.person("bo").await);
        desk.knows(&bolt, &bo).await;
        let valves = desk.community("valves", Stage::Public, &ada).await;
        let bob = desk.person("bob").await;
        let tx = desk.app().begin().await.unwrap();
        memberships::join(&tx, &bob, &valves, None).await.unwrap();
        tx.commit().await.unwrap();
        let removed = desk.post(&bob, Audience::Public, Some(&valves), None).await;
        assert_eq!(desk.get(&removed.uri).await.status, StatusCode::OK);
        let tx = desk.app().begin().await.unwrap();
        posts::remove(&tx, &ada, &removed, "off topic").await.unwrap();
        tx.commit().await.unwrap();
        let local = desk.community("inside", Stage::Local, &ada).await;
        let hidden = [
            desk.post(&ada, Audience::Followers, None, None).await,
            desk.post(&ada, Audience::Direct, None, None).await,
            desk.post(&ada, Audience::Members, Some(&local), None).await,
            removed,
        ];
        let missing = desk.get("/p/12345").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        for post in &hidden {
            for path in
                [post.uri.clone(), format!("{}/replies", post.uri), format!("{}/context", post.uri), format!("/activities/{}", post.id)]
            {
                assert_eq!(desk.get(&path).await, missing, "{path}");
                assert_eq!(desk.ask("GET", &path, desk.signed(&path, &bolt, &bo).await).await, missing, "{path}, signed");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn s050_s054_a_community_for_our_own_people_is_not_there_for_others() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, URL, vec![]).await;
        let ada = desk.person("ada").await;
        desk.community("inside", Stage::Local, &ada).await;
        for name in ["", "/outbox", "/outbox?page=true", "/followers", "/following", "/featured", "/moderators", "/members"] {
            assert_eq!(desk.get(&format!("/c/inside{name}")).await, desk.get(&format!("/c/nowhere{name}")).await, "{name}");
            assert_eq!(desk.get(&format!("/c/inside{name}")).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(desk.get("/@inside").await, desk.get("/@nowhere").await);
        let finger =
            async |name: &str| desk.get_as(&format!("/.well-known/webfinger?resource=acct:{name}@acme.localhost:4001"), "*/*").await;
        assert_eq!(finger("inside").await, finger("nowhere").await);
    })
    .await;
}
