//! Lists of blocks and silences, as they are written.

use super::LINES_MAX;
use crate::{
    base::{error::Result, text::csv},
    features::peers::terms,
    store::Source,
};

/// The columns.
const HEADING: [&str; 6] = ["#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"];

/// The blocks and silences of this node as a list.
pub async fn export(from: &impl Source) -> Result<String> {
    let most = u32::try_from(LINES_MAX).unwrap_or(u32::MAX);
    let mut text = csv::line(&HEADING);
    let word = |is: bool| if is { "true" } else { "false" };
    let decisions = terms::limitations(from, most).await?;
    let (blocks, silences): (Vec<_>, Vec<_>) = decisions.iter().partition(|one| one.severity == terms::Severity::Suspend);
    for (one, severity) in blocks.into_iter().map(|one| (one, "suspend")).chain(silences.into_iter().map(|one| (one, "silence"))) {
        let said = &one.terms;
        // a reason that was given without a word on its use is told as it always was
        let comment = if said.public_comment.is_empty() { &one.reason } else { &said.public_comment };
        // from a host that is refused nothing is taken anyhow
        let is_refused = one.severity == terms::Severity::Suspend;
        let (media, reports) = (word(is_refused || said.reject_media), word(is_refused || said.reject_reports));
        text.push_str(&csv::line(&[&one.host, severity, media, reports, comment, word(said.obfuscate)]));
    }
    Ok(text)
}
