//! Files of our posts as `Document`, with what Mastodon adds for showing them (blurhash, size, focal point).

use super::actor::picture;
use crate::{base::origin::Origin, store::tables::Attachment};
use serde_json::{Value, json};

/// The document of one file.
pub(super) fn medium(origin: &Origin, attachment: &Attachment) -> Value {
    let mut medium = json!({"type": "Document", "mediaType": attachment.media_type, "url": origin.absolute(&attachment.url)});
    if !attachment.description.is_empty() {
        medium["name"] = json!(attachment.description);
    }
    if !attachment.preview_url.is_empty() && !attachment.media_type.starts_with("image/") {
        medium["icon"] = picture(origin, &attachment.preview_url);
    }
    let focus = attachment.focus.map(|(x, y)| [f64::from(x) / 1000.0, f64::from(y) / 1000.0]);
    for (name, value) in [
        ("blurhash", json!(attachment.blurhash)),
        ("width", json!(attachment.width)),
        ("height", json!(attachment.height)),
        ("focalPoint", json!(focus)),
    ] {
        if !value.is_null() {
            medium[name] = value;
        }
    }
    medium
}
