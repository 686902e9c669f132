//! `posts`, `versions`, `polls`, `notifications`.

use super::row::read_rows;
use crate::base::{
    clock::Stamp,
    id::{AccountId, AppId, NotificationId, PostId},
    words::{Audience, NotificationKind, Quotable, media::MediumKind, searching::Searchable},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

/// The tables whose rows are part of a post, by `post_id`: its words in other forms, and what others put to it. They go when it
/// is deleted or forgotten. Whom it names, its tags (`row::unindex`), home timelines and notifications go beside them.
pub const BESIDE_POSTS: [&str; 15] = [
    "versions",
    "originals",
    "queued_bytes",
    "polls",
    "poll_votes",
    "favourites",
    "bookmarks",
    "emoji_reactions",
    "pins",
    "quote_requests",
    "quote_stamps",
    "filter_posts",
    "conversation_posts",
    "post_links",
    "untrended_posts",
];

/// A post, or a boost of one (`boost_of_id`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its id; sorts by time of publication.
    pub id: PostId,
    /// ActivityPub id: a path (`/p/1`) for our own, a URL for others. Of a boost: its Announce.
    pub uri: String,
    /// Page for people: a path for our own, a URL for others.
    pub url: String,
    /// Who wrote (or boosted) it.
    pub author_id: AccountId,
    /// The community it belongs to.
    pub community_id: Option<AccountId>,
    /// What it answers, when we have that.
    pub in_reply_to_id: Option<PostId>,
    /// What it answers, by ActivityPub id (empty for none).
    pub in_reply_to_uri: String,
    /// Whom it answers.
    pub in_reply_to_account_id: Option<AccountId>,
    /// The first post of its thread (itself when it is the first; none while unknown).
    pub root_id: Option<PostId>,
    /// What it boosts; then it has no words of its own.
    pub boost_of_id: Option<PostId>,
    /// To whom it is addressed.
    pub audience: Audience,
    /// Title; empty for none.
    pub title: String,
    /// The words: safe HTML.
    pub content: String,
    /// The words as typed (ours only).
    pub source: String,
    /// Content warning: plain text, empty for none.
    pub spoiler: String,
    /// Media are hidden at first.
    pub sensitive: bool,
    /// BCP 47; empty when unknown.
    pub language: String,
    /// JSON list of [`Attachment`].
    pub attachments: String,
    /// JSON list of [`Mention`].
    pub mentions: String,
    /// JSON list of tag names as written, without `#`.
    pub tags: String,
    /// The app it was written with (ours only).
    pub app_id: Option<AppId>,
    /// Sent to a community elsewhere that has not announced it yet.
    pub pending: bool,
    /// Published.
    pub created_at: Stamp,
    /// Last edited.
    pub edited_at: Option<Stamp>,
    /// Deleted by its author since: a tombstone without words.
    pub deleted_at: Option<Stamp>,
    /// Removed from its community by a moderator since.
    pub removed_at: Option<Stamp>,
    /// Why it was removed.
    pub removed_reason: String,
    /// Answers, as far as we know.
    pub replies_count: i64,
    /// Boosts by people, as far as we know.
    pub boosts_count: i64,
    /// Favourites, as far as we know.
    pub favourites_count: i64,
    /// From when on it counts as posted for newcomers, if later than it was: chosen when its community opened wider.
    pub shared_at: Option<Stamp>,
    /// The thread takes no more answers since.
    pub locked_at: Option<Stamp>,
    /// Waits for a moderator since, as its author is new in the community.
    pub queued_at: Option<Stamp>,
    /// The thread to which it says that it belongs (FEP-7888), by URL; empty for none, and for our own.
    pub context_uri: String,
    /// JSON of [`Details`]; empty for none.
    pub details: String,
    /// The post that it quotes, by uri as stored; empty for none.
    pub quote_uri: String,
    /// Reactions by emoji, as far as we know.
    pub reactions_count: i64,
    /// Quotes to which its author agreed (ours only).
    pub quotes_count: i64,
}

read_rows!(Post {
    id uri url author_id in_reply_to_uri audience title content source spoiler sensitive language attachments mentions
    tags pending created_at removed_reason replies_count boosts_count favourites_count context_uri details quote_uri
    reactions_count quotes_count
} maybe {
    community_id in_reply_to_id in_reply_to_account_id root_id boost_of_id app_id edited_at deleted_at removed_at
    shared_at locked_at queued_at
});

impl Post {
    /// Whether it is of this node: its id is a path.
    pub fn is_ours(&self) -> bool {
        self.uri.starts_with('/')
    }

    /// What it has beside its words.
    pub fn details(&self) -> Details {
        if self.details.is_empty() {
            return Details::default();
        }
        serde_json::from_str(&self.details).unwrap_or_default()
    }
}

/// What a post has beside its words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Custom emoji that its words use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emojis: Vec<Emoji>,
    /// It asks a question: see `polls`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_poll: bool,
    /// Who may find it by a search, where its author says so of this post (FEP-268d).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub searchable: Option<Searchable>,
    /// Who may quote it, where its author says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotable: Option<Quotable>,
    /// Its words were typed as Markdown (ours only).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_markdown: bool,
}

/// A picture that stands in a text for `:shortcode:`, at its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emoji {
    /// Letters, digits and underscores.
    pub shortcode: String,
    /// https.
    pub url: String,
}

/// A picture or other medium of a post: a path of ours, or at its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its row in `media`, of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// What it is, where its type does not say (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MediumKind>,
    /// Where it is.
    pub url: String,
    /// MIME type; empty when unknown.
    #[serde(default)]
    pub media_type: String,
    /// What it shows.
    #[serde(default)]
    pub description: String,
    /// Blurhash, if valid.
    #[serde(default)]
    pub blurhash: Option<String>,
    /// Pixels.
    #[serde(default)]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default)]
    pub height: Option<u32>,
    /// A picture that stands for it until it is played; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub preview_url: String,
    /// Pixels of that picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_size: Option<(u32, u32)>,
    /// How long it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
    /// What must stay in view when it is cropped, in thousandths from the middle: right and up are positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<(i16, i16)>,
}

impl Attachment {
    /// What it is, as far as is said.
    pub fn kind(&self) -> MediumKind {
        match (self.kind, self.media_type.split('/').next()) {
            (Some(kind), _) => kind,
            (None, Some("image")) => MediumKind::Image,
            (None, Some("video")) => MediumKind::Video,
            (None, Some("audio")) => MediumKind::Audio,
            (None, _) => MediumKind::Unknown,
        }
    }
}

/// Somebody named in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Who.
    pub id: AccountId,
}

/// An earlier wording of a post.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Version {
    /// Which post.
    pub post_id: PostId,
    /// When this wording was published.
    pub at: Stamp,
    /// Title then.
    pub title: String,
    /// Words then: safe HTML.
    pub content: String,
    /// Words as typed then.
    pub source: String,
    /// Content warning then.
    pub spoiler: String,
    /// Hidden media then.
    pub sensitive: bool,
    /// JSON list of [`Attachment`] then.
    pub attachments: String,
}

/// The question of a post.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Poll {
    /// Which post.
    pub post_id: PostId,
    /// Several answers may be chosen.
    pub multiple: bool,
    /// JSON list of [`PollOption`].
    pub options: String,
    /// Until when one may vote; none for ever.
    pub ends_at: Option<Stamp>,
    /// Closed by its author.
    pub closed: bool,
    /// How many voted, if that is known.
    pub voters_count: Option<i64>,
    /// Figures of the answers are shown only when it is over (ours only).
    pub hide_totals: bool,
    /// When it was noticed to be over.
    pub ended_at: Option<Stamp>,
}

/// One answer that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollOption {
    /// Plain text.
    pub title: String,
    /// How many chose it.
    pub votes: i64,
}

/// Something an account here is told.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Who is told.
    pub account_id: AccountId,
    /// What.
    pub kind: NotificationKind,
    /// Who did it.
    pub from_id: AccountId,
    /// To which post (0 for none). Where the kind is about a report or an act of moderators, the id of that.
    pub post_id: PostId,
    /// When.
    pub created_at: Stamp,
    /// The group it is in; empty for none.
    pub group_key: String,
    /// It waits as a request.
    pub filtered: bool,
}
