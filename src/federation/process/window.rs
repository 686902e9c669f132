//! The window: the part of the inbox that is in memory, in order of arrival, with what waits for what.
//!
//! Bounded in number and bytes. An activity is ready when nothing before it shares a lane with it and is away.

use super::apply::Verdict;
use crate::{
    base::{error::Result, json},
    federation::activities::{Deed, Envelope, Findings},
    store::{Store, inbox, tables::InboxRow},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most activities in memory.
const ITEMS_MAX: usize = 1024;
/// Most bytes of activities in memory.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows read at a time.
const READ: u32 = 256;
/// Most activities that are away, fetching.
pub const AWAY_MAX: usize = 64;
/// Most of them that wait for the same host.
const AWAY_PER_HOST: usize = 8;

/// An activity in the window.
#[derive(Debug)]
pub struct Item {
    /// Its row.
    pub id: i64,
    /// How often it failed.
    pub attempts: i64,
    /// What it has like every activity.
    pub envelope: Envelope,
    /// What it is.
    pub deed: Deed,
    /// What it is about.
    pub lanes: Vec<String>,
    /// The host of who sent it.
    pub sender: String,
    /// What was fetched for it; none before.
    pub findings: Option<Findings>,
    is_away: bool,
    /// Would be away if there were room: looked at again when something comes back.
    is_parked: bool,
    hosts: Vec<String>,
    bytes: usize,
}

/// What of the inbox is in memory.
#[derive(Debug)]
pub struct Window {
    items: BTreeMap<i64, Item>,
    bytes: usize,
    /// Everything up to this row was read.
    cursor: i64,
    look_for_due: bool,
    away: HashMap<String, usize>,
}

impl Default for Window {
    fn default() -> Self {
        Self { items: BTreeMap::new(), bytes: 0, cursor: 0, look_for_due: true, away: HashMap::new() }
    }
}

impl Window {
    /// Reads on, as far as there is room. Rows that cannot be read get their verdict.
    pub async fn fill(&mut self, store: &Store, verdicts: &mut Vec<(i64, Verdict)>) -> Result<()> {
        let is_full = self.is_full();
        if !is_full && std::mem::take(&mut self.look_for_due) {
            for row in inbox::due(store, store.now(), self.portion()).await? {
                self.add(row, verdicts);
            }
        }
        if is_full || self.ready(super::BATCH_MAX).len() == super::BATCH_MAX {
            return Ok(());
        }
        for row in inbox::waiting(store, self.cursor, self.portion()).await? {
            self.cursor = row.id;
            self.add(row, verdicts);
        }
        Ok(())
    }

    /// How much more is read now.
    fn portion(&self) -> inbox::Portion {
        inbox::Portion { rows: READ, bytes: BYTES_MAX.saturating_sub(self.bytes) }
    }

    fn add(&mut self, row: InboxRow, verdicts: &mut Vec<(i64, Verdict)>) {
        if self.items.contains_key(&row.id) {
            return;
        }
        let bytes = row.body.as_ref().map_or(0, Vec::len);
        match read(&row) {
            Ok((envelope, deed)) => {
                let lanes = deed.lanes(&envelope);
                let item = Item {
                    id: row.id,
                    attempts: row.attempts,
                    envelope,
                    deed,
                    lanes,
                    sender: row.host,
                    findings: None,
                    is_away: false,
                    is_parked: false,
                    hosts: Vec::new(),
                    bytes,
                };
                self.bytes += bytes;
                self.items.insert(row.id, item);
            }
            Err(sentence) => verdicts.push((row.id, Verdict::Refused(sentence))),
        }
    }

    /// Whether nothing more is read for now. What is away does not count by its bytes: it is bounded in number, and a few
    /// large ones that are slow to come back must not keep out everybody else.
    fn is_full(&self) -> bool {
        let away: usize = self.items.values().filter(|item| item.is_away).map(|item| item.bytes).sum();
        self.items.len() > ITEMS_MAX - READ as usize || self.bytes - away > BYTES_MAX * 3 / 4
    }

    /// What must step back when the window is full of what waits: of the hosts that have sent most of it. So a host whose
    /// activities wait for slow servers holds up its own and nobody else's.
    pub fn crowding(&self) -> Vec<i64> {
        if !self.is_full() || !self.ready(1).is_empty() {
            return Vec::new();
        }
        let mut senders: HashMap<&str, Vec<i64>> = HashMap::new();
        for item in self.items.values().filter(|item| !item.is_away) {
            senders.entry(&item.sender).or_default().push(item.id);
        }
        let mut senders: Vec<Vec<i64>> = senders.into_values().collect();
        senders.sort_by_key(|items| std::cmp::Reverse(items.len()));
        senders.into_iter().flatten().take(READ as usize).collect()
    }

    /// Looks for what was put off at the next [`Window::fill`].
    pub fn look_for_due(&mut self) {
        self.look_for_due = true;
    }

    /// An activity by its row.
    pub fn get(&self, id: i64) -> Option<&Item> {
        self.items.get(&id)
    }

    /// The oldest that are not away and share no lane with one that is, at most `limit`.
    pub fn ready(&self, limit: usize) -> Vec<i64> {
        let mut busy: HashSet<&str> = HashSet::new();
        let mut ready = Vec::new();
        for item in self.items.values() {
            if item.is_away || item.is_parked || item.lanes.iter().any(|lane| busy.contains(lane.as_str())) {
                busy.extend(item.lanes.iter().map(String::as_str));
            } else {
                ready.push(item.id);
                if ready.len() == limit {
                    break;
                }
            }
        }
        ready
    }

    /// The lanes of everything that is away.
    pub fn busy_lanes(&self) -> HashSet<String> {
        self.items.values().filter(|item| item.is_away || item.is_parked).flat_map(|item| item.lanes.iter().cloned()).collect()
    }

    /// Marks an activity as away to fetch from `hosts`; false when too many are, and it must wait here.
    pub fn send_away(&mut self, id: i64, hosts: Vec<String>) -> bool {
        let crowded = |host: &String| self.away.get(host).is_some_and(|count| *count >= AWAY_PER_HOST);
        let has_room = self.items.values().filter(|item| item.is_away).count() < AWAY_MAX && !hosts.iter().any(crowded);
        let Some(item) = self.items.get_mut(&id) else { return false };
        item.is_parked = !has_room;
        if !has_room {
            return false;
        }
        for host in &hosts {
            *self.away.entry(host.clone()).or_default() += 1;
        }
        item.is_away = true;
        item.hosts = hosts;
        true
    }

    /// An activity is back, with what it found.
    pub fn come_back(&mut self, id: i64, findings: Option<Findings>) {
        let Some(item) = self.items.get_mut(&id) else { return };
        let was_away = std::mem::take(&mut item.is_away);
        item.findings = findings;
        for host in std::mem::take(&mut item.hosts) {
            if let Some(count) = self.away.get_mut(&host) {
                *count -= 1;
                if *count == 0 {
                    self.away.remove(&host);
                }
            }
        }
        if was_away {
            self.items.values_mut().for_each(|item| item.is_parked = false);
        }
    }

    /// An activity is done with, or put off.
    pub fn finish(&mut self, id: i64) {
        self.come_back(id, None);
        if let Some(item) = self.items.remove(&id) {
            self.bytes -= item.bytes;
        }
    }

    /// Whether something is still being fetched.
    pub fn is_anything_away(&self) -> bool {
        self.items.values().any(|item| item.is_away)
    }
}

fn read(row: &InboxRow) -> Result<(Envelope, Deed), String> {
    let body = row.body.as_deref().unwrap_or_default();
    let document = json::parse_strict(body, json::Limits::default()).map_err(|error| error.to_string())?;
    let envelope = Envelope::read(&document).map_err(|refusal| refusal.to_string())?;
    if envelope.actor != row.actor_uri {
        return Err("it was signed by somebody else".into());
    }
    let deed = Deed::read(&document, &envelope).map_err(|refusal| refusal.to_string())?;
    Ok((envelope, deed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(id: i64, actor: &str, object: &str) -> InboxRow {
        let body = json!({"type": "Like", "id": format!("https://p.test/{id}"), "actor": format!("https://p.test/{actor}"), "object": format!("https://acme.test/p/{object}")});
        InboxRow {
            id,
            activity_uri: format!("https://p.test/{id}"),
            actor_uri: format!("https://p.test/{actor}"),
            host: "p.test".into(),
            body: Some(serde_json::to_vec(&body).unwrap()),
            received_at: crate::base::clock::Stamp(0),
            attempts: 0,
        }
    }

    fn window(rows: Vec<InboxRow>) -> Window {
        let (mut window, mut verdicts) = (Window::default(), Vec::new());
        rows.into_iter().for_each(|row| window.add(row, &mut verdicts));
        assert!(verdicts.is_empty());
        window
    }

    #[test]
    fn what_is_away_holds_up_only_what_is_about_the_same() {
        let mut window = window(vec![row(1, "pat", "1"), row(2, "pia", "1"), row(3, "pia", "2"), row(4, "pol", "3")]);
        assert_eq!(window.ready(9), [1, 2, 3, 4]);
        assert!(window.send_away(1, vec!["p.test".into()]));
        // 2 likes the same post, 3 is by the same person as 2
        assert_eq!(window.ready(9), [4]);
        window.come_back(1, Some(Findings::default()));
        assert_eq!(window.ready(2), [1, 2]);
        window.finish(1);
        assert_eq!(window.ready(9), [2, 3, 4]);
    }

    #[test]
    fn one_slow_host_does_not_take_every_place() {
        let mut window = window((1..30).map(|n| row(n, &format!("u{n}"), &format!("{n}"))).collect());
        let sent = (1..30).filter(|id| window.send_away(*id, vec!["slow.test".into()])).count();
        assert_eq!(sent, AWAY_PER_HOST);
        assert!(window.send_away(20, vec!["other.test".into()]));
        (1..30).for_each(|id| window.finish(id));
        assert!(window.away.is_empty() && window.bytes == 0);
    }

    #[test]
    fn a_host_that_fills_the_window_with_what_waits_steps_back() {
        let mut window = window((1..=ITEMS_MAX as i64).map(|n| row(n, "pat", &format!("{n}"))).collect());
        window.add(InboxRow { host: "q.test".into(), ..row(5000, "quin", "0") }, &mut Vec::new());
        assert!(window.crowding().is_empty(), "what is ready is applied");
        assert!(window.send_away(1, vec!["slow.test".into()]) && window.send_away(5000, vec!["slow.test".into()]));
        let crowding = window.crowding();
        assert_eq!(crowding.len(), READ as usize);
        assert!(crowding.iter().all(|id| (2..=ITEMS_MAX as i64).contains(id)), "what is away stays, and so do others");
        crowding.into_iter().for_each(|id| window.finish(id));
        assert!(!window.is_full() || !window.crowding().is_empty());
    }

    #[test]
    fn what_was_signed_by_another_is_never_read() {
        let (mut window, mut verdicts) = (Window::default(), Vec::new());
        window.add(InboxRow { actor_uri: "https://e.test/eve".into(), ..row(1, "pat", "1") }, &mut verdicts);
        assert_eq!((window.items.len(), verdicts.len()), (0, 1));
    }
}
