//! Who follows somebody, and whom they follow, as others may read it: one rule for every door.
//!
//! Invariant: nobody is named who takes part no more, is not in yet, or is not the reader's to know of (S54, S59, S123). Whoever
//! keeps their circles to themselves reads them alone, and a community lists its people to members only.

use super::{App, finding};
use crate::{
    base::{
        error::Result,
        id::AccountId,
        page::{Cursors, Page},
    },
    features::{
        accounts, memberships,
        relationships::queries::{self, Listed},
    },
    store::tables::Account,
};

/// Which circle of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    /// Who follows them.
    Followers,
    /// Whom they follow.
    Following,
}

/// Whether `viewer` may read the circles of `of`.
pub async fn is_told(app: &App, viewer: Option<&Account>, of: &Account) -> Result<bool> {
    match viewer {
        Some(viewer) if viewer.id == of.id => Ok(true),
        Some(viewer) if of.is_community() => Ok(memberships::queries::role(&app.store, of.id, viewer.id).await?.is_some()),
        _ => Ok(!of.is_community() && !of.showing().hides_circles),
    }
}

/// One page of a circle of `of` as `viewer` may read it, newest first, and where its neighbours begin; nobody where it is not told.
/// A page may be shorter than it was asked to be: who is left out leaves no trace.
pub async fn listed(app: &App, viewer: Option<&Account>, (of, circle): (&Account, Circle), page: Page) -> Result<(Vec<Account>, Cursors)> {
    if !is_told(app, viewer, of).await? {
        return Ok(Default::default());
    }
    let rows: Vec<Listed> = match circle {
        Circle::Followers => queries::followers(&app.store, of.id, page).await?,
        Circle::Following => queries::following(&app.store, of.id, viewer.map(|viewer| viewer.id), page).await?,
    };
    let ids: Vec<i64> = rows.iter().map(|row| row.cursor).collect();
    let people: Vec<Account> = rows.into_iter().map(|row| row.account).filter(Account::is_active).collect();
    let known = finding::without_internal(app, viewer, people).await?;
    Ok((finding::around(app, viewer, known).await?, page.cursors(&ids)))
}

/// Whom `me` follows among the followers of `of`, at most `limit`. Whoever keeps their circles to themselves is not named so, and
/// nobody is where that is `of`.
pub async fn familiar(app: &App, me: AccountId, of: AccountId, limit: u32) -> Result<Vec<Account>> {
    let hides = |account: &Account| account.id != me && account.showing().hides_circles;
    if accounts::queries::by_id(&app.store, of).await?.is_some_and(|of| hides(&of)) {
        return Ok(Vec::new());
    }
    let mut known = queries::familiar(&app.store, me, of, limit).await?;
    known.retain(|one| one.is_active() && !hides(one));
    Ok(known)
}
