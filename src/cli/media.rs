//! `intermoot media …`.

use super::{Outcome, acts};
use crate::{
    base::config::{Config, MediaUrl},
    server::control::moving,
};
use anyhow::{Result, bail};
use clap::Subcommand;

/// What can be done with files that people sent.
#[derive(Debug, Subcommand)]
pub enum MediaCommand {
    /// Copy the files to where media.url says, from where they were; run again, it goes on
    Move {
        /// Where they are now: a folder, or s3://BUCKET/PREFIX of the store of media.s3_endpoint. By default the folder `media` in data.dir
        #[arg(long, value_name = "PLACE")]
        from: Option<MediaUrl>,
        /// Remove from there what the new place has, with all its bytes
        #[arg(long)]
        remove: bool,
    },
}

/// Does it here, beside a running node or without one.
pub(super) async fn perform(config: Config, command: MediaCommand) -> Result<Outcome> {
    let MediaCommand::Move { from, remove } = command;
    config.check(true)?;
    let usual = MediaUrl::Folder(config.data.dir.join("media"));
    let Some(from) = from.or_else(|| (config.media_url() != usual).then_some(usual)) else {
        bail!("the files are to go to the folder `media` in data.dir, where media.url says: name where they are with --from");
    };
    Ok(acts::shown(moving::move_files(&config, &from, remove).await?))
}
