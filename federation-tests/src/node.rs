//! A real node process: started, killed, started again; configured through its environment only.
//!
//! The binary is `INTERMOOT_BIN`, else `intermoot` beside this build's own files, else the newest of the workspace's
//! `target/debug` and `target/release`. What it writes goes to a log file whose tail a failing scenario prints.

use crate::api::Api;
use crate::binary::binary;
use crate::eventually::eventually;
use crate::wire;
use crate::{ports, postgres};
use anyhow::{Context, Result, bail, ensure};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How a node is set up beyond its name.
#[derive(Debug, Clone, Default)]
pub struct NodeOptions {
    /// PostgreSQL instead of SQLite, on the server that `INTERMOOT_TEST_POSTGRES` names.
    pub postgres: bool,
    /// More settings, or others: name without `INTERMOOT__` (`LIMITS__ENABLED`), value.
    pub settings: Vec<(String, String)>,
    /// Put the process on this core, where `taskset` exists.
    pub core: Option<u32>,
    /// Another binary than the one under test.
    pub binary: Option<PathBuf>,
    /// Its clock goes wrong by so many seconds. Only a debug build of the node can.
    pub clock_seconds: i64,
}

impl NodeOptions {
    /// Adds one setting.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }
}

/// A node; dropping it kills its process.
#[derive(Debug)]
pub struct Node {
    /// Its short name (`acme`).
    pub name: String,
    /// Its origin (`http://acme.localhost:21000`).
    pub url: String,
    /// Its port.
    pub port: u16,
    /// The port of its `/metrics`.
    metrics_port: u16,
    directory: PathBuf,
    environment: Vec<(String, String)>,
    clock_seconds: i64,
    core: Option<u32>,
    binary: PathBuf,
    database: Option<String>,
    child: Mutex<Option<Child>>,
}

/// A person with an account on a node.
#[derive(Debug, Clone)]
pub struct Person {
    /// User name.
    pub name: String,
    /// Password, for log-in pages.
    pub password: String,
    /// ActivityPub id.
    pub uri: String,
    /// The client API as this person.
    pub api: Api,
}

impl Node {
    /// Starts a node named `name` with its data under `root/name` and waits until it is ready.
    pub async fn start(root: &Path, name: &str, options: NodeOptions) -> Result<Self> {
        let node = Self::prepare(root, name, options)?;
        node.resume().await?;
        Ok(node)
    }

    /// Everything but starting it.
    pub fn prepare(root: &Path, name: &str, options: NodeOptions) -> Result<Self> {
        let (port, metrics_port) = (ports::free()?, ports::free()?);
        let directory = root.join(name);
        std::fs::create_dir_all(&directory)?;
        let url = format!("http://{name}.localhost:{port}");
        let database = if options.postgres { Some(postgres::create(name, port)?) } else { None };
        let mut environment: Vec<(String, String)> = [
            ("SERVER__URL", url.clone()),
            ("SERVER__BIND", format!("127.0.0.1:{port}")),
            ("SERVER__METRICS_BIND", format!("127.0.0.1:{metrics_port}")),
            ("DATA__DIR", directory.join("data").display().to_string()),
            ("FEDERATION__ALLOW_HTTP", "true".to_owned()),
            ("FEDERATION__ALLOW_ADDRESSES", "127.0.0.0/8".to_owned()),
            ("FEDERATION__ALLOW_PORTS", "1024-65535".to_owned()),
            ("LIMITS__ENABLED", "false".to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .to_vec();
        if let Some(url) = &database {
            environment.push(("DATABASE__URL".to_owned(), url.clone()));
        }
        environment.extend(options.settings);
        let child = Mutex::new(None);
        let binary = options.binary.map_or_else(binary, Ok)?;
        let (core, clock_seconds) = (options.core, options.clock_seconds);
        Ok(Self { name: name.to_owned(), url, port, metrics_port, directory, environment, clock_seconds, core, binary, database, child })
    }

    /// Starts the process (again) and waits until it is ready; answers how long that took from exec to `/readyz`.
    pub async fn resume(&self) -> Result<Duration> {
        ensure!(self.pid().is_none(), "{} runs already", self.name);
        let started = Instant::now();
        let log = OpenOptions::new().create(true).append(true).open(self.log_path())?;
        let mut command = self.command(self.core);
        command.arg("serve").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        *self.slot() = Some(command.spawn().context("starting the node")?);
        let readyz = format!("{}/readyz", self.url);
        let deadline = Duration::from_secs(30);
        loop {
            if wire::get_as(&readyz, "*/*").await.is_ok_and(|answer| answer.status == 200) {
                return Ok(started.elapsed());
            }
            if let Some(status) = self.slot().as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                bail!("{} ended while starting ({status}):\n{}", self.name, self.log_tail(30));
            }
            ensure!(started.elapsed() < deadline, "{} is not ready after {deadline:?}:\n{}", self.name, self.log_tail(30));
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    fn command(&self, core: Option<u32>) -> Command {
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("INTERMOOT_")) {
            command.env_remove(key);
        }
        // no file of the working tree may leak into a test
        command.current_dir(&self.directory);
        command.envs(self.environment.iter().map(|(key, value)| (format!("INTERMOOT__{key}"), value)));
        if self.clock_seconds != 0 {
            command.env("INTERMOOT_CLOCK_OFFSET", self.clock_seconds.to_string());
        }
        command
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.slot().as_ref().map(Child::id)
    }

    /// kill -9, and waits until the process is gone.
    pub fn kill(&self) -> Result<()> {
        if let Some(mut child) = self.slot().take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// SIGTERM; waits for the end and answers how long it took and whether the exit code was 0.
    pub async fn terminate(&self) -> Result<(Duration, bool)> {
        let mut child = self.slot().take().context("it does not run")?;
        let started = Instant::now();
        Command::new("kill").arg("-TERM").arg(child.id().to_string()).status()?;
        let ended = eventually(Duration::from_secs(15), "the end after SIGTERM", async || Ok(child.try_wait()?)).await;
        if ended.is_err() {
            child.kill()?;
        }
        Ok((started.elapsed(), ended?.success()))
    }

    /// Settings changed for the next start.
    pub fn set(&mut self, key: &str, value: &str) {
        self.environment.retain(|(name, _)| name != key);
        self.environment.push((key.to_owned(), value.to_owned()));
    }

    /// How far its clock is wrong from the next start on, in seconds. Only a debug build of the node can.
    pub fn set_clock(&mut self, seconds: i64) {
        self.clock_seconds = seconds;
    }

    /// Runs a command of the command line with this node's settings; answers standard output, trimmed.
    pub async fn cli(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut command = self.command(None);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (input, shown) = (input.to_owned(), arguments.join(" "));
        let output = tokio::task::spawn_blocking(move || -> Result<std::process::Output> {
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(input.as_bytes())?;
            }
            Ok(child.wait_with_output()?)
        })
        .await??;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "intermoot {shown}: {}\n{errors}", output.status);
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Makes an account and logs it in.
    pub async fn person(&self, name: &str) -> Result<Person> {
        self.person_with_role(name, "member").await
    }

    /// Makes an account with a role (`owner`, `admin`, `moderator`, `member`) and logs it in.
    pub async fn person_with_role(&self, name: &str, role: &str) -> Result<Person> {
        let password = format!("correct horse {name} staple {}", self.port);
        let email = format!("{name}@{}.example", self.name);
        let arguments = ["account", "create", name, "--email", &email, "--role", role, "--password-stdin", "--json"];
        self.cli(&arguments, &format!("{password}\n")).await?;
        let token = self.cli(&["token", "create", name, "--scopes", "read write follow push"], "").await?;
        let api = Api::new(&self.url, Some(&token))?;
        let uri = format!("{}/u/{name}", self.url);
        Ok(Person { name: name.to_owned(), password, uri, api })
    }

    /// The client API without a log-in.
    pub fn stranger(&self) -> Result<Api> {
        Api::new(&self.url, None)
    }

    /// The shared inbox.
    pub fn inbox(&self) -> String {
        format!("{}/inbox", self.url)
    }

    /// Where Prometheus would ask.
    pub fn metrics_url(&self) -> String {
        format!("http://127.0.0.1:{}/metrics", self.metrics_port)
    }

    /// Host and port, as handles show them.
    pub fn authority(&self) -> &str {
        self.url.strip_prefix("http://").unwrap_or(&self.url)
    }

    /// Where its data are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The address of its database; none for the SQLite file in its folder.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The log file.
    pub fn log_path(&self) -> PathBuf {
        self.directory.join("node.log")
    }

    /// The last lines of the log.
    pub fn log_tail(&self, lines: usize) -> String {
        tail(&self.log_path(), lines)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.slot().take() {
            // the whole group: nothing it started may outlive the test
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(url) = self.database.take() {
            let _ = postgres::remove(&url);
        }
    }
}

/// The last lines of a file; empty when there is none.
pub fn tail(path: &Path, lines: usize) -> String {
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Stands for a node: ready at once, writes its settings to its log, ends on SIGTERM, echoes on other commands.
    const STAND_IN: &str = r#"#!/usr/bin/env python3
import http.server, os, signal, sys
if sys.argv[1] != "serve":
    print(" ".join(sys.argv[1:]), sys.stdin.read().strip())
    sys.exit(3 if "wrong" in sys.argv else 0)
print("settings", sorted(key for key in os.environ if key.startswith("INTERMOOT")), flush=True)
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404); self.send_header("Content-Length", "0"); self.end_headers()
host, port = os.environ["INTERMOOT__SERVER__BIND"].split(":")
http.server.HTTPServer((host, int(port)), Ready).serve_forever()
"#;

    fn stand_in(folder: &Path) -> Option<NodeOptions> {
        if Command::new("python3").arg("--version").output().is_err() {
            eprintln!("no python3: the life of a node process was not tried");
            return None;
        }
        let (text, path) = (folder.join("stand-in.txt"), folder.join("stand-in"));
        std::fs::write(&text, STAND_IN).unwrap();
        // copied by a process of its own: a file that any process of ours still holds open for writing cannot be run
        assert!(Command::new("cp").args([&text, &path]).status().unwrap().success());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Some(NodeOptions { binary: Some(path), ..NodeOptions::default() })
    }

    #[tokio::test]
    async fn a_node_is_started_killed_started_again_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let Some(options) = stand_in(folder.path()) else { return };
        let node = Node::start(folder.path(), "acme", options.with("LOG__FORMAT", "json")).await.unwrap();
        let first = node.pid().unwrap();
        node.kill().unwrap();
        assert!(wire::get(&format!("{}/readyz", node.url)).await.is_err(), "it lives on after kill -9");
        node.resume().await.unwrap();
        assert_ne!(node.pid().unwrap(), first);
        assert!(node.log_tail(5).contains("INTERMOOT__LOG__FORMAT"), "{}", node.log_tail(5));
        let (_, clean) = node.terminate().await.unwrap();
        assert!(clean && node.pid().is_none());
    }

    #[tokio::test]
    async fn a_command_answers_its_output_and_fails_with_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let Some(options) = stand_in(folder.path()) else { return };
        let node = Node::prepare(folder.path(), "acme", options).unwrap();
        assert_eq!(node.cli(&["account", "list"], "typed in\n").await.unwrap(), "account list typed in");
        assert!(node.cli(&["account", "wrong"], "").await.unwrap_err().to_string().contains("account wrong"));
    }

    #[tokio::test]
    async fn a_node_that_ends_while_starting_is_reported_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let options = NodeOptions { binary: Some("/bin/false".into()), ..NodeOptions::default() };
        let error = Node::start(folder.path(), "acme", options).await.unwrap_err();
        assert!(error.to_string().contains("ended while starting"), "{error:#}");
    }
}
