//! How the node presents itself, as administrators set it at run time: name, sentence, colour, logo. What is not set is as the
//! settings say.
//!
//! Remembered by `app/appearance.rs`. What a logo is, its bytes say (S85, S86).

use super::emojis;
use crate::{
    base::{
        error::{Refusal, Result},
        secret,
        sentence::said,
        text::names::{display_name, free_text},
    },
    sql,
    store::{Insert, Source, Tx, audit::Entry},
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 60;
/// Longest sentence on what the node is, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 500;
/// Letters of a logo's digest that stand in its address.
const MARK_CHARS: usize = 16;

/// How the node presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Appearance {
    /// Its name; '' for what the settings say.
    pub name: String,
    /// What it is, in plain words; '' for a sentence made of the settings.
    pub description: String,
    /// Its colour: six hexadecimal digits in small letters; '' for ours.
    pub accent: String,
    /// SHA-256 of its logo, hex; '' for none.
    pub logo_digest: String,
}

impl Appearance {
    /// Where the present logo is; '' without one. The address names the contents.
    pub fn logo_path(&self) -> String {
        let mark = self.logo_digest.get(..MARK_CHARS).unwrap_or_default();
        if mark.is_empty() { String::new() } else { format!("/assets/logo/{mark}") }
    }
}

/// What is to change; none: it stays.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Its colour, with or without `#`.
    pub accent: Option<String>,
    /// The bytes of a picture; empty to take the logo away.
    pub logo: Option<Vec<u8>>,
}

/// A logo as it is served.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Logo {
    /// Its type.
    pub logo_type: String,
    /// Its bytes.
    pub logo: Vec<u8>,
}

/// How the node presents itself now.
pub async fn current(from: &impl Source) -> Result<Appearance> {
    let found = sql!("SELECT name, description, accent, logo_digest FROM appearance WHERE id = 1").one(from).await?;
    Ok(found.unwrap_or_default())
}

/// The logo that this address names; none for another than the present one.
pub async fn logo(from: &impl Source, mark: &str) -> Result<Option<Logo>> {
    if mark.len() != MARK_CHARS || !current(from).await?.logo_digest.starts_with(mark) {
        return Ok(None);
    }
    sql!("SELECT logo_type, logo FROM appearance WHERE id = 1 AND logo IS NOT NULL").one(from).await
}

/// A colour as it is kept: six hexadecimal digits. Refused for anything else.
fn colour(typed: &str) -> Result<String, Refusal> {
    let digits = typed.trim().trim_start_matches('#').to_lowercase();
    if digits.is_empty() || (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Ok(digits);
    }
    Err(Refusal::invalid("accent", "must be a colour such as #1b568a"))
}

/// Changes it; as it is then. One entry in the audit log. Refused for what is too long, no colour, or no picture.
pub async fn change(tx: &Tx, wanted: Wanted) -> Result<Appearance> {
    let mut now = current(tx).await?;
    if wanted.description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_CHARS_MAX) {
        return Err(Refusal::invalid("description", said!("must not be longer than {max} characters", max = DESCRIPTION_CHARS_MAX)).into());
    }
    now.name = wanted.name.map_or(now.name, |name| display_name(&name, NAME_CHARS_MAX));
    now.description = wanted.description.map_or(now.description, |text| free_text(&text, DESCRIPTION_CHARS_MAX));
    if let Some(typed) = wanted.accent {
        now.accent = colour(&typed)?;
    }
    let (mut kind, mut bytes) = ("", None);
    if let Some(logo) = &wanted.logo {
        now.logo_digest = String::new();
        if !logo.is_empty() {
            kind = emojis::checked(logo, "logo")?;
            now.logo_digest = secret::hex(&secret::sha256(logo));
            bytes = Some(logo.clone());
        }
    }
    let row = Insert::into("appearance").set("id", 1_i64).set("name", now.name.as_str()).set("description", now.description.as_str());
    let row = row.set("accent", now.accent.as_str()).set("updated_at", tx.now);
    row.on_conflict(
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, accent = excluded.accent, \
         updated_at = excluded.updated_at",
    )
    .run(tx)
    .await?;
    if wanted.logo.is_some() {
        sql!("UPDATE appearance SET logo_type = {}, logo_digest = {}, logo = {} WHERE id = 1", kind, now.logo_digest.as_str(), bytes)
            .run(tx)
            .await?;
    }
    let detail = json!({ "name": now.name, "accent": now.accent, "logo": now.logo_digest });
    tx.audit(Entry::of("node.appearance", "/actor").with(detail));
    Ok(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s082_a_colour_is_six_digits_and_nothing_else() {
        assert_eq!(colour(" #1B568a "), Ok("1b568a".to_owned()));
        assert_eq!(colour(""), Ok(String::new()));
        for evil in ["red", "#fff", "1b568a;}", "url(//e)", "1b568g", "#12345é"] {
            assert!(colour(evil).is_err(), "{evil}");
        }
    }
}
