//! The pages in a real browser: whole stories with JavaScript and without, and every page before axe-core.
//!
//! Chromium is driven by playwright-core from `browser/` of this crate, which `scripts/test` installs from npm
//! (`INTERMOOT_BROWSER` names another folder, `CHROMIUM` another browser). Where it is absent a test says so and passes; under
//! `CI=true`, or where it is named, it fails. What stories there are, and how to add one: `browser/run.mjs`.

use super::{clients::confined, partners::alliance::eager};
use anyhow::{Context, Result, ensure};
use federation_tests::eventually::patience;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Node, binary::binary};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long all stories, or all pages, may take before they count as hanging.
const TOLD: Duration = Duration::from_secs(600);

/// The folder of the stories, with what npm installed in it; none, and a line that says so, where nothing is.
fn folder() -> Result<Option<PathBuf>> {
    let given = std::env::var_os("INTERMOOT_BROWSER").map(PathBuf::from);
    let must = given.is_some() || std::env::var("CI").as_deref() == Ok("true");
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("browser"));
    if folder.join("node_modules/playwright-core/package.json").is_file() {
        return Ok(Some(folder));
    }
    let absent = format!("playwright-core is not installed in {} (scripts/test does that): no browser was run", folder.display());
    ensure!(!must, "{absent}");
    eprintln!("{absent}");
    Ok(None)
}

/// Runs a program of that folder; fails with what it said where it found faults.
async fn run(program: &Path, arguments: &[&str], home: &Path) -> Result<()> {
    let mut command = confined(Path::new("node"), home);
    for name in ["CHROMIUM", "INTERMOOT_PATIENCE"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command.arg(program).args(arguments);
    let log = home.join("browser.log");
    let file = std::fs::File::create(&log)?;
    // into a file, so that a browser that hangs still shows how far it came
    let mut child = command.stdout(file.try_clone()?).stderr(file).spawn().context("starting node (Node.js)")?;
    let ended = tokio::time::timeout(TOLD.mul_f64(patience()), child.wait()).await;
    let said = std::fs::read_to_string(&log)?;
    let status = ended.map_err(|_| anyhow::anyhow!("the browser hangs:\n{said}"))??;
    ensure!(status.success(), "{} found faults:\n{said}", program.display());
    eprintln!("{said}");
    Ok(())
}

fn told(node: &Node, people: &[(&Person, &str)]) -> Result<Value> {
    let mut listed = Vec::new();
    for (person, role) in people {
        let token = person.api.token().context("no token")?;
        listed.push(json!({ "username": person.name, "password": person.password, "access_token": token, "role": role }));
    }
    Ok(json!({ "name": node.name, "url": node.url, "people": listed }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_story_is_told_in_a_browser() -> Result<()> {
    let Some(folder) = folder()? else { return Ok(()) };
    scenario(3, async |world| {
        let open = eager(false).with("REGISTRATION__MODE", "open");
        let (acme, boltco) = (world.node_with("acme", open).await?, world.node_with("boltco", eager(false)).await?);
        let (boss, ada) = (acme.person_with_role("boss", "owner").await?, acme.person("ada").await?);
        let (bea, bo) = (boltco.person_with_role("bea", "owner").await?, boltco.person("bo").await?);
        let nodes = [told(&acme, &[(&boss, "owner"), (&ada, "member")])?, told(&boltco, &[(&bea, "owner"), (&bo, "member")])?];
        let file = world.path().join("nodes.json");
        std::fs::write(&file, json!({ "nodes": nodes }).to_string())?;
        run(&folder.join("run.mjs"), &[file.to_str().context("an odd temporary folder")?], world.path()).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_has_a_serious_fault_by_axe_core() -> Result<()> {
    let Some(folder) = folder()? else { return Ok(()) };
    scenario(3, async |world| {
        let binary = binary()?;
        run(&folder.join("audit.mjs"), &[binary.to_str().context("an odd path of the binary")?], world.path()).await
    })
    .await
}
