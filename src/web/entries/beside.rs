//! What stands beside the words of a post: files, a poll, the page it leads to, what it quotes.

use super::Moment;
use crate::{
    app::{App, links::Sight},
    base::{clock::Stamp, id::AccountId, words::media::MediumKind},
    features::{polls::Vote, previews::Card},
    store::tables::{self, Attachment, Post},
    web::faces::{self, Face},
};

/// A file of a post. What comes through this node is shown; what does not is only linked (S91).
#[derive(Clone, Debug)]
pub(in crate::web) struct Medium {
    /// http or https.
    pub(in crate::web) href: String,
    /// `image`, `gifv`, `video`, `audio`, or `unknown`.
    pub(in crate::web) kind: &'static str,
    /// Whether it comes through this node.
    pub(in crate::web) is_shown: bool,
    /// The smaller picture of it; empty for none.
    pub(in crate::web) preview: String,
    /// What it shows; may be empty.
    pub(in crate::web) description: String,
    /// Pixels of the preview; 0 when unknown.
    pub(in crate::web) width: u32,
    pub(in crate::web) height: u32,
    /// What must stay in view, in fifths from the left and from the top.
    pub(in crate::web) across: u8,
    pub(in crate::web) down: u8,
}

impl Medium {
    /// Whether a picture of it is shown.
    pub(in crate::web) fn is_picture(&self) -> bool {
        !self.preview.is_empty() && matches!(self.kind, "image" | "unknown")
    }

    /// The message that says what it is.
    pub(in crate::web) fn named(&self) -> &'static str {
        match self.kind {
            "image" => "reading-picture",
            "video" | "gifv" => "reading-video",
            "audio" => "reading-sound",
            _ => "reading-file",
        }
    }
}

/// A poll.
#[derive(Clone, Debug)]
pub(in crate::web) struct Poll {
    pub(in crate::web) choices: Vec<Choice>,
    pub(in crate::web) multiple: bool,
    pub(in crate::web) is_over: bool,
    pub(in crate::web) ends: Option<Moment>,
    /// Those who voted, or votes where that is not known.
    pub(in crate::web) voters: i64,
    /// Whether the reader may vote.
    pub(in crate::web) is_open: bool,
}

/// An answer of a poll.
#[derive(Clone, Debug)]
pub(in crate::web) struct Choice {
    pub(in crate::web) title: String,
    /// Of all who voted; none while its author keeps that for the end.
    pub(in crate::web) percent: Option<i64>,
    /// The reader chose it.
    pub(in crate::web) is_mine: bool,
}

/// A page to which a post leads.
#[derive(Clone, Debug)]
pub(in crate::web) struct Link {
    pub(in crate::web) href: String,
    pub(in crate::web) title: String,
    pub(in crate::web) description: String,
    /// The name of its site, or its host.
    pub(in crate::web) site: String,
    /// Through this node; empty for none.
    pub(in crate::web) picture: String,
}

/// A post that is quoted.
#[derive(Clone, Debug)]
pub(in crate::web) struct Quoted {
    pub(in crate::web) href: String,
    pub(in crate::web) away: bool,
    pub(in crate::web) author: Face,
    pub(in crate::web) at: Moment,
    pub(in crate::web) title: String,
    /// Safe HTML.
    pub(in crate::web) content: String,
    pub(in crate::web) spoiler: String,
    pub(in crate::web) language: String,
    pub(in crate::web) files: usize,
}

/// Whether an address is of this node, so that a page may show what is there.
fn comes_through(app: &App, address: &str) -> bool {
    address.strip_prefix(app.origin.base()).is_some_and(|rest| rest.starts_with('/'))
}

/// The files of a post, as `reader`, who may see it, gets them.
pub(super) fn media(app: &App, post: &Post, reader: Option<AccountId>) -> Vec<Medium> {
    if post.attachments == "[]" {
        return Vec::new();
    }
    let list: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    list.into_iter().filter_map(|file| medium(app, file, Sight::of(post, reader))).collect()
}

fn medium(app: &App, file: Attachment, sight: Sight) -> Option<Medium> {
    if !file.url.starts_with('/') {
        faces::web(&file.url)?;
    }
    let href = faces::web(&app.shown_url(&file.url, sight))?;
    let kind = file.kind();
    let smaller = match (file.preview_url.as_str(), kind) {
        ("", MediumKind::Image) => file.url.as_str(),
        (preview, _) => preview,
    };
    let preview = Some(smaller).filter(|url| !url.is_empty()).and_then(|url| faces::web(&app.shown_url(url, sight)));
    let (width, height) = file.preview_size.or(file.width.zip(file.height)).unwrap_or_default();
    let (across, down) = file.focus.map_or((2, 2), |(x, y)| (fifth(x), fifth(y.saturating_neg())));
    Some(Medium {
        is_shown: comes_through(app, &href),
        preview: preview.filter(|preview| comes_through(app, preview)).unwrap_or_default(),
        kind: kind.word(),
        href,
        description: file.description,
        width,
        height,
        across,
        down,
    })
}

/// Thousandths from the middle as fifths from the beginning: 0 to 4.
fn fifth(thousandths: i16) -> u8 {
    let from_start = i32::from(thousandths).clamp(-1000, 1000) + 1000;
    u8::try_from((from_start * 4 + 1000) / 2000).unwrap_or(2)
}

/// A poll as `reader` gets it: figures, and whether they may vote.
pub(super) fn poll(asked: &tables::Poll, (post, reader): (&Post, Option<AccountId>), votes: &[Vote], now: Stamp) -> Poll {
    let mine: Vec<i16> = votes.iter().filter(|vote| vote.post_id == post.id).map(|vote| vote.choice).collect();
    let options = asked.options();
    let sum = options.iter().fold(0_i64, |sum, option| sum.saturating_add(option.votes));
    let voters = asked.voters_count.unwrap_or(sum).max(0);
    let (is_over, is_told) = (asked.is_over(now), !asked.hide_totals || asked.is_over(now));
    let choices = options.into_iter().enumerate().map(|(nth, option)| Choice {
        percent: is_told.then(|| option.votes.saturating_mul(100).checked_div(voters).unwrap_or_default().clamp(0, 100)),
        is_mine: i16::try_from(nth).is_ok_and(|nth| mine.contains(&nth)),
        title: option.title,
    });
    Poll {
        choices: choices.collect(),
        multiple: asked.multiple,
        is_over,
        ends: asked.ends_at.map(Moment::from),
        voters,
        is_open: !is_over && mine.is_empty() && reader.is_some_and(|reader| reader != post.author_id),
    }
}

/// A card; none where its page has no web address.
pub(super) fn link(app: &App, card: &Card) -> Option<Link> {
    let href = faces::web(&card.url)?;
    let host = url::Url::parse(&href).ok()?.host_str().unwrap_or_default().to_owned();
    let picture = if card.image_url.is_empty() { String::new() } else { app.shown_url(&card.image_url, Sight::Everybody) };
    Some(Link {
        title: if card.title.is_empty() { host.clone() } else { card.title.clone() },
        description: card.description.clone(),
        site: if card.provider_name.is_empty() { host } else { format!("{} · {host}", card.provider_name) },
        picture: Some(picture).filter(|picture| comes_through(app, picture)).unwrap_or_default(),
        href,
    })
}

/// A post as it stands in one that quotes it.
pub(super) fn quoted(post: &Post, (author, is_member): (Face, bool)) -> Option<Quoted> {
    let here = is_member || post.is_ours();
    let page = || faces::web(if post.url.is_empty() { &post.uri } else { &post.url });
    let files: Vec<serde::de::IgnoredAny> = serde_json::from_str(&post.attachments).unwrap_or_default();
    Some(Quoted {
        href: if here { format!("/p/{}", post.id) } else { page()? },
        away: !here,
        author,
        at: post.created_at.into(),
        title: post.title.clone(),
        content: post.content.clone(),
        spoiler: post.spoiler.clone(),
        language: post.language.clone(),
        files: files.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_stay_in_view_is_one_of_five_places() {
        assert_eq!([-1000, -600, 0, 400, 1000, i16::MIN, i16::MAX].map(fifth), [0, 1, 2, 3, 4, 0, 4]);
    }
}
