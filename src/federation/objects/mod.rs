//! Documents, both directions: ours are written from rows, others' are read property by property, strictly.
//!
//! Reading never guesses: an unknown property is passed over, a known one of another form counts as absent, and what
//! a document cannot do without is asked for by name. Everything read is bounded and cleaned here, once.

pub mod actor;
pub mod agreement;
mod attached;
mod event;
pub mod fields;
pub mod group;
pub mod introduced;
mod medium;
pub mod member;
pub mod newcomer;
pub mod node;
pub mod note;
pub mod organisation;
pub mod person;
mod question;
mod quoting;
pub mod retraction;
pub mod stamp;
pub mod tagged;
mod wording;
pub mod written;

pub use fields::Fields;
pub use introduced::Introduced;
pub use member::Member;
pub use written::Written;
