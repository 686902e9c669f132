//! The pages, as a browser sees them.

mod about;
mod administering;
mod answering;
mod circles;
mod communities;
mod consent;
mod entering;
mod feeds;
mod forms;
mod languages;
mod live;
mod login;
mod markup;
mod moderating;
mod profiles;
mod prying;
mod public;
mod reading;
mod refusals;
mod running;
mod shown;
mod sitemap;
mod source;
mod writing;
mod writing_again;
