//! One's own profile, as pages and the API for apps change it: what was typed is checked and composed here, pictures are made,
//! and all of it is one act.

use super::App;
use crate::{
    base::{
        error::{Refusal, Result},
        sentence::said,
        text::{
            compose::{Format, Link, compose},
            handle::Acct,
            limits::{BIO_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, PROFILE_FIELD_CHARS_MAX, PROFILE_FIELDS_MAX, SOURCE_BYTES_MAX, count_chars},
            names,
            scan::{Mention, What, scan},
        },
        words::{Audience, media::MediumPlace},
    },
    features::{
        accounts::{self, Changes},
        emojis,
        media::jobs,
    },
    media::Made,
    store::{
        Tx,
        tables::{Account, Emoji, Field},
    },
};
use std::collections::HashMap;

/// Longest language tag (RFC 5646 §4.4.1).
const LANGUAGE_BYTES_MAX: usize = 35;

/// The words of a profile as they were typed; what is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Name shown.
    pub display_name: Option<String>,
    /// About the person.
    pub note: Option<String>,
    /// Names and texts of the lines of its table; lines without words are left out.
    pub fields: Option<Vec<(String, String)>>,
}

/// A new picture: its folder and what it is.
pub type Portrait = (String, Made);

/// New pictures, each in its place: none leaves what is there, `Some(None)` takes it away.
pub type Portraits = [(MediumPlace, Option<Option<Portrait>>); 2];

impl App {
    /// What the typed words of `of`'s profile change. Refused with the field that is too long.
    pub async fn profile_of(&self, of: &Account, words: Words) -> Result<Changes> {
        let note = match words.note {
            Some(typed) => Some(self.described(typed).await?),
            None => None,
        };
        let display_name = words.display_name.map(|typed| display_name(&typed)).transpose()?;
        let fields = words.fields.map(table).transpose()?;
        let said = (display_name.as_deref(), note.as_ref().map(|(typed, _)| typed.as_str()), fields.as_deref());
        Ok(Changes { emojis: self.worn(of, said).await?, display_name, note, fields, ..Changes::default() })
    }

    /// Changes the profile of `of` and its pictures, in an act that the caller commits; then tokens are to be forgotten.
    pub async fn change_profile(&self, of: &Account, mut changes: Changes, pictures: Portraits) -> Result<Tx> {
        let tx = self.begin().await?;
        for (place, picture) in pictures {
            let Some(picture) = picture else { continue };
            let path = jobs::put_on(&tx, of.id, place, picture).await?;
            match place {
                MediumPlace::Avatar => changes.avatar = Some(path),
                MediumPlace::Header | MediumPlace::Attachment => changes.header = Some(path),
            }
        }
        accounts::change_profile(&tx, of, changes).await?;
        Ok(tx)
    }

    /// The note as typed and as HTML; addresses count 23 characters, as in posts.
    async fn described(&self, typed: String) -> Result<(String, String)> {
        if typed.len() > SOURCE_BYTES_MAX || count_chars(&typed) > BIO_CHARS_MAX {
            return Err(too_long("note", BIO_CHARS_MAX).into());
        }
        let typed = names::free_text(&typed, SOURCE_BYTES_MAX);
        let known = self.mentioned(&typed).await?;
        let link = |mention: &Mention| known.get(&key(mention)).cloned();
        let tag = |tag: &str| self.origin.absolute(&format!("/tags/{tag}"));
        let html = compose(&typed, Format::Plain, &link, &tag).html;
        Ok((typed, html))
    }

    /// Who of those mentioned is known here; at most `MENTIONS_MAX` are looked up.
    async fn mentioned(&self, typed: &str) -> Result<HashMap<(String, Option<String>), Link>> {
        let mut known = HashMap::new();
        for piece in scan(typed).pieces {
            let What::Mention(mention) = piece.what else { continue };
            if known.contains_key(&key(&mention)) {
                continue;
            }
            let acct = Acct { name: mention.name.clone(), host: mention.host.clone() };
            if let Some(account) = super::finding::known(self, &acct).await? {
                known.insert(key(&mention), Link { href: self.origin.absolute(&account.url), acct: account.acct() });
            }
        }
        Ok(known)
    }

    /// Custom emoji in what a profile says after a change; none where it says nothing else than before.
    async fn worn(&self, of: &Account, (name, note, fields): (Option<&str>, Option<&str>, Option<&[Field]>)) -> Result<Option<Vec<Emoji>>> {
        if name.is_none() && note.is_none() && fields.is_none() {
            return Ok(None);
        }
        let known: Vec<Field> = serde_json::from_str(&of.fields).unwrap_or_default();
        let lines = fields.unwrap_or(&known).iter().flat_map(|field| [field.name.as_str(), field.value.as_str()]);
        let words = [name.unwrap_or(&of.display_name), note.unwrap_or(&of.note_source)];
        let texts: Vec<&str> = words.into_iter().chain(lines).collect();
        Ok(Some(emojis::standing_in(&self.store, &texts).await?))
    }
}

fn key(mention: &Mention) -> (String, Option<String>) {
    (mention.name.to_ascii_lowercase(), mention.host.clone())
}

fn too_long(field: &'static str, most: usize) -> Refusal {
    Refusal::invalid(field, said!("is too long (maximum is {max} characters)", max = most))
}

fn bounded(field: &'static str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most { Err(too_long(field, most)) } else { Ok(()) }
}

fn display_name(typed: &str) -> Result<String, Refusal> {
    bounded("display_name", typed.trim(), DISPLAY_NAME_CHARS_MAX)?;
    Ok(names::display_name(typed, DISPLAY_NAME_CHARS_MAX))
}

/// The profile's table: lines without words are left out.
fn table(lines: Vec<(String, String)>) -> Result<Vec<Field>, Refusal> {
    let mut fields = Vec::new();
    for (name, value) in lines {
        bounded("fields_attributes.name", name.trim(), PROFILE_FIELD_CHARS_MAX)?;
        bounded("fields_attributes.value", value.trim(), PROFILE_FIELD_CHARS_MAX)?;
        let clean = |text: &str| names::display_name(text, PROFILE_FIELD_CHARS_MAX);
        let (name, value) = (clean(&name), clean(&value));
        if !name.is_empty() || !value.is_empty() {
            fields.push(Field { name, value, verified_at: None });
        }
    }
    if fields.len() > PROFILE_FIELDS_MAX {
        return Err(Refusal::invalid("fields_attributes", said!("may hold at most {max} lines", max = PROFILE_FIELDS_MAX)));
    }
    Ok(fields)
}

/// Mastodon's word for the audience of new posts; nothing for "as it is".
pub fn audience(word: &str) -> Result<Option<Audience>, Refusal> {
    match word {
        "" => Ok(None),
        "public" => Ok(Some(Audience::Public)),
        "unlisted" => Ok(Some(Audience::Unlisted)),
        "private" => Ok(Some(Audience::Followers)),
        "direct" => Ok(Some(Audience::Direct)),
        _ => Err(Refusal::invalid("source.privacy", "must be one of public, unlisted, private, direct")),
    }
}

/// A language tag by its shape (BCP 47); empty for none.
pub fn language(tag: &str) -> Result<String, Refusal> {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let whole = tag.len() <= LANGUAGE_BYTES_MAX && tag.split(['-', '_']).all(part) && tag.starts_with(|c: char| c.is_ascii_alphabetic());
    if tag.is_empty() || whole {
        Ok(tag.replace('_', "-"))
    } else {
        Err(Refusal::invalid("source.language", "is not a language tag such as en or pt-BR"))
    }
}
