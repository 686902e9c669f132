//! What an app sends for a post or an edit, read and checked. Source: docs.joinmastodon.org/methods/statuses.

use super::{media, polls::PollAsked, quotes::quotable};
use crate::{
    api::error::{Failure, Result},
    app::App,
    base::{
        id::{AccountId, AppId, MediumId, PostId},
        text::{
            limits::{SPOILER_CHARS_MAX, count_chars},
            names::free_text,
        },
        words::Audience,
    },
    features::{emojis, media::About, posts::publish::Beside},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Longest language tag (BCP 47).
const LANGUAGE_BYTES_MAX: usize = 35;

/// What a client sends for a post or an edit.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) status: Option<String>,
    pub(super) spoiler_text: Option<String>,
    pub(super) sensitive: Option<bool>,
    pub(super) visibility: Option<String>,
    pub(super) language: Option<String>,
    pub(super) in_reply_to_id: Option<PostId>,
    pub(super) media_ids: Vec<MediumId>,
    pub(super) media_attributes: Vec<AboutOne>,
    pub(super) poll: Option<PollAsked>,
    pub(super) scheduled_at: Option<String>,
    pub(super) quoted_status_id: Option<PostId>,
    pub(super) quote_approval_policy: Option<String>,
    pub(super) intermoot: Option<Ours>,
}

/// What an edit says of a file.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct AboutOne {
    id: MediumId,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    focus: Option<String>,
}

/// What is ours in it. A name that is not known is refused: a post that misses its community would be shown to more people.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Ours {
    pub(super) community_id: Option<AccountId>,
    pub(super) title: Option<String>,
}

/// The words of a request, checked.
pub(super) struct Words {
    pub(super) source: String,
    pub(super) spoiler: String,
    pub(super) language: String,
}

impl Asked {
    pub(super) fn words(&self, app: &App, fallback: &str) -> Result<Words> {
        let mut source = self.status.clone().unwrap_or_default();
        let mut spoiler = free_text(&self.spoiler_text.clone().unwrap_or_default(), usize::MAX).replace(['\n', '\t'], " ");
        if source.trim().is_empty() {
            // As Mastodon does: a warning without words is the words.
            source = std::mem::take(&mut spoiler);
        }
        if source.trim().is_empty() && self.media_ids.is_empty() {
            return Err(Failure::field("text", "can't be blank"));
        }
        let most = app.config.limits.status_characters as usize;
        if count_chars(&source) + spoiler.chars().count() > most {
            return Err(Failure::field("text", format!("is longer than {most} characters")));
        }
        if spoiler.chars().count() > SPOILER_CHARS_MAX {
            return Err(Failure::field("spoiler_text", format!("is longer than {SPOILER_CHARS_MAX} characters")));
        }
        let is_tag =
            |tag: &&str| tag.len() <= LANGUAGE_BYTES_MAX && !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let language = self.language.as_deref().filter(is_tag).unwrap_or(fallback).to_owned();
        Ok(Words { source, spoiler, language })
    }

    /// When it is to be published, as it was said.
    pub(super) fn scheduled_at(&self) -> Option<&str> {
        self.scheduled_at.as_deref()
    }

    /// What the Mastodon API tells of it while it waits.
    pub(super) fn params(&self, app_id: Option<AppId>) -> Value {
        json!({
            "text": self.status.as_deref().unwrap_or_default(),
            "spoiler_text": self.spoiler_text,
            "sensitive": self.sensitive,
            "visibility": self.visibility.as_deref().filter(|word| !word.is_empty()).unwrap_or("public"),
            "language": self.language,
            "in_reply_to_id": self.in_reply_to_id.map(|id| id.0),
            "media_ids": if self.media_ids.is_empty() { None } else { Some(&self.media_ids) },
            "poll": self.poll,
            "quoted_status_id": self.quoted_status_id,
            "quote_approval_policy": self.quote_approval_policy.as_deref().unwrap_or("public"),
            "application_id": app_id.map_or(0, |id| id.0),
            "scheduled_at": null,
            "idempotency": null,
            "with_rate_limit": false,
        })
    }

    /// Its files.
    pub(super) fn files(&self) -> &[MediumId] {
        &self.media_ids
    }

    /// What the post has beside its words (and its title). A poll has no files beside it, as Mastodon has it.
    pub(super) async fn beside(&self, app: &App, (words, title): (&Words, &str)) -> Result<Beside> {
        if self.poll.is_some() && !self.media_ids.is_empty() {
            return Err(Failure::field("media_ids", "cannot be beside a poll"));
        }
        let quotable = self.quote_approval_policy.as_deref().filter(|word| !word.is_empty()).map(quotable).transpose()?;
        let poll = PollAsked::checked(self.poll.as_ref())?;
        let answers = poll.iter().flat_map(|poll| poll.options.iter().map(String::as_str));
        let texts: Vec<&str> = [words.source.as_str(), &words.spoiler, title].into_iter().chain(answers).collect();
        let emojis = emojis::standing_in(&app.store, &texts).await?;
        Ok(Beside { poll, quote: self.quoted_status_id, quotable, emojis })
    }

    pub(super) fn audience(&self, fallback: Audience) -> Result<Audience> {
        match self.visibility.as_deref() {
            None | Some("") => Ok(fallback),
            Some("public") => Ok(Audience::Public),
            Some("unlisted") => Ok(Audience::Unlisted),
            Some("private") => Ok(Audience::Followers),
            Some("direct") => Ok(Audience::Direct),
            Some(_) => Err(Failure::field("visibility", "must be one of public, unlisted, private, direct")),
        }
    }
}

/// Everything that makes the post what it is, for recognising a repeat.
pub(super) fn fingerprint(asked: &Asked) -> String {
    format!("{asked:?}")
}

/// New words about files.
pub(super) fn said_of(attributes: &[AboutOne]) -> Result<Vec<(MediumId, About)>> {
    attributes.iter().map(|one| Ok((one.id, media::about(one.description.clone(), one.focus.as_deref())?))).collect()
}
