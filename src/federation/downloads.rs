//! Files from elsewhere: pictures, videos and sounds that posts and profiles name, for our cache.
//!
//! By the guarded client, with our signature only where the file is not for everybody: others need not know that we ask.

use super::{Federation, fetch};
use crate::{
    app::Wanted,
    base::{
        error::{Refusal, Result},
        host,
    },
    net::{Budget, Get, SignRequest},
};
use anyhow::Context;
use std::{path::Path, time::Duration};
use tokio::fs::{File, OpenOptions};

/// What we ask for.
const ACCEPT: &str = "image/*, video/*, audio/*";
/// Requests for one file, redirects included.
const FETCHES: u32 = 4;
/// Longest time for one file.
const TIME: Duration = Duration::from_secs(60);

/// Writes the file into `to`, which is there and empty; its bytes.
pub async fn download(federation: &Federation, wanted: Wanted<'_>, to: &Path) -> Result<u64> {
    let host = host::authority(wanted.url).unwrap_or_default();
    if host == federation.app.origin.authority() || federation.is_blocked(&host).await? {
        return Err(Refusal::not_found().into());
    }
    let signer = match wanted.is_signed {
        true => Some(federation.node_signer(&host).await?),
        false => None,
    };
    let mut file: File = OpenOptions::new().write(true).truncate(true).open(to).await.context("a draft cannot be opened")?;
    let most = usize::try_from(wanted.bytes).unwrap_or(usize::MAX);
    let get = Get { time: Some(TIME), ..Get::new(wanted.url, ACCEPT).at_most(most) };
    let get = Get { signer: signer.as_ref().map(|signer| signer as &dyn SignRequest), ..get };
    let fetched = federation.client.download(get, &Budget::new(FETCHES, TIME), &mut file).await;
    let fetched = fetched.map_err(|error| fetch::unreached("the file", &host, &error)).map_err(crate::base::error::Error::from)?;
    fetch::check_status("the file", &fetched).map_err(crate::base::error::Error::from)?;
    Ok(file.metadata().await.context("a draft cannot be measured")?.len())
}
