//! Pictures, sounds and videos of a post from elsewhere: their addresses, never their bytes.
//!
//! Of a `Video`, `Audio` or `Image` the post itself is the medium, in one of the forms that its `url` lists (PeerTube,
//! Castopod, Pixelfed). Where there is no picture, that of the page stands for it (`image`, or the `icon` of a video).

use super::Fields;
use crate::{
    base::{
        host,
        text::{limits, names},
    },
    store::tables::Attachment,
};
use serde_json::Value;

/// The tallest video that is taken where there are several.
const HEIGHT_MAX: u32 = 720;
/// Endings of files whose kind nobody says.
const ENDINGS: [(&str, &str); 13] = [
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".gif", "image/gif"),
    (".webp", "image/webp"),
    (".avif", "image/avif"),
    (".mp4", "video/mp4"),
    (".webm", "video/webm"),
    (".mov", "video/quicktime"),
    (".mp3", "audio/mpeg"),
    (".ogg", "audio/ogg"),
    (".m4a", "audio/mp4"),
    (".wav", "audio/wav"),
];

/// What is attached to a post of this kind.
pub fn read(fields: Fields<'_>, kind: &str) -> Vec<Attachment> {
    let mut found: Vec<Attachment> = fields.list("attachment").filter_map(Fields::of).filter_map(medium).collect();
    if matches!(kind, "Video" | "Audio" | "Image") {
        found.extend(itself(fields, kind));
    }
    let stands_for = match kind {
        "Video" | "Audio" => picture(fields, "icon").or_else(|| picture(fields, "image")),
        "Page" | "Article" | "Event" => picture(fields, "image"),
        _ => None,
    };
    match stands_for {
        Some(picture) if found.is_empty() => found.push(picture),
        Some(picture) => {
            let played = found.iter_mut().find(|medium| !medium.media_type.starts_with("image") && medium.preview_url.is_empty());
            if let Some(medium) = played {
                medium.preview_url = picture.url;
            }
        }
        None => {}
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|medium| seen.insert(medium.url.clone()));
    found.truncate(limits::ATTACHMENTS_MAX_REMOTE);
    found
}

/// One attachment; none for links to pages and what has no address.
fn medium(fields: Fields<'_>) -> Option<Attachment> {
    let (url, link) = address(fields)?;
    let said = || fields.text("mediaType").or_else(|| link.and_then(|link| link.text("mediaType")));
    let media_type = media_type(said(), url, fields.kind());
    let is_medium = ["image", "video", "audio"].iter().any(|start| media_type.starts_with(start));
    match fields.kind() {
        "Document" | "Image" | "Video" | "Audio" => {}
        // of a plain link only its own word makes it more than one
        "Link" if is_medium && said().is_some() => {}
        _ => return None,
    }
    let is_blurhash =
        |hash: &&str| (6..=100).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>&\\".contains(&byte));
    let description = fields.text("summary").or_else(|| fields.text("name")).unwrap_or_default();
    let number = |name: &str| fields.number(name).or_else(|| link.and_then(|link| link.number(name)));
    Some(Attachment {
        url: url.to_owned(),
        media_type,
        description: names::free_text(description, limits::ALT_TEXT_CHARS_MAX),
        blurhash: fields.text("blurhash").filter(is_blurhash).map(str::to_owned),
        width: number("width"),
        height: number("height"),
        preview_url: picture(fields, "icon").map(|icon| icon.url).unwrap_or_default(),
        focus: focus(fields),
        ..Attachment::default()
    })
}

/// The address of a medium: its `url`, a link in it, or its `href`.
fn address(fields: Fields<'_>) -> Option<(&str, Option<Fields<'_>>)> {
    let is_good = |(url, _): &(&str, Option<Fields<'_>>)| host::parse(url).is_some();
    fields.list("url").filter_map(linked).find(is_good).or_else(|| fields.text("href").map(|href| (href, None)).filter(is_good))
}

/// An address, written out or in a link.
fn linked(value: &Value) -> Option<(&str, Option<Fields<'_>>)> {
    match Fields::of(value) {
        Some(link) => link.text("href").or_else(|| link.text("url")).map(|url| (url, Some(link))),
        None => value.as_str().map(|url| (url, None)),
    }
}

/// The post as the medium that it is: the form of its kind that people can play at once.
fn itself(fields: Fields<'_>, kind: &str) -> Option<Attachment> {
    let start = format!("{}/", kind.to_ascii_lowercase());
    let links = fields.list("url").filter_map(Fields::of);
    // PeerTube puts the files of a stream below it
    let below = fields.list("url").filter_map(Fields::of).flat_map(|link| link.list("tag").filter_map(Fields::of));
    let is_form = |link: &Fields<'_>| link.text("mediaType").is_some_and(|media| media.starts_with(&start));
    let forms = links.chain(below).filter(is_form).filter(|link| link.text("href").is_some_and(|href| host::parse(href).is_some()));
    let height = |link: &Fields<'_>| link.number("height").unwrap_or(0);
    let best = forms.max_by_key(|link| {
        let height = height(link);
        if height > HEIGHT_MAX { i64::from(HEIGHT_MAX) - i64::from(height) } else { i64::from(height) }
    })?;
    Some(Attachment {
        url: best.text("href")?.to_owned(),
        media_type: media_type(best.text("mediaType"), "", kind),
        width: best.number("width"),
        height: best.number("height").filter(|height| *height > 0),
        ..Attachment::default()
    })
}

/// The picture under a name: embedded, linked or named; the last of several, which is the largest.
fn picture(fields: Fields<'_>, name: &str) -> Option<Attachment> {
    let one = |value: &Value| {
        let url = match Fields::of(value) {
            Some(image) => address(image)?.0.to_owned(),
            None => value.as_str().filter(|url| host::parse(url).is_some())?.to_owned(),
        };
        let fields = Fields::of(value);
        let said = fields.and_then(|image| image.text("mediaType"));
        let number = |name: &str| fields.and_then(|image| image.number(name));
        let media_type = Some(media_type(said, &url, "Image")).filter(|kind| kind.starts_with("image"))?;
        Some(Attachment { media_type, width: number("width"), height: number("height"), url, ..Attachment::default() })
    };
    fields.list(name).filter_map(one).last()
}

/// What a medium is: as it says, else by its ending, else by its type.
fn media_type(said: Option<&str>, url: &str, kind: &str) -> String {
    if let Some(said) = said.filter(|said| said.len() <= 100 && said.contains('/') && said.bytes().all(|byte| byte.is_ascii_graphic())) {
        return said.to_ascii_lowercase();
    }
    let path = host::parse(url).map(|url| url.path().to_ascii_lowercase()).unwrap_or_default();
    let by_ending = ENDINGS.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, media)| (*media).to_owned());
    by_ending.unwrap_or_else(|| match kind {
        "Image" | "Video" | "Audio" => format!("{}/*", kind.to_ascii_lowercase()),
        _ => String::new(),
    })
}

/// Mastodon's focal point, each part between -1 and 1.
fn focus(fields: Fields<'_>) -> Option<(i16, i16)> {
    let mut parts = fields.list("focalPoint").map(|part| part.as_f64().filter(|part| part.abs() <= 1.0));
    #[expect(clippy::cast_possible_truncation, reason = "at most a thousand either way")]
    let thousandths = |part: f64| (part * 1000.0).round() as i16;
    Some((thousandths(parts.next()??), thousandths(parts.next()??)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(object: &Value) -> Vec<Attachment> {
        let fields = Fields::of(object).unwrap();
        read(fields, fields.kind())
    }

    #[test]
    fn a_picture_of_mastodon_is_read_whole() {
        let note = json!({"type": "Note", "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://p.test/1.png", "name": "a valve",
            "width": 30, "height": 20, "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH", "focalPoint": [-0.25, 1.0]}]});
        let found = of(&note);
        assert_eq!(
            (found[0].media_type.as_str(), found[0].description.as_str(), found[0].focus),
            ("image/png", "a valve", Some((-250, 1000)))
        );
        assert_eq!((found[0].width, found[0].blurhash.is_some()), (Some(30), true));
    }

    #[test]
    fn addresses_stand_in_several_places_and_kinds_are_guessed() {
        let note = json!({"type": "Note", "attachment": [
            {"type": "Image", "url": [{"type": "Link", "href": "https://p.test/a", "mediaType": "image/webp"}]},
            {"type": "Document", "url": "https://p.test/b.JPG?x=1"},
            {"type": "Image", "url": "https://p.test/c"},
            {"type": "Link", "href": "https://p.test/d.mp4", "mediaType": "video/mp4"},
            {"type": "Link", "href": "https://p.test/page"}, {"type": "Image", "url": "javascript:alert(1)"}, {"type": "PropertyValue", "url": "https://p.test/e.png"},
        ]});
        let kinds: Vec<String> = of(&note).into_iter().map(|medium| medium.media_type).collect();
        assert_eq!(kinds, ["image/webp", "image/jpeg", "image/*", "video/mp4"]);
    }

    #[test]
    fn a_video_is_its_own_medium_with_a_picture_before_it() {
        let file = |height: u32| json!({"type": "Link", "mediaType": "video/mp4", "href": format!("https://v.test/{height}.mp4"), "height": height});
        let video = json!({"type": "Video", "name": "x", "icon": [{"type": "Image", "url": "https://v.test/small.jpg"}, {"type": "Image", "url": "https://v.test/large.jpg"}],
            "url": [{"type": "Link", "mediaType": "text/html", "href": "https://v.test/w/1"}, {"type": "Link", "mediaType": "application/x-mpegURL", "href": "https://v.test/1.m3u8", "tag": [file(1080), file(720), file(240)]}]});
        let found = of(&video);
        assert_eq!(
            (found.len(), found[0].url.as_str(), found[0].preview_url.as_str()),
            (1, "https://v.test/720.mp4", "https://v.test/large.jpg")
        );
        let without = json!({"type": "Video", "icon": {"type": "Image", "url": "https://v.test/small.jpg"}, "url": "https://v.test/w/1"});
        assert_eq!(of(&without)[0].url, "https://v.test/small.jpg");
        let article = json!({"type": "Article", "image": {"type": "Image", "url": "https://v.test/head.jpg"}});
        assert_eq!(of(&article)[0].media_type, "image/jpeg");
    }

    #[test]
    fn s073_no_more_than_a_few_are_kept_each_once() {
        let many: Vec<Value> = (0..90).map(|n| json!({"type": "Image", "url": format!("https://p.test/{}.png", n / 2)})).collect();
        assert_eq!(of(&json!({"type": "Note", "attachment": many})).len(), limits::ATTACHMENTS_MAX_REMOTE);
    }
}
