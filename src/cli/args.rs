//! The commands and their arguments, as `contract.md` and `--help` show them.

use super::{
    emoji::EmojiCommand,
    media::MediaCommand,
    newcomers::NewcomerCommand,
    partner::PartnerCommand,
    peer::{FederationCommand, HostCommand, PeerCommand},
};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Intermoot, a federated community server: every company runs its own node.
#[derive(Debug, Parser)]
#[command(name = "intermoot", version, propagate_version = true)]
pub struct Cli {
    /// File with settings; without it the defaults and the environment (INTERMOOT__SECTION__KEY) hold
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a node
    Serve {
        /// Let a node with an https address use plain http and reach loopback and link-local addresses
        #[arg(long)]
        unsafe_for_testing: bool,
        /// End when standard input does: for whoever starts a node and must not leave it behind
        #[arg(long, hide = true)]
        while_stdin_open: bool,
    },
    /// Run three companies' nodes on this machine, acquainted, with people and posts to try
    Demo {
        /// Folder of the three nodes' data; a second run with the same folder carries on
        #[arg(long, default_value = "demo-data")]
        dir: PathBuf,
        /// The first of three ports in a row
        #[arg(long, default_value_t = 4001, value_parser = clap::value_parser!(u16).range(1024..65533))]
        first_port: u16,
    },
    /// Check the settings and show each with its source
    CheckConfig {
        /// Check as `serve --unsafe-for-testing` would
        #[arg(long)]
        unsafe_for_testing: bool,
    },
    /// Bring the database's schema up to date (serve does it too)
    Migrate,
    /// Accounts of people on this node
    #[command(subcommand)]
    Account(AccountCommand),
    /// Access tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Communities that live on this node
    #[command(subcommand)]
    Community(CommunityCommand),
    /// Agreements with other nodes
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// Other hosts, and which of them are blocked or silenced
    #[command(subcommand)]
    Host(HostCommand),
    /// Other servers: how they do, tried again, forgotten
    #[command(subcommand)]
    Peer(PeerCommand),
    /// Custom emoji of this node
    #[command(subcommand)]
    Emoji(EmojiCommand),
    /// With whom this node federates
    #[command(subcommand)]
    Federation(FederationCommand),
    /// Files that people sent
    #[command(subcommand)]
    Media(MediaCommand),
    /// Save the running node's data into a folder, with the files that people sent where those are on this machine
    Backup {
        /// Folder that is missing or empty
        dir: PathBuf,
        /// Leave out the files that people sent
        #[arg(long)]
        without_media: bool,
    },
    /// Bring a backup back into an empty place (data.dir and database of the settings)
    Restore {
        /// Folder of a backup
        dir: PathBuf,
    },
    /// Check a backup or the live data
    Verify {
        /// Folder of a backup; without it the live data
        dir: Option<PathBuf>,
    },
    /// The log of every act that changed rights
    #[command(subcommand)]
    Audit(AuditCommand),
    /// After a restore: where the node stands, and an administrator's word
    #[command(subcommand)]
    Recover(RecoverCommand),
}

/// What can be done with the audit log; `verify` checks it.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Print the log as JSON lines, oldest entry first
    Export {
        /// Only the entries after this number
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
}

/// What can be done after a restore.
#[derive(Debug, Subcommand)]
pub enum RecoverCommand {
    /// Say whether the node is recovering, and what waits for a word
    Status,
    /// The people of this node are as they should be: private things are read and delivered again
    Confirm,
    /// The agreement with a host still holds
    Agreement {
        /// The other node's host
        host: String,
    },
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account; without a password a one-time log-in link is printed
    Create(CreateAccount),
    /// List the accounts of this node
    List,
    /// Show one account
    Show {
        /// Name without @
        name: String,
    },
    /// Keep someone out: sessions end, nothing of theirs is shown
    Suspend {
        /// Name without @
        name: String,
    },
    /// Undo a suspension
    Restore {
        /// Name without @
        name: String,
    },
    /// Set the password, read as one line from standard input
    SetPassword {
        /// Name without @
        name: String,
        /// Said for clarity; the password always comes from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give another role on this node
    SetRole {
        /// Name without @
        name: String,
        /// The new role
        #[arg(value_parser = ROLES)]
        role: String,
    },
    /// Say for whom somebody works
    Affiliate {
        /// Name without @
        name: String,
        /// Their title
        #[arg(long, default_value = "")]
        title: String,
        /// Their unit
        #[arg(long, default_value = "")]
        unit: String,
        /// They do not work for this organisation (any more)
        #[arg(long, conflicts_with_all = ["title", "unit"])]
        withdraw: bool,
    },
    /// End log-in, sessions and every seat held through the organisation, here and elsewhere, with receipts
    OffBoard {
        /// Name without @
        name: String,
        /// Why, for the receipt
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Show who left, and which nodes have confirmed
    OffBoardings,
    /// Delete an account and tell the nodes that know it
    Delete {
        /// Name without @
        name: String,
    },
    /// Print a fresh one-time log-in link
    LoginLink {
        /// Name without @
        name: String,
    },
    /// People who come
    #[command(flatten)]
    Newcomer(NewcomerCommand),
}

const ROLES: [&str; 4] = ["owner", "admin", "moderator", "member"];

/// A new account.
#[derive(Debug, Args)]
pub struct CreateAccount {
    /// Name without @: letters, digits and _
    pub name: String,
    /// Address for mail and log-in
    #[arg(long)]
    pub email: String,
    /// Role on this node
    #[arg(long, default_value = "member", value_parser = ROLES)]
    pub role: String,
    /// Read the password as one line from standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// What can be done with access tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Print a new access token, alone, on standard output
    Create {
        /// Whose token: name without @
        name: String,
        /// What it may do, separated by spaces
        #[arg(long, default_value = "read write follow push")]
        scopes: String,
    },
}

/// What can be done with communities.
#[derive(Debug, Subcommand)]
pub enum CommunityCommand {
    /// Found a community
    Create(CreateCommunity),
    /// List the communities of this node
    List,
    /// Show one community
    Show {
        /// Name without @
        name: String,
    },
}

/// A new community.
#[derive(Debug, Args)]
pub struct CreateCommunity {
    /// Name without @: letters, digits and _
    pub name: String,
    /// Title that people read
    #[arg(long)]
    pub title: String,
    /// What it is for, shown before anyone joins
    #[arg(long)]
    pub purpose: String,
    /// How far it reaches
    #[arg(long, default_value = "public", value_parser = ["local", "partners", "federated", "public"])]
    pub stage: String,
    /// How people get in
    #[arg(long, default_value = "open", value_parser = ["open", "ask", "invite", "agreement"])]
    pub join: String,
    /// Its first owner: name without @
    #[arg(long)]
    pub owner: String,
}
