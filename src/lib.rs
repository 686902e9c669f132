#![doc = include_str!("ARCHITECTURE.md")]

pub mod api;
pub mod app;
pub mod base;
pub mod cli;
pub mod features;
pub mod net;
pub mod policy;
pub mod server;
pub mod store;

#[cfg(test)]
mod tests;
/// stub
pub mod federation { pub async fn bootstrap(_: &crate::app::App) -> crate::base::error::Result<()> { Ok(()) }
 #[derive(Clone)] pub struct Federation { pub app: crate::app::App }
 impl Federation { pub fn start(app: crate::app::App) -> crate::base::error::Result<Self> { Ok(Self{app}) } }
 pub fn router(_: &Federation) -> axum::Router { axum::Router::new() }
 pub fn wants_activity(_: &axum::http::HeaderMap) -> bool { false }
 pub mod process { pub async fn run(_: super::Federation, _: tokio_util::sync::CancellationToken) {} }
 pub mod deliver { pub async fn run(_: super::Federation, _: tokio_util::sync::CancellationToken) {} }
}
/// stub
pub mod web { pub fn router(_: &crate::app::App) -> axum::Router { axum::Router::new() } }
