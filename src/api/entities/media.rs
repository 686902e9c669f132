//! Media as clients get them: our own files, and those of others through this node (S91).
//!
//! What is not for everybody has an address that is for this reader alone and for a few minutes (S57).
//! Source: docs.joinmastodon.org/entities/MediaAttachment; client-api.md 16, 18, 19.

use crate::{
    app::{App, links::Sight},
    base::{
        id::{AccountId, PostId},
        words::media::MediumState,
    },
    store::tables::{Attachment, Medium, Post},
};
use serde_json::{Value, json};

/// The media of a post, as `reader` gets them.
pub fn media(app: &App, post: &Post, reader: Option<AccountId>) -> Vec<Value> {
    listed(app, (post.id, &post.attachments), sight(post, reader))
}

/// For whom files of `post` are shown to `reader`, who may see it.
pub fn sight(post: &Post, reader: Option<AccountId>) -> Sight {
    Sight::of(post, reader)
}

/// Attachments as a post or an earlier wording of it keeps them.
pub fn listed(app: &App, (post, attachments): (PostId, &str), sight: Sight) -> Vec<Value> {
    if attachments == "[]" {
        return Vec::new();
    }
    // A page over https cannot show what is on http, unless it comes through us (client-api.md 18).
    let is_secure = app.origin.base().starts_with("https://") && !app.config.media.proxy;
    let can_show = |url: &str| !(is_secure && url.starts_with("http://"));
    let list: Vec<Attachment> = serde_json::from_str(attachments).unwrap_or_default();
    let shown = list.iter().enumerate().filter(|(_, file)| can_show(&file.url));
    let id = |nth: usize, file: &Attachment| file.id.map_or_else(|| format!("{post}{nth:02}"), |id| id.to_string());
    shown.map(|(nth, file)| one(&id(nth, file), file, can_show(&file.preview_url), &|url| app.shown_url(url, sight))).collect()
}

/// A file of the caller's own that no post holds yet, or that one does: its address is none until it may be shown.
pub fn own(app: &App, medium: &Medium) -> Value {
    let sight = Sight::Reader(medium.owner_id, medium.post_id.unwrap_or(PostId(0)));
    let mut shown = one(&medium.id.to_string(), &medium.attachment(), true, &|url| app.shown_url(url, sight));
    if medium.state != MediumState::Ready {
        (shown["url"], shown["preview_url"]) = (Value::Null, Value::Null);
    }
    shown
}

fn one(id: &str, file: &Attachment, can_preview: bool, address: &dyn Fn(&str) -> String) -> Value {
    let kind = file.kind().word();
    let preview = match (kind, file.preview_url.as_str()) {
        (_, preview) if can_preview && !preview.is_empty() => Some(preview),
        ("image" | "unknown", _) => Some(file.url.as_str()),
        // what is played is no picture
        _ => None,
    };
    let remote = Some(&file.url).filter(|url| !url.starts_with('/'));
    json!({
        "id": id, "type": kind, "url": address(&file.url), "preview_url": preview.map(address), "remote_url": remote, "text_url": null,
        "preview_remote_url": null, "description": Some(&file.description).filter(|text| !text.is_empty()), "blurhash": file.blurhash,
        "meta": meta(file),
    })
}

fn meta(file: &Attachment) -> Value {
    let mut meta = json!({});
    let sides = |(width, height): (u32, u32)| {
        let aspect = f64::from(width) / f64::from(height);
        json!({ "width": width, "height": height, "size": format!("{width}x{height}"), "aspect": aspect })
    };
    let is_whole = |(_, height): &(u32, u32)| *height > 0;
    if let Some(size) = file.width.zip(file.height).filter(is_whole) {
        meta["original"] = sides(size);
    }
    if let Some(size) = file.preview_size.filter(is_whole) {
        meta["small"] = sides(size);
    }
    if let Some(milliseconds) = file.milliseconds {
        let seconds = milliseconds / 1000;
        let duration = json!(milliseconds as f64 / 1000.0);
        meta["duration"] = duration.clone();
        meta["length"] = json!(format!("{}:{:02}:{:02}.{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60, milliseconds % 1000 / 10));
        meta["original"]["duration"] = duration;
    }
    if let Some((x, y)) = file.focus {
        meta["focus"] = json!({ "x": f64::from(x) / 1000.0, "y": f64::from(y) / 1000.0 });
    }
    meta
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_is_shown_with_what_must_stay_in_view() {
        let file = Attachment {
            url: "https://p.test/1.png".into(),
            media_type: "image/png".into(),
            width: Some(300),
            height: Some(200),
            focus: Some((-250, 1000)),
            ..Attachment::default()
        };
        let as_it_is = |url: &str| url.to_owned();
        let shown = one("7", &file, true, &as_it_is);
        assert_eq!((shown["type"].as_str(), shown["preview_url"].as_str()), (Some("image"), Some("https://p.test/1.png")));
        assert_eq!((&shown["meta"]["focus"]["x"], &shown["meta"]["original"]["size"]), (&json!(-0.25), &json!("300x200")));
        let video = Attachment { media_type: "video/mp4".into(), preview_url: "https://p.test/1.jpg".into(), ..file };
        assert_eq!(one("7", &video, true, &as_it_is)["preview_url"], "https://p.test/1.jpg");
        assert_eq!(one("7", &video, false, &as_it_is)["preview_url"], Value::Null);
        let long = Attachment { media_type: "audio/mpeg".into(), milliseconds: Some(3_725_040), ..Attachment::default() };
        let shown = one("8", &long, true, &as_it_is);
        assert_eq!((shown["meta"]["length"].as_str(), &shown["meta"]["original"]["duration"]), (Some("1:02:05.04"), &json!(3725.04)));
    }
}
