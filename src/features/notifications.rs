//! Notifications: told, read, cleared.

use crate::{
    base::{error::Result, id::{AccountId, NotificationId, PostId}, page::Page, words::NotificationKind},
    store::{Source, Tx, tables::{Marker, Notification}},
};

/// Tells `account` (one of ours) something, once; not about themselves, nor by somebody they block
/// or mute with notifications.
pub async fn tell(_tx: &Tx, _account: AccountId, _kind: NotificationKind, _by: AccountId, _post: Option<PostId>) -> Result<()> { super::later() }
/// Tells everyone whom a new post concerns: those mentioned, the one answered, those who asked to
/// be told of each post of its author. Only people who may see it.
pub async fn tell_of_post(_tx: &Tx, _post: PostId) -> Result<()> { super::later() }
/// A page of `account`'s notifications, of these kinds (empty: all), newest first.
pub async fn page(_from: &impl Source, _account: AccountId, _kinds: &[NotificationKind], _page: Page) -> Result<Vec<Notification>> { super::later() }
/// One notification of `account`.
pub async fn find(_from: &impl Source, _account: AccountId, _id: NotificationId) -> Result<Option<Notification>> { super::later() }
/// Forgets all of `account`'s notifications.
pub async fn clear(_tx: &Tx, _account: AccountId) -> Result<()> { super::later() }
/// Forgets one.
pub async fn dismiss(_tx: &Tx, _account: AccountId, _id: NotificationId) -> Result<()> { super::later() }
/// Forgets everything about a post (deleted).
pub async fn forget_post(_tx: &Tx, _post: PostId) -> Result<()> { super::later() }
/// How many are newer than the reader's marker (at most `limit`).
pub async fn unread(_from: &impl Source, _account: AccountId, _limit: u32) -> Result<i64> { super::later() }
/// How far `account` has read these timelines.
pub async fn markers(_from: &impl Source, _account: AccountId, _timelines: &[String]) -> Result<Vec<Marker>> { super::later() }
/// Notes how far `account` has read; the new marker.
pub async fn mark(_tx: &Tx, _account: AccountId, _timeline: &str, _last_read_id: &str) -> Result<Marker> { super::later() }
