//! The pages, as a browser sees them.

mod consent;
mod forms;
mod languages;
mod live;
mod login;
mod markup;
mod public;
mod reading;
mod shown;
mod source;
