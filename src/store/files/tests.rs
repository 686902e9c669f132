//! Both kinds of places, by the same tests; the bucket in memory.

use super::*;
use crate::base::secret::{hex, sha256};
use futures::{StreamExt, stream};
use object_store::memory::InMemory;
use std::collections::BTreeMap;

fn name(nth: u8, file: &str) -> Name {
    Name::new(&format!("{nth:02x}").repeat(16), file).unwrap()
}

/// Bytes in pieces of many sizes.
fn read_of(bytes: &[u8]) -> Read {
    let mut pieces = Vec::new();
    let (mut rest, mut size) = (bytes, 1);
    while !rest.is_empty() {
        let (piece, left) = rest.split_at(size.min(rest.len()));
        pieces.push(Ok(bytes::Bytes::copy_from_slice(piece)));
        (rest, size) = (left, (size * 7) % 1_000_003 + 1);
    }
    let length = bytes.len() as u64;
    Read { bytes: length, length, pieces: stream::iter(pieces).boxed() }
}

async fn all(read: Read) -> Vec<u8> {
    read.pieces.map(|piece| piece.unwrap().to_vec()).concat().await
}

fn bucket(prefix: &str) -> Place {
    Place::Bucket(Bucket::new(Arc::new(InMemory::new()), prefix, "memory"))
}

fn places() -> (tempfile::TempDir, [Place; 3]) {
    let root = tempfile::tempdir().unwrap();
    let folder = Place::Folder(Folder::below(root.path().join("media")));
    (root, [folder, bucket(""), bucket("a/b")])
}

#[tokio::test]
async fn what_is_written_is_read_whole_and_in_parts_listed_and_removed() {
    let (_root, places) = places();
    let large: Vec<u8> = (0..PART_BYTES * 2 + 77).map(|nth| (nth % 251) as u8).collect();
    for place in &places {
        for (file, bytes) in
            [("nothing", &[][..]), ("small.png", b"0123456789"), ("large.mp4", &large[..PART_BYTES]), ("video.mp4", &large)]
        {
            let name = name(7, file);
            assert!(place.read(&name, None).await.unwrap().is_none(), "{place}");
            let written = place.write(&name, read_of(bytes)).await.unwrap();
            assert_eq!((written.bytes, written.sum), (bytes.len() as u64, hex(&sha256(bytes))));
            assert_eq!(place.stored(name.clone()).bytes().await.unwrap(), bytes.len() as u64);
            let read = place.read(&name, None).await.unwrap().unwrap();
            assert_eq!((read.bytes, read.length), (bytes.len() as u64, bytes.len() as u64));
            assert!(all(read).await == bytes, "{place} {file}");
        }
        let (part, whole) = (Some((PART_BYTES as u64 - 3, 10)), name(7, "video.mp4"));
        let read = place.stored(whole.clone()).read(part).await.unwrap();
        assert_eq!((read.bytes, read.length), (large.len() as u64, 10));
        assert_eq!(all(read).await, large[PART_BYTES - 3..PART_BYTES + 7]);
        place.write(&name(8, "small.png"), read_of(b"other")).await.unwrap();
        let found: BTreeMap<Name, u64> = place.list("07").await.unwrap();
        assert_eq!(
            found.into_iter().map(|(name, bytes)| (name.file().to_owned(), bytes)).collect::<Vec<_>>(),
            [
                ("large.mp4".to_owned(), PART_BYTES as u64),
                ("nothing".to_owned(), 0),
                ("small.png".to_owned(), 10),
                ("video.mp4".to_owned(), large.len() as u64),
            ]
        );
        place.remove_file(&whole).await.unwrap();
        place.remove_file(&whole).await.unwrap();
        assert_eq!(place.list("07").await.unwrap().len(), 3);
        place.remove(whole.folder()).await.unwrap();
        place.remove(whole.folder()).await.unwrap();
        assert!(place.list("07").await.unwrap().is_empty() && place.list("08").await.unwrap().len() == 1);
        place.try_out().await.unwrap();
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_is_not_there_and_one_that_is_missing_is_trouble() {
    let (_root, places) = places();
    for place in &places {
        for announced in [5, PART_BYTES * 2] {
            let short = Read { bytes: announced as u64, length: announced as u64, ..read_of(&vec![7; announced - 1]) };
            let error = place.write(&name(1, "a.png"), short).await.unwrap_err();
            assert!(is_trouble(&error), "{place}: {error:#}");
            let broken = stream::iter([Ok(bytes::Bytes::from_static(b"half")), Err(std::io::Error::other("gone"))]).boxed();
            assert!(place.write(&name(1, "a.png"), Read { bytes: 9, length: 9, pieces: broken }).await.is_err());
            assert!(place.read(&name(1, "a.png"), None).await.unwrap().is_none(), "{place}");
        }
        let missing = place.stored(name(1, "a.png"));
        assert!(is_trouble(&missing.read(None).await.err().unwrap()) && is_trouble(&missing.bytes().await.unwrap_err()));
    }
    let away = Place::Unusable("media.s3_key_id is not set".into());
    let error = away.read(&name(1, "a.png"), None).await.err().unwrap();
    assert!(is_trouble(&error) && error.to_string().contains("s3_key_id"), "{error}");
    assert!(is_trouble(&away.try_out().await.unwrap_err()));
}

#[tokio::test]
async fn files_are_carried_from_any_place_to_any_other_as_they_are() {
    let (_root, places) = places();
    let bytes: Vec<u8> = (0..100_000_u32).map(|nth| (nth % 253) as u8).collect();
    let names: Vec<Name> = (0..9).map(|nth| name(3, &format!("{nth}.png"))).collect();
    for name in &names[..8] {
        places[0].write(name, read_of(&bytes)).await.unwrap();
    }
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        let mut carried = (0, 0);
        carry(&places[from], &places[to], names.clone(), |_, written| {
            if written.is_some_and(|written| written.sum == hex(&sha256(&bytes))) {
                carried.0 += 1
            } else {
                carried.1 += 1
            }
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(carried, (8, 1), "what is gone is told as gone");
        assert_eq!(places[to].list("03").await.unwrap().len(), 8);
    }
}

#[tokio::test]
async fn what_nobody_keeps_is_gone() {
    let root = tempfile::tempdir().unwrap();
    let files = Files::below(root.path().join("media"));
    let mut draft = files.draft().await.unwrap();
    draft.write(b"half").await.unwrap();
    let path = draft.path().to_owned();
    assert!(path.exists());
    drop(draft);
    assert!(!path.exists());
    let mut draft = files.draft().await.unwrap();
    draft.write(b"whole").await.unwrap();
    let folder = files.keep(draft, "raw").await.unwrap();
    let kept = files.folder(&folder).unwrap();
    assert_eq!(std::fs::read(kept.join("raw")).unwrap(), b"whole");
    files.remove(&folder).await.unwrap();
    files.remove(&folder).await.unwrap();
    assert!(!kept.exists());
    assert!(files.folder("../etc").is_none() && files.stored("incoming", "x").is_none());
}

#[tokio::test]
async fn what_was_sent_stays_on_this_machine_and_what_is_made_of_it_goes_into_the_bucket() {
    let root = tempfile::tempdir().unwrap();
    let files = Files::new(Folder::below(root.path().join("media")), bucket("x"));
    let mut draft = files.draft().await.unwrap();
    draft.write(b"with a place in it").await.unwrap();
    let folder = files.keep(draft, RAW).await.unwrap();
    let here = files.folder(&folder).unwrap();
    std::fs::write(here.join("original.png"), b"pixels").unwrap();
    files.publish(&folder).await.unwrap();
    let there: Vec<String> = files.place().list(&folder[..2]).await.unwrap().into_keys().map(|name| name.file().to_owned()).collect();
    assert_eq!(there, ["original.png"], "never what was sent");
    files.clear(&folder).await.unwrap();
    assert!(!here.exists());
    let held = files.hold().await;
    assert!(files.may_remove().is_none(), "whoever copies all files holds them");
    drop(held);
    assert!(files.may_remove().is_some());
    files.remove(&folder).await.unwrap();
    assert!(files.place().list(&folder[..2]).await.unwrap().is_empty());
}
