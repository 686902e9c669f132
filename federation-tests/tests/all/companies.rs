//! Three companies with one community, as the story and others need them.

use crate::acquaintance::{joins, names};
use anyhow::Result;
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::{Node, NodeOptions, World, quickly};

/// Who takes part.
pub struct Cast {
    /// The node of ada, where the community lives.
    pub acme: Node,
    /// The node of bo.
    pub boltco: Node,
    /// The node of cy.
    pub cobalt: Node,
    /// Founder of the community.
    pub ada: Person,
    /// A member.
    pub bo: Person,
    /// Another.
    pub cy: Person,
    /// The community as each node knows it: at home, at boltco, at cobalt.
    pub valves: [Community; 3],
}

/// Three nodes, three people and their community; everybody sees everybody among its members.
pub async fn cast(world: &World, options: NodeOptions) -> Result<Cast> {
    let acme = world.node_with("acme", options.clone()).await?;
    let boltco = world.node_with("boltco", options.clone()).await?;
    let cobalt = world.node_with("cobalt", options).await?;
    let (ada, bo, cy) = (acme.person("ada").await?, boltco.person("bo").await?, cobalt.person("cy").await?);
    let valves = ada.api.found_community("valves").await?;
    let at_boltco = joins(&bo, &valves, "valves", &acme).await?;
    let at_cobalt = joins(&cy, &valves, "valves", &acme).await?;
    for (person, community) in [(&ada, &valves), (&bo, &at_boltco), (&cy, &at_cobalt)] {
        quickly(&format!("{} seeing who is in the community", person.name), async || {
            let members = person.api.members(&community.id).await?;
            Ok(when([&ada.uri, &bo.uri, &cy.uri].iter().all(|uri| members.iter().any(|member| names(member, uri)))))
        })
        .await?;
    }
    Ok(Cast { acme, boltco, cobalt, ada, bo, cy, valves: [valves, at_boltco, at_cobalt] })
}
