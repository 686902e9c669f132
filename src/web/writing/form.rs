//! What the form of a post sends: its words and what is beside them, and files that come with it.

use crate::{
    app::writing::{Asked, Ours, PollAsked},
    base::{
        error::Refusal,
        id::{AccountId, MediumId, PostId},
    },
    store::files::Draft,
};
use serde::{Deserialize, Serialize};

/// What stands in the form; drafts are kept as it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Typed {
    /// The words, in Markdown.
    pub(in crate::web) text: String,
    pub(in crate::web) title: String,
    /// Content warning.
    pub(in crate::web) spoiler: String,
    pub(in crate::web) sensitive: bool,
    /// BCP 47.
    pub(in crate::web) language: String,
    /// `c` and the id of a community, `thread`, or a word of the API for an audience.
    pub(in crate::web) goes: String,
    /// The id of the post that it answers; empty for none.
    pub(in crate::web) answer: String,
    /// Answers of its poll.
    pub(in crate::web) options: Vec<String>,
    pub(in crate::web) multiple: bool,
    pub(in crate::web) hides: bool,
    /// How many seconds the poll is open; empty for what is left of it.
    pub(in crate::web) lasts: String,
    /// When it is to be published: day and time, as the field has it.
    pub(in crate::web) at: String,
    /// The writer's zone, in minutes behind UTC; empty for UTC.
    pub(in crate::web) zone: String,
    /// Its files.
    pub(in crate::web) media: Vec<Said>,
    /// The id of the draft that it is kept as; empty for none.
    pub(in crate::web) draft: String,
    /// The post on whose page it is answered; empty where the form is a page of its own.
    pub(in crate::web) page: String,
}

/// What is said of a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Said {
    pub(in crate::web) id: String,
    pub(in crate::web) description: String,
    /// What must stay in view, as the API has it; empty for the middle.
    pub(in crate::web) focus: String,
    /// It is to be left out.
    #[serde(skip)]
    pub(in crate::web) is_dropped: bool,
}

/// A form that was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) typed: Typed,
    pub(super) token: String,
    /// Stands for this one form, so that sending it twice makes one post.
    pub(super) once: String,
    /// What is to be done with it: `publish`, `draft`, `files`, `preview`.
    pub(super) act: String,
    /// `words`: the script asks for these alone.
    pub(super) only: String,
    /// The post that it edits; empty for none.
    pub(super) edit: String,
    /// Files that came with it.
    pub(super) files: Vec<Draft>,
    /// What is wrong with those.
    pub(super) refused: Vec<Refusal>,
    /// Its session is over, or it is from before the last log-in: nothing may be done then but give back what was typed.
    pub(super) is_late: bool,
}

impl Typed {
    /// The id of the post that it answers.
    pub(super) fn answers(&self) -> Option<PostId> {
        self.answer.parse().ok().map(PostId)
    }

    /// The community that it goes into, where it begins a thread there.
    pub(super) fn community(&self) -> Option<AccountId> {
        self.goes.strip_prefix('c')?.parse().ok().map(AccountId)
    }

    /// The ids of its files.
    pub(super) fn files(&self) -> Vec<MediumId> {
        self.media.iter().filter_map(|said| said.id.parse().ok().map(MediumId)).collect()
    }

    /// The poll that is asked for; none where no answer is given.
    fn poll(&self) -> Option<PollAsked> {
        let options: Vec<String> = self.options.iter().filter(|option| !option.trim().is_empty()).cloned().collect();
        let poll = PollAsked { options, expires_in: self.lasts.parse().ok(), multiple: self.multiple, hide_totals: self.hides };
        (!poll.options.is_empty()).then_some(poll)
    }

    /// As posts are asked for everywhere.
    pub(super) fn asked(&self) -> Asked {
        let community_id = self.community();
        let is_outside = community_id.is_none() && self.answers().is_none();
        let visibility = if community_id.is_some() || self.goes == "thread" { "public" } else { self.goes.as_str() };
        Asked {
            status: Some(self.text.clone()),
            content_type: Some("text/markdown".to_owned()),
            spoiler_text: Some(self.spoiler.clone()),
            sensitive: Some(self.sensitive),
            visibility: Some(visibility.to_owned()),
            language: Some(self.language.clone()),
            in_reply_to_id: self.answers(),
            media_ids: self.files(),
            poll: self.poll(),
            intermoot: Some(Ours { community_id, title: Some(self.title.clone()), is_outside }),
            ..Asked::default()
        }
    }

    fn said(&mut self, id: &str) -> Option<&mut Said> {
        self.media.iter_mut().find(|said| said.id == id)
    }
}

impl Sent {
    /// Takes one field. Of a file its id comes before what is said of it.
    pub(super) fn take(&mut self, name: &str, value: String) {
        let typed = &mut self.typed;
        match name {
            "token" => self.token = value,
            "once" => self.once = value,
            "act" => self.act = value,
            "only" => self.only = value,
            "edit" => self.edit = value,
            "text" => typed.text = value.replace("\r\n", "\n"),
            "title" => typed.title = value,
            "spoiler" => typed.spoiler = value,
            "sensitive" => typed.sensitive = value == "yes",
            "language" => typed.language = value,
            "goes" => typed.goes = value,
            "answer" => typed.answer = value,
            "option" => typed.options.push(value),
            "multiple" => typed.multiple = value == "yes",
            "hides" => typed.hides = value == "yes",
            "lasts" => typed.lasts = value,
            "at" => typed.at = value,
            "zone" => typed.zone = value,
            "draft" => typed.draft = value,
            "page" => typed.page = value,
            "media" if typed.said(&value).is_none() => typed.media.push(Said { id: value, ..Said::default() }),
            _ => {
                let (what, id) = name.split_once('-').unwrap_or((name, &value));
                let Some(said) = typed.said(id) else { return };
                match what {
                    "drop" => said.is_dropped = true,
                    "description" => said.description = value,
                    "focus" => said.focus = value,
                    _ => {}
                }
            }
        }
    }

    /// Everything that makes the post what it is, for recognising a repeat: files that came with it have other ids each time.
    pub(super) fn fingerprint(&self) -> String {
        format!("{:?} {}", self.typed, self.files.len())
    }
}
