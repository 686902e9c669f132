//! Secrets from standard input, never from arguments: other users of the machine can see those.

use anyhow::{Context, Result, ensure};
use std::io::BufRead;

/// Longest password that is read, in bytes.
const PASSWORD_BYTES_MAX: u64 = 1024;

/// Reads one line, without its line end, as a password.
///
/// # Errors
/// An empty line, one of more than 1024 bytes, or text that is not UTF-8.
pub fn password(from: impl BufRead) -> Result<String> {
    let mut line = String::new();
    from.take(PASSWORD_BYTES_MAX + 3).read_line(&mut line).context("the password cannot be read from standard input")?;
    let password = line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    ensure!(!password.is_empty(), "the password on standard input is empty");
    ensure!(password.len() as u64 <= PASSWORD_BYTES_MAX, "the password on standard input is longer than {PASSWORD_BYTES_MAX} bytes");
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line() {
        assert_eq!(password(&b" spaces stay \r\nnext"[..]).unwrap(), " spaces stay ");
        assert_eq!(password(&b"no line end"[..]).unwrap(), "no line end");
    }

    #[test]
    fn an_empty_or_endless_password_is_refused() {
        assert!(password(&b"\n"[..]).is_err());
        assert!(password(&vec![b'x'; 1024][..]).is_ok());
        assert!(password(&vec![b'x'; 1025][..]).is_err());
        assert!(password(&b"\xff\xfe\n"[..]).is_err());
    }
}
