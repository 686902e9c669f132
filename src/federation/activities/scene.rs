//! Where an activity is looked at and applied: what it wants fetched before, and whom it names that we know.

use super::Envelope;
use crate::{
    base::{error::Result, id::AccountId},
    federation::{Federation, keep::Known, objects::fields::wrong},
    store::{Tx, tables::Account},
};
use std::{collections::HashSet, sync::Mutex};

/// Something that must be had from elsewhere before an activity can be applied.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Want {
    /// This account, known or fetched.
    Account(String),
    /// This post, known or fetched.
    Post(String),
    /// This post as its origin has it now.
    Fresh(String),
    /// Whether the origin says that this is gone.
    Gone(String),
    /// Whether this person's organisation vouches for them now: its roster, if we have an agreement with it.
    Vouched(String),
    /// What this person's server understands, where it is not known to be one of ours.
    Level(String),
    /// This account as its origin has it now.
    FreshAccount(String),
    /// The same, if its origin says so: else our copy does.
    Renewed(String),
    /// Whether the account `to` says that it was the account `from` before.
    Moved {
        /// The former account.
        from: String,
        /// The new one.
        to: String,
        /// The new one says that it moved: the former must say where to.
        is_pulled: bool,
    },
    /// The records of our people's seats in this community elsewhere, as its node has them now.
    Seats(String),
}

impl Want {
    /// What is asked for.
    pub fn uri(&self) -> &str {
        match self {
            Self::Account(uri)
            | Self::Post(uri)
            | Self::Fresh(uri)
            | Self::Gone(uri)
            | Self::Vouched(uri)
            | Self::Level(uri)
            | Self::Seats(uri)
            | Self::FreshAccount(uri)
            | Self::Renewed(uri)
            | Self::Moved { to: uri, .. } => uri,
        }
    }
}

/// What fetching found that no row says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What its origin says is gone.
    pub gone: HashSet<String>,
    /// New accounts that agree with the former that they are one.
    pub agreed: HashSet<String>,
}

/// Where an activity is looked at before it is applied: no transaction yet.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The door.
    pub federation: &'a Federation,
    /// Everyone named whom we know.
    pub known: &'a Known,
}

/// Where an activity is applied.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The door.
    pub federation: &'a Federation,
    /// The act.
    pub tx: &'a Tx,
    /// Everyone named whom we know.
    pub known: &'a Known,
    /// What was fetched for it.
    pub findings: &'a Findings,
    /// The community elsewhere whose own node passes it on, if one does.
    pub through: Option<AccountId>,
    /// Threads to be followed upwards afterwards.
    pub threads: &'a Mutex<Vec<String>>,
}

impl<'a> Scene<'a> {
    /// An account that must be known by now and take part.
    pub fn account(&self, uri: &str) -> Result<&'a Account> {
        let account = self.known.account(self.federation, uri).filter(|account| account.is_active());
        account.ok_or_else(|| wrong("somebody named in it is not known here").into())
    }

    /// A uri as it is stored.
    pub fn stored<'u>(&self, uri: &'u str) -> &'u str {
        self.federation.app.origin.stored(uri)
    }

    /// The actor, who must be from elsewhere.
    pub fn actor(&self, envelope: &Envelope) -> Result<&'a Account> {
        let actor = self.account(&envelope.actor)?;
        if actor.is_local() { Err(wrong("nobody else speaks for our own people").into()) } else { Ok(actor) }
    }
}
