//! Errands: what an activity needs is fetched, outside any transaction, within one budget.

use crate::{
    base::host,
    federation::{
        Federation,
        activities::{Findings, Want},
        discovery, drift,
        fetch::{self, Failure},
        rosters, successors,
    },
    net::Budget,
};
use tokio::sync::mpsc;

/// An activity that comes back.
pub struct Errand {
    /// Its row.
    pub id: i64,
    /// How it went.
    pub outcome: Outcome,
}

/// How fetching went.
pub enum Outcome {
    /// Everything was found and kept.
    Found(Findings),
    /// It will never be found.
    Refused(String),
    /// It may be found later.
    Passing(String),
}

/// The hosts that `wants` lead to.
pub fn hosts(wants: &[Want]) -> Vec<String> {
    let mut hosts: Vec<String> = wants.iter().filter_map(|want| host::parse(want.uri())).filter_map(|url| host::authority(&url)).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// Fetches what the activity in row `id` needs and reports.
pub async fn run(federation: Federation, id: i64, wants: Vec<Want>, report: mpsc::Sender<Errand>) {
    let outcome = match fetch_all(&federation, &wants).await {
        Ok(findings) => Outcome::Found(findings),
        Err(Failure::Passing(sentence)) => Outcome::Passing(sentence),
        Err(failure) => Outcome::Refused(failure.to_string()),
    };
    // nobody listens any more: the row is in the table and comes again
    let _ = report.send(Errand { id, outcome }).await;
}

async fn fetch_all(federation: &Federation, wants: &[Want]) -> Result<Findings, Failure> {
    let budget = Budget::default();
    let mut findings = Findings::default();
    for want in wants {
        match want {
            Want::Account(uri) => drop(fetch::account(federation, uri, &budget).await?),
            Want::Post(uri) => drop(fetch::post(federation, uri, &budget).await?),
            Want::Fresh(uri) => drop(fetch::fresh_post(federation, uri, &budget).await?),
            Want::Gone(uri) => {
                if fetch::is_gone(federation, uri, &budget).await? {
                    findings.gone.insert(uri.clone());
                }
            }
            Want::FreshAccount(uri) => drop(fetch::fresh_account(federation, uri, &budget).await?),
            Want::Renewed(uri) => match fetch::fresh_account(federation, uri, &budget).await {
                Err(failure @ Failure::Passing(_)) => return Err(failure),
                Err(failure) => tracing::info!(%failure, uri, "an actor was not had anew: our copy stands for them"),
                Ok(_) => {}
            },
            Want::Moved { from, to, is_pulled } => {
                if successors::agree(federation, (from, to, *is_pulled), &budget).await? {
                    findings.agreed.insert(to.clone());
                }
            }
            Want::Vouched(uri) => vouched(federation, uri).await?,
            Want::Level(uri) => {
                if let Some(host) = host::parse(uri).and_then(|url| host::authority(&url)) {
                    discovery::software::learn_before(federation, &host).await?;
                }
            }
            Want::Seats(uri) => drift::seek(federation, uri).await?,
        }
    }
    Ok(findings)
}

/// Looks at the roster of the organisation that should vouch for somebody. A partner that refuses leaves its people unvouched.
async fn vouched(federation: &Federation, person: &str) -> Result<(), Failure> {
    let Some(host) = host::parse(person).and_then(|url| host::authority(&url)) else { return Ok(()) };
    match rosters::pull_shared(federation, &host).await {
        Err(Failure::Passing(sentence)) => Err(Failure::Passing(sentence)),
        Err(failure) => {
            tracing::info!(%failure, host, "a partner's roster was not had: the person who asks is not vouched for");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
