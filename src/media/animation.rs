//! GIFs that move, where ffmpeg is not there to make videos of them: encoded anew, frame by frame.
//!
//! One frame is in memory at a time; how many there may be depends on their size. Blocks.

use super::{Bounds, Made, picture, sniff::Format, unfit};
use crate::base::{error::Result, sentence::said, words::media::MediumKind};
use image::{
    AnimationDecoder, DynamicImage, Frame,
    codecs::gif::{GifDecoder, GifEncoder, Repeat},
};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::Path,
};

/// Most frames.
const FRAMES_MAX: usize = 1000;
/// Most pixels of all frames together.
const PIXELS_MAX: u64 = 150_000_000;
/// How quick the encoder is rather than careful, of 1 to 30.
const SPEED: i32 = 30;

/// The frames of a GIF, one by one.
fn frames(raw: &Path) -> Result<image::Frames<'static>> {
    let file = File::open(raw).map_err(anyhow::Error::from)?;
    let decoder = GifDecoder::new(BufReader::new(file)).map_err(|_| unfit(said!("cannot be read: it is damaged")))?;
    Ok(decoder.into_frames())
}

/// Whether a GIF, whose size is within bounds, has more than one frame; looks at two.
pub fn moves(raw: &Path, format: &Format, bounds: Bounds) -> Result<bool> {
    if format.media_type != "image/gif" {
        return Ok(false);
    }
    picture::measure(raw, format, bounds)?;
    Ok(frames(raw)?.take(2).filter(Result::is_ok).count() > 1)
}

/// Makes what is kept of the moving GIF `raw`, and its preview, in `folder`.
pub fn make(raw: &Path, folder: &Path, format: &Format, bounds: Bounds) -> Result<Made> {
    let size = picture::measure(raw, format, bounds)?;
    let pixels = u64::from(size.0) * u64::from(size.1);
    let file = "original.gif";
    let mut writer = BufWriter::new(File::create(folder.join(file)).map_err(anyhow::Error::from)?);
    let mut first: Option<DynamicImage> = None;
    {
        let mut encoder = GifEncoder::new_with_speed(&mut writer, SPEED);
        encoder.set_repeat(Repeat::Infinite).map_err(anyhow::Error::from)?;
        for (nth, frame) in frames(raw)?.enumerate() {
            if nth >= FRAMES_MAX || (nth as u64 + 1) * pixels > PIXELS_MAX {
                return Err(unfit(said!("moves for too long: send a shorter or smaller one")));
            }
            let frame: Frame = frame.map_err(|_| unfit(said!("cannot be read: it is damaged")))?;
            first.get_or_insert_with(|| DynamicImage::from(frame.buffer().clone()));
            encoder.encode_frame(frame).map_err(anyhow::Error::from)?;
        }
    }
    writer.flush().map_err(anyhow::Error::from)?;
    writer.get_ref().sync_all().map_err(anyhow::Error::from)?;
    let first = first.ok_or_else(|| unfit(said!("is a picture of nothing")))?;
    let (preview, preview_size, blurhash) = picture::preview(&first, folder)?;
    Ok(Made {
        kind: MediumKind::Image,
        media_type: "image/gif",
        file: file.to_owned(),
        size: Some(size),
        preview,
        preview_size: Some(preview_size),
        blurhash,
        milliseconds: None,
    })
}
