//! The command line: reads arguments and settings, runs one command, prints what came of it.
//!
//! Exits 0 on success, 2 on wrong usage, 1 otherwise with one sentence on standard error. Results go to
//! standard output, logs to standard error, so that `--json` can be read by programs. No argument
//! takes a secret: passwords come from standard input, tokens go to standard output.

mod acts;
mod args;
mod check;
mod demo;
mod emoji;
mod media;
mod newcomers;
mod partner;
mod peer;
mod print;
mod stdin;

pub use self::{
    args::{AccountCommand, AuditCommand, Cli, Command, CommunityCommand, CreateAccount, CreateCommunity, RecoverCommand, TokenCommand},
    peer::HostCommand,
    print::Outcome,
};

use crate::{base::config::Config, server::control::progress};
use anyhow::{Context, Result};
use clap::Parser;
use std::{env, ffi::OsString, future::Future, io, io::Write, process::ExitCode};

/// Runs the program with this process's arguments, environment and streams.
pub fn main() -> ExitCode {
    let variables = env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
    ExitCode::from(run(env::args_os(), variables, &mut io::stdout(), &mut io::stderr()))
}

/// Runs one command and returns its exit code. `arguments` begin with the program's name.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    env: impl IntoIterator<Item = (String, String)>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) if usage.use_stderr() => return say(err, usage.render().to_string().trim_end(), 2),
        Err(help) => return say(out, help.render().to_string().trim_end(), 0),
    };
    let json = cli.json;
    match dispatch(cli, env) {
        Ok(outcome) => say(out, &outcome.text(json), 0),
        Err(error) => say(err, &print::sentence(&error), 1),
    }
}

fn dispatch(cli: Cli, env: impl IntoIterator<Item = (String, String)>) -> Result<Outcome> {
    let load = || Config::load(cli.config.as_deref(), env);
    match cli.command {
        Command::CheckConfig { unsafe_for_testing } => wait(check::check_config(&load()?, unsafe_for_testing)),
        Command::Demo { dir, first_port } => wait(demo::run(&dir, first_port, cli.json)),
        Command::Serve { unsafe_for_testing, while_stdin_open } => {
            let config = load()?;
            check::start_logs(&config, unsafe_for_testing)?;
            wait(acts::serve(config, while_stdin_open))
        }
        Command::Migrate => wait(acts::migrate(load()?)),
        Command::Account(command) => wait(acts::account(load()?, command)),
        Command::Token(command) => wait(acts::token(load()?, command)),
        Command::Community(command) => wait(acts::community(load()?, command)),
        Command::Partner(command) => wait(acts::partner(load()?, command)),
        Command::Host(command) => wait(acts::host(load()?, command)),
        Command::Peer(command) => wait(acts::peer(load()?, command)),
        Command::Emoji(command) => wait(acts::emoji(load()?, command)),
        Command::Federation(command) => wait(acts::federation(load()?, command)),
        Command::Media(command) => wait(media::perform(load()?, command)),
        Command::Backup { dir, without_media } => wait(acts::backup(load()?, dir, without_media)),
        Command::Restore { dir } => wait(acts::restore(load()?, dir)),
        Command::Verify { dir } => wait(acts::verify(load()?, dir)),
        Command::Audit(AuditCommand::Export { after }) => wait(acts::export_audit(load()?, after)),
        Command::Recover(command) => wait(acts::recover(load()?, command)),
    }
}

/// Runs a command that waits for disk, database or network; how far it is goes to standard error.
fn wait(act: impl Future<Output = Result<Outcome>>) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let told = progress::told_to(|words| drop(writeln!(io::stderr(), "{words}")), act);
    runtime.context("the program's threads cannot be started")?.block_on(told)
}

/// Writes `text`, if any, and a line end. A reader that went away (`| head`) is no failure.
fn say(to: &mut dyn Write, text: &str, code: u8) -> u8 {
    if text.is_empty() {
        return code;
    }
    match writeln!(to, "{text}").and_then(|()| to.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => code.max(1),
        _ => code,
    }
}

#[cfg(test)]
mod tests;
