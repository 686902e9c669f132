//! Collections: people of this node whom somebody recommends, for everybody to see.
//!
//! Invariants: only who wants to be found is put into one, and whoever does not want to be in one takes themselves out for good.
//! They are of this node alone: neither people elsewhere stand in them, nor are they told to other nodes, for there is no asking
//! for consent across nodes yet. Source: docs.joinmastodon.org/methods/collections.

pub mod queries;

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        sentence::said,
        words::AccountKind,
    },
    features::{accounts, relationships},
    sql,
    store::{Insert, Tx, tables::Account},
};
use sea_orm::FromQueryResult;

/// Most collections of one person.
pub const COLLECTIONS_MAX: i64 = 10;
/// Most people in one.
pub const ITEMS_MAX: i64 = 25;
/// Longest name and description, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 500;

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Collection {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub account_id: AccountId,
    /// Its name: plain text.
    pub name: String,
    /// What it is about: plain text.
    pub description: String,
    /// Its language; empty for none.
    pub language: String,
    /// A hashtag for it, as typed, without `#`; empty for none.
    pub tag: String,
    /// Not for everybody's eyes.
    pub sensitive: bool,
    /// Whether it is shown on its owner's profile; else it is seen by whoever has its id.
    pub discoverable: bool,
    /// When it was made.
    pub created_at: Stamp,
    /// When it was last changed.
    pub updated_at: Stamp,
}

/// Somebody in a collection.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Item {
    /// Its id.
    pub id: i64,
    /// In which.
    pub collection_id: i64,
    /// Who.
    pub account_id: AccountId,
    /// Whether they do not want to be.
    pub revoked: bool,
    /// Since when.
    pub created_at: Stamp,
}

/// What a collection says of itself, checked by [`check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Its language.
    pub language: String,
    /// A hashtag for it.
    pub tag: String,
    /// Not for everybody's eyes.
    pub sensitive: bool,
    /// Shown on the profile.
    pub discoverable: bool,
}

fn check(words: &Words) -> Result<(), Refusal> {
    if words.name.is_empty() {
        return Err(Refusal::invalid("name", "can't be blank"));
    }
    for (field, text, most) in [("name", &words.name, NAME_CHARS_MAX), ("description", &words.description, DESCRIPTION_CHARS_MAX)] {
        if text.chars().count() > most {
            return Err(Refusal::invalid(field, said!("is too long (maximum is {max} characters)", max = most)));
        }
    }
    Ok(())
}

/// Makes a collection of `by` with these people in it. Refused when it says too much, is one too many, or for one of the people
/// (see [`add`]); then nothing is made.
pub async fn create(tx: &Tx, by: &Account, words: Words, people: &[AccountId]) -> Result<Collection> {
    check(&words)?;
    let there: i64 = sql!("SELECT COUNT(*) FROM collections WHERE account_id = {}", by.id).value(tx).await?.unwrap_or_default();
    if there >= COLLECTIONS_MAX {
        return Err(Refusal::invalid("name", said!("would be one too many: {max} collections can be made", max = COLLECTIONS_MAX)).into());
    }
    let Words { name, description, language, tag, sensitive, discoverable } = words;
    let (id, at) = (tx.id(), tx.now);
    let made =
        Collection { id, account_id: by.id, name, description, language, tag, sensitive, discoverable, created_at: at, updated_at: at };
    Insert::into("collections")
        .set("id", made.id)
        .set("account_id", made.account_id)
        .set("name", made.name.as_str())
        .set("description", made.description.as_str())
        .set("language", made.language.as_str())
        .set("tag", made.tag.as_str())
        .set("sensitive", made.sensitive)
        .set("discoverable", made.discoverable)
        .set("created_at", made.created_at)
        .set("updated_at", made.updated_at)
        .run(tx)
        .await?;
    for person in people {
        add(tx, &made, *person).await?;
    }
    Ok(made)
}

/// Changes what a collection says of itself. Refused when it says too much.
pub async fn change(tx: &Tx, collection: &Collection, words: Words) -> Result<()> {
    check(&words)?;
    sql!(
        "UPDATE collections SET name = {}, description = {}, language = {}, tag = {}, sensitive = {}, discoverable = {}, updated_at = {} \
         WHERE id = {}",
        words.name,
        words.description,
        words.language,
        words.tag,
        words.sensitive,
        words.discoverable,
        tx.now,
        collection.id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Ends a collection.
pub async fn delete(tx: &Tx, collection: &Collection) -> Result<()> {
    sql!("DELETE FROM collection_items WHERE collection_id = {}", collection.id).run(tx).await?;
    sql!("DELETE FROM collections WHERE id = {}", collection.id).run(tx).await?;
    Ok(())
}

/// Puts somebody into a collection; whoever is there stays as they are. Refused for who is not of this node, does not want to be
/// found, has a block between them and its owner, or took themselves out; and where there are too many.
pub async fn add(tx: &Tx, collection: &Collection, person: AccountId) -> Result<Item> {
    let known = accounts::queries::by_id(tx, person).await?.filter(Account::is_active).ok_or_else(Refusal::not_found)?;
    let is_person = matches!(known.kind, AccountKind::Person | AccountKind::Service);
    let is_kept_apart = relationships::queries::is_blocked_either_way(tx, collection.account_id, person).await?;
    let before = queries::item_of(tx, collection.id, person).await?;
    let is_willing = (known.discoverable || person == collection.account_id) && before.as_ref().is_none_or(|item| !item.revoked);
    if !known.is_local() || !is_person || !is_willing || is_kept_apart {
        let sentence = "Only people of this node who want to be found can be put into a collection, and nobody who has left it.";
        return Err(Refusal::forbidden("not_featurable", sentence).into());
    }
    if let Some(item) = before {
        return Ok(item);
    }
    let there: i64 =
        sql!("SELECT COUNT(*) FROM collection_items WHERE collection_id = {}", collection.id).value(tx).await?.unwrap_or_default();
    if there >= ITEMS_MAX {
        return Err(Refusal::invalid(
            "account_id",
            said!("would be one too many: {max} people can stand in a collection", max = ITEMS_MAX),
        )
        .into());
    }
    let item = Item { id: tx.id(), collection_id: collection.id, account_id: person, revoked: false, created_at: tx.now };
    Insert::into("collection_items")
        .set("id", item.id)
        .set("collection_id", item.collection_id)
        .set("account_id", item.account_id)
        .set("created_at", item.created_at)
        .run(tx)
        .await?;
    touch(tx, collection.id).await?;
    Ok(item)
}

/// Its owner takes somebody out. What somebody revoked stays, so that they are not put there again.
pub async fn remove(tx: &Tx, item: &Item) -> Result<()> {
    if item.revoked {
        return Err(Refusal::not_found().into());
    }
    sql!("DELETE FROM collection_items WHERE id = {}", item.id).run(tx).await?;
    touch(tx, item.collection_id).await
}

/// Somebody takes themselves out, for good. Not found for anybody else.
pub async fn revoke(tx: &Tx, item: &Item, by: AccountId) -> Result<()> {
    if item.account_id != by {
        return Err(Refusal::not_found().into());
    }
    sql!("UPDATE collection_items SET revoked = TRUE WHERE id = {}", item.id).run(tx).await?;
    touch(tx, item.collection_id).await
}

async fn touch(tx: &Tx, collection: i64) -> Result<()> {
    sql!("UPDATE collections SET updated_at = {} WHERE id = {}", tx.now, collection).run(tx).await?;
    Ok(())
}
