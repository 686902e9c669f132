//! Tests of the whole house, in the order of the rooms they are about: its plan, and what needs a
//! database or a server. Pure tests of one room stand at the bottom of its file.

mod api;
mod architecture;
mod between;
mod checklist;
mod features;
mod fuzz;
mod guests;
pub mod leaks;
mod newcomers;
mod reliability;
mod source;
mod streaming;
pub mod support;
mod web;
