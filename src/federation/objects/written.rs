//! A post from elsewhere, as its document gives it: checked, bounded and cleaned; whom and what it names is still by id.
//!
//! Invariant (S33, S37): everyone it is attributed to is on the origin of its id, and so is its page. Whether the sender may
//! speak for it is asked by whoever received it.

use super::fields::{Fields, same_origin, wrong};
use crate::{
    base::{
        clock::Stamp,
        error::Refusal,
        host,
        text::{html, limits, names},
        words::Audience,
    },
    store::tables::Attachment,
};
use serde_json::Value;

/// Longest language tag.
const LANGUAGE_MAX: usize = 16;

/// A post from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its id.
    pub uri: String,
    /// Who wrote it.
    pub author: String,
    /// Page for people.
    pub url: String,
    /// `to`, `cc` and `audience`, in this order.
    pub to: Vec<String>,
    /// See [`Written::to`].
    pub cc: Vec<String>,
    /// See [`Written::to`].
    pub communities: Vec<String>,
    /// What it answers; empty for nothing.
    pub in_reply_to: String,
    /// Title; empty for none.
    pub title: String,
    /// Safe HTML.
    pub content: String,
    /// Content warning, plain; empty for none.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// BCP 47; empty when unknown.
    pub language: String,
    /// Media at their origin.
    pub attachments: Vec<Attachment>,
    /// Whom it names.
    pub mentions: Vec<String>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
    /// Published, as it says.
    pub published: Option<Stamp>,
    /// Last edited.
    pub updated: Option<Stamp>,
    /// The thread to which it says that it belongs (FEP-7888): a web address, or empty (older software has `tag:` names there).
    pub context: String,
    is_public: bool,
    is_unlisted: bool,
}

/// Whether `kind` is a type of post that we keep.
pub fn is_post(kind: &str) -> bool {
    matches!(kind, "Note" | "Page" | "Article" | "Question" | "Video" | "Audio" | "Image" | "Event")
}

impl Written {
    /// Reads a post's document. Its id is taken from it: the caller has made sure that it came from there.
    pub fn read(document: &Value) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the object")?;
        if !is_post(fields.kind()) {
            return Err(wrong("the object is not a post"));
        }
        let (uri, _) = fields.own_id()?;
        let owned = |name: &str| -> Vec<String> { fields.ids(name).into_iter().map(str::to_owned).collect() };
        let url = fields.ids("url").into_iter().find(|url| same_origin(url, uri)).unwrap_or(uri);
        let in_reply_to = fields.id("inReplyTo").filter(|parent| host::parse(parent).is_some()).unwrap_or_default();
        let (spoiler, title) = (fields.text("summary").unwrap_or_default(), fields.text("name").unwrap_or_default());
        let spoiler = html::to_plain(limits::cut_bytes(spoiler, 8 * limits::SPOILER_CHARS_MAX));
        Ok(Self {
            uri: uri.to_owned(),
            author: author(fields, uri)?.to_owned(),
            url: url.to_owned(),
            to: owned("to"),
            cc: owned("cc"),
            communities: owned("audience"),
            in_reply_to: in_reply_to.to_owned(),
            title: names::display_name(title, limits::TITLE_CHARS_MAX),
            content: content(fields),
            spoiler: names::display_name(&spoiler, limits::SPOILER_CHARS_MAX),
            sensitive: fields.flag("sensitive").unwrap_or(false),
            language: language(fields),
            attachments: fields.list("attachment").filter_map(Fields::of).filter_map(medium).take(limits::ATTACHMENTS_MAX_REMOTE).collect(),
            mentions: mentions(fields),
            tags: tags(fields),
            published: fields.time("published"),
            updated: fields.time("updated"),
            context: fields.id("context").filter(|context| host::parse(context).is_some()).unwrap_or_default().to_owned(),
            is_public: fields.addresses_everyone("to"),
            is_unlisted: fields.addresses_everyone("cc"),
        })
    }

    /// To whom it is addressed, given its author's followers collection and those of the communities it may belong to.
    pub fn audience(&self, followers: &str, groups: &[&str]) -> Audience {
        let addresses = |collection: &str| !collection.is_empty() && self.to.iter().chain(&self.cc).any(|uri| uri == collection);
        if self.is_public {
            Audience::Public
        } else if self.is_unlisted {
            Audience::Unlisted
        } else if groups.iter().any(|group| addresses(group)) {
            Audience::Members
        } else if addresses(followers) {
            Audience::Followers
        } else {
            Audience::Direct
        }
    }

    /// Every account it may name: to be looked up together.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        [&self.author].into_iter().chain(&self.communities).chain(&self.to).chain(&self.cc).chain(&self.mentions)
    }
}

/// Who wrote it. There may be several (PeerTube: the person and the group); all must be on the post's own server.
fn author<'a>(fields: Fields<'a>, uri: &str) -> Result<&'a str, Refusal> {
    let all = fields.ids("attributedTo");
    if all.iter().any(|author| !same_origin(author, uri)) {
        return Err(wrong("the post is attributed to somebody on another server"));
    }
    let person =
        fields.list("attributedTo").filter_map(Fields::of).find(|author| author.kind() == "Person").and_then(|author| author.text("id"));
    person.or_else(|| all.first().copied()).ok_or_else(|| wrong("the post has no author"))
}

fn content(fields: Fields<'_>) -> String {
    let content = fields.text("content").unwrap_or_default();
    let is_html = fields.text("mediaType").is_none_or(|kind| kind == "text/html" || !kind.starts_with("text/"));
    let mut content = if is_html { html::sanitise(content) } else { html::escape(limits::cut_bytes(content, limits::HTML_BYTES_MAX)) };
    // Lemmy's link posts have their link as an attachment
    let links = fields.list("attachment").filter_map(Fields::of).filter(|link| link.kind() == "Link").filter_map(|link| link.text("href"));
    for link in links.filter(|link| host::parse(link).is_some() && !content.contains(*link)).take(1).collect::<Vec<_>>() {
        let link = html::escape(link);
        content.push_str(&html::sanitise(&format!("<p><a href=\"{link}\">{link}</a></p>")));
    }
    content
}

fn language(fields: Fields<'_>) -> String {
    let map = fields.value("contentMap").and_then(Value::as_object).filter(|map| map.len() == 1);
    let tag = map.and_then(|map| map.keys().next()).map(String::as_str);
    let tag = tag.or_else(|| fields.object("language").and_then(|language| language.text("identifier"))).unwrap_or_default();
    let is_good = tag.len() <= LANGUAGE_MAX && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && tag != "und";
    if is_good { tag.to_owned() } else { String::new() }
}

fn medium(fields: Fields<'_>) -> Option<Attachment> {
    if !matches!(fields.kind(), "Document" | "Image" | "Video" | "Audio") {
        return None;
    }
    let url = fields.id("url").filter(|url| host::parse(url).is_some())?;
    let media_type = fields.text("mediaType").filter(|kind| kind.len() <= 100 && kind.contains('/')).unwrap_or_default();
    let is_blurhash =
        |hash: &&str| (6..=100).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>&\\".contains(&byte));
    let description = fields.text("summary").or_else(|| fields.text("name")).unwrap_or_default();
    Some(Attachment {
        url: url.to_owned(),
        media_type: media_type.to_owned(),
        description: names::free_text(description, limits::ALT_TEXT_CHARS_MAX),
        blurhash: fields.text("blurhash").filter(is_blurhash).map(str::to_owned),
        width: fields.number("width"),
        height: fields.number("height"),
    })
}

fn mentions(fields: Fields<'_>) -> Vec<String> {
    let mentions = fields.list("tag").filter_map(Fields::of).filter(|tag| tag.kind() == "Mention").filter_map(|tag| tag.text("href"));
    let mut named: Vec<String> = Vec::new();
    for mention in mentions.filter(|mention| host::parse(mention).is_some()) {
        if named.len() < limits::MENTIONS_MAX && named.iter().all(|known| known != mention) {
            named.push(mention.to_owned());
        }
    }
    named
}

fn tags(fields: Fields<'_>) -> Vec<String> {
    let tags = fields.list("tag").filter_map(Fields::of).filter(|tag| tag.kind() == "Hashtag").filter_map(|tag| tag.text("name"));
    let names = tags.map(|tag| tag.trim().trim_start_matches('#'));
    let is_good = |name: &&str| {
        !name.is_empty() && name.chars().count() <= limits::TAG_CHARS_MAX && name.chars().all(|c| c.is_alphanumeric() || "_·-".contains(c))
    };
    names.filter(is_good).take(limits::TAGS_MAX).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn note() -> Value {
        json!({
            "type": "Note", "id": "https://p.test/n/1", "attributedTo": "https://p.test/users/pat", "content": "<p onclick=x>hi</p>",
            "to": ["https://p.test/users/pat/followers"], "cc": ["https://www.w3.org/ns/activitystreams#Public"],
            "inReplyTo": "https://acme.test/p/1", "published": "2026-11-22T10:00:00Z", "url": "https://p.test/@pat/1",
            "contentMap": {"en": "x"}, "sensitive": true, "summary": "a <b>warning</b>",
            "tag": [{"type": "Mention", "href": "https://acme.test/u/ada", "name": "@ada"}, {"type": "Hashtag", "name": "#Valves"}],
            "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://p.test/1.png", "name": "a valve", "width": 3}],
        })
    }

    #[test]
    fn a_note_as_mastodon_writes_it_is_read() {
        let read = Written::read(&note()).unwrap();
        assert_eq!((read.content.as_str(), read.spoiler.as_str(), read.language.as_str()), ("<p>hi</p>", "a warning", "en"));
        assert_eq!(read.audience("https://p.test/users/pat/followers", &[]), Audience::Unlisted);
        assert_eq!((read.mentions.len(), read.tags[0].as_str(), read.attachments[0].description.as_str()), (1, "Valves", "a valve"));
        assert_eq!(read.url, "https://p.test/@pat/1");
    }

    #[test]
    fn s033_a_post_attributed_to_another_server_is_refused() {
        for authors in [
            json!("https://e.test/u/x"),
            json!(["https://p.test/users/pat", "https://e.test/u/x"]),
            json!([{"type": "Person", "id": "https://e.test/u/x"}]),
        ] {
            let mut note = note();
            note["attributedTo"] = authors;
            assert!(Written::read(&note).is_err());
        }
    }

    #[test]
    fn of_several_authors_the_person_is_taken() {
        let mut note = note();
        note["attributedTo"] = json!([{"type": "Group", "id": "https://p.test/c/g"}, {"type": "Person", "id": "https://p.test/users/pat"}]);
        assert_eq!(Written::read(&note).unwrap().author, "https://p.test/users/pat");
    }

    #[test]
    fn the_audience_is_never_wider_than_what_is_addressed() {
        let mut note = note();
        note["cc"] = json!([]);
        let read = Written::read(&note).unwrap();
        assert_eq!(read.audience("https://p.test/users/pat/followers", &[]), Audience::Followers);
        assert_eq!(read.audience("https://p.test/other", &["https://p.test/users/pat/followers"]), Audience::Members);
        assert_eq!(read.audience("", &[""]), Audience::Direct);
    }

    #[test]
    fn posts_of_other_software_are_read() {
        let folder = std::env::var("INTERMOOT_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        for file in [
            "lemmy/lemmy/objects/page.json",
            "lemmy/lemmy/objects/comment.json",
            "lemmy/mastodon/objects/note_1.json",
            "lemmy/mastodon/objects/page.json",
            "lemmy/peertube/objects/video.json",
            "lemmy/discourse/objects/page.json",
            "lemmy/pleroma/objects/note.json",
        ] {
            let Ok(text) = std::fs::read(format!("{folder}/fixtures/{file}")) else {
                eprintln!("{file} is not there: not tried");
                continue;
            };
            let document: Value = serde_json::from_slice(&text).unwrap();
            let read = Written::read(&document).unwrap_or_else(|refusal| panic!("{file}: {refusal}"));
            assert!(!read.content.is_empty() || !read.title.is_empty(), "{file}");
        }
    }
}
