//! Media as clients get them: at their origin.

use crate::{
    app::App,
    store::tables::{Attachment, Post},
};
use serde_json::{Value, json};

/// Media at their origin, as the Mastodon API's MediaAttachment. A page over https cannot show what is on http (client-api.md 18).
pub fn media(app: &App, post: &Post) -> Vec<Value> {
    if post.attachments == "[]" {
        return Vec::new();
    }
    let is_secure = app.origin.base().starts_with("https://");
    let can_show = |url: &str| !(is_secure && url.starts_with("http://"));
    let list: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let shown = list.iter().enumerate().filter(|(_, file)| can_show(&file.url));
    shown.map(|(nth, file)| one(&format!("{}{nth:02}", post.id), file, can_show(&file.preview_url))).collect()
}

fn one(id: &str, file: &Attachment, can_preview: bool) -> Value {
    let kind = match file.media_type.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "unknown",
    };
    let preview = match (kind, file.preview_url.as_str()) {
        (_, preview) if can_preview && !preview.is_empty() => Some(preview),
        ("image" | "unknown", _) => Some(file.url.as_str()),
        // what is played is no picture
        _ => None,
    };
    let mut meta = json!({});
    if let Some((width, height)) = file.width.zip(file.height).filter(|(_, height)| *height > 0) {
        let aspect = f64::from(width) / f64::from(height);
        meta["original"] = json!({ "width": width, "height": height, "size": format!("{width}x{height}"), "aspect": aspect });
    }
    if let Some((x, y)) = file.focus {
        meta["focus"] = json!({ "x": f64::from(x) / 1000.0, "y": f64::from(y) / 1000.0 });
    }
    json!({
        "id": id, "type": kind, "url": file.url, "preview_url": preview, "remote_url": file.url, "text_url": null,
        "description": Some(&file.description).filter(|text| !text.is_empty()), "blurhash": file.blurhash, "meta": meta,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_is_shown_where_it_is_with_what_must_stay_in_view() {
        let file = Attachment {
            url: "https://p.test/1.png".into(),
            media_type: "image/png".into(),
            width: Some(300),
            height: Some(200),
            focus: Some((-250, 1000)),
            ..Attachment::default()
        };
        let shown = one("7", &file, true);
        assert_eq!((shown["type"].as_str(), shown["preview_url"].as_str()), (Some("image"), Some("https://p.test/1.png")));
        assert_eq!((&shown["meta"]["focus"]["x"], &shown["meta"]["original"]["size"]), (&json!(-0.25), &json!("300x200")));
        let video = Attachment { media_type: "video/mp4".into(), preview_url: "https://p.test/1.jpg".into(), ..file };
        assert_eq!(one("7", &video, true)["preview_url"], "https://p.test/1.jpg");
        assert_eq!(one("7", &video, false)["preview_url"], Value::Null);
    }
}
