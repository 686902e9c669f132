//! Who reads a post, in words.

use crate::web::{frame::Frame, icons::Icon};

/// Organisations that are named of a community; the others are counted.
const NAMED: usize = 4;

/// Who reads a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web) enum Readers {
    /// Everybody.
    Everybody,
    /// Everybody, but it is not promoted.
    Quietly,
    /// The followers of this author.
    Followers(String),
    /// Whoever is named in it.
    Named,
    /// The people of this node.
    OurPeople,
    /// The members of a community of ours, by the hosts that they are of; the name is empty where the reader may not know it.
    Members {
        /// Its name.
        place: String,
        /// Hosts whose people are in it; none where the reader is in it no more.
        hosts: Vec<String>,
    },
    /// The members of a community of another node.
    MembersElsewhere {
        /// Its name.
        place: String,
        /// Its host.
        host: String,
    },
}

impl Readers {
    /// In words.
    pub(in crate::web) fn words(&self, frame: &Frame) -> String {
        match self {
            Self::Everybody => frame.say("reading-to-everybody"),
            Self::Quietly => frame.say("reading-to-quietly"),
            Self::Followers(name) => frame.name("reading-to-followers", name),
            Self::Named => frame.say("reading-to-named"),
            Self::OurPeople => frame.name("reading-to-our-people", &frame.node),
            Self::Members { place, .. } if place.is_empty() => frame.say("reading-to-members-only"),
            Self::Members { place, hosts } if hosts.is_empty() => frame.name("reading-to-members", place),
            Self::Members { place, hosts } => {
                let named: Vec<&str> = hosts.iter().take(NAMED).map(String::as_str).collect();
                let mut at = named.join(", ");
                if let Some(more) = hosts.len().checked_sub(NAMED).filter(|more| *more > 0) {
                    at = frame.count_of("reading-and-more", &at, more);
                }
                frame.names("reading-to-members-at", place, &at)
            }
            Self::MembersElsewhere { place, host } => frame.names("reading-to-members-of", place, host),
        }
    }

    /// The picture beside them.
    pub(in crate::web) fn icon(&self) -> Icon {
        Icon(match self {
            Self::Everybody | Self::Quietly => "globe",
            Self::Named => "mail",
            Self::OurPeople => "building",
            Self::Followers(_) | Self::Members { .. } | Self::MembersElsewhere { .. } => "lock",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_named_by_community_and_host_and_beyond_four_hosts_counted() {
        let frame = Frame { node: "acme.test".into(), ..Frame::default() };
        let of = |hosts: &[&str]| Readers::Members { place: "Valves".into(), hosts: hosts.iter().map(|host| (*host).into()).collect() };
        assert_eq!(of(&["acme.test", "bolt.test"]).words(&frame), "Members of Valves at acme.test, bolt.test");
        assert_eq!(of(&["a", "b", "c", "d", "e", "f"]).words(&frame), "Members of Valves at a, b, c, d and 2 more");
        assert_eq!(of(&[]).words(&frame), "Members of Valves");
        assert_eq!(Readers::OurPeople.words(&frame), "People of acme.test");
    }
}
