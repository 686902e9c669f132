//! The log of activities, as others may ask for one by its id.

use super::Source;
use crate::{base::error::Result, sql};

/// The activity with this stored uri as it was sent, while the log still holds it.
pub async fn activity(from: &impl Source, uri: &str) -> Result<Option<String>> {
    sql!("SELECT body FROM log WHERE uri = {} LIMIT 1", uri).value(from).await
}
