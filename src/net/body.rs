//! Answers read piece by piece, with every byte counted after unpacking.
//!
//! For the client. A compressed answer is unpacked as it arrives, a few KiB at a time, so a small body that unpacks to
//! gigabytes is dropped at the limit like any other large one.

use super::error::FetchError;
use bytes::Bytes;
use reqwest::Response;
use tokio::{fs::File, io::AsyncWriteExt};

/// Largest part of an over-long answer to a POST that is read and dropped, so that the connection can be kept.
const DRAINED_MAX: usize = 64 * 1024;
/// Room that is made at once for a body whose length is announced.
const ROOM_MAX: usize = 64 * 1024;

/// The whole body; [`FetchError::TooLarge`] when it has more than `max` bytes or says that it will.
pub(super) async fn read_whole(response: &mut Response, max: usize) -> Result<Bytes, FetchError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > max as u64 {
        return Err(FetchError::TooLarge(max));
    }
    let Some(first) = piece(response).await? else { return Ok(Bytes::new()) };
    let Some(mut more) = piece(response).await? else { return within(first, max) };
    let room = usize::try_from(announced).unwrap_or(0).clamp(first.len(), ROOM_MAX.max(first.len()));
    let mut whole = Vec::with_capacity(room);
    whole.extend_from_slice(&first);
    loop {
        if whole.len() + more.len() > max {
            return Err(FetchError::TooLarge(max));
        }
        whole.extend_from_slice(&more);
        match piece(response).await? {
            Some(next) => more = next,
            None => return within(whole.into(), max),
        }
    }
}

/// The whole body into a file, at most `max` bytes as with [`read_whole`].
pub(super) async fn write_whole(response: &mut Response, max: usize, file: &mut File) -> Result<(), FetchError> {
    if response.content_length().is_some_and(|announced| announced > max as u64) {
        return Err(FetchError::TooLarge(max));
    }
    let mut seen = 0;
    while let Some(piece) = piece(response).await? {
        seen += piece.len();
        if seen > max {
            return Err(FetchError::TooLarge(max));
        }
        file.write_all(&piece).await.map_err(|error| FetchError::Unsent(error.into()))?;
    }
    file.flush().await.map_err(|error| FetchError::Unsent(error.into()))
}

/// The first `max` bytes of the body; a body that breaks off or is too long counts as far as it came.
pub(super) async fn read_start(response: &mut Response, max: usize, start: &mut Vec<u8>) {
    let mut seen = 0;
    while let Ok(Some(piece)) = response.chunk().await {
        seen += piece.len();
        start.extend_from_slice(piece.get(..max.saturating_sub(start.len()).min(piece.len())).unwrap_or_default());
        if seen > DRAINED_MAX {
            return;
        }
    }
}

/// The first `max` bytes of the body; what follows is not read.
pub(super) async fn read_first(response: &mut Response, max: usize, start: &mut Vec<u8>) -> Result<(), FetchError> {
    while start.len() < max
        && let Some(piece) = piece(response).await?
    {
        start.extend_from_slice(piece.get(..(max - start.len()).min(piece.len())).unwrap_or_default());
    }
    Ok(())
}

async fn piece(response: &mut Response) -> Result<Option<Bytes>, FetchError> {
    response.chunk().await.map_err(FetchError::from)
}

fn within(body: Bytes, max: usize) -> Result<Bytes, FetchError> {
    if body.len() > max { Err(FetchError::TooLarge(max)) } else { Ok(body) }
}
