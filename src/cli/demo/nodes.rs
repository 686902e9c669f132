//! The three processes of the demo.

use super::cast::{Cast, Company};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep},
};

/// The longest a node may take to be ready.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest a node may take to end.
const FAREWELL: Duration = Duration::from_secs(12);

/// Running nodes. Each holds a pipe from this process and ends when that closes, so none is left
/// behind however this process ends.
pub(super) struct Nodes {
    running: Vec<(String, PathBuf, Child)>,
}

impl Nodes {
    /// Makes sure that nobody listens on `first_port` and the two after it: before anything is made,
    /// so that a first run which cannot start leaves nothing half told.
    pub async fn ensure_free(first_port: u16) -> Result<()> {
        for port in first_port..first_port + 3 {
            let free = TcpListener::bind(("127.0.0.1", port)).await;
            free.with_context(|| format!("port {port} is in use; does another demo run? (--first-port chooses others)"))?;
        }
        Ok(())
    }

    /// Starts every company's node and waits until all are ready.
    pub async fn start(dir: &Path, cast: &Cast) -> Result<Self> {
        let mut nodes = Self { running: Vec::new() };
        for company in &cast.companies {
            nodes.spawn(dir, company)?;
        }
        for company in &cast.companies {
            nodes.await_ready(company).await?;
        }
        Ok(nodes)
    }

    fn spawn(&mut self, dir: &Path, company: &Company) -> Result<()> {
        let log = dir.join(format!("{}.log", company.name));
        let mut command = Command::new(std::env::current_exe()?);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("INTERMOOT__")) {
            command.env_remove(name);
        }
        command.args(["serve", "--while-stdin-open"]).envs(company.environment(dir));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(File::create(&log)?);
        // A group of its own: Ctrl-C reaches this process alone, which then ends them one by one.
        command.process_group(0).kill_on_drop(true);
        let child = command.spawn().context("a node cannot be started")?;
        self.running.push((company.name.clone(), log, child));
        Ok(())
    }

    async fn await_ready(&mut self, company: &Company) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        let ready = format!("{}/readyz", company.local_url());
        loop {
            if reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            for (name, log, child) in &mut self.running {
                if let Some(status) = child.try_wait()? {
                    bail!("{name} ended ({status}); see {}", log.display());
                }
            }
            ensure!(Instant::now() < give_up, "{} is not ready after {} s", company.name, PATIENCE.as_secs());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for a signal, or for a node that ends by itself; then ends all of them cleanly.
    pub async fn wait(mut self) -> Result<()> {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let ended = tokio::select! {
            _ = interrupt.recv() => None,
            _ = terminate.recv() => None,
            name = first_to_end(&mut self.running) => Some(name),
        };
        for (_, _, child) in &mut self.running {
            drop(child.stdin.take());
        }
        for (_, _, child) in &mut self.running {
            if tokio::time::timeout(FAREWELL, child.wait()).await.is_err() {
                child.kill().await?;
            }
        }
        match ended {
            Some((name, log)) => bail!("{name} ended by itself; see {}", log.display()),
            None => Ok(()),
        }
    }
}

async fn first_to_end(running: &mut [(String, PathBuf, Child)]) -> (String, PathBuf) {
    loop {
        for (name, log, child) in running.iter_mut() {
            if !matches!(child.try_wait(), Ok(None)) {
                return (name.clone(), log.clone());
            }
        }
        sleep(Duration::from_millis(200)).await;
    }
}
