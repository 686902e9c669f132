//! `intermoot emoji …`.

use crate::{features::emojis::BYTES_MAX, server::control::Act};
use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Subcommand;
use std::{fs::File, io::Read, path::PathBuf};

/// What can be done with custom emoji.
#[derive(Debug, Subcommand)]
pub enum EmojiCommand {
    /// Keep a custom emoji, in place of one with the same shortcode
    Add {
        /// What stands between colons: letters, digits and _
        shortcode: String,
        /// A PNG, GIF or WebP picture, at most 256 KiB
        file: PathBuf,
        /// Under which heading pickers show it
        #[arg(long, default_value = "")]
        category: String,
    },
    /// List the custom emoji of this node
    List,
    /// Take a custom emoji away
    Remove {
        /// What stands between colons
        shortcode: String,
    },
}

impl EmojiCommand {
    /// The act that it asks for, with the picture read.
    pub fn into_act(self) -> Result<Act> {
        Ok(match self {
            Self::List => Act::EmojiList,
            Self::Remove { shortcode } => Act::EmojiRemove { shortcode },
            Self::Add { shortcode, file, category } => {
                let named = || format!("the picture {} cannot be read", file.display());
                let mut bytes = Vec::new();
                let most = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
                File::open(&file).with_context(named)?.take(most + 1).read_to_end(&mut bytes).with_context(named)?;
                ensure!(bytes.len() <= BYTES_MAX, "a picture must not be larger than 256 KiB");
                Act::EmojiAdd { shortcode, category, image: STANDARD.encode(bytes) }
            }
        })
    }
}
