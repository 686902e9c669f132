//! The pages, as a browser sees them.

mod communities;
mod consent;
mod forms;
mod languages;
mod login;
mod markup;
mod moderating;
mod public;
mod running;
mod source;
