//! Why something from elsewhere could not be had, and whether it may be later.

use crate::{
    base::{
        error::{Error, Refusal},
        sentence::Sentence,
    },
    net::{FetchError, Fetched, StatusCode},
};

/// Why something could not be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// Its origin says that it is not there (404), or no longer (410, Tombstone: `true`).
    #[error("{0}")]
    Gone(String, bool),
    /// It will not do, now or later.
    #[error("{0}")]
    Refused(String),
    /// It may be there later.
    #[error("{0}")]
    Passing(String),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Gone(sentence, _) => Refusal::forbidden("gone", Sentence::verbatim(sentence)).into(),
            Failure::Refused(sentence) => Refusal::forbidden("fetch_refused", Sentence::verbatim(sentence)).into(),
            Failure::Passing(sentence) => Refusal::unavailable("peer_away", Sentence::verbatim(sentence)).into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal.to_string()),
            Error::Fault(fault) => Self::Passing(format!("{fault:#}")),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

/// The failure of a request for `what` at `host`.
pub fn unreached(what: &str, host: &str, error: &FetchError) -> Failure {
    let sentence = format!("{what} at {host}: {error}");
    if error.is_passing() { Failure::Passing(sentence) } else { Failure::Refused(sentence) }
}

/// What an answer's status means for what was asked: `what at host answered 404`.
pub fn check_status(what: &str, fetched: &Fetched) -> Result<(), Failure> {
    let sentence = || format!("{what} at {} answered {}", super::name(&fetched.url), fetched.status.as_u16());
    match fetched.status {
        status if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND => Err(Failure::Gone(sentence(), false)),
        StatusCode::GONE => Err(Failure::Gone(sentence(), true)),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(Failure::Passing(sentence())),
        status if status.is_server_error() => Err(Failure::Passing(sentence())),
        _ => Err(Failure::Refused(sentence())),
    }
}
