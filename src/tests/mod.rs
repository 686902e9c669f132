//! Tests of the whole house, in the order of the rooms they are about. Tests of one room stand at
//! the bottom of its file.

mod api;
mod architecture;
mod features;
mod source;
pub mod support;
