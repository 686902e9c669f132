//! TXT records of a name (RFC 1035 §3.3.14): by which an organisation proves a further host of its own.
//!
//! Bounded in time and in answers. Names that are this machine's own have none.

use hickory_resolver::TokioResolver;
use std::{future::Future, io, pin::Pin, sync::OnceLock, time::Duration};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// Most records that are looked at.
const RECORDS_MAX: usize = 32;
/// Longest record, in bytes.
const BYTES_MAX: usize = 2048;

/// An answer to come.
pub type Answer<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<String>>> + Send + 'a>>;

/// Where TXT records come from: the name service, or a table in tests.
pub trait TextLookup: Send + Sync {
    /// The records of `name`, each joined to one text; empty when there are none.
    fn texts<'a>(&'a self, name: &'a str) -> Answer<'a>;
}

/// Asks the name servers that the system is set up with.
#[derive(Default)]
pub struct SystemTexts(OnceLock<Option<TokioResolver>>);

impl TextLookup for SystemTexts {
    fn texts<'a>(&'a self, name: &'a str) -> Answer<'a> {
        Box::pin(async move {
            if name.trim_end_matches('.').to_ascii_lowercase().ends_with("localhost") || name.contains(':') {
                return Ok(Vec::new());
            }
            let resolver = self.0.get_or_init(|| TokioResolver::builder_tokio().ok().map(|builder| builder.build()));
            let resolver = resolver.as_ref().ok_or_else(|| io::Error::other("this system names no name server"))?;
            let asked = resolver.txt_lookup(format!("{}.", name.trim_end_matches('.')));
            let found = match tokio::time::timeout(PATIENCE, asked).await {
                Err(_) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(Err(error)) if error.is_no_records_found() => return Ok(Vec::new()),
                Ok(Err(error)) => return Err(io::Error::other(error)),
                Ok(Ok(found)) => found,
            };
            let text = |parts: &[Box<[u8]>]| String::from_utf8(parts.concat()).ok().filter(|text| text.len() <= BYTES_MAX);
            Ok(found.iter().take(RECORDS_MAX).filter_map(|record| text(record.txt_data())).collect())
        })
    }
}
