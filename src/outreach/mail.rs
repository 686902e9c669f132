//! Sending a mail: to the mail server of the settings, or into a folder.
//!
//! Invariant: a password crosses the network encrypted only, unless the server is this machine itself.
//! Source: RFC 5321, RFC 8314 (implicit TLS), RFC 3207 (STARTTLS).

use super::letter::Letter;
use crate::base::{
    config::{Config, MailUrl},
    secret,
};
use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::authentication::Credentials,
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

/// Longest time for one step of sending.
const PATIENCE: Duration = Duration::from_secs(20);

/// What became of a mail.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Whoever takes our mail has it.
    Sent,
    /// Not now: worth another try.
    Failed(String),
    /// Never: the address or the mail is refused for good.
    GivenUp(String),
}

/// Sends mails.
pub(super) struct Mailer {
    from: Mailbox,
    way: Way,
}

enum Way {
    Server(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

impl Mailer {
    /// The mailer that the settings describe. Fails when they describe none, or name a sender or file that cannot be read.
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        let from = config.mail.from.clone().unwrap_or_else(|| format!("no-reply@{}", config.server.url.host()));
        let from = from.parse().context("mail.from is not an address such as Acme <no-reply@acme.example>")?;
        let way = match (&config.mail.sink, &config.mail.url) {
            (Some(folder), _) => Way::Folder(folder.clone()),
            (None, Some(url)) => Way::Server(Box::new(server(url, config.mail.password_file.as_deref())?)),
            (None, None) => anyhow::bail!("neither mail.url nor mail.sink is set"),
        };
        Ok(Self { from, way })
    }

    /// Sends `letter`, within bounded time.
    pub(super) async fn send(&self, letter: &Letter) -> Outcome {
        let message = match self.written(letter) {
            Ok(message) => message,
            Err(error) => return Outcome::GivenUp(format!("{error:#}")),
        };
        match &self.way {
            Way::Folder(folder) => match put(folder, &letter.id, &message.formatted()) {
                Ok(()) => Outcome::Sent,
                Err(error) => Outcome::Failed(format!("mail.sink: {error}")),
            },
            Way::Server(server) => match tokio::time::timeout(PATIENCE * 3, server.send(message)).await {
                Ok(Ok(_)) => Outcome::Sent,
                // The server's own words may repeat the address: only what kind of failure it was is told.
                Ok(Err(error)) if error.is_permanent() => Outcome::GivenUp("the mail server refuses it for good".to_owned()),
                Ok(Err(error)) if error.is_timeout() => Outcome::Failed("the mail server did not answer in time".to_owned()),
                Ok(Err(error)) if error.is_tls() => Outcome::Failed("no encrypted connection to the mail server".to_owned()),
                Ok(Err(_)) => Outcome::Failed("the mail server did not take it".to_owned()),
                Err(_) => Outcome::Failed("the mail server took too long".to_owned()),
            },
        }
    }

    fn written(&self, letter: &Letter) -> anyhow::Result<Message> {
        let to: Mailbox = letter.to.parse().context("the address cannot be written to")?;
        let message = Message::builder().from(self.from.clone()).to(to).subject(&letter.subject).message_id(Some(letter.id.clone()));
        Ok(message.multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))?)
    }
}

fn server(url: &MailUrl, password_file: Option<&Path>) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let host = url.host();
    let mut builder = match (url.is_tls(), url.is_loopback()) {
        (true, _) => AsyncSmtpTransport::<Tokio1Executor>::relay(host)?,
        (false, false) => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host)?,
        (false, true) => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
    };
    if let Some(port) = url.port() {
        builder = builder.port(port);
    }
    if let Some(file) = password_file {
        let password = fs::read_to_string(file).context("mail.password_file cannot be read")?;
        builder = builder.credentials(Credentials::new(url.user(), password.trim_end_matches(['\r', '\n']).to_owned()));
    }
    Ok(builder.timeout(Some(PATIENCE)).build())
}

/// Writes a mail into a folder, whole or not at all, for its owner alone. The same mail twice is one file.
fn put(folder: &Path, id: &str, mail: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let name: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@')).collect();
    let draft = folder.join(format!(".{}", secret::hex(&secret::random::<8>())));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(mail).and_then(|()| fs::rename(&draft, folder.join(format!("{name}.eml"))))
}
