//! The names of files: made here, and never by whoever sends (S85).
//!
//! A folder is 32 random hexadecimal digits, a file in it has one of a few plain names. In a place they lie as
//! `01/0123…/original.png`: the first two digits are a *shelf*, by which places are gone through bit by bit.

use crate::base::secret;
use std::fmt;

/// Hexadecimal digits in the name of a folder.
const FOLDER_CHARS: usize = 32;
/// Longest name of a file.
const FILE_CHARS_MAX: usize = 64;

/// The name of a file: its folder, and its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    folder: String,
    file: String,
}

impl Name {
    /// The file called `file` in the folder called `folder`; none for names that are not well made.
    pub fn new(folder: &str, file: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-');
        let is_file = (1..=FILE_CHARS_MAX).contains(&file.len()) && !file.starts_with('.') && file.bytes().all(is_plain);
        (is_folder(folder) && is_file).then(|| Self { folder: folder.to_owned(), file: file.to_owned() })
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn read(path: &str) -> Option<Self> {
        let (shelf, rest) = path.split_once('/')?;
        let (folder, file) = rest.split_once('/')?;
        Self::new(folder, file).filter(|name| name.shelf() == shelf)
    }

    /// The name of its folder.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Its own name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The shelf on which it lies.
    pub fn shelf(&self) -> &str {
        shelf_of(&self.folder)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.shelf(), self.folder, self.file)
    }
}

/// A fresh name for a folder.
pub(super) fn fresh() -> String {
    secret::hex(&secret::random::<16>())
}

/// Whether a folder may be called so.
pub(super) fn is_folder(name: &str) -> bool {
    name.len() == FOLDER_CHARS && name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The shelf of a folder.
pub(super) fn shelf_of(folder: &str) -> &str {
    folder.get(..2).unwrap_or_default()
}

/// Every shelf, in order.
pub fn shelves() -> impl Iterator<Item = String> {
    (0..=u8::MAX).map(|nth| secret::hex(&[nth]))
}

/// The names of the folders of a shelf: from the first on, and before the second.
pub fn span(shelf: &str) -> (String, String) {
    let next = u8::from_str_radix(shelf, 16).ok().and_then(|nth| nth.checked_add(1));
    // no digit stands behind f
    (shelf.to_owned(), next.map_or_else(|| "g".to_owned(), |next| secret::hex(&[next])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s085_only_names_that_were_made_here_are_names() {
        let folder = "0123456789abcdef0123456789abcdef";
        let name = Name::new(folder, "original.png").unwrap();
        assert_eq!(name.to_string(), format!("01/{folder}/original.png"));
        assert_eq!(Name::read(&name.to_string()), Some(name));
        let long = "a".repeat(4096);
        for odd in
            ["", "..", "../../etc/passwd", "incoming", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde/", "\0", &long]
        {
            assert!(Name::new(odd, "raw").is_none(), "{odd}");
        }
        for odd in ["", ".", "..", ".htaccess", "a/b", "../x", "a\\b", "A.png", "a b", "\0", "%2e%2e", &long] {
            assert!(Name::new(folder, odd).is_none(), "{odd}");
        }
        for odd in
            ["", "raw", &format!("02/{folder}/raw"), &format!("01/{folder}"), &format!("01/{folder}/a/b"), &format!("/01/{folder}/raw")]
        {
            assert!(Name::read(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn every_folder_lies_on_one_of_the_shelves() {
        let all: Vec<String> = shelves().collect();
        assert_eq!((all.len(), all[0].as_str(), all[255].as_str()), (256, "00", "ff"));
        let folder = fresh();
        assert!(all.iter().any(|shelf| shelf == shelf_of(&folder)));
        let within = |shelf: &&String| span(shelf).0.as_str() <= folder.as_str() && folder.as_str() < span(shelf).1.as_str();
        assert_eq!(all.iter().filter(within).collect::<Vec<_>>(), [shelf_of(&folder)]);
    }
}
