//! A world in one run: its nodes, who is in it, what is on its way, and what was done.

use super::{ground::Door, model::Model, wire::Wire};
use crate::{
    base::{
        id::AccountId,
        words::{JoinRule, Role, Stage},
    },
    features::{accounts, communities::seats, memberships, relationships},
    federation::{Federation, agreements, drift, process, rosters},
    server::{routes, worker},
    sql,
    store::{
        Store,
        tables::{Account, Seat},
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
    time::Duration,
};

/// One company's node.
#[derive(Clone)]
pub struct Node {
    pub name: &'static str,
    /// Its authority.
    pub host: String,
    pub federation: Federation,
}

impl Node {
    pub fn store(&self) -> &Store {
        &self.federation.app.store
    }
}

/// Somebody, by the place in `World::people`.
#[derive(Clone)]
pub struct Member {
    pub name: &'static str,
    pub home: usize,
    /// Absolute.
    pub uri: String,
}

/// A community of acme, by the place in `World::spots`.
#[derive(Clone)]
pub struct Spot {
    pub name: &'static str,
    /// Absolute.
    pub uri: String,
    /// Its id on acme's node.
    pub id: AccountId,
    pub stage: Stage,
    pub rule: JoinRule,
}

pub struct World {
    pub nodes: Vec<Node>,
    doors: [Door; 3],
    pub up: [bool; 3],
    pub people: Vec<Member>,
    pub spots: Vec<Spot>,
    pub wire: Wire,
    pub model: Model,
    pub random: fastrand::Rng,
    /// What was done, one line each.
    pub log: Vec<String>,
    ids: Mutex<HashMap<(usize, String), AccountId>>,
}

impl World {
    pub fn new(nodes: Vec<Node>, doors: [Door; 3], seed: u64) -> Self {
        Self {
            nodes,
            doors,
            up: [true; 3],
            people: Vec::new(),
            spots: Vec::new(),
            wire: Wire::default(),
            model: Model::default(),
            random: fastrand::Rng::with_seed(seed ^ 0x5eed),
            log: Vec::new(),
            ids: Mutex::default(),
        }
    }

    /// With these people and communities, who are in its databases, and nothing on its way.
    pub async fn with(mut self, people: &[Member], spots: &[Spot]) -> Self {
        (self.people, self.spots) = (people.to_vec(), spots.to_vec());
        self.wire = Wire::begin(&self.nodes).await;
        self
    }

    /// The same nodes for another run.
    pub fn again(self, seed: u64) -> Self {
        Self::new(self.nodes, self.doors, seed)
    }

    /// Ends it: nobody has the databases open any more.
    pub async fn close(self) {
        for (node, door) in self.nodes.into_iter().zip(&self.doors) {
            *door.lock().unwrap() = None;
            node.store().clone().close().await.unwrap();
        }
    }

    /// The account with this absolute uri on a node, if it knows it.
    pub async fn account(&self, node: usize, uri: &str) -> Option<Account> {
        let app = &self.nodes[node].federation.app;
        accounts::queries::by_uri(&app.store, app.origin.stored(uri)).await.unwrap()
    }

    /// Somebody and a community as a node knows them.
    pub async fn both(&self, node: usize, who: usize, spot: usize) -> Option<(Account, Account)> {
        let who = self.account(node, &self.people[who].uri).await;
        who.zip(self.account(node, &self.spots[spot].uri).await)
    }

    /// The id of an account on a node: looked up once, since it stays.
    pub async fn id(&self, node: usize, uri: &str) -> Option<AccountId> {
        let known = self.ids.lock().unwrap().get(&(node, uri.to_owned())).copied();
        if known.is_some() {
            return known;
        }
        let id = self.account(node, uri).await?.id;
        self.ids.lock().unwrap().insert((node, uri.to_owned()), id);
        Some(id)
    }

    /// The ids of somebody and a community.
    pub async fn ids(&self, node: usize, who: usize, spot: usize) -> Option<(AccountId, AccountId)> {
        let who = self.id(node, &self.people[who].uri).await;
        who.zip(self.id(node, &self.spots[spot].uri).await)
    }

    pub async fn seat(&self, node: usize, who: usize, spot: usize) -> Option<Seat> {
        let (who, group) = self.ids(node, who, spot).await?;
        seats::seat(self.nodes[node].store(), group, who).await.unwrap()
    }

    /// The role of a usable seat, by the facts that this node has.
    pub async fn role(&self, node: usize, who: usize, spot: usize) -> Option<Role> {
        let (who, group) = self.ids(node, who, spot).await?;
        seats::role(self.nodes[node].store(), group, who).await.unwrap()
    }

    /// A node goes down, or comes up again.
    pub fn turn(&mut self, node: usize, is_up: bool) {
        self.up[node] = is_up;
        *self.doors[node].lock().unwrap() = is_up.then(|| routes::all(&self.nodes[node].federation));
    }

    /// Nobody reaches anybody, and everybody goes on.
    pub fn part(&self) {
        self.doors.iter().for_each(|door| *door.lock().unwrap() = None);
    }

    /// Draws the consequences of what happened on every node that is up, and takes what they tell.
    pub async fn settle(&mut self) {
        for n in 0..self.nodes.len() {
            if self.up[n] {
                worker::round(&self.nodes[n].federation, true).await.unwrap();
                self.collect(n).await;
            }
        }
    }

    /// Time passes everywhere; then each node that is up does what it does by itself.
    pub async fn wait(&mut self, time: Duration) {
        for node in &self.nodes {
            node.store().clock.advance(i64::try_from(time.as_millis()).unwrap());
        }
        for n in 0..self.nodes.len() {
            if self.up[n] {
                keep_house(&self.nodes[n].federation).await;
            }
        }
        self.settle().await;
    }

    /// The wire calms: everybody is up, everything arrives, and what nobody answered is asked again.
    pub async fn calm(&mut self) {
        (0..self.nodes.len()).for_each(|n| self.turn(n, true));
        self.wire.calms();
        self.settle().await;
        self.deliver_all().await;
        for hours in [1, 7, 7, 7, 7] {
            self.wait(Duration::from_secs(hours * 3600)).await;
            self.deliver_all().await;
        }
    }

    /// What each node took and did not apply, with the reason: for the report of a run that failed.
    pub async fn refused(&self) -> Vec<String> {
        let mut all = Vec::new();
        for node in &self.nodes {
            let name = node.federation.app.origin.authority();
            let rows: Vec<String> = sql!("SELECT activity_uri || ': ' || verdict FROM inbox WHERE verdict <> '' ORDER BY id")
                .column(node.store())
                .await
                .unwrap();
            all.extend(rows.into_iter().map(|row| format!("  {name} {row}")));
        }
        all
    }

    /// The hosts that have a usable seat, by the place of their node, and the communities.
    pub async fn hosts(&self) -> BTreeMap<(usize, usize), bool> {
        let mut found = BTreeMap::new();
        for (s, spot) in self.spots.iter().enumerate() {
            for (n, node) in self.nodes.iter().enumerate().skip(1) {
                found.insert((n, s), seats::host_has_seat(self.nodes[0].store(), spot.id, &node.host).await.unwrap());
            }
        }
        found
    }
}

/// What housekeeping and upkeep do, once (`server/housekeeping.rs`, `federation/upkeep.rs`).
async fn keep_house(federation: &Federation) {
    let (app, minute) = (&federation.app, Duration::from_secs(60));
    let tx = app.begin().await.unwrap();
    relationships::ask_again(&tx, minute, 200).await.unwrap();
    memberships::ask_again(&tx, minute, 200).await.unwrap();
    memberships::admit_announced(&tx, 200).await.unwrap();
    memberships::expire(&tx, 200).await.unwrap();
    tx.commit().await.unwrap();
    agreements::pull_due(federation).await.unwrap();
    rosters::pull_due(federation).await.unwrap();
    rosters::tell_again(federation).await.unwrap();
    agreements::tell_again_to_forget(federation).await.unwrap();
    drift::look_due(federation).await.unwrap();
    process::drain(federation).await.unwrap();
}
