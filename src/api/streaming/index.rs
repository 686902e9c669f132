//! Who reads what, the way that news ask for it.

use crate::{
    app::streams::{Channel, Reader, Streams},
    base::id::AccountId,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// A subscription of a stream.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) reader: Arc<Reader>,
    pub(super) channel: Channel,
}

impl Place {
    pub(super) fn account(&self) -> AccountId {
        self.reader.ticket.account
    }
}

/// All subscriptions at one moment.
#[derive(Default)]
pub(super) struct Index {
    version: u64,
    /// Home timelines.
    pub(super) home: HashMap<AccountId, Vec<Place>>,
    /// Notifications, on streams that may tell them.
    pub(super) told: HashMap<AccountId, Vec<Place>>,
    /// Public posts and tags.
    pub(super) discovery: Vec<Place>,
    /// Communities and people's own lists, whose ids are never the same, by who reads and which.
    pub(super) lists: HashMap<(AccountId, AccountId), Vec<Place>>,
    /// Communities with the answers in them, likewise.
    pub(super) inside: HashMap<(AccountId, AccountId), Vec<Place>>,
    /// Conversations.
    pub(super) direct: HashMap<AccountId, Vec<Place>>,
}

impl Index {
    /// What is subscribed to now.
    pub(super) fn of(streams: &Streams) -> Self {
        let (version, readers) = streams.readers();
        let mut index = Self { version, ..Self::default() };
        for reader in readers {
            for channel in reader.channels() {
                index.add(Place { reader: Arc::clone(&reader), channel });
            }
        }
        index
    }

    /// Whether it is still as `streams` are.
    pub(super) fn is_fresh(&self, streams: &Streams) -> bool {
        self.version == streams.version()
    }

    /// Which lists are read.
    pub(super) fn list_ids(&self) -> Vec<i64> {
        self.lists.keys().map(|(_, list)| list.0).collect()
    }

    /// Who reads what one of these communities shows, answers or not.
    pub(super) fn readers_in(&self, is_one: impl Fn(AccountId) -> bool) -> Vec<AccountId> {
        let both = self.lists.keys().chain(self.inside.keys());
        let readers: HashSet<AccountId> = both.filter(|(_, community)| is_one(*community)).map(|(reader, _)| *reader).collect();
        readers.into_iter().collect()
    }

    /// Where `reader` is shown what a community shows; of answers in it, where they are shown too.
    pub(super) fn places_in(&self, (reader, community): (AccountId, AccountId), is_answer: bool) -> impl Iterator<Item = &Place> {
        let lists = self.lists.get(&(reader, community)).filter(|_| !is_answer);
        lists.into_iter().chain(self.inside.get(&(reader, community))).flatten()
    }

    fn add(&mut self, place: Place) {
        let account = place.account();
        match place.channel {
            Channel::User => {
                if place.reader.ticket.hears {
                    self.told.entry(account).or_default().push(place.clone());
                }
                self.home.entry(account).or_default().push(place);
            }
            Channel::Notification => self.told.entry(account).or_default().push(place),
            Channel::Public(_) | Channel::Tag { .. } => self.discovery.push(place),
            Channel::List(list) => self.lists.entry((account, list)).or_default().push(place),
            Channel::Inside(community) => self.inside.entry((account, community)).or_default().push(place),
            Channel::Direct => self.direct.entry(account).or_default().push(place),
        }
    }
}
