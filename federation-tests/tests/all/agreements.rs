//! Two companies agree, suspend, renew and end, by command line, over the wire.

use anyhow::{Context, Result, ensure};
use federation_tests::eventually::when;
use federation_tests::world::scenario;
use federation_tests::{Node, quickly};
use serde_json::Value;

/// What a node shows of its agreement with `other`.
pub async fn shown(node: &Node, other: &Node) -> Result<Value> {
    Ok(serde_json::from_str(&node.cli(&["partner", "show", other.authority(), "--json"], "").await?)?)
}

/// Does `act` of `intermoot partner` about `other` with `more` arguments.
pub async fn partner(node: &Node, act: &str, other: &Node, more: &[&str]) -> Result<Value> {
    let arguments = [&["partner", act, other.authority(), "--json"], more].concat();
    Ok(serde_json::from_str(&node.cli(&arguments, "").await?)?)
}

/// Waits until what `node` shows of its agreement with `other` is as `is` wants it.
pub async fn becomes(what: &str, (node, other): (&Node, &Node), is: impl Fn(&Value) -> bool) -> Result<Value> {
    quickly(&format!("{} and {}: {what}", node.name, other.name), async || {
        let found = shown(node, other).await.ok().filter(|found| is(found));
        Ok(found)
    })
    .await
}

/// `here` proposes an agreement over its community `valves` to `there`, which approves; in force on both when it returns.
pub async fn agree(here: &Node, there: &Node, more: &[&str]) -> Result<()> {
    partner(here, "propose", there, &[&["--community", "valves", "--stakeholder", "supplier", "--most-seats", "10"], more].concat())
        .await?;
    becomes("offered", (there, here), |it| it["state"] == "offered").await?;
    partner(there, "approve", here, &[]).await?;
    for pair in [(there, here), (here, there)] {
        becomes("in force", pair, |it| it["in_force"] == true).await?;
    }
    Ok(())
}

#[tokio::test]
async fn two_companies_agree_suspend_renew_and_end() -> Result<()> {
    scenario(2, async |world| {
        let (acme, boltco) = (world.node("acme").await?, world.node("boltco").await?);
        let ada = acme.person_with_role("ada", "owner").await?;
        ada.api.found_community("valves").await?;

        partner(&acme, "propose", &boltco, &["--community", "valves", "--stakeholder", "supplier", "--most-seats", "10"]).await?;
        becomes("offered", (&boltco, &acme), |it| it["state"] == "offered").await?;
        partner(&boltco, "approve", &acme, &[]).await?;
        let here = becomes("in force", (&acme, &boltco), |it| it["in_force"] == true).await?;
        let there = shown(&boltco, &acme).await?;
        ensure!(here["digest"] == there["digest"] && there["in_force"] == true, "{here}\n{there}");
        ensure!(here["fingerprints"]["theirs"] == there["fingerprints"]["ours"], "{here}\n{there}");

        partner(&boltco, "suspend", &acme, &["--reason", "an audit"]).await?;
        becomes("suspended", (&acme, &boltco), |it| it["suspended_there"] == true && it["in_force"] == false).await?;
        partner(&boltco, "resume", &acme, &[]).await?;
        becomes("resumed", (&acme, &boltco), |it| it["in_force"] == true).await?;

        partner(&acme, "renew", &boltco, &["--most-seats", "5"]).await?;
        becomes("narrowed at once", (&boltco, &acme), |it| it["version"] == 2 && it["current"]["terms"]["mostSeats"] == 5).await?;
        let wider = partner(&acme, "renew", &boltco, &["--most-seats", "50"]).await?;
        ensure!(wider["version"] == 2 && wider["pending"]["version"] == 3, "{wider}");
        let both = becomes("both versions", (&boltco, &acme), |it| it["pending"]["version"] == 3).await?;
        ensure!(both["current"]["terms"]["mostSeats"] == 5, "an offer changed what is in force: {both}");
        partner(&boltco, "approve", &acme, &[]).await?;
        becomes("widened by both", (&acme, &boltco), |it| it["version"] == 3 && it["in_force"] == true).await?;

        partner(&acme, "end", &boltco, &[]).await?;
        becomes("ended", (&boltco, &acme), |it| it["state"] == "ended").await?;
        let refused = acme.cli(&["partner", "resume", boltco.authority()], "").await.err().context("an ended agreement was resumed")?;
        ensure!(refused.to_string().contains("ended"), "{refused:#}");
        when(true).context("done")
    })
    .await
}
