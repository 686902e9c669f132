//! The client API, over the wire.

mod ground;
mod statuses;
mod writing;
mod oauth;
mod scopes;
