//! Tests with a database or a server, in the order of the rooms they are about.

mod api;
mod features;
pub mod support;
mod web;
