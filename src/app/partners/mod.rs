//! Agreements as the API and the command line handle them: one act each, and what is shown of them.
//!
//! Only here are features, our organisation's key and the network brought together.

mod rotation;
mod shown;

pub use rotation::{Rotated, rotate_key};
pub use shown::{summaries, whole};

use super::App;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AgreementId,
        keys::KeyPair,
        page::Page,
        sentence::said,
        text::handle,
        words::{History, KeyKind, Role, Stakeholder},
    },
    features::{
        accounts,
        agreements::{self, ORGANISATION, Ours, document, rows, terms_between},
        recovery,
    },
    store::tables::{Account, Agreement},
};
use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Terms as an administrator gives them; what is left out stays as it is, or as stands beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Communities: names of ours, or addresses of either side's. None by default.
    pub communities: Option<Vec<String>>,
    /// Seats in other communities by invitation. No by default.
    pub by_invitation: Option<bool>,
    /// The highest role; contributor by default.
    pub most_role: Option<Role>,
    /// What their people are to us; partner by default.
    pub stakeholder: Option<Stakeholder>,
    /// What our people are to them; partner by default.
    pub our_stakeholder: Option<Stakeholder>,
    /// Most seats.
    pub most_seats: Option<i64>,
    /// Most seats in a day.
    pub seats_per_day: Option<i64>,
    /// What newcomers read; from joining on by default.
    pub history: Option<History>,
    /// With history `since`.
    pub history_from: Option<Stamp>,
    /// Whether media travel; yes by default.
    pub media: Option<bool>,
    /// How long copies are kept, in days.
    pub retention_days: Option<i64>,
    /// Whom to call.
    pub contacts: Option<Vec<String>>,
    /// The end.
    pub ends: Option<Stamp>,
}

/// What can be done with an agreement that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Act {
    /// Sign what was offered to us.
    Approve,
    /// Refuse it.
    Reject {
        /// Told to the other side.
        reason: String,
    },
    /// Take our offer back.
    Withdraw,
    /// Let seats rest.
    Suspend {
        /// Told to the other side.
        reason: String,
    },
    /// Let them be used again.
    Resume,
    /// Change the terms.
    Renew {
        /// What changes.
        terms: Box<Chosen>,
    },
    /// End it.
    End {
        /// Told to the other side.
        reason: String,
    },
    /// Keep the other side apart: nothing in, nothing out, nothing deleted.
    Quarantine {
        /// Told to nobody but administrators here.
        reason: String,
    },
    /// Lift that.
    Release,
    /// Confirm it where it is held.
    Confirm {
        /// The fingerprint as the other side read it out.
        fingerprint: String,
    },
}

/// Our organisation's Ed25519 key.
async fn key(app: &App) -> Result<KeyPair> {
    let organisation = accounts::queries::by_uri(&app.store, ORGANISATION).await?.context("this node has no organisation yet")?;
    let key = accounts::queries::key_of(&app.store, organisation.id, KeyKind::Ed25519).await?;
    app.open_key(&key.context("our organisation has no Ed25519 key")?)
}

/// The fingerprint of our organisation's key, as the other side is to read it.
pub async fn fingerprint(app: &App) -> Result<String> {
    let ours = key(app).await?.public().map_err(|error| anyhow::anyhow!("our organisation's key has no public half: {error}"))?;
    Ok(document::fingerprint(&ours.to_multibase()))
}

/// Offers an agreement to the node at `host`, whose organisation is looked up first. `by` stands in the audit log.
pub async fn propose(app: &App, by: &str, host: &str, chosen: Chosen) -> Result<Agreement> {
    let host = host.trim().trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_lowercase();
    if host.is_empty() || host == app.origin.authority() {
        return Err(Refusal::invalid("host", "must be the host of another node").into());
    }
    let network = app.network().map_err(|_| {
        Refusal::unavailable(
            "node_not_running",
            "Proposing an agreement reaches the other node: start this one (intermoot serve) and try again.",
        )
    })?;
    let found = network.find_account("org", &host).await?;
    let partner = network.refresh(found.id).await?;
    let terms = first_terms(app, &partner, chosen).await?;
    let key = key(app).await?;
    let tx = app.begin().await?;
    let agreement = agreements::propose(&tx, Ours { origin: &app.origin, key: &key }, by, &partner, terms).await?;
    tx.commit().await?;
    Ok(agreement)
}

/// Does `act` with an agreement; `by` stands in the audit log.
pub async fn perform(app: &App, by: &str, id: AgreementId, act: Act) -> Result<Agreement> {
    let key = key(app).await?;
    let ours = Ours { origin: &app.origin, key: &key };
    let terms = match &act {
        Act::Renew { terms } => Some(next_terms(app, id, (**terms).clone()).await?),
        _ => None,
    };
    let tx = app.begin().await?;
    match act {
        Act::Approve => drop(agreements::approve(&tx, ours, by, id).await?),
        Act::Reject { reason } => agreements::reject(&tx, by, id, &reason).await?,
        Act::Withdraw => agreements::withdraw(&tx, ours, by, id).await?,
        Act::Suspend { reason } => agreements::suspend(&tx, ours, by, id, &reason).await?,
        Act::Resume => agreements::resume(&tx, ours, by, id).await?,
        Act::End { reason } => agreements::end(&tx, ours, by, id, &reason).await?,
        Act::Quarantine { reason } => agreements::quarantine::begin(&tx, ours, by, id, &reason).await?,
        Act::Release => agreements::quarantine::lift(&tx, ours, by, id).await?,
        Act::Confirm { fingerprint } => {
            let agreement = rows::by_id(&tx, id).await?.ok_or_else(Refusal::not_found)?;
            recovery::confirm_agreement(&tx, by, &agreement, &fingerprint).await?;
        }
        Act::Renew { .. } => {
            let terms = terms.ok_or_else(Refusal::not_found)?;
            agreements::change(&tx, ours, by, id, terms).await?;
        }
    }
    tx.commit().await?;
    Ok(rows::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?)
}

/// The agreement that `name` means: its id, its address, or a host (the one in force or waiting, else the latest).
pub async fn find(app: &App, name: &str) -> Result<Agreement> {
    let missing = || Refusal::missing(said!("there is no agreement with {name}", name = format!("{name:?}")));
    if let Ok(id) = name.parse::<AgreementId>() {
        return Ok(rows::by_id(&app.store, id).await?.ok_or_else(missing)?);
    }
    if let Some(found) = rows::by_uri(&app.store, app.origin.stored(name)).await? {
        return Ok(found);
    }
    let with = rows::with_host(&app.store, &name.to_lowercase()).await?;
    let open = with.iter().find(|agreement| agreement.ended_at.is_none()).or(with.first()).cloned();
    Ok(open.ok_or_else(missing)?)
}

/// Agreements, latest first.
pub async fn list(app: &App, page: Page) -> Result<Vec<Agreement>> {
    Ok(page.newest_first(rows::list(&app.store, page).await?))
}

async fn first_terms(app: &App, partner: &Account, chosen: Chosen) -> Result<document::Agreed> {
    let blank = document::Agreed {
        communities: Vec::new(),
        by_invitation: false,
        most_role: Role::Contributor,
        stakeholder: std::collections::BTreeMap::new(),
        most_seats: None,
        seats_per_day: None,
        history: History::Join,
        history_from: None,
        media: true,
        retention_days: None,
        contacts: Vec::new(),
        ends: None,
    };
    let kinds = (chosen.our_stakeholder.unwrap_or(Stakeholder::Partner), chosen.stakeholder.unwrap_or(Stakeholder::Partner));
    let us = app.origin.absolute(ORGANISATION);
    Ok(terms_between(applied(app, blank, chosen).await?, (&us, kinds.0), (&partner.uri, kinds.1)))
}

/// The terms in force, changed as chosen.
async fn next_terms(app: &App, id: AgreementId, chosen: Chosen) -> Result<document::Agreed> {
    let agreement = rows::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    let current = rows::version(&app.store, id, agreement.version).await?;
    let current =
        current.ok_or_else(|| Refusal::conflict("not_in_force", "This agreement is not in force: there are no terms to change."))?;
    let before = rows::document(&current)?.terms;
    let us = app.origin.absolute(ORGANISATION);
    let changes = (chosen.our_stakeholder, chosen.stakeholder);
    let mut terms = applied(app, before, chosen).await?;
    for (organisation, kind) in &mut terms.stakeholder {
        let change = if *organisation == us { changes.0 } else { changes.1 };
        *kind = change.unwrap_or(*kind);
    }
    Ok(terms)
}

async fn applied(app: &App, mut terms: document::Agreed, chosen: Chosen) -> Result<document::Agreed> {
    if let Some(names) = chosen.communities {
        terms.communities = named(app, names).await?;
    }
    terms.by_invitation = chosen.by_invitation.unwrap_or(terms.by_invitation);
    terms.most_role = chosen.most_role.unwrap_or(terms.most_role);
    terms.most_seats = chosen.most_seats.or(terms.most_seats);
    terms.seats_per_day = chosen.seats_per_day.or(terms.seats_per_day);
    terms.history = chosen.history.unwrap_or(terms.history);
    terms.history_from = if terms.history == History::Since { chosen.history_from.or(terms.history_from) } else { None };
    terms.media = chosen.media.unwrap_or(terms.media);
    terms.retention_days = chosen.retention_days.or(terms.retention_days);
    terms.contacts = chosen.contacts.unwrap_or(terms.contacts);
    terms.ends = chosen.ends.or(terms.ends);
    Ok(terms)
}

/// Absolute uris of communities: a bare name is one of ours.
async fn named(app: &App, names: Vec<String>) -> Result<Vec<String>> {
    let mut uris = Vec::with_capacity(names.len());
    for name in names {
        let stored = app.origin.stored(&name).to_owned();
        let found = match stored.as_str() {
            path if path.starts_with('/') => accounts::queries::by_uri(&app.store, path).await?,
            url if url.starts_with("http") => {
                uris.push(url.to_owned());
                continue;
            }
            name => {
                let acct = handle::acct(name)?;
                let host = acct.host.filter(|host| host != app.origin.authority()).unwrap_or_default();
                accounts::queries::by_handle(&app.store, &acct.name, &host).await?
            }
        };
        let found = found.filter(|account| account.is_community() && account.is_active());
        let found = found.ok_or_else(|| {
            Refusal::invalid("communities", said!("names {name}, which is no community known here", name = format!("{name:?}")))
        })?;
        uris.push(app.origin.absolute(&found.uri));
    }
    uris.sort_unstable();
    uris.dedup();
    Ok(uris)
}
