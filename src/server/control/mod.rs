//! The control socket: how the command line reaches a running node, so that its acts count at once.
//!
//! A Unix socket in `data.dir`, for the owner of that folder alone. One line of JSON asks (an
//! [`Act`]), one line answers: `{"ok": Answer}` or `{"error": "sentence"}`; before it may stand lines that say how far it is,
//! `{"progress": "words"}`. Without a running node the command line performs the same acts on the database itself.

pub mod acts;
pub mod backup;
mod communities;
mod emojis;
mod hosts;
mod leaving;
pub mod moving;
mod newcomers;
mod partners;
mod peers;
mod people;
pub mod progress;
mod recover;
mod saved;

pub use acts::{Act, Answer, perform};
pub use newcomers::NewcomerAct;
pub use partners::PartnerAct;
pub use peers::PeerAct;

use crate::app::App;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

/// Longest line either side reads, in bytes.
const LINE_BYTES_MAX: u64 = 16 << 20;
/// How long one act may take of which nothing is heard (a backup of a large database is the longest).
const PATIENCE: Duration = Duration::from_secs(3600);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Ok(Answer),
    Error(String),
    Progress(String),
}

/// How far an act is, while it waits to be told.
const UNTOLD_MAX: usize = 8;

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("control.sock")
}

/// Whether a node runs over the data in `data_dir`.
pub async fn is_answered(data_dir: &Path) -> bool {
    UnixStream::connect(path(data_dir)).await.is_ok()
}

/// Begins to listen; the returned future answers until `end`.
///
/// # Errors
/// The socket cannot be made in `data.dir`.
pub fn listen(app: App, end: CancellationToken) -> Result<impl Future<Output = ()> + Send> {
    let path = path(&app.config.data.dir);
    // A socket left by a process that was killed: `serve` has made sure that nobody answers it.
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).with_context(|| format!("the control socket {} cannot be made", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(async move {
        loop {
            tokio::select! {
                () = end.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => { tokio::spawn(answer(app.clone(), stream)); }
                    Err(error) => tracing::warn!(%error, "the control socket refused a caller"),
                },
            }
        }
        let _ = fs::remove_file(&path);
    })
}

async fn answer(app: App, stream: UnixStream) {
    if let Err(error) = converse(&app, stream).await {
        tracing::warn!(%error, "a caller on the control socket went away");
    }
}

async fn converse(app: &App, stream: UnixStream) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(LINE_BYTES_MAX)).read_line(&mut line).await?;
    let reply = match serde_json::from_str::<Act>(&line) {
        Err(error) => Reply::Error(format!("this node does not understand the command ({error}); is it another version?")),
        Ok(act) => match telling(app, act, &mut write).await {
            Ok(answer) => Reply::Ok(answer),
            Err(error) => Reply::Error(format!("{error:#}")),
        },
    };
    say(&mut write, &reply).await
}

async fn say(to: &mut (impl AsyncWriteExt + Unpin), reply: &Reply) -> Result<()> {
    let mut text = serde_json::to_string(reply)?;
    text.push('\n');
    Ok(to.write_all(text.as_bytes()).await?)
}

/// Performs an act and says meanwhile how far it is.
async fn telling(app: &App, act: Act, to: &mut (impl AsyncWriteExt + Unpin)) -> Result<Answer> {
    let (told, mut heard) = mpsc::channel(UNTOLD_MAX);
    // whoever is slow to listen misses some of it
    let work = progress::told_to(move |words| drop(told.try_send(words)), perform(app, act));
    tokio::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            // a caller who went away does not end what was begun
            Some(words) = heard.recv() => drop(say(to, &Reply::Progress(words)).await),
        }
    }
}

/// Asks the node that runs over `data_dir`; `None` when none runs. How far it is, is told as [`progress::tell`] does.
///
/// # Errors
/// What the node answered, or that it went away.
pub async fn ask(data_dir: &Path, act: &Act) -> Result<Option<Answer>> {
    let Ok(stream) = UnixStream::connect(path(data_dir)).await else { return Ok(None) };
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_string(act)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    let mut reader = BufReader::new(read).take(LINE_BYTES_MAX);
    loop {
        let mut line = String::new();
        reader.set_limit(LINE_BYTES_MAX);
        tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await.context("the running node did not answer")??;
        match serde_json::from_str(&line).context("the running node went away without an answer")? {
            Reply::Progress(words) => progress::tell(words),
            Reply::Ok(answer) => return Ok(Some(answer)),
            Reply::Error(sentence) => bail!(sentence),
        }
    }
}
