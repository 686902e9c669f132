//! `intermoot peer …`, `intermoot host …` and `intermoot federation …`.

use crate::{
    features::peers::lists,
    server::control::{Act, PeerAct},
};
use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// What can be done about other servers.
#[derive(Debug, Subcommand)]
pub enum PeerCommand {
    /// List other servers and how they do, last met first
    List {
        /// Only those that stand so
        #[arg(long, default_value = "", hide_default_value = true, value_parser = ["", "active", "failing", "suspended", "silenced", "blocked", "ours", "partner"])]
        state: String,
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Only those below this number of the list
        #[arg(long)]
        before: Option<i64>,
    },
    /// Show one, and what ties this node to it
    Show {
        /// Its host
        host: String,
    },
    /// Try one that fails now
    Retry {
        /// Its host
        host: String,
    },
    /// Forget one that nobody here deals with
    Forget {
        /// Its host
        host: String,
    },
}

impl PeerCommand {
    /// The act that it asks for.
    pub fn into_act(self) -> Act {
        let step = match self {
            Self::List { state, limit, before } => PeerAct::List { state, limit, before },
            Self::Show { host } => PeerAct::Show { host },
            Self::Retry { host } => PeerAct::Retry { host },
            Self::Forget { host } => PeerAct::Forget { host },
        };
        Act::Peer { step }
    }
}

/// What can be done about other hosts.
#[derive(Debug, Subcommand)]
pub enum HostCommand {
    /// Refuse a host and every host below it
    Block {
        /// Its name, such as spam.example
        host: String,
        /// Why, for other administrators
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Lift the block of a host
    Unblock {
        /// Its name
        host: String,
    },
    /// List the hosts that are blocked or silenced
    List,
    /// Let people of a host, and of every host below it, be heard only by those who follow them
    Silence {
        /// Its name, such as loud.example
        host: String,
        /// Why, for other administrators
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let them be heard by all again
    Unsilence {
        /// Its name
        host: String,
    },
    /// Take a list of blocks and silences in Mastodon's CSV, whole or not at all
    Import {
        /// The file; - for standard input
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
        /// Partners with an agreement in force too
        #[arg(long)]
        force: bool,
    },
    /// Print the blocks and silences of this node as such a list
    Export,
}

/// With whom this node federates.
#[derive(Debug, Subcommand)]
pub enum FederationCommand {
    /// Show the mode, or change it at once
    Mode {
        /// open, partners, off; default: as the settings say
        #[arg(value_parser = ["open", "partners", "off", "default"])]
        mode: Option<String>,
    },
}

/// A list of hosts: what `host import` reads.
pub fn list(file: &Path) -> Result<String> {
    let most = u64::try_from(lists::BYTES_MAX).unwrap_or(u64::MAX);
    let mut text = String::new();
    let whole = |from: &mut dyn Read, text: &mut String| from.take(most + 1).read_to_string(text);
    if file == Path::new("-") {
        whole(&mut io::stdin().lock(), &mut text).context("the list cannot be read from standard input")?;
    } else {
        let named = || format!("the list {} cannot be read", file.display());
        whole(&mut File::open(file).with_context(named)?, &mut text).with_context(named)?;
    }
    ensure!(text.len() <= lists::BYTES_MAX, "a list must not be larger than 4 MiB");
    Ok(text)
}

/// The act of `host import`.
pub fn import((file, dry_run, force): (PathBuf, bool, bool)) -> Result<Act> {
    Ok(Act::Peer { step: PeerAct::Import { list: list(&file)?, dry_run, force } })
}
