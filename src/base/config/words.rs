//! The settings that are one word out of a few.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares an enum whose variants are written as words, in the file as in messages.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every word that is allowed.
            pub const ALLOWED: &'static [&'static str] = &[$($word),*];

            /// The variant of this word.
            pub fn named(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The word as it is written in the file.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                let wrong = || serde::de::Error::custom(format!("is {text:?}; allowed: {}", Self::ALLOWED.join(", ")));
                Self::named(&text).ok_or_else(wrong)
            }
        }
    };
}

words! {
    /// With whom the node federates.
    FederationMode {
        /// With every node that is not blocked.
        #[default]
        Open = "open",
        /// With nodes that have an agreement; public things stay readable for all.
        Partners = "partners",
        /// With nobody.
        Off = "off",
    }
}
words! {
    /// How people get an account.
    RegistrationMode {
        /// Whoever asks has one.
        Open = "open",
        /// Whoever asks waits for an administrator.
        Approval = "approval",
        /// Only with an invitation.
        Invite = "invite",
        /// Only the administrator makes accounts.
        #[default]
        Closed = "closed",
    }
}
words! {
    /// How far a post outside communities may reach at most.
    Widest {
        /// People of this node.
        Local = "local",
        /// The author's followers, wherever they are.
        Followers = "followers",
        /// Everyone.
        #[default]
        Public = "public",
    }
}
words! {
    /// The form of a log line.
    LogFormat {
        /// One line of text, in colour on a terminal.
        #[default]
        Human = "human",
        /// One JSON object.
        Json = "json",
    }
}

/// Writes a type as its text and reads it through `FromStr`, whose error completes the sentence "SETTING …".
macro_rules! as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use as_text;
