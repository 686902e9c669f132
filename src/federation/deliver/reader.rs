//! Reading the log: once for all hosts that keep up, and from its own cursor for one that is behind.

use super::{
    dispatcher::Dispatcher,
    line::Line,
    parcel::{Activity, Label, Parcel},
};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        host,
        id::{InboxId, PeerId},
    },
    features::deliveries::{self, queries::Address},
    store::tables::LogRow,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};
use url::Url;

/// Rows of the log that are read at a time.
const PAGE: u32 = 100;

impl Dispatcher {
    /// Begins where the last run ended: hosts that fail keep their own place, the others share the lowest.
    pub(super) async fn begin(&mut self) -> Result<()> {
        let store = &self.federation.app.store.clone();
        let mut done: HashMap<PeerId, BTreeSet<Label>> = HashMap::new();
        for row in deliveries::queries::delivered(store).await? {
            done.entry(row.peer_id).or_default().insert((row.position, row.inbox_id));
        }
        for peer in deliveries::queries::failing(store).await? {
            let mut line = Line::new(&peer, done.remove(&peer.id).unwrap_or_default());
            line.is_behind = true;
            self.federation.heard.await_sign(&peer.host, peer.id);
            self.lines.insert(peer.id, line);
            self.touch(peer.id);
        }
        self.early = done;
        let end = deliveries::queries::end(store).await?;
        self.tail = deliveries::queries::start(store).await?.unwrap_or(end).min(end);
        Ok(())
    }

    /// Puts the lines of hosts that asked for it back to an earlier place of the log: what is on its way to them counts as not sent.
    pub(super) async fn go_back(&mut self) -> Result<()> {
        if !self.federation.take_rewind() {
            return Ok(());
        }
        let went = self.go_back_for_all().await;
        if went.is_err() {
            // they are still noted, and looked for again
            self.federation.note_rewind();
        }
        went
    }

    async fn go_back_for_all(&mut self) -> Result<()> {
        let store = self.federation.app.store.clone();
        for (peer, position) in deliveries::asked_rewinds(&store).await? {
            let tx = store.begin().await?;
            let rewound = deliveries::rewind(&tx, peer, position).await?;
            tx.commit().await?;
            let Some(peer) = rewound else { continue };
            let mut line = Line::new(&peer, BTreeSet::new());
            line.is_behind = true;
            self.early.remove(&peer.id);
            self.lines.insert(peer.id, line);
            self.touch(peer.id);
        }
        Ok(())
    }

    /// Reads what is new in the log and hands it to the lines; false when there may be more.
    pub(super) async fn follow(&mut self) -> Result<bool> {
        let store = self.federation.app.store.clone();
        self.go_back().await?;
        let rows = deliveries::queries::after(&store, self.tail, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.position) else { return Ok(true) };
        let is_all = rows.len() < PAGE as usize;
        let wanted: HashSet<InboxId> = rows.iter().flat_map(|row| deliveries::queries::targets(&row.targets)).collect();
        let found = deliveries::queries::addresses(&store, &wanted.into_iter().collect::<Vec<_>>()).await?;
        let book: HashMap<InboxId, (Address, Arc<Url>)> = book(found);
        for row in rows {
            self.hand_out(row, &book);
        }
        for line in self.lines.values_mut().filter(|line| !line.is_behind) {
            line.read_to = line.read_to.max(last);
        }
        self.tail = last;
        Ok(is_all)
    }

    fn hand_out(&mut self, row: LogRow, book: &HashMap<InboxId, (Address, Arc<Url>)>) {
        let inboxes = deliveries::queries::targets(&row.targets);
        let activity = Arc::new(Activity::from(row));
        for inbox in inboxes {
            let Some((address, url)) = book.get(&inbox).filter(|(address, _)| is_open(address)) else { continue };
            let peer = address.peer.id;
            let line = self.lines.entry(peer).or_insert_with(|| Line::new(&address.peer, self.early.remove(&peer).unwrap_or_default()));
            if !line.is_behind {
                line.offer(Parcel { activity: Arc::clone(&activity), inbox, url: Arc::clone(url), refusals: 0, parked: 0 });
                self.touch(peer);
            }
        }
    }

    /// Reads more of the log for a line that is behind.
    pub(super) async fn catch_up(&mut self, peer: PeerId) -> Result<()> {
        let store = self.federation.app.store.clone();
        let Some(after) = self.lines.get(&peer).map(|line| line.read_to) else { return Ok(()) };
        let rows = deliveries::queries::after(&store, after, PAGE).await?;
        let is_all = rows.len() < PAGE as usize;
        let book = book(deliveries::queries::inboxes_of(&store, peer).await?);
        let tail = self.tail;
        let Some(line) = self.lines.get_mut(&peer) else { return Ok(()) };
        // Cleared first: a full queue sets it again.
        line.is_behind = false;
        for row in rows {
            let position = row.position;
            let mine: Vec<InboxId> = deliveries::queries::targets(&row.targets)
                .into_iter()
                .filter(|id| book.get(id).is_some_and(|(address, _)| is_open(address)))
                .collect();
            line.read_to = line.read_to.max(position);
            if mine.is_empty() {
                continue;
            }
            let activity = Arc::new(Activity::from(row));
            let fits = mine.into_iter().all(|inbox| {
                let url = book.get(&inbox).map(|(_, url)| Arc::clone(url));
                url.is_none_or(|url| line.offer(Parcel { activity: Arc::clone(&activity), inbox, url, refusals: 0, parked: 0 }))
            });
            if !fits {
                return Ok(());
            }
        }
        if is_all {
            line.read_to = line.read_to.max(tail);
        } else {
            line.is_behind = true;
        }
        Ok(())
    }

    /// Moves the cursors of the hosts for which nothing waits, so that the log can be pruned and a
    /// restart need not read it again.
    pub(super) async fn pass_idle(&mut self) -> Result<()> {
        if self.passed >= self.tail {
            return Ok(());
        }
        let busy: Vec<PeerId> = self.lines.values().filter(|line| !line.is_idle()).map(|line| line.peer).collect();
        let tx = self.federation.app.store.begin().await?;
        deliveries::pass_idle(&tx, self.tail, &busy).await?;
        tx.commit().await?;
        self.passed = self.tail;
        Ok(())
    }

    /// Now, by the node's clock.
    pub(super) fn now(&self) -> Stamp {
        self.federation.app.store.clock.now()
    }
}

fn is_open(address: &Address) -> bool {
    address.ended_at.is_none() && address.peer.blocked_at.is_none()
}

/// Addresses by inbox, their URLs read once; one that cannot be read is left out (and so counts as done).
fn book(addresses: Vec<Address>) -> HashMap<InboxId, (Address, Arc<Url>)> {
    let read = |address: Address| Some((address.inbox_id, (host::parse(&address.url)?, address)));
    addresses.into_iter().filter_map(read).map(|(id, (url, address))| (id, (address, Arc::new(url)))).collect()
}
