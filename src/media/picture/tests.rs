use super::*;
use crate::{
    media::{RAW, sniff},
    tests::support::pictures::{PLACE, TRAILER, claiming, file, image, photo, png},
};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const BOUNDS: Bounds = Bounds { pixels: 33_177_600, seconds: 60, bytes: 1 << 20 };

fn made(bytes: &[u8], shape: Shape) -> (tempfile::TempDir, Result<Made>) {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join(RAW);
    std::fs::write(&raw, bytes).unwrap();
    let outcome = sniff::file(&raw).and_then(|format| make(&raw, folder.path(), (format, shape), BOUNDS));
    (folder, outcome)
}

#[test]
fn s086_a_photo_is_upright_and_nothing_of_its_metadata_survives() {
    let photo = photo(600, 400);
    let holds = |bytes: &[u8], what: &str| bytes.windows(what.len()).any(|window| window == what.as_bytes());
    assert!(holds(&photo, PLACE) && holds(&photo, TRAILER));
    let (folder, made) = made(&photo, Shape::Attachment);
    let made = made.unwrap();
    assert_eq!((made.size, made.media_type), (Some((400, 600)), "image/jpeg"));
    assert_eq!(made.preview_size, Some((391, 587)));
    assert!(made.blurhash.unwrap().len() > 6);
    for name in [&made.file, &made.preview] {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        for what in [PLACE, TRAILER, "Exif"] {
            assert!(!holds(&bytes, what), "{what} in {name}");
        }
        let picture = image::load_from_memory(&bytes).unwrap().into_rgb8();
        // what was on the left is on top after a quarter turn
        let (top, bottom) = (picture.get_pixel(50, 10), picture.get_pixel(50, picture.height() - 10));
        assert!(top[0] > 150 && bottom[2] > 150, "{top:?} {bottom:?}");
    }
}

#[test]
fn s077_size_is_read_before_anything_is_decoded() {
    let began = Instant::now();
    // 100 megapixels, 65,535 by 65,535, the largest there is, a line
    for (width, height) in [(10_000, 10_000), (65_535, 65_535), (0x7fff_ffff, 0x7fff_ffff), (32_768, 1), (5761, 5760)] {
        let (_, made) = made(&claiming(width, height), Shape::Attachment);
        let refusal = made.unwrap_err();
        assert!(refusal.to_string().contains("too large"), "{refusal}");
    }
    // within bounds by its header, and not what it says: no more than those pixels are ever held
    assert!(made(&claiming(5760, 5760), Shape::Attachment).1.unwrap_err().refusal().is_some());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn s077_what_is_damaged_is_refused_and_nothing_else_happens() {
    for whole in [png(64, 64), photo(64, 64), file(64, 64, ImageFormat::Gif), file(64, 64, ImageFormat::WebP)] {
        assert!(made(&whole, Shape::Attachment).1.is_ok());
        for part in [9, 20, 40, whole.len() / 2] {
            let (folder, outcome) = made(&whole[..part], Shape::Attachment);
            // a JPEG that breaks off is shown as far as it goes
            if let Err(error) = outcome {
                assert!(error.refusal().is_some(), "{error}");
                assert!(!folder.path().join("small.jpg").exists());
            }
        }
        assert!(made(&whole[..20], Shape::Attachment).1.is_err());
    }
}

#[test]
fn avatars_are_square_and_headers_wide() {
    for (size, wanted) in [((900, 600), (400, 400)), ((30, 50), (400, 400))] {
        let (_, made) = made(&png(size.0, size.1), Shape::Avatar);
        assert_eq!(made.unwrap().size, Some(wanted));
    }
    for (size, wanted) in [((3000, 1000), (1500, 500)), ((600, 600), (600, 200)), ((1500, 100), (300, 100))] {
        let (_, made) = made(&png(size.0, size.1), Shape::Header);
        assert_eq!(made.unwrap().size, Some(wanted));
    }
}

#[test]
fn what_is_see_through_stays_so_and_what_is_large_becomes_smaller() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join(RAW);
    let clear = image::RgbaImage::from_pixel(40, 30, image::Rgba([1, 2, 3, 0]));
    clear.save_with_format(&raw, ImageFormat::WebP).unwrap();
    let made = make(&raw, folder.path(), (sniff::file(&raw).unwrap(), Shape::Attachment), BOUNDS).unwrap();
    assert_eq!((made.media_type, made.preview.as_str()), ("image/png", "small.png"));
    assert_eq!(image::open(folder.path().join("original.png")).unwrap().into_rgba8().get_pixel(0, 0)[3], 0);
    image(4000, 3000).save_with_format(&raw, ImageFormat::Png).unwrap();
    let made = make(&raw, folder.path(), (sniff::file(&raw).unwrap(), Shape::Attachment), BOUNDS).unwrap();
    let (width, height) = made.size.unwrap();
    assert!(u64::from(width) * u64::from(height) <= KEPT_PIXELS && width > 3200, "{width} by {height}");
}

proptest! {
    #[test]
    fn what_is_fitted_is_within_bounds_and_there(width in 1..40_000_u32, height in 1..40_000_u32) {
        let (fitted_width, fitted_height) = fitting((width, height), PREVIEW_PIXELS);
        prop_assert!(fitted_width >= 1 && fitted_height >= 1 && fitted_width <= width && fitted_height <= height);
        // of a line no side is less than one pixel
        prop_assert!(u64::from(fitted_width) * u64::from(fitted_height) <= PREVIEW_PIXELS.max(u64::from(fitted_width.max(fitted_height))));
    }
}
