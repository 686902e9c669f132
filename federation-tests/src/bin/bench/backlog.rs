//! A backlog: more activities waiting for a node's hosts than anybody could write in the time of a measurement.
//!
//! They are copies of a real one in the log, each about a thing of its own, put beside it while the node federates with nobody.

use anyhow::Result;
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::{Node, Peer, database, eventually};
use std::time::Duration;

/// Lets a post of `writer` reach `peers`; its id. Everybody's cursor stands behind it then.
pub async fn first_post(writer: &Person, peers: &[Peer]) -> Result<String> {
    let uri = text(&writer.api.say("the one that the others are copies of").await?, "uri")?.to_owned();
    let has = |peer: &Peer| peer.activities("Create").iter().any(|got| got.object_id() == uri);
    eventually(Duration::from_secs(60), "the first post everywhere", async || Ok(when(peers.iter().all(has)))).await?;
    Ok(uri)
}

/// Has the node federate with nobody, or as it is set.
pub async fn rest_from_federation(node: &Node, rests: bool) -> Result<()> {
    node.cli(&["federation", "mode", if rests { "off" } else { "default" }], "").await.map(drop)
}

/// Puts `copies` of the Create of `post` into the log, for the same hosts.
pub fn queue(node: &Node, post: &str, copies: usize) -> Result<()> {
    database::run(
        node,
        &format!(
            "INSERT INTO log (position, uri, actor_id, object_key, body, targets, shape, created_at, community_id)
 WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {copies})
 SELECT position + i, uri || '-' || i, actor_id, position + i, REPLACE(body, '{post}', '{post}-' || i), targets, shape, created_at, community_id
 FROM log, n WHERE position = (SELECT MAX(position) FROM log WHERE body LIKE '%{post}%');\n"
        ),
    )
    .map(drop)
}
