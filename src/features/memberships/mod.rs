//! Memberships: who belongs to a community, as what, since when.
//!
//! A member may live on another node. The community's own node decides; every other node keeps a
//! copy and asks. Invariant: at most one seat for each (community, account), whatever its status.
//! In a public community a Follow is the ask: the seat and the follow come and go together.

pub mod queries;

use crate::{
    base::{clock::Stamp, error::Result, id::AccountId, words::Role},
    store::{
        Tx,
        tables::{Account, Seat},
    },
};

/// Asks for membership, and follows the community so that its posts arrive. At once with an open
/// door; where the community lives elsewhere the seat is `requested` until its node answers.
/// `uri` names a Follow that came from elsewhere. Asking again while waiting only asks again.
pub async fn join(_tx: &Tx, _account: &Account, _community: &Account, _uri: Option<&str>) -> Result<Seat> { super::later() }
/// The community's node let us in (its Accept, or its Announce in a public one): our copy of the
/// seat is active, the follow accepted. No effect unless we asked.
pub async fn admitted(_tx: &Tx, _account: AccountId, _community: AccountId) -> Result<()> { super::later() }
/// The community's node refused or ended it.
pub async fn ended(_tx: &Tx, _account: &Account, _community: &Account) -> Result<()> { super::later() }
/// Leaves. The last owner cannot. `uri` as in `relationships::unfollow`.
pub async fn leave(_tx: &Tx, _account: &Account, _community: &Account, _uri: Option<&str>) -> Result<()> { super::later() }
/// A moderator decides over a request: admits or refuses.
pub async fn decide(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account, _admit: bool) -> Result<Seat> { super::later() }
/// A moderator puts a member out (they may ask again). Records `MemberRemoved`.
pub async fn remove(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account, _reason: &str) -> Result<()> { super::later() }
/// A moderator puts somebody out and bars them until `until` (none: for good).
pub async fn ban(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account, _ban: (&str, Option<Stamp>)) -> Result<()> { super::later() }
/// Lifts a ban.
pub async fn unban(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account) -> Result<()> { super::later() }
/// Gives a member another role. Records `SeatChanged`.
pub async fn appoint(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account, _role: Role) -> Result<Seat> { super::later() }
