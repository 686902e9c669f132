//! Who may see a post. The one rule behind every surface (`security.md` C5, rule 1).
//!
//! Its SQL twin is in `features/posts/sight.rs`; a test proves on random worlds that they agree.

use crate::base::{config::Widest, words::Audience};

/// How one reader stands towards one post: all that visibility depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reader {
    /// Wrote it.
    pub is_author: bool,
    /// Is mentioned in it.
    pub is_mentioned: bool,
    /// Follows the author (accepted).
    pub follows_author: bool,
    /// Holds a usable seat in the post's community, and reads what was posted there since before this; of a post of ours
    /// in no community: is one of this node's people, no guest.
    pub is_member: bool,
    /// Author blocks reader, or reader's host is blocked.
    pub is_blocked: bool,
}

/// What visibility depends on of the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// To whom it is addressed.
    pub audience: Audience,
    /// Deleted by its author.
    pub is_deleted: bool,
    /// Removed from its community by a moderator.
    pub is_removed: bool,
    /// Waits for a moderator, as its author is new in the community.
    pub is_queued: bool,
}

/// Whether `reader` may know that the post exists.
///
/// A removed post is seen by its author alone (with the reason), and so is one that waits for a moderator; a deleted
/// one by nobody.
pub fn may_see(reader: Reader, post: Sight) -> bool {
    if post.is_deleted {
        return false;
    }
    if reader.is_author {
        return true;
    }
    if reader.is_blocked || post.is_removed || post.is_queued {
        return false;
    }
    match post.audience {
        Audience::Public | Audience::Unlisted => true,
        Audience::Followers => reader.follows_author || reader.is_mentioned,
        Audience::Members => reader.is_member,
        Audience::Direct => reader.is_mentioned,
    }
}

/// The audience that a post outside communities gets where at most `widest` is allowed. Where nothing leaves the node,
/// what was for everyone is for this node's people ([`Audience::Members`] of no community); what was for followers stays
/// so, as it would gain readers otherwise, and reaches those here. What is for named people is not bounded.
pub fn outside(chosen: Audience, widest: Widest) -> Audience {
    match (chosen, widest) {
        (Audience::Public | Audience::Unlisted, Widest::Followers) => Audience::Followers,
        (Audience::Public | Audience::Unlisted, Widest::Local) => Audience::Members,
        _ => chosen,
    }
}

/// The audience a post really gets: the narrower of what the writer chose and `bound`.
pub fn narrower(chosen: Audience, bound: Audience) -> Audience {
    chosen.max(bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_reader() -> impl Strategy<Value = Reader> {
        any::<[bool; 5]>().prop_map(|[is_author, is_mentioned, follows_author, is_member, is_blocked]| Reader {
            is_author,
            is_mentioned,
            follows_author,
            is_member,
            is_blocked,
        })
    }

    fn any_sight() -> impl Strategy<Value = Sight> {
        (proptest::sample::select(Audience::ALL), any::<[bool; 3]>()).prop_map(|(audience, [is_deleted, is_removed, is_queued])| Sight {
            audience,
            is_deleted,
            is_removed,
            is_queued,
        })
    }

    proptest! {
        #[test]
        fn what_everyone_need_not_see_is_never_wider_than_public(reader in any_reader(), sight in any_sight()) {
            let public = Sight { audience: Audience::Public, ..sight };
            prop_assert!(!may_see(reader, sight) || may_see(reader, public));
        }

        #[test]
        fn a_block_hides_every_post_but_ones_own(reader in any_reader(), sight in any_sight()) {
            let blocked = Reader { is_blocked: true, ..reader };
            prop_assert!(!may_see(blocked, sight) || reader.is_author);
        }

        #[test]
        fn removing_a_post_shows_it_to_nobody_new(reader in any_reader(), sight in any_sight()) {
            let removed = Sight { is_removed: true, ..sight };
            prop_assert!(!may_see(reader, removed) || may_see(reader, sight));
        }

        #[test]
        fn narrowing_an_audience_never_reveals(reader in any_reader(), sight in any_sight(), other in proptest::sample::select(Audience::ALL)) {
            // Followers and members are two circles, neither within the other: a post of the one is never made one of the other.
            let narrowed = Sight { audience: narrower(sight.audience, other), ..sight };
            let crosses = sight.audience == Audience::Followers && narrowed.audience == Audience::Members;
            prop_assert!(crosses || !may_see(reader, narrowed) || may_see(reader, sight) || narrowed.audience == Audience::Direct);
        }

        #[test]
        fn a_deleted_post_is_seen_by_nobody(reader in any_reader(), sight in any_sight()) {
            let deleted = Sight { is_deleted: true, ..sight };
            prop_assert!(!may_see(reader, deleted));
        }
    }
}
