//! Puts the house together: logs, routes, listener, background work, graceful end.

pub mod logs;
