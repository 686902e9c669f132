//! What was meant: who asked, left or was put out when, what was posted and ended, in steps of one run.

use super::{wire::Message, world::World};
use std::collections::{BTreeMap, BTreeSet};

/// A person and a community, by their places.
pub type Pair = (usize, usize);

/// What became of one person in one community, as steps.
#[derive(Clone, Debug, Default)]
pub struct Will {
    /// They asked last, on their own node.
    pub asked: Option<usize>,
    /// They left last.
    pub left: Option<usize>,
    /// The latest `askedAt` that came to the community's node, whether it was an ask, and when it came.
    pub heard: String,
    pub heard_ask: Option<usize>,
    pub heard_leave: Option<usize>,
    /// A moderator put them out there.
    pub put_out: Option<usize>,
    /// A moderator may have let them in there.
    pub let_in: Option<usize>,
}

impl Will {
    /// Whether the last thing that they said on their own node was that they want in.
    pub fn wants_in(&self) -> bool {
        self.asked.is_some() && self.asked > self.left
    }
}

/// A post that was written.
#[derive(Clone, Debug)]
pub struct Said {
    /// Absolute.
    pub uri: String,
    pub author: usize,
    pub spot: usize,
    /// When it was written.
    pub step: usize,
    /// When the community's node was first seen to have let it in.
    pub admitted: Option<usize>,
    pub is_deleted: bool,
    pub edits: usize,
    /// Who likes it, by what they did last.
    pub likes: BTreeSet<usize>,
}

#[derive(Default)]
pub struct Model {
    pub step: usize,
    pub wills: BTreeMap<Pair, Will>,
    pub posts: Vec<Said>,
    /// Since when a node has had a usable seat without a break, by node and community.
    pub usable_since: BTreeMap<Pair, usize>,
    pub off_boarded: BTreeSet<usize>,
    /// Messages that came, by their id.
    heard: BTreeSet<String>,
}

impl Model {
    pub fn will(&mut self, who: usize, spot: usize) -> &mut Will {
        self.wills.entry((who, spot)).or_default()
    }

    pub fn wills(&self, who: usize, spot: usize) -> Will {
        self.wills.get(&(who, spot)).cloned().unwrap_or_default()
    }
}

impl World {
    /// Notes an ask or a decision that comes to the community's node; one that came before is none.
    pub(super) async fn note_arrival(&mut self, message: &Message) {
        if message.to != 0 || !self.model.heard.insert(message.said("id").to_owned()) {
            return;
        }
        let step = self.model.step;
        let Some(who) = self.people.iter().position(|person| person.uri == message.said("actor")) else { return };
        match message.kind.as_str() {
            "Join" | "Leave" => {
                let Some(spot) = self.spots.iter().position(|spot| spot.uri == message.said("object")) else { return };
                let will = self.model.will(who, spot);
                if message.said("askedAt") > will.heard.as_str() {
                    will.heard = message.said("askedAt").to_owned();
                    if message.kind == "Join" {
                        (will.heard_ask, will.heard_leave) = (Some(step), None);
                    } else {
                        will.heard_leave = Some(step);
                    }
                }
            }
            "Follow" => {
                let Some(spot) = self.spots.iter().position(|spot| spot.uri == message.said("object")) else { return };
                let will = self.model.will(who, spot);
                (will.heard_ask, will.heard_leave) = (Some(step), None);
            }
            kind if kind.starts_with("Offer") => {
                let about = message.body["object"]["actor"].as_str().unwrap_or_default();
                let Some(spot) = self.spots.iter().position(|spot| spot.uri == message.said("target")) else { return };
                let Some(about) = self.people.iter().position(|person| person.uri == about) else { return };
                self.model.will(about, spot).let_in = Some(step);
            }
            _ => {}
        }
    }

    /// Looks what is so after a step, for what must have been so all the time.
    pub async fn look(&mut self) {
        let step = self.model.step;
        for (pair, is_usable) in self.hosts().await {
            if is_usable {
                self.model.usable_since.entry(pair).or_insert(step);
            } else {
                self.model.usable_since.remove(&pair);
            }
        }
        for n in 0..self.model.posts.len() {
            let said = self.model.posts[n].clone();
            if said.admitted.is_none() && self.post(0, &said.uri).await.is_some_and(|post| !post.pending && post.deleted_at.is_none()) {
                self.model.posts[n].admitted = Some(step);
            }
        }
    }
}
