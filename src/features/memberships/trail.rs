//! The audit entries of what happens to seats: who, over whom, where, under which agreement.

use crate::{
    base::error::Result,
    features::agreements,
    store::{
        Tx,
        audit::Entry,
        tables::{Account, Seat},
    },
};
use serde_json::{Value, json};

/// An act over somebody in a community.
#[derive(Clone, Copy)]
pub(super) struct Act<'a> {
    /// Who acts; none: the node by itself.
    pub by: Option<&'a Account>,
    /// `thing.verb`.
    pub name: &'static str,
    /// Over whom.
    pub account: &'a Account,
    /// Where.
    pub community: &'a Account,
}

/// Notes `act`; `agreement` is the uri of the one under which it happens ('' for none), `detail` an object with what else matters.
pub(super) fn note(tx: &Tx, act: Act<'_>, agreement: &str, mut detail: Value) {
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("community".to_owned(), json!(act.community.acct()));
    }
    tx.audit(Entry {
        actor: act.by.map_or_else(|| "node".to_owned(), Account::acct),
        act: act.name,
        object: act.account.acct(),
        agreement: agreement.to_owned(),
        detail,
        ..Entry::default()
    });
}

/// The uri of the agreement under which a seat is held now; '' for none.
pub(super) async fn agreement_of(tx: &Tx, seat: Option<&Seat>) -> Result<String> {
    match seat {
        Some(seat) if !seat.agreement_host.is_empty() => {
            Ok(agreements::in_force(tx, &seat.agreement_host).await?.map(|agreement| agreement.uri).unwrap_or_default())
        }
        _ => Ok(String::new()),
    }
}
