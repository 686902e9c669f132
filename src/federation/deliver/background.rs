//! Work that may wait for everything else: signatures for hosts that catch up.
//!
//! Such a host has more to sign than a core can do, and signatures back to back keep a core for milliseconds from whatever is written
//! meanwhile. In threads of low priority the kernel interrupts them for it, and they still get every moment that nobody wants.
//!
//! What is done comes back several at a time: to wake somebody for each takes the core from these threads and gives it back.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot::{self, error::RecvError},
    },
};

/// How much nicer its threads are (nice(2)): where somebody else wants their core all the time, a hundredth and a half of it is theirs.
#[cfg(target_os = "linux")]
const NICE: i32 = 19;
/// So much at most comes back together: two or three milliseconds of signatures.
const BATCH: usize = 8;

/// Hands what came of work to whoever waits for it.
type Done = Box<dyn FnOnce() + Send>;
type Work = Box<dyn FnOnce() -> Done + Send>;

/// Threads of low priority: none while there is nothing to do. Without a runtime its work is done like all other.
pub struct Background {
    runtime: Option<Runtime>,
    bench: Arc<Bench>,
    done: OnceLock<UnboundedSender<Vec<Done>>>,
}

/// What waits, and who is at it.
struct Bench {
    threads: usize,
    state: Mutex<(VecDeque<Work>, usize)>,
}

impl Background {
    /// So many threads at most.
    pub fn new(threads: usize) -> Self {
        // it drives nothing itself: its pool for blocking work is all that is wanted
        let runtime = Builder::new_current_thread().max_blocking_threads(threads).on_thread_start(step_back).build();
        let runtime = runtime.inspect_err(|error| tracing::warn!(%error, "signatures for backlogs go before others")).ok();
        Self { runtime, bench: Arc::new(Bench { threads, state: Mutex::default() }), done: OnceLock::new() }
    }

    /// Does `work` when there is time for it.
    ///
    /// # Errors
    /// The work panicked, or the node is ending.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, RecvError> {
        let (tell, told) = oneshot::channel();
        let work = move || -> Done {
            let outcome = catch_unwind(AssertUnwindSafe(work));
            Box::new(move || drop(outcome.map(|outcome| tell.send(outcome))))
        };
        if self.bench.takes(Box::new(work)) {
            let (bench, done) = (Arc::clone(&self.bench), self.done.get_or_init(hand_out).clone());
            let all = move || bench.work_off(&done);
            match &self.runtime {
                Some(runtime) => runtime.spawn_blocking(all),
                None => tokio::task::spawn_blocking(all),
            };
        }
        told.await
    }
}

impl Bench {
    fn state(&self) -> MutexGuard<'_, (VecDeque<Work>, usize)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `work`; whether one more thread is to come for it.
    fn takes(&self, work: Work) -> bool {
        let (waiting, busy) = &mut *self.state();
        waiting.push_back(work);
        let comes = *busy < self.threads;
        *busy += usize::from(comes);
        comes
    }

    /// Until nothing waits.
    fn work_off(&self, done: &UnboundedSender<Vec<Done>>) {
        loop {
            let batch: Vec<Work> = {
                let (waiting, busy) = &mut *self.state();
                if waiting.is_empty() {
                    *busy -= 1;
                    return;
                }
                let share = waiting.len().div_ceil(self.threads).min(BATCH);
                waiting.drain(..share).collect()
            };
            // who waited is gone where the node is ending
            let _ = done.send(batch.into_iter().map(|work| work()).collect());
        }
    }
}

/// A task that hands out what is done: it is woken once for all of a batch.
fn hand_out() -> UnboundedSender<Vec<Done>> {
    let (done, mut batches): (_, UnboundedReceiver<Vec<Done>>) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(batch) = batches.recv().await {
            batch.into_iter().for_each(|done| done());
        }
    });
    done
}

impl Drop for Background {
    fn drop(&mut self) {
        // waiting for its threads would hold up whoever drops it, which may be an async thread
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// On Linux each thread has a nice value of its own; elsewhere it is that of the whole process, which stays as it is.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "a thread in the background keeps its priority");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn work_in_the_background_steps_back_and_leaves_the_others_where_they_are() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let background = Background::new(1);
        assert_eq!(background.run(nice).await.unwrap(), 19);
        assert_eq!(nice(), before);
        assert_eq!(tokio::task::spawn_blocking(nice).await.unwrap(), before);
    }

    #[tokio::test]
    async fn work_that_panics_ends_alone() {
        let background = Background::new(1);
        assert!(background.run(|| panic!("this one")).await.is_err());
        assert_eq!(background.run(|| 3).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn everything_is_done_once_and_handed_to_whoever_asked_for_it() {
        let background = Background::new(2);
        for most in [1, BATCH, 200] {
            let asked = (0..most).map(|number| background.run(move || number));
            let told: Vec<usize> = futures::future::try_join_all(asked).await.unwrap();
            assert_eq!(told, (0..most).collect::<Vec<_>>());
        }
    }
}
