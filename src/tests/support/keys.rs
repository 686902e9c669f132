//! RSA keys for tests, made once for all tests of a build: a suite that made each of its thousands anew would do little else.

use crate::base::{keys::KeyPair, secret};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// So many there are: as many lent after one another differ.
const KEYS: usize = 16;

/// The next of them.
pub fn lent_rsa() -> KeyPair {
    static MADE: LazyLock<Vec<String>> = LazyLock::new(made);
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed) % KEYS;
    KeyPair::from_pkcs8(&BASE64_STANDARD.decode(&MADE[next]).unwrap()).unwrap()
}

/// Beside the program that runs the tests, one on a line. Each process of a run may make the file; it is put there in one step.
fn made() -> Vec<String> {
    let program = std::env::current_exe().unwrap();
    let file = program.with_extension("keys");
    let read = |file: &Path| fs::read_to_string(file).map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    if let Ok(keys) = read(&file)
        && keys.len() == KEYS
    {
        return keys;
    }
    let keys: Vec<String> = (0..KEYS).map(|_| BASE64_STANDARD.encode(KeyPair::generate_rsa().unwrap().to_pkcs8().unwrap())).collect();
    let fresh: PathBuf = program.with_extension(secret::token());
    fs::write(&fresh, keys.join("\n")).unwrap();
    fs::rename(&fresh, &file).unwrap();
    keys
}
