//! Further hosts of an organisation: its document lists them, and each names it in turn (`membership.md` 5).
//!
//! A host names its organisation by `/.well-known/intermoot-organisation` (`{"organisation": uri}`) or by the DNS TXT record
//! `_intermoot.<host>` = `organisation=<uri>`. What was proven is asked again after a day.

use super::{
    Federation,
    discovery::document_at,
    documents::answer,
    fetch::{self, Failure},
    objects::Fields,
};
use crate::{
    base::{error::Result, host},
    features::affiliations,
    net::{Budget, TextLookup},
    store::tables::Account,
};
use axum::{extract::State, response::Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where a host names its organisation.
pub const PATH: &str = "/.well-known/intermoot-organisation";

/// `GET /.well-known/intermoot-organisation`: ours.
pub async fn serve(State(federation): State<Federation>) -> Response {
    answer::json("application/json", &json!({"organisation": federation.app.origin.absolute(affiliations::OURS)}))
}

/// Asks whether the organisation lists `host` and `host` names the organisation, and notes the outcome. A host that does not
/// answer changes nothing: what was proven lapses by itself.
pub async fn prove(federation: &Federation, (organisation, host): (&str, &str), budget: &Budget) -> Result<bool, Failure> {
    let uri = federation.app.origin.absolute(organisation);
    let is_listed = match organisation {
        affiliations::OURS => federation.app.config.organisation.hosts.iter().any(|listed| listed == host),
        _ => {
            let url = fetch::address("the organisation's id", &uri)?;
            lists(&fetch::document(federation, &url, budget).await?, host)
        }
    };
    let is_proven =
        is_listed && (names_in_dns(&*federation.texts, host, &uri).await || names_itself(federation, (host, &uri), budget).await?);
    let tx = federation.app.store.begin().await?;
    affiliations::note_proof(&tx, (organisation, host), is_proven).await?;
    tx.commit().await?;
    Ok(is_proven)
}

fn lists(document: &Value, host: &str) -> bool {
    Fields::of(document)
        .is_some_and(|fields| fields.kind() == "Organization" && fields.list("hosts").any(|listed| listed.as_str() == Some(host)))
}

async fn names_in_dns(texts: &dyn TextLookup, host: &str, organisation: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    let wanted = format!("organisation={organisation}");
    texts.texts(&format!("_intermoot.{name}")).await.is_ok_and(|found| found.iter().any(|text| text.trim() == wanted))
}

async fn names_itself(federation: &Federation, (host, organisation): (&str, &str), budget: &Budget) -> Result<bool, Failure> {
    match document_at(federation, "the organisation of a host", host, PATH, budget).await {
        Ok(document) => Ok(Fields::of(&document).and_then(|fields| fields.text("organisation")) == Some(organisation)),
        Err(crate::base::error::Error::Refused(refusal)) if refusal.kind == crate::base::error::Kind::Unavailable => {
            Err(Failure::Passing(refusal.to_string()))
        }
        Err(crate::base::error::Error::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Has an account's claim proven in the background, where it is of another host than the organisation's and it is time; few at
/// a time, best effort.
pub fn prove_in_background(federation: &Federation, account: &Account) {
    let Some(affiliation) = affiliations::of(account).filter(|_| !account.is_local()) else { return };
    let uri = federation.app.origin.absolute(&affiliation.organisation);
    let (Some(home), Some(own)) = (authority(&uri), authority(&account.uri)) else { return };
    let key = format!("{} {own}", affiliation.organisation);
    if home == own || federation.asked.contains_key(&key) {
        return;
    }
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    federation.asked.insert(key, ());
    let federation = federation.clone();
    tokio::spawn(async move {
        let is_due = affiliations::is_proof_due(&federation.app.store, &affiliation.organisation, &own).await.unwrap_or(false);
        if is_due && let Err(failure) = prove(&federation, (&affiliation.organisation, &own), &Budget::default()).await {
            tracing::debug!(%failure, host = own, "a host's organisation was not confirmed");
        }
        drop(permit);
    });
}

fn authority(uri: &str) -> Option<String> {
    host::authority(&host::parse(uri)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::texts::Answer;

    struct Table(&'static str, &'static str);

    impl TextLookup for Table {
        fn texts<'a>(&'a self, name: &'a str) -> Answer<'a> {
            let found = if name == self.0 { vec!["v=spf1 -all".to_owned(), self.1.to_owned()] } else { Vec::new() };
            Box::pin(async move { Ok(found) })
        }
    }

    #[tokio::test]
    async fn s041_a_record_names_exactly_one_organisation() {
        let table = Table("_intermoot.works.test", "organisation=https://acme.test/org");
        assert!(names_in_dns(&table, "works.test:8443", "https://acme.test/org").await);
        assert!(!names_in_dns(&table, "works.test", "https://acme.test/or").await);
        assert!(!names_in_dns(&table, "works.test", "https://evil.test/org").await);
        assert!(!names_in_dns(&table, "evil.test", "https://acme.test/org").await);
    }

    #[test]
    fn only_an_organisation_lists_hosts() {
        let document = |kind: &str| json!({"type": kind, "id": "https://acme.test/org", "hosts": ["works.test"]});
        assert!(lists(&document("Organization"), "works.test"));
        assert!(!lists(&document("Person"), "works.test") && !lists(&document("Organization"), "work.test"));
    }
}
