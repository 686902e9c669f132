//! Streams whose right or patience has run out: closed within a second (S60, R32).

use crate::{
    app::{
        App,
        streams::{End, Reader, Right},
    },
    base::error::Result,
    features::sessions,
};
use std::{collections::HashSet, sync::Arc, time::Duration};

/// How often all are looked at; sooner when a token or a person changed in this process.
const LOOK: Duration = Duration::from_millis(700);

/// Looks until dropped.
pub(super) async fn run(app: &App) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.bearers.forgotten() => {}
        }
        let (_, readers) = app.streams.readers();
        if readers.is_empty() {
            continue;
        }
        for reader in &readers {
            if reader.mail.is_overdue() {
                reader.mail.end(End::Slow);
            } else if reader.mail.why().is_some() {
                // it was told to end before, and is still there
                reader.cut();
            }
        }
        match standing(app, &readers).await {
            Ok(standing) => {
                for reader in readers.iter().filter(|reader| !standing.contains(&reader.ticket.right)) {
                    reader.mail.end(End::Revoked);
                }
            }
            Err(error) => tracing::error!(%error, "the rights of open streams could not be read; they are read again"),
        }
    }
}

/// Which of the rights of `readers` hold.
async fn standing(app: &App, readers: &[Arc<Reader>]) -> Result<HashSet<Right>> {
    let (mut tokens, mut browsers) = (HashSet::new(), HashSet::new());
    for reader in readers {
        match &reader.ticket.right {
            Right::Token(token) => drop(tokens.insert(*token)),
            Right::Session(hash) => drop(browsers.insert(hash.clone())),
        }
    }
    let tokens = sessions::standing(&app.store, &tokens.into_iter().collect::<Vec<_>>()).await?;
    let browsers = sessions::standing_browsers(&app.store, &browsers.into_iter().collect::<Vec<_>>()).await?;
    Ok(tokens.into_iter().map(Right::Token).chain(browsers.into_iter().map(Right::Session)).collect())
}
