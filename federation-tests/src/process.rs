//! What the operating system knows of a process: CPU time, memory.

use anyhow::{Context, Result};

/// Clock ticks per second of `/proc/PID/stat`, asked of `getconf` once; 100 where it cannot be asked.
pub fn ticks_per_second() -> f64 {
    static TICKS: std::sync::OnceLock<f64> = std::sync::OnceLock::new();
    *TICKS.get_or_init(|| {
        let output = std::process::Command::new("getconf").arg("CLK_TCK").output();
        output.ok().and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse().ok()).unwrap_or(100.0)
    })
}

/// Seconds of CPU (user and system) a process has used, with the children it has waited for left out.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("no process {pid}"))?;
    cpu_in(&stat).map(|ticks| ticks / ticks_per_second()).context("odd /proc/PID/stat")
}

/// Seconds of CPU the calling thread has used, as the scheduler counts them.
pub fn thread_cpu_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").context("no /proc/thread-self/schedstat")?;
    let nanoseconds: f64 = stat.split(' ').next().unwrap_or_default().parse().context("odd schedstat")?;
    Ok(nanoseconds / 1e9)
}

fn cpu_in(stat: &str) -> Option<f64> {
    // the second field is the name in brackets and may itself hold spaces and brackets
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let user: f64 = fields.get(11)?.parse().ok()?;
    let system: f64 = fields.get(12)?.parse().ok()?;
    Some(user + system)
}

/// Resident memory in MiB: now, and the most it has been.
pub fn resident_mib(pid: u32) -> Result<(f64, f64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).with_context(|| format!("no process {pid}"))?;
    let field = |name: &str| -> Option<f64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
    };
    Ok((field("VmRSS:").context("no VmRSS")?, field("VmHWM:").context("no VmHWM")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_past_a_name_with_spaces() {
        let stat = "42 (odd) name)) S 1 42 42 0 -1 4194304 100 0 0 0 7 5 0 0 20 0 1 0 100 0 0";
        assert_eq!(cpu_in(stat), Some(12.0));
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        let pid = std::process::id();
        assert!(cpu_seconds(pid).is_ok());
        let (now, most) = resident_mib(pid).unwrap();
        assert!(now > 0.5 && most >= now * 0.5);
    }
}
