//! Tests of the whole house. Tests of one room stand at the bottom of its file.

mod architecture;
mod source;
