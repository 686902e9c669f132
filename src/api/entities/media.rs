//! Media as clients get them.

use crate::store::tables::{Attachment, Post};
use serde_json::{Value, json};

/// Media at their origin, as the Mastodon API's MediaAttachment.
pub fn media(post: &Post) -> Vec<Value> {
    if post.attachments == "[]" {
        return Vec::new();
    }
    let list: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let one = |(nth, file): (usize, &Attachment)| {
        let kind = match file.media_type.split('/').next() {
            Some("image") => "image",
            Some("video") => "video",
            Some("audio") => "audio",
            _ => "unknown",
        };
        let size = file.width.zip(file.height).filter(|(_, height)| *height > 0);
        let original = size.map(|(width, height)| json!({ "width": width, "height": height, "size": format!("{width}x{height}"), "aspect": f64::from(width) / f64::from(height) }));
        json!({
            "id": format!("{}{nth:02}", post.id), "type": kind, "url": file.url, "preview_url": file.url, "remote_url": file.url, "text_url": null,
            "description": Some(&file.description).filter(|text| !text.is_empty()), "blurhash": file.blurhash,
            "meta": original.map_or_else(|| json!({}), |original| json!({ "original": original })),
        })
    };
    list.iter().enumerate().map(one).collect()
}
