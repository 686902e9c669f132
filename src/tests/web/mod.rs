//! The pages, as a browser sees them.

mod consent;
mod login;
mod source;
