//! E-mail addresses as one mailbox, however they are spelled.

use crate::base::secret;

/// The digest (SHA-256, hex) under which a mailbox is blocked: of the address in lower case, without dots before the `@` and
/// without what follows a `+` there, as Mastodon makes it. None for what is no address.
pub fn digest(email: &str) -> Option<String> {
    let email = email.trim().to_lowercase();
    let (name, host) = email.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty())?;
    let name = name.replace('.', "");
    let name = name.split('+').next().unwrap_or_default();
    Some(secret::hash_hex(&format!("{name}@{host}")))
}

/// The host of an address, in lower case.
pub fn host(email: &str) -> Option<String> {
    email.trim().rsplit_once('@').map(|(_, host)| host.trim_end_matches('.').to_lowercase()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_one_however_it_is_spelled() {
        let one = digest("user@mail.example").unwrap();
        // what `sha256("user@mail.example")` is by another program
        assert_eq!(one, secret::hash_hex("user@mail.example"));
        for other in ["User@Mail.example", "u.s.e.r@mail.example", "user+tag@mail.example", " us.er+a+b@MAIL.example "] {
            assert_eq!(digest(other).unwrap(), one, "{other}");
        }
        assert_ne!(digest("user@other.example").unwrap(), one);
        assert!(digest("nobody").is_none() && digest("@x").is_none());
    }
}
