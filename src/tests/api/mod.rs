//! The client API, over the wire.

mod ground;
mod oauth;
mod scopes;
