//! Secure mode on both sides: two nodes that show nothing without a signature read each other all the same.

use crate::acquaintance::{joins, sees};
use anyhow::{Result, ensure};
use federation_tests::eventually::when;
use federation_tests::world::scenario;
use federation_tests::{NodeOptions, quickly, wire};

#[tokio::test]
async fn two_nodes_in_secure_mode_follow_join_and_read_each_other_and_a_stranger_gets_keys_alone() -> Result<()> {
    scenario(2, async |world| {
        let secure = || NodeOptions::default().with("FEDERATION__SECURE_MODE", "true");
        let (acme, bolt) = (world.node_with("acme", secure()).await?, world.node_with("bolt", secure()).await?);
        let (ada, bo) = (acme.person("ada").await?, bolt.person("bo").await?);

        let seen = bo.api.resolve_account(&ada.uri).await?;
        let id = seen["id"].as_str().unwrap_or_default().to_owned();
        bo.api.follow(&id).await?;
        quickly("bo following ada", async || Ok(when(bo.api.relationship(&id).await?["following"] == true))).await?;
        let post = ada.api.say("read by those who sign").await?;
        sees("bo's home", "read by those who sign", async || bo.api.home().await).await?;
        let valves = ada.api.found_community("valves").await?;
        let there = joins(&bo, &valves, "valves", &acme).await?;
        bo.api.post_into(&there.id, "from a member elsewhere").await?;
        sees("the community", "from a member elsewhere", async || ada.api.community_posts(&valves.id).await).await?;

        let uri = post["uri"].as_str().unwrap_or_default();
        ensure!(wire::get_as(uri, "application/activity+json").await?.status == 401, "a post to nobody in particular");
        ensure!(wire::get_as(uri, "text/html").await?.status == 200, "people read what is public");
        let bare = wire::get_as(&ada.uri, "application/activity+json").await?;
        ensure!(bare.status == 200 && !bare.text().contains("outbox"), "{}", bare.text());
        Ok(())
    })
    .await
}
