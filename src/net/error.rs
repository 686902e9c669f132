//! Why a request gave no answer, told apart by what to do about it.
//!
//! For jobs that decide between dropping and trying again ([`FetchError::is_passing`]) and for doors that answer somebody who
//! waits. An HTTP status of any kind is an answer and never an error here.

use super::{address, resolver::ResolveError};
use crate::base::{
    error::{Error, Refusal},
    sentence::{Sentence, said},
};
use std::error::Error as StdError;

/// Longest account of a failure that is kept, in characters.
const ACCOUNT_MAX: usize = 300;

/// A request that gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Our own policy forbids the address, the port or the turn a redirect took. Trying again will not help.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The name has no address, or the name service did not answer.
    #[error("{0}")]
    Unresolved(String),
    /// No connection, no TLS, or it broke before the answer was complete.
    #[error("could not be reached: {0}")]
    Unreachable(String),
    /// The deadline of the request or of the budget passed.
    #[error("no complete answer in time")]
    TimedOut,
    /// What came back is not HTTP, has too many headers, cannot be unpacked, or redirects to something that is no address.
    #[error("the answer cannot be read: {0}")]
    Garbled(String),
    /// The answer is larger than the caller takes.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// A loop, or more than three redirects.
    #[error("redirected too often")]
    TooManyRedirects,
    /// The cause of this request has used up its fetches ([`super::Budget`]).
    #[error("too many fetches for one activity")]
    BudgetExhausted,
    /// We could not make or sign the request; the fault is ours.
    #[error("the request could not be made")]
    Unsent(#[source] anyhow::Error),
}

impl FetchError {
    /// Whether it may pass with time, so that trying again later is worth it.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unresolved(_) | Self::Unreachable(_) | Self::TimedOut | Self::Garbled(_) | Self::Unsent(_) => true,
            Self::Refused(_) | Self::TooLarge(_) | Self::TooManyRedirects | Self::BudgetExhausted => false,
        }
    }

    /// One word for the metrics.
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Unresolved(_) => "unresolved",
            Self::Unreachable(_) => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Garbled(_) => "garbled",
            Self::TooLarge(_) => "too_large",
            Self::TooManyRedirects => "too_many_redirects",
            Self::BudgetExhausted => "budget_exhausted",
            Self::Unsent(_) => "unsent",
        }
    }
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        match find::<ResolveError>(&error) {
            Some(ResolveError::Refused(_)) => {
                return address::refused(said!("the server's name leads to an address that is not public")).into();
            }
            Some(failed @ ResolveError::Failed(..)) => return Self::Unresolved(failed.to_string()),
            None => {}
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let is_parse = find::<hyper::Error>(&error).is_some_and(hyper::Error::is_parse);
        let account = account(&error.without_url());
        if is_parse { Self::Garbled(account) } else { Self::Unreachable(account) }
    }
}

/// For callers who only pass it on: what may pass is a fault (worth a retry), the rest a refusal.
impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Refused(refusal) => Self::Refused(refusal),
            error if error.is_passing() => Self::Fault(error.into()),
            error => Self::Refused(Refusal::forbidden("fetch_refused", Sentence::verbatim(error.to_string()))),
        }
    }
}

/// Whether a kept connection was closed under the request, before any part of the answer came: a peer may drop an idle
/// connection at the very moment it is used again (RFC 9112 §9.3.1).
pub(super) fn was_closed_early(error: &reqwest::Error) -> bool {
    !error.is_connect() && find::<hyper::Error>(error).is_some_and(|error| error.is_incomplete_message() || is_reset(error))
}

fn is_reset(error: &hyper::Error) -> bool {
    find::<std::io::Error>(error)
        .is_some_and(|error| matches!(error.kind(), std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe))
}

/// The first cause of type `T`, also inside I/O errors, which hide what they wrap.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<T>() {
            return Some(found);
        }
        next = match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    None
}

/// All causes in one line, shortened.
fn account(error: &(dyn StdError + 'static)) -> String {
    let mut account = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        account.push_str(": ");
        account.push_str(&cause.to_string());
        next = cause.source();
    }
    account.chars().take(ACCOUNT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_a_fault_and_the_rest_a_refusal() {
        let errors = [
            (FetchError::TimedOut, true),
            (FetchError::Unresolved("a.test".into()), true),
            (FetchError::Unreachable("reset".into()), true),
            (FetchError::Garbled("no HTTP".into()), true),
            (FetchError::Unsent(anyhow::anyhow!("no key")), true),
            (address::refused(said!("no")).into(), false),
            (FetchError::TooLarge(1), false),
            (FetchError::TooManyRedirects, false),
            (FetchError::BudgetExhausted, false),
        ];
        for (error, passing) in errors {
            assert_eq!(error.is_passing(), passing, "{error}");
            assert_eq!(Error::from(error).refusal().is_none(), passing);
        }
    }
}
