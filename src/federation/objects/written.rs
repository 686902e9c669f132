//! A post from elsewhere, as its document gives it: checked, bounded and cleaned; whom and what it names is still by id.
//!
//! Invariant (S33, S37): everyone it is attributed to is on the origin of its id, and so is its page. Whether the sender may
//! speak for it is asked by whoever received it. Its words: `wording`; media: `attached`; what it refers to: `tagged`.

use super::{
    attached,
    fields::{Fields, id_of, same_origin, wrong},
    question, tagged, wording,
};
use crate::{
    base::{clock::Stamp, error::Refusal, host, words::Audience},
    features::polls,
    store::tables::{Attachment, Details},
};
use serde_json::Value;

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
    /// Custom emoji and the like.
    pub details: Details,
    /// The post that it quotes, by id; empty for none.
    pub quote: String,
    /// Where the stamp is by which it says that it may (FEP-044f); empty for none.
    pub quote_stamp: String,
    /// What it asks.
    pub poll: Option<polls::Told>,
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
    matches!(kind, "Note" | "Page" | "Article" | "Question" | "Video" | "Audio" | "Image" | "Event" | "ChatMessage")
}

/// The type by which a thing is a post, of several that it may have; none when it is something else, or gone.
pub fn kind_of(fields: Fields<'_>) -> Option<&str> {
    let kinds = || fields.list("type").filter_map(Value::as_str);
    if kinds().any(|kind| kind == "Tombstone") { None } else { kinds().find(|kind| is_post(kind)) }
}

impl Written {
    /// Reads a post's document. Its id is taken from it: the caller has made sure that it came from there.
    pub fn read(document: &Value) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the object")?;
        let kind = kind_of(fields).ok_or_else(|| wrong("the object is not a post"))?;
        let (uri, _) = fields.own_id()?;
        let owned = |name: &str| -> Vec<String> { fields.ids(name).into_iter().map(str::to_owned).collect() };
        let url = page(fields, uri);
        let in_reply_to = fields.id("inReplyTo").filter(|parent| host::parse(parent).is_some()).unwrap_or_default();
        let poll = question::read(fields);
        // a chat is between those who are addressed, whatever it says
        let is_chat = kind == "ChatMessage";
        Ok(Self {
            uri: uri.to_owned(),
            author: author(fields, uri)?.to_owned(),
            url: url.to_owned(),
            to: owned("to"),
            cc: owned("cc"),
            communities: owned("audience"),
            in_reply_to: in_reply_to.to_owned(),
            title: wording::title(fields),
            content: wording::content(fields, (kind, url)),
            spoiler: wording::spoiler(fields, kind),
            sensitive: fields.flag("sensitive").unwrap_or(false),
            language: wording::language(fields),
            attachments: attached::read(fields, kind),
            mentions: tagged::mentions(fields),
            tags: tagged::hashtags(fields),
            details: Details {
                emojis: tagged::emojis(fields),
                is_poll: poll.is_some(),
                searchable: tagged::searchable(fields),
                quotable: tagged::quotable(fields),
                is_markdown: false,
            },
            quote: tagged::quote(fields).filter(|quoted| *quoted != uri).unwrap_or_default().to_owned(),
            quote_stamp: tagged::quote_stamp(fields).unwrap_or_default().to_owned(),
            poll,
            published: fields.time("published"),
            updated: fields.time("updated"),
            context: fields.id("context").filter(|context| host::parse(context).is_some()).unwrap_or_default().to_owned(),
            is_public: fields.addresses_everyone("to") && !is_chat,
            is_unlisted: fields.addresses_everyone("cc") && !is_chat,
        })
    }

    /// Whether it is a vote in a poll and no post: an answer that has a name and no words (Mastodon).
    pub fn is_vote(&self) -> bool {
        let is_named_answer = !self.in_reply_to.is_empty() && !self.title.is_empty();
        is_named_answer && self.content.is_empty() && self.attachments.is_empty() && self.poll.is_none()
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

/// Where people read it: on its own server, and rather a page than a file.
fn page<'a>(fields: Fields<'a>, uri: &'a str) -> &'a str {
    let is_file = |value: &&Value| Fields::of(value).and_then(|link| link.text("mediaType")).is_some_and(|kind| kind != "text/html");
    let mut pages = fields.list("url").filter(|value| !is_file(value)).filter_map(id_of);
    pages.find(|url| same_origin(url, uri)).unwrap_or(uri)
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
    fn a_vote_is_no_post_and_a_titled_answer_is_one() {
        let mut vote = json!({"type": "Note", "id": "https://p.test/v/1", "attributedTo": "https://p.test/users/pat", "name": "Yes", "inReplyTo": "https://acme.test/p/1"});
        assert!(Written::read(&vote).unwrap().is_vote());
        vote["content"] = json!("<p>because</p>");
        assert!(!Written::read(&vote).unwrap().is_vote());
        assert!(!Written::read(&note()).unwrap().is_vote());
    }

    #[test]
    fn a_chat_is_never_for_everyone_and_what_is_gone_is_no_post() {
        let mut chat = note();
        chat["type"] = json!("ChatMessage");
        chat["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
        assert_eq!(Written::read(&chat).unwrap().audience("https://p.test/users/pat/followers", &[]), Audience::Direct);
        for (kind, is_read) in [
            (json!(["Event", "Article"]), true),
            (json!(["x:Thing", "Note"]), true),
            (json!(["Note", "Tombstone"]), false),
            (json!("Person"), false),
        ] {
            let mut note = note();
            note["type"] = kind.clone();
            assert_eq!(Written::read(&note).is_ok(), is_read, "{kind}");
        }
    }

    #[test]
    fn its_page_is_rather_a_page_than_a_file() {
        let mut video = note();
        video["type"] = json!("Video");
        video["url"] = json!([{"type": "Link", "mediaType": "video/mp4", "href": "https://p.test/1.mp4"}, {"type": "Link", "mediaType": "text/html", "href": "https://p.test/w/1"}]);
        assert_eq!(Written::read(&video).unwrap().url, "https://p.test/w/1");
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
