//! Ids in paths: what is not an id names nothing, so it is answered as anything that is not there.

use super::error::Failure;
use crate::{app::App, base::error::Refusal};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

/// The parameters of a path, read as `T` (an id, or a tuple of them); 404 as JSON where they cannot be.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Path(id) = Path::from_request_parts(parts, app).await.map_err(|_| Failure::from(Refusal::not_found()))?;
        Ok(Self(id))
    }
}
