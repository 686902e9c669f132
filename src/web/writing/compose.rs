//! The form in which a post is written, as a page holds it.

use super::{
    super::{entries::Entry, faces::Face, frame::Frame, pages::Result, problems::Problems, session::Visit},
    beginning::{self, answered, begun},
    files::{Held, held},
    form::Typed,
    going::{self, Choice},
    tongues,
};
use crate::{
    app::App,
    base::{id::PostId, secret},
    features::{media::ATTACHED_MAX, polls::asking::OPTIONS_MAX},
    store::tables::{Account, Community, Post},
};

/// Fields for answers of a poll that are shown at first.
const OPTIONS_SHOWN: usize = 4;
/// How long polls may be open: seconds, and the message that says it.
const LASTING: [(&str, &str); 6] = [
    ("1800", "writing-lasts-half-hour"),
    ("3600", "writing-lasts-hour"),
    ("21600", "writing-lasts-six-hours"),
    ("86400", "writing-lasts-day"),
    ("259200", "writing-lasts-three-days"),
    ("604800", "writing-lasts-week"),
];
/// Fields that say themselves what is wrong with them.
const FIELDS: [&str; 12] = [
    "text",
    "title",
    "spoiler_text",
    "community_id",
    "poll.options",
    "poll.expires_in",
    "media_ids",
    "file",
    "description",
    "focus",
    "scheduled_at",
    "language",
];

/// The form of a post. Its template is `writing/compose.html`, which needs `frame` and this as `compose`.
#[derive(Clone, Debug)]
pub(in crate::web) struct Compose {
    /// Where it is sent.
    pub(in crate::web) action: String,
    /// Under which name the script keeps what is typed.
    pub(in crate::web) place: String,
    /// Stands for this form alone: sent twice, it makes one post.
    pub(in crate::web) once: String,
    pub(in crate::web) typed: Typed,
    pub(in crate::web) problems: Problems,
    /// Where it may go; empty where it stays.
    pub(in crate::web) choices: Vec<Choice>,
    /// Who can read it, as it is now.
    pub(in crate::web) readers: String,
    pub(in crate::web) files: Vec<Held>,
    /// Codes and names.
    pub(in crate::web) tongues: Vec<(String, String)>,
    /// Seconds, and how that is said.
    pub(in crate::web) lasting: Vec<(&'static str, String)>,
    /// Safe HTML of the words as they will look; none unless asked for.
    pub(in crate::web) preview: Option<String>,
    /// Characters that there is room for.
    pub(in crate::web) most: u32,
    pub(in crate::web) answered: Option<Answered>,
    /// The post that it edits; empty for none.
    pub(in crate::web) edit: String,
    /// Its words are no Markdown: an app wrote it so.
    pub(in crate::web) is_plain: bool,
    /// What may be attached, as `accept` has it.
    pub(in crate::web) types: String,
}

/// The post that is answered.
#[derive(Clone, Debug)]
pub(in crate::web) struct Answered {
    pub(in crate::web) face: Face,
    /// Safe HTML.
    pub(in crate::web) content: String,
    pub(in crate::web) spoiler: String,
    pub(in crate::web) href: String,
}

impl Compose {
    /// An empty form for an answer to `parent`, which the visitor sees as `shown`, for the page of the post `page`: at most two
    /// statements.
    pub(in crate::web) async fn answering(app: &App, visit: &Visit, (parent, shown): (&Post, &Entry), page: PostId) -> Result<Self> {
        let typed = Typed { page: page.to_string(), ..beginning::answering(app, visit, parent).await? };
        Self::answer(app, visit, typed, (parent, shown)).await
    }

    /// An empty form for a thread in a community where the visitor may begin one, for its page: at most one statement.
    pub(in crate::web) async fn beginning(app: &App, visit: &Visit, community: &(Account, Community)) -> Result<Self> {
        let me = visit.member()?;
        let readers = going::inside(app, &visit.frame(), (me.id, community)).await?;
        let id = community.0.id;
        let typed = begun(visit, Typed { goes: format!("c{id}"), ..Typed::default() });
        Ok(Self { place: format!("community-{id}"), readers, ..Self::without_choice(app, (visit, me), typed).await? })
    }

    /// The form as it was typed.
    pub(super) async fn of(app: &App, visit: &Visit, mut typed: Typed) -> Result<Self> {
        let (me, frame) = (visit.member()?, visit.frame());
        let parent = match typed.answers() {
            Some(id) => answered(app, visit, id).await?,
            None => None,
        };
        if let Some((parent, shown)) = &parent {
            return Self::answer(app, visit, typed, (parent, shown)).await;
        }
        let mut problems = Problems::default();
        if !std::mem::take(&mut typed.answer).is_empty() {
            // it was for whoever could read the thread: nobody else is to read it by mistake
            "direct".clone_into(&mut typed.goes);
            problems.add("", frame.say("writing-answer-gone"));
        }
        let choices = going::places(app, &frame, me).await?;
        let place = typed.community().map_or_else(|| "write".to_owned(), |id| format!("community-{id}"));
        Ok(Self { choices, place, problems, ..Self::without_choice(app, (visit, me), typed).await? }.chosen(visit))
    }

    /// The form as it was typed, for an answer to `parent`, which the visitor sees as `shown`.
    async fn answer(app: &App, visit: &Visit, mut typed: Typed, (parent, shown): (&Post, &Entry)) -> Result<Self> {
        typed.answer = parent.id.to_string();
        let choices = going::answers(app, &visit.frame(), (parent, shown)).await?;
        let answered = Answered {
            face: shown.author.clone(),
            content: shown.content.clone(),
            spoiler: shown.spoiler.clone(),
            href: format!("/p/{}", parent.id),
        };
        let (place, answered) = (format!("answer-{}", parent.id), Some(answered));
        Ok(Self { choices, answered, place, ..Self::without_choice(app, (visit, visit.member()?), typed).await? }.chosen(visit))
    }

    /// The form for the edit of `post`.
    pub(super) async fn editing(app: &App, visit: &Visit, post: &Post, typed: Typed) -> Result<Self> {
        let (me, frame) = (visit.member()?, visit.frame());
        let readers = going::stays(app, &frame, (me.id, post)).await?;
        let action = format!("/p/{}/edit", post.id);
        let (place, edit) = (format!("edit-{}", post.id), post.id.to_string());
        Ok(Self {
            action,
            place,
            edit,
            readers,
            is_plain: !post.details().is_markdown,
            ..Self::without_choice(app, (visit, me), typed).await?
        })
    }

    async fn without_choice(app: &App, (visit, me): (&Visit, &Account), typed: Typed) -> Result<Self> {
        let frame = visit.frame();
        let mut typed = typed;
        typed.options.retain(|option| !option.trim().is_empty());
        typed.options.truncate(OPTIONS_MAX);
        let fields = (typed.options.len() + 1).clamp(OPTIONS_SHOWN, OPTIONS_MAX);
        typed.options.resize(fields, String::new());
        let files = held(app, me, &typed).await?;
        // what is gone is not sent again
        typed.media.retain(|said| files.iter().any(|file| file.id == said.id));
        Ok(Self {
            action: "/write".to_owned(),
            place: String::new(),
            once: secret::token(),
            problems: Problems::default(),
            choices: Vec::new(),
            readers: String::new(),
            files,
            tongues: tongues::with(&typed.language),
            lasting: LASTING.iter().map(|(seconds, key)| (*seconds, frame.say(key))).collect(),
            preview: None,
            most: app.config.limits.status_characters,
            answered: None,
            edit: String::new(),
            is_plain: false,
            types: app.media_types().await.join(","),
            typed,
        })
    }

    /// With one of its choices chosen: the one that was typed, else what its writer is used to and never wider, else the first
    /// that is outside communities.
    fn chosen(mut self, visit: &Visit) -> Self {
        if !self.choices.iter().any(|choice| choice.value == self.typed.goes) {
            self.typed.goes = visit.user.as_ref().map_or("direct", |user| going::word(user.posting_audience)).to_owned();
        }
        let typed = self.choices.iter().position(|choice| choice.value == self.typed.goes);
        let at = typed.unwrap_or_else(|| self.choices.iter().position(|choice| !choice.value.starts_with('c')).unwrap_or_default());
        if let Some(choice) = self.choices.get_mut(at) {
            choice.is_chosen = true;
            self.readers = choice.readers.clone();
            self.typed.goes = choice.value.clone();
        }
        self
    }

    /// What stands above it.
    pub(in crate::web) fn heading(&self, frame: &Frame) -> String {
        match &self.answered {
            _ if !self.edit.is_empty() => frame.say("writing-heading-edit"),
            Some(answered) => frame.name("reading-answer", &answered.face.name),
            None => frame.say("writing-heading"),
        }
    }

    /// What is wrong with nothing that has a field.
    pub(in crate::web) fn elsewhere(&self) -> Vec<&str> {
        self.problems.elsewhere(&FIELDS)
    }

    /// What is wrong with its files.
    pub(in crate::web) fn wrong_files(&self) -> &str {
        ["file", "media_ids", "description", "focus"]
            .into_iter()
            .map(|field| self.problems.at(field))
            .find(|it| !it.is_empty())
            .unwrap_or_default()
    }

    /// What is wrong with its poll.
    pub(in crate::web) fn wrong_poll(&self) -> &str {
        ["poll.options", "poll.expires_in"].into_iter().map(|field| self.problems.at(field)).find(|it| !it.is_empty()).unwrap_or_default()
    }

    /// Whether there is a poll in it.
    pub(in crate::web) fn has_poll(&self) -> bool {
        self.typed.options.iter().any(|option| !option.trim().is_empty()) || !self.wrong_poll().is_empty()
    }

    /// Whether more is used than the words and where they go.
    pub(in crate::web) fn has_more(&self) -> bool {
        let typed = &self.typed;
        let wrong = ["title", "spoiler_text", "scheduled_at", "language"].into_iter().any(|field| !self.problems.at(field).is_empty());
        wrong || typed.sensitive || [&typed.title, &typed.spoiler, &typed.at].into_iter().any(|text| !text.is_empty())
    }

    /// Whether it is written in the language with this code.
    pub(in crate::web) fn is_in(&self, code: &str) -> bool {
        self.typed.language == code
    }

    /// Whether its poll is open for so many seconds.
    pub(in crate::web) fn is_open_for(&self, seconds: &str) -> bool {
        self.typed.lasts == seconds
    }

    /// Whether another file fits.
    pub(in crate::web) fn takes_files(&self) -> bool {
        self.files.len() < ATTACHED_MAX
    }
}
