//! The machine: which core is whose, what it is, and when a node has come to rest.

use crate::settings::Settings;
use anyhow::{Context, Result, bail};
use federation_tests::{Node, process, wire};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The first two cores this process may use: ours, and the node's. None where there is one only or no `taskset`. The answer of the
/// first call stays, since this process is pinned later.
pub fn cores() -> (Option<u32>, Option<u32>) {
    static CORES: OnceLock<(Option<u32>, Option<u32>)> = OnceLock::new();
    *CORES.get_or_init(|| {
        let version = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        match (allowed().as_slice(), version.is_ok_and(|status| status.success())) {
            ([ours, theirs, ..], true) => (Some(*ours), Some(*theirs)),
            _ => (None, None),
        }
    })
}

fn allowed() -> Vec<u32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or("").trim().to_owned();
    ranges(&list)
}

fn ranges(list: &str) -> Vec<u32> {
    let parse = |part: &str| -> Option<Vec<u32>> {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.parse().ok()?..=to.parse().ok()?).collect())
    };
    list.split(',').filter_map(parse).flatten().collect()
}

fn taskset(cores: &str, pid: u32) {
    let _ = Command::new("taskset").args(["-a", "-c", "-p", cores, &pid.to_string()]).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Keeps this process, the load generator, on one core.
pub fn pin_self(core: Option<u32>) {
    if let Some(core) = core {
        taskset(&core.to_string(), std::process::id());
    }
}

/// Keeps the calling thread on one core.
pub fn pin_thread(core: Option<u32>) {
    let thread = std::fs::read_link("/proc/thread-self").ok();
    let thread = thread.as_ref().and_then(|path| path.file_name()?.to_str());
    if let (Some(core), Some(thread)) = (core, thread) {
        let mut taskset = Command::new("taskset");
        let _ = taskset.args(["-c", "-p", &core.to_string(), thread]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Lets both processes use the two cores.
pub fn unpin(node: &Node) {
    if let ((Some(ours), Some(theirs)), Some(pid)) = (cores(), node.pid()) {
        for process in [pid, std::process::id()] {
            taskset(&format!("{ours},{theirs}"), process);
        }
    }
}

/// The node's process id.
pub fn pid(node: &Node) -> Result<u32> {
    node.pid().context("the node does not run")
}

/// CPU seconds the node has used.
pub fn cpu(node: &Node) -> Result<f64> {
    process::cpu_seconds(pid(node)?)
}

/// Waits until the node uses less than 3 % of a core for a second; answers the CPU seconds it had used when it came to rest.
pub async fn rest(node: &Node) -> Result<f64> {
    let started = Instant::now();
    let mut before = cpu(node)?;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let after = cpu(node)?;
        if after - before < 0.03 {
            return Ok(after);
        }
        before = after;
        if started.elapsed() > Duration::from_secs(300) {
            bail!("the node does not come to rest");
        }
    }
}

/// A counter or gauge of the node's `/metrics` (all labels added up); `None` where it shows none.
pub async fn metric(node: &Node, name: &str) -> Option<f64> {
    let answer = wire::get_as(&node.metrics_url(), "text/plain").await.ok().filter(|answer| answer.is_success())?;
    let values: Vec<f64> = answer.text().lines().filter_map(|line| sample(line, name)).collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

fn sample(line: &str, name: &str) -> Option<f64> {
    let rest = line.strip_prefix(name)?;
    let rest = if let Some(labels) = rest.strip_prefix('{') { labels.split_once('}')?.1 } else { rest };
    rest.strip_prefix(' ')?.split(' ').next()?.parse().ok()
}

/// Where, when and how it was measured.
pub fn describe(settings: &Settings, seed: u64, ours: Option<u32>, theirs: Option<u32>) -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'))
        .map_or("unknown", |(_, name)| name.trim());
    let cores = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let pinning = match (ours, theirs) {
        (Some(ours), Some(theirs)) => format!("generator on core {ours}, node on core {theirs}; fan-out on both"),
        _ => "nothing pinned".to_owned(),
    };
    let line: Vec<String> = std::env::args().skip(1).collect();
    format!(
        "Machine: {model}, {cores} cores; {pinning}. Seed {seed}. Taken {}.\nCommand: `bench {}` with {settings:?}.",
        federation_tests::clock::rfc3339(federation_tests::clock::now()),
        line.join(" "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_cores_is_read() {
        assert_eq!(ranges("0-2,5"), [0, 1, 2, 5]);
        assert_eq!(ranges(""), Vec::<u32>::new());
    }

    #[test]
    fn a_sample_is_found_with_and_without_labels() {
        assert_eq!(sample("a_total 7", "a_total"), Some(7.0));
        assert_eq!(sample("a_total{kind=\"x y\"} 2.5", "a_total"), Some(2.5));
        assert_eq!(sample("a_total_more 7", "a_total"), None);
    }
}
