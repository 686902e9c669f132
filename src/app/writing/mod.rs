//! Posts as the doors are asked for them, by apps and by pages: checked, composed, published now or at their hour.
//!
//! People named in the words are looked up here, unknown ones elsewhere within bounds, before the act begins; whoever is not
//! found stays plain text. The acts themselves are of `features::posts` and `features::scheduled`.

mod asked;
mod drafting;
mod scheduling;
mod written;

pub use asked::{AboutOne, Asked, Ours, PollAsked, Words, fingerprint, quotable, said_of};
pub use drafting::{Writer, draft, edit};
pub use scheduling::{asked_in, hour, publish_due, schedule};
pub use written::{Unknown, Written, title, write};
