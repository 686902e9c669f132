//! Reading a file piece by piece, wherever it lies, and what came of writing one.

use super::trouble::Trouble;
use crate::base::error::Result;
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use tokio::{fs::File, io::AsyncReadExt};

/// Bytes that are read of a file at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// A file, or a part of one, that is being read.
pub struct Read {
    /// Bytes of the whole file.
    pub bytes: u64,
    /// Bytes of the part.
    pub length: u64,
    /// The part, piece by piece. One that breaks off ends with an error, and none comes with fewer bytes than it has.
    pub pieces: BoxStream<'static, std::io::Result<Bytes>>,
}

impl Read {
    /// Trouble where `seen` bytes are not all that were to come.
    pub(super) fn expect_whole(&self, seen: u64) -> Result<()> {
        if seen == self.length {
            Ok(())
        } else {
            Err(Trouble::new(format!("a file of {} bytes broke off after {seen}", self.length)).into())
        }
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sum: String,
}

/// The next `left` bytes of a file, piece by piece.
pub(super) fn pieces_of(file: File, left: u64) -> BoxStream<'static, std::io::Result<Bytes>> {
    let step = async |(mut file, left): (File, u64)| -> std::io::Result<Option<(Bytes, (File, u64))>> {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = Vec::with_capacity(PIECE_BYTES.min(usize::try_from(left).unwrap_or(PIECE_BYTES)));
        (&mut file).take(left.min(PIECE_BYTES as u64)).read_buf(&mut piece).await?;
        let read = piece.len() as u64;
        if read == 0 { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(Some((piece.into(), (file, left - read)))) }
    };
    futures::stream::try_unfold((file, left), step).boxed()
}
