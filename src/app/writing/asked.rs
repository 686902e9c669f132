//! What somebody asks for, an app or a page, to be posted or edited: read and checked. Source: docs.joinmastodon.org/methods/statuses.

use crate::{
    app::App,
    base::{
        error::{Refusal, Result},
        id::{AccountId, AppId, MediumId, PostId},
        sentence::{Sentence, said},
        text::{
            compose::Format,
            limits::{SPOILER_CHARS_MAX, count_chars},
            names::{display_name, free_text},
        },
        words::{Audience, Quotable},
    },
    features::{
        emojis,
        media::About,
        polls::asking::{OPTION_CHARS_MAX, OPTIONS_MAX, OPTIONS_MIN, Question, SECONDS_MAX, SECONDS_MIN},
        posts::publish::Beside,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};

/// Longest language tag (BCP 47).
const LANGUAGE_BYTES_MAX: usize = 35;

/// What is asked for a post or an edit, by the names of the Mastodon API.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    /// The words as typed.
    pub status: Option<String>,
    /// How they are marked up: `text/markdown`, or plain text as everything else. None keeps what an edited post has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The content warning.
    pub spoiler_text: Option<String>,
    /// Whether media are hidden at first.
    pub sensitive: Option<bool>,
    /// `public`, `unlisted`, `private` or `direct`.
    pub visibility: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The post that it answers.
    pub in_reply_to_id: Option<PostId>,
    /// Its files, in order.
    pub media_ids: Vec<MediumId>,
    /// New words about files, in an edit.
    pub media_attributes: Vec<AboutOne>,
    /// What it asks.
    pub poll: Option<PollAsked>,
    /// When it is to be published, as it was said.
    pub scheduled_at: Option<String>,
    /// The post that it quotes.
    pub quoted_status_id: Option<PostId>,
    /// Who may quote it.
    pub quote_approval_policy: Option<String>,
    /// What is ours in it.
    pub intermoot: Option<Ours>,
}

/// What an edit says of a file.
#[derive(Debug, Deserialize, Serialize)]
pub struct AboutOne {
    /// Which file.
    pub id: MediumId,
    /// What it shows; none leaves that.
    #[serde(default)]
    pub description: Option<String>,
    /// What must stay in view; none leaves that.
    #[serde(default)]
    pub focus: Option<String>,
}

/// What is ours in it. A name that is not known is refused: a post that misses its community would be shown to more people.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ours {
    /// The community that it is for.
    pub community_id: Option<AccountId>,
    /// Its title.
    pub title: Option<String>,
    /// It is for no community, whichever its words begin or end with.
    #[serde(rename = "outside", skip_serializing_if = "std::ops::Not::not")]
    pub is_outside: bool,
}

/// The poll of a post.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PollAsked {
    /// The answers; empty ones count for nothing.
    pub options: Vec<String>,
    /// How long it is open, in seconds.
    pub expires_in: Option<u32>,
    /// Several may be chosen.
    pub multiple: bool,
    /// Figures are shown only when it is over.
    pub hide_totals: bool,
}

/// The words of a request, checked.
#[derive(Debug)]
pub struct Words {
    /// As typed.
    pub source: String,
    /// The content warning; empty for none.
    pub spoiler: String,
    /// BCP 47; empty when unknown.
    pub language: String,
}

impl PollAsked {
    /// The question, within the bounds that the instance tells; none where nothing is asked. Refused with the field's name.
    fn checked(asked: Option<&Self>) -> Result<Option<Question>, Refusal> {
        let Some(asked) = asked.filter(|asked| !asked.options.is_empty() || asked.expires_in.is_some()) else { return Ok(None) };
        let wrong = |problem: Sentence| Err(Refusal::invalid("poll.options", problem));
        let options: Vec<String> =
            asked.options.iter().map(|option| display_name(option, 4 * OPTION_CHARS_MAX)).filter(|option| !option.is_empty()).collect();
        if options.len() < OPTIONS_MIN || options.len() > OPTIONS_MAX {
            return wrong(said!("must be {min} to {max} answers", min = OPTIONS_MIN, max = OPTIONS_MAX));
        }
        if options.iter().any(|option| option.chars().count() > OPTION_CHARS_MAX) {
            return wrong(said!("must be answers of at most {max} characters", max = OPTION_CHARS_MAX));
        }
        if options.iter().collect::<HashSet<_>>().len() < options.len() {
            return wrong(said!("has the same answer twice"));
        }
        let seconds = asked.expires_in.ok_or_else(|| Refusal::invalid("poll.expires_in", "is missing"))?;
        if !(SECONDS_MIN..=SECONDS_MAX).contains(&seconds) {
            return Err(Refusal::invalid("poll.expires_in", said!("must be {min} to {max} seconds", min = SECONDS_MIN, max = SECONDS_MAX)));
        }
        let lasts = Duration::from_secs(seconds.into());
        Ok(Some(Question { options, multiple: asked.multiple, hide_totals: asked.hide_totals, lasts }))
    }
}

impl Asked {
    /// How its words are marked up; none where it does not say.
    pub(super) fn format(&self) -> Option<Format> {
        let kind = self.content_type.as_deref().filter(|kind| !kind.is_empty())?;
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(if matches!(kind.as_str(), "text/markdown" | "text/x-markdown") { Format::Markdown } else { Format::Plain })
    }

    /// Its words, in `fallback` where no language is said. Refused when there are none, or too many.
    pub fn words(&self, app: &App, fallback: &str) -> Result<Words> {
        let mut source = self.status.clone().unwrap_or_default();
        let mut spoiler = free_text(&self.spoiler_text.clone().unwrap_or_default(), usize::MAX).replace(['\n', '\t'], " ");
        if source.trim().is_empty() {
            // As Mastodon does: a warning without words is the words.
            source = std::mem::take(&mut spoiler);
        }
        if source.trim().is_empty() && self.media_ids.is_empty() {
            return Err(Refusal::invalid("text", "can't be blank").into());
        }
        let most = app.config.limits.status_characters as usize;
        if count_chars(&source) + spoiler.chars().count() > most {
            return Err(Refusal::invalid("text", said!("is longer than {max} characters", max = most)).into());
        }
        if spoiler.chars().count() > SPOILER_CHARS_MAX {
            return Err(Refusal::invalid("spoiler_text", said!("is longer than {max} characters", max = SPOILER_CHARS_MAX)).into());
        }
        let is_tag =
            |tag: &&str| tag.len() <= LANGUAGE_BYTES_MAX && !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let language = self.language.as_deref().filter(is_tag).unwrap_or(fallback).to_owned();
        Ok(Words { source, spoiler, language })
    }

    /// When it is to be published, as it was said.
    pub fn scheduled_at(&self) -> Option<&str> {
        self.scheduled_at.as_deref()
    }

    /// What the Mastodon API tells of it while it waits.
    pub fn params(&self, app_id: Option<AppId>) -> Value {
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
    pub fn files(&self) -> &[MediumId] {
        &self.media_ids
    }

    /// What the post has beside its words (and its title). A poll has no files beside it, as Mastodon has it.
    pub async fn beside(&self, app: &App, (words, title): (&Words, &str)) -> Result<Beside> {
        if self.poll.is_some() && !self.media_ids.is_empty() {
            return Err(Refusal::invalid("media_ids", "cannot be beside a poll").into());
        }
        let quotable = self.quote_approval_policy.as_deref().filter(|word| !word.is_empty()).map(quotable).transpose()?;
        let poll = PollAsked::checked(self.poll.as_ref())?;
        let answers = poll.iter().flat_map(|poll| poll.options.iter().map(String::as_str));
        let texts: Vec<&str> = [words.source.as_str(), &words.spoiler, title].into_iter().chain(answers).collect();
        let emojis = emojis::standing_in(&app.store, &texts).await?;
        Ok(Beside { poll, quote: self.quoted_status_id, quotable, emojis, is_markdown: self.format() == Some(Format::Markdown) })
    }

    /// The audience that is asked for, else `fallback`.
    pub fn audience(&self, fallback: Audience) -> Result<Audience> {
        match self.visibility.as_deref() {
            None | Some("") => Ok(fallback),
            Some("public") => Ok(Audience::Public),
            Some("unlisted") => Ok(Audience::Unlisted),
            Some("private") => Ok(Audience::Followers),
            Some("direct") => Ok(Audience::Direct),
            Some(_) => Err(Refusal::invalid("visibility", "must be one of public, unlisted, private, direct").into()),
        }
    }
}

/// Everything that makes the post what it is, for recognising a repeat.
pub fn fingerprint(asked: &Asked) -> String {
    format!("{asked:?}")
}

/// New words about files. Refused for a focus that is none.
pub fn said_of(attributes: &[AboutOne]) -> Result<Vec<(MediumId, About)>> {
    attributes.iter().map(|one| Ok((one.id, About::read(one.description.clone(), one.focus.as_deref())?))).collect()
}

/// Who may quote, by the word of the API; refused for any other.
pub fn quotable(word: &str) -> Result<Quotable, Refusal> {
    let known = [Quotable::Everyone, Quotable::Followers, Quotable::Nobody].into_iter().find(|known| known.word() == word);
    known.ok_or_else(|| Refusal::invalid("quote_approval_policy", "must be one of public, followers, nobody"))
}
