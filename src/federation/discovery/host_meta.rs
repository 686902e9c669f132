//! `GET /.well-known/host-meta` (RFC 6415): where WebFinger is, for those who still ask so (GoToSocial, Phanpy).

use crate::{base::text::html, federation::Federation};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

/// The XRD with the `lrdd` template.
pub async fn serve(State(federation): State<Federation>) -> Response {
    let base = html::escape(federation.app.origin.base());
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" template=\"{base}/.well-known/webfinger?resource={{uri}}\"/>\n</XRD>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "application/xrd+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, body).into_response()
}
