//! What stands several times in one answer, made ready once.

use crate::base::error::Result;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;

/// JSON that is ready to be put into an answer. Clones share it.
#[derive(Clone, Debug)]
pub struct Ready(Arc<RawValue>);

impl Ready {
    /// What `entity` looks like in an answer.
    pub fn of(entity: &impl Serialize) -> Result<Self> {
        Ok(Self(to_raw_value(entity).map_err(anyhow::Error::from)?.into()))
    }
}

impl Serialize for Ready {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
