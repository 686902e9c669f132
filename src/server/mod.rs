//! Puts the house together: logs, routes, listener, background work, graceful end.

pub mod consequences;
pub mod housekeeping;
mod jobs;
pub mod logs;
pub mod worker;
