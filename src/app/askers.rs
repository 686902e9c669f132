//! Who asks to join a community elsewhere, and who is meant by a handle: what a door may have to ask of other nodes first.

use super::{App, Found, ListedRequest, finding};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        text::handle,
    },
    features::{
        accounts,
        memberships::{self, Request},
    },
    store::tables::{Account, Seat},
};

/// Most people looked up for one list of requests elsewhere.
const LOOKED_UP_MAX: usize = 10;

impl App {
    /// Requests as the community's own node lists them for `moderator`, one of ours; the first page of them. Askers that we do
    /// not know yet are looked up, a bounded number.
    pub async fn requests_elsewhere(&self, moderator: AccountId, community: &Account) -> Result<Vec<(Seat, Account)>> {
        let network = self.network()?;
        let listed = network.requests(community.id, moderator).await?;
        let mut rows = Vec::with_capacity(listed.len());
        let mut looked_up = 0;
        for request in listed {
            let known = accounts::queries::by_uri(&self.store, self.origin.stored(&request.uri)).await?;
            let account = match known {
                Some(account) => account,
                None if looked_up >= LOOKED_UP_MAX => continue,
                None => {
                    looked_up += 1;
                    let Ok(Found::Account(id)) = network.find_url(&request.uri).await else { continue };
                    accounts::queries::by_id(&self.store, id).await?.ok_or_else(Refusal::not_found)?
                }
            };
            let ListedRequest { rev, asked_at, answer, organisation, .. } = request;
            let organisation = self.origin.stored(&organisation).to_owned();
            let tx = self.begin().await?;
            let seat = memberships::request_seen(&tx, &account, community, Request { rev, asked_at, answer, organisation }).await?;
            tx.commit().await?;
            rows.push((seat, account));
        }
        Ok(rows)
    }

    /// Who has this handle (`ada` here, `ada@acme.example` elsewhere): found at their node where we do not know them. Refused for
    /// a name that nobody has here.
    pub async fn meant(&self, typed: &str) -> Result<Account> {
        let acct = handle::acct(typed)?;
        if let Some(account) = finding::known(self, &acct).await?.filter(Account::is_active) {
            return Ok(account);
        }
        let host = acct.host.filter(|host| host != self.origin.authority()).unwrap_or_default();
        if host.is_empty() {
            return Err(Refusal::invalid("acct", "names nobody on this node").into());
        }
        self.network()?.find_account(&acct.name, &host).await
    }
}
