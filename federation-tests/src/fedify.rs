//! A real server on Fedify (npm) as a peer: `fedify/peer.mjs`, run by node, told what to do through its door.
//!
//! Fedify signs, verifies and reads JSON-LD with code that has nothing to do with ours. It is in `INTERMOOT_FEDIFY`, else in
//! `fedify/` of this crate once `npm ci` ran there (`scripts/test` does that). Where it is not installed a test says so and
//! passes; where `INTERMOOT_FEDIFY` names it, or under `CI=true`, it fails.

use crate::api::{Api, list};
use crate::eventually::{eventually, quickly};
use crate::ports;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A running server on Fedify; dropping it kills its process.
#[derive(Debug)]
pub struct Fedify {
    /// Its origin (`http://fedify.localhost:21000`).
    pub url: String,
    arguments: Vec<String>,
    program: PathBuf,
    log: PathBuf,
    door: Api,
    child: Mutex<Option<Child>>,
}

/// The folder with `peer.mjs` and what npm installed; none, and a line that says so, where nothing is installed.
pub fn folder() -> Result<Option<PathBuf>> {
    let given = std::env::var_os("INTERMOOT_FEDIFY").map(PathBuf::from);
    let must = given.is_some() || std::env::var("CI").as_deref() == Ok("true");
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fedify"));
    if folder.join("node_modules/@fedify/fedify/package.json").is_file() {
        return Ok(Some(folder));
    }
    let absent = format!("Fedify is not installed in {} (scripts/test does that): it was not tried as a peer", folder.display());
    ensure!(!must, "{absent}");
    eprintln!("{absent}");
    Ok(None)
}

impl Fedify {
    /// Prepares a server named `name` with its state under `root`; `more` are arguments of `peer.mjs`.
    pub fn prepare(folder: &Path, root: &Path, name: &str, more: &[&str]) -> Result<Self> {
        let (port, door) = (ports::free()?, ports::free()?);
        let host = format!("{name}.localhost");
        let state = root.join(format!("{name}.json")).display().to_string();
        let own = ["--port", &port.to_string(), "--door", &door.to_string(), "--name", &host, "--state", &state].map(str::to_owned);
        Ok(Self {
            url: format!("http://{host}:{port}"),
            arguments: own.into_iter().chain(more.iter().map(|&more| more.to_owned())).collect(),
            program: folder.join("peer.mjs"),
            log: root.join(format!("{name}.log")),
            door: Api::new(&format!("http://127.0.0.1:{door}"), None)?,
            child: Mutex::new(None),
        })
    }

    /// Starts the process (again) with the people, keys and notes it had, and waits until it listens.
    pub async fn resume(&self) -> Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = Command::new("node");
        command.arg(&self.program).args(&self.arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        *self.slot() = Some(command.spawn().context("starting node (Node.js)")?);
        eventually(Duration::from_secs(30), "Fedify listening", async || {
            if let Some(status) = self.slot().as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                bail!("it ended while starting ({status}), see its log");
            }
            self.door.get("/people").await.map(Some)
        })
        .await?;
        Ok(())
    }

    /// kill -9, and waits until the process is gone.
    pub fn kill(&self) -> Result<()> {
        if let Some(mut child) = self.slot().take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its log file.
    pub fn log_path(&self) -> &Path {
        &self.log
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.url.strip_prefix("http://").unwrap_or(&self.url)
    }

    /// Tells it to do something (see `door.mjs`); fails where Fedify could not.
    pub async fn act(&self, act: &str, body: Value) -> Result<Value> {
        self.door.post(&format!("/{act}"), body).await.with_context(|| format!("Fedify: {act}"))
    }

    /// The same for what answers the id of something new.
    pub async fn makes(&self, act: &str, body: Value) -> Result<String> {
        let made = self.act(act, body).await?;
        Ok(crate::api::text(&made, "id")?.to_owned())
    }

    /// Makes a person; answers their ActivityPub id.
    pub async fn person(&self, name: &str) -> Result<String> {
        self.makes("person", json!({"name": name})).await
    }

    /// `name` follows `id` and waits for the Accept.
    pub async fn follows(&self, name: &str, id: &str) -> Result<()> {
        self.act("follow", json!({"as": name, "id": id})).await?;
        quickly(&format!("{name} on Fedify following {id}"), async || {
            let people = self.door.get("/people").await?;
            Ok((people[name]["following"][id]["state"] == "accepted").then_some(()))
        })
        .await
    }

    /// Reads a document as Fedify does, signed by `name`.
    pub async fn reads(&self, name: &str, id: &str) -> Result<Value> {
        self.act("read", json!({"as": name, "id": id})).await
    }

    /// What reached an inbox since its start: `{activity, scheme, signature, proof, lost, heard, read, error, answered}`.
    pub async fn received(&self) -> Result<Vec<Value>> {
        list(self.door.get("/received").await?)
    }

    /// The GETs that came: `{path, scheme, signer, answered}`.
    pub async fn fetched(&self) -> Result<Vec<Value>> {
        list(self.door.get("/fetched").await?)
    }

    /// The requests that it made: `{method, url, scheme, status}`.
    pub async fn sent(&self) -> Result<Vec<Value>> {
        list(self.door.get("/sent").await?)
    }

    /// Waits for an activity of a type that passed Fedify's verification and fits.
    pub async fn hears(&self, kind: &str, fits: impl Fn(&Value) -> bool) -> Result<Value> {
        let what = format!("{kind} heard by Fedify");
        let found = quickly(&what, async || Ok(self.received().await?.into_iter().find(|got| got["heard"] == kind && fits(got)))).await;
        let Err(error) = found else { return found };
        let got = self.received().await?;
        let lines: Vec<String> =
            got.iter().map(|got| format!("  {} {} {}", got["answered"], got["activity"]["type"], got["read"])).collect();
        Err(error.context(format!("Fedify received\n{}", lines.join("\n"))))
    }

    /// Waits for an activity of a type whose object, as Fedify read it, has this id.
    pub async fn hears_of(&self, kind: &str, id: &str) -> Result<Value> {
        self.hears(kind, |got| got["read"]["id"] == id).await
    }

    /// Fails unless everything received so far is sound by Fedify's own judgement: HTTP signature by the actor, proof, contexts.
    pub async fn judges_all_sound(&self) -> Result<()> {
        let got = self.received().await?;
        ensure!(!got.is_empty(), "nothing was received");
        for one in got {
            let signed = one["signature"]["verified"] == true && one["signature"]["byActor"] == true;
            let whole = one["proof"] == "verified" && one["lost"] == json!([]);
            let refused = one["answered"] == 401 && one["scheme"] == "cavage";
            ensure!(signed && whole && (one["answered"] == 202 || refused), "Fedify does not think this sound: {one:#}");
        }
        Ok(())
    }
}

impl Drop for Fedify {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
