//! Telling that files cannot be had at the moment from a mistake of ours, and saying why in a clear sentence.
//!
//! Trouble passes: whoever meets it answers 503 or tries again, and never takes it for "there is no such file".
//! Source: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.

use crate::{base::error::Error, net::FetchError};
use std::error::Error as StdError;

/// The place of files cannot be used, or has lost a file.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

impl Trouble {
    /// `sentence` says what is wrong; it holds no secret.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        Self::Fault(trouble.into())
    }
}

/// Whether `error` says that files cannot be had at the moment.
pub fn is_trouble(error: &Error) -> bool {
    matches!(error, Error::Fault(fault) if fault.chain().any(|cause| cause.is::<Trouble>()))
}

/// What is wrong with a store, as the rest of a sentence about it. What it said itself is left out but for one word: it
/// repeats what we signed.
pub(super) fn account(error: &object_store::Error) -> String {
    let causes: Vec<&(dyn StdError + 'static)> = causes(error).collect();
    if let Some(fetch) = causes.iter().find_map(|cause| cause.downcast_ref::<FetchError>()) {
        return match fetch {
            FetchError::TimedOut => "does not answer in time".to_owned(),
            fetch => fetch.to_string(),
        };
    }
    let said: String = causes.iter().map(|cause| cause.to_string()).collect::<Vec<_>>().join(" ");
    if let Some(account) = code(&said).and_then(of_code) {
        return account.to_owned();
    }
    match error {
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => DENIED.to_owned(),
        _ if said.contains("redirect") || status(&said).is_some_and(|status| status.starts_with('3')) => ELSEWHERE.to_owned(),
        _ => match (status(&said), code(&said)) {
            (Some(status), Some(code)) => format!("answers with an error ({status}, {code})"),
            (Some(status), None) => format!("answers with an error ({status})"),
            _ => "answers with what cannot be understood".to_owned(),
        },
    }
}

const DENIED: &str =
    "does not let the key media.s3_key_id do this: it must be allowed to read, write, list and delete objects in the bucket";
const ELSEWHERE: &str = "has this bucket at another address: see media.s3_region, media.s3_endpoint and media.s3_path_style";

/// What the codes mean that a mistake in the settings leads to.
fn of_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "SignatureDoesNotMatch" => "refuses the signature: the secret in media.s3_secret_file is not that of the key media.s3_key_id",
        "InvalidAccessKeyId" => "does not know the key media.s3_key_id",
        "AccessDenied" | "AllAccessDisabled" => DENIED,
        "NoSuchBucket" => "has no bucket of this name: see media.url, and make it first",
        "AuthorizationHeaderMalformed" | "PermanentRedirect" | "TemporaryRedirect" | "IllegalLocationConstraintException" => ELSEWHERE,
        "RequestTimeTooSkewed" => "finds that the clock of this machine is wrong",
        "SlowDown" | "ServiceUnavailable" => "asks to be left alone for a while",
        _ => return None,
    })
}

/// Whether it says that the bucket itself is missing, not an object.
pub(super) fn lacks_bucket(error: &object_store::Error) -> bool {
    causes(error).any(|cause| code(&cause.to_string()) == Some("NoSuchBucket"))
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause| (**cause).source())
}

/// The word in `<Code>…</Code>`.
fn code(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_word = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then_some(code)
}

/// The three digits after "status code: ".
fn status(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("status code: ")?;
    rest.get(..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Refusal;

    fn said(text: &str) -> object_store::Error {
        object_store::Error::Generic { store: "S3", source: text.to_owned().into() }
    }

    #[test]
    fn what_a_store_says_is_told_as_what_to_do_and_nothing_of_it_is_repeated() {
        let body = "Server returned non-2xx status code: 403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code><StringToSign>hush</StringToSign></Error>";
        let account = super::account(&said(body));
        assert!(account.contains("media.s3_secret_file") && !account.contains("hush"), "{account}");
        assert_eq!(super::account(&said("status code: 500 Internal Server Error: ")), "answers with an error (500)");
        assert_eq!(super::account(&said("status code: 400 Bad Request: <Code>Odd</Code>hush")), "answers with an error (400, Odd)");
        assert!(super::account(&said("Received redirect without LOCATION")).contains("media.s3_region"));
        assert!(super::account(&said("status code: 400 x <Code><script>hush</Code>")).ends_with("(400)"));
        assert!(lacks_bucket(&said("404 <Code>NoSuchBucket</Code>")) && !lacks_bucket(&said("404 <Code>NoSuchKey</Code>")));
    }

    #[test]
    fn trouble_is_told_from_a_refusal_and_from_a_mistake_of_ours() {
        let deeper = anyhow::Error::from(Trouble::new("the store is away")).context("a picture");
        assert!(is_trouble(&deeper.into()));
        assert!(!is_trouble(&Refusal::not_found().into()) && !is_trouble(&anyhow::anyhow!("a mistake").into()));
    }
}
