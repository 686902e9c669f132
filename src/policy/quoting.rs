//! Who may show a post of ours inside their own (FEP-044f).
//!
//! Pure. What everybody may read anybody may quote; what is for few nobody may, be it in a community or outside.

use crate::base::words::{Audience, Quotable, Stage};

/// Who asks to quote.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Wrote it.
    pub is_author: bool,
    /// Follows its author.
    pub follows: bool,
}

/// Whether the author of a post that may be quoted at all lets this asker.
pub fn lets(chosen: Quotable, asker: Asker) -> bool {
    match chosen {
        _ if asker.is_author => true,
        Quotable::Everyone => true,
        Quotable::Followers => asker.follows,
        Quotable::Nobody | Quotable::Asked => false,
    }
}

/// Whether a post addressed so, in a community so wide if it is in one, may be quoted by whoever asks.
pub fn may_be_quoted(audience: Audience, community: Option<Stage>) -> bool {
    audience <= Audience::Unlisted && community.is_none_or(|stage| stage == Stage::Public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_always_may_and_others_as_was_chosen() {
        for chosen in Quotable::ALL {
            for follows in [false, true] {
                assert!(lets(*chosen, Asker { is_author: true, follows }));
                let expected = *chosen == Quotable::Everyone || (*chosen == Quotable::Followers && follows);
                assert_eq!(lets(*chosen, Asker { is_author: false, follows }), expected, "{chosen} {follows}");
            }
        }
    }

    #[test]
    fn what_is_for_few_is_quoted_by_nobody() {
        for audience in Audience::ALL {
            for community in [None].into_iter().chain(Stage::ALL.iter().map(Some)) {
                let expected = matches!(audience, Audience::Public | Audience::Unlisted) && matches!(community, None | Some(Stage::Public));
                assert_eq!(may_be_quoted(*audience, community.copied()), expected, "{audience:?} {community:?}");
            }
        }
    }
}
