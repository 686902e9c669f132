//! Pictures: measured, decoded, turned upright, made smaller and encoded anew.
//!
//! Size and depth are read from the header before a pixel is decoded (S77). What is written comes from pixels alone, so that
//! no word of EXIF, GPS, ICC or XMP and no trailing byte survives (S86). Blocks: for a thread of its own.

use super::{Bounds, Made, Preview, Shape, sniff::Format, unfit};
use crate::base::{error::Result, sentence::said, words::media::MediumKind};
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::Path,
};

/// Longest side that is decoded.
const SIDE_MAX: u32 = 32_767;
/// Most bytes of decoded pixels: 40 megapixels of four bytes.
const MEMORY_MAX: u64 = 160 << 20;
/// Most pixels of a picture that is kept (3840 by 2160, as Mastodon).
const KEPT_PIXELS: u64 = 8_294_400;
/// Most pixels of a preview (640 by 360, as Mastodon).
const PREVIEW_PIXELS: u64 = 230_400;
/// Side of an avatar.
const AVATAR: (u32, u32) = (400, 400);
/// A header.
const HEADER: (u32, u32) = (1500, 500);
/// Quality of what is written as JPEG.
const QUALITY: u8 = 88;
/// Side of the picture of which a blurhash is made.
const BLUR_SIDE: u32 = 32;

/// A decoder whose header has been read and found to be within bounds.
fn within(path: &Path, format: &Format, bounds: Bounds) -> Result<impl ImageDecoder> {
    let kind = ImageFormat::from_mime_type(format.media_type).ok_or_else(|| unfit(said!("is no picture")))?;
    let file = File::open(path).map_err(anyhow::Error::from)?;
    let mut reader = ImageReader::with_format(BufReader::new(file), kind);
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(SIDE_MAX), Some(SIDE_MAX), Some(MEMORY_MAX));
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > bounds.pixels || decoder.total_bytes() > MEMORY_MAX {
        return Err(unfit(said!(
            "is too large: it has {width} by {height} pixels, and at most {pixels} pixels are taken",
            width,
            height,
            pixels = bounds.pixels
        )));
    }
    if width == 0 || height == 0 {
        return Err(unfit(said!("is a picture of nothing")));
    }
    Ok(decoder)
}

fn unreadable(error: image::ImageError) -> crate::base::error::Error {
    tracing::debug!(%error, "a picture cannot be read");
    match error {
        image::ImageError::Limits(_) => unfit(said!("is too large to be read here")),
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::StorageFull => anyhow::Error::from(error).into(),
        _ => unfit(said!("cannot be read: it is damaged, or not what it says it is")),
    }
}

/// Width and height by the header alone. Refused when that cannot be read or says more than `bounds` let pass.
pub fn measure(path: &Path, format: &Format, bounds: Bounds) -> Result<(u32, u32)> {
    Ok(within(path, format, bounds)?.dimensions())
}

/// Makes what is kept of the picture `raw` and its preview, in `folder`.
pub fn make(raw: &Path, folder: &Path, (format, shape): (&Format, Shape), bounds: Bounds) -> Result<Made> {
    let upright = decoded(raw, format, (shape, bounds))?;
    let is_photo = matches!(format.media_type, "image/jpeg" | "image/webp") && !upright.color().has_alpha();
    let (file, media_type) = if is_photo { ("original.jpg", "image/jpeg") } else { ("original.png", "image/png") };
    write(&upright, &folder.join(file))?;
    let (preview, preview_size, blurhash) = preview(&upright, folder)?;
    Ok(Made {
        kind: MediumKind::Image,
        media_type,
        file: file.to_owned(),
        size: Some((upright.width(), upright.height())),
        preview,
        preview_size: Some(preview_size),
        blurhash,
        milliseconds: None,
    })
}

/// Makes a preview of the picture `raw`, and nothing else of it, in `folder`.
pub fn thumbnail(raw: &Path, folder: &Path, format: &Format, bounds: Bounds) -> Result<Preview> {
    let (file, size, blurhash) = preview(&decoded(raw, format, (Shape::Attachment, bounds))?, folder)?;
    Ok(Preview { file, size, blurhash })
}

/// The pixels: eight bits each, as small as they are kept, upright.
fn decoded(raw: &Path, format: &Format, (shape, bounds): (Shape, Bounds)) -> Result<DynamicImage> {
    let mut decoder = within(raw, format, bounds)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let image = if image.color().has_alpha() { DynamicImage::from(image.into_rgba8()) } else { DynamicImage::from(image.into_rgb8()) };
    let is_turned =
        matches!(orientation, Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH);
    let turn = |(width, height): (u32, u32)| if is_turned { (height, width) } else { (width, height) };
    let size = turn((image.width(), image.height()));
    // made smaller first: turning it costs as much memory again
    let mut small = match shape {
        Shape::Attachment => resized(image, turn(fitting(size, KEPT_PIXELS)))?,
        Shape::Avatar => resized(image, AVATAR)?,
        Shape::Header => resized(image, turn(covering(size, HEADER)))?,
    };
    small.apply_orientation(orientation);
    Ok(small)
}

/// The preview of `image`: name, size and blurhash.
pub(super) fn preview(image: &DynamicImage, folder: &Path) -> Result<(String, (u32, u32), Option<String>)> {
    let size = fitting((image.width(), image.height()), PREVIEW_PIXELS);
    let small = resized(image.clone(), size)?;
    let name = if small.color().has_alpha() { "small.png" } else { "small.jpg" };
    write(&small, &folder.join(name))?;
    let tiny = small.thumbnail(BLUR_SIDE, BLUR_SIDE).into_rgba8();
    let blurhash = blurhash::encode(4, 3, tiny.width(), tiny.height(), tiny.as_raw()).ok();
    Ok((name.to_owned(), size, blurhash))
}

/// Cut to the proportions of `to` and brought to its size. Nothing happens where it has it.
fn resized(image: DynamicImage, to: (u32, u32)) -> Result<DynamicImage> {
    if (image.width(), image.height()) == to {
        return Ok(image);
    }
    let mut small = DynamicImage::new(to.0, to.1, image.color());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom)).fit_into_destination(None);
    Resizer::new().resize(&image, &mut small, &options).map_err(anyhow::Error::from)?;
    Ok(small)
}

/// The size of the same proportions with at most `most` pixels; never larger.
pub(super) fn fitting((width, height): (u32, u32), most: u64) -> (u32, u32) {
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= most {
        return (width, height);
    }
    let scale = (most as f64 / pixels as f64).sqrt();
    let side = |length: u32| ((f64::from(length) * scale).floor() as u32).max(1);
    (side(width), side(height))
}

/// The size of the proportions of `most` that `size` can fill; never larger than `most`.
fn covering(size: (u32, u32), most: (u32, u32)) -> (u32, u32) {
    let scale = (f64::from(size.0) / f64::from(most.0)).min(f64::from(size.1) / f64::from(most.1)).min(1.0);
    let side = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
    (side(most.0), side(most.1))
}

/// Writes pixels and nothing else, by the ending of `path`.
fn write(image: &DynamicImage, path: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(path).map_err(anyhow::Error::from)?);
    let (width, height) = (image.width(), image.height());
    let encoded = if path.extension().is_some_and(|ending| ending == "jpg") {
        JpegEncoder::new_with_quality(&mut file, QUALITY).write_image(image.to_rgb8().as_raw(), width, height, ExtendedColorType::Rgb8)
    } else {
        PngEncoder::new(&mut file).write_image(image.as_bytes(), width, height, image.color().into())
    };
    encoded.map_err(anyhow::Error::from)?;
    file.flush().map_err(anyhow::Error::from)?;
    Ok(file.get_ref().sync_all().map_err(anyhow::Error::from)?)
}

#[cfg(test)]
mod tests;
