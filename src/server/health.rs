//! `/healthz` (alive), `/readyz` (may serve), `/metrics` (Prometheus; own listener or token).

use crate::{app::App, base::secret, sql};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{fs, sync::OnceLock};

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting, once for the process; later calls find the same counters.
pub fn start_metrics() {
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Somebody else's recorder (in a test) may be there already; then ours shows nothing.
        let _ = metrics::set_global_recorder(recorder);
        handle
    });
}

/// Health for everyone, metrics for whoever has the token.
pub fn routes(app: &App) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(guarded_metrics))
        .with_state(app.clone())
}

/// Metrics for the listener of its own (`server.metrics_bind`), which only monitoring reaches.
pub fn open_metrics() -> Router {
    Router::new().route("/metrics", get(|| async { exposition() }))
}

async fn healthz() -> &'static str {
    "ok"
}

/// Ready when the database answers.
async fn readyz(State(app): State<App>) -> Response {
    let answer: crate::base::error::Result<Option<i64>> = sql!("SELECT CAST(1 AS BIGINT)").value(&app.store).await;
    match answer {
        Ok(_) => "ready".into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

async fn guarded_metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    let Some(file) = &app.config.server.metrics_token_file else { return StatusCode::NOT_FOUND.into_response() };
    let wanted = match fs::read_to_string(file) {
        Ok(text) => text.trim().to_owned(),
        Err(error) => {
            tracing::error!(%error, file = %file.display(), "server.metrics_token_file cannot be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    match given {
        Some(given) if !wanted.is_empty() && secret::equal(given.as_bytes(), wanted.as_bytes()) => exposition(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn exposition() -> Response {
    let text = RECORDER.get().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
