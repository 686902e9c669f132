//! Structured headers (RFC 9651), with one rule more: no member twice.

use super::SignatureError;
use sfv::{
    Dictionary, KeyRef, Parser,
    visitor::{DictionaryVisitor, EntryVisitor, Ignored},
};
use std::convert::Infallible;

/// Reads a dictionary. RFC 9651 lets the last of several equal keys win; here that is refused (S3).
pub(super) fn dictionary(value: &str, shown: &'static str) -> Result<Dictionary, SignatureError> {
    let read: Dictionary = Parser::new(value).parse().map_err(|_| SignatureError::Unreadable(shown))?;
    let given = Parser::new(value).parse_dictionary_with_visitor(Count(0)).map_err(|_| SignatureError::Unreadable(shown))?;
    if given == read.len() { Ok(read) } else { Err(SignatureError::Repeated(shown)) }
}

/// Counts a dictionary's members, repeated ones included.
struct Count(usize);

impl<'de> DictionaryVisitor<'de> for Count {
    type Out = usize;
    type Error = Infallible;

    fn entry(&mut self, _: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Infallible> {
        self.0 += 1;
        Ok(Ignored)
    }

    fn finish(self) -> Result<usize, Infallible> {
        Ok(self.0)
    }
}
