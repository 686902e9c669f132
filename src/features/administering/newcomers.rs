//! Who may sign up, as far as addresses and networks tell; and that somebody did.

use super::blocks::{self, Addresses};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        text::mailbox,
        words::NetworkSeverity,
    },
    sql,
    store::{Source, Tx, event::Event, list},
};
use std::net::IpAddr;

/// Networks that are looked through.
const NETWORKS_MAX: i64 = 10_000;

/// Whether somebody who signs up with this address from there waits for an administrator's yes, whatever the settings say.
/// Refused for an address whose host or mailbox is blocked, and from a network from which nobody signs up.
pub async fn judge(from: &impl Source, email: &str, address: IpAddr) -> Result<bool> {
    if is_blocked(from, email).await? {
        return Err(Refusal::invalid("email", "is of a provider, or is one, from which nobody can sign up here").into());
    }
    let networks = blocks::networks_now(from, NETWORKS_MAX).await?;
    let address = address.to_canonical();
    let worst = networks.iter().filter(|(network, _)| network.contains(&address)).map(|(_, severity)| *severity).max();
    match worst {
        Some(NetworkSeverity::NoSignUp | NetworkSeverity::NoAccess) => {
            Err(Refusal::forbidden("registration_closed", "Nobody can sign up from your network").into())
        }
        other => Ok(other.is_some()),
    }
}

async fn is_blocked(from: &impl Source, email: &str) -> Result<bool> {
    let Some(host) = mailbox::host(email) else { return Ok(false) };
    // the host, and every one that it lies below
    let mut hosts: Vec<String> = host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..)).take(32).map(str::to_owned).collect();
    hosts.push(host);
    let listed: Option<i64> = sql!("SELECT COUNT(*) FROM email_host_blocks WHERE host IN {}", list(&hosts)).value(from).await?;
    if listed.unwrap_or_default() > 0 {
        return Ok(true);
    }
    match mailbox::digest(email) {
        Some(digest) => Ok(blocks::about(from, Addresses::Mailbox, &digest).await?.is_some()),
        None => Ok(false),
    }
}

/// Somebody signed up by themselves: those who handle this node's reports are told. Records `SignedUp`.
pub fn signed_up(tx: &Tx, account: AccountId) {
    tx.record(Event::SignedUp { account });
}
