//! The pages, as a browser sees them.

mod about;
mod consent;
mod entering;
mod feeds;
mod forms;
mod languages;
mod login;
mod markup;
mod profiles;
mod public;
mod sitemap;
mod source;
