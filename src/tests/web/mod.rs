//! The pages, as a browser sees them.

mod consent;
mod entering;
mod forms;
mod languages;
mod login;
mod markup;
mod public;
mod source;
