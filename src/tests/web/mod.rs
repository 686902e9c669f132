//! The pages, as a browser sees them.

mod consent;
mod forms;
mod languages;
mod login;
mod markup;
mod public;
mod source;
mod writing;
mod writing_again;
