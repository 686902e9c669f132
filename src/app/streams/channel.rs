//! What can be subscribed to, by the names of Mastodon's API. Source: docs.joinmastodon.org/methods/streaming; client-api.md 28.

use crate::{
    base::id::AccountId, base::text::scan::tag_key, features::timelines::queries::Reach, policy::scope::Scope, store::tables::Post,
};

/// Longest name of a tag.
const TAG_CHARS_MAX: usize = 500;

/// Something to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The home timeline, and what one is told.
    User,
    /// What one is told.
    Notification,
    /// Public posts.
    Public(Reach),
    /// Public posts with a tag, as the client wrote it.
    Tag {
        /// The tag.
        tag: String,
        /// Only of our own people.
        local: bool,
    },
    /// What is posted in a community one is in, or stands in a list of one's own; their ids are never the same.
    List(AccountId),
    /// What is posted in a community one is in, answers too: for pages, no app asks for it.
    Inside(AccountId),
    /// Conversations with named people.
    Direct,
}

/// Why something cannot be subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No stream has this name.
    Name,
    /// It needs a tag.
    Tag,
    /// It needs a list.
    List,
}

const ALL: Reach = Reach { local: false, remote: false, only_media: false };
const LOCAL: Reach = Reach { local: true, ..ALL };
const REMOTE: Reach = Reach { remote: true, ..ALL };

impl Channel {
    /// The channel with this name and these parameters.
    pub fn named(name: &str, tag: Option<&str>, list: Option<&str>) -> Result<Self, Unknown> {
        let tagged = |local| {
            let tag = tag.map(str::trim).filter(|tag| !tag.is_empty() && tag.chars().count() <= TAG_CHARS_MAX).ok_or(Unknown::Tag)?;
            Ok(Self::Tag { tag: tag.to_owned(), local })
        };
        let media = |reach: Reach| Self::Public(Reach { only_media: true, ..reach });
        Ok(match name {
            "user" => Self::User,
            "user:notification" => Self::Notification,
            "public" => Self::Public(ALL),
            "public:media" => media(ALL),
            "public:local" => Self::Public(LOCAL),
            "public:local:media" => media(LOCAL),
            "public:remote" => Self::Public(REMOTE),
            "public:remote:media" => media(REMOTE),
            "hashtag" => tagged(false)?,
            "hashtag:local" => tagged(true)?,
            "list" => Self::List(list.and_then(|list| list.trim().parse().ok()).ok_or(Unknown::List)?),
            "direct" => Self::Direct,
            _ => return Err(Unknown::Name),
        })
    }

    /// Its name and parameters, as every message names them.
    pub fn words(&self) -> Vec<String> {
        let reach = |reach: &Reach| {
            let of = if reach.local { ":local" } else { "" };
            let of = if reach.remote { ":remote" } else { of };
            format!("public{of}{}", if reach.only_media { ":media" } else { "" })
        };
        match self {
            Self::User => vec!["user".to_owned()],
            Self::Notification => vec!["user:notification".to_owned()],
            Self::Public(which) => vec![reach(which)],
            Self::Tag { tag, local } => vec![if *local { "hashtag:local" } else { "hashtag" }.to_owned(), tag.clone()],
            Self::List(list) => vec!["list".to_owned(), list.to_string()],
            Self::Inside(community) => vec!["community".to_owned(), community.to_string()],
            Self::Direct => vec!["direct".to_owned()],
        }
    }

    /// The scope that a token needs for it.
    pub fn scope(&self) -> Scope {
        if *self == Self::Notification { Scope::ReadNotifications } else { Scope::ReadStatuses }
    }

    /// Whether it shows posts that nobody asked for by name of their author.
    pub fn is_discovery(&self) -> bool {
        matches!(self, Self::Public(_) | Self::Tag { .. })
    }

    /// Whether a public post that is no boost belongs in it, whoever reads.
    pub fn takes(&self, post: &Post) -> bool {
        let of = |local: bool, remote: bool| if post.is_ours() { !remote } else { !local };
        match self {
            Self::Public(reach) => {
                let answers_others = !post.in_reply_to_uri.is_empty() && post.in_reply_to_account_id != Some(post.author_id);
                // one's own post that a moderator removed is found by its tags, and nowhere else
                of(reach.local, reach.remote)
                    && post.removed_at.is_none()
                    && !answers_others
                    && (!reach.only_media || post.attachments != "[]")
            }
            Self::Tag { tag, local } => {
                let tags: Vec<String> = if post.tags == "[]" { Vec::new() } else { serde_json::from_str(&post.tags).unwrap_or_default() };
                let key = tag_key(tag);
                of(*local, false) && tags.iter().any(|tag| tag_key(tag) == key)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_words_are_two_forms_of_one_channel() {
        let names = ["user", "user:notification", "public", "public:media", "public:local", "public:local:media", "public:remote"];
        for name in names.into_iter().chain(["public:remote:media", "direct"]) {
            assert_eq!(Channel::named(name, None, None).unwrap().words(), [name]);
        }
        for name in ["hashtag", "hashtag:local"] {
            assert_eq!(Channel::named(name, Some("Valves"), None).unwrap().words(), [name, "Valves"]);
            assert_eq!(Channel::named(name, Some(" "), None), Err(Unknown::Tag));
        }
        assert_eq!(Channel::named("list", None, Some("12")).unwrap().words(), ["list", "12"]);
        assert_eq!(Channel::named("list", None, Some("a")), Err(Unknown::List));
        assert_eq!(Channel::named("firehose", None, None), Err(Unknown::Name));
    }
}
