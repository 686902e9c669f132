//! OAuth scopes: what a token may be used for, in the words of Mastodon's API.
//!
//! A wide scope covers its narrow ones (`read` covers `read:statuses`); `follow` covers reading and
//! writing follows, blocks and mutes. Source: docs.joinmastodon.org/api/oauth-scopes.

use crate::base::error::Refusal;

/// Declares the scopes with their words.
macro_rules! scopes {
    ($($variant:ident = $word:literal),+ $(,)?) => {
        /// One scope.
        #[expect(missing_docs, reason = "each is named like the word it stands for")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($variant),+ }

        impl Scope {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the wire.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

scopes! {
    Read = "read", Write = "write", Follow = "follow", Push = "push", Profile = "profile", AdminRead = "admin:read", AdminWrite = "admin:write",
    ReadAccounts = "read:accounts", ReadBlocks = "read:blocks", ReadBookmarks = "read:bookmarks", ReadCollections = "read:collections", ReadFavourites = "read:favourites",
    ReadFilters = "read:filters", ReadFollows = "read:follows", ReadLists = "read:lists", ReadMutes = "read:mutes",
    ReadNotifications = "read:notifications", ReadSearch = "read:search", ReadStatuses = "read:statuses",
    WriteAccounts = "write:accounts", WriteBlocks = "write:blocks", WriteBookmarks = "write:bookmarks", WriteCollections = "write:collections", WriteConversations = "write:conversations",
    WriteFavourites = "write:favourites", WriteFilters = "write:filters", WriteFollows = "write:follows", WriteLists = "write:lists",
    WriteMedia = "write:media", WriteMutes = "write:mutes", WriteNotifications = "write:notifications", WriteReports = "write:reports",
    WriteStatuses = "write:statuses",
    AdminReadAccounts = "admin:read:accounts", AdminReadReports = "admin:read:reports", AdminReadHostBlocks = "admin:read:domain_blocks",
    AdminReadHostAllows = "admin:read:domain_allows", AdminReadNetworkBlocks = "admin:read:ip_blocks",
    AdminReadEmailHostBlocks = "admin:read:email_domain_blocks", AdminReadEmailBlocks = "admin:read:canonical_email_blocks",
    AdminWriteAccounts = "admin:write:accounts", AdminWriteReports = "admin:write:reports", AdminWriteHostBlocks = "admin:write:domain_blocks",
    AdminWriteHostAllows = "admin:write:domain_allows", AdminWriteNetworkBlocks = "admin:write:ip_blocks",
    AdminWriteEmailHostBlocks = "admin:write:email_domain_blocks", AdminWriteEmailBlocks = "admin:write:canonical_email_blocks",
}

impl Scope {
    /// Whether holding this scope is enough where `needed` is asked.
    pub fn covers(self, needed: Self) -> bool {
        let within = |wide: &str| needed.word().strip_prefix(wide).is_some_and(|rest| rest.starts_with(':'));
        match self {
            _ if self == needed => true,
            Self::Follow => matches!(
                needed,
                Self::ReadFollows | Self::WriteFollows | Self::ReadBlocks | Self::WriteBlocks | Self::ReadMutes | Self::WriteMutes
            ),
            Self::Read => needed == Self::Profile || within("read"),
            _ => within(self.word()),
        }
    }

    /// Whether it lets a token change something.
    pub fn writes(self) -> bool {
        self.word().starts_with("write") || self.word().starts_with("admin:write") || self == Self::Follow
    }

    /// Whether it is for administrators.
    pub fn administers(self) -> bool {
        self.word().starts_with("admin:")
    }
}

/// Some scopes, in the order in which they were asked for, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads scopes separated by spaces (or `+`); none means `read`, as in Mastodon. Refused when one is unknown.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut scopes = Vec::new();
        for word in text.split([' ', '+']).filter(|word| !word.is_empty()) {
            let known = Scope::ALL.iter().find(|scope| scope.word() == word);
            let scope = *known.ok_or_else(|| Refusal::invalid("scope", "names a scope that does not exist here"))?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(Self(if scopes.is_empty() { vec![Scope::Read] } else { scopes }))
    }

    /// Those kept in the database: what is not known (any more) grants nothing.
    pub fn kept(text: &str) -> Self {
        Self(text.split(' ').filter_map(|word| Scope::ALL.iter().copied().find(|scope| scope.word() == word)).collect())
    }

    /// Whether they are enough where `needed` is asked.
    pub fn cover(&self, needed: Scope) -> bool {
        self.0.iter().any(|held| held.covers(needed))
    }

    /// Whether they are enough for all of `others`.
    pub fn cover_all(&self, others: &Self) -> bool {
        others.0.iter().all(|scope| self.cover(*scope))
    }

    /// Whether one of them is for administrators.
    pub fn administer(&self) -> bool {
        self.iter().any(Scope::administers)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|scope| scope.word()).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_scope_covers_its_narrow_ones_and_no_others() {
        let read = Scopes::parse("read").unwrap();
        assert!(read.cover(Scope::ReadStatuses) && !read.cover(Scope::WriteStatuses) && !read.cover(Scope::AdminRead));
        assert!(!Scopes::parse("write:statuses").unwrap().cover(Scope::Write));
        assert!(Scopes::parse("follow").unwrap().cover(Scope::WriteMutes));
        assert!(Scopes::parse("admin:read").unwrap().cover(Scope::AdminReadAccounts));
    }

    #[test]
    fn s099_no_reading_scope_covers_a_writing_one() {
        for held in Scope::ALL.iter().filter(|scope| !scope.writes()) {
            assert!(!Scope::ALL.iter().any(|needed| needed.writes() && held.covers(*needed)), "{held:?}");
        }
        for held in Scope::ALL.iter().filter(|scope| !scope.administers()) {
            assert!(!Scope::ALL.iter().any(|needed| needed.administers() && held.covers(*needed)), "{held:?}");
        }
    }

    #[test]
    fn unknown_scopes_are_refused_and_repeats_are_one() {
        assert!(Scopes::parse("read everything").is_err());
        assert_eq!(Scopes::parse("read read write").unwrap().to_string(), "read write");
        assert_eq!(Scopes::parse("").unwrap().to_string(), "read");
    }
}
