//! Two companies under an agreement, a third without, and the community that the two share.

use crate::acquaintance::sees;
use anyhow::{Result, ensure};
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::partners::{Founded, about};
use federation_tests::{Node, NodeOptions, World, eventually, quickly};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What somebody may wait for a seat, or for a post: "within seconds".
pub const SOON: Duration = Duration::from_secs(5);

/// Who takes part.
pub struct Alliance {
    /// Where the community lives.
    pub acme: Node,
    /// The supplier.
    pub boltco: Node,
    /// Owner of the community, administrator of acme.
    pub ada: Person,
    /// Another of acme.
    pub al: Person,
    /// Administrator of boltco.
    pub bea: Person,
    /// An engineer of boltco.
    pub bo: Person,
    /// "Valve quality" at home.
    pub valves: Community,
}

/// Settings under which what is to be tried again is tried again soon.
pub fn eager(postgres: bool) -> NodeOptions {
    NodeOptions { postgres, ..NodeOptions::default() }
        .with("FEDERATION__RETRY_UNIT_MILLISECONDS", "200")
        .with("COMMUNITIES__ANNOUNCE_HOURS", "0")
}

/// Prints how long a step took, for the figures.
pub fn took(what: &str, since: Instant) {
    eprintln!("{what}: {} ms", since.elapsed().as_millis());
}

/// Two nodes, their people, and a community for partners; no agreement yet.
pub async fn strangers(world: &World, options: NodeOptions) -> Result<Alliance> {
    let acme = world.node_with("acme", options.clone()).await?;
    let boltco = world.node_with("boltco", options).await?;
    let (ada, bea) = (acme.administrator("ada").await?, boltco.administrator("bea").await?);
    let al = acme.employee("al", "Quality", &ada).await?;
    let bo = boltco.employee("bo", "Valve engineer", &bea).await?;
    let valves = ada.api.found_as(Founded { name: "valves", title: "Valve quality", stage: "partners", join: "agreement" }).await?;
    Ok(Alliance { acme, boltco, ada, al, bea, bo, valves })
}

/// [`strangers`] who have agreed, with al in the community.
pub async fn alliance(world: &World, options: NodeOptions) -> Result<Alliance> {
    let cast = strangers(world, options).await?;
    agree(&cast).await?;
    Ok(cast)
}

/// acme offers, boltco's administrator approves; both show the same bytes in force.
pub async fn agree(cast: &Alliance) -> Result<()> {
    let Alliance { acme, boltco, ada, bea, .. } = cast;
    let started = Instant::now();
    let terms = json!({"communities": ["valves"], "stakeholder": "supplier", "most_role": "contributor", "most_seats": 10});
    ada.api.propose(boltco.authority(), terms).await?;
    let offered = quickly("the offer at boltco", async || {
        let found = bea.api.partner(acme.authority()).await?;
        Ok((found["state"] == "offered").then_some(found))
    })
    .await?;
    ensure!(offered["in_force"] == false, "an offer counted before anybody approved it: {offered}");
    bea.api.with_partner(acme.authority(), "approve").await?;
    let here = in_force(ada, boltco, true).await?;
    let there = in_force(bea, acme, true).await?;
    took("agreement offered, approved and in force on both sides", started);
    ensure!(here["digest"] == there["digest"] && here["digest"].as_str().is_some_and(|it| !it.is_empty()), "{here}\n{there}");
    ensure!(here["current"]["signed_here"] == true && here["current"]["signed_there"] == true, "not signed by both: {here}");
    Ok(())
}

/// Waits until an administrator sees the agreement with `other` in force, or no longer.
pub async fn in_force(administrator: &Person, other: &Node, is: bool) -> Result<Value> {
    quickly(&format!("{} and the agreement with {} in force: {is}", administrator.name, other.name), async || {
        let found = administrator.api.partner(other.authority()).await?;
        Ok((found["in_force"] == is).then_some(found))
    })
    .await
}

/// `person` of another node finds the community by handle, asks, and is admitted without anybody's doing; answers it as seen there.
pub async fn walks_in(person: &Person, cast: &Alliance) -> Result<Community> {
    let started = Instant::now();
    let here = person.api.lookup_community(&format!("@valves@{}", cast.acme.authority())).await?;
    ensure!(here.uri == cast.valves.uri, "looked up {} and found {}", cast.valves.uri, here.uri);
    person.api.join_with(&here.id, "I make the valves").await?;
    let seat = usable(person, &here, true).await?;
    took(&format!("{} asked and was admitted", person.name), started);
    ensure!(seat["role"] == "member" && seat["stakeholder"] == "supplier", "{seat}");
    ensure!(seat["through_organisation"] == true, "the seat is not held through the organisation: {seat}");
    Ok(here)
}

/// Waits until the person's own seat is usable, or no longer; answers it.
pub async fn usable(person: &Person, community: &Community, is: bool) -> Result<Value> {
    quickly(&format!("the seat of {} usable: {is}", person.name), async || {
        let seat = person.api.seat(&community.id).await?;
        anyhow::ensure!((seat["usable"] == true) == is, "{seat}");
        Ok(Some(seat))
    })
    .await
}

/// Waits until the community's node shows the member with this ActivityPub id in `status`, or (none) not at all.
pub async fn listed(cast: &Alliance, uri: &str, is: bool) -> Result<()> {
    quickly(&format!("{uri} listed at acme: {is}"), async || {
        let members = cast.ada.api.members(&cast.valves.id).await?;
        Ok(when(about(&members, uri).is_some() == is))
    })
    .await
}

/// Posts and waits until the other side reads it in the community; answers it as written and as read.
pub async fn travels(from: (&Person, &Community), to: (&Person, &Community), words: &str) -> Result<(Value, Value)> {
    let started = Instant::now();
    let written = from.0.api.post_into(&from.1.id, words).await?;
    let read = sees(&format!("{} reading", to.0.name), words, async || to.0.api.community_posts(&to.1.id).await).await?;
    took(&format!("a post of {} read by {}", from.0.name, to.0.name), started);
    ensure!(started.elapsed() < SOON.mul_f64(federation_tests::eventually::patience()), "{words:?} took {:?}", started.elapsed());
    Ok((written, read))
}

/// Waits a moment in which something would arrive that should not: until a mark that was sent after it would have.
pub async fn stays_away(what: &str, words: &str, mut look: impl AsyncFnMut() -> Result<Vec<Value>>) -> Result<()> {
    let arrived = eventually(Duration::from_millis(1500), what, async || {
        Ok(federation_tests::community::find_post(&look().await.unwrap_or_default(), words).map(|_| ()))
    })
    .await;
    ensure!(arrived.is_err(), "{what}: {words:?} arrived");
    Ok(())
}
