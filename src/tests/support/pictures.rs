//! Pictures for tests, good and hostile, made here.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::RequestBuilder;
use std::io::Cursor;

/// What a camera writes beside the pixels and nobody else is to know.
pub const PLACE: &str = "N 52 31 12 E 13 24 18";
/// What stands behind the end of a picture.
pub const TRAILER: &str = "trailing secret";

/// A picture: red on the left, blue on the right.
pub fn image(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) }).into()
}

/// A picture in a format.
pub fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    file(width, height, ImageFormat::Png)
}

/// A JPEG as a camera held sideways writes it: to be turned by a quarter (orientation 6), with a place in its EXIF, and more bytes
/// behind its end.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let plain = file(width, height, ImageFormat::Jpeg);
    // TIFF, little endian: one directory with the orientation and a description
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    exif.extend([0x0e, 0x01, 2, 0]);
    exif.extend(u32::try_from(PLACE.len()).unwrap().to_le_bytes());
    exif.extend(38_u32.to_le_bytes());
    exif.extend([0; 4]);
    exif.extend(PLACE.as_bytes());
    let mut whole = plain[..2].to_vec();
    whole.extend([0xff, 0xe1]);
    whole.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    whole.extend(exif);
    whole.extend(&plain[2..]);
    whole.extend(TRAILER.as_bytes());
    whole
}

/// A GIF of `frames` frames that moves.
pub fn moving(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new_with_speed(&mut bytes, 30);
        for nth in 0..frames {
            let shade = u8::try_from(nth % 200).unwrap();
            let picture = RgbImage::from_pixel(width, height, Rgb([shade, 255 - shade, 0]));
            encoder.encode_frame(image::Frame::new(DynamicImage::from(picture).into_rgba8())).unwrap();
        }
    }
    bytes
}

/// A PNG whose header claims to be of this size, and whose pixels are few.
pub fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(4, 4);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The checksum of a chunk of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// A request with a form (RFC 7578) that has this file, and these words.
pub fn with_file(request: RequestBuilder, (field, name, kind): (&str, &str, &str), bytes: &[u8], words: &[(&str, &str)]) -> RequestBuilder {
    with_files(request, &[((field, name, kind), bytes)], words)
}

/// A file of a form: its field, its name and what it is said to be; its bytes.
pub type Sent<'a> = ((&'a str, &'a str, &'a str), &'a [u8]);

/// The same with several files.
pub fn with_files(request: RequestBuilder, files: &[Sent<'_>], words: &[(&str, &str)]) -> RequestBuilder {
    let mut body = Vec::new();
    for (name, text) in words {
        body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").into_bytes());
    }
    for ((field, name, kind), bytes) in files {
        let about = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}");
        body.extend(format!("--cut\r\n{about}\r\n\r\n").into_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    request.header("content-type", "multipart/form-data; boundary=cut").body(body)
}
