//! What the commands do, one function for each: settings and arguments in, outcome out.
//!
//! Acts on a node go to the running one through its control socket, so that they count at once;
//! without one they are performed here, on the database.

use super::{
    AccountCommand, CommunityCommand, Outcome, RecoverCommand, TokenCommand,
    emoji::EmojiCommand,
    partner::PartnerCommand,
    peer::{self, FederationCommand, HostCommand, PeerCommand},
    stdin,
};
use crate::{
    base::{
        clock::Clock,
        config::{Config, DatabaseUrl},
    },
    features::audit,
    server::{
        control::{self, Act, Answer, PeerAct, backup as archive},
        node, serve as server,
    },
    store::Store,
};
use anyhow::Result;
use serde_json::json;
use std::{
    io::{self, Write},
    path::PathBuf,
};
use tokio_util::sync::CancellationToken;

/// Runs a node until it is asked to end. With `while_stdin_open` it also ends when standard input
/// does, so that it never outlives whoever started it.
pub(super) async fn serve(config: Config, while_stdin_open: bool) -> Result<Outcome> {
    let end = CancellationToken::new();
    if while_stdin_open {
        let end = end.clone();
        std::thread::spawn(move || {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            end.cancel();
        });
    }
    server::run(config, end).await?;
    Ok(Outcome::silent())
}

/// Brings the schema up to date.
pub(super) async fn migrate(config: Config) -> Result<Outcome> {
    let url = match config.database() {
        DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
        DatabaseUrl::Postgres(url) => url.to_string(),
    };
    std::fs::create_dir_all(&config.data.dir)?;
    Store::open(&url, Clock::default()).await?.close().await?;
    Ok(Outcome::new("the schema is up to date", json!({ "ok": true })))
}

/// Accounts of people on this node.
pub(super) async fn account(config: Config, command: AccountCommand) -> Result<Outcome> {
    reach(
        config,
        match command {
            AccountCommand::Create(new) => {
                let password = if new.password_stdin { Some(stdin::password(io::stdin().lock())?) } else { None };
                Act::AccountCreate { name: new.name, email: new.email, role: new.role, password }
            }
            AccountCommand::List => Act::AccountList,
            AccountCommand::Show { name } => Act::AccountShow { name },
            AccountCommand::Suspend { name } => Act::AccountSuspend { name },
            AccountCommand::Restore { name } => Act::AccountRestore { name },
            AccountCommand::SetPassword { name, .. } => Act::AccountSetPassword { name, password: stdin::password(io::stdin().lock())? },
            AccountCommand::SetRole { name, role } => Act::AccountSetRole { name, role },
            AccountCommand::Affiliate { name, title, unit, withdraw } => {
                Act::AccountAffiliation { name, granted: (!withdraw).then_some((title, unit)) }
            }
            AccountCommand::OffBoard { name, reason } => Act::AccountOffBoard { name, reason },
            AccountCommand::OffBoardings => Act::OffBoardings,
            AccountCommand::Delete { name } => Act::AccountDelete { name },
            AccountCommand::LoginLink { name } => Act::LoginLink { name },
            AccountCommand::Newcomer(command) => command.into_act(),
        },
    )
    .await
}

/// Access tokens.
pub(super) async fn token(config: Config, command: TokenCommand) -> Result<Outcome> {
    let TokenCommand::Create { name, scopes } = command;
    reach(config, Act::TokenCreate { name, scopes }).await
}

/// Communities of this node.
pub(super) async fn community(config: Config, command: CommunityCommand) -> Result<Outcome> {
    reach(
        config,
        match command {
            CommunityCommand::Create(new) => Act::CommunityCreate {
                name: new.name,
                title: new.title,
                purpose: new.purpose,
                stage: new.stage,
                join: new.join,
                owner: new.owner,
            },
            CommunityCommand::List => Act::CommunityList,
            CommunityCommand::Show { name } => Act::CommunityShow { name },
        },
    )
    .await
}

/// Agreements with other nodes.
pub(super) async fn partner(config: Config, command: PartnerCommand) -> Result<Outcome> {
    reach(config, command.into_act()).await
}

/// Custom emoji of this node.
pub(super) async fn emoji(config: Config, command: EmojiCommand) -> Result<Outcome> {
    reach(config, command.into_act()?).await
}

/// Other hosts, and which of them are blocked.
pub(super) async fn host(config: Config, command: HostCommand) -> Result<Outcome> {
    reach(
        config,
        match command {
            HostCommand::Block { host, reason } => Act::HostBlock { host, reason },
            HostCommand::Unblock { host } => Act::HostUnblock { host },
            HostCommand::List => Act::HostList,
            HostCommand::Silence { host, reason } => Act::Peer { step: PeerAct::Silence { host, reason } },
            HostCommand::Unsilence { host } => Act::Peer { step: PeerAct::Unsilence { host } },
            HostCommand::Import { file, dry_run, force } => peer::import((file, dry_run, force))?,
            HostCommand::Export => Act::Peer { step: PeerAct::Export },
        },
    )
    .await
}

/// Other servers.
pub(super) async fn peer(config: Config, command: PeerCommand) -> Result<Outcome> {
    reach(config, command.into_act()).await
}

/// With whom this node federates.
pub(super) async fn federation(config: Config, command: FederationCommand) -> Result<Outcome> {
    let FederationCommand::Mode { mode } = command;
    reach(config, Act::FederationMode { mode }).await
}

/// Saves the node's data into `dir`.
pub(super) async fn backup(config: Config, dir: PathBuf, without_media: bool) -> Result<Outcome> {
    let dir = std::path::absolute(dir)?;
    reach(config, Act::Backup { dir, without_media }).await
}

/// Brings the backup in `dir` back into an empty place.
pub(super) async fn restore(config: Config, dir: PathBuf) -> Result<Outcome> {
    Ok(shown(archive::restore(&config, &dir).await?))
}

/// Checks the backup in `dir`, or the live data.
pub(super) async fn verify(config: Config, dir: Option<PathBuf>) -> Result<Outcome> {
    Ok(shown(archive::verify(&config, dir.as_deref()).await?))
}

/// Prints the audit log after entry `after` as JSON lines, a stretch at a time.
pub(super) async fn export_audit(config: Config, mut after: i64) -> Result<Outcome> {
    let store = Store::open(&node::database_url(&config), Clock::of_node()?).await?;
    loop {
        let rows = audit::after(&store, after).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        let lines = rows.iter().map(audit::line).collect::<Result<String, _>>()?;
        match io::stdout().lock().write_all(lines.as_bytes()) {
            // a reader that went away (`| head`) has read enough
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            outcome => outcome?,
        }
    }
    store.close().await?;
    Ok(Outcome::silent())
}

/// After a restore.
pub(super) async fn recover(config: Config, command: RecoverCommand) -> Result<Outcome> {
    let act = match command {
        RecoverCommand::Status => Act::RecoverStatus,
        RecoverCommand::Confirm => Act::RecoverConfirm,
        RecoverCommand::Agreement { host } => Act::RecoverAgreement { host },
    };
    reach(config, act).await
}

/// Has the running node perform `act`, or performs it here when none runs.
async fn reach(config: Config, act: Act) -> Result<Outcome> {
    if let Some(answer) = control::ask(&config.data.dir, &act).await? {
        return Ok(shown(answer));
    }
    let app = node::open(config).await?;
    let answer = control::perform(&app, act).await?;
    app.store.clone().close().await?;
    Ok(shown(answer))
}

/// What a node answered, to be printed.
pub(super) fn shown(answer: Answer) -> Outcome {
    if answer.headings.is_empty() {
        return Outcome::new(answer.text, answer.json);
    }
    let headings: Vec<&str> = answer.headings.iter().map(String::as_str).collect();
    Outcome::table(&headings, &answer.rows).with_json(answer.json)
}
