//! Tests of the whole door in one process: a real database, the real routes, a scripted peer on loopback.

pub mod rows;
