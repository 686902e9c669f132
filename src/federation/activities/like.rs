//! `Like`, `Dislike`, `EmojiReact`: somebody says with one sign what they think of a post that they may see.
//!
//! A Like without words is a favourite, and so is one with a heart or a star, which is how Misskey says that. Another emoji
//! (FEP-c0e0, Misskey's `_misskey_reaction`) stands beside the favourites. A Dislike is a thumb down and ends a like.

use super::{Envelope, Scene};
use crate::{
    base::{
        error::{Refusal, Result},
        host,
        text::{emoji::is_emoji, handle, limits},
    },
    features::{
        posts,
        reactions::{
            self,
            emoji::{self, DISLIKE, Reaction},
        },
    },
    federation::objects::{Fields, fields::wrong, tagged},
    store::tables::{Account, Post},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// Its id.
    pub id: String,
    /// Who likes.
    pub actor: String,
    /// What.
    pub object: String,
    /// With which emoji; none for a plain like.
    pub reaction: Option<Reaction>,
}

impl Like {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let reaction = reaction(fields, &envelope.kind, &envelope.actor)?;
        Ok(Self { id: envelope.id.clone(), actor: envelope.actor.clone(), object: object.to_owned(), reaction })
    }

    /// The post that is liked, if we have it.
    pub(super) async fn post(&self, scene: Scene<'_>) -> Result<Post> {
        let post = posts::queries::by_uri(scene.tx, scene.stored(&self.object)).await?;
        post.ok_or_else(|| wrong("the post that is liked is not known here").into())
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let post = self.post(scene).await?;
        if posts::is_buried(scene.tx, &self.id, actor.id).await? {
            return Err(wrong("this was taken back before").into());
        }
        let viewer = posts::queries::Viewer::Account(actor.id);
        let seen = posts::queries::seen(scene.tx, &viewer, post.id).await?;
        let post = seen.ok_or_else(|| wrong("the post that is liked is not known here"))?;
        self.put(scene, actor, &post).await
    }

    /// Puts it to a post that `actor` may see.
    pub(super) async fn put(&self, scene: Scene<'_>, actor: &Account, post: &Post) -> Result<()> {
        match &self.reaction {
            Some(reaction) => emoji::react(scene.tx, actor, post, (reaction, &self.id)).await,
            None => reactions::like(scene.tx, actor, post, Some(&self.id)).await,
        }
    }
}

/// The emoji that an activity of this kind by this actor puts to its object; none for a plain like.
pub(super) fn reaction(fields: Fields<'_>, kind: &str, actor: &str) -> Result<Option<Reaction>, Refusal> {
    if kind == "Dislike" {
        return Ok(Some(Reaction { emoji: DISLIKE.to_owned(), image: String::new() }));
    }
    let is_like = kind == "Like";
    let said = fields.text("content").or_else(|| fields.text("_misskey_reaction")).unwrap_or_default();
    let said = limits::cut_bytes(said, 256).trim();
    if is_like && (said.is_empty() || matches!(said.trim_end_matches('\u{fe0f}'), "\u{2764}" | "\u{2665}" | "\u{2b50}")) {
        return Ok(None);
    }
    let found = if is_emoji(said) { Some(Reaction { emoji: said.to_owned(), image: String::new() }) } else { custom(fields, said, actor) };
    match found {
        None if is_like => Ok(None),
        None => Err(wrong("what is said to be an emoji is none")),
        found => Ok(found),
    }
}

/// A picture of the actor's server, or of another one that is named in it.
fn custom(fields: Fields<'_>, said: &str, actor: &str) -> Option<Reaction> {
    let name = said.trim_matches(':');
    let (shortcode, at) = name.split_once('@').unwrap_or((name, "."));
    let picture = tagged::emojis(fields).into_iter().find(|emoji| emoji.shortcode == shortcode)?;
    let own = || host::parse(actor).and_then(|url| host::authority(&url));
    let at = handle::acct(&format!("x@{at}")).ok().and_then(|acct| acct.host).filter(|_| at != ".").or_else(own)?;
    Some(Reaction { emoji: format!("{}@{at}", picture.shortcode), image: picture.url })
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use super::*;
    use serde_json::{Value, json};

    fn read(like: &Value) -> Like {
        let Deed::Like(read) = deed(like).unwrap().1 else { panic!("{like}") };
        read
    }

    #[test]
    fn likes_of_mastodon_and_lemmy_are_read_alike() {
        for like in [
            json!({"@context": "https://www.w3.org/ns/activitystreams", "id": "https://m.test/users/a#likes/1", "type": "Like", "actor": "https://m.test/users/a", "object": "https://acme.test/p/1"}),
            json!({"id": "https://l.test/activities/like/1", "type": "Like", "actor": "https://l.test/u/a", "object": "https://acme.test/p/1", "audience": "https://acme.test/c/valves"}),
        ] {
            let read = read(&like);
            assert_eq!(
                (json!(read.id), json!(read.actor), json!(read.object)),
                (like["id"].clone(), like["actor"].clone(), like["object"].clone())
            );
            assert_eq!(read.reaction, None);
        }
    }

    fn reacting(kind: &str, content: Value, tag: Value) -> Value {
        json!({"type": kind, "id": "https://m.test/1", "actor": "https://m.test/users/a", "object": "https://acme.test/p/1", "content": content, "tag": tag})
    }

    #[test]
    fn emoji_stand_beside_likes_and_hearts_are_likes() {
        for heart in ["❤", "❤️", "⭐", ""] {
            assert_eq!(read(&reacting("Like", json!(heart), Value::Null)).reaction, None, "{heart}");
        }
        for (kind, emoji) in [("Like", "🔥"), ("EmojiReact", "🔥"), ("EmojiReact", "❤️"), ("Like", "👩‍💻"), ("Like", "3️⃣"), ("Like", "🇩🇪")]
        {
            assert_eq!(read(&reacting(kind, json!(emoji), Value::Null)).reaction.unwrap().emoji, emoji);
        }
        assert_eq!(read(&reacting("Dislike", Value::Null, Value::Null)).reaction.unwrap().emoji, DISLIKE);
        let misskey = json!({"type": "Like", "id": "https://m.test/1", "actor": "https://m.test/users/a", "object": "https://acme.test/p/1", "_misskey_reaction": "👍"});
        assert_eq!(read(&misskey).reaction.unwrap().emoji, "👍");
    }

    #[test]
    fn pictures_of_a_server_are_named_with_it() {
        let tag = json!([{"type": "Emoji", "name": ":blobcat:", "icon": {"type": "Image", "url": "https://m.test/1.png"}}]);
        let own = read(&reacting("EmojiReact", json!(":blobcat:"), tag.clone())).reaction.unwrap();
        assert_eq!((own.emoji.as_str(), own.image.as_str()), ("blobcat@m.test", "https://m.test/1.png"));
        assert_eq!(read(&reacting("Like", json!(":blobcat@q.test:"), tag)).reaction.unwrap().emoji, "blobcat@q.test");
        // without a picture it is a like, or nothing
        assert_eq!(read(&reacting("Like", json!(":blobcat:"), Value::Null)).reaction, None);
        assert!(deed(&reacting("EmojiReact", json!(":blobcat:"), Value::Null)).is_err());
    }

    #[test]
    fn s073_words_are_no_emoji() {
        let long = "🔥".repeat(15);
        for words in ["hello", "<script>", "🔥 now", "🔥<b>", long.as_str(), "1", "\u{200d}"] {
            assert!(!is_emoji(words), "{words}");
            assert!(deed(&reacting("EmojiReact", json!(words), Value::Null)).is_err(), "{words}");
        }
    }
}
