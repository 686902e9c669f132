//! Tags that somebody follows, and those on their profile.
//!
//! What a followed tag brings home: `timelines::tagged`. Invariant: a tag is one row for each person and list, by its key
//! (`base/text/scan.rs`); the name is kept as typed. Source: docs.joinmastodon.org/methods/{tags,followed_tags,featured_tags}.

pub mod queries;

use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        sentence::said,
        text::scan::{What, scan},
    },
    sql,
    store::{Insert, Tx, tables::ChosenTag},
};

/// Most tags that one person follows.
pub const FOLLOWED_MAX: i64 = 1000;
/// Most tags on one profile (Mastodon's bound).
pub const FEATURED_MAX: i64 = 10;

/// For what somebody chose a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Its posts come home.
    Followed,
    /// It stands on the profile.
    Featured,
}

impl Purpose {
    fn table(self) -> &'static str {
        match self {
            Self::Followed => "followed_tags",
            Self::Featured => "featured_tags",
        }
    }
}

/// A tag as somebody names it, with or without `#`: its name and key. None when it is no tag.
pub fn named(typed: &str) -> Option<(String, String)> {
    let hashed = format!("#{}", typed.trim().trim_start_matches('#'));
    let pieces = scan(&hashed).pieces;
    match pieces.as_slice() {
        [piece] => match &piece.what {
            What::Tag(tag) => Some((tag.name.clone(), tag.key.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// Chooses a tag; the one there is when it was chosen before. Refused, naming `name`, when it is no tag or one too many.
pub async fn choose(tx: &Tx, by: AccountId, purpose: Purpose, typed: &str) -> Result<ChosenTag> {
    let (name, tag) = named(typed).ok_or_else(|| Refusal::invalid("name", "is not a hashtag"))?;
    if let Some(known) = queries::find(tx, by, purpose, &tag).await? {
        return Ok(known);
    }
    let most = match purpose {
        Purpose::Followed => FOLLOWED_MAX,
        Purpose::Featured => FEATURED_MAX,
    };
    let count = format!("SELECT COUNT(*) FROM {} WHERE account_id = {{}}", purpose.table());
    let there: i64 = sql!(count, by).value(tx).await?.unwrap_or_default();
    if there >= most {
        return Err(Refusal::invalid("name", said!("is one too many: {max} can be chosen, so take one away first", max = most)).into());
    }
    let row = ChosenTag { id: tx.id(), account_id: by, tag, name, created_at: tx.now };
    Insert::into(purpose.table())
        .set("id", row.id)
        .set("account_id", row.account_id)
        .set("tag", row.tag.as_str())
        .set("name", row.name.as_str())
        .set("created_at", row.created_at)
        .on_conflict("ON CONFLICT (account_id, tag) DO NOTHING")
        .run(tx)
        .await?;
    Ok(queries::find(tx, by, purpose, &row.tag).await?.ok_or_else(Refusal::not_found)?)
}

/// Notes which tags somebody elsewhere says to have on their profile, in place of those known before; what is no tag is left out.
pub async fn told(tx: &Tx, by: AccountId, names: &[String]) -> Result<()> {
    sql!("DELETE FROM featured_tags WHERE account_id = {}", by).run(tx).await?;
    let most = usize::try_from(FEATURED_MAX).unwrap_or(usize::MAX);
    for name in names.iter().take(most) {
        match choose(tx, by, Purpose::Featured, name).await {
            Ok(_) => {}
            Err(error) if error.refusal().is_some() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes the choice of a tag back, by its key; what was chosen, if it was.
pub async fn drop(tx: &Tx, by: AccountId, purpose: Purpose, tag: &str) -> Result<Option<ChosenTag>> {
    let found = queries::find(tx, by, purpose, tag).await?;
    if let Some(row) = &found {
        sql!(format!("DELETE FROM {} WHERE id = {{}}", purpose.table()), row.id).run(tx).await?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_post_would_make_a_tag_is_one() {
        for (typed, key) in [
            ("Valves", Some("valves")),
            ("#Valves", Some("valves")),
            ("  rust_lang ", Some("rust_lang")),
            ("Ｆｕｌｌ", Some("full")),
            ("", None),
            ("#", None),
            ("two words", None),
            ("a-b", None),
            ("123", None),
            ("a#b", None),
            ("<b>", None),
        ] {
            assert_eq!(named(typed).map(|(_, key)| key).as_deref(), key, "{typed}");
        }
    }
}
