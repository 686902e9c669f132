//! The wire: every row of a node's log that is addressed to another is a message, and what becomes of it is chance.
//!
//! What delivery promises is kept: a host takes what is about one thing in the order in which it was told (in every other run
//! not even that), what a node that is down would have taken waits, and content of a community that is not public is asked about
//! again when it goes. Lost for good is only what something repeats: asks, records, rosters.

use super::world::{Node, World};
use crate::{
    base::{
        host,
        id::{AccountId, InboxId},
        words::Shape,
    },
    features::{
        communities::seats::{self, Access},
        deliveries, memberships,
    },
    federation::{drift, process},
    server::worker,
    store::inbox,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// What may be lost for good: told again until it is answered, or pulled.
const REPEATED: [&str; 5] = ["Join", "Leave", "Offer", "Update Member", "Update Roster"];

/// One activity on its way to one node.
#[derive(Clone, Debug)]
pub struct Message {
    pub from: usize,
    pub to: usize,
    position: i64,
    key: i64,
    inbox: InboxId,
    /// The community that is not public whose content it is.
    content_of: Option<AccountId>,
    /// Who signs, on the sender's node.
    by: AccountId,
    /// Its type, and that of its object where it has one inside.
    pub kind: String,
    pub body: Value,
    text: String,
}

impl Message {
    /// What names it on the wire.
    fn label(&self) -> (usize, i64, InboxId) {
        (self.to, self.position, self.inbox)
    }

    /// What it says of itself under this name.
    pub fn said(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }
}

#[derive(Default)]
pub struct Wire {
    /// How far each node's log was read.
    tails: [i64; 3],
    pub under_way: Vec<Message>,
    /// Delivered, and perhaps once more.
    past: Vec<Message>,
    /// Whether what is about one thing stays in order.
    keeps_order: bool,
    is_calm: bool,
}

impl Wire {
    /// From the end of the logs on.
    pub async fn begin(nodes: &[Node]) -> Self {
        let mut wire = Self { keeps_order: true, ..Self::default() };
        for (tail, node) in wire.tails.iter_mut().zip(nodes) {
            *tail = deliveries::queries::end(node.store()).await.unwrap();
        }
        wire
    }

    /// Nothing is lost, doubled or reordered from now on, but for what was so already.
    pub fn calms(&mut self) {
        self.is_calm = true;
    }

    /// Whether what is about one thing stays in order.
    pub fn keeps_order(&self) -> bool {
        self.keeps_order
    }

    /// It gets rough; `keeps_order` as delivery does.
    pub fn storms(&mut self, keeps_order: bool) {
        (self.is_calm, self.keeps_order) = (false, keeps_order);
    }
}

fn kind(body: &Value) -> String {
    let inner = body["object"]["type"].as_str().unwrap_or_default();
    format!("{} {inner}", body["type"].as_str().unwrap_or_default()).trim().to_owned()
}

impl World {
    /// Takes what a node wrote into its log since the last time.
    pub(super) async fn collect(&mut self, from: usize) {
        let store = self.nodes[from].store().clone();
        loop {
            let rows = deliveries::queries::after(&store, self.wire.tails[from], 200).await.unwrap();
            let Some(last) = rows.last().map(|row| row.position) else { return };
            self.wire.tails[from] = last;
            // All three know groups: the form for plain peers is for nobody.
            for row in rows.into_iter().filter(|row| row.shape != Shape::Plain) {
                let inboxes = deliveries::queries::targets(&row.targets);
                for address in deliveries::queries::addresses(&store, &inboxes).await.unwrap() {
                    let Some(to) = self.nodes.iter().position(|node| node.host == address.peer.host) else { continue };
                    let body: Value = serde_json::from_str(&row.body).unwrap();
                    self.wire.under_way.push(Message {
                        from,
                        to,
                        position: row.position,
                        key: row.object_key,
                        inbox: address.inbox_id,
                        content_of: row.community_id,
                        by: row.actor_id,
                        kind: kind(&body),
                        text: row.body.clone(),
                        body,
                    });
                }
            }
        }
    }

    /// The places of what may be delivered now.
    fn ready(&self) -> Vec<usize> {
        let waiting = &self.wire.under_way;
        let is_first = |message: &Message| {
            !waiting.iter().any(|other| {
                (other.from, other.to, other.key) == (message.from, message.to, message.key) && other.position < message.position
            })
        };
        let keeps_order = self.wire.keeps_order || self.wire.is_calm;
        let can_go = |message: &Message| self.up[message.from] && self.up[message.to] && (!keeps_order || is_first(message));
        (0..waiting.len()).filter(|n| can_go(&waiting[*n])).collect()
    }

    /// One message, by chance: it arrives, arrives and comes once more later, is lost, or an old one comes once more.
    pub async fn chance(&mut self) {
        if self.random.u8(..16) == 0 && !self.wire.past.is_empty() {
            let message = self.wire.past[self.random.usize(..self.wire.past.len())].clone();
            if self.up[message.to] {
                self.log.push(format!("  once more: {} to {}", message.kind, self.nodes[message.to].name));
                Box::pin(self.take(&message)).await;
            }
            return;
        }
        let ready = self.ready();
        if ready.is_empty() {
            return;
        }
        let chosen = ready[self.random.usize(..ready.len())];
        let is_lost = REPEATED.contains(&self.wire.under_way[chosen].kind.as_str()) && self.random.u8(..6) == 0;
        if is_lost {
            let message = self.wire.under_way.remove(chosen);
            self.log.push(format!("  lost: {} to {}", message.kind, self.nodes[message.to].name));
            return;
        }
        self.deliver(chosen).await;
    }

    /// Everything, in order, until nothing more comes; what is parked stays, and what is about the same thing behind it.
    pub async fn deliver_all(&mut self) {
        let mut parked = BTreeSet::new();
        loop {
            let ready = self.ready().into_iter().filter(|n| !parked.contains(&self.wire.under_way[*n].label()));
            let Some(next) = ready.min_by_key(|n| self.wire.under_way[*n].position) else { return };
            let label = self.wire.under_way[next].label();
            if !self.deliver(next).await {
                parked.insert(label);
            }
        }
    }

    /// Delivers the message at this place; false where it may not go now but may again, and stays.
    async fn deliver(&mut self, place: usize) -> bool {
        let message = self.wire.under_way[place].clone();
        let (from, host) = (self.nodes[message.from].store().clone(), self.nodes[message.to].host.clone());
        let access = match message.content_of {
            Some(community) => seats::access(&from, community, &host, message.by).await.unwrap(),
            None => Access::Usable,
        };
        if access == Access::Paused {
            return false;
        }
        self.wire.under_way.remove(place);
        if access == Access::Over {
            let tx = from.begin().await.unwrap();
            deliveries::withhold(&tx, message.position, message.inbox).await.unwrap();
            tx.commit().await.unwrap();
            self.log.push(format!("  withheld: {} to {}", message.kind, self.nodes[message.to].name));
            return true;
        }
        self.log.push(format!("  {} from {} to {}", message.kind, self.nodes[message.from].name, self.nodes[message.to].name));
        Box::pin(self.take(&message)).await;
        self.wire.past.push(message);
        true
    }

    /// The receiver keeps it, processes it, and looks whether the community's node names more than it holds.
    async fn take(&mut self, message: &Message) {
        let (from, to) = (self.nodes[message.from].clone(), self.nodes[message.to].clone());
        let actor = message.said("actor").to_owned();
        if host::parse(&actor).and_then(|url| host::authority(&url)).as_ref() != Some(&from.host) {
            // forwarded: a hint and nothing more
            return;
        }
        self.note_arrival(message).await;
        let arrival = inbox::Arrival {
            activity_uri: message.said("id").to_owned(),
            actor_uri: actor.clone(),
            host: from.host.clone(),
            body: message.text.clone().into_bytes(),
        };
        let tx = to.store().begin().await.unwrap();
        inbox::keep(&tx, vec![arrival]).await.unwrap();
        tx.commit().await.unwrap();
        Box::pin(process::drain(&to.federation)).await.unwrap();
        let highest = memberships::records::highest(from.store(), message.by, &to.host).await.unwrap().unwrap_or_default();
        if highest > 0
            && self.up[message.from]
            && let Err(failure) = drift::catch_up(&to.federation, &actor, highest).await
        {
            self.log.push(format!("  {} could not catch up with {actor}: {failure}", to.name));
        }
        Box::pin(worker::round(&to.federation, true)).await.unwrap();
        self.collect(message.to).await;
    }
}
