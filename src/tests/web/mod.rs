//! The pages, as a browser sees them.

mod administering;
mod consent;
mod forms;
mod languages;
mod login;
mod markup;
mod public;
mod source;
