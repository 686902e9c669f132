//! Reads a fixture and its type.

use super::{Deed, Envelope};
use crate::base::error::Refusal;
use serde_json::Value;

/// The deed in `document`, as the inbox would read it.
pub fn deed(document: &Value) -> Result<(Envelope, Deed), Refusal> {
    let envelope = Envelope::read(document)?;
    let deed = Deed::read(document, &envelope)?;
    Ok((envelope, deed))
}
