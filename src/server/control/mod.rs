//! The control socket: how the command line reaches a running node, so that its acts count at once.
//!
//! A Unix socket in `data.dir`, for the owner of that folder alone. One line of JSON asks (an
//! [`Act`]), one line answers: `{"ok": Answer}` or `{"error": "sentence"}`. Without a running node
//! the command line performs the same acts on the database itself.

pub mod acts;
pub mod backup;
mod communities;
mod emojis;
mod hosts;
mod leaving;
mod newcomers;
mod partners;
mod peers;
mod people;
mod recover;

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
};
use tokio_util::sync::CancellationToken;

/// Longest line either side reads, in bytes.
const LINE_BYTES_MAX: u64 = 16 << 20;
/// How long one act may take (a backup of much data is the longest).
const PATIENCE: Duration = Duration::from_secs(3600);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Ok(Answer),
    Error(String),
}

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
        Ok(act) => match perform(app, act).await {
            Ok(answer) => Reply::Ok(answer),
            Err(error) => Reply::Error(format!("{error:#}")),
        },
    };
    let mut text = serde_json::to_string(&reply)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    Ok(())
}

/// Asks the node that runs over `data_dir`; `None` when none runs.
///
/// # Errors
/// What the node answered, or that it went away.
pub async fn ask(data_dir: &Path, act: &Act) -> Result<Option<Answer>> {
    let Ok(stream) = UnixStream::connect(path(data_dir)).await else { return Ok(None) };
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_string(act)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    let mut line = String::new();
    let mut reader = BufReader::new(read.take(LINE_BYTES_MAX));
    tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await.context("the running node did not answer")??;
    match serde_json::from_str(&line).context("the running node went away without an answer")? {
        Reply::Ok(answer) => Ok(Some(answer)),
        Reply::Error(sentence) => bail!(sentence),
    }
}
