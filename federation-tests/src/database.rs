//! A node's database from outside, by `sqlite3` or `psql`: to fill it with more than can be sent to it, and to count.

use crate::Node;
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs statements that both databases read; answers what they print, trimmed.
pub fn run(node: &Node, statements: &str) -> Result<String> {
    let mut command = if let Some(url) = node.database() {
        let mut command = Command::new("psql");
        command.args([url, "-v", "ON_ERROR_STOP=1", "-qAt"]);
        command
    } else {
        let mut command = Command::new("sqlite3");
        command.args(["-bail", "-cmd", ".timeout 60000"]).arg(node.directory().join("data").join("intermoot.sqlite"));
        command
    };
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("no sqlite3 or psql")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(statements.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{statements}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The number that a statement answers.
pub fn count(node: &Node, statement: &str) -> Result<i64> {
    let shown = run(node, &format!("{statement};\n"))?;
    shown.parse().with_context(|| format!("{statement} answered {shown:?}"))
}
