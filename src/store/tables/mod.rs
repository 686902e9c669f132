//! Rows as the database keeps them: columns, nothing else. One file per concept.

mod accounts;
mod communities;
mod federation;
mod posts;
mod relationships;
mod sessions;

pub use accounts::{Account, Field, Key, User};
pub use communities::{Ban, Community, Seat};
pub use federation::{EventRow, InboxRow, LogRow, Peer};
pub use posts::{Attachment, Mention, Notification, Post, Version};
pub use relationships::{Block, Follow, Marker, Mute};
pub use sessions::{App, Code, Session, Token};
