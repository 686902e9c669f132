//! For whom the answer to a request is made: what fails far below says so in their language, with their ways on around it.

use super::{language::Language, pages::Frame};
use axum::{extract::Request, middleware::Next, response::Response};
use std::cell::OnceCell;

tokio::task_local! {
    /// What stands around the pages of this request; empty until its visit is known.
    static READER: OnceCell<Frame>;
}

/// Keeps who reads for as long as a request is answered.
pub(super) async fn kept(request: Request, next: Next) -> Response {
    READER.scope(OnceCell::new(), next.run(request)).await
}

/// Whoever sees `frame` reads the answer.
pub(super) fn is(frame: &Frame) {
    // outside of a request nobody reads
    let _ = READER.try_with(|reader| _ = reader.set(frame.clone()));
}

/// What stands around their pages; none while it is not known.
pub(super) fn frame() -> Option<Frame> {
    READER.try_with(|reader| reader.get().cloned()).ok().flatten()
}

/// Their language.
pub(super) fn language() -> Language {
    READER.try_with(|reader| reader.get().map(|frame| frame.language)).ok().flatten().unwrap_or_default()
}
