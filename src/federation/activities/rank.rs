//! `Add` and `Remove` of a person to a community's moderators (FEP-1b12; as Lemmy, PieFed and Mbin write it).
//!
//! Of a community of ours it is a decision, judged by the rank of whoever sends it; of one elsewhere it is news, and counts when
//! that community sends or announces it, about the collection that its document names (`attributedTo`). Anybody else's is refused.

use super::{Look, Scene, Want, pin::Pin};
use crate::{
    base::error::Result,
    features::{accounts, memberships},
    federation::objects::fields::wrong,
    store::tables::Account,
};

/// Whether it is about the moderators of `group`, a community elsewhere.
pub(super) fn is_of(pin: &Pin, group: &Account) -> bool {
    group.is_community() && !group.is_local() && !group.moderators_uri.is_empty() && pin.target == group.moderators_uri
}

/// The community of ours whose moderators it is about; none when it is about something else.
pub(super) async fn ours(pin: &Pin, scene: Scene<'_>) -> Result<Option<Account>> {
    let Some(uri) = scene.stored(&pin.target).strip_suffix("/moderators").filter(|uri| uri.starts_with('/')) else { return Ok(None) };
    Ok(accounts::queries::by_uri(scene.tx, uri).await?.filter(|account| account.is_community() && account.is_active()))
}

/// The person whom a community elsewhere names, where nobody here knows them yet.
pub(super) fn wants(pin: &Pin, look: Look<'_>, group: &Account) -> Option<Want> {
    let is_unknown = || look.known.account(look.federation, &pin.object).is_none() && !look.federation.app.origin.is_ours(&pin.object);
    (is_of(pin, group) && pin.adds && is_unknown()).then(|| Want::Account(pin.object.clone()))
}

/// A moderator elsewhere makes somebody a moderator of a community of ours, or takes it back.
pub(super) async fn receive(pin: &Pin, scene: Scene<'_>, (by, community): (&Account, &Account)) -> Result<()> {
    memberships::made_moderator(scene.tx, by, scene.account(&pin.object)?, community, (pin.adds, &pin.id)).await
}

/// The community itself says who moderates it.
pub(super) async fn copy(pin: &Pin, scene: Scene<'_>, group: &Account) -> Result<()> {
    match scene.known.account(scene.federation, &pin.object) {
        Some(person) => memberships::moderator_copied(scene.tx, group, person, pin.adds).await,
        None if !pin.adds => Ok(()),
        None => Err(wrong("whom the community names is not known here").into()),
    }
}
