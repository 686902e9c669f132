//! How far an act is that takes long, told to whoever asked for it.
//!
//! Said from anywhere inside the act, as the audit log learns who acts; where nobody listens, nothing happens.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How often is told.
const EVERY: Duration = Duration::from_secs(1);

tokio::task_local! {
    static LISTENER: Arc<dyn Fn(String) + Send + Sync>;
}

/// Does `work`, and hands what is told in it to `listener`.
pub async fn told_to<T>(listener: impl Fn(String) + Send + Sync + 'static, work: impl Future<Output = T>) -> T {
    LISTENER.scope(Arc::new(listener), work).await
}

/// Tells how far it is.
pub fn tell(words: String) {
    // nobody may be listening
    let _ = LISTENER.try_with(|listener| listener(words));
}

/// Tells at most once a second: what is quick is not told at all.
#[derive(Debug)]
pub struct Pace(Instant);

impl Default for Pace {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Pace {
    /// Tells how far it is, if it is time.
    pub fn tell(&mut self, words: impl FnOnce() -> String) {
        if self.0.elapsed() >= EVERY {
            tell(words());
            self.0 = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn what_is_told_reaches_whoever_asked_and_is_told_to_nobody_otherwise() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&heard);
        told_to(move |words| listener.lock().unwrap().push(words), async {
            tell("half".to_owned());
            Pace::default().tell(|| unreachable!("it has only begun"));
        })
        .await;
        tell("nobody hears".to_owned());
        assert_eq!(*heard.lock().unwrap(), ["half"]);
    }
}
