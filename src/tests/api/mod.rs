//! The client API, over the wire.

mod communities;
mod ground;
mod oauth;
mod scopes;
mod social;
