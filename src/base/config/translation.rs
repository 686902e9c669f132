//! `[translation]`: the service that translates posts.

use super::words::as_text;
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr};
use url::Url;

/// The service that translates posts; without `url` nothing is translated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Translation {
    /// Where a service that speaks LibreTranslate's API is.
    pub url: Option<TranslationUrl>,
    /// A file that holds the key by which the service knows us.
    pub api_key_file: Option<PathBuf>,
}

/// The address of a service, http or https. Never holds a user or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranslationUrl(Url);

impl TranslationUrl {
    /// The address of one of its operations, such as `translate`.
    pub fn operation(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path().trim_end_matches('/')));
        url
    }

    /// The address as it was given.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for TranslationUrl {
    type Err = String;

    /// The error never repeats the text, which may hold a key.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is not understood; allowed: an address such as https://translate.acme.example or http://127.0.0.1:5000".to_owned();
        let url = crate::base::host::parse(text).ok_or_else(wrong)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err("holds more than an address; the key is written into a file, which translation.api_key_file names".to_owned());
        }
        Ok(Self(url))
    }
}

impl fmt::Display for TranslationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

as_text!(TranslationUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_stand_below_the_address() {
        let operation = |text: &str| text.parse::<TranslationUrl>().unwrap().operation("translate").to_string();
        assert_eq!(operation("http://127.0.0.1:5000"), "http://127.0.0.1:5000/translate");
        assert_eq!(operation("https://a.example/lt/"), "https://a.example/lt/translate");
    }

    #[test]
    fn an_address_with_a_key_or_a_user_in_it_is_refused_and_not_repeated() {
        for wrong in ["https://u:secret@a.example", "https://a.example/?api_key=secret", "ftp://a.example", "a.example"] {
            let problem = wrong.parse::<TranslationUrl>().unwrap_err();
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
