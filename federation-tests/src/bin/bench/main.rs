//! The measuring harness: what a node does for each second of CPU, beside what this machine can do at all.
//!
//! Load is signed beforehand and replayed; CPU comes from the operating system; the ceilings are taken in the same run, so that
//! figures of different machines can be compared by their ratios. Nothing is asserted. Method: `performance.md` A3.
//!
//! `INTERMOOT_BIN=target/release/intermoot cargo run --release -p federation-tests --bin bench -- [--posts 20000] [--hosts 500]
//! [--reads 2000] [--writes 300] [--connections 32] [--members 1000] [--partners 50] [--archive 1000000] [--database postgresql]
//! [--crowd 10000] [--backlog 10000] [--waiting 100000] [--streamed 6000] [--rate 200]
//! [--only inbound,home,timelines,post,outbound,catchup,distant,fanout,crowd,troubled,stream,community,search,admit,leave,oracle]`
//! (timelines, outbound, catchup, distant, community, search and admit want `sqlite3` or `psql`, stream wants `ulimit -n 8192`)

mod admitting;
mod backlog;
mod catching_up;
mod ceilings;
mod community;
mod distant;
mod fanout;
mod home;
mod inbound;
mod leaving;
mod live;
mod machine;
mod oracle;
mod outbound;
mod pages;
mod partners;
mod posting;
mod reading;
mod searching;
mod settings;
mod streams;
mod table;
mod timelines;
mod troubled;

use anyhow::Result;
use federation_tests::dice::Dice;
use federation_tests::{Farm, Node, NodeOptions, Software, process};
use settings::{Run, Settings};
use std::path::Path;
use std::time::Duration;
use table::Table;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<()> {
    let settings = Settings::from_command_line()?;
    let mut dice = Dice::for_run("bench");
    let folder = tempfile::Builder::new().prefix("intermoot-bench-").tempdir()?;
    let mut table = Table::default();
    let ceilings = ceilings::take(folder.path()).await?;
    ceilings.rows(&mut table);

    let (ours, theirs) = machine::cores();
    let options = NodeOptions { core: theirs, postgres: settings.postgres, ..NodeOptions::default() };
    // all sockets of the streams come from one address
    let options = options.with("LIMITS__STREAMS", "4000").with("LIMITS__STREAMS_PER_ADDRESS", "4000");
    let options = options.with("LIMITS__CONNECTIONS", "6000");
    let node = Node::start(folder.path(), "bench", options).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    memory_row(&node, &mut table, "resident memory idle, 5 s after the first start")?;
    machine::pin_self(ours);

    let run = Run { node: &node, settings: &settings, ceilings: &ceilings };
    let ada = node.person("ada").await?;
    let farm = Farm::of(10, Software::Mastodon).await?;
    if settings.does("inbound") || settings.does("home") {
        inbound::measure(run, &ada, &farm, &mut dice, &mut table).await?;
    }
    if settings.does("home") {
        home::measure(run, &ada, &mut table).await?;
    }
    if settings.does("timelines") {
        timelines::measure(run, &mut table).await?;
    }
    if settings.does("post") {
        posting::measure(run, &farm, &mut table).await?;
    }
    sending(run, &mut dice, &mut table).await?;
    if settings.does("stream") {
        streams::measure(run, &farm, &mut table).await?;
    }
    memory_row(&node, &mut table, "resident memory after all of the above")?;
    across_borders(run, folder.path(), &mut dice, &mut table).await?;
    starts(&node, &mut table).await?;
    table.print(&machine::describe(&settings, dice.seed(), ours, theirs));
    Ok(())
}

/// What goes out, and what comes from afar.
async fn sending(run: Run<'_>, dice: &mut Dice, table: &mut Table) -> Result<()> {
    let does = |part| run.settings.does(part);
    let outbound = if does("outbound") { Some(outbound::measure(run, table).await?) } else { None };
    if does("catchup") {
        catching_up::measure(run, outbound, table).await?;
    }
    if does("distant") {
        distant::measure(run, dice, table).await?;
    }
    // the two cores are shared by the node and its hundreds of hosts
    machine::unpin(run.node);
    if does("fanout") {
        fanout::measure(run, table).await?;
    }
    if does("crowd") {
        fanout::measure_crowd(run, table).await?;
    }
    if does("troubled") {
        troubled::measure(run, table).await?;
    }
    Ok(())
}

/// Communities that cross company borders.
async fn across_borders(run: Run<'_>, folder: &Path, dice: &mut Dice, table: &mut Table) -> Result<()> {
    machine::unpin(run.node);
    if run.settings.does("admit") {
        admitting::measure(run, folder, table).await?;
    }
    if run.settings.does("leave") {
        leaving::measure(run, folder, table).await?;
    }
    if run.settings.does("community") {
        community::measure(run, table).await?;
    }
    if run.settings.does("search") {
        searching::measure(run, table).await?;
    }
    if run.settings.does("oracle") {
        oracle::measure(run, dice, table).await?;
    }
    Ok(())
}

fn memory_row(node: &Node, table: &mut Table, what: &str) -> Result<()> {
    let (now, most) = process::resident_mib(machine::pid(node)?)?;
    table.row(what, &format!("{now:.1} MiB (most so far {most:.1})"), "");
    Ok(())
}

/// From exec to `/readyz` with the data of the whole run, five times.
async fn starts(node: &Node, table: &mut Table) -> Result<()> {
    let (ended, clean) = node.terminate().await?;
    table.row(
        "SIGTERM to the end",
        &format!("{:.3} s, {}", ended.as_secs_f64(), if clean { "exit code 0" } else { "exit code not 0" }),
        "",
    );
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(node.resume().await?.as_secs_f64());
        node.terminate().await?;
    }
    times.sort_by(f64::total_cmp);
    let list: Vec<String> = times.iter().map(|time| format!("{time:.3}")).collect();
    table.row("exec to /readyz, existing data, 5 starts", &format!("{} s", list.join(" · ")), "");
    Ok(())
}
