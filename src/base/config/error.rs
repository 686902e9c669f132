//! What is wrong with a setting, in one line for the person who must change it.

use super::layers::Source;

/// A setting that cannot be used: where it was set, its name, what is wrong and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct ConfigError {
    setting: Option<String>,
    sentence: String,
}

impl ConfigError {
    /// `problem` completes the sentence "SOURCE: SETTING …".
    pub(super) fn about(source: Option<&Source>, setting: &str, problem: impl Into<String>) -> Self {
        let place = source.map(|source| format!("{source}: ")).unwrap_or_default();
        Self { setting: Some(setting.to_owned()), sentence: format!("{place}{setting} {}", problem.into()) }
    }

    /// A problem with a whole file or a variable's name.
    pub(super) fn plain(sentence: impl Into<String>) -> Self {
        Self { setting: None, sentence: sentence.into() }
    }

    /// The setting (`section.key`) that is wrong, where it is about one.
    pub fn setting(&self) -> Option<&str> {
        self.setting.as_deref()
    }
}
