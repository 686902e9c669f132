//! Why the signature on a request is not taken.

use crate::base::keys::VerifyError;

/// Why the signature on a request is not taken; each shows as one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header that may be there once is there twice, or as a list (S3).
    #[error("the {0} header is given more than once")]
    Repeated(&'static str),
    /// A header does not have the form its specification gives it.
    #[error("the {0} header cannot be read")]
    Unreadable(&'static str),
    /// The digest has no algorithm that we know.
    #[error("the digest is of an unknown algorithm")]
    UnknownDigest,
    /// There is no `Signature` header.
    #[error("the request is not signed")]
    Unsigned,
    /// A header that every signed request needs is not there.
    #[error("the {0} header is missing")]
    Missing(&'static str),
    /// The request was sent to another host than ours (S5).
    #[error("the request is for another host")]
    OtherHost,
    /// The key id is no plain URL (S11).
    #[error("the key id is not a plain http or https URL")]
    BadKeyId,
    /// More than one signature, or two schemes at once (S17).
    #[error("the request has more than one signature")]
    Ambiguous,
    /// A parameter of the signature that must be there is not, or is of another type.
    #[error("the signature has no valid parameter {0}")]
    Parameter(&'static str),
    /// Something that must be signed is not (S4, S17).
    #[error("the signature does not cover {0}")]
    NotCovered(&'static str),
    /// The signature covers something that we cannot rebuild.
    #[error("the signature covers something unknown or absent")]
    UnknownComponent,
    /// The date is not one (RFC 9110 §5.6.7, the preferred form).
    #[error("the Date header is not a date")]
    BadDate,
    /// Signed too long ago, or in the future (S7).
    #[error("the request was signed more than an hour ago or ahead")]
    OutsideWindow,
    /// The signature's own end has passed.
    #[error("the signature has expired")]
    Expired,
    /// An algorithm that we do not take (S18).
    #[error("the signature is of an unknown algorithm")]
    UnknownAlgorithm,
    /// There is no SHA-256 digest of the body (S2).
    #[error("the request has no SHA-256 digest of its body")]
    NoDigest,
    /// The body is not what the digest says (S1).
    #[error("the body does not match its digest")]
    OtherBody,
    /// The key is of another type than the signature claims (S18).
    #[error("the key is of another type than the signature's algorithm")]
    OtherKeyType,
    /// The signature is not the key's over this request.
    #[error("the signature does not match")]
    Mismatch,
}

impl SignatureError {
    /// Whether the request is malformed (answer 400); otherwise it is not authenticated (401).
    pub fn is_malformed(self) -> bool {
        matches!(self, Self::Repeated(_) | Self::Unreadable(_) | Self::UnknownDigest)
    }
}

impl From<VerifyError> for SignatureError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::OtherAlgorithm => Self::OtherKeyType,
            VerifyError::Mismatch => Self::Mismatch,
        }
    }
}
