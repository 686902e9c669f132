//! Words for what a community is: its stage, its door, its roles, in the reader's language.

use super::super::frame::Frame;
use crate::base::words::{JoinRule, Role, Stage};

/// The keys that are put together begin so (`tests::web::languages`).
fn said(frame: &Frame, what: &str, word: &str) -> String {
    frame.say(&format!("communities-word-{what}-{word}"))
}

/// `Member`, `Moderator`, …
pub(super) fn role(frame: &Frame, role: Role) -> String {
    said(frame, "role", role.word())
}

/// The stage in one word.
pub(super) fn stage(frame: &Frame, stage: Stage) -> String {
    said(frame, "stage", stage.word())
}

/// What it exposes, in a sentence.
pub(super) fn exposes(frame: &Frame, stage: Stage) -> String {
    said(frame, "exposes", stage.word())
}

/// How one becomes a member, in a few words.
pub(super) fn door(frame: &Frame, rule: JoinRule) -> String {
    said(frame, "door", rule.word())
}

/// One thing that can be chosen in a form.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) word: &'static str,
    /// What it is called.
    pub(super) name: String,
    /// What it means; may be empty.
    pub(super) means: String,
    pub(super) chosen: bool,
}

/// The stages that `may` be chosen.
pub(super) fn stages(frame: &Frame, chosen: Stage, may: impl Fn(Stage) -> bool) -> Vec<Choice> {
    let one = |of: &Stage| Choice { word: of.word(), name: stage(frame, *of), means: exposes(frame, *of), chosen: *of == chosen };
    Stage::ALL.iter().filter(|stage| may(**stage)).map(one).collect()
}

/// The ways to become a member.
pub(super) fn doors(frame: &Frame, chosen: JoinRule) -> Vec<Choice> {
    let one =
        |of: &JoinRule| Choice { word: of.word(), name: door(frame, *of), means: said(frame, "means", of.word()), chosen: *of == chosen };
    JoinRule::ALL.iter().map(one).collect()
}

/// The roles that `may` be given.
pub(super) fn roles(frame: &Frame, chosen: Role, may: impl Fn(Role) -> bool) -> Vec<Choice> {
    let one = |of: &Role| Choice { word: of.word(), name: role(frame, *of), means: String::new(), chosen: *of == chosen };
    Role::ALL.iter().filter(|role| may(**role)).map(one).collect()
}
