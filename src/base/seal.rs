//! Seals private keys before they are kept: AES-256-GCM under the node's secret.
//!
//! The secret is a file beside the database, readable by its owner alone, part of every backup.
//! So a copy of the database without that file gives no keys away.
//! What is sealed is bound to a context (say, "keys:42"): it opens under the same context only.
//! Form: version 1, nonce of 12 bytes, ciphertext, tag of 16 bytes.

use super::secret;
use anyhow::{Context, Result, anyhow, bail};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use std::{fs, io::ErrorKind, io::Write, path::Path};

/// The version of the sealed form.
const VERSION: u8 = 1;

/// The node's secret: 32 bytes that every sealed thing depends on.
pub struct Secret {
    key: LessSafeKey,
    /// For [`Secret::tag`]: made of the secret, of no use for opening what is sealed.
    tags: hmac::Key,
}

impl Secret {
    /// The secret made of `bytes`.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| anyhow!("the node's secret cannot be used as a key"))?;
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"intermoot tags 1");
        Ok(Self { key: LessSafeKey::new(key), tags: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()) })
    }

    /// The tag (HMAC-SHA-256) by which this node knows again that it said `text` about `context`.
    pub fn tag(&self, context: &str, text: &str) -> [u8; 32] {
        let mut tag = [0; 32];
        tag.copy_from_slice(hmac::sign(&self.tags, format!("{context}\0{text}").as_bytes()).as_ref());
        tag
    }

    /// Reads the secret in the file at `path`, or makes one there when there is none.
    ///
    /// The file holds 64 hexadecimal digits and is created whole, in one step, for its owner alone:
    /// two nodes that start at once end with the same secret, and a crash leaves none or a good one.
    pub fn load_or_create(path: &Path) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => {
                warn_if_shared(path);
                Self::parse(&text)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create(path).with_context(|| format!("making the node's secret at {}", path.display()))?;
                Self::parse(&fs::read_to_string(path)?)
            }
            Err(error) => Err(error.into()),
        }
        .with_context(|| format!("reading the node's secret at {}", path.display()))
    }

    /// Seals `plain` for `context`.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = secret::random();
        let mut text = plain.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context.as_bytes()), &mut text)
            .map_err(|_| anyhow!("sealing for {context} failed"))?;
        Ok([&[VERSION][..], &nonce, &text].concat())
    }

    /// Opens what was sealed for `context` by this secret.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let refusal = || anyhow!("what is sealed for {context} does not open: another secret, another context, or damaged");
        let (version, rest) = sealed.split_first().ok_or_else(refusal)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().filter(|_| *version == VERSION).ok_or_else(refusal)?;
        let mut text = text.to_vec();
        let plain = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context.as_bytes()), &mut text)
            .map_err(|_| refusal())?;
        Ok(plain.to_vec())
    }

    fn parse(text: &str) -> Result<Self> {
        let digits = text.trim().as_bytes();
        if digits.len() != 64 {
            bail!("the file does not hold 64 hexadecimal digits");
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair)?, 16)?;
        }
        Self::from_bytes(&bytes)
    }
}

/// Says so when others than the owner may read the secret; a mounted secret may have to be so.
fn warn_if_shared(path: &Path) {
    #[cfg(unix)]
    if fs::metadata(path).is_ok_and(|file| std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "the node's secret can be read by others than its owner");
    }
}

/// Writes a new secret to `path`, unless somebody else just has.
fn create(path: &Path) -> Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", secret::hex(&secret::random::<8>())));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let outcome = writeln!(file, "{}", secret::hex(&secret::random::<32>()))
        .and_then(|()| file.sync_all())
        // a hard link, unlike a rename, never replaces what is there
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match outcome {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_own_context_alone() {
        let secret = Secret::from_bytes(&[1; 32]).unwrap();
        let sealed = secret.seal("keys:1", b"private").unwrap();
        assert_eq!(secret.open("keys:1", &sealed).unwrap(), b"private");
        assert!(secret.open("keys:2", &sealed).is_err());
        assert!(Secret::from_bytes(&[2; 32]).unwrap().open("keys:1", &sealed).is_err());
        assert!((0..sealed.len()).all(|length| secret.open("keys:1", &sealed[..length]).is_err()));
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(secret.open("keys:1", &damaged).is_err(), "byte {at} changed");
        }
        assert_ne!(sealed, secret.seal("keys:1", b"private").unwrap(), "each sealing has its own nonce");
    }

    #[test]
    fn the_secret_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.secret");
        let secrets: Vec<Secret> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Secret::load_or_create(&path).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        let sealed = secrets[0].seal("x", b"y").unwrap();
        assert!(secrets.iter().all(|secret| secret.open("x", &sealed).unwrap() == b"y"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn a_spoiled_secret_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.secret");
        fs::write(&path, "").unwrap();
        assert!(Secret::load_or_create(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }
}
