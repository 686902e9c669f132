//! What stands around every page: whose node it is, who looks, the ways on, and the words in the reader's language.

use super::{
    assets,
    entries::Moment,
    faces::Face,
    icons::Icon,
    language::{Language, Value},
};
use crate::base::clock::Stamp;
use std::fmt::Display;

/// What stands around every page. Templates ask it for words (`frame.say(…)`), numbers, dates and pictures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// The node's name.
    pub(super) node: String,
    /// What stands behind the @ of its people, and what one types into an app.
    pub(super) host: String,
    /// Who is logged in.
    pub(super) me: Option<Me>,
    /// The token of every form (S90).
    pub(super) token: String,
    /// In which language.
    pub(super) language: Language,
    /// The path that was asked for.
    pub(super) path: String,
    /// Path and query that forms come back to.
    pub(super) asked: String,
    /// The colour that administrators chose: six hexadecimal digits; '' for ours.
    pub(super) accent: String,
    /// Where the node's logo is; '' for none.
    pub(super) logo: String,
}

/// Who is logged in, as their pages show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Me {
    pub(super) face: Face,
    /// Notifications that they have not seen; at most [`UNREAD_MAX`].
    pub(super) unread: i64,
    /// Decides about reports and people of this node.
    pub(super) is_moderator: bool,
    /// Runs the node.
    pub(super) is_administrator: bool,
}

/// Beyond it the exact number of new notifications tells nobody more.
pub(super) const UNREAD_MAX: u32 = 99;

/// A number in a message, from whatever type it has in a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count(i64);

macro_rules! counts {
    ($($type:ty),*) => {$(
        impl From<$type> for Count {
            fn from(number: $type) -> Self {
                Self(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
        impl From<&$type> for Count {
            fn from(number: &$type) -> Self {
                Self::from(*number)
            }
        }
        impl From<&&$type> for Count {
            fn from(number: &&$type) -> Self {
                Self::from(**number)
            }
        }
    )*};
}
counts!(i32, i64, u32, u64, usize);

impl Frame {
    /// The message `key`.
    pub(super) fn say(&self, key: &str) -> String {
        self.language.say(key, &[])
    }

    /// The message `key` about `$name`.
    pub(super) fn name(&self, key: &str, name: &str) -> String {
        self.language.say(key, &[("name", Value::Text(name))])
    }

    /// Where a post is answered: on the page that is shown, where that is of a thread, else on its own.
    pub(super) fn answer(&self, post: impl Display) -> String {
        let page = self.asked.split(['?', '#']).next().unwrap_or_default();
        let is_thread = page.strip_prefix("/p/").is_some_and(|id| id.parse::<i64>().is_ok());
        if is_thread { format!("{page}?answer={post}#answer") } else { format!("/p/{post}#answer") }
    }

    /// The message `key` about two: `$name` and `$other`.
    pub(super) fn names(&self, key: &str, name: &str, other: &str) -> String {
        self.language.say(key, &[("name", Value::Text(name)), ("other", Value::Text(other))])
    }

    /// The message `key` for so many: `$count` chooses the form, `$count-shown` is the number as it is written.
    pub(super) fn count(&self, key: &str, count: impl Into<Count>) -> String {
        self.language.say(key, &[("count", Value::Count(count.into().0))])
    }

    /// Likewise about `$name`.
    pub(super) fn count_of(&self, key: &str, name: &str, count: impl Into<Count>) -> String {
        self.language.say(key, &[("name", Value::Text(name)), ("count", Value::Count(count.into().0))])
    }

    /// A number as it is written.
    pub(super) fn number(&self, number: impl Into<Count>) -> String {
        self.language.number(number.into().0)
    }

    /// A day and a time in words.
    pub(super) fn moment(&self, at: &Moment) -> String {
        self.language.moment(at.0)
    }

    /// A day in words.
    pub(super) fn day(&self, at: &Stamp) -> String {
        self.language.day(*at)
    }

    /// A picture beside words.
    pub(super) fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }

    /// What marks the way to `path` as the one that the visitor is on: `page` there, `true` below it, `false` elsewhere.
    pub(super) fn here(&self, path: &str) -> &'static str {
        match self.path.strip_prefix(path) {
            Some("") => "page",
            Some(rest) if rest.starts_with('/') => "true",
            _ => "false",
        }
    }

    /// Where the stylesheet is.
    pub(super) fn style(&self) -> String {
        assets::style(&self.accent)
    }

    /// Where the script is.
    pub(super) fn script(&self) -> &'static str {
        assets::script()
    }
}
