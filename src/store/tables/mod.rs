//! Rows as the database keeps them: columns, nothing else. One file per concept.

mod accounts;
mod agreements;
mod communities;
mod federation;
mod media;
mod newcomers;
mod posts;
mod quotes;
mod reading;
mod relationships;
mod rights;
pub(crate) mod row;
mod sessions;

pub use accounts::{Account, Field, Guest, Key, Showing, User};
pub use agreements::{Agreement, AgreementNotice, AgreementVersion, OffBoarding, OffBoardingSeat, Roster};
pub use communities::{Ban, Community, HostBan, Invitation, Offer, Seat};
pub use federation::{Backfill, EventRow, InboxRow, LogRow, Peer};
pub use media::Medium;
pub use newcomers::{Invite, Letter};
pub use posts::{Attachment, BESIDE_POSTS, Details, Emoji, Mention, Notification, Poll, PollOption, Post, Version};
pub use quotes::{QuoteRequest, QuoteStamp};
pub use reading::{ChosenTag, Filter, FilterKeyword, FilterPost, List};
pub use relationships::{Block, Follow, Marker, Mute};
pub use rights::{AuditRow, ModLogRow, PolicyVersion, Report, Warning};
pub use sessions::{App, Code, Session, Token};
