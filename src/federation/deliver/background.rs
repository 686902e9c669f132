//! Work that may wait for everything else: signatures for hosts that catch up.
//!
//! Such a host has more to sign than a core can do, and signatures back to back keep a core for milliseconds from whatever is written
//! meanwhile. In threads of low priority the kernel interrupts them for it, and they still get every moment that nobody wants.

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinError,
};

/// How much nicer its threads are (nice(2)): where somebody else wants their core all the time, a hundredth and a half of it is theirs.
#[cfg(target_os = "linux")]
const NICE: i32 = 19;

/// Threads of low priority: none while there is nothing to do. Without a runtime its work is done like all other.
pub struct Background(Option<Runtime>);

impl Background {
    /// So many threads at most.
    pub fn new(threads: usize) -> Self {
        // it drives nothing itself: its pool for blocking work is all that is wanted
        let runtime = Builder::new_current_thread().max_blocking_threads(threads).on_thread_start(step_back).build();
        Self(runtime.inspect_err(|error| tracing::warn!(%error, "signatures for backlogs go before others")).ok())
    }

    /// Does `work` when there is time for it.
    ///
    /// # Errors
    /// The work panicked, or the node is ending.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
        match &self.0 {
            Some(runtime) => runtime.spawn_blocking(work).await,
            None => tokio::task::spawn_blocking(work).await,
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // waiting for its threads would hold up whoever drops it, which may be an async thread
        if let Some(runtime) = self.0.take() {
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
}
