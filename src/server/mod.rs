//! Puts the house together: logs, routes, listener, background work, graceful end.

pub mod beat;
pub mod bodies;
pub mod consequences;
pub mod control;
pub mod due;
pub mod endings;
pub mod heads;
pub mod health;
pub mod housekeeping;
pub mod incarnation;
mod indexing;
mod jobs;
pub mod listener;
pub mod logs;
pub mod media;
mod moderators;
pub mod node;
pub mod routes;
pub mod samples;
pub mod serve;
pub mod worker;
