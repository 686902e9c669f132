//! Which client asks: its id and secret in the body or as HTTP Basic (RFC 6749 §2.3.1).

use super::failure::{OauthFailure, Result};
use crate::{app::App, features::sessions, store::tables};
use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};

/// The client with these credentials; Basic wins over the body.
pub(super) async fn authenticate(app: &App, headers: &HeaderMap, id: Option<&str>, secret: Option<&str>) -> Result<tables::App> {
    let basic = basic(headers);
    let (id, secret) = match &basic {
        Some((id, secret)) => (id.as_str(), secret.as_str()),
        None => (id.unwrap_or_default(), secret.unwrap_or_default()),
    };
    let client = sessions::app_by_client(&app.store, id).await?;
    client.filter(|client| sessions::is_secret_of(client, secret)).ok_or_else(OauthFailure::client)
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (id.to_owned(), secret.to_owned()))
}
