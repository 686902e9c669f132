//! One indivisible act: its writes, the instant it happens, and the events it causes.

use super::{
    Store, audit,
    event::Event,
    events,
    news::{News, Newsroom},
    round::Rounds,
};
use crate::base::{clock::Stamp, error::Result, id::Ids};
use sea_orm::{DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Notify;

/// One indivisible act. All of it is kept by [`Tx::commit`] or, when dropped, none.
pub struct Tx {
    pub(super) sql: DatabaseTransaction,
    pub(super) backend: DbBackend,
    /// The instant at which everything in this act happens.
    pub now: Stamp,
    ids: Ids,
    bell: Arc<Notify>,
    log_bell: Arc<Notify>,
    rounds: Rounds,
    /// Whether an activity was put into the log.
    logged: AtomicBool,
    events: Mutex<Vec<Event>>,
    audited: Mutex<Vec<(audit::Entry, String)>>,
    newsroom: Newsroom,
    news: Mutex<Vec<News>>,
    #[cfg(test)]
    death: super::death::Death,
}

impl Tx {
    pub(super) async fn begin(store: &Store) -> Result<Self> {
        #[cfg(test)]
        store.death.begins()?;
        // SQLite upgrades a reading transaction to a writing one only when nobody else writes, so begin as a writer.
        let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let sql = store.write.begin_with_options(options).await?;
        Ok(Self {
            sql,
            backend: store.backend,
            now: store.clock.now(),
            ids: store.ids.clone(),
            bell: store.bell.clone(),
            log_bell: store.log_bell.clone(),
            rounds: store.rounds.clone(),
            logged: AtomicBool::new(false),
            events: Mutex::default(),
            audited: Mutex::default(),
            newsroom: store.newsroom.clone(),
            news: Mutex::default(),
            #[cfg(test)]
            death: store.death.clone(),
        })
    }

    /// Begins an act inside this one (a savepoint): dropped, it leaves this one as it was.
    pub async fn nest(&self) -> Result<Self> {
        let sql = self.sql.begin().await?;
        Ok(Self {
            sql,
            backend: self.backend,
            now: self.now,
            ids: self.ids.clone(),
            bell: self.bell.clone(),
            log_bell: self.log_bell.clone(),
            rounds: self.rounds.clone(),
            logged: AtomicBool::new(false),
            events: Mutex::default(),
            audited: Mutex::default(),
            newsroom: self.newsroom.clone(),
            news: Mutex::default(),
            #[cfg(test)]
            death: self.death.clone(),
        })
    }

    /// A fresh id for something that happens in this act.
    pub fn id(&self) -> i64 {
        self.ids.next(self.now)
    }

    /// Notes that `event` happened; it is kept when the act commits, and its consequences follow.
    pub fn record(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Notes an act that changes rights; its entry in the audit log is kept when the act commits.
    pub fn audit(&self, entry: audit::Entry) {
        self.audited.lock().unwrap_or_else(PoisonError::into_inner).push((entry, audit::via()));
    }

    /// Notes what the streams are to tell once the act is committed.
    pub fn tell(&self, news: News) {
        // whether anybody listens is asked after the commit: they may come meanwhile
        self.news.lock().unwrap_or_else(PoisonError::into_inner).push(news);
    }

    /// How many events happened in this act so far.
    pub fn recorded(&self) -> usize {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Notes that an activity was put into the log: delivery is woken when the act commits.
    pub fn note_logged(&self) {
        self.logged.store(true, Ordering::Relaxed);
    }

    /// Whether this is PostgreSQL rather than SQLite: for the few statements that differ.
    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Keeps everything, durably, and wakes the worker if something happened.
    pub async fn commit(self) -> Result<()> {
        let events = self.take_events();
        events::keep(&self, &events).await?;
        audit::keep(&self, &self.take_audited()).await?;
        let news = self.take_news();
        #[cfg(test)]
        let dies = self.death.commits()?;
        self.sql.commit().await?;
        #[cfg(test)]
        dies.after()?;
        self.newsroom.announce(news);
        if !events.is_empty() {
            self.rounds.note();
            self.bell.notify_one();
        }
        if self.logged.load(Ordering::Relaxed) {
            self.log_bell.notify_one();
        }
        Ok(())
    }

    /// Keeps a nested act as part of `outer`, which then decides over both.
    pub async fn commit_into(self, outer: &Self) -> Result<()> {
        let (events, audited, news) = (self.take_events(), self.take_audited(), self.take_news());
        self.sql.commit().await?;
        outer.news.lock().unwrap_or_else(PoisonError::into_inner).extend(news);
        outer.audited.lock().unwrap_or_else(PoisonError::into_inner).extend(audited);
        outer.logged.fetch_or(self.logged.load(Ordering::Relaxed), Ordering::Relaxed);
        outer.events.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
        Ok(())
    }

    fn take_audited(&self) -> Vec<(audit::Entry, String)> {
        std::mem::take(&mut *self.audited.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_news(&self) -> Vec<News> {
        std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
