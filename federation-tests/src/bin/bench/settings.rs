//! What to measure and how much of it.

use crate::ceilings::Ceilings;
use anyhow::{Context, Result, bail};
use federation_tests::Node;

/// What every measurement needs.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The node under test.
    pub node: &'a Node,
    /// How much of everything.
    pub settings: &'a Settings,
    /// What this machine can do at all.
    pub ceilings: &'a Ceilings,
}

/// The command line, read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Inbound Creates.
    pub posts: usize,
    /// Hosts of the fan-out.
    pub hosts: usize,
    /// Followers of the crowd, ten on each host.
    pub crowd: usize,
    /// Deliveries that wait for fifty hosts together.
    pub backlog: usize,
    /// Activities that wait for one host.
    pub waiting: usize,
    /// Reads of the home timeline.
    pub reads: usize,
    /// Posts with three remote followers.
    pub writes: usize,
    /// Keep-alive connections that replay the inbound load.
    pub connections: usize,
    /// People of a partner who are admitted.
    pub members: usize,
    /// Partners of whom somebody leaves.
    pub partners: usize,
    /// Posts of the large community.
    pub archive: usize,
    /// Activities that are told to streams.
    pub streamed: usize,
    /// How many of them a second.
    pub rate: usize,
    /// On PostgreSQL instead of SQLite.
    pub postgres: bool,
    only: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            posts: 20_000,
            hosts: 500,
            crowd: 10_000,
            backlog: 10_000,
            waiting: 100_000,
            reads: 2000,
            writes: 300,
            connections: 32,
            members: 1000,
            partners: 50,
            archive: 1_000_000,
            streamed: 6000,
            rate: 200,
            postgres: false,
            only: Vec::new(),
        }
    }
}

impl Settings {
    /// The name of the database.
    pub fn database(&self) -> &'static str {
        if self.postgres { "PostgreSQL" } else { "SQLite" }
    }

    /// Reads `--name value` pairs.
    pub fn from_command_line() -> Result<Self> {
        Self::read(std::env::args().skip(1))
    }

    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut settings = Self::default();
        while let Some(name) = words.next() {
            let value = words.next().with_context(|| format!("{name} wants a value"))?;
            let number = || value.parse::<usize>().with_context(|| format!("{name} wants a number, not {value:?}"));
            match name.as_str() {
                "--posts" => settings.posts = number()?,
                "--hosts" => settings.hosts = number()?,
                "--crowd" => settings.crowd = number()?,
                "--backlog" => settings.backlog = number()?,
                "--waiting" => settings.waiting = number()?,
                "--reads" => settings.reads = number()?,
                "--writes" => settings.writes = number()?,
                "--members" => settings.members = number()?.max(1),
                "--partners" => settings.partners = number()?,
                "--archive" => settings.archive = number()?,
                "--streamed" => settings.streamed = number()?,
                "--rate" => settings.rate = number()?,
                "--database" => settings.postgres = value == "postgresql",
                "--connections" => settings.connections = number()?.max(1),
                "--only" => settings.only = value.split(',').map(str::to_owned).collect(),
                _ => bail!(
                    "{name} is none of --posts, --hosts, --crowd, --backlog, --waiting, --reads, --writes, --connections, --members, --partners, --archive, --streamed, --rate, --database, --only"
                ),
            }
        }
        Ok(settings)
    }

    /// Whether a part is to be measured.
    pub fn does(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_unknown_ones_named() {
        let read = |line: &str| Settings::read(line.split_whitespace().map(str::to_owned));
        let settings = read("--posts 5 --only home,post").unwrap();
        assert!(settings.posts == 5 && settings.does("home") && !settings.does("fanout"));
        assert!(read("--size 5").unwrap_err().to_string().contains("--size"));
        assert!(read("--posts many").is_err());
    }
}
