//! Passwords: argon2id, off the async threads, two at a time.
//!
//! Whoever is unknown costs as much time as whoever is known: [`Passwords::verify`] hashes against
//! a stand-in when there is nothing to compare with (S54, S102). Hashes are PHC strings and carry
//! their own parameters. Source: RFC 9106; OWASP's least (19 MiB, 2 passes, 1 lane).

use super::{
    error::{Refusal, Result},
    secret,
};
use crate::base::sentence::said;
use anyhow::anyhow;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub const CHARS_MIN: usize = 10;
/// Most bytes of a password: hashing longer ones would be work for nothing.
pub const BYTES_MAX: usize = 1024;
/// Hashes that run at the same time, each on 19 MiB.
const AT_ONCE: usize = 2;

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    stand_in: Arc<tokio::sync::OnceCell<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), stand_in: Arc::default() }
    }
}

impl Passwords {
    /// The PHC string to keep of `password`. Refused when it is shorter than [`CHARS_MIN`] characters or too long.
    pub async fn hash(&self, password: &str) -> Result<String> {
        if password.chars().count() < CHARS_MIN {
            return Err(Refusal::invalid("password", said!("must have at least {min} characters", min = CHARS_MIN)).into());
        }
        if password.len() > BYTES_MAX {
            return Err(Refusal::invalid("password", said!("must not be longer than {max} bytes", max = BYTES_MAX)).into());
        }
        self.hash_any(password.to_owned()).await
    }

    /// Whether `password` is the one of `hash`; `None` or an empty hash (nobody, or no password) is
    /// "no" after the same work.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let known = hash.filter(|hash| !hash.is_empty());
        let against = match known {
            Some(hash) => hash.to_owned(),
            None => self.stand_in.get_or_try_init(|| self.hash_any(secret::token())).await?.clone(),
        };
        let password = password.get(..BYTES_MAX).unwrap_or(password).to_owned();
        let same = self.work(move || {
            let parsed = PasswordHash::new(&against).map_err(|error| anyhow!("a kept password hash is damaged: {error}"))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        });
        Ok(same.await? && known.is_some())
    }

    async fn hash_any(&self, password: String) -> Result<String> {
        self.work(move || {
            let hash =
                Argon2::default().hash_password(password.as_bytes()).map_err(|error| anyhow!("hashing a password failed: {error}"))?;
            Ok(hash.to_string())
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T> {
        let turn = self.turns.clone().acquire_owned().await.map_err(anyhow::Error::from)?;
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(turn);
            outcome
        });
        Ok(done.await.map_err(anyhow::Error::from)??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("correct horsf", Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn s102_nobody_and_no_password_are_never_a_match() {
        let passwords = Passwords::default();
        assert!(!passwords.verify("", None).await.unwrap());
        assert!(!passwords.verify("", Some("")).await.unwrap());
    }

    #[tokio::test]
    async fn short_passwords_are_refused() {
        assert!(Passwords::default().hash("123456789").await.is_err());
    }
}
