//! A partner's people come into a private community, all at once: each asks on their own node, each seat's record is signed,
//! logged and told back.

use crate::machine::{cpu, metric, rest};
use crate::partners::{agree, found_private, look_up};
use crate::settings::Run;
use crate::table::Table;
use anyhow::{Context, Result};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::{Node, NodeOptions, database, eventually};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Asks under way at a time.
const AT_ONCE: usize = 16;

/// Everybody of `node` whom the scene needs, made two at a time.
async fn people(node: &Arc<Node>, count: usize) -> Result<Vec<Person>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut making = JoinSet::new();
    for _ in 0..2 {
        let (node, next) = (node.clone(), next.clone());
        making.spawn(async move {
            let mut made = Vec::new();
            loop {
                let nth = next.fetch_add(1, Ordering::Relaxed);
                if nth >= count {
                    return Ok::<_, anyhow::Error>(made);
                }
                made.push(node.person(&format!("member{nth}")).await?);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(made) = making.join_next().await {
        all.extend(made??);
    }
    Ok(all)
}

/// Everybody asks, several at a time.
async fn all_ask(people: Arc<Vec<Person>>, community: &str) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (people, next, community) = (people.clone(), next.clone(), community.to_owned());
        asking.spawn(async move {
            while let Some(person) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
                person.api.join(&community).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(asked) = asking.join_next().await {
        asked??;
    }
    Ok(())
}

/// Measures and adds the rows. The node of the community is the one under test; the partner's shares its cores.
pub async fn measure(run: Run<'_>, folder: &Path, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let options = NodeOptions { postgres: settings.postgres, ..NodeOptions::default() };
    let partner = Arc::new(Node::start(folder, "guests", options).await?);
    let owner = node.person_with_role("olga", "owner").await?;
    let home = found_private(&owner, "guild").await?;
    agree((node, &partner), "guild").await?;
    let people = Arc::new(people(&partner, settings.members).await?);
    let first = people.first().context("nobody to admit")?;
    let community = look_up(first, ("guild", node)).await?;
    let (before, theirs) = (rest(node).await?, rest(&partner).await?);
    let statements = metric(node, "intermoot_sql_statements_total").await;
    let started = Instant::now();
    all_ask(people.clone(), &community.id).await?;
    let asked = started.elapsed().as_secs_f64();
    let held = |at: &Node, community: &str| {
        database::count(at, &format!("SELECT COUNT(*) FROM seats WHERE community_id = {community} AND status = 2 AND record <> ''"))
    };
    let wanted = i64::try_from(people.len())?;
    let long = Duration::from_secs(600);
    eventually(long, "everybody admitted", async || Ok(when(held(node, &home.id)? >= wanted))).await?;
    let admitted = started.elapsed().as_secs_f64();
    eventually(long, "every record back", async || Ok(when(held(&partner, &community.id)? >= wanted))).await?;
    let told = started.elapsed().as_secs_f64();
    let used = (cpu(node)? - before, cpu(&partner)? - theirs);
    let each = |seconds: f64| seconds * 1000.0 / people.len() as f64;
    table.row(
        &format!("admitting {} people of a partner into a private community ({})", people.len(), settings.database()),
        &format!("all asked by {asked:.2} s, admitted by {admitted:.2} s, records back by {told:.2} s"),
        "",
    );
    table.row(
        "the same, CPU for each: the community's node, the partner's node",
        &format!("{:.2} ms, {:.2} ms", each(used.0), each(used.1)),
        "",
    );
    if let (Some(from), Some(to)) = (statements, metric(node, "intermoot_sql_statements_total").await) {
        table.row("the same, SQL statements for each at the community's node", &format!("{:.1}", (to - from) / people.len() as f64), "");
    }
    partner.terminate().await?;
    Ok(())
}
