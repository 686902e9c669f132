//! `intermoot media move`: files from one place to another, a folder to a bucket or back.
//!
//! Copies what the new place lacks, one shelf of 256 at a time, so that little is in memory; a run that was broken off is simply
//! run again. Nothing is removed from the old place unless that is asked for, and then only what the new one has, with all its
//! bytes. What waits to be worked on goes to where that is done. Works beside a running node, with the old settings or the new.

use super::{
    Answer,
    progress::Pace,
    saved::{Missing, files_of},
};
use crate::{
    base::{
        clock::Clock,
        config::{Config, MediaUrl},
        words::media::MediumState,
    },
    features::media::queries,
    media::RAW,
    server::node,
    store::{
        Store,
        files::{Folder, Name, Place, carry, shelves, span},
    },
};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::collections::BTreeMap;

/// How it went.
#[derive(Debug, Default)]
struct Tally {
    copied: u64,
    bytes: u64,
    there: u64,
    removed: u64,
    missing: Missing,
}

struct Move<'a> {
    from: &'a Place,
    to: &'a Place,
    /// Where what waits is worked on; none where it lies there already.
    work: Option<Place>,
    removes: bool,
    tally: Tally,
}

/// Moves the files that are at `from` to where the settings say; removes those that are safe there from the old place where
/// `removes`.
///
/// # Errors
/// Either place cannot be used; what was copied until then stays copied.
pub async fn move_files(config: &Config, from: &MediaUrl, removes: bool) -> Result<Answer> {
    let wanted = config.media_url();
    ensure!(!is_same(from, &wanted), "the files are to go to {wanted}, where media.url says, and that is where they are to come from");
    if let Some(folder) = from.folder() {
        ensure!(folder.is_dir(), "there is no folder {}", folder.display());
    }
    let (old, new) = (Place::open(config, from)?, Place::open(config, &wanted)?);
    new.try_out().await?;
    let work = config.media_dir();
    let work = (!is_same(from, &MediaUrl::Folder(work.clone()))).then(|| Place::Folder(Folder::below(work)));
    let store = Store::open(&node::database_url(config), Clock::of_node()?).await?;
    let mut moving = Move { from: &old, to: &new, work, removes, tally: Tally::default() };
    let mut pace = Pace::default();
    for (nth, shelf) in shelves().enumerate() {
        moving.shelf(&store, &shelf).await.with_context(|| format!("after {nth} of 256 parts, {} files", moving.tally.copied))?;
        let tally = &moving.tally;
        pace.tell(|| {
            format!("{} of 256 parts, {} files copied ({} bytes), {} were there", nth + 1, tally.copied, tally.bytes, tally.there)
        });
    }
    let tally = moving.tally;
    store.close().await?;
    let rest = match removes {
        true => format!("{} were removed from {old}", tally.removed),
        false => format!("{old} holds them still: once the node runs with these settings, run this again with --remove"),
    };
    let text = format!(
        "{} files ({} bytes) were copied to {new}, {} were there already; {rest}{}",
        tally.copied,
        tally.bytes,
        tally.there,
        tally.missing.words()
    );
    let json = json!({
        "from": from, "to": wanted, "copied": tally.copied, "bytes": tally.bytes, "already_there": tally.there, "removed": tally.removed,
        "missing": tally.missing.json(),
    });
    Ok(Answer::text(text, json))
}

impl Move<'_> {
    async fn shelf(&mut self, store: &Store, shelf: &str) -> Result<()> {
        let (waiting, mut have): (BTreeMap<Name, u64>, BTreeMap<Name, u64>) =
            self.from.list(shelf).await?.into_iter().partition(|(name, _)| name.file() == RAW);
        // beside what waits lies what is being made of it, and may not be whole
        have.retain(|name, _| !waiting.keys().any(|raw| raw.folder() == name.folder()));
        let mut there = self.to.list(shelf).await?;
        self.there(&have, &there);
        if self.copy(self.to, lacking(&have, &there)).await? {
            there = self.to.list(shelf).await?;
        }
        if let Some(work) = self.work.take() {
            let lacking = lacking(&waiting, &work.list(shelf).await?);
            let copied = self.copy(&work, lacking).await;
            if self.removes && copied.is_ok() {
                self.remove(&waiting, &work.list(shelf).await?).await?;
            }
            self.work = Some(work);
            copied?;
        }
        let (first, end) = span(shelf);
        let named = queries::named(store, (&first, &end), store.now()).await?;
        let ready = named.iter().filter(|named| named.state == MediumState::Ready).flat_map(files_of);
        for name in ready.filter(|name| !there.contains_key(name)) {
            self.tally.missing.add(&name);
        }
        if self.removes { self.remove(&have, &there).await } else { Ok(()) }
    }

    fn there(&mut self, have: &BTreeMap<Name, u64>, there: &BTreeMap<Name, u64>) {
        self.tally.there += have.iter().filter(|(name, bytes)| there.get(name) == Some(bytes)).count() as u64;
    }

    /// Copies these; whether there were any.
    async fn copy(&mut self, to: &Place, names: Vec<Name>) -> Result<bool> {
        let (any, tally) = (!names.is_empty(), &mut self.tally);
        carry(self.from, to, names, |_, written| {
            // one that went meanwhile is needed by nobody
            if let Some(written) = written {
                (tally.copied, tally.bytes) = (tally.copied + 1, tally.bytes + written.bytes);
            }
            Ok(())
        })
        .await?;
        Ok(any)
    }

    /// Removes from the old place what the new one has.
    async fn remove(&mut self, have: &BTreeMap<Name, u64>, there: &BTreeMap<Name, u64>) -> Result<()> {
        for (name, _) in have.iter().filter(|(name, bytes)| there.get(name) == Some(bytes)) {
            self.from.remove_file(name).await?;
            self.tally.removed += 1;
        }
        Ok(())
    }
}

/// Whether two places are one, however they are written: nothing may be removed from there then.
fn is_same(one: &MediaUrl, other: &MediaUrl) -> bool {
    let real = |place: &MediaUrl| place.folder().and_then(|folder| std::fs::canonicalize(folder).ok());
    one == other || real(one).zip(real(other)).is_some_and(|(one, other)| one == other)
}

/// What is not there, or not with as many bytes.
fn lacking(have: &BTreeMap<Name, u64>, there: &BTreeMap<Name, u64>) -> Vec<Name> {
    have.iter().filter(|(name, bytes)| there.get(name) != Some(bytes)).map(|(name, _)| name.clone()).collect()
}
