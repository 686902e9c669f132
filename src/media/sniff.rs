//! What a file is, by its own bytes: names and headers are anybody's word.
//!
//! A file that is two things at once is refused: a picture that is also a page, a script, a PDF or an archive is none for us.

use super::unfit;
use crate::base::{error::Result, sentence::said};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// How much of the beginning is looked at.
pub const HEAD_BYTES: usize = 4096;
/// Where readers of PDF and HTML still find a beginning.
const EARLY_BYTES: usize = 1024;
/// Where readers of archives find an end: its record and the longest comment.
const LATE_BYTES: u64 = 22 + 65_535;
/// How other things begin, in lower case.
const BEGINNINGS: [&[u8]; 9] = [b"%pdf-", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<!doctype", b"<?php", b"<?xml"];

/// Of what family a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Pictures.
    Image,
    /// Videos.
    Video,
    /// Sounds.
    Audio,
}

/// A format that is taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// Its family.
    pub family: Family,
    /// MIME type.
    pub media_type: &'static str,
    /// What its files end with, without a dot.
    pub ending: &'static str,
    /// What `infer` calls it.
    sniffed: &'static str,
    /// How ffmpeg is told to read it, so that it chooses no other way.
    pub demuxer: &'static str,
}

const fn format(
    family: Family,
    media_type: &'static str,
    sniffed: &'static str,
    (ending, demuxer): (&'static str, &'static str),
) -> Format {
    Format { family, media_type, ending, sniffed, demuxer }
}

/// Every format that is taken; videos and sounds only where ffmpeg is installed.
pub static FORMATS: [Format; 14] = [
    format(Family::Image, "image/jpeg", "image/jpeg", ("jpg", "")),
    format(Family::Image, "image/png", "image/png", ("png", "")),
    format(Family::Image, "image/gif", "image/gif", ("gif", "gif")),
    format(Family::Image, "image/webp", "image/webp", ("webp", "")),
    format(Family::Video, "video/mp4", "video/mp4", ("mp4", "mp4")),
    format(Family::Video, "video/x-m4v", "video/x-m4v", ("mp4", "mp4")),
    format(Family::Video, "video/quicktime", "video/quicktime", ("mov", "mov")),
    format(Family::Video, "video/webm", "video/webm", ("webm", "matroska")),
    format(Family::Audio, "audio/mpeg", "audio/mpeg", ("mp3", "mp3")),
    format(Family::Audio, "audio/ogg", "audio/ogg", ("ogg", "ogg")),
    format(Family::Audio, "audio/opus", "audio/opus", ("ogg", "ogg")),
    format(Family::Audio, "audio/flac", "audio/x-flac", ("flac", "flac")),
    format(Family::Audio, "audio/wav", "audio/x-wav", ("wav", "wav")),
    format(Family::Audio, "audio/mp4", "audio/m4a", ("m4a", "mp4")),
];

/// Of files of others shown as well, though not taken here.
static SHOWN: [Format; 1] = [format(Family::Image, "image/avif", "image/avif", ("avif", ""))];

/// The format of what begins with `head`, if it is taken.
pub fn of(head: &[u8]) -> Option<&'static Format> {
    let sniffed = infer::get(head)?.mime_type();
    FORMATS.iter().find(|format| format.sniffed == sniffed)
}

/// The format of a file of others. Refused when it is none that is shown. Blocks.
pub fn shown(path: &Path) -> Result<&'static Format> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let file = File::open(path).map_err(anyhow::Error::from)?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(anyhow::Error::from)?;
    let sniffed = infer::get(&head).map(|sniffed| sniffed.mime_type());
    let format = FORMATS.iter().chain(&SHOWN).find(|format| Some(format.sniffed) == sniffed);
    format.ok_or_else(|| unfit(said!("is no picture, video or sound")))
}

/// The format with this MIME type.
pub fn by_media_type(media_type: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.media_type == media_type)
}

/// The format with this ending.
pub fn by_ending(ending: &str) -> Option<&'static Format> {
    FORMATS.iter().chain(&SHOWN).find(|format| format.ending == ending)
}

/// The format of a file. Refused when it is none that is taken, or something else besides. Blocks.
pub fn file(path: &Path) -> Result<&'static Format> {
    let mut file = File::open(path).map_err(anyhow::Error::from)?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(anyhow::Error::from)?;
    let format = of(&head).ok_or_else(|| unfit(said!("is of a type that is not taken here: send a JPEG, PNG, GIF or WebP picture")))?;
    let bytes = file.metadata().map_err(anyhow::Error::from)?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(LATE_BYTES))).map_err(anyhow::Error::from)?;
    let mut tail = Vec::new();
    file.take(LATE_BYTES).read_to_end(&mut tail).map_err(anyhow::Error::from)?;
    if is_also_something_else(&head, &tail) {
        return Err(unfit(said!("is more than one kind of file at once")));
    }
    Ok(format)
}

/// Whether a file is a page, a script, a document or an archive to those who read those.
fn is_also_something_else(head: &[u8], tail: &[u8]) -> bool {
    let early = head.get(..EARLY_BYTES.min(head.len())).unwrap_or_default().to_ascii_lowercase();
    let begins = |what: &&[u8]| early.windows(what.len()).any(|window| window == *what);
    // the record at the end of a zip archive: its mark, and the numbers of two disks, which are 0
    BEGINNINGS.iter().any(begins) || tail.windows(8).any(|window| window == b"PK\x05\x06\0\0\0\0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01";

    fn told(bytes: &[u8]) -> Result<&'static Format> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, bytes).unwrap();
        file(&path)
    }

    #[test]
    fn s086_pages_documents_and_drawings_are_no_media() {
        for bytes in [
            &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
            b"<?xml version='1.0'?><svg/>",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"<html>",
            b"%PDF-1.7\n",
            b"PK\x03\x04\x14\0",
            b"MZ\x90\0",
            b"#!/bin/sh\n",
            br#"{"@context":"https://www.w3.org/ns/activitystreams","type":"Person"}"#,
            b"",
            b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        ] {
            assert!(told(bytes).unwrap_err().refusal().is_some(), "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn s077_a_file_that_is_two_things_at_once_is_refused() {
        let with = |what: &[u8]| [JPEG, what].concat();
        assert_eq!(told(&with(&[0; 2000])).unwrap().media_type, "image/jpeg");
        for what in [&b"<SCRIPT>alert(1)</SCRIPT>"[..], b"%PDF-1.4", b"<sVg onload=x>", b"<?php system($_GET[1]);", b"<!doctype html>"] {
            assert!(told(&with(what)).is_err(), "{:?}", String::from_utf8_lossy(what));
        }
        let archive = [&[0; 9000][..], b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &[7; 300]].concat();
        assert!(told(&with(&archive)).is_err());
        // XMP, as cameras write it, is no page
        assert!(told(&with(b"http://ns.adobe.com/xap/1.0/\0<?xpacket begin=''?><x:xmpmeta>")).is_ok());
    }

    #[test]
    fn s077_neither_a_name_nor_a_header_says_what_a_file_is() {
        assert_eq!(of(b"GIF89a\x01\0\x01\0").unwrap().ending, "gif");
        assert_eq!(of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap().ending, "png");
        assert_eq!(of(b"OggS\0\x02").unwrap().family, Family::Audio);
        assert!(of(b"P6 1 1 255 \0\0\0").is_none());
    }
}
