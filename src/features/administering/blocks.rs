//! Who may not sign up: lists of hosts of addresses, of mailboxes (as digests), and of networks.
//!
//! Each entry that is made, changed or taken back leaves one entry in the audit log. What they do is in `newcomers.rs`.

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        page::Page,
        sentence::said,
        text::limits::REASON_CHARS_MAX,
        words::NetworkSeverity,
    },
    features::peers,
    sql,
    store::{Insert, Source, Tx, audit::Entry},
};
use ipnet::IpNet;
use sea_orm::FromQueryResult;
use serde_json::json;
use std::{net::IpAddr, time::Duration};

/// A host (or the digest of a mailbox) from which nobody signs up.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Listed {
    /// Its id.
    pub id: i64,
    /// Which.
    pub what: String,
    /// Since.
    pub created_at: Stamp,
}

/// The two lists of what addresses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// By the host after the `@`, and what lies below it.
    AtHost,
    /// One mailbox.
    Mailbox,
}

impl Addresses {
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::AtHost => ("email_host_blocks", "host"),
            Self::Mailbox => ("email_blocks", "digest"),
        }
    }

    fn acts(self) -> (&'static str, &'static str) {
        match self {
            Self::AtHost => ("email_host.block", "email_host.unblock"),
            Self::Mailbox => ("email.block", "email.unblock"),
        }
    }

    fn select(self) -> String {
        let (table, column) = self.table();
        format!("SELECT id, {column} AS what, created_at FROM {table} WHERE ")
    }
}

/// A page of a list, newest first.
pub async fn page(from: &impl Source, which: Addresses, page: Page) -> Result<Vec<Listed>> {
    Ok(page.newest_first(sql!(format!("{}1 = 1", which.select())).page("id", page).all(from).await?))
}

/// One entry.
pub async fn find(from: &impl Source, which: Addresses, id: i64) -> Result<Listed> {
    let found: Option<Listed> = sql!(format!("{}id = {{}}", which.select()), id).one(from).await?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// The entry about `what`, if there is one.
pub async fn about(from: &impl Source, which: Addresses, what: &str) -> Result<Option<Listed>> {
    let (_, column) = which.table();
    sql!(format!("{}{column} = {{}}", which.select()), what).one(from).await
}

/// Lists a host of addresses, or the digest of a mailbox. Refused for what is neither, and for what is listed.
pub async fn add(tx: &Tx, which: Addresses, what: &str) -> Result<Listed> {
    let what = match which {
        Addresses::AtHost => peers::normal(what).ok().filter(|host| host.contains('.') && !host.contains(':')),
        Addresses::Mailbox => Some(what.to_lowercase()).filter(|text| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())),
    };
    let wrong = match which {
        Addresses::AtHost => Refusal::invalid("domain", "is not a valid domain name"),
        Addresses::Mailbox => Refusal::invalid("canonical_email_hash", "is no SHA-256 in hex"),
    };
    let what = what.ok_or(wrong)?;
    let (table, column) = which.table();
    let id = tx.id();
    let row = Insert::into(table).set("id", id).set(column, what.clone()).set("created_at", tx.now);
    if row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await? == 0 {
        return Err(Refusal::invalid(if which == Addresses::AtHost { "domain" } else { "email" }, "has already been taken").into());
    }
    tx.audit(Entry::of(which.acts().0, what));
    find(tx, which, id).await
}

/// Takes an entry off its list; it as it was. Not found where there is none.
pub async fn remove(tx: &Tx, which: Addresses, id: i64) -> Result<Listed> {
    let found = find(tx, which, id).await?;
    sql!(format!("DELETE FROM {} WHERE id = {{}}", which.table().0), id).run(tx).await?;
    tx.audit(Entry::of(which.acts().1, found.what.clone()));
    Ok(found)
}

/// A network whose people may not do something.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Network {
    /// Its id.
    pub id: i64,
    /// Addresses (CIDR).
    pub network: String,
    /// What they may not do.
    pub severity: NetworkSeverity,
    /// Why.
    pub comment: String,
    /// Since.
    pub created_at: Stamp,
    /// Until.
    pub expires_at: Option<Stamp>,
}

/// A network to be listed, or what of one is to change.
#[derive(Clone, Debug, Default)]
pub struct NewNetwork {
    /// Addresses (CIDR, or one address).
    pub network: Option<String>,
    /// What they may not do.
    pub severity: Option<NetworkSeverity>,
    /// Why.
    pub comment: Option<String>,
    /// For how long; zero: without an end.
    pub lasts: Option<Duration>,
}

/// A network as it is kept. Refused for what is none, and for one so wide that it is half of all addresses.
fn network(text: &str) -> Result<IpNet, Refusal> {
    let text = text.trim();
    let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let net = net.ok_or_else(|| Refusal::invalid("ip", "is neither an address nor a network such as 192.0.2.0/24"))?.trunc();
    if net.prefix_len() < 2 { Err(Refusal::invalid("ip", "is too wide")) } else { Ok(net) }
}

/// A page of networks, newest first, those that are over too.
pub async fn networks(from: &impl Source, page: Page) -> Result<Vec<Network>> {
    Ok(page.newest_first(sql!("SELECT * FROM network_blocks WHERE 1 = 1").page("id", page).all(from).await?))
}

/// One of them.
pub async fn find_network(from: &impl Source, id: i64) -> Result<Network> {
    Ok(sql!("SELECT * FROM network_blocks WHERE id = {}", id).one(from).await?.ok_or_else(Refusal::not_found)?)
}

/// Those that count now, at most `limit`.
pub async fn networks_now(from: &impl Source, limit: i64) -> Result<Vec<(IpNet, NetworkSeverity)>> {
    let found: Vec<Network> =
        sql!("SELECT * FROM network_blocks WHERE expires_at IS NULL OR expires_at > {} ORDER BY id DESC LIMIT {}", from.now(), limit)
            .all(from)
            .await?;
    Ok(found.into_iter().filter_map(|one| Some((one.network.parse().ok()?, one.severity))).collect())
}

/// Lists a network; or, with an id, changes what is said of one. Refused for what is no network, for one that is listed already,
/// and for a block of all access that would shut out `caller`, who asks for it.
pub async fn keep_network(tx: &Tx, id: Option<i64>, new: NewNetwork, caller: IpAddr) -> Result<Network> {
    let before = match id {
        Some(id) => Some(find_network(tx, id).await?),
        None => None,
    };
    let known = before.as_ref().map(|before| before.network.clone());
    let net = network(&new.network.or(known).unwrap_or_default())?;
    let severity = new.severity.or(before.as_ref().map(|before| before.severity));
    let severity = severity.ok_or_else(|| Refusal::invalid("severity", "is missing"))?;
    if severity == NetworkSeverity::NoAccess && net.contains(&caller.to_canonical()) {
        return Err(Refusal::invalid("ip", "is the network that you come from: you would shut yourself out").into());
    }
    let comment = new.comment.or(before.as_ref().map(|before| before.comment.clone())).unwrap_or_default();
    if comment.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Refusal::invalid("comment", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)).into());
    }
    let expires_at = match new.lasts {
        Some(lasts) if lasts.is_zero() => None,
        Some(lasts) => Some(tx.now.plus(lasts)),
        None => before.as_ref().and_then(|before| before.expires_at),
    };
    let taken: Option<i64> =
        sql!("SELECT id FROM network_blocks WHERE network = {} AND id <> {}", net.to_string(), id.unwrap_or_default()).value(tx).await?;
    if taken.is_some() {
        return Err(Refusal::invalid("ip", "has already been taken").into());
    }
    let (id, act) = id.map_or_else(|| (tx.id(), "network.block"), |id| (id, "network.change"));
    let row = Insert::into("network_blocks").set("id", id).set("network", net.to_string()).set("severity", severity);
    let row = row.set("comment", comment).set("created_at", tx.now).set("expires_at", expires_at);
    row.on_conflict(
        "ON CONFLICT (id) DO UPDATE SET network = excluded.network, severity = excluded.severity, comment = excluded.comment, \
         expires_at = excluded.expires_at",
    )
    .run(tx)
    .await?;
    tx.audit(Entry::of(act, net.to_string()).with(json!({ "severity": severity, "expires_at": expires_at })));
    find_network(tx, id).await
}

/// Takes a network off the list; it as it was.
pub async fn remove_network(tx: &Tx, id: i64) -> Result<Network> {
    let found = find_network(tx, id).await?;
    sql!("DELETE FROM network_blocks WHERE id = {}", id).run(tx).await?;
    tx.audit(Entry::of("network.unblock", found.network.clone()));
    Ok(found)
}
