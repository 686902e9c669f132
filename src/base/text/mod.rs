//! Text: what people typed and what other servers sent, made safe and readable.
//!
//! Pure functions, no I/O. Invariant: whatever leaves [`html::sanitise`] or [`compose::compose`]
//! holds only tags and attributes of Mastodon's allow-list, and every function takes time linear
//! in its (bounded) input.

mod address;
mod charset;
pub mod compose;
pub mod csv;
pub mod emoji;
pub mod handle;
pub mod html;
pub mod limits;
mod link;
pub mod mailbox;
mod markdown;
pub mod names;
pub mod outward;
pub mod page;
mod parse_cost;
pub mod plain;
pub mod scan;
#[cfg(any(test, feature = "fuzzing"))]
pub mod strict;
