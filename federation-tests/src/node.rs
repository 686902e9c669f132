//! A real node process: started, killed, started again; configured through its environment only.
//!
//! The binary is `INTERMOOT_BIN`, else `intermoot` beside this build's own files, else the newest of the workspace's
//! `target/debug` and `target/release`. What it writes goes to a log file whose tail a failing scenario prints.

use crate::api::Api;
use crate::eventually::eventually;
use crate::ports;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{File, OpenOptions};
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
    directory: PathBuf,
    environment: Vec<(String, String)>,
    core: Option<u32>,
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
        let port = ports::free()?;
        let directory = root.join(name);
        std::fs::create_dir_all(&directory)?;
        let url = format!("http://{name}.localhost:{port}");
        let database = if options.postgres { Some(create_postgres(name, port)?) } else { None };
        let mut environment: Vec<(String, String)> = [
            ("SERVER__URL", url.clone()),
            ("SERVER__BIND", format!("127.0.0.1:{port}")),
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
        Ok(Self { name: name.to_owned(), url, port, directory, environment, core: options.core, database, child })
    }

    /// Starts the process (again) and waits until it is ready; answers how long that took from exec to `/readyz`.
    pub async fn resume(&self) -> Result<Duration> {
        ensure!(self.pid().is_none(), "{} runs already", self.name);
        let started = Instant::now();
        let log = OpenOptions::new().create(true).append(true).open(self.log_path())?;
        let mut command = self.command(self.core)?;
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

    fn command(&self, core: Option<u32>) -> Result<Command> {
        let binary = binary()?;
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(binary);
                command
            }
            None => Command::new(binary),
        };
        for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("INTERMOOT_")) {
            command.env_remove(key);
        }
        // no file of the working tree may leak into a test
        command.current_dir(&self.directory);
        command.envs(self.environment.iter().map(|(key, value)| (format!("INTERMOOT__{key}"), value)));
        Ok(command)
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

    /// Runs a command of the command line with this node's settings; answers standard output, trimmed.
    pub async fn cli(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut command = self.command(None)?;
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

    /// Host and port, as handles show them.
    pub fn authority(&self) -> &str {
        self.url.strip_prefix("http://").unwrap_or(&self.url)
    }

    /// Where its data are.
    pub fn directory(&self) -> &Path {
        &self.directory
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
            let _ = drop_postgres(&url);
        }
    }
}

/// The last lines of a file; empty when there is none.
pub fn tail(path: &Path, lines: usize) -> String {
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}

/// The binary under test.
pub fn binary() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("INTERMOOT_BIN") {
        let path = PathBuf::from(given);
        return path.canonicalize().with_context(|| format!("INTERMOOT_BIN names {}, which is not there", path.display()));
    }
    let own = std::env::current_exe()?;
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("intermoot"));
    if let Some(found) = beside.filter(|path| path.is_file()).next() {
        return Ok(found);
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let built = ["debug", "release"].map(|profile| target.join(profile).join("intermoot"));
    let age = |path: &PathBuf| File::open(path).and_then(|file| file.metadata()).and_then(|data| data.modified()).ok();
    let newest = built.into_iter().filter(|path| path.is_file()).max_by_key(age);
    newest.context("no intermoot binary: build it (cargo build), or name it in INTERMOOT_BIN")
}

fn psql(url: &str, statement: &str) -> Result<()> {
    let output = Command::new("psql").args([url, "-v", "ON_ERROR_STOP=1", "-qc", statement]).output().context("psql cannot be run")?;
    ensure!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Makes an empty database on the server of `INTERMOOT_TEST_POSTGRES`; answers its URL.
fn create_postgres(name: &str, port: u16) -> Result<String> {
    let server = std::env::var("INTERMOOT_TEST_POSTGRES").context("INTERMOOT_TEST_POSTGRES is not set")?;
    let database = format!("intermoot_{name}_{port}_{}", std::process::id());
    psql(&server, &format!("CREATE DATABASE {database}"))?;
    let (base, options) = server.split_once('?').map_or((server.as_str(), None), |(base, options)| (base, Some(options)));
    let scheme_end = base.find("://").map_or(0, |at| at + 3);
    let host_end = base.get(scheme_end..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| scheme_end + at);
    let host = base.get(..host_end).unwrap_or(base);
    Ok(options.map_or_else(|| format!("{host}/{database}"), |options| format!("{host}/{database}?{options}")))
}

fn drop_postgres(url: &str) -> Result<()> {
    let server = std::env::var("INTERMOOT_TEST_POSTGRES")?;
    let database = url.rsplit('/').next().and_then(|last| last.split('?').next()).context("odd URL")?;
    psql(&server, &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
}

/// Says whether PostgreSQL is at hand; prints a line when it is not.
pub fn has_postgres() -> bool {
    let has = std::env::var_os("INTERMOOT_TEST_POSTGRES").is_some();
    if !has {
        eprintln!("INTERMOOT_TEST_POSTGRES is not set: the variant on PostgreSQL was not run");
    }
    has
}
