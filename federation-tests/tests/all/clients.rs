//! Real, unmodified client programs from PyPI against real nodes; their versions are pinned in `scripts/clients.txt`.
//!
//! They run from the virtual environment that `scripts/test` makes: `INTERMOOT_VENV`, else `.venv` of the project. Where it
//! is absent a test says so and passes; under `CI=true` it fails, since there the programs must be.

use anyhow::{Context, Result, bail, ensure};
use federation_tests::eventually::patience;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Node, World};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

/// How long one command of a program may take before it counts as hanging.
const ONE_COMMAND: Duration = Duration::from_secs(40);
/// The same for a whole tour.
const ONE_TOUR: Duration = Duration::from_secs(240);

/// A program of the virtual environment; `None`, and a line that says so, when it is not installed.
pub(crate) fn program(name: &str) -> Result<Option<PathBuf>> {
    let venv = std::env::var_os("INTERMOOT_VENV").map(PathBuf::from);
    let venv = venv.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../.venv"));
    let path = venv.join("bin").join(name);
    if path.is_file() {
        return Ok(Some(path));
    }
    let absent = format!("no {name} in INTERMOOT_VENV or .venv (scripts/test installs it): real clients were not run");
    ensure!(std::env::var("CI").as_deref() != Ok("true"), "{absent}");
    eprintln!("{absent}");
    Ok(None)
}

/// A script of `tours/`.
fn tour(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tours").join(name)
}

/// A program that cannot see this machine's own settings: home and configuration are in `home`.
pub(crate) fn confined(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("LANG", "C.UTF-8").env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    if let Some(shared) = std::env::var_os("INTERMOOT_SHARED") {
        command.env("INTERMOOT_SHARED", shared);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Where a program finds a node: none of them resolves `*.localhost`.
pub(crate) fn local(node: &Node) -> String {
    format!("http://localhost:{}", node.port)
}

/// The `toot` program, logged in as one person.
#[derive(Debug)]
pub(crate) struct Toot {
    program: PathBuf,
    home: PathBuf,
}

impl Toot {
    /// Logs `person` in as toot does with a browser: it shows an address, a browser follows it, the code goes back to toot.
    pub(crate) async fn log_in(world: &World, node: &Node, person: &Person) -> Result<Option<Self>> {
        let (Some(program), Some(python)) = (program("toot")?, program("python")?) else { return Ok(None) };
        let home = world.path().join(format!("toot-{}", person.name));
        std::fs::create_dir_all(&home)?;
        let toot = Self { program, home };
        tokio::time::timeout(ONE_COMMAND.mul_f64(patience()), toot.converse(&python, node, person)).await.context("the log-in hangs")??;
        Ok(Some(toot))
    }

    async fn converse(&self, python: &Path, node: &Node, person: &Person) -> Result<()> {
        let mut command = confined(&self.program, &self.home);
        let mut toot = command.args(["login", "--instance", &local(node)]).stdin(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(toot.stdout.take().context("no output")?).lines();
        let mut address = None;
        while let Some(line) = said.next_line().await? {
            if line.starts_with("http") {
                address = Some(line);
                break;
            }
        }
        if let (Some(address), Some(mut typed)) = (address, toot.stdin.take()) {
            let code = code(python, &self.home, &address, person).await?;
            // "n": it shall open no browser itself
            typed.write_all(format!("n\n{code}\n").as_bytes()).await?;
        }
        let mut rest = String::new();
        while let Some(line) = said.next_line().await? {
            rest = format!("{rest}{line}\n");
        }
        let output = toot.wait_with_output().await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success() && rest.contains("Successfully logged in"), "toot login: {rest}{errors}");
        Ok(())
    }

    /// What a command prints. Long lists come as one page, since nobody is there to turn it.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<String> {
        let (success, said, errors) = self.attempt(arguments).await?;
        ensure!(success, "toot {}: {said}{errors}", arguments.join(" "));
        Ok(said)
    }

    /// The JSON a command prints with `--json`.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        let said = self.run(&[arguments, &["--json"]].concat()).await?;
        serde_json::from_str(&said).with_context(|| format!("toot {} printed no JSON: {said}", arguments.join(" ")))
    }

    /// What a command complains of; an error when it does not.
    pub(crate) async fn refused(&self, arguments: &[&str]) -> Result<String> {
        let (success, said, errors) = self.attempt(arguments).await?;
        ensure!(!success, "toot {} should have been refused: {said}", arguments.join(" "));
        ensure!(!errors.contains("Traceback"), "toot {} broke: {errors}", arguments.join(" "));
        Ok(errors)
    }

    async fn attempt(&self, arguments: &[&str]) -> Result<(bool, String, String)> {
        let mut command = confined(&self.program, &self.home);
        command.args(arguments).env("LINES", "100000").env("COLUMNS", "120");
        let output = tokio::time::timeout(ONE_COMMAND.mul_f64(patience()), command.output()).await;
        let output = output.with_context(|| format!("toot {} hangs", arguments.join(" ")))??;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.success(), text(&output.stdout), text(&output.stderr)))
    }
}

/// Goes through the node's pages as a person with a browser does; answers the code that the last one shows.
async fn code(python: &Path, home: &Path, address: &str, person: &Person) -> Result<String> {
    let mut command = confined(python, home);
    let mut browser = command.arg(tour("browser.py")).args([address, &person.name]).stdin(Stdio::piped()).spawn()?;
    browser.stdin.take().context("no input")?.write_all(person.password.as_bytes()).await?;
    let output = browser.wait_with_output().await?;
    ensure!(output.status.success(), "the pages of the log-in: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mastodon_py_does_all_that_a_client_needs() -> Result<()> {
    let Some(python) = program("python")? else { return Ok(()) };
    scenario(2, async |world| {
        let (acme, boltco) = (world.node("acme").await?, world.node("boltco").await?);
        let (ada, abe, bo) = (acme.person("ada").await?, acme.person("abe").await?, boltco.person("bo").await?);
        let boss = acme.person_with_role("boss", "admin").await?;
        let mut command = confined(&python, world.path());
        command.arg(tour("mastodon_py.py"));
        command.args([&local(&acme), &ada.name, &ada.password, &abe.name, &abe.password]);
        command.args([&local(&boltco), &bo.name, &bo.password]);
        command.args([&boss.name, &boss.password]);
        let log = std::fs::File::create(world.path().join("tour.log"))?;
        // into a file, so that a tour that hangs still shows how far it came
        let mut tour = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        let ended = tokio::time::timeout(ONE_TOUR.mul_f64(patience()), tour.wait()).await;
        let said = std::fs::read_to_string(world.path().join("tour.log"))?;
        match ended {
            Ok(status) => ensure!(status?.success(), "the tour of Mastodon.py found faults:\n{said}"),
            Err(_) => bail!("the tour of Mastodon.py hangs:\n{said}"),
        }
        eprintln!("Mastodon.py: {}", said.lines().last().unwrap_or_default());
        Ok(())
    })
    .await
}

/// The folder of masto.js, with what npm installed in it; none, and a line that says so, where nothing is.
fn masto() -> Result<Option<PathBuf>> {
    let given = std::env::var_os("INTERMOOT_MASTO").map(PathBuf::from);
    let must = given.is_some() || std::env::var("CI").as_deref() == Ok("true");
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("masto"));
    if folder.join("node_modules/masto/package.json").is_file() {
        return Ok(Some(folder));
    }
    let absent = format!("masto.js is not installed in {} (scripts/test does that): it was not run", folder.display());
    ensure!(!must, "{absent}");
    eprintln!("{absent}");
    Ok(None)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn masto_js_reads_writes_and_listens() -> Result<()> {
    let Some(folder) = masto()? else { return Ok(()) };
    scenario(1, async |world| {
        let node = world.node("acme").await?;
        let (ada, bo) = (node.person("ada").await?, node.person("bo").await?);
        let mut command = confined(Path::new("node"), world.path());
        command.arg(folder.join("tour.mjs")).arg(local(&node));
        for person in [&ada, &bo] {
            command.args([person.api.token().context("no token")?, person.name.as_str()]);
        }
        let output = tokio::time::timeout(ONE_TOUR.mul_f64(patience()), command.output()).await.context("the tour of masto.js hangs")??;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "the tour of masto.js found faults:\n{said}{}", String::from_utf8_lossy(&output.stderr));
        eprintln!("masto.js: {}", said.lines().last().unwrap_or_default());
        Ok(())
    })
    .await
}
