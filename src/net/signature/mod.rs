//! Signatures on HTTP requests: who sent this, to us, now, with this body?
//!
//! Two steps, as the key is looked up between them: [`read`] checks all that needs no key (so that a
//! bogus request costs no fetch, S12), [`Unverified::verify`] checks the signature. Pure: no clock,
//! no network. Both schemes, draft-cavage-12 and RFC 9421, go through the same door.
//! Invariant: a [`Verified`] cannot be had in any other way.

mod cavage;
mod digest;
mod error;
mod fields;
mod key_id;
mod message;
mod rfc9421;
mod sign;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use error::SignatureError;
pub use key_id::KeyId;
pub use message::Here;
pub use sign::{Outgoing, Signer};

use crate::base::keys::{Algorithm, PublicKey};
use chrono::{DateTime, Utc};
use message::{Message, single};
use reqwest::{Method, header::HeaderMap};

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12.
    Cavage,
    /// RFC 9421 HTTP Message Signatures.
    Rfc9421,
}

/// A request as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Path and query, byte for byte as received.
    pub target: &'a str,
    /// Its headers, with `Host` (under HTTP/2 and 3 the door puts `:authority` there).
    pub headers: &'a HeaderMap,
    /// Its body, already limited in size; empty if there is none.
    pub body: &'a [u8],
}

/// A signature that is well made and in time, over a body that matches; whose it is, is still to be checked.
#[derive(Debug, Clone)]
pub struct Unverified {
    key_id: KeyId,
    scheme: Scheme,
    /// The algorithm claimed, if any.
    algorithm: Option<Algorithm>,
    /// What was signed.
    base: Vec<u8>,
    signature: Vec<u8>,
}

/// A request whose sender holds the key named. Whether the key's owner is the actor is asked elsewhere (S8 to S10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    key_id: KeyId,
    scheme: Scheme,
}

/// The headers that may be there once, and how people write them (S3).
const SINGLE: [(&str, &str); 6] = [
    ("host", "Host"),
    ("date", "Date"),
    ("signature", "Signature"),
    ("signature-input", "Signature-Input"),
    ("digest", "Digest"),
    ("content-digest", "Content-Digest"),
];

/// Reads a request's signature and checks all that needs no key: form, host, coverage, time and digest.
///
/// `here` is the node's own address (`server.url`); `Authorization: Signature` is not looked at. Errors say
/// whether the request is malformed (400) or not authenticated (401).
pub fn read(received: &Received<'_>, here: &Here, now: DateTime<Utc>) -> Result<Unverified, SignatureError> {
    let headers = received.headers;
    for (name, shown) in SINGLE {
        single(headers, name, shown)?;
    }
    let date_is_list = single(headers, "date", "Date")?.is_some_and(|date| date.matches(',').count() > 1);
    if date_is_list {
        return Err(SignatureError::Repeated("Date"));
    }
    let signature = single(headers, "signature", "Signature")?.ok_or(SignatureError::Unsigned)?;
    check_host(headers, here)?;
    let message = Message { method: received.method, here, target: received.target, headers };
    match single(headers, "signature-input", "Signature-Input")? {
        Some(input) => rfc9421::read(input, message, received.body, now),
        None => cavage::read(signature, message, received.body, now),
    }
}

/// The request must have been sent to us: the host it names is the one whose name we sign for (S5).
fn check_host(headers: &HeaderMap, here: &Here) -> Result<(), SignatureError> {
    let host = single(headers, "host", "Host")?.ok_or(SignatureError::Missing("Host"))?;
    if host.contains(',') {
        return Err(SignatureError::Repeated("Host"));
    }
    if host.eq_ignore_ascii_case(&here.authority) { Ok(()) } else { Err(SignatureError::OtherHost) }
}

impl Unverified {
    /// The id of the key that is said to have signed.
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The scheme of the signature.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What was signed, byte for byte.
    pub fn base(&self) -> &[u8] {
        &self.base
    }

    /// Checks the signature with the key found under [`Self::key_id`]. May be tried again with a fresher key.
    pub fn verify(&self, key: &PublicKey) -> Result<Verified, SignatureError> {
        key.verify(self.algorithm.unwrap_or(key.algorithm()), &self.base, &self.signature)?;
        Ok(Verified { key_id: self.key_id.clone(), scheme: self.scheme })
    }
}

impl Verified {
    /// The id of the key that signed.
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The scheme that the sender speaks.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }
}
