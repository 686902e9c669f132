//! How the words are declared.

/// Declares an enum that is a small integer in the database and a word everywhere else.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
        pub enum $name {
            $($(#[$vdoc])* #[sea_orm(num_value = $number)] #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// The word that stands for it in every interface.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// All words, for messages that say what is allowed.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl std::str::FromStr for $name {
            type Err = crate::base::error::Refusal;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Self::Err::invalid(stringify!($name), $crate::base::sentence::said!("must be one of {words}", words = Self::WORDS.join(", ")))),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    )+};
}
