//! `accounts`, `keys`, `users`.

use super::row::read_rows;
use crate::base::{
    clock::Stamp,
    id::{AccountId, InboxId},
    words::{AccountKind, Audience, KeyKind, NodeRole},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

/// A person, community, node or organisation, here or elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its id; a community's row in `communities` has the same.
    pub id: AccountId,
    /// What it is.
    pub kind: AccountKind,
    /// Name without host, as its owner writes it.
    pub username: String,
    /// Host (with an explicit port) of its node; empty for our own.
    pub host: String,
    /// ActivityPub id: a path (`/u/ada`) for our own, a URL for others.
    pub uri: String,
    /// Page for people: a path for our own, a URL for others.
    pub url: String,
    /// Its own inbox (others only; ours follow from `uri`).
    pub inbox: String,
    /// Where deliveries for it go: a shared inbox where there is one (others only).
    pub delivery_inbox: Option<InboxId>,
    /// Its outbox (others only).
    pub outbox: String,
    /// Its followers collection (others only).
    pub followers_uri: String,
    /// Its featured collection (others only).
    pub featured_uri: String,
    /// A community's collection of moderators (others only).
    pub moderators_uri: String,
    /// Name shown; may be empty.
    pub display_name: String,
    /// Description: safe HTML.
    pub note: String,
    /// Description as typed (ours only).
    pub note_source: String,
    /// JSON list of [`Field`].
    pub fields: String,
    /// Avatar; empty for none.
    pub avatar_url: String,
    /// Header image; empty for none.
    pub header_url: String,
    /// Followers are approved by hand.
    pub locked: bool,
    /// Says that it is a bot.
    pub bot: bool,
    /// Wants to be found in directories and suggestions.
    pub discoverable: bool,
    /// Followers, as far as we know.
    pub followers_count: i64,
    /// Followed, as far as we know.
    pub following_count: i64,
    /// Posts, as far as we know.
    pub posts_count: i64,
    /// When it last posted.
    pub last_post_at: Option<Stamp>,
    /// When it was made (or first seen).
    pub created_at: Stamp,
    /// When its document was last fetched.
    pub refreshed_at: Stamp,
    /// Suspended by an administrator since.
    pub suspended_at: Option<Stamp>,
    /// Deleted, or gone at its origin, since.
    pub gone_at: Option<Stamp>,
    /// For whom its home node says that it works: JSON (`features/affiliations.rs`); '' for nobody.
    pub affiliation: String,
    /// Whose guest its home node says that it is: JSON of [`Guest`]; '' for nobody's.
    pub guest: String,
    /// Custom emoji of its name and description: JSON list of [`super::Emoji`].
    pub emojis: String,
    /// Heard only by those who follow it, by an administrator's word, since.
    pub silenced_at: Option<Stamp>,
    /// Its files stand behind a warning, by an administrator's word, since.
    pub sensitized_at: Option<Stamp>,
    /// How its owner wants it to be shown: JSON of [`Showing`]; '' as usual (ours only).
    pub showing: String,
}

read_rows!(Account {
    id kind username host uri url inbox outbox followers_uri featured_uri moderators_uri display_name note note_source
    fields avatar_url header_url locked bot discoverable followers_count following_count posts_count created_at
    refreshed_at affiliation guest emojis showing
} maybe {
    delivery_inbox last_post_at suspended_at gone_at silenced_at sensitized_at
});

/// How somebody wants their profile to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Showing {
    /// What the avatar shows.
    pub avatar_description: String,
    /// What the header shows.
    pub header_description: String,
    /// Apps show a place for files.
    pub show_media: bool,
    /// With those in answers.
    pub show_media_replies: bool,
    /// Apps show a place for what is featured.
    pub show_featured: bool,
    /// Who follows them and whom they follow is theirs alone to read.
    pub hides_circles: bool,
    /// Hosts whose pages may name its owner as their author.
    pub attribution_hosts: Vec<String>,
}

impl Default for Showing {
    fn default() -> Self {
        Self {
            avatar_description: String::new(),
            header_description: String::new(),
            show_media: true,
            show_media_replies: true,
            show_featured: true,
            hides_circles: false,
            attribution_hosts: Vec::new(),
        }
    }
}

/// A guest of a node: unaffiliated, with somebody who answers for them, until a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// The stored uri of the account that answers for them.
    pub sponsor: String,
    /// The handle of that account (`ada`, `ada@acme.example`).
    pub handle: String,
    /// Until when.
    pub until: Stamp,
}

impl Account {
    /// Whether it lives on this node.
    pub fn is_local(&self) -> bool {
        self.host.is_empty()
    }

    /// Whether it is a community.
    pub fn is_community(&self) -> bool {
        self.kind == AccountKind::Community
    }

    /// Whose guest it is, if one.
    pub fn guest(&self) -> Option<Guest> {
        if self.guest.is_empty() {
            return None;
        }
        serde_json::from_str(&self.guest).ok()
    }

    /// How its owner wants it to be shown.
    pub fn showing(&self) -> Showing {
        if self.showing.is_empty() {
            return Showing::default();
        }
        serde_json::from_str(&self.showing).unwrap_or_default()
    }

    /// Whether it still takes part: neither suspended nor gone.
    pub fn is_active(&self) -> bool {
        self.suspended_at.is_none() && self.gone_at.is_none()
    }

    /// The name shown: the one chosen, else the name in the handle.
    pub fn name(&self) -> &str {
        if self.display_name.trim().is_empty() { &self.username } else { &self.display_name }
    }

    /// Where people look at it: its page where it names one, else its id (stored uri, as both are).
    pub fn page(&self) -> &str {
        if self.url.is_empty() { &self.uri } else { &self.url }
    }

    /// The handle others write: `ada` here, `ada@acme.example` elsewhere.
    pub fn acct(&self) -> String {
        if self.is_local() { self.username.clone() } else { format!("{}@{}", self.username, self.host) }
    }
}

/// One line of a profile's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Left: plain text.
    pub name: String,
    /// Right: safe HTML for others, text as typed for ours.
    pub value: String,
    /// When the link was found to link back.
    #[serde(default)]
    pub verified_at: Option<Stamp>,
}

/// A key of anybody; the private half only of our own, sealed.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Key {
    /// Key id: a path for our own (`/u/ada#main-key`), a URL for others.
    pub uri: String,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its algorithm.
    pub kind: KeyKind,
    /// Public half: SPKI PEM (RSA) or multibase (Ed25519).
    pub public_key: String,
    /// Private half as PKCS#8, sealed by the node secret.
    pub private_sealed: Option<Vec<u8>>,
    /// When it was made or last fetched.
    pub fetched_at: Stamp,
}

/// What only people who log in here have.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct User {
    /// Whose it is.
    pub account_id: AccountId,
    /// Address, as typed.
    pub email: String,
    /// argon2id PHC string; empty when no password is set.
    pub password_hash: String,
    /// Standing on this node.
    pub role: NodeRole,
    /// Whether sign-up was approved.
    pub approved: bool,
    /// Audience of new posts unless chosen.
    pub posting_audience: Audience,
    /// Whether new posts are sensitive unless chosen.
    pub posting_sensitive: bool,
    /// Language of new posts unless chosen (BCP 47; empty for none).
    pub posting_language: String,
    /// When it was made.
    pub created_at: Stamp,
    /// Last log-in.
    pub signed_in_at: Option<Stamp>,
    /// A guest: unaffiliated, with a sponsor and an end.
    pub is_guest: bool,
    /// Who answers for a guest.
    pub sponsor_id: Option<AccountId>,
    /// Until when a guest may log in.
    pub guest_until: Option<Stamp>,
    /// Left the company since: no log-in, no seat held through it.
    pub off_boarded_at: Option<Stamp>,
    /// An administrator took the log-in away since.
    pub disabled_at: Option<Stamp>,
    /// Whether the address is still to be confirmed; it serves for nothing until then.
    pub unconfirmed: bool,
    /// What they said when they signed up; '' for nothing.
    pub sign_up_reason: String,
    /// By whose invitation they came.
    pub invited_by: Option<AccountId>,
    /// Language of their pages (BCP 47); empty for what their browser asks for.
    pub locale: String,
}

impl User {
    /// Whether they are in: the address is confirmed, where that is asked, and the account approved.
    pub fn is_in(&self) -> bool {
        self.approved && !self.unconfirmed
    }

    /// Whether they may log in and use the node: in, and their time is not over.
    pub fn may_enter(&self, now: Stamp) -> bool {
        self.is_in() && !self.is_over(now)
    }

    /// Whether their time here is over: they left the company, an administrator took the log-in away, or they are a guest whose
    /// end has come. Read at each use.
    pub fn is_over(&self, now: Stamp) -> bool {
        self.off_boarded_at.is_some() || self.disabled_at.is_some() || (self.is_guest && self.guest_until.is_none_or(|until| until <= now))
    }
}
