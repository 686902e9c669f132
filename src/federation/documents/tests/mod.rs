//! What this door says, asked through its routes, on both databases.

mod actors;
mod collections;
pub mod desk;
mod hidden;
mod history;
mod posts;
mod private;
mod seats;
mod secure;
