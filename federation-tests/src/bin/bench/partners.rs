//! Two nodes that have an agreement, and a private community of the one that the other's people may join.

use anyhow::Result;
use federation_tests::community::Community;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::{Node, eventually};
use serde_json::{Value, json};
use std::time::Duration;

/// Founds a community for partners, entered by agreement.
pub async fn found_private(owner: &Person, name: &str) -> Result<Community> {
    let purpose = format!("People of several companies talk about {name}.");
    let body = json!({"name": name, "title": format!("About {name}"), "purpose": purpose, "stage": "partners", "join": "agreement"});
    Community::of(&owner.api.post("/api/intermoot/v1/communities", body).await?)
}

/// Makes an agreement that lets people of `guest` into `community` of `home`, and waits until both hold it in force.
pub async fn agree((home, guest): (&Node, &Node), community: &str) -> Result<()> {
    let terms = ["--community", community, "--stakeholder", "supplier", "--most-seats", "100000", "--seats-per-day", "100000"];
    partner(home, "propose", guest, &terms).await?;
    becomes((guest, home), |it| it["state"] == "offered").await?;
    partner(guest, "approve", home, &[]).await?;
    becomes((home, guest), |it| it["in_force"] == true).await
}

async fn partner(node: &Node, act: &str, other: &Node, more: &[&str]) -> Result<Value> {
    let arguments = [&["partner", act, other.authority(), "--json"], more].concat();
    Ok(serde_json::from_str(&node.cli(&arguments, "").await?)?)
}

async fn becomes((node, other): (&Node, &Node), is: impl Fn(&Value) -> bool) -> Result<()> {
    let what = format!("the agreement of {} with {}", node.name, other.name);
    eventually(Duration::from_secs(60), &what, async || Ok(when(is(&partner(node, "show", other, &[]).await?)))).await
}

/// The community as it is known where `person` lives.
pub async fn look_up(person: &Person, (name, home): (&str, &Node)) -> Result<Community> {
    person.api.lookup_community(&format!("@{name}@{}", home.authority())).await
}

/// Whether `person` holds a seat in a community, as their own node knows it.
pub async fn is_in(person: &Person, community: &Community) -> Result<bool> {
    Ok(person.api.community(&community.id).await?["membership"]["status"] == "active")
}
