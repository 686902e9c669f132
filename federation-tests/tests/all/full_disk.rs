//! A disk that fills up while people write: an honest no, reading goes on, nothing acknowledged is lost.
//!
//! R5 of `reliability.md`. The disk is a small tmpfs; where mounting is not allowed the test says so and passes.

use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, NodeOptions, Software, World, eventually, shapes};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Kilobytes left free when the trouble begins.
const LEFT_KIB: u64 = 512;

/// A mounted tmpfs; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Result<Option<Self>> {
        std::fs::create_dir_all(at)?;
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(at).stderr(Stdio::null()).status();
        Ok(done.is_ok_and(|status| status.success()).then(|| Self(at.to_owned())))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Fills the disk but for the last [`LEFT_KIB`].
    fn fill(&self) -> Result<()> {
        let output = Command::new("df").args(["--output=avail", "-k"]).arg(&self.0).output()?;
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let free: u64 = shown.lines().nth(1).context("odd df")?.trim().parse()?;
        let size = free.saturating_sub(LEFT_KIB) as usize * 1024;
        Ok(std::fs::write(self.ballast(), vec![1_u8; size])?)
    }

    fn relieve(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// One attempt to post: the URI when it was taken, nothing when it was refused for want of room; anything else is an error.
async fn attempt(person: &Person, n: usize) -> Result<Option<String>> {
    let words = format!("entry {n} {}", "with some more words to take up room ".repeat(100));
    let body = json!({"status": words.chars().take(490).collect::<String>(), "visibility": "public"});
    let reply = person.api.call(Method::POST, "/api/v1/statuses", Some(body), &[]).await?;
    match reply.status {
        200 => Ok(Some(text(&reply.json, "uri")?.to_owned())),
        503 | 507 => Ok(None),
        other => anyhow::bail!("status {other} on a full disk: {}", reply.text),
    }
}

async fn write_until_refused(person: &Person) -> Result<BTreeSet<String>> {
    let mut kept = BTreeSet::new();
    for n in 0..20_000 {
        match attempt(person, n).await? {
            Some(uri) => kept.insert(uri),
            None => return Ok(kept),
        };
    }
    anyhow::bail!("20 000 posts went into {LEFT_KIB} KiB")
}

async fn fills_up(world: &World, disk: &SmallDisk) -> Result<()> {
    let options = NodeOptions::default().with("DATA__DIR", &disk.0.join("data").display().to_string());
    let node: Node = world.node_with("acme", options).await?;
    let ada = node.person("ada").await?;
    let peer = world.peer("peer1", Software::Mastodon).await?;
    let mia = peer.person("mia")?;
    let note = |n: usize| shapes::note(&mia, &format!("{}/notes/{n}", peer.url()), "hello", &[(&ada.uri, "@ada")]);
    mia.delivers(&node.inbox(), &shapes::create(&mia, &note(0))).await?;
    disk.fill()?;
    let kept = write_until_refused(&ada).await?;
    let answer = mia.send(&node.inbox(), &shapes::create(&mia, &note(1))).await?;
    ensure!(matches!(answer.status, 202 | 503 | 507), "the inbox answers {} on a full disk", answer.status);
    ada.api.home().await.context("reading on a full disk")?;
    disk.relieve()?;
    eventually(Duration::from_secs(5), "writing again once there is room", async || Ok(attempt(&ada, 99_999).await?.and(when(true))))
        .await?;
    let me = ada.api.me().await?;
    let shown: BTreeSet<String> = ada
        .api
        .all_statuses_of(text(&me, "id")?, 50_000)
        .await?
        .iter()
        .filter_map(|post| post["uri"].as_str().map(str::to_owned))
        .collect();
    let lost: Vec<&String> = kept.iter().filter(|uri| !shown.contains(*uri)).collect();
    ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    node.kill()?;
    node.resume().await?;
    ada.api.home().await?;
    let log = std::fs::read_to_string(node.log_path())?;
    ensure!(!log.contains("panicked"), "a panic stands in the log");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r05_a_full_disk_is_an_honest_no_and_passes() -> Result<()> {
    scenario(ALONE, async |world| {
        let Some(disk) = SmallDisk::mount(&world.path().join("disk"))? else {
            eprintln!("mounting a tmpfs is not allowed here: the test of a full disk was not run");
            return Ok(());
        };
        fills_up(world, &disk).await
    })
    .await
}
